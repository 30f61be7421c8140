//! Values that a controller cannot read, and what it does then.
//!
//! ingress-nginx' own model says so of the annotations that change answers (PT0401); here are its
//! others, whose default is used without a word: `internal/ingress/annotations/*/main.go` of v1.15.1.
//! Traefik's own provider leaves out the whole Ingress (see `controller::traefik::annotations`); its
//! provider for ingress-nginx takes every boolean but `true` for false, and what is no number for
//! absent (traefik/traefik `pkg/provider/kubernetes/ingress-nginx/annotations.go`).

use super::{Nginx, field, nginx, nginx_prefix};
use crate::controller::as_flag;
use crate::controller::traefik::annotations as traefik;
use crate::edit;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix, Severity};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0603"), name: "annotation-value", level: Level::Warning, check };

/// What an annotation takes.
#[derive(Clone, Copy)]
enum Takes {
    Flag,
    Number,
    /// Bytes, with a unit or without.
    Size,
    OnOff,
    OneOf(&'static [&'static str]),
}

use Takes::{Flag, Number, OnOff, OneOf, Size};

/// Annotations of ingress-nginx that count as absent where their value is bad.
const NGINX: &[(&str, Takes)] = &[
    ("affinity-mode", OneOf(&["balanced", "persistent"])),
    ("auth-always-set-cookie", Flag),
    ("auth-keepalive", Number),
    ("auth-keepalive-requests", Number),
    ("auth-keepalive-share-vars", Flag),
    ("auth-keepalive-timeout", Number),
    ("auth-tls-verify-depth", Number),
    ("backend-protocol", OneOf(&["AUTO_HTTP", "HTTP", "HTTPS", "GRPC", "GRPCS", "FCGI"])),
    ("cors-allow-credentials", Flag),
    ("cors-max-age", Number),
    ("disable-proxy-intercept-errors", Flag),
    ("enable-access-log", Flag),
    ("enable-modsecurity", Flag),
    ("enable-opentelemetry", Flag),
    ("enable-owasp-core-rules", Flag),
    ("enable-rewrite-log", Flag),
    ("limit-burst-multiplier", Number),
    ("limit-rate", Number),
    ("limit-rate-after", Number),
    ("mirror-request-body", OnOff),
    ("opentelemetry-trust-incoming-span", Flag),
    ("proxy-body-size", Size),
    ("proxy-buffer-size", Size),
    ("proxy-buffering", OnOff),
    ("proxy-buffers-number", Number),
    ("proxy-busy-buffers-size", Size),
    ("proxy-connect-timeout", Number),
    ("proxy-http-version", OneOf(&["1.0", "1.1"])),
    ("proxy-max-temp-file-size", Size),
    ("proxy-next-upstream-timeout", Number),
    ("proxy-next-upstream-tries", Number),
    ("proxy-read-timeout", Number),
    ("proxy-request-buffering", OnOff),
    ("proxy-send-timeout", Number),
    ("proxy-ssl-server-name", OnOff),
    ("proxy-ssl-verify", OnOff),
    ("proxy-ssl-verify-depth", Number),
    ("session-cookie-change-on-failure", Flag),
    ("session-cookie-conditional-samesite-none", Flag),
    ("session-cookie-secure", Flag),
    ("ssl-prefer-server-ciphers", Flag),
];

/// Booleans and numbers that Traefik reads for ingress-nginx.
const EMULATED: &[(&str, Takes)] = &[
    ("canary", Flag),
    ("canary-weight", Number),
    ("canary-weight-total", Number),
    ("enable-cors", Flag),
    ("force-ssl-redirect", Flag),
    ("from-to-www-redirect", Flag),
    ("permanent-redirect-code", Number),
    ("service-upstream", Flag),
    ("ssl-passthrough", Flag),
    ("ssl-redirect", Flag),
    ("temporal-redirect-code", Number),
    ("use-regex", Flag),
];

impl Takes {
    fn words(self) -> String {
        match self {
            Flag => "true or false".to_owned(),
            Number => "a whole number".to_owned(),
            Size => "bytes, such as 8m or 512k".to_owned(),
            OnOff => "on or off".to_owned(),
            OneOf(all) => all.join(", "),
        }
    }

    /// Whether ingress-nginx takes a value. It checks forms only where it validates.
    fn good(self, text: &str, validates: bool) -> bool {
        match self {
            Flag => as_flag(text).is_some(),
            Number => text.parse::<i64>().is_ok(),
            _ if !validates => true,
            Size => {
                let digits = text.strip_suffix(['b', 'B', 'k', 'K', 'm', 'M', 'g', 'G']).unwrap_or(text);
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
            }
            OnOff => text == "on" || text == "off",
            OneOf(all) => all.iter().any(|one| one.eq_ignore_ascii_case(text)),
        }
    }

