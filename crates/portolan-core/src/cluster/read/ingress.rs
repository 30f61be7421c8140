//! Ingress of all versions. Validation after
//! `pkg/apis/networking/validation/validation.go`.

use super::super::{
    Backend, BackendTarget, Ingress, IngressPath, IngressRule, IngressTls, Meta, PathType, PortRef, codes,
};
use super::context::*;
use super::names;
use crate::manifest::{Node, Value};
use crate::span::{Span, Spanned};
use crate::text::did_you_mean;

/// The annotation that named the class before there were IngressClasses.
pub(in crate::cluster) const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// What a path must not hold, unless its type is ImplementationSpecific.
const FORBIDDEN_IN_PATHS: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];

#[inline(never)]
pub(super) fn ingress(root: &Node, meta: Meta, cx: &mut Cx) -> Ingress {
    let spec = child(root, "spec").unwrap_or(&NOTHING);
    let spec_span = child(root, "spec").map_or(root.span, |n| n.span);
    let at = At::ROOT.field("spec");
    let words = Words::of(&meta.api_version);
    let default_backend = child(spec, words.default_backend)
        .map(|n| backend(n, n.span, words, &at.field(words.default_backend), cx));
    let rules_at = at.field("rules");
    let rules: Vec<_> = items(spec, "rules")
        .iter()
        .enumerate()
        .map(|(i, n)| rule(n, spec_span, words, &rules_at.index(i), cx))
        .collect();
    if rules.is_empty() && default_backend.is_none() {
        cx.reject(
            codes::EMPTY,
            &at,
            spec_span,
            format_args!("an Ingress needs `rules` or a `{}`", words.default_backend),
        );
    }
    let tls_at = at.field("tls");
    let tls = items(spec, "tls").iter().enumerate().map(|(i, n)| tls(n, &tls_at.index(i), cx)).collect();
    let class_name = text(spec, "ingressClassName");
    class_of(class_name.as_ref(), &meta, &at, cx);
    Ingress { class_name, class_defaulted: None, default_backend, tls, rules, admitted: cx.admitted, meta }
}

/// What an API version calls things.
#[derive(Clone, Copy)]
struct Words {
    default_backend: &'static str,
    v1: bool,
}

impl Words {
    fn of(api_version: &str) -> Words {
        let v1 = api_version == "networking.k8s.io/v1";
        Words { default_backend: if v1 { "defaultBackend" } else { "backend" }, v1 }
    }
}

fn class_of(name: Option<&Spanned<String>>, meta: &Meta, at: &At, cx: &mut Cx) {
    let Some(name) = name else { return };
    if let Some(fault) = names::subdomain(&name.value) {
        let message = format_args!("ingress class `{}` {fault}", Clip(&name.value));
        cx.reject(codes::CLASS, &at.field("ingressClassName"), name.span, message);
    }
    let Some(annotation) = meta.annotation(CLASS_ANNOTATION) else { return };
    let at = At::ROOT.field("metadata");
    let at = at.field("annotations");
    let at = at.key(CLASS_ANNOTATION);
    let span = annotation.value.span;
    if annotation.value.value == name.value {
        cx.info(
            codes::CLASS,
            &at,
            span,
            format_args!("the class is named twice: here and in `ingressClassName`"),
        )
        .help("older API servers refuse that when the Ingress is created; leave the annotation out")
        .related(name.span, "the other one");
    } else {
        let annotated = Clip(&annotation.value.value);
        let message = format_args!(
            "the class is `{annotated}` here, but `{}` in `ingressClassName`",
            Clip(&name.value)
        );
        cx.reject(codes::CLASS, &at, span, message)
            .help("leave the annotation out")
            .related(name.span, "the other one");
    }
}

fn tls(node: &Node, at: &At, cx: &mut Cx) -> IngressTls {
    let hosts_at = at.field("hosts");
    for (i, host) in items(node, "hosts").iter().enumerate() {
        if let Some(text) = host.as_str() {
            host_name(text, host.span, &hosts_at.index(i), cx);
        }
    }
    let secret_name = nonempty(node, "secretName");
    if let Some(name) = &secret_name
        && let Some(fault) = names::subdomain(&name.value)
    {
        let message = format_args!("Secret name `{}` {fault}", Clip(&name.value));
        cx.reject(codes::NAME, &at.field("secretName"), name.span, message);
    }
    IngressTls { hosts: texts(node, "hosts"), secret_name, span: node.span }
}

