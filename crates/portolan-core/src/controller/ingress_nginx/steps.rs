//! What a location does with a request, in the order in which nginx does it.
//!
//! Source: `rootfs/etc/nginx/template/nginx.tmpl` (order of the directives of a location),
//! `rootfs/etc/nginx/lua/lua_ingress.lua` (redirect_to_https), `lua/balancer.lua`
//! (route_to_alternative_balancer).

use super::annotations::{Annotations, Canary};
use super::context::Context;
use super::locations::Kind;
use super::locations::Printed;
use super::rewrite::{Groups, Rewriting};
use super::table::Backends;
use super::upstreams::{DEFAULT, Upstream, Upstreams, fallback};
use super::version::PrefixForm;
use crate::logins::Logins;
use crate::routing::{
    Action, AddressRange, Certainty, Condition, Forward, HostSet, Part, PathMatcher, Pattern, Redirect,
    Respond, Rewrite, Scheme, Step, Template, TextMatch, Weighted,
};

/// What steps are made from.
pub(super) struct Scene<'s, 'c> {
    pub cx: &'s Context<'c>,
    pub upstreams: &'s Upstreams,
    pub backends: &'s Backends,
    /// The variables that expressions define.
    pub groups: &'s Groups,
    /// The hosts that have a certificate; asked where a server has more names than its own.
    pub certified: &'s HostSet,
    /// Whether the server's own host has one; `None` where that differs from name to name.
    pub has_certificate: Option<bool>,
    /// Why that is not sure.
    pub certificate_doubt: Option<&'s str>,
}

/// A location with what follows from it.
pub(super) struct Place<'s> {
    pub printed: &'s Printed<'s>,
    pub rewriting: Option<Rewriting>,
    /// Where errors go that `custom-http-errors` names.
    errors: Option<Upstream>,
}

impl Scene<'_, '_> {
    /// The steps of a location.
    ///
    /// # Errors
    /// Why nginx would refuse the location.
    pub(super) fn steps(&self, printed: &Printed, rewriting: Option<Rewriting>) -> Result<Vec<Step>, String> {
        let location = printed.location;
        let annotations = &*location.annotations;
        let mut place = Place { printed, rewriting, errors: None };
        let mut steps = Vec::new();
        if let Some(reason) = &annotations.denied {
            return Ok(vec![respond(503, format!("the location is denied: {reason}"))]);
        }
        let version = self.cx.config.version;
        let mut backend = location.backend;
        let mut upstream = self.upstreams.get(backend).cloned();
        let nobody =
            backend != DEFAULT && upstream.as_ref().is_none_or(|u| u.deleted || u.endpoints.nobody.is_some());
        let own = annotations
            .default_backend
            .as_ref()
            .filter(|_| location.backend != DEFAULT && (nobody || !annotations.custom_http_errors.is_empty()))
            .and_then(|name| fallback(self.cx, &location.namespace, name));
        let mut note = None;
        if nobody && let Some(own) = &own {
            note = Some("default-backend: the Service has no ready endpoint".to_owned());
            let alternatives = upstream.map(|u| u.alternatives).unwrap_or_default();
            upstream = Some(Upstream { alternatives, ..own.clone() });
        } else if nobody && version.default_backend_takes_over() {
            let why = upstream.and_then(|u| u.endpoints.nobody).unwrap_or_default();
            note = Some(format!("{why}, and the default backend takes over"));
            backend = DEFAULT;
            upstream = self.upstreams.get(DEFAULT).cloned();
        }
        place.errors = own.or_else(|| self.upstreams.get(DEFAULT).cloned());

        if version.goes_to_https_first() {
            self.to_https(&place, &mut steps);
        }
        self.preflight(annotations, &mut steps);
        self.redirect(annotations, &mut steps);
        self.rewrite_ends(&place, &mut steps);
        if version.prefix() == PrefixForm::Lua {
            steps.extend(lua_prefix(printed));
        }
        if !version.goes_to_https_first() {
            self.to_https(&place, &mut steps);
        }
        let Some(upstream) = upstream else { return Ok(steps) };
        if backend != DEFAULT && upstream.endpoints.nobody.is_some() {
            if version.checks_access_before_endpoints() {
                self.access(&place, &mut steps)?;
            }
            let why = upstream.endpoints.nobody.clone().unwrap_or_default();
            let certainty = upstream.endpoints.certainty.clone();
            steps.push(Step { certainty, ..self.error(&place, Vec::new(), 503, why) });
            return Ok(steps);
        }
        let doubt = self.access(&place, &mut steps)?;
        let first = steps.len();
        if backend == DEFAULT && upstream.endpoints.nobody.is_some() {
            steps.push(self.nowhere(&place, note));
        } else {
            self.forward(&place, &upstream, note, &mut steps)?;
        }
        for step in steps.iter_mut().skip(first) {
            step.certainty = std::mem::take(&mut step.certainty).and(doubt.clone());
        }
        Ok(steps)
    }

