//! Servers and locations to routes.

use super::context::Context;
use super::extra::{added_slashes, built_in};
use super::locations::{self, Kind, Printed};
use super::model::{DEFAULT_SERVER, Model, Server};
use super::names::{self, NameKind};
use super::rewrite::Groups;
use super::steps::{Scene, absolute, named, over_tls, respond};
use super::upstreams::{DEFAULT, Upstream};
use super::version::{PrefixForm, Version};
use super::{CONTROLLER, precedence, rewrite};
use crate::controller::backends;
use crate::routing::{
    Action, Backend, BackendId, Cause, Certainty, Condition, Doubts, Dropped, Fallback, Forward, HostId,
    HostPattern, HostPolicy, HostSet, NginxReading, Origin, Part, PathMatcher, Pattern, Reading, Redirect,
    Rewrite, Route, RouteTable, Step, Template, TextMatch, VirtualHost, Weighted,
};
use std::cell::RefCell;
use std::collections::HashMap;

/// Why nginx does not load the configuration.
#[derive(Debug, Clone)]
pub(super) struct Rejection {
    pub why: String,
    /// The object and field that it stands at, and another one that it collides with.
    pub origin: Option<Origin>,
    pub other: Option<Origin>,
}

/// Services that routes forward to, each once.
#[derive(Default)]
pub(super) struct Backends(RefCell<backends::Backends>);

impl Backends {
    /// The backend of an upstream.
    pub(super) fn known(&self, upstream: &Upstream) -> BackendId {
        let endpoints = &upstream.endpoints;
        self.0.borrow_mut().id(Backend {
            service: upstream.service.clone(),
            port: endpoints.port,
            readiness: endpoints.readiness,
            by_address: endpoints.by_address,
            span: endpoints.span,
        })
    }
}

/// Writes the table of a model.
///
/// # Errors
/// When nginx would refuse the configuration.
pub(super) fn write(cx: &Context, model: &Model) -> Result<RouteTable, Box<Rejection>> {
    let mut servers: Vec<&Server> = model.servers.values().collect();
    servers.sort_by(|a, b| a.host.cmp(&b.host));
    let version = cx.config.version;
    let names = names::in_order(version, &servers).map_err(|bad| {
        let server = model.servers.get(&bad.host);
        let origin = server.and_then(|s| s.locations.first()).map(|l| l.origin.clone());
        Box::new(Rejection { why: bad.why, origin, other: None })
    })?;
    let printed: Vec<(&Server, Vec<Printed>)> =
        servers.iter().map(|s| (*s, locations::print(version, s))).collect();
    let mut writer = Writer {
        cx,
        model,
        groups: groups(&printed),
        certified: certified(&servers),
        hosts: Vec::new(),
        routes: Vec::new(),
        backends: Backends::default(),
    };
    // Every server's own host first, for aliases to point at.
    let mut own: HashMap<&str, HostId> = HashMap::new();
    for (id, name) in (0u32..).zip(&names) {
        writer.hosts.push(VirtualHost::new(name.pattern.clone()));
        if let NameKind::Host(host) = name.kind {
            own.insert(host, HostId(id));
        }
    }
    let default = HostId(writer.hosts.len() as u32);
    own.insert(DEFAULT_SERVER, default);
    writer.hosts.push(VirtualHost::new(HostPattern::Any));
    for (id, name) in (0usize..).zip(&names) {
        match name.kind {
            NameKind::Host(_) => {}
            NameKind::Alias(host) => {
                if let Some(entry) = writer.hosts.get_mut(id) {
                    entry.alias_of = own.get(host).copied();
                }
            }
            NameKind::Www(host) => writer.www(HostId(id as u32), host),
        }
    }
    for (server, printed) in &printed {
        if let Some(&host) = own.get(server.host.as_str()) {
            writer.server(host, server, printed)?;
        }
    }
    Ok(writer.finish())
}