fn rule(node: &Node, outer: Span, words: Words, at: &At, cx: &mut Cx) -> IngressRule {
    let span = if node.is_null() { outer } else { node.span };
    let host = nonempty(node, "host");
    if let Some(host) = &host {
        let at = at.field("host");
        if names::ip(&host.value).is_some() {
            let message = format_args!("host `{}` is an IP address, not a DNS name", Clip(&host.value));
            cx.reject(codes::HOST, &at, host.span, message)
                .help("leave `host` out: a rule without one applies to every host, IP addresses included");
        }
        host_name(&host.value, host.span, &at, cx);
    }
    let paths = child(node, "http").map(|http| {
        let at = at.field("http");
        let at = at.field("paths");
        let nodes = items(http, "paths");
        if nodes.is_empty() {
            cx.reject(
                codes::EMPTY,
                &at,
                http.span,
                format_args!("`http` needs `paths` with at least one entry"),
            )
            .help("leave `http` out to send the host to the default backend");
        }
        nodes.iter().enumerate().map(|(i, n)| path(n, http.span, words, &at.index(i), cx)).collect()
    });
    IngressRule { host, paths, span }
}

/// Checks a host, of a rule or of `tls`.
fn host_name(host: &str, span: Span, at: &At, cx: &mut Cx) {
    let fault = if host.contains('*') { names::wildcard(host) } else { names::subdomain(host) };
    let Some(fault) = fault else { return };
    let (good, help) = better_host(host);
    let edits = good.as_ref().and_then(|good| cx.replace(span, good));
    let noted = cx.reject(codes::HOST, at, span, format_args!("host `{}` {fault}", Clip(host)));
    let noted = noted.fix(format!("Write `{}`", good.unwrap_or_default()), edits);
    if let Some(help) = help {
        noted.help(help);
    }
}

/// The host that was meant, and why it cannot be written so.
fn better_host(host: &str) -> (Option<String>, Option<&'static str>) {
    let valid = |host: &str| {
        if host.contains('*') { names::wildcard(host) } else { names::subdomain(host) }.is_none()
    };
    let without_scheme = host.strip_prefix("http://").or(host.strip_prefix("https://")).unwrap_or(host);
    let authority = without_scheme.split('/').next().unwrap_or_default();
    let name = authority.split_once(':').map_or(authority, |(name, _)| name);
    let good = name.trim_end_matches('.').to_ascii_lowercase();
    let help = if host == "*" {
        Some("leave `host` out: a rule without one applies to every host")
    } else if without_scheme.contains('/') {
        Some("a host has neither scheme nor path; paths go under `http.paths`")
    } else if authority.contains(':') {
        Some(
            "a host has no port: an Ingress is always reached on the controller's ports, 80 and 443 as a rule",
        )
    } else if name.contains('*') && !valid(&good) {
        Some("use a wildcard for exactly one label, or one rule for each host")
    } else if name.chars().any(char::is_uppercase) {
        Some("hosts are compared in lower case anyway")
    } else {
        None
    };
    (Some(good).filter(|g| g != host && valid(g)), help)
}

fn path(node: &Node, outer: Span, words: Words, at: &At, cx: &mut Cx) -> IngressPath {
    let span = if node.is_null() { outer } else { node.span };
    let written = text(node, "pathType");
    let path_type = match &written {
        Some(word) => known_path_type(word, at, cx),
        None if words.v1 => {
            let edits = cx.insert(node, "pathType: Prefix").map(|e| vec![e]);
            cx.reject(codes::PATH_TYPE, &at.field("pathType"), span, format_args!("`pathType` must be specified"))
                .help("say Prefix (whole path elements), Exact, or ImplementationSpecific (as the controller pleases)")
                .fix("Add `pathType: Prefix`", edits);
            None
        }
        None => Some(PathType::ImplementationSpecific),
    };
    let path = text(node, "path");
    if let Some(path_type) = path_type {
        path_text(path.as_ref(), path_type, node, span, at, cx);
    }
    IngressPath {
        path,
        path_type: Spanned::new(
            path_type.unwrap_or(PathType::ImplementationSpecific),
            written.as_ref().map_or(span, |t| t.span),
        ),
        path_type_defaulted: written.is_none(),
        backend: backend(node.get("backend").unwrap_or(&NOTHING), span, words, &at.field("backend"), cx),
        span,
    }
}

fn known_path_type(word: &Spanned<String>, at: &At, cx: &mut Cx) -> Option<PathType> {
    let all = [PathType::Exact, PathType::Prefix, PathType::ImplementationSpecific];
    let found = all.into_iter().find(|t| t.as_str() == word.value);
    if found.is_none() {
        let meant = did_you_mean(&word.value, all.map(PathType::as_str));
        let edits = meant.and_then(|meant| cx.replace(word.span, meant));
        let message = format_args!("`{}` is no path type", Clip(&word.value));
        cx.reject(codes::PATH_TYPE, &at.field("pathType"), word.span, message)
            .help("the path types are Exact, Prefix and ImplementationSpecific")
            .fix(format!("Write `{}`", meant.unwrap_or_default()), edits);
    }
    found
}