    /// The value that was probably meant.
    fn meant(self, text: &str) -> Option<String> {
        let lower = text.to_ascii_lowercase();
        let (yes, no) = if matches!(self, OnOff) { ("on", "off") } else { ("true", "false") };
        let found = match self {
            Flag | OnOff => match lower.as_str() {
                "yes" | "on" | "true" | "1" | "enabled" | "y" => yes.to_owned(),
                "no" | "off" | "false" | "0" | "disabled" | "n" => no.to_owned(),
                _ => return None,
            },
            // Seconds, as most of these are.
            Number => lower.strip_suffix('s')?.to_owned(),
            Size => {
                let text = lower.trim_end_matches('b').trim_end_matches('i');
                let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
                format!("{digits}{}", text.get(digits.len()..)?.trim())
            }
            OneOf(_) => return None,
        };
        self.good(&found, true).then_some(found)
    }
}

fn check(cx: &Context, report: &mut Report) {
    if cx.is(&["traefik"]) {
        of_traefik(cx, report);
    }
    let Some(prefix) = nginx_prefix(cx) else { return };
    let facts = cx.ingress_nginx();
    for ingress in cx.served() {
        for Nginx { name, annotation } in nginx(&ingress.meta, prefix) {
            let text = annotation.value.value.trim();
            let known = if facts.is_some() { NGINX } else { EMULATED };
            let Some((_, takes)) = known.iter().find(|(known, _)| *known == name) else { continue };
            let takes = *takes;
            let good = match facts {
                Some(facts) => !facts.reads(name) || takes.good(text, facts.validation),
                None if matches!(takes, Flag) => {
                    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
                }
                None => takes.good(text, true),
            };
            if good || text.is_empty() {
                continue;
            }
            let message = match (facts, takes) {
                (None, Flag) => {
                    format!("{text:?} counts as false for {name}: Traefik takes only true for true")
                }
                (None, _) => format!("{text:?} is no number, and {name} counts as absent"),
                _ => format!(
                    "{text:?} is no value that ingress-nginx takes for {name}, and its default is used"
                ),
            };
            let mut problem = report
                .problem(annotation.value.span, message)
                .at(ingress.meta.title(), field(annotation))
                .help(format!("it takes {}", takes.words()));
            if let Some(meant) = takes.meant(text)
                && let Some(span) = edit::inner(cx.sources, annotation.value.span, &annotation.value.value)
            {
                problem =
                    problem.fix(format!("Write `{meant}`"), span, quoted(cx, annotation.value.span, &meant));
            }
            report.add(problem);
        }
    }
}

/// A value that would be no string without quotes gets some, unless it has them.
fn quoted(cx: &Context, span: crate::span::Span, text: &str) -> String {
    let has = cx.sources.text(span).starts_with(['"', '\'']);
    let plain =
        text.bytes().any(|b| b.is_ascii_alphabetic()) && !matches!(text, "true" | "false" | "on" | "off");
    if has || plain { text.to_owned() } else { format!("\"{text}\"") }
}

fn of_traefik(cx: &Context, report: &mut Report) {
    for ingress in cx.served() {
        if let Err(fault) = traefik::router(&ingress.meta)
            && !fault.unknown
        {
            let annotation = fault.annotation;
            let mut problem = report.problem(annotation.value.span, fault.reason);
            problem.severity = Severity::Error;
            report.add(problem.at(ingress.meta.title(), field(annotation)));
        }
        for annotation in &ingress.meta.annotations {
            let value = annotation.value.value.as_str();
            let is_tls = annotation.key.value.strip_prefix(traefik::PREFIX);
            let is_tls = is_tls.is_some_and(|name| name.eq_ignore_ascii_case("router.tls"));
            if is_tls && !["", "true", "false"].iter().any(|good| value.eq_ignore_ascii_case(good)) {
                let message =
                    format!("{value:?} counts as false for router.tls: Traefik takes only true for true");
                let mut problem = report.problem(annotation.value.span, message);
                if let Some(meant) = Flag.meant(value)
                    && let Some(span) = edit::inner(cx.sources, annotation.value.span, value)
                {
                    let edit = crate::problem::Edit { span, text: quoted(cx, annotation.value.span, &meant) };
                    problem.fixes.push(Fix { title: format!("Write `{meant}`"), edits: vec![edit] });
                }
                report.add(problem.at(ingress.meta.title(), field(annotation)));
            }
        }
    }
    for service in cx.cluster.services.iter().filter(|s| s.admitted) {
        if let Err(fault) = traefik::service(&service.meta) {
            let annotation = fault.annotation;
            let span = if fault.unknown { annotation.key.span } else { annotation.value.span };
            let message = format!("Traefik leaves out every path to this Service: {}", fault.reason);
            let mut problem = report.problem(span, message);
            problem.severity = Severity::Error;
            report.add(problem.at(service.meta.title(), field(annotation)));
        }
    }
}
