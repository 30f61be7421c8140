//! What happens to a request that a location took: Traefik's middlewares, in their order
//! (traefik/traefik `pkg/provider/kubernetes/ingress-nginx/{middleware,translator}.go`).

use super::location::Location;
use super::options::Options;
use super::{auth, snippet, variables};
use crate::cluster::Cluster;
use crate::controller::traefik::backend::own_address;
use crate::controller::traefik::rule;
use crate::routing::{
    Action, AddressRange, BackendId, Certainty, Condition, Forward, Part, PathMatcher, Pattern, Redirect,
    Respond, Rewrite, Scheme, Step, Template, TextMatch, Weighted,
};

/// Everything before the backend.
pub(super) struct Chain {
    steps: Vec<Step>,
    rewrite: Rewrite,
    host: Option<Template>,
    /// What is open once a request has come this far.
    open: Certainty,
    errors: Option<ErrorPages>,
}

/// `custom-http-errors`: these answers are replaced by another Service's.
#[derive(Clone)]
pub(super) struct ErrorPages {
    pub(super) statuses: Vec<String>,
    pub(super) backend: BackendId,
    /// Its own address, where there is but one.
    pub(super) address: Option<String>,
}

impl Chain {
    /// The middlewares of a location.
    ///
    /// # Errors
    /// When one of them cannot be made: the router is in error.
    pub(super) fn new(
        location: &Location<'_>,
        cluster: &Cluster,
        options: &Options<'_>,
        errors: Option<ErrorPages>,
    ) -> Result<Chain, String> {
        let config = location.config;
        if let Some(bad) = errors.iter().flat_map(|e| &e.statuses).find(|s| !is_status_range(s)) {
            return Err(format!("custom-http-errors: {bad:?} is neither a status nor a range of them"));
        }
        let mut chain =
            Chain { steps: Vec::new(), rewrite: Rewrite::Keep, host: None, open: Certainty::Certain, errors };
        let has_tls = !location.taken.ingress.tls.is_empty();
        if config.force_ssl_redirect || (has_tls && config.ssl_redirect != Some(false)) {
            let to = Part::UrlWithScheme { scheme: "https".to_owned(), port: String::new() };
            let note = if config.force_ssl_redirect { "force-ssl-redirect" } else { "ssl-redirect" };
            chain.add(vec![Condition::Scheme(Scheme::Http)], redirect(308, as_url(to)), note);
        }
        if let Some(root) = location.app_root {
            chain.add(vec![root_only()], app_root(root), "app-root");
        }
        chain.redirect(location)?;
        if let Some(kind) = &config.auth_type {
            let users = auth::users(location.taken, kind, cluster, options)?;
            auth::check(&users, kind)?;
            let (no_user, computed) = match kind.as_str() {
                "basic" => (Condition::NoLogin(users.clone()), users.is_computed()),
                // Digests are made for one request; only their absence is certain.
                _ => {
                    let scheme = Pattern::re2(&format!("(?i)^{kind} ")).map_err(|e| e.message)?;
                    let value = TextMatch::Regex(scheme);
                    let header = Condition::Header { name: "authorization".to_owned(), value };
                    (Condition::Not(Box::new(header)), false)
                }
            };
            let why = format!("auth-type {kind}: the request names no user with its password");
            chain.add(vec![no_user], respond(401, why), "auth-type");
            if !computed {
                let open = "auth-type: it depends on a password that is kept in a form not computed here";
                chain.leave_open(Certainty::Likely(open.to_owned()));
            }
        }
        if !config.source_range.is_empty() {
            let ranges = config.source_range.split(',').map(str::trim);
            let ranges: Result<Vec<_>, _> = ranges
                .map(|r| AddressRange::parse(r).ok_or_else(|| format!("{r:?} is no address range")))
                .collect();
            let outside = Condition::Client { ranges: ranges?, inside: false };
            let why = "the client's address is in none of the ranges of allowlist-source-range";
            chain.add(vec![outside], respond(403, why.to_owned()), "allowlist-source-range");
        }
        if config.enable_cors {
            let present = |name: &str| Condition::Header { name: name.to_owned(), value: TextMatch::Present };
            let preflight = vec![
                Condition::Method("OPTIONS".to_owned()),
                present("origin"),
                present("access-control-request-method"),
            ];
            chain.add(
                preflight,
                respond(200, "enable-cors answers preflight requests".to_owned()),
                "enable-cors",
            );
        }
        chain.rewrite(location)?;
        if let Some(host) = &config.upstream_vhost {
            if host.is_empty() {
                return Err("upstream-vhost is empty".to_owned());
            }
            let (template, unknown) = variables::host(host, &location.variables());
            chain.host = Some(template);
            if unknown {
                let open = "upstream-vhost holds $hostname, which only the running Traefik knows";
                chain.leave_open(Certainty::Likely(open.to_owned()));
            }
            if host.contains("$arg") {
                let open =
                    "upstream-vhost takes from the query: Go writes what is not ASCII in a form of its own";
                chain.leave_open(Certainty::Likely(open.to_owned()));
            }
        }
        if config.auth_tls_secret.is_some() && config.auth_tls_verify_client.as_deref() != Some("off") {
            let open = "auth-tls-secret: over TLS, it depends on the client's certificate";
            chain.leave_open(Certainty::Likely(open.to_owned()));
        }
        chain.snippets(location, cluster)?;
        Ok(chain)
    }