/// The named groups of all expressions that are printed.
fn groups(printed: &[(&Server, Vec<Printed>)]) -> Groups {
    let mut groups = Groups::default();
    for (server, printed) in printed {
        for alias in server.aliases.iter().filter(|a| a.starts_with('~')) {
            groups.add(alias);
        }
        for p in printed.iter().filter(|p| p.kind == Kind::Regex) {
            groups.add(&p.path);
        }
    }
    groups
}

/// The hosts with a certificate: lua/certificate.lua asks for the host, then for `*.` and the rest.
fn certified(servers: &[&Server]) -> HostSet {
    let hosts = servers.iter().filter(|s| s.tls && s.host != DEFAULT_SERVER);
    let patterns = hosts.map(|s| match s.host.strip_prefix('*') {
        Some(suffix) => HostPattern::OneLabel(suffix.to_owned()),
        None => HostPattern::Exact(s.host.clone()),
    });
    HostSet::new(patterns.collect())
}

struct Writer<'w, 'c> {
    cx: &'w Context<'c>,
    model: &'w Model,
    groups: Groups,
    certified: HostSet,
    hosts: Vec<VirtualHost>,
    routes: Vec<Route>,
    backends: Backends,
}

impl Writer<'_, '_> {
    fn server(&mut self, host: HostId, server: &Server, printed: &[Printed]) -> Result<(), Box<Rejection>> {
        let version = self.cx.config.version;
        let is_regex = printed.iter().any(|p| p.kind == Kind::Regex);
        no_duplicates(server, printed)?;
        let mut rank = 0;
        self.before_locations(host, server, printed, &mut rank);
        let has_certificate = if !version.asks_lua_for_certificates() {
            Some(server.tls)
        } else if server.host == DEFAULT_SERVER {
            Some(false)
        } else if !server.aliases.is_empty() {
            None
        } else if server.host.starts_with('*') {
            Some(server.tls)
        } else {
            Some(self.certified.contains(&server.host))
        };
        let mut exact = Vec::new();
        let mut prefixes = Vec::new();
        let mut regexes = Vec::new();
        let scene = Scene {
            cx: self.cx,
            upstreams: &self.model.upstreams,
            backends: &self.backends,
            groups: &self.groups,
            certified: &self.certified,
            has_certificate,
            certificate_doubt: server.tls_doubt.as_deref(),
        };
        for p in printed {
            let rejected = |why: String| {
                Box::new(Rejection {
                    why: format!("{why} in {} of server {}", p.opening(), server.host),
                    origin: Some(p.location.origin.clone()),
                    other: None,
                })
            };
            let path = match p.kind {
                Kind::Exact => PathMatcher::Exact(p.path.clone()),
                Kind::Prefix if p.path == "/" => PathMatcher::Any,
                Kind::Prefix => PathMatcher::StringPrefix(p.path.clone()),
                Kind::Regex => {
                    let pattern = Pattern::pcre(&p.pattern(), true).map_err(|e| rejected(e.to_string()))?;
                    PathMatcher::Regex(pattern)
                }
            };
            let rewriting = rewrite::of(p, &self.groups).transpose().map_err(rejected)?;
            let route = Route {
                host,
                path,
                conditions: Vec::new(),
                rank: 0,
                priority: None,
                last_resort: p.location.synthetic && p.location.backend == DEFAULT,
                steps: scene.steps(p, rewriting).map_err(rejected)?,
                rule: p.opening(),
                origin: origin(p),
                certainty: certainty(p).and(certainty_of_release(version, p, is_regex)),
            };
            match p.kind {
                Kind::Exact => exact.push(route),
                Kind::Prefix => prefixes.push(route),
                Kind::Regex => regexes.push(route),
            }
        }
        // In regex mode nothing is left that nginx could add a slash to or that the default server's
        // own locations could win against. Where only some locations are expressions, plain ones keep
        // both, but are asked last.
        let all_regex = is_regex && exact.is_empty() && prefixes.is_empty();
        if !all_regex {
            exact.extend(added_slashes(server, printed, host));
            if server.host == DEFAULT_SERVER {
                prefixes.extend(built_in(self.cx, host));
                // Stable: the longest prefix is remembered, whoever wrote it.
                prefixes.sort_by_key(|r| match &r.path {
                    PathMatcher::StringPrefix(p) => usize::MAX - p.len(),
                    _ => usize::MAX,
                });
            }
        }
        for mut route in exact.into_iter().chain(regexes).chain(prefixes) {
            route.rank = rank;
            rank += 1;
            self.routes.push(route);
        }
        Ok(())
    }

