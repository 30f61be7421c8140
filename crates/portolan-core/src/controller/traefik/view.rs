//! What Traefik makes of the Ingresses, as its API and dashboard show it, in the YAML of its dynamic
//! configuration. Names are Traefik's own, as observed on 3.7.15, without `@provider`.

use super::routers::Router;
use crate::controller::ViewLine;
use crate::controller::backends::Backends;
use crate::routing::{Backend, BackendId, Origin, Readiness};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt::Write;

/// What a router has beside its rule and its priority.
#[derive(Clone, Default)]
pub(super) struct Shown {
    /// Its entry points.
    pub(super) entry_points: Vec<&'static str>,
    /// Whether it has TLS by itself.
    pub(super) tls: Tls,
    /// What its name ends with behind the `-tls` of the router's twin.
    pub(super) ending: &'static str,
    /// Where it sends requests.
    pub(super) service: Service,
    /// What stands before that.
    pub(super) middlewares: Vec<Middleware>,
}

/// Whether a router has TLS.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Tls {
    /// It answers plain HTTP, unless its entry point has TLS.
    #[default]
    No,
    /// It answers HTTPS only.
    Yes,
    /// It has a twin with TLS.
    Both,
    /// A TCP router: TLS is not ended.
    Passthrough,
}

/// A service of Traefik's: what it is called and what stands behind it, by weight.
#[derive(Clone, Default)]
pub(super) struct Service {
    pub(super) name: String,
    /// Further services, each with its own name, or the Kubernetes Service itself.
    pub(super) of: Vec<(String, Option<BackendId>, u32)>,
}

impl Service {
    /// One that leads to a Kubernetes Service; `None` where nobody answers there.
    pub(super) fn one(name: String, backend: Option<BackendId>) -> Self {
        Service { of: vec![(name.clone(), backend, 1)], name }
    }

    /// One that no request reaches.
    pub(super) fn unavailable() -> Self {
        Service::one("unavailable-service".to_owned(), None)
    }
}

/// A middleware: the end of its name, and its definition as lines of YAML below that.
#[derive(Clone)]
pub(super) struct Middleware {
    pub(super) ending: &'static str,
    /// Whether the router's twin with TLS goes without it.
    pub(super) plain_only: bool,
    pub(super) lines: Vec<String>,
}

struct Text<'t> {
    backends: &'t Backends,
    /// Entry points where every router has TLS.
    with_tls: &'t [&'static str],
    lines: Vec<ViewLine>,
    services: Vec<(&'t Service, &'t Origin)>,
    middlewares: Vec<(String, &'t [String], &'t Origin)>,
}