fn path_text(
    written: Option<&Spanned<String>>,
    path_type: PathType,
    node: &Node,
    span: Span,
    at: &At,
    cx: &mut Cx,
) {
    let at = at.field("path");
    let path = written.map_or("", |p| p.value.as_str());
    let place = written.map_or(span, |p| p.span);
    let strict = path_type != PathType::ImplementationSpecific;
    if !path.starts_with('/') && (strict || !path.is_empty()) {
        let (edits, help) = match written {
            Some(_) if path.starts_with(['^', '(', '~', '\\']) => (
                None,
                Some(
                    "the API server asks for the `/` where a controller takes a regular expression, too"
                        .to_owned(),
                ),
            ),
            Some(p) => (cx.replace(p.span, &format!("/{path}")), None),
            None => (
                cx.insert(node, "path: /").map(|e| vec![e]),
                Some(format!("with `pathType: {}` there must be a path", path_type.as_str())),
            ),
        };
        let message = match written {
            Some(_) => format!("path `{}` must start with `/`", Clip(path)),
            None => "`path` must be specified".to_owned(),
        };
        let noted = cx.reject(codes::PATH, &at, place, format_args!("{message}"));
        let noted = noted.fix(if written.is_some() { "Put a `/` in front" } else { "Add `path: /`" }, edits);
        if let Some(help) = help {
            noted.help(help);
        }
    }
    if !strict {
        return;
    }
    let help =
        "with ImplementationSpecific, the API server lets it pass; what it matches is up to the controller";
    for part in FORBIDDEN_IN_PATHS.iter().filter(|part| path.contains(*part)) {
        let edits = (*part == "//").then(|| merged_slashes(path)).and_then(|good| cx.replace(place, &good));
        let message = format_args!("path `{}` must not contain `{part}`", Clip(path));
        cx.reject(codes::PATH, &at, place, message).help(help).fix("Merge the slashes", edits);
    }
    for end in ["/..", "/."].iter().filter(|end| path.ends_with(*end)) {
        let message = format_args!("path `{}` must not end with `{end}`", Clip(path));
        cx.reject(codes::PATH, &at, place, message).help(help);
    }
}

fn merged_slashes(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !merged.ends_with('/') {
            merged.push(c);
        }
    }
    merged
}

fn backend(node: &Node, outer: Span, words: Words, at: &At, cx: &mut Cx) -> Backend {
    let span = if node.is_null() { outer } else { node.span };
    let service = if words.v1 {
        child(node, "service").map(|service| service_v1(service, span, at, cx))
    } else {
        let any = ["serviceName", "servicePort"].iter().any(|key| match node.get(key).map(|n| &n.value) {
            None | Some(Value::Null) => false,
            // A servicePort of "" counts as set, a serviceName of "" or a servicePort of 0 do not.
            Some(Value::String(s)) => !s.is_empty() || *key == "servicePort",
            Some(value) => *value != Value::Int(0),
        });
        any.then(|| service_v1beta1(node, span, at, cx))
    };
    let target = match (service, child(node, "resource")) {
        (Some(_), Some(_)) => {
            cx.reject(
                codes::BACKEND,
                at,
                span,
                format_args!("a backend is a `service` or a `resource`, not both"),
            );
            None
        }
        (Some(service), None) => service,
        (None, Some(resource)) => reference(resource, &at.field("resource"), cx),
        (None, None) => {
            let what = if words.v1 { "`service`" } else { "`serviceName` and `servicePort`" };
            cx.reject(codes::BACKEND, at, span, format_args!("a backend needs {what} or `resource`"));
            None
        }
    };
    Backend { target: target.unwrap_or(BackendTarget::Unreadable), span }
}

fn service_v1(service: &Node, backend: Span, at: &At, cx: &mut Cx) -> Option<BackendTarget> {
    let outer = at;
    let at = at.field("service");
    let name = service_name(text(service, "name"), service.span, &at.field("name"), cx);
    let port = service.get("port").unwrap_or(&NOTHING);
    let port_at = at.field("port");
    let by_name = nonempty(port, "name");
    let by_number = whole(port, "number").filter(|n| n.value != 0);
    let port = match (by_name, by_number) {
        (Some(_), Some(_)) => {
            let message = format_args!("a port is given by `name` or by `number`, not by both");
            cx.reject(codes::BACKEND, outer, port.span, message);
            None
        }
        (Some(name), None) => port_by_name(name, &port_at.field("name"), "number", cx),
        (None, Some(number)) => port_by_number(number, &port_at.field("number"), cx),
        (None, None) => {
            let span = if port.is_null() { service.span.to(backend) } else { port.span };
            cx.reject(codes::BACKEND, outer, span, format_args!("a backend needs the Service's port"))
                .help("say `port: {number: 80}` or `port: {name: http}`");
            None
        }
    };
    Some(BackendTarget::Service { name: name?, port: port? })
}

