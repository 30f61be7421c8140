//! Annotations `traefik.ingress.kubernetes.io/…`, as Traefik's label parser takes them
//! (traefik/traefik `pkg/provider/kubernetes/ingress/annotations.go` and github.com/traefik/paerser).
//!
//! The parser is strict: one name below `router.` that it does not know, or one value that it cannot
//! read, and the whole Ingress (for `service.`: the path) is left out.

use crate::cluster::{Annotation, Meta};

pub(crate) const PREFIX: &str = "traefik.ingress.kubernetes.io/";

/// What an Ingress' annotations say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RouterConfig {
    /// `router.entrypoints`.
    pub(super) entry_points: Vec<String>,
    /// `router.middlewares`.
    pub(super) middlewares: Vec<String>,
    /// `router.priority`; 0 stands for none.
    pub(super) priority: i64,
    /// `router.pathmatcher`.
    pub(super) path_matcher: Option<String>,
    /// `router.rulesyntax`.
    pub(super) v2: bool,
    /// `router.tls`, or anything below it.
    pub(super) tls: bool,
    /// `router.tls.options`.
    pub(super) tls_options: Option<String>,
}

/// What a Service's annotations say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ServiceConfig {
    /// `service.nativelb`.
    pub(super) native_lb: Option<bool>,
    /// `service.nodeportlb`.
    pub(super) node_port_lb: bool,
    /// `service.serversscheme`.
    pub(super) servers_scheme: Option<String>,
    /// `service.passhostheader`.
    pub(super) pass_host_header: Option<bool>,
    /// `service.serverstransport`.
    pub(super) servers_transport: Option<String>,
    /// `service.middlewares`.
    pub(super) middlewares: Vec<String>,
}

/// An annotation that cannot be read, or that Traefik does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault<'m> {
    /// Which.
    pub annotation: &'m Annotation,
    /// Whether Traefik knows no annotation of this name; else it is the value that is wrong.
    pub unknown: bool,
    /// What Traefik makes of it.
    pub reason: String,
}

/// The names that Traefik knows below `router.` and `service.`, but for those that it makes up from
/// what follows them.
pub(crate) const NAMES: &[&str] = &[
    "router.entrypoints",
    "router.middlewares",
    "router.priority",
    "router.pathmatcher",
    "router.rulesyntax",
    "router.tls",
    "router.tls.options",
    "router.tls.certresolver",
    "router.observability.accesslogs",
    "router.observability.metrics",
    "router.observability.tracing",
    "service.nativelb",
    "service.nodeportlb",
    "service.serversscheme",
    "service.passhostheader",
    "service.middlewares",
    "service.serverstransport",
    "service.sticky.cookie",
];

/// The annotations of one group, names in lower case.
fn group<'m>(meta: &'m Meta, group: &'static str) -> impl Iterator<Item = (String, &'m Annotation)> {
    meta.annotations.iter().filter_map(move |a| {
        let name = a.key.value.strip_prefix(PREFIX)?.to_ascii_lowercase();
        Some((name.strip_prefix(group)?.to_owned(), a))
    })
}

/// Reads an Ingress' annotations.
///
/// # Errors
/// Why the Ingress is left out.
pub(crate) fn router(meta: &Meta) -> Result<RouterConfig, Fault<'_>> {
    let mut config = RouterConfig::default();
    let mut is_off = false;
    for (name, annotation) in group(meta, "router.") {
        let value = annotation.value.value.as_str();
        let fail = |what: &str| {
            let reason = format!(
                "annotation router.{name}: {value:?} is no {what}, and Traefik leaves out the whole Ingress for that"
            );
            Err(Fault { annotation, unknown: false, reason })
        };
        match name.as_str() {
            "entrypoints" => config.entry_points = list(value),
            "middlewares" => config.middlewares = list(value),
            "priority" => match value.parse() {
                Ok(priority) => config.priority = priority,
                Err(_) => return fail("whole number"),
            },
            "pathmatcher" => config.path_matcher = Some(value.to_owned()).filter(|v| !v.is_empty()),
            "rulesyntax" => config.v2 = value.eq_ignore_ascii_case("v2"),
            "tls" if value.is_empty() || value.eq_ignore_ascii_case("true") => config.tls = true,
            "tls" => is_off = true,
            "tls.options" => {
                config.tls = true;
                config.tls_options = Some(value.to_owned());
            }
            "tls.certresolver" => config.tls = true,
            name if name.starts_with("tls.domains") => config.tls = true,
            "observability.accesslogs" | "observability.metrics" | "observability.tracing" => {
                if boolean(value).is_none() {
                    return fail("boolean");
                }
            }
            "observability" | "observability.traceverbosity" => {}
            _ => {
                let reason = format!(
                    "Traefik knows no annotation router.{name}, and leaves out the whole Ingress for that"
                );
                return Err(Fault { annotation, unknown: true, reason });
            }
        }
    }
    if is_off {
        // Whatever stands below it, then.
        (config.tls, config.tls_options) = (false, None);
    }
    Ok(config)
}