    /// What a server does before it looks for a location.
    fn before_locations(&mut self, host: HostId, server: &Server, printed: &[Printed], rank: &mut u32) {
        let origin = server.locations.first().map_or_else(nowhere, |l| l.origin.clone());
        let mut add = |path: PathMatcher, step: Step, rule: &str, origin: Origin| {
            let steps = vec![Step { when: Vec::new(), ..step.clone() }];
            self.routes.push(Route {
                host,
                path,
                conditions: step.when,
                rank: *rank,
                priority: None,
                last_resort: false,
                steps,
                rule: rule.to_owned(),
                origin,
                certainty: Certainty::Certain,
            });
            *rank += 1;
        };
        let config = self.cx.config;
        for (words, header) in
            [(&config.block_user_agents, "user-agent"), (&config.block_referers, "referer")]
        {
            let blocked: Vec<Condition> = words.iter().filter_map(|word| in_map(header, word)).collect();
            if !blocked.is_empty() {
                let rule = format!("block-{header}s");
                let step = respond(403, format!("{rule} refuses the request"));
                let step = Step { when: vec![Condition::AnyOf(blocked)], ..step };
                add(PathMatcher::Any, step, &rule, origin.clone());
            }
        }
        if let Some(certificate) = &server.client_certificate {
            if let Some(reason) = &certificate.error {
                let step = respond(403, format!("auth-tls-secret cannot be used: {reason}"));
                add(PathMatcher::Any, step, "return 403", origin.clone());
            } else {
                if certificate.required {
                    let step = respond(400, "auth-tls-secret asks for a client certificate".to_owned());
                    let why = "a client with a good certificate would come in; requests here carry none";
                    let certainty = Certainty::Likely(why.to_owned());
                    add(
                        PathMatcher::Any,
                        Step { when: over_tls(), certainty, ..step },
                        "ssl_verify_client on",
                        origin.clone(),
                    );
                }
                if certificate.match_cn.is_some() {
                    let step =
                        respond(403, "auth-tls-match-cn: the client certificate is another".to_owned());
                    add(PathMatcher::Any, step, "if ($ssl_client_s_dn …)", origin.clone());
                }
            }
        }
        if let Some((p, root)) =
            printed.iter().find_map(|p| Some((p, p.location.annotations.rewrite.app_root.clone()?)))
        {
            let location = if config.version.app_root_keeps_host() {
                let root = Part::Text(root.clone());
                Template(vec![Part::Scheme, Part::Text("://".to_owned()), Part::HostHeader, root])
            } else {
                // nginx itself puts scheme and host before it.
                absolute(vec![Part::Text(root.clone())])
            };
            let step = named("app-root", Step::always(Action::Redirect(Redirect { status: 302, location })));
            let origin = Origin {
                note: Some("app-root counts for the whole host, before any location".to_owned()),
                ..p.location.origin.clone()
            };
            add(
                PathMatcher::Exact("/".to_owned()),
                step,
                &format!("if ($uri = /) return 302 {root}"),
                origin,
            );
        }
        if server.passthrough && config.ssl_passthrough {
            let root = server.locations.iter().find(|l| l.path == "/" && l.backend != DEFAULT);
            if let Some((root, upstream)) = root.and_then(|l| Some((l, self.model.upstreams.get(l.backend)?)))
            {
                let backend = self.backends.known(upstream);
                let action = Action::Forward(Forward {
                    backends: vec![Weighted { backend, weight: 1 }],
                    path: Rewrite::Keep,
                    host: None,
                });
                let step = Step { when: over_tls(), ..named("ssl-passthrough", Step::always(action)) };
                add(PathMatcher::Any, step, "ssl-passthrough", root.origin.clone());
            }
        }
    }

