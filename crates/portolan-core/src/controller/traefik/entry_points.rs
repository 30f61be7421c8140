//! Entry points: what Traefik's static configuration says about the ports that it listens on.
//!
//! Two are known, `web` for HTTP and `websecure` for HTTPS, as in Traefik's own Helm chart. A request
//! over plain HTTP comes through `web`, one over TLS through `websecure`, whatever the port outside
//! of the cluster is.

use super::routers::{Audience, Router, Rule};
use super::view::{Middleware, Service, Shown, Tls};
use crate::controller::{Setting, Settings};
use crate::routing::{
    Action, Certainty, Condition, GoReading, HostPattern, Origin, Part, PathMatcher, Pattern, Reading,
    Redirect, Scheme, Step, Template,
};

/// The settings of both entry points. A controller's own come before them.
pub(super) const SETTINGS: [Setting; 14] = [
    setting("entryPoints.web.address", "The address that `web` listens on.", ":80"),
    setting(
        "entryPoints.web.asDefault",
        "Routers that name no entry point take those marked so; all where none is.",
        "false",
    ),
    setting("entryPoints.web.http.tls", "Routers on `web` answer HTTPS instead of HTTP.", "false"),
    setting(
        "entryPoints.web.http.sanitizePath",
        "Resolve dot segments and doubled slashes before routing.",
        "true",
    ),
    setting(
        "entryPoints.web.http.encodeQuerySemicolons",
        "A `;` in the query becomes `%3B`, not `&`.",
        "false",
    ),
    setting(
        "entryPoints.web.http.redirections.entryPoint.to",
        "Send everything on `web` to this entry point.",
        "",
    ),
    setting(
        "entryPoints.web.http.redirections.entryPoint.scheme",
        "The scheme that is redirected to.",
        "https",
    )
    .one_of(&["http", "https"]),
    setting(
        "entryPoints.web.http.redirections.entryPoint.permanent",
        "301 and 308 rather than 302 and 307.",
        "true",
    ),
    setting(
        "entryPoints.web.http.redirections.entryPoint.priority",
        "The priority of the redirecting router.",
        "9223372036854775806",
    ),
    setting("entryPoints.websecure.address", "The address that `websecure` listens on.", ":443"),
    setting(
        "entryPoints.websecure.asDefault",
        "Routers that name no entry point take those marked so; all where none is.",
        "false",
    ),
    setting(
        "entryPoints.websecure.http.tls",
        "Every router on `websecure` answers HTTPS, with or without `router.tls`.",
        "false",
    ),
    setting(
        "entryPoints.websecure.http.sanitizePath",
        "Resolve dot segments and doubled slashes before routing.",
        "true",
    ),
    setting(
        "entryPoints.websecure.http.encodeQuerySemicolons",
        "A `;` in the query becomes `%3B`, not `&`.",
        "false",
    ),
];

/// A controller's own settings and these.
pub(super) const fn behind<const OWN: usize, const ALL: usize>(own: [Setting; OWN]) -> [Setting; ALL] {
    assert!(OWN + SETTINGS.len() == ALL);
    let mut all = [setting("", "", ""); ALL];
    let mut i = 0;
    while i < ALL {
        all[i] = if i < OWN { own[i] } else { SETTINGS[i - OWN] };
        i += 1;
    }
    all
}

/// One setting.
pub(super) const fn setting(name: &'static str, about: &'static str, default: &'static str) -> Setting {
    Setting::new(name, about, default)
}

/// Whether a setting says yes, as Go's `strconv.ParseBool` and YAML read it.
pub(super) fn flag(settings: &Settings, name: &str, default: bool) -> bool {
    match settings.get(name).map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "t" | "1" | "yes" | "on") => true,
        Some("false" | "f" | "0" | "no" | "off") => false,
        _ => default,
    }
}

/// One entry point.
struct EntryPoint {
    name: &'static str,
    port: String,
    as_default: bool,
    tls: bool,
}

/// Both entry points.
pub(super) struct EntryPoints {
    points: [EntryPoint; 2],
    redirection: Option<Router>,
    /// How requests are read.
    pub(super) reading: Reading,
}