    /// The default backend, where the manifests show none.
    fn nowhere(&self, place: &Place, note: Option<String>) -> Step {
        let config = self.cx.config;
        let what = note.unwrap_or_else(|| "no rule made a location for this".to_owned());
        if !config.version.needs_default_backend() {
            let why = format!("{what}, and upstream-default-backend answers 404");
            return self.error(place, Vec::new(), 404, why);
        }
        if config.default_backend_service.is_some() {
            let why = format!("{what}, and upstream-default-backend has no endpoint");
            return self.error(place, Vec::new(), 503, why);
        }
        let why = format!(
            "ingress-nginx {} does not start without a default backend; which one is not in the manifests, and \
             most answer 404",
            config.version
        );
        let answer = format!("{what}, and upstream-default-backend answers 404");
        Step { certainty: Certainty::Likely(why), ..self.error(place, Vec::new(), 404, answer) }
    }

    /// CORS answers preflight requests before anything else is asked.
    fn preflight(&self, annotations: &Annotations, steps: &mut Vec<Step>) {
        let asks = self.cx.config.version.cors_asks_origin();
        let Some(cors) = annotations.cors.as_ref().filter(|c| !c.nobody || !asks) else { return };
        let mut when = vec![Condition::Method("OPTIONS".to_owned())];
        if let Some(origins) = cors.origins.as_ref().filter(|_| asks) {
            when.push(Condition::Header {
                name: "origin".to_owned(),
                value: TextMatch::Regex(origins.clone()),
            });
        }
        let why = "enable-cors answers preflight requests".to_owned();
        steps.push(named("enable-cors", Step::when(when, Action::Respond(Respond { status: 204, why }))));
    }

    fn redirect(&self, annotations: &Annotations, steps: &mut Vec<Step>) {
        let Some(redirect) = &annotations.redirect else { return };
        if !matches!(redirect.code, 301 | 302 | 303 | 307 | 308) {
            let why = format!("{} with a status that has no Location", redirect.annotation);
            steps.push(named(redirect.annotation, respond(redirect.code, why)));
            return;
        }
        let url = Part::Text(redirect.url.clone());
        let location = if redirect.url.starts_with('/') && !annotations.relative_redirects {
            absolute(vec![url])
        } else {
            Template(vec![url])
        };
        let action = Action::Redirect(Redirect { status: redirect.code, location });
        steps.push(named(redirect.annotation, Step::always(action)));
    }

    /// A rewrite to a URL sends the client there; one to nothing is an error.
    fn rewrite_ends(&self, place: &Place, steps: &mut Vec<Step>) {
        let Some(rewriting) = &place.rewriting else { return };
        let doubt = doubt_of(rewriting);
        if rewriting.redirects {
            let location = Template(vec![Part::Captured(rewriting.captured.clone())]);
            let action = Action::Redirect(Redirect { status: 302, location });
            let hits = |pattern: &Pattern| Condition::Path(PathMatcher::Regex(pattern.clone()));
            let when = rewriting.may_miss.iter().map(hits).collect();
            steps.push(Step { certainty: doubt, ..named("rewrite-target", Step::when(when, action)) });
        } else if rewriting.may_be_empty {
            let why = "the rewritten path is empty".to_owned();
            let when = vec![Condition::RewrittenToNothing(rewriting.captured.clone())];
            steps.push(named("rewrite-target", self.error(place, when, 500, why)));
        }
    }