    /// One that answers every request in this way.
    pub(super) fn answering(action: Action, open: Certainty) -> Chain {
        let steps = vec![Step { certainty: open.clone(), ..Step::always(action) }];
        Chain { steps, rewrite: Rewrite::Keep, host: None, open, errors: None }
    }

    fn add(&mut self, when: Vec<Condition>, action: Action, note: &str) {
        let action = self.with_error_page(action);
        self.steps.push(Step {
            certainty: self.open.clone(),
            note: Some(note.to_owned()),
            ..Step::when(when, action)
        });
    }

    fn leave_open(&mut self, open: Certainty) {
        self.open = std::mem::take(&mut self.open).and(open);
    }

    fn with_error_page(&self, action: Action) -> Action {
        let Action::Respond(Respond { status, .. }) = &action else { return action };
        let Some(pages) = self.errors.as_ref().filter(|pages| pages.cover(*status)) else { return action };
        // The request for the page is a new one; it loses a colon without a port.
        let text = Template(vec![Part::Host, Part::Port]);
        let or = Template::from(pages.address.as_deref().unwrap_or_default());
        Action::Forward(Forward {
            backends: vec![Weighted { backend: pages.backend, weight: 1 }],
            path: Rewrite::Target("/".to_owned()),
            host: Some(Template(vec![Part::Either { text, or }])),
        })
    }

    /// `permanent-redirect` and `temporal-redirect`; the latter goes first.
    fn redirect(&mut self, location: &Location<'_>) -> Result<(), String> {
        let config = location.config;
        let valid = |code: Option<i64>, default: u16| {
            code.filter(|c| (300..=308).contains(c)).and_then(|c| u16::try_from(c).ok()).unwrap_or(default)
        };
        let (to, status, note) = match (&config.temporal_redirect, &config.permanent_redirect) {
            (Some(to), _) => (to, valid(config.temporal_redirect_code, 302), "temporal-redirect"),
            (None, Some(to)) => (to, valid(config.permanent_redirect_code, 301), "permanent-redirect"),
            (None, None) => return Ok(()),
        };
        // On a host with regular expressions only the start of the URL is replaced, and a URL that
        // does not start so, compared with case, goes on to the backend.
        let (source, mut when) = match location.regex {
            true => {
                let path = Pattern::re2(&format!("^{}", location.path)).map_err(|e| e.message)?;
                (format!("^https?://[^/]+{}", location.path), vec![Condition::Target(path)])
            }
            false => (".*".to_owned(), Vec::new()),
        };
        let pattern = Pattern::re2(&source).map_err(|e| e.message)?;
        let url = Template::from(Part::RawUrl);
        let replaced = Part::Replace { text: url, pattern: pattern.clone(), with: to.clone() };
        // What leads to itself goes on.
        when.extend(may_be_itself(location, to).then(|| Condition::Replaced { pattern, with: to.clone() }));
        let text = match location.regex || to.contains('$') {
            true => Template(vec![replaced]),
            false => Template::from(to.as_str()),
        };
        let location = Template(vec![Part::Url { text, keep_query: false }]);
        self.add(when, redirect(status, location), note);
        Ok(())
    }