impl EntryPoints {
    pub(super) fn new(settings: &Settings) -> Self {
        let point = |name, default_address: &'static str| {
            let setting = |rest: &str| format!("entryPoints.{name}.{rest}");
            let address = settings.get(&setting("address")).unwrap_or(default_address);
            let port = address.split('/').next().unwrap_or(address).rsplit(':').next().unwrap_or(address);
            EntryPoint {
                name,
                port: port.to_owned(),
                as_default: flag(settings, &setting("asDefault"), false),
                tls: flag(settings, &setting("http.tls"), false),
            }
        };
        let points = [point("web", ":80"), point("websecure", ":443")];
        let both = |rest: &str, default| {
            ["web", "websecure"]
                .map(|name| flag(settings, &format!("entryPoints.{name}.http.{rest}"), default))
        };
        let reading = Reading::Go(GoReading {
            sanitize_path: both("sanitizePath", true),
            encode_query_semicolons: both("encodeQuerySemicolons", false),
        });
        let redirection = redirection(settings, &points);
        EntryPoints { points, redirection, reading }
    }

    /// The router that redirects everything from `web`, if that is set.
    pub(super) fn redirection(&mut self) -> Option<Router> {
        self.redirection.take()
    }

    /// Who reaches a router: by the entry points that it names (the default ones where it names
    /// none), and whether it has TLS by itself.
    ///
    /// # Errors
    /// When nobody does, why.
    pub(super) fn audience(&self, named: &[String], tls: bool) -> Result<Audience, String> {
        let any_default = self.points.iter().any(|p| p.as_default);
        let mut audience = Audience { http: false, https: false };
        let mut reached = false;
        for (point, scheme) in self.points.iter().zip([Scheme::Http, Scheme::Https]) {
            let on = match named {
                [] => point.as_default || !any_default,
                named => named.iter().any(|n| n == point.name),
            };
            reached |= on;
            // A router with TLS does not answer plain HTTP, nor the other way round.
            match scheme {
                Scheme::Http => audience.http |= on && !(tls || point.tls),
                Scheme::Https => audience.https |= on && (tls || point.tls),
            }
        }
        match audience {
            Audience { http: false, https: false } if reached => Err(match tls {
                true => "it has TLS, but is on entry point web only, which requests reach over plain HTTP"
                    .to_owned(),
                false => {
                    "it has no TLS, but is on entry point websecure only, which requests reach over TLS; \
                     set router.tls or the entry point's http.tls"
                        .to_owned()
                }
            }),
            Audience { http: false, https: false } => {
                Err(format!("none of its entry points exists: {}", named.join(", ")))
            }
            audience => Ok(audience),
        }
    }

    /// The names of the entry points of a router: those that it names, else the default ones.
    pub(super) fn names(&self, named: &[String]) -> Vec<&'static str> {
        let any_default = self.points.iter().any(|p| p.as_default);
        let on = |p: &&EntryPoint| match named {
            [] => p.as_default || !any_default,
            named => named.iter().any(|n| n == p.name),
        };
        self.points.iter().filter(on).map(|p| p.name).collect()
    }

    /// The entry points where every router has TLS.
    pub(super) fn with_tls(&self) -> Vec<&'static str> {
        self.points.iter().filter(|p| p.tls).map(|p| p.name).collect()
    }
}

fn redirection(settings: &Settings, points: &[EntryPoint; 2]) -> Option<Router> {
    const PREFIX: &str = "entryPoints.web.http.redirections.entryPoint";
    let setting = |name: &str| format!("{PREFIX}.{name}");
    let to = settings.get(&setting("to"))?;
    let scheme = settings.get(&setting("scheme")).unwrap_or("https");
    let port = match to.strip_prefix(':') {
        Some(port) => port,
        None => &points.iter().find(|p| p.name == to)?.port,
    };
    let default_port = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
    let port = if default_port { String::new() } else { format!(":{port}") };
    let url = Part::UrlWithScheme { scheme: scheme.to_owned(), port };
    let location = Template(vec![Part::Url { text: Template::from(url), keep_query: false }]);
    let redirect = |status| Action::Redirect(Redirect { status, location: location.clone() });
    let (get, other) = if flag(settings, &setting("permanent"), true) { (301, 308) } else { (302, 307) };
    Some(Router {
        name: format!("web-to-{to}@internal"),
        rule: Rule {
            text: "HostRegexp(`^.+$`)".to_owned(),
            hosts: vec![HostPattern::Any],
            path: PathMatcher::Any,
            conditions: Pattern::re2("^.+$").ok().map(Condition::HostPattern).into_iter().collect(),
        },
        priority: settings.get(&setting("priority")).and_then(|p| p.parse().ok()).unwrap_or(i64::MAX - 1),
        audience: Audience { http: true, https: false },
        steps: vec![
            Step::when(vec![Condition::Method("GET".to_owned())], redirect(get)),
            Step::always(redirect(other)),
        ],
        origin: Origin {
            object: "entry point web".into(),
            field: PREFIX.to_owned(),
            span: None,
            note: Some("Traefik's static configuration redirects everything on this entry point".to_owned()),
        },
        certainty: Certainty::Certain,
        last_resort: false,
        shown: Shown {
            entry_points: vec!["web"],
            tls: Tls::No,
            ending: "",
            service: Service { name: "noop@internal".to_owned(), of: Vec::new() },
            middlewares: vec![Middleware {
                ending: "",
                plain_only: false,
                lines: vec![format!("redirect-web-to-{to}@internal")],
            }],
        },
    })
}
