//! Paths that are for operators, offered to everybody.
//!
//! Only paths that a rule names: what stands below `/` is not known. And only where nothing in the
//! manifests tells clients apart: a login, a list of addresses, a middleware, a snippet.

use crate::cluster::{Ingress, Meta};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Severity};
use crate::span::Span;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0702"), name: "open-admin-path", level: Level::Warning, check };

/// Paths behind which there is no login of their own, and what they show.
const BARE: &[(&str, &str)] = &[
    ("/.env", "a file of secrets"),
    ("/.git", "the source code"),
    ("/_cat", "Elasticsearch"),
    ("/actuator", "Spring Boot's innards"),
    ("/debug/pprof", "Go's profiles"),
    ("/debug/vars", "Go's variables"),
    ("/heapdump", "the memory"),
    ("/jolokia", "Java's innards"),
    ("/metrics", "Prometheus' metrics"),
    ("/nginx_status", "nginx' state"),
    ("/server-status", "Apache's state"),
    ("/stub_status", "nginx' state"),
];

/// Paths behind which there is a login as a rule, and that are still not for everybody.
const LOGIN: &[(&str, &str)] = &[
    ("/admin", "an administration"),
    ("/adminer", "a database's administration"),
    ("/pgadmin", "a database's administration"),
    ("/phpmyadmin", "a database's administration"),
];

fn check(cx: &Context, report: &mut Report) {
    if cx.ingress_nginx().is_some_and(|facts| facts.guarded) {
        return;
    }
    for ingress in cx.served().filter(|i| !is_guarded(&i.meta)) {
        of_ingress(ingress, report);
    }
    // Filters may ask for a login.
    for route in cx.cluster.http_routes.iter().filter(|r| r.common.admitted) {
        let hosts = || route.common.hostnames.iter().map(|h| h.value.as_str());
        if hosts().count() > 0 && hosts().all(is_internal) {
            continue;
        }
        for (r, rule) in route.rules.iter().enumerate().filter(|(_, rule)| rule.filters.is_empty()) {
            for (m, found) in rule.matches.iter().enumerate() {
                let field = format!("spec.rules[{r}].matches[{m}]");
                say(&route.common.meta, field, found.span, &found.path, report);
            }
        }
    }
}

fn of_ingress(ingress: &Ingress, report: &mut Report) {
    for (r, rule) in ingress.rules.iter().enumerate() {
        if rule.host.as_ref().is_some_and(|host| is_internal(&host.value)) {
            continue;
        }
        for (p, path) in rule.paths.iter().flatten().enumerate() {
            if let Some(text) = &path.path {
                let field = format!("spec.rules[{r}].http.paths[{p}].path");
                say(&ingress.meta, field, text.span, &text.value, report);
            }
        }
    }
}

fn say(meta: &Meta, field: String, span: Span, path: &str, report: &mut Report) {
    let known =
        |list: &'static [(&'static str, &'static str)]| list.iter().find(|(known, _)| is_below(path, known));
    let (severity, (_, what)) = match (known(BARE), known(LOGIN)) {
        (Some(found), _) => (Severity::Warning, found),
        (None, Some(found)) => (Severity::Info, found),
        (None, None) => return,
    };
    let message = format!("path {path} offers {what} to every client");
    let mut problem = report.problem(span, message).at(meta.title(), field);
    problem.severity = severity;
    report.add(problem.help("leave it to the cluster's inside, or ask for a login or an address"));
}

/// Whether a path is one of these or below it; what follows may be an expression.
fn is_below(path: &str, known: &str) -> bool {
    let Some(start) = path.get(..known.len()) else { return false };
    let rest = path.get(known.len()..).unwrap_or_default();
    start.eq_ignore_ascii_case(known) && (rest.is_empty() || rest.starts_with(['/', '(', '?', '*', '$']))
}

/// Words of annotations that tell clients apart, or may: logins, lists, middlewares, snippets.
const GUARDS: &[&str] =
    &["auth", "allow", "whitelist", "denylist", "middlewares", "snippet", "redirect", "entrypoints", "waf"];

fn is_guarded(meta: &Meta) -> bool {
    // Whether to redirect to HTTPS tells nobody apart.
    let tells = |key: &str| {
        !key.ends_with("ssl-redirect") && !key.contains("cors-") && GUARDS.iter().any(|g| key.contains(g))
    };
    meta.annotations.iter().any(|a| tells(&a.key.value))
}

/// Names that the world does not know.
fn is_internal(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    ["internal", "local", "lan", "localhost", "intranet", "corp", "home", "cluster"].contains(&last)
        || host.split('.').any(|label| matches!(label, "internal" | "intern" | "intranet" | "private"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (path, known, expected) in [
            ("/metrics", "/metrics", true),
            ("/Metrics/", "/metrics", true),
            ("/actuator/health", "/actuator", true),
            ("/actuator(/|$)(.*)", "/actuator", true),
            ("/metricsx", "/metrics", false),
            ("/api/metrics", "/metrics", false),
            ("/adminé", "/admin", false),
            ("/é", "/admin", false),
        ] {
            assert_eq!(is_below(path, known), expected, "{path}");
        }
    }
}