/// Reads a Service's annotations.
///
/// # Errors
/// Why paths to the Service are left out.
pub(crate) fn service(meta: &Meta) -> Result<ServiceConfig, Fault<'_>> {
    let mut config = ServiceConfig::default();
    for (name, annotation) in group(meta, "service.") {
        let value = annotation.value.value.as_str();
        let flag = || {
            boolean(value).ok_or_else(|| Fault {
                annotation,
                unknown: false,
                reason: format!("annotation service.{name} of its Service: {value:?} is no boolean"),
            })
        };
        match name.as_str() {
            "nativelb" => config.native_lb = Some(flag()?),
            "nodeportlb" => config.node_port_lb = flag()?,
            "serversscheme" => config.servers_scheme = Some(value.to_owned()).filter(|v| !v.is_empty()),
            "passhostheader" => config.pass_host_header = Some(flag()?),
            "middlewares" => config.middlewares = list(value),
            "serverstransport" => config.servers_transport = Some(value.to_owned()).filter(|v| !v.is_empty()),
            "sticky"
            | "sticky.cookie"
            | "sticky.cookie.name"
            | "sticky.cookie.samesite"
            | "sticky.cookie.path"
            | "sticky.cookie.domain" => {}
            "sticky.cookie.secure" | "sticky.cookie.httponly" => drop(flag()?),
            "sticky.cookie.maxage" | "sticky.cookie.expires" => match value.parse::<i64>() {
                Ok(_) => {}
                Err(_) => {
                    let reason =
                        format!("annotation service.{name} of its Service: {value:?} is no whole number");
                    return Err(Fault { annotation, unknown: false, reason });
                }
            },
            _ => {
                let reason = format!("Traefik knows no annotation service.{name}, which its Service has");
                return Err(Fault { annotation, unknown: true, reason });
            }
        }
    }
    Ok(config)
}

/// Items between commas.
fn list(value: &str) -> Vec<String> {
    match value {
        "" => Vec::new(),
        value => value.split(',').map(|item| item.trim().to_owned()).collect(),
    }
}

/// Go's `strconv.ParseBool`.
fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{Span, Spanned};

    fn meta(annotations: &[(&str, &str)]) -> Meta {
        let text = |t: &str| Spanned::new(t.to_owned(), Span::default());
        let annotations = annotations
            .iter()
            .map(|(k, v)| Annotation { key: text(&format!("{PREFIX}{k}")), value: text(v) })
            .collect();
        Meta { annotations, ..Meta::default() }
    }

    /// Observed on Traefik 3.7.15.
    #[test]
    fn one_unreadable_annotation_leaves_the_ingress_out() {
        for (name, value) in [
            ("router.foo", "x"),
            ("router.priority", ""),
            ("router.priority", " 5"),
            ("router.priority", "0x10"),
            ("router.priority", "high"),
            ("router.observability.accesslogs", "maybe"),
        ] {
            assert!(router(&meta(&[(name, value)])).is_err(), "{name}: {value}");
        }
        assert!(service(&meta(&[("service.nativelb", "yes")])).is_err());
    }

    #[test]
    fn every_name_is_known() {
        for name in NAMES {
            let meta = meta(&[(name, "true")]);
            let faults = [router(&meta).err(), service(&meta).err()];
            assert!(!faults.into_iter().flatten().any(|f| f.unknown), "{name}");
        }
    }

    #[test]
    fn what_is_read() {
        let read = |name, value| {
            let meta = meta(&[(name, value)]);
            router(&meta).expect("readable")
        };
        assert_eq!(read("router.priority", "+5").priority, 5);
        assert_eq!(read("ROUTER.PRIORITY", "77").priority, 77);
        assert_eq!(read("router.entrypoints", "web, websecure").entry_points, ["web", "websecure"]);
        for (value, tls) in [("", true), ("TRUE", true), ("yes", false), ("false", false)] {
            assert_eq!(read("router.tls", value).tls, tls, "{value}");
        }
        assert!(read("router.tls.certresolver", "le").tls);
        assert_eq!(read("foo", "x"), RouterConfig::default());
    }
}