fn service_v1beta1(node: &Node, span: Span, at: &At, cx: &mut Cx) -> Option<BackendTarget> {
    let name = service_name(text(node, "serviceName"), span, &at.field("serviceName"), cx);
    let port_at = at.field("servicePort");
    let port = match node.get("servicePort") {
        Some(Node { value: Value::String(s), span }) if !s.is_empty() => {
            port_by_name(Spanned::new(s.clone(), *span), &port_at, "servicePort", cx)
        }
        Some(Node { value: Value::Int(n), span }) if *n != 0 => {
            port_by_number(Spanned::new(*n, *span), &port_at, cx)
        }
        _ => {
            cx.reject(codes::BACKEND, at, span, format_args!("a backend needs the Service's port"))
                .help("say `servicePort: 80` or `servicePort: http`");
            None
        }
    };
    Some(BackendTarget::Service { name: name?, port: port? })
}

fn service_name(name: Option<Spanned<String>>, outer: Span, at: &At, cx: &mut Cx) -> Option<Spanned<String>> {
    let Some(name) = name.filter(|n| !n.value.is_empty()) else {
        cx.reject(codes::BACKEND, at, outer, format_args!("a backend needs the Service's name"));
        return None;
    };
    if let Some(fault) = names::label(&name.value) {
        let in_other_namespace = name.value.contains(['/', '.']);
        let message = format_args!("Service name `{}` {fault}", Clip(&name.value));
        let noted = cx.reject(codes::NAME, at, name.span, message);
        if in_other_namespace {
            noted.help("an Ingress reaches Services of its own namespace only; an ExternalName Service leads elsewhere");
        }
    } else if name.value.starts_with(|c: char| c.is_ascii_digit()) {
        let message = format_args!(
            "Service name `{}` starts with a digit, which only recent API servers take",
            Clip(&name.value)
        );
        cx.warn(codes::NAME, at, name.span, message);
    }
    Some(name)
}

fn port_by_name(name: Spanned<String>, at: &At, number: &str, cx: &mut Cx) -> Option<Spanned<PortRef>> {
    if let Some(fault) = names::port_name(&name.value) {
        let digits = name.value.parse::<u16>().is_ok();
        let edits = if digits && number == "servicePort" { cx.unquote(name.span, &name.value) } else { None };
        let message = format_args!("port name `{}` {fault}", Clip(&name.value));
        let noted =
            cx.reject(codes::PORT, at, name.span, message).fix("Write the number without quotes", edits);
        if digits {
            noted.help(format!("a port's number goes under `{number}`, without quotes"));
        }
    }
    Some(Spanned::new(PortRef::Name(name.value), name.span))
}

fn port_by_number(number: Spanned<i64>, at: &At, cx: &mut Cx) -> Option<Spanned<PortRef>> {
    let port = u16::try_from(number.value).ok();
    if port.is_none() {
        cx.reject(
            codes::PORT,
            at,
            number.span,
            format_args!("port {} is not between 1 and 65535", number.value),
        );
    }
    Some(Spanned::new(PortRef::Number(port?), number.span))
}

/// A reference to an object of the same namespace.
pub(super) fn reference(node: &Node, at: &At, cx: &mut Cx) -> Option<BackendTarget> {
    let api_group = text(node, "apiGroup");
    if let Some(group) = &api_group
        && let Some(fault) = names::subdomain(&group.value)
    {
        let message = format_args!("`apiGroup` `{}` {fault}", Clip(&group.value));
        cx.reject(codes::NAME, &at.field("apiGroup"), group.span, message)
            .help("leave `apiGroup` out for the core group");
    }
    let mut need = |key: &str| {
        let value = nonempty(node, key);
        match &value {
            None => {
                cx.reject(
                    codes::BACKEND,
                    &at.field(key),
                    node.span,
                    format_args!("a reference needs a `{key}`"),
                );
            }
            Some(value) => {
                if let Some(fault) = names::path_segment(&value.value) {
                    let message = format_args!("`{key}` `{}` {fault}", Clip(&value.value));
                    cx.reject(codes::NAME, &at.field(key), value.span, message);
                }
            }
        }
        value
    };
    let (kind, name) = (need("kind"), need("name"));
    Some(BackendTarget::Resource {
        api_group: api_group.map(|g| g.value).unwrap_or_default(),
        kind: kind?.value,
        name: name?,
    })
}