    /// A server that only redirects between a host and its `www.` form.
    fn www(&mut self, id: HostId, host: &str) {
        let version = self.cx.config.version;
        let target = Part::Target { keep_slash: !version.drops_last_slash() };
        let location = Template(if version.www_names_port() {
            vec![Part::BelievedScheme, Part::Text(format!("://{host}:")), Part::ListenerPort, target]
        } else {
            vec![Part::Scheme, Part::Text(format!("://{host}")), target]
        });
        let action = Action::Redirect(Redirect { status: self.cx.config.http_redirect_code, location });
        let server = self.model.servers.get(host);
        let from = server.and_then(|s| s.locations.iter().find(|l| l.annotations.from_to_www));
        let origin = from.map_or_else(nowhere, |l| l.origin.clone());
        self.routes.push(Route {
            host: id,
            path: PathMatcher::Any,
            conditions: Vec::new(),
            rank: 0,
            priority: None,
            last_resort: false,
            steps: vec![named("from-to-www-redirect", Step::always(action))],
            rule: format!("return {} …://{host}…", self.cx.config.http_redirect_code),
            origin,
            certainty: Certainty::Certain,
        });
    }

    fn finish(mut self) -> RouteTable {
        let config = self.cx.config;
        let mut unmatched = Certainty::Certain;
        if !config.additions.is_empty() {
            let names = config.additions.join(" and ");
            let why = format!("{names} of the ConfigMap adds nginx configuration that is not simulated");
            // What stands beside the servers can hardly change what they do.
            let inside =
                config.additions.iter().any(|name| matches!(*name, "server-snippet" | "location-snippet"));
            unmatched = if inside { Certainty::Unknowable(why) } else { Certainty::Likely(why) };
            for route in &mut self.routes {
                let own = std::mem::replace(&mut route.certainty, Certainty::Certain);
                route.certainty = own.and(unmatched.clone());
            }
        }
        RouteTable {
            controller: CONTROLLER.name,
            reading: Reading::Nginx(NginxReading {
                forwarded: config.use_forwarded_headers,
                real_ip_from: if config.real_ip { config.real_ip_from.clone() } else { Vec::new() },
            }),
            host_policy: HostPolicy::Exclusive,
            hosts: self.hosts,
            routes: self.routes,
            backends: self.backends.0.into_inner().into_list(),
            fallback: Fallback { status: 404, why: "no rule matches".to_owned(), certainty: unmatched },
            dropped: self.model.dropped.clone(),
            doubts: Doubts::default(),
            precedence: precedence::of(config.version),
        }
    }
}

/// The table of a configuration that nginx refuses: nobody knows what it served before.
pub(super) fn rejected(cx: &Context, model: &Model, rejection: &Rejection) -> RouteTable {
    let why = format!("nginx refuses the whole configuration: {}", rejection.why);
    let locations = model.servers.values().flat_map(|server| {
        let host = Some(server.host.clone()).filter(|h| h != DEFAULT_SERVER);
        let declared = server.locations.iter().filter(|l| !l.synthetic);
        declared.map(move |l| Dropped {
            rule: format!("{} {}", if l.exact { "Exact" } else { "Prefix" }, l.path),
            host: host.clone(),
            origin: l.origin.clone(),
            reason: String::new(),
            cause: Cause::Object,
        })
    });
    let mut dropped: Vec<Dropped> = locations.collect();
    dropped.sort_by_key(|d| d.origin.span.map(|span| (span.file, span.start)));
    for d in &mut dropped {
        d.reason.clone_from(&why);
    }
    dropped.extend(model.dropped.iter().cloned());
    RouteTable {
        controller: CONTROLLER.name,
        reading: Reading::Nginx(NginxReading::default()),
        host_policy: HostPolicy::Exclusive,
        hosts: Vec::new(),
        routes: Vec::new(),
        backends: Vec::new(),
        fallback: Fallback {
            status: 503,
            why: why.clone(),
            certainty: Certainty::Unknowable(format!(
                "{why}; the controller goes on with the last configuration that was good, and a new one serves nothing"
            )),
        },
        dropped,
        doubts: Doubts::default(),
        precedence: precedence::of(cx.config.version),
    }
}

