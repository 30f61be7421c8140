//! Filters and backends of a route.

use super::super::super::{
    FilterAction, HeaderModifier, PathModifier, RequestRedirect, RouteBackendRef, RouteFilter,
};
use super::super::context::{At, Cx};
use super::check::{Fields, Form};
use super::each;
use crate::manifest::Node;
use crate::span::Span;

/// The types of filters and the fields in which each is described.
const FILTERS: &[(&str, &str)] = &[
    ("RequestHeaderModifier", "requestHeaderModifier"),
    ("ResponseHeaderModifier", "responseHeaderModifier"),
    ("RequestRedirect", "requestRedirect"),
    ("URLRewrite", "urlRewrite"),
    ("RequestMirror", "requestMirror"),
    ("CORS", "cors"),
    ("ExternalAuth", "externalAuth"),
    ("DirectResponse", "directResponse"),
    ("ExtensionRef", "extensionRef"),
];

const HTTP: &[&str] = &[
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestMirror",
    "RequestRedirect",
    "URLRewrite",
    "ExtensionRef",
    "CORS",
    "ExternalAuth",
    "DirectResponse",
];
const GRPC: &[&str] = &["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"];

/// Reads `filters`. `grpc` says whether they are a GRPCRoute's, which has fewer types.
pub(super) fn filters(node: &Node, grpc: bool, at: &At, cx: &mut Cx) -> Vec<RouteFilter> {
    let list = Fields { node, at, cx }.list("filters", 0..=16);
    let filters = each(list, &at.field("filters"), cx, |node, at, cx| filter(node, grpc, at, cx));
    let mut fields = Fields { node, at, cx };
    let of = |word: &str| filters.iter().filter(|f| f.action.as_str() == word).collect::<Vec<_>>();
    for word in ["CORS", "RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"] {
        if let [_, second, ..] = of(word).as_slice() {
            fields.contradiction("filters", second.span, format!("a {word} filter cannot be repeated"));
        }
    }
    if let ([redirect, ..], [_, ..]) = (of("RequestRedirect").as_slice(), of("URLRewrite").as_slice()) {
        let message = "a RequestRedirect and a URLRewrite cannot be combined";
        fields.contradiction("filters", redirect.span, message);
    }
    filters
}

fn filter(node: &Node, grpc: bool, at: &At, cx: &mut Cx) -> Option<RouteFilter> {
    let mut fields = Fields { node, at, cx };
    let word = fields.required("type", Form::Word(if grpc { GRPC } else { HTTP }))?;
    let mut body = None;
    for (name, key) in FILTERS {
        let value = fields.map(key);
        match (value, *name == word.value) {
            (Some(value), true) => body = Some((*key, value)),
            (None, true) => {
                let message = format!("`{key}` must be set for a filter of type {name}");
                fields.contradiction(key, node.span, message);
            }
            (Some(value), false) => {
                let message = format!("`{key}` must not be set for a filter of type {}", word.value);
                fields.contradiction(key, value.span, message);
            }
            (None, false) => {}
        }
    }
    let (key, body) = body?;
    let at = at.field(key);
    let action = match word.value.as_str() {
        "RequestHeaderModifier" => FilterAction::RequestHeaders(headers(body, &at, cx)),
        "ResponseHeaderModifier" => {
            headers(body, &at, cx);
            FilterAction::ResponseHeaders
        }
        "RequestRedirect" => FilterAction::Redirect(redirect(body, &at, cx)),
        "URLRewrite" => rewrite(body, &at, cx),
        "RequestMirror" => mirror(body, &at, cx),
        "CORS" => FilterAction::Cors,
        "ExternalAuth" => FilterAction::ExternalAuth,
        "DirectResponse" => {
            let mut fields = Fields { node: body, at: &at, cx };
            let status = fields.whole("statusCode", 200..=599);
            if status.is_none() && fields.get("statusCode").is_none() {
                fields.missing("statusCode");
            }
            FilterAction::Direct(status.and_then(|s| u16::try_from(s.value).ok()).unwrap_or(500))
        }
        _ => {
            let mut fields = Fields { node: body, at: &at, cx };
            let group = fields.required("group", Form::Group).map(|g| g.value).unwrap_or_default();
            let kind = fields.required("kind", Form::Kind).map(|k| k.value).unwrap_or_default();
            let name = fields.required("name", Form::Text(253)).map(|n| n.value).unwrap_or_default();
            FilterAction::Extension(format!("{kind}.{group}/{name}"))
        }
    };
    Some(RouteFilter { action, span: node.span })
}

fn headers(node: &Node, at: &At, cx: &mut Cx) -> HeaderModifier {
    let mut pairs = |key| {
        let list = Fields { node, at, cx }.list(key, 0..=16);
        each(list, &at.field(key), cx, |node, at, cx| {
            let mut fields = Fields { node, at, cx };
            let name = fields.required("name", Form::HeaderName);
            let value = fields.required("value", Form::Text(4096));
            Some((name?.value, value?.value))
        })
    };
    let (set, add) = (pairs("set"), pairs("add"));
    let remove = Fields { node, at, cx }.list("remove", 0..=16);
    HeaderModifier { set, add, remove: remove.iter().filter_map(|n| n.as_str().map(str::to_owned)).collect() }
}