    fn to_https(&self, place: &Place, steps: &mut Vec<Step>) {
        let config = self.cx.config;
        let annotations = &*place.printed.location.annotations;
        let rewrite = &annotations.rewrite;
        let exempt =
            config.no_tls_redirect_locations.iter().any(|p| place.printed.path.starts_with(p.as_str()));
        if exempt || !(rewrite.force_ssl_redirect || rewrite.ssl_redirect) {
            return;
        }
        let is_plain = config.version.has_plain_https_redirect();
        let mut when = vec![match is_plain {
            true => Condition::Scheme(Scheme::Http),
            false => Condition::BelievedScheme("http".to_owned()),
        }];
        let name = if rewrite.force_ssl_redirect {
            "force-ssl-redirect"
        } else {
            match self.has_certificate {
                Some(true) => {}
                Some(false) => return,
                None => when.push(Condition::Host(self.certified.clone())),
            }
            "ssl-redirect"
        };
        let host = if is_plain { Part::MatchedHost } else { Part::UpToColon };
        let mut parts = vec![Part::Text("https://".to_owned()), host];
        if annotations.use_port_in_redirects {
            parts.push(Part::Text(":443".to_owned()));
        }
        let keep_slash = rewrite.preserve_trailing_slash || !config.version.drops_last_slash();
        parts.push(Part::Target { keep_slash });
        let location = Template(parts);
        let action = Action::Redirect(Redirect { status: config.http_redirect_code, location });
        let mut certainty = Certainty::Certain;
        if let Some(why) = self.certificate_doubt.filter(|_| !rewrite.force_ssl_redirect) {
            certainty = Certainty::Likely(why.to_owned());
        } else if config.version.needs_some_annotation() && annotations.bare {
            let version = config.version;
            let why = format!(
                "ingress-nginx {version} does not redirect where an Ingress has no annotation at all; kubectl apply adds one"
            );
            certainty = Certainty::Likely(why);
        }
        steps.push(Step { certainty, ..named(name, Step::when(when, action)) });
    }