    /// `rewrite-target`; a target with a scheme is a redirect.
    fn rewrite(&mut self, location: &Location<'_>) -> Result<(), String> {
        let target = &location.config.rewrite_target;
        if target.is_empty() || target == location.path {
            return Ok(());
        }
        if !target.starts_with(['/', '$']) && !location.rewrites_to_url() {
            let open =
                "rewrite-target begins without a slash: Traefik may refuse the path, or write its query anew";
            self.leave_open(Certainty::Likely(open.to_owned()));
        }
        let with = target.trim();
        let to_url = location.rewrites_to_url();
        let (pattern, with) = match location.regex_path().trim() {
            "" => ("(?s)^.*$".to_owned(), without_groups(with)),
            // A redirect is made of the first match alone; what stands around it is not taken along.
            path if to_url => (format!("(?s:^.*?)(?i:{path})(?s:.*$)"), with.to_owned()),
            path => (format!("(?i){path}"), with.to_owned()),
        };
        let pattern = Pattern::re2(&pattern).map_err(|e| e.message)?;
        if to_url {
            let pattern_of_path = pattern.clone();
            let path = Template::from(Part::RawPath);
            let text = Template(vec![Part::Replace { text: path, pattern, with }]);
            let to = Template(vec![Part::Url { text, keep_query: true }]);
            // The rule looks at the path decoded, this at its escaped form: what differs there goes on.
            let same_in_both = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~()|$*+?^".contains(&b);
            let differs = !location.path.bytes().all(same_in_both);
            let when = differs.then(|| Condition::EscapedPath(pattern_of_path)).into_iter().collect();
            self.add(when, redirect(302, to), "rewrite-target");
        } else {
            // A path that cannot be rewritten is refused before any snippet, and before anybody asks for a backend.
            let when = Condition::Unrewritable { pattern: pattern.clone(), with: with.clone() };
            self.rewrite = Rewrite::Replace { pattern, with };
            let (backends, path) = (Vec::new(), self.rewrite.clone());
            self.add(vec![when], Action::Forward(Forward { backends, path, host: None }), "rewrite-target");
        }
        Ok(())
    }

    /// Snippets and `auth-url`.
    fn snippets(&mut self, location: &Location<'_>, cluster: &Cluster) -> Result<(), String> {
        let named = [
            (location.server_snippet.unwrap_or_default(), "server-snippet"),
            (location.config.configuration_snippet.as_str(), "configuration-snippet"),
        ];
        for (text, name) in named.into_iter().filter(|(text, _)| !text.trim().is_empty()) {
            match snippet::returned(text) {
                Some(action) => self.add(Vec::new(), action, name),
                None => {
                    let open = format!("{name}: what its directives do is not simulated");
                    self.leave_open(Certainty::Unknowable(open));
                }
            }
        }
        if let Some(url) = &location.config.auth_url {
            if !auth::is_absolute(url) {
                let why = format!("auth-url: {url} has no scheme or no host");
                self.add(Vec::new(), respond(500, why), "auth-url");
            } else if auth::answers(url, cluster) {
                let open = format!("auth-url: {url} decides");
                self.leave_open(Certainty::Unknowable(open));
            } else {
                self.leave_open(Certainty::Likely(format!("nobody in the manifests answers at {url}")));
                let why = format!("auth-url: {url} cannot be reached");
                self.add(Vec::new(), respond(500, why), "auth-url");
            }
        }
        Ok(())
    }

    /// All steps, with this at their end.
    pub(super) fn steps(&self, end: &End) -> Vec<Step> {
        let mut steps = self.steps.clone();
        let (backends, addresses) = match end {
            End::Backends(backends, addresses) => (backends, addresses),
            End::Nobody(why) => {
                let action = self.with_error_page(respond(503, why.clone()));
                steps.push(Step { certainty: self.open.clone(), ..Step::always(action) });
                return steps;
            }
        };
        let to = |host: Option<Template>| {
            let is_fixed = |host: &Template| host.0.iter().all(|p| matches!(p, Part::Text(_)));
            let host = host.map(|h| if is_fixed(&h) { h } else { Part::HostHeaderOf(h).into() });
            Action::Forward(Forward { backends: backends.clone(), path: self.rewrite.clone(), host })
        };
        // Where nothing is left of a Host, Go sends the address that it connects to.
        let something = self.host.as_ref().and_then(|host| host.0.iter().map(says_something).collect());
        let (something, host): (Option<Vec<Condition>>, _) = (something, self.host.clone());
        match (something, host, addresses.as_slice()) {
            (Some(_), Some(host), [only]) => {
                let own = Template::from(only.as_str());
                let host = Template(vec![Part::Either { text: host, or: own }]);
                steps.push(Step { certainty: self.open.clone(), ..Step::always(to(Some(host))) });
            }
            (Some(something), host, _) => {
                if !something.is_empty() {
                    let when = vec![Condition::AnyOf(something)];
                    steps.push(Step { certainty: self.open.clone(), ..Step::when(when, to(host)) });
                }
                let open =
                    "upstream-vhost: where nothing is left of it, the backend receives its own address";
                let open = self.open.clone().and(own_address(open, addresses));
                let first = addresses.first().map_or("", String::as_str);
                steps.push(Step { certainty: open, ..Step::always(to(Some(Template::from(first)))) });
            }
            (None, host, _) => {
                steps.push(Step { certainty: self.open.clone(), ..Step::always(to(host)) });
            }
        }
        steps
    }
}