/// The lines for these routers, those first that are tried first. `with_tls` names the entry points
/// where every router has TLS.
pub(super) fn lines(
    mut routers: Vec<Router>,
    backends: &Backends,
    with_tls: &[&'static str],
) -> Vec<ViewLine> {
    routers.sort_by_key(|r| Reverse(r.priority));
    let mut text =
        Text { backends, with_tls, lines: Vec::new(), services: Vec::new(), middlewares: Vec::new() };
    let (tcp, http): (Vec<&Router>, Vec<&Router>) =
        routers.iter().partition(|r| r.shown.tls == Tls::Passthrough);
    text.own("# Routers in the order in which they are tried. Middlewares that have no say in where a");
    text.own("# request goes are left out.");
    if !http.is_empty() {
        text.own("http:");
        text.own("  routers:");
        for router in http {
            text.routers(router);
        }
        text.write_middlewares();
        text.write_services();
    }
    if !tcp.is_empty() {
        text.own("tcp:");
        text.own("  routers:");
        for router in tcp {
            text.router(router, (&router.name, &router.name), false, &router.shown.entry_points);
        }
        text.write_services();
    }
    text.lines
}

impl<'t> Text<'t> {
    fn push(&mut self, indent: usize, text: &str, origin: Option<&Origin>) {
        let text = format!("{:indent$}{text}", "");
        self.lines.push(ViewLine { text, origin: origin.cloned() });
    }

    fn own(&mut self, text: &str) {
        self.push(0, text, None);
    }

    /// A router and its twin.
    fn routers(&mut self, router: &'t Router) {
        let shown = &router.shown;
        let points = &shown.entry_points;
        let plain: Vec<&'static str> =
            points.iter().copied().filter(|p| !self.with_tls.contains(p)).collect();
        if shown.tls != Tls::Both {
            self.split(router, &router.name, shown.tls == Tls::Yes, plain);
            return;
        }
        if !plain.is_empty() {
            self.router(router, (&router.name, &router.name), false, &plain);
        }
        if router.audience.https {
            let base = router.name.strip_suffix(shown.ending).unwrap_or(&router.name);
            self.split(router, &format!("{base}-tls{}", shown.ending), true, plain);
        }
    }

    /// A router, and apart from it a copy for every entry point with TLS
    /// (traefik/traefik `pkg/server/aggregator.go`, `applyModel`).
    fn split(&mut self, router: &'t Router, name: &str, tls: bool, plain: Vec<&'static str>) {
        if !plain.is_empty() {
            self.router(router, (name, name), tls, &plain);
        }
        let points = &router.shown.entry_points;
        for &point in points.iter().filter(|p| self.with_tls.contains(p)) {
            let copy = if points.len() > 1 { format!("{point}-{name}") } else { name.to_owned() };
            self.router(router, (&copy, name), true, &[point]);
        }
    }

    /// `whose` is the name that its middlewares begin with.
    fn router(&mut self, router: &'t Router, (name, whose): (&str, &str), tls: bool, entry_points: &[&str]) {
        let shown = &router.shown;
        let origin = &router.origin;
        let at = Some(origin).filter(|o| o.span.is_some());
        self.push(4, &format!("{}:", scalar(name)), at);
        if let Some(note) = &origin.note {
            self.push(6, &format!("# {}", note.replace(char::is_control, " ")), at);
        }
        self.push(6, &format!("entryPoints: [{}]", entry_points.join(", ")), at);
        self.push(6, &format!("rule: {}", scalar(&router.rule.text)), at);
        if shown.tls != Tls::Passthrough {
            self.push(6, &format!("priority: {}", router.priority), at);
        }
        let base = whose.strip_suffix(shown.ending).unwrap_or(whose);
        let mine: Vec<&Middleware> = shown.middlewares.iter().filter(|m| !(tls && m.plain_only)).collect();
        if !mine.is_empty() {
            self.push(6, "middlewares:", at);
        }
        for middleware in mine {
            let whole = match middleware.ending.strip_prefix('-') {
                Some(_) => format!("{base}{}", middleware.ending),
                None => middleware.lines.first().cloned().unwrap_or_default(),
            };
            self.push(8, &format!("- {}", scalar(&whole)), at);
            if middleware.ending.starts_with('-') {
                self.middlewares.push((whole, &middleware.lines, origin));
            }
        }
        self.push(6, &format!("service: {}", scalar(&shown.service.name)), at);
        if shown.tls == Tls::Passthrough {
            self.push(6, "tls: {passthrough: true}", at);
        } else if tls {
            self.push(6, "tls: {}", at);
        }
        self.services.push((&shown.service, origin));
    }

    fn write_middlewares(&mut self) {
        let all = std::mem::take(&mut self.middlewares);
        if !all.is_empty() {
            self.own("  middlewares:");
        }
        let mut written: HashSet<String> = HashSet::new();
        for (name, lines, origin) in all {
            if !written.insert(name.clone()) {
                continue;
            }
            let at = Some(origin).filter(|o| o.span.is_some());
            self.push(4, &format!("{}:", scalar(&name)), at);
            for line in lines {
                self.push(6, line, at);
            }
        }
    }

    /// Every service once, what it consists of behind it.
    fn write_services(&mut self) {
        let all = std::mem::take(&mut self.services);
        let mut written: HashSet<&str> = HashSet::new();
        if !all.is_empty() {
            self.own("  services:");
        }
        for (service, origin) in all {
            let weighted = !matches!(service.of.as_slice(), [(name, ..)] if *name == service.name);
            if weighted && written.insert(&service.name) {
                let at = Some(origin).filter(|o| o.span.is_some());
                self.push(4, &format!("{}:", scalar(&service.name)), at);
                self.push(6, "weighted:", at);
                self.push(8, "services:", at);
                for (name, _, weight) in &service.of {
                    self.push(8, &format!("- {{name: {}, weight: {weight}}}", scalar(name)), at);
                }
            }
            for (name, backend, _) in &service.of {
                if written.insert(name) {
                    self.load_balancer(name, *backend);
                }
            }
        }
    }

    fn load_balancer(&mut self, name: &str, backend: Option<BackendId>) {
        let backend = backend.and_then(|id| self.backends.get(id));
        let origin = backend.and_then(|b| {
            let object = format!("Service {}", b.service).into();
            Some(Origin { object, field: "spec".to_owned(), span: Some(b.span?), note: None })
        });
        self.push(4, &format!("{}:", scalar(name)), origin.as_ref());
        self.push(6, &format!("loadBalancer: {{}}  # {}", servers(backend)), origin.as_ref());
    }
}

/// Who stands behind a service, for a comment.
fn servers(backend: Option<&Backend>) -> String {
    let Some(backend) = backend else { return "no server: 503".to_owned() };
    let port = backend.port.map(|p| format!(":{p}")).unwrap_or_default();
    let ready = match backend.readiness {
        Readiness::Ready(1) => "1 server".to_owned(),
        Readiness::Ready(n) => format!("{n} servers"),
        Readiness::Assumed => "its endpoints are not in the manifests".to_owned(),
        Readiness::None => "no server: 503".to_owned(),
    };
    format!("{}{port}, {ready}", backend.service)
}

/// A text as a YAML scalar: plain where it can be, else in single quotes, else in double ones.
pub(super) fn scalar(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./@".contains(&b);
    let word = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && text.bytes().all(plain);
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if word && !reserved.iter().any(|r| text.eq_ignore_ascii_case(r)) {
        return text.to_owned();
    }
    if !text.contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Writing to a String does not fail.
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => {
                write!(out, "\\u{:04X}", c as u32).ok();
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_come_back_as_they_were() {
        for text in [
            "",
            "a-b",
            "true",
            "No",
            "12",
            "Host(\"a.b\") && Path(\"/it's\")",
            "a: b",
            "a\tb\"\\",
            "- x",
            "ü",
            "\u{2028}",
            "#x",
        ] {
            let read: String = serde_yaml::from_str(&scalar(text)).expect("YAML");
            assert_eq!(read, text, "{}", scalar(text));
        }
    }
}