    /// Address lists and authentication. What comes back is how sure it is that whoever passes them
    /// passes.
    fn access(&self, place: &Place, steps: &mut Vec<Step>) -> Result<Certainty, String> {
        let annotations = &*place.printed.location.annotations;
        let config = self.cx.config;
        let (allow, deny) = (&annotations.allow, &annotations.deny);
        let auth = &annotations.auth;
        let exempt = config.no_auth_locations.iter().any(|p| place.printed.path.starts_with(p.as_str()));
        let global = config.global_auth_url.as_ref().filter(|_| auth.external.is_none() && !auth.not_global);
        let external = auth.external.is_some() || global.is_some();
        let asks = !exempt && (auth.basic.is_some() || external);
        let client = |ranges: &[AddressRange], inside| Condition::Client { ranges: ranges.to_vec(), inside };
        let mut unless = Vec::new();
        if annotations.satisfy_any && asks {
            // An explicit `allow` lets in without asking.
            if !allow.is_empty() {
                let mut allowed = vec![client(allow, true)];
                if !deny.is_empty() {
                    allowed.push(client(deny, false));
                }
                unless.push(Condition::Not(Box::new(Condition::AllOf(allowed))));
            }
        } else {
            if !deny.is_empty() {
                let why = "the client's address is in denylist-source-range".to_owned();
                let step = self.error(place, vec![client(deny, true)], 403, why);
                steps.push(named("denylist-source-range", step));
            }
            if !allow.is_empty() {
                let why = "the client's address is not in allowlist-source-range".to_owned();
                let step = self.error(place, vec![client(allow, false)], 403, why);
                steps.push(named("allowlist-source-range", step));
            }
        }
        if !asks {
            return Ok(Certainty::Certain);
        }
        let sign_in = match &auth.external {
            Some(external) => {
                external.sign_in.as_ref().map(|url| (url.as_str(), external.parameter.as_str()))
            }
            None => config.global_auth_signin.as_deref().filter(|_| global.is_some()).map(|url| (url, "rd")),
        };
        let mut doubt = Certainty::Certain;
        if external {
            let url = auth.external.as_ref().map(|e| e.url.as_str()).or(global.map(String::as_str));
            let url = url.unwrap_or_default();
            let mut when = vec![
                Condition::Not(Box::new(present("authorization"))),
                Condition::Not(Box::new(present("cookie"))),
            ];
            when.extend(unless.iter().cloned());
            let step = self.unauthorized(place, when, sign_in, format!("auth-url asks {url}"))?;
            let why =
                format!("whether the request may pass is asked of {url}; without credentials it hardly may");
            steps.push(named("auth-url", Step { certainty: Certainty::Likely(why), ..step }));
            doubt = Certainty::Unknowable(format!("whether the request may pass is asked of {url}"));
        }
        if let Some(basic) = &auth.basic {
            let nobody = basic.users.as_ref().is_some_and(Logins::is_empty);
            let users = basic.users.as_ref().filter(|_| !basic.digest);
            let mut when = unless.clone();
            match users {
                _ if nobody => {}
                Some(users) => when.push(Condition::NoLogin(users.clone())),
                None => {
                    let scheme = if basic.digest { "(?i)^digest " } else { "(?i)^basic " };
                    let credentials = match Pattern::pcre(scheme, false) {
                        Ok(pattern) => TextMatch::Regex(pattern),
                        Err(_) => TextMatch::Present,
                    };
                    let given = Condition::Header { name: "authorization".to_owned(), value: credentials };
                    when.push(Condition::Not(Box::new(given)));
                }
            }
            let why = if nobody {
                format!("Secret {} lets nobody in", basic.secret)
            } else if users.is_some() {
                format!("auth-type: the request names no user of Secret {} with its password", basic.secret)
            } else {
                "auth-type: the request carries no credentials".to_owned()
            };
            let step = self.unauthorized(place, when, sign_in, why)?;
            steps.push(named("auth-type", step));
            if !users.is_some_and(Logins::is_computed) {
                let why = match users {
                    Some(_) => format!(
                        "whether the credentials are right is not known: Secret {} keeps a password in a \
                         form that is not computed here",
                        basic.secret
                    ),
                    None => format!(
                        "whether the credentials are right stands in Secret {}, which is not read",
                        basic.secret
                    ),
                };
                doubt = doubt.and(Certainty::Unknowable(why));
            }
        }
        Ok(doubt)
    }

    /// An answer of 401, or the way to where one signs in.
    fn unauthorized(
        &self,
        place: &Place,
        when: Vec<Condition>,
        sign_in: Option<(&str, &str)>,
        why: String,
    ) -> Result<Step, String> {
        let Some((url, parameter)) = sign_in else { return Ok(self.error(place, when, 401, why)) };
        let (mut location, unknown) = super::rewrite::template(place.printed, url, self.groups)?;
        // buildAuthSignURL: the way back, unless the URL has one.
        let query = url.split_once('?').map(|(_, query)| query);
        let has = query.is_some_and(|q| q.split('&').any(|p| p.split('=').next() == Some(parameter)));
        if !has {
            let sign = if query.is_some() { '&' } else { '?' };
            location.0.extend([
                Part::Text(format!("{sign}{parameter}=")),
                Part::BelievedScheme,
                Part::Text("://".to_owned()),
                Part::HostHeader,
                Part::EscapedTarget,
            ]);
        }
        let mut step = Step::when(when, Action::Redirect(Redirect { status: 302, location }));
        if let Some(name) = unknown {
            step.certainty = Certainty::Unknowable(format!("the value of ${name} is not simulated"));
        }
        Ok(step)
    }