/// Where a request ends up.
pub(super) enum End {
    /// At one of these backends, whose addresses are these, as far as they are known.
    Backends(Vec<Weighted>, Vec<String>),
    Nobody(String),
}

/// When a part that may be nothing is something; `None` for one that always is.
fn says_something(part: &Part) -> Option<Condition> {
    let value = TextMatch::Regex(Pattern::re2("(?s).").ok()?);
    Some(match part {
        Part::Header(name) => Condition::Header { name: name.clone(), value },
        Part::JoinedHeader(name) => Condition::JoinedHeader { name: name.clone(), value },
        Part::Parameter(name) => Condition::Query { name: name.clone(), value },
        Part::Cookie(name) => Condition::Cookie { name: name.clone(), any_case: false, value },
        _ => return None,
    })
}

impl ErrorPages {
    /// Whether this status is replaced: statuses are numbers or ranges of them.
    fn cover(&self, status: u16) -> bool {
        self.statuses.iter().any(|s| match s.split_once('-') {
            Some((low, high)) => {
                let in_range = |low: u16, high: u16| (low..=high).contains(&status);
                matches!((low.parse(), high.parse()), (Ok(low), Ok(high)) if in_range(low, high))
            }
            None => s.parse() == Ok(status),
        })
    }
}

/// A number, or two with a hyphen between.
fn is_status_range(text: &str) -> bool {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    low.parse::<i32>().is_ok() && high.split('-').next().is_some_and(|h| h.parse::<i32>().is_ok())
}

/// The path is `/`.
pub(super) fn root_only() -> Condition {
    Condition::Path(PathMatcher::Exact("/".to_owned()))
}

/// The redirect of `app-root`.
pub(super) fn app_root(root: &str) -> Action {
    // Go escapes what is not ASCII in a Location.
    let mut ascii = String::with_capacity(root.len());
    for c in root.chars() {
        match c.is_ascii() {
            true => ascii.push(c),
            false => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| ascii.push_str(&format!("%{b:02x}"))),
        }
    }
    redirect(302, variables::template(&format!("$scheme://$best_http_host{ascii}"), None).0)
}

pub(super) fn redirect(status: u16, location: Template) -> Action {
    Action::Redirect(Redirect { status, location })
}

pub(super) fn respond(status: u16, why: String) -> Action {
    Action::Respond(Respond { status, why })
}

/// A replacement without `$1`, and safe to be used as one.
fn without_groups(with: &str) -> String {
    let mut out = String::with_capacity(with.len());
    let mut rest = with;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            out.push_str("$$");
        }
        rest = after.get(digits..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The redirect to a host's declared name; one slash at the very end is taken off.
pub(super) fn to_other_name(host: &str) -> Option<Action> {
    let pattern = Pattern::re2(r"^(https?)://(?:\[[^/\]]*\]|[^/:]+)(:[0-9]+)?[^/]*/(.*?)/?$").ok()?;
    let replaced =
        Part::Replace { text: Template::from(Part::RawUrl), pattern, with: format!("$1://{host}$2/$3") };
    Some(redirect(308, as_url(replaced)))
}

/// A URL as Go parses it and writes it again.
fn as_url(part: Part) -> Template {
    Template(vec![Part::Url { text: Template::from(part), keep_query: false }])
}

/// Whether a redirect to this URL may lead a request to the URL that it asks for already.
fn may_be_itself(location: &Location<'_>, to: &str) -> bool {
    let Some((scheme, rest)) = to.split_once("://") else { return to.contains('$') };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if scheme.contains('$') || host.contains('$') {
        return true;
    }
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
    let hosts = rule::patterns(&location.hosts());
    matches!(scheme, "http" | "https") && (hosts.is_empty() || hosts.iter().any(|p| p.matches(&host)))
}

/// The backend, with nothing before it.
pub(super) fn passed_through(end: End) -> Vec<Step> {
    let action = match end {
        End::Backends(backends, _) => Action::Forward(Forward { backends, path: Rewrite::Keep, host: None }),
        End::Nobody(why) => respond(503, why),
    };
    vec![Step::always(action)]
}