fn redirect(node: &Node, at: &At, cx: &mut Cx) -> RequestRedirect {
    let mut fields = Fields { node, at, cx };
    let scheme = fields.text("scheme", Form::Word(&["http", "https"])).map(|s| s.value);
    let hostname = fields.text("hostname", Form::PreciseHostname).map(|h| h.value);
    let port = fields.port("port").map(|p| p.value);
    let status = fields.whole("statusCode", 300..=399);
    if let Some(status) = status.as_ref().filter(|s| ![301, 302, 303, 307, 308].contains(&s.value)) {
        let message = format!("`statusCode` must be one of 301, 302, 303, 307, 308, not {}", status.value);
        fields.contradiction("statusCode", status.span, message);
    }
    let path = path_modifier(&mut fields);
    let status = status.and_then(|s| u16::try_from(s.value).ok()).unwrap_or(302);
    RequestRedirect { scheme, hostname, path, port, status }
}

fn rewrite(node: &Node, at: &At, cx: &mut Cx) -> FilterAction {
    let mut fields = Fields { node, at, cx };
    let hostname = fields.text("hostname", Form::PreciseHostname).map(|h| h.value);
    FilterAction::Rewrite { hostname, path: path_modifier(&mut fields) }
}

fn path_modifier(fields: &mut Fields) -> Option<PathModifier> {
    let node = fields.map("path")?;
    let at = fields.at.field("path");
    let mut fields = Fields { node, at: &at, cx: fields.cx };
    let word = fields.required("type", Form::Word(&["ReplaceFullPath", "ReplacePrefixMatch"]))?;
    let full = fields.text("replaceFullPath", Form::TextOrEmpty(1024));
    let prefix = fields.text("replacePrefixMatch", Form::TextOrEmpty(1024));
    let is_full = word.value == "ReplaceFullPath";
    let (key, wanted, other, unwanted) = if is_full {
        ("replaceFullPath", full, "replacePrefixMatch", prefix)
    } else {
        ("replacePrefixMatch", prefix, "replaceFullPath", full)
    };
    if let Some(unwanted) = unwanted {
        let message = format!("`{other}` must not be set when the type is {}", word.value);
        fields.contradiction(other, unwanted.span, message);
    }
    let Some(wanted) = wanted else {
        let message = format!("`{key}` must be set when the type is {}", word.value);
        fields.contradiction(key, node.span, message);
        return None;
    };
    Some(if is_full { PathModifier::Full(wanted.value) } else { PathModifier::Prefix(wanted.value) })
}

fn mirror(node: &Node, at: &At, cx: &mut Cx) -> FilterAction {
    let mut fields = Fields { node, at, cx };
    let backend = fields.map("backendRef");
    if backend.is_none() {
        fields.missing("backendRef");
    }
    if let (Some(_), Some(fraction)) = (fields.get("percent"), fields.get("fraction")) {
        fields.contradiction("fraction", fraction.span, "`percent` and `fraction` exclude each other");
    }
    FilterAction::Mirror(backend.and_then(|n| backend_ref(n, false, &at.field("backendRef"), cx)))
}

/// Reads `backendRefs`.
pub(super) fn backend_refs(node: &Node, grpc: bool, at: &At, cx: &mut Cx) -> Vec<RouteBackendRef> {
    let list = Fields { node, at, cx }.list("backendRefs", 0..=16);
    each(list, &at.field("backendRefs"), cx, |node, at, cx| backend_ref(node, grpc, at, cx))
}

fn backend_ref(node: &Node, grpc: bool, at: &At, cx: &mut Cx) -> Option<RouteBackendRef> {
    let mut fields = Fields { node, at, cx };
    let group = fields.text("group", Form::Group).map(|g| g.value).unwrap_or_default();
    let kind = fields.text("kind", Form::Kind).map_or_else(|| "Service".to_owned(), |k| k.value);
    let namespace = fields.text("namespace", Form::Namespace).map(|n| n.value);
    let name = fields.required("name", Form::Text(253));
    let port = fields.port("port");
    if group.is_empty() && kind == "Service" && fields.get("port").is_none() {
        fields.contradiction("port", node.span, "`port` must be set for a Service");
    }
    let weight = fields.whole("weight", 0..=1_000_000).map_or(1, |w| w.value);
    let filters = filters(node, grpc, at, cx);
    let weight = u32::try_from(weight).unwrap_or(1);
    Some(RouteBackendRef { group, kind, namespace, name: name?, port, weight, filters, span: node.span })
}

/// The filters that replace a matched prefix, and so need exactly one match with a prefix.
pub(super) fn prefix_replacers(filters: &[RouteFilter]) -> impl Iterator<Item = Span> {
    filters.iter().filter_map(|f| match &f.action {
        FilterAction::Redirect(RequestRedirect { path: Some(PathModifier::Prefix(_)), .. })
        | FilterAction::Rewrite { path: Some(PathModifier::Prefix(_)), .. } => Some(f.span),
        _ => None,
    })
}