/// nginx refuses a location that is there twice.
fn no_duplicates(server: &Server, printed: &[Printed]) -> Result<(), Box<Rejection>> {
    let mut seen: HashMap<(bool, &str), &Printed> = HashMap::new();
    // An expression may be there twice; the second one never matches.
    for p in printed.iter().filter(|p| p.kind != Kind::Regex) {
        let key = (p.kind == Kind::Exact, p.path.as_str());
        if let Some(other) = seen.insert(key, p) {
            return Err(Box::new(Rejection {
                why: format!("duplicate {} in server {}", p.opening(), server.host),
                origin: Some(p.location.origin.clone()),
                other: Some(other.location.origin.clone()),
            }));
        }
    }
    Ok(())
}

pub(super) fn nowhere() -> Origin {
    Origin { object: "ingress-nginx".into(), field: String::new(), span: None, note: None }
}

/// Where a location comes from, and what else it may do.
fn origin(printed: &Printed) -> Origin {
    let mut origin = printed.location.origin.clone();
    if printed.location.annotations.rate_limited {
        let limit = "a client that asks more often than limit-* allows gets 503";
        origin.note = Some(origin.note.map_or_else(|| limit.to_owned(), |note| format!("{note}; {limit}")));
    }
    origin
}

/// How sure it is that a location does what its steps say.
pub(super) fn certainty(printed: &Printed) -> Certainty {
    let annotations = &printed.location.annotations;
    let snippets = &annotations.snippets;
    if snippets.is_empty() {
        return annotations.certainty.clone();
    }
    let why = format!("{} adds nginx configuration that is not simulated", snippets.join(" and "));
    annotations.certainty.clone().and(Certainty::Unknowable(why))
}

/// How sure the location is by what is known of a release.
fn certainty_of_release(version: Version, printed: &Printed, server_is_regex: bool) -> Certainty {
    let likely = |why: &str| Certainty::Likely(format!("ingress-nginx {version} {why}"));
    if printed.location.contested {
        likely("took Ingresses in an order that manifests do not show, and another one has the same path")
    } else if version.prefix() == PrefixForm::Lua && printed.kind != Kind::Regex && printed.path != "/" {
        likely(
            "matched path types in a way of its own, with mistakes; its Lua is known by reports of them alone",
        )
    } else if version.regex_is_for_one() && server_is_regex {
        likely("made only some locations of a host expressions, which the next release took back")
    } else {
        Certainty::Certain
    }
}

/// An entry of nginx' `map` over a header: a text without case, or an expression behind `~` or `~*`.
fn in_map(header: &str, entry: &str) -> Option<Condition> {
    let (source, ignore_case) = match entry.strip_prefix("~*") {
        Some(source) => (source.to_owned(), true),
        None => match entry.strip_prefix('~') {
            Some(source) => (source.to_owned(), false),
            None => (format!(r"^\Q{entry}\E$"), true),
        },
    };
    let pattern = Pattern::pcre(&source, ignore_case).ok()?;
    Some(Condition::Header { name: header.to_owned(), value: TextMatch::Regex(pattern) })
}
