//! Filters: what they make of a request, and where a redirect leads.

use super::Implementation;
use super::listener::Live;
use crate::cluster::{Cluster, FilterAction, OtherObject, PathModifier, RequestRedirect, RouteFilter};
use crate::routing::{Certainty, Part, Redirect, Rewrite, Scheme, Template, escape_path};
use std::collections::HashSet;

/// What a list of filters does together.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    /// The client is sent elsewhere.
    pub redirect: Option<Redirect>,
    /// The Gateway answers by itself, with this status.
    pub direct: Option<u16>,
    /// The path that the backend receives.
    pub path: Rewrite,
    /// The `Host` that the backend receives.
    pub host: Option<Template>,
    /// The rule cannot be carried out: the status, and why.
    pub refused: Option<(u16, String)>,
    /// Preflight requests are answered by the Gateway.
    pub cors: bool,
    /// How sure all this is.
    pub certainty: Certainty,
}

impl Default for Effect {
    fn default() -> Self {
        Self {
            redirect: None,
            direct: None,
            path: Rewrite::Keep,
            host: None,
            refused: None,
            cors: false,
            certainty: Certainty::Certain,
        }
    }
}

/// The objects of kinds that are not read, for filters of the implementation's own.
pub(super) struct Extensions(HashSet<(String, String)>);

impl Extensions {
    pub fn of(cluster: &Cluster) -> Self {
        let name = |other: &OtherObject| {
            let meta = &other.meta;
            let group = meta.api_version.split_once('/').map_or("", |(group, _)| group);
            let namespace = if meta.namespace.is_empty() { "default" } else { &meta.namespace };
            (namespace.to_owned(), format!("{}.{group}/{}", meta.kind, meta.name.value))
        };
        Self(cluster.others.iter().map(name).collect())
    }

    /// Whether there is an object `kind.group/name` in a namespace.
    fn contains(&self, namespace: &str, reference: &str) -> bool {
        self.0.contains(&(namespace.to_owned(), reference.to_owned()))
    }
}

/// What filters are read against.
#[derive(Clone, Copy)]
pub(super) struct Scene<'s> {
    pub extensions: &'s Extensions,
    pub implementation: Implementation,
    /// The route's namespace.
    pub namespace: &'s str,
    pub live: &'s Live<'s>,
    /// The path of the match, for the replacement of prefixes.
    pub matched: &'s str,
}