    /// An error of nginx itself, which `custom-http-errors` hands to the default backend.
    fn error(&self, place: &Place, when: Vec<Condition>, status: u16, why: String) -> Step {
        let codes = &place.printed.location.annotations.custom_http_errors;
        let target = place.errors.as_ref().filter(|_| codes.contains(&status));
        let Some(target) = target else {
            return Step::when(when, Action::Respond(Respond { status, why }));
        };
        if target.endpoints.nobody.is_some() {
            let why = format!(
                "custom-http-errors hands {status} ({why}) to the default backend, which answers 404"
            );
            return Step::when(when, Action::Respond(Respond { status: 404, why }));
        }
        let backend = self.backends.known(target);
        let action = Action::Forward(Forward {
            backends: vec![Weighted { backend, weight: 1 }],
            path: Rewrite::Path("/".to_owned()),
            host: None,
        });
        Step { note: Some(format!("custom-http-errors: {status}, {why}")), ..Step::when(when, action) }
    }

    fn forward(
        &self,
        place: &Place,
        main: &Upstream,
        note: Option<String>,
        steps: &mut Vec<Step>,
    ) -> Result<(), String> {
        let annotations = &*place.printed.location.annotations;
        let mut doubt = main.endpoints.certainty.clone();
        let path = match &place.rewriting {
            Some(rewriting) => {
                doubt = doubt.and(doubt_of(rewriting));
                Rewrite::Captured(rewriting.captured.clone())
            }
            None => Rewrite::Keep,
        };
        let host = match &annotations.upstream_vhost {
            Some(text) => {
                let (template, unknown) = super::rewrite::template(place.printed, text, self.groups)?;
                if let Some(name) = unknown {
                    doubt =
                        doubt.and(Certainty::Unknowable(format!("the value of ${name} is not simulated")));
                }
                Some(template)
            }
            None => {
                let plain = self.cx.config.version.passes_matched_host();
                plain.then(|| Template(vec![Part::MatchedHost]))
            }
        };
        let to = |backends: Vec<Weighted>| {
            Action::Forward(Forward { backends, path: path.clone(), host: host.clone() })
        };
        let backend = self.backends.known(main);
        let all = |backend| vec![Weighted { backend, weight: 1 }];
        let canary = main
            .alternatives
            .first()
            .and_then(|&at| self.upstreams.get(at))
            .filter(|u| !u.deleted && u.endpoints.nobody.is_none());
        let Some((alternative, canary)) = canary.and_then(|u| Some((u, u.canary.as_ref()?))) else {
            steps.push(Step { certainty: doubt, note, ..Step::always(to(all(backend))) });
            return Ok(());
        };
        let other = self.backends.known(alternative);
        let by = alternative.canary_of.as_deref().unwrap_or_default();
        let mut push = |what: &str, when: Vec<Condition>, action: Action, certainty: Certainty| {
            steps.push(Step { certainty, note: Some(format!("{what} of {by}")), ..Step::when(when, action) });
        };
        if let Some(cookie) = main.affinity_cookie.as_ref().or(alternative.affinity_cookie.as_ref()) {
            let both = vec![Weighted { backend, weight: 1 }, Weighted { backend: other, weight: 1 }];
            let why = format!("cookie {cookie} says which endpoint the client had before");
            let when =
                vec![Condition::Cookie { name: cookie.clone(), any_case: true, value: TextMatch::Present }];
            push("affinity", when, to(both), Certainty::Unknowable(why));
        }
        self.canary_by_header(canary, |what, when, to_canary| {
            push(what, when, to(all(if to_canary { other } else { backend })), doubt.clone());
        });
        if let Some(name) = &canary.cookie {
            for (word, target) in [("always", other), ("never", backend)] {
                let value = TextMatch::Exact(word.to_owned());
                let when = vec![Condition::Cookie { name: name.clone(), any_case: true, value }];
                push("canary-by-cookie", when, to(all(target)), doubt.clone());
            }
        }
        let weights = match canary.weight {
            0 => all(backend),
            weight if weight >= canary.total => all(other),
            weight => {
                vec![Weighted { backend, weight: canary.total - weight }, Weighted { backend: other, weight }]
            }
        };
        push("canary-weight", Vec::new(), to(weights), doubt.clone());
        Ok(())
    }

