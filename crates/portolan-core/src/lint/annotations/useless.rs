//! Annotations that do nothing without another one, or beside another one.
//!
//! Source: kubernetes/ingress-nginx v1.15.1 `internal/ingress/annotations/*/main.go`. What stands here is
//! read only where the other one is there.

use super::{Nginx, field, nginx, nginx_prefix};
use crate::controller::as_flag;
use crate::controller::traefik::annotations as traefik;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0604"), name: "useless-annotation", level: Level::Warning, check };

/// An annotation and those of which it needs one. A name that ends in `*` stands for all that begin so.
const NEEDS: &[(&str, &[&str])] = &[
    ("affinity-mode", &["affinity"]),
    ("auth-always-set-cookie", &["auth-url"]),
    ("auth-cache-duration", &["auth-url"]),
    ("auth-cache-key", &["auth-url"]),
    ("auth-method", &["auth-url"]),
    ("auth-proxy-set-headers", &["auth-url"]),
    ("auth-realm", &["auth-type"]),
    ("auth-request-redirect", &["auth-url"]),
    ("auth-response-headers", &["auth-url"]),
    ("auth-secret", &["auth-type"]),
    ("auth-secret-type", &["auth-type"]),
    ("auth-signin", &["auth-url"]),
    ("auth-signin-redirect-param", &["auth-signin"]),
    ("auth-tls-error-page", &["auth-tls-secret"]),
    ("auth-tls-match-cn", &["auth-tls-secret"]),
    ("auth-tls-pass-certificate-to-upstream", &["auth-tls-secret"]),
    ("auth-tls-verify-client", &["auth-tls-secret"]),
    ("auth-tls-verify-depth", &["auth-tls-secret"]),
    ("canary-by-cookie", &["canary"]),
    ("canary-by-header", &["canary"]),
    ("canary-by-header-pattern", &["canary-by-header"]),
    ("canary-by-header-value", &["canary-by-header"]),
    ("canary-weight", &["canary"]),
    ("canary-weight-total", &["canary-weight"]),
    ("cors-*", &["enable-cors"]),
    ("limit-allowlist", &["limit-rps", "limit-rpm", "limit-connections"]),
    ("limit-burst-multiplier", &["limit-rps", "limit-rpm"]),
    ("limit-rate-after", &["limit-rate"]),
    ("limit-whitelist", &["limit-rps", "limit-rpm", "limit-connections"]),
    ("mirror-host", &["mirror-target"]),
    ("mirror-request-body", &["mirror-target"]),
    ("permanent-redirect-code", &["permanent-redirect"]),
    ("session-cookie-*", &["affinity"]),
    ("temporal-redirect-code", &["temporal-redirect"]),
    ("upstream-hash-by-subset", &["upstream-hash-by"]),
    ("upstream-hash-by-subset-size", &["upstream-hash-by-subset"]),
    ("x-forwarded-prefix", &["rewrite-target"]),
];

/// Annotations that an Ingress may have for others' sake, where the controller itself sets the other.
const GLOBAL: &[&str] = &["auth-url", "limit-rate"];

/// Annotations that do nothing beside another one.
const BESIDE: &[(&str, &str)] =
    &[("permanent-redirect", "temporal-redirect"), ("whitelist-source-range", "allowlist-source-range")];

/// What Traefik's provider for ingress-nginx reads in the same way, as observed on 3.7.15: those whose names
/// begin so.
const EMULATED: &[&str] =
    &["canary-", "permanent-redirect", "temporal-redirect-code", "whitelist-source-range", "cors-"];

/// Needed annotations that are booleans, and must be true.
const FLAGS: &[&str] = &["canary", "enable-cors", "upstream-hash-by-subset"];

fn needs(name: &str) -> Option<&'static [&'static str]> {
    let is = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    };
    NEEDS.iter().find(|(pattern, _)| is(pattern)).map(|(_, needs)| *needs)
}

fn check(cx: &Context, report: &mut Report) {
    if cx.is(&["traefik"]) {
        of_traefik(cx, report);
    }
    let Some(prefix) = nginx_prefix(cx) else { return };
    let facts = cx.ingress_nginx();
    let reads = |name: &str| match facts {
        Some(facts) => facts.reads(name),
        None => EMULATED.iter().any(|start| name.starts_with(start)),
    };
    for ingress in cx.served() {
        let all = nginx(&ingress.meta, prefix);
        let has = |wanted: &str| {
            let on =
                |n: &Nginx| !FLAGS.contains(&wanted) || as_flag(&n.annotation.value.value) != Some(false);
            all.clone().any(|n| n.name == wanted && on(&n))
        };
        for Nginx { name, annotation } in all.clone().filter(|n| reads(n.name)) {
            let mut message = None;
            if let Some(needs) = needs(name)
                && !needs.iter().any(|n| has(n) || GLOBAL.contains(n) && facts.is_none_or(|f| f.guarded))
            {
                message = Some(match needs {
                    [one] => format!("annotation {name} does nothing without {one}"),
                    several => {
                        format!("annotation {name} does nothing without one of {}", several.join(", "))
                    }
                });
            }
            if let Some((_, other)) = BESIDE.iter().find(|(this, other)| *this == name && has(other)) {
                message = Some(format!("annotation {name} does nothing beside {other}"));
            }
            if let Some(message) = message {
                report.add(
                    report.problem(annotation.key.span, message).at(ingress.meta.title(), field(annotation)),
                );
            }
        }
    }
}

fn of_traefik(cx: &Context, report: &mut Report) {
    for ingress in cx.served() {
        for annotation in &ingress.meta.annotations {
            let name = annotation.key.value.strip_prefix(traefik::PREFIX);
            if let Some(name) = name.filter(|n| n.to_ascii_lowercase().starts_with("service.")) {
                let message =
                    format!("annotation {name} does nothing on an Ingress: Traefik reads it on Services");
                report.add(
                    report.problem(annotation.key.span, message).at(ingress.meta.title(), field(annotation)),
                );
            }
        }
    }
    for service in cx.cluster.services.iter().filter(|s| s.admitted) {
        for annotation in &service.meta.annotations {
            let name = annotation.key.value.strip_prefix(traefik::PREFIX);
            if let Some(name) = name.filter(|n| n.to_ascii_lowercase().starts_with("router.")) {
                let message =
                    format!("annotation {name} does nothing on a Service: Traefik reads it on Ingresses");
                report.add(
                    report.problem(annotation.key.span, message).at(service.meta.title(), field(annotation)),
                );
            }
        }
    }
}