impl Scene<'_> {
    /// Adds filters to an effect, in order; a later rewrite goes before an earlier one.
    pub fn apply(self, filters: &[RouteFilter], mut effect: Effect) -> Effect {
        for filter in filters {
            if effect.refused.is_none() {
                self.apply_one(&filter.action, &mut effect);
            }
        }
        effect
    }

    fn apply_one(self, action: &FilterAction, effect: &mut Effect) {
        let traefik = self.implementation == Implementation::Traefik;
        let mut doubt = |certainty: Certainty| {
            effect.certainty = std::mem::take(&mut effect.certainty).and(certainty);
        };
        let word = action.as_str();
        match action {
            FilterAction::ResponseHeaders => {}
            FilterAction::Redirect(redirect) => effect.redirect = Some(self.redirect(redirect)),
            FilterAction::Rewrite { hostname: None, path: None } if traefik => {
                effect.refused = Some((500, "Traefik refuses a URLRewrite that rewrites nothing".to_owned()));
            }
            FilterAction::Rewrite { hostname, path } => {
                if let Some(path) = path {
                    effect.path = self.rewrite(path);
                }
                if let Some(hostname) = hostname {
                    effect.host = Some(hostname.as_str().into());
                }
            }
            FilterAction::RequestHeaders(headers) => {
                let set = headers.set.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
                if let Some((_, value)) = set {
                    effect.host = Some(value.as_str().into());
                    if !traefik {
                        let open = "the API does not say whether a RequestHeaderModifier can set Host";
                        doubt(Certainty::Likely(open.to_owned()));
                    }
                }
            }
            FilterAction::Mirror(_)
            | FilterAction::Cors
            | FilterAction::ExternalAuth
            | FilterAction::Direct(_)
                if traefik =>
            {
                effect.refused = Some((500, format!("Traefik does not support the filter {word}")));
            }
            FilterAction::Mirror(_) => doubt(extended(word)),
            FilterAction::Cors => {
                effect.cors = true;
                doubt(extended(word));
            }
            FilterAction::Direct(status) => {
                effect.direct = Some(*status);
                doubt(extended(word));
            }
            FilterAction::ExternalAuth => doubt(Certainty::Unknowable(
                "an external service decides whether the request goes on (filter ExternalAuth)".to_owned(),
            )),
            FilterAction::Extension(name) => match self.extensions.contains(self.namespace, name) {
                true => doubt(Certainty::Unknowable(format!(
                    "what the filter {name} does is known to the implementation only"
                ))),
                false => {
                    let why =
                        format!("the filter refers to {name}, which is not there; it must not be skipped");
                    effect.refused = Some((500, why));
                    doubt(Certainty::Likely(format!(
                        "the API asks for an error, not for a certain one; {name} is not in the manifests"
                    )));
                }
            },
        }
    }

    fn rewrite(self, path: &PathModifier) -> Rewrite {
        let written = match (path, self.implementation) {
            (path, Implementation::Text) => path.clone(),
            // What is replaced is a path that is not escaped: `?`, `#` and `%` stand for themselves.
            (PathModifier::Full(path), Implementation::Traefik) => PathModifier::Full(escape_path(path)),
            (PathModifier::Prefix(with), Implementation::Traefik) => PathModifier::Prefix(escape_path(with)),
        };
        match &written {
            PathModifier::Full(path) if path.is_empty() => Rewrite::Path("/".to_owned()),
            PathModifier::Full(path) => Rewrite::Path(path.clone()),
            // Traefik joins nothing and the rest to a path without a slash in front.
            PathModifier::Prefix(with)
                if with.is_empty() && self.implementation == Implementation::Traefik =>
            {
                let prefix = self.matched.strip_suffix('/').unwrap_or(self.matched);
                Rewrite::Prefix { prefix: format!("{prefix}/"), with: String::new() }
            }
            PathModifier::Prefix(with) => Rewrite::elements(self.matched, with),
        }
    }

    fn redirect(self, redirect: &RequestRedirect) -> Redirect {
        let mut parts = Vec::new();
        let own_scheme = match self.live.scheme {
            Some(Scheme::Https) => "https",
            _ => "http",
        };
        let scheme = redirect.scheme.as_deref().unwrap_or(own_scheme);
        parts.push(Part::Text(format!("{scheme}://")));
        let own_host = match (self.implementation, redirect.port, &redirect.scheme) {
            (Implementation::Traefik, None, None) => Part::JoinedAuthority,
            (Implementation::Traefik, None, Some(_)) => Part::BareHost,
            (Implementation::Traefik, Some(port), _) => Part::JoinedHost(port),
            _ => Part::Host,
        };
        if self.implementation == Implementation::Traefik {
            // Go keeps it in the URL, whatever host follows.
            parts.push(Part::User);
        }
        let own_port = own_host != Part::Host && redirect.hostname.is_none();
        parts.push(redirect.hostname.clone().map_or(own_host, Part::Text));
        match self.implementation {
            Implementation::Text => {
                // Without a scheme the port is the listener's, with one it is the scheme's own.
                let derived = match redirect.scheme.as_deref() {
                    Some("http") => 80,
                    Some("https") => 443,
                    _ => self.live.listener.port.value,
                };
                let port = redirect.port.unwrap_or(derived);
                if !matches!((scheme, port), ("http", 80) | ("https", 443)) {
                    parts.push(Part::Text(format!(":{port}")));
                }
            }
            // Traefik shows a port that is given, even a well-known one, and else the client's own.
            Implementation::Traefik => match (redirect.port, &redirect.scheme) {
                _ if own_port => {}
                (Some(port), _) => parts.push(Part::Text(format!(":{port}"))),
                (None, Some(_)) => {}
                (None, None) => parts.push(Part::Port),
            },
        }
        parts.push(Part::Path(redirect.path.as_ref().map_or(Rewrite::Keep, |p| self.rewrite(p))));
        parts.push(match self.implementation {
            Implementation::Text => Part::Query,
            Implementation::Traefik => Part::PassedQuery,
        });
        Redirect { status: redirect.status, location: Template(parts) }
    }
}

fn extended(word: &str) -> Certainty {
    Certainty::Likely(format!(
        "the filter {word} is an Extended feature: an implementation without it refuses the rule"
    ))
}