    fn canary_by_header(&self, canary: &Canary, mut push: impl FnMut(&str, Vec<Condition>, bool)) {
        let Some(name) = &canary.header else { return };
        // A hyphen and an underscore are one in nginx' variable; in a request's header name, the
        // underscore drops the header unless it is allowed.
        let hyphens = name.replace('_', "-");
        let header = |value: TextMatch| {
            let by_name = |name: &str| Condition::Header { name: name.to_owned(), value: value.clone() };
            if self.cx.config.underscores && hyphens.contains('-') {
                vec![Condition::AnyOf(vec![by_name(&hyphens), by_name(&hyphens.replace('-', "_"))])]
            } else {
                vec![by_name(&hyphens)]
            }
        };
        if let Some(value) = &canary.header_value {
            push("canary-by-header-value", header(TextMatch::Exact(value.clone())), true);
        } else if let Some(pattern) = &canary.header_pattern {
            match Pattern::pcre(pattern, false) {
                Ok(pattern) => push("canary-by-header-pattern", header(TextMatch::Regex(pattern)), true),
                // A pattern that is none sends everybody who has the header to the main Service.
                Err(_) => push("canary-by-header-pattern", header(TextMatch::Present), false),
            }
        } else {
            push("canary-by-header", header(TextMatch::Exact("always".to_owned())), true);
            push("canary-by-header", header(TextMatch::Exact("never".to_owned())), false);
        }
    }
}

/// 0.41.0: Lua's answer to what is not below a Prefix. It took the path for one of Lua's patterns, in
/// which a hyphen is no hyphen (issue 6449), and put a slash behind one that had one (issue 6463).
fn lua_prefix(printed: &Printed) -> Option<Step> {
    let path = printed.path.as_str();
    if printed.kind != Kind::Prefix || path == "/" {
        return None;
    }
    let itself = Condition::Path(PathMatcher::Exact(path.to_owned()));
    let below = Condition::Path(PathMatcher::StringPrefix(format!("{path}/")));
    let is_pattern =
        path.ends_with('/') || path.contains(['-', '+', '*', '?', '%', '(', ')', '[', ']', '^', '$']);
    let served = if is_pattern { itself } else { Condition::AnyOf(vec![itself, below]) };
    let why = format!("Lua finds that the path is not below {path}");
    let answer = respond(404, why);
    Some(Step { when: vec![Condition::Not(Box::new(served))], ..named("path type Prefix", answer) })
}

fn doubt_of(rewriting: &Rewriting) -> Certainty {
    match &rewriting.unknown {
        Some(name) => Certainty::Unknowable(format!("the value of ${name} is not simulated")),
        None if rewriting.sets_query => {
            Certainty::Unknowable("rewrite-target sets a query, which is not simulated".to_owned())
        }
        None => Certainty::Certain,
    }
}

/// Scheme and host in front, as nginx puts them before a `Location` that begins with a slash.
pub(super) fn absolute(mut rest: Vec<Part>) -> Template {
    let mut parts = vec![Part::Scheme, Part::Text("://".to_owned()), Part::MatchedHost];
    parts.append(&mut rest);
    Template(parts)
}

pub(super) fn respond(status: u16, why: String) -> Step {
    Step::always(Action::Respond(Respond { status, why }))
}

pub(super) fn named(note: &str, step: Step) -> Step {
    let note = match step.note {
        Some(more) => format!("{note}; {more}"),
        None => note.to_owned(),
    };
    Step { note: Some(note), ..step }
}

fn present(name: &str) -> Condition {
    Condition::Header { name: name.to_owned(), value: TextMatch::Present }
}

/// Conditions of a TLS connection.
pub(super) fn over_tls() -> Vec<Condition> {
    vec![Condition::Scheme(Scheme::Https)]
}
