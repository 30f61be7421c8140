//! HTTPRoute and GRPCRoute.

use super::super::super::{
    FilterAction, GATEWAY_GROUP, GrpcMatch, GrpcRoute, HttpMatch, HttpRoute, Meta, ParentRef, PathMatchType,
    RouteCommon, RouteRule, ValueMatch,
};
use super::super::context::{At, Cx};
use super::check::{Fields, Form};
use super::filter::{backend_refs, filters, prefix_replacers};
use super::{each, nothing};
use crate::manifest::Node;
use crate::problem::{Code, Severity};
use crate::span::{Span, Spanned};
use std::collections::HashSet;

/// Two parentRefs for one Gateway, one of them without a `sectionName`.
const AMBIGUOUS_PARENT: Code = Code("PT0265");

/// How many matches all rules of a route may have together.
const MAX_MATCHES: usize = 128;

#[inline(never)]
pub(in super::super) fn http_route(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> HttpRoute {
    let empty = nothing(root);
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let (parent_refs, hostnames) = common(spec, &at, cx);
    let list = Fields { node: spec, at: &at, cx }.list("rules", 1..=16);
    let rules_at = at.field("rules");
    let mut rules = each(list, &rules_at, cx, |node, at, cx| Some(http_rule(node, at, cx)));
    if spec.get("rules").is_none_or(Node::is_null) {
        let matches = vec![default_http_match(spec.span)];
        let (filters, backend_refs) = (Vec::new(), Vec::new());
        rules.push(RouteRule { name: None, matches, filters, backend_refs, span: spec.span });
    }
    let matches = rules.iter().map(|r| r.matches.len()).sum();
    unique_rules(&rules, matches, spec, &at, cx);
    HttpRoute { common: RouteCommon { parent_refs, hostnames, admitted: cx.admitted, meta }, rules }
}

#[inline(never)]
pub(in super::super) fn grpc_route(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> GrpcRoute {
    let empty = nothing(root);
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let (parent_refs, hostnames) = common(spec, &at, cx);
    let list = Fields { node: spec, at: &at, cx }.list("rules", 0..=16);
    let rules = each(list, &at.field("rules"), cx, |node, at, cx| Some(grpc_rule(node, at, cx)));
    let matches = rules.iter().map(|r| r.matches.len()).sum();
    unique_rules(&rules, matches, spec, &at, cx);
    GrpcRoute { common: RouteCommon { parent_refs, hostnames, admitted: cx.admitted, meta }, rules }
}

fn common(spec: &Node, at: &At, cx: &mut Cx) -> (Vec<ParentRef>, Vec<Spanned<String>>) {
    let list = Fields { node: spec, at, cx }.list("parentRefs", 0..=32);
    let parents_at = at.field("parentRefs");
    let parents = each(list, &parents_at, cx, parent_ref);
    unique_parents(&parents, &parents_at, cx);
    let list = Fields { node: spec, at, cx }.list("hostnames", 0..=16);
    let mut hostnames = Vec::with_capacity(list.len());
    let hosts_at = at.field("hostnames");
    for (i, node) in list.iter().enumerate() {
        // A list of texts: each is checked as if it were the field of a mapping.
        let at = hosts_at.index(i);
        let entry =
            crate::manifest::Entry { key: "hostname".into(), key_span: node.span, value: node.clone() };
        let holder = Node { span: node.span, value: crate::manifest::Value::Map(vec![entry]) };
        hostnames.extend(Fields { node: &holder, at: &at, cx }.text("hostname", Form::Hostname));
    }
    (parents, hostnames)
}

fn parent_ref(node: &Node, at: &At, cx: &mut Cx) -> Option<ParentRef> {
    let mut fields = Fields { node, at, cx };
    Some(ParentRef {
        group: fields.text("group", Form::Group).map_or_else(|| GATEWAY_GROUP.to_owned(), |g| g.value),
        kind: fields.text("kind", Form::Kind).map_or_else(|| "Gateway".to_owned(), |k| k.value),
        namespace: fields.text("namespace", Form::Namespace).map(|n| n.value),
        section_name: fields.text("sectionName", Form::SectionName),
        port: fields.port("port"),
        name: fields.required("name", Form::Text(253))?,
        span: node.span,
    })
}

/// Two references to one parent must both name a listener, and not the same one.
fn unique_parents(parents: &[ParentRef], at: &At, cx: &mut Cx) {
    for (i, later) in parents.iter().enumerate() {
        let same = |p: &&ParentRef| {
            let key =
                |p: &ParentRef| (p.group.clone(), p.kind.clone(), p.namespace.clone(), p.name.value.clone());
            key(p) == key(later)
        };
        let Some(earlier) = parents.iter().take(i).find(same) else { continue };
        let section = |p: &ParentRef| p.section_name.as_ref().map(|s| s.value.clone());
        let place = |p: &ParentRef| (section(p), p.port.as_ref().map(|p| p.value));
        let at = at.index(i);
        if section(earlier).is_some() != section(later).is_some() {
            let message = format!(
                "of two parentRefs for Gateway {}, one names a listener and one does not",
                later.name.value
            );
            let severity = Severity::Warning;
            cx.note(severity, AMBIGUOUS_PARENT, &at, later.span, message)
                .help("the API server refuses this since Gateway API v0.8: give both a `sectionName`");
        } else if place(earlier) == place(later) {
            let message = format!("two parentRefs name the same listeners of Gateway {}", later.name.value);
            cx.note(Severity::Warning, AMBIGUOUS_PARENT, &at, later.span, message)
                .help("the API server refuses this since Gateway API v0.8: keep one of them");
        }
    }
}

fn unique_rules<M>(rules: &[RouteRule<M>], matches: usize, spec: &Node, at: &At, cx: &mut Cx) {
    let mut fields = Fields { node: spec, at, cx };
    let mut names = HashSet::new();
    for name in rules.iter().filter_map(|r| r.name.as_ref()) {
        if !names.insert(name.value.as_str()) {
            fields.contradiction("rules", name.span, format!("two rules are named {}", name.value));
        }
    }
    if matches > MAX_MATCHES {
        let message = format!("all rules together may have at most {MAX_MATCHES} matches, not {matches}");
        fields.contradiction("rules", spec.span, message);
    }
}

fn http_rule(node: &Node, at: &At, cx: &mut Cx) -> RouteRule<HttpMatch> {
    let mut fields = Fields { node, at, cx };
    let name = fields.text("name", Form::SectionName);
    let list = fields.list("matches", 0..=64);
    let mut matches = each(list, &at.field("matches"), cx, |node, at, cx| Some(http_match(node, at, cx)));
    if node.get("matches").is_none_or(Node::is_null) {
        matches.push(default_http_match(node.span));
    }
    let filters = filters(node, false, at, cx);
    let backend_refs = backend_refs(node, false, at, cx);
    let mut fields = Fields { node, at, cx };
    let redirect = filters.iter().find(|f| matches!(f.action, FilterAction::Redirect(_)));
    if let (Some(redirect), false) = (redirect, backend_refs.is_empty()) {
        let message = "a RequestRedirect filter must not be used together with backendRefs";
        fields.contradiction("filters", redirect.span, message);
    }
    let one_prefix = matches!(matches.as_slice(), [m] if m.path_type == PathMatchType::PathPrefix);
    if !one_prefix {
        let inner = backend_refs.iter().flat_map(|b| prefix_replacers(&b.filters));
        for span in prefix_replacers(&filters).chain(inner) {
            let message = "`replacePrefixMatch` needs exactly one match, and that of type PathPrefix";
            fields.contradiction("filters", span, message);
        }
    }
    RouteRule { name, matches, filters, backend_refs, span: node.span }
}

fn default_http_match(span: Span) -> HttpMatch {
    HttpMatch {
        path_type: PathMatchType::PathPrefix,
        path: "/".to_owned(),
        headers: Vec::new(),
        query_params: Vec::new(),
        method: None,
        span,
    }
}

fn http_match(node: &Node, at: &At, cx: &mut Cx) -> HttpMatch {
    const METHODS: &[&str] =
        &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    let mut fields = Fields { node, at, cx };
    let method = fields.text("method", Form::Word(METHODS)).map(|m| m.value);
    let path = fields.map("path");
    let (path_type, path) = match path {
        Some(node) => path_match(node, &at.field("path"), cx),
        None => (PathMatchType::PathPrefix, "/".to_owned()),
    };
    HttpMatch {
        path_type,
        path,
        headers: value_matches(node, "headers", 4096, at, cx),
        query_params: value_matches(node, "queryParams", 1024, at, cx),
        method,
        span: node.span,
    }
}

fn path_match(node: &Node, at: &At, cx: &mut Cx) -> (PathMatchType, String) {
    let mut fields = Fields { node, at, cx };
    let word = fields.text("type", Form::Word(&["Exact", "PathPrefix", "RegularExpression"]));
    let path_type = match word.as_ref().map(|w| w.value.as_str()) {
        Some("Exact") => PathMatchType::Exact,
        Some("RegularExpression") => PathMatchType::RegularExpression,
        _ => PathMatchType::PathPrefix,
    };
    let Some(value) = fields.text("value", Form::TextOrEmpty(1024)) else {
        return (path_type, "/".to_owned());
    };
    if path_type != PathMatchType::RegularExpression
        && let Some(complaint) = path_complaint(&value.value)
    {
        fields.contradiction("value", value.span, format!("a path of this type {complaint}"));
    }
    (path_type, value.value)
}

/// What the schema has against a literal path.
fn path_complaint(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return Some("must start with `/`".to_owned());
    }
    for part in ["//", "/./", "/../", "%2f", "%2F", "#"] {
        if path.contains(part) {
            return Some(format!("must not contain `{part}`"));
        }
    }
    for end in ["/..", "/."] {
        if path.ends_with(end) {
            return Some(format!("must not end in `{end}`"));
        }
    }
    let bytes = path.as_bytes();
    let hex = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_hexdigit);
    let odd = path.char_indices().find(|&(i, c)| match c {
        '%' => !(hex(i + 1) && hex(i + 2)),
        _ => !(c.is_ascii_alphanumeric() || "-/._~!$&'()*+,;=:@".contains(c)),
    });
    odd.map(|(_, c)| format!("must not contain {c:?}"))
}

fn value_matches(node: &Node, key: &str, longest: usize, at: &At, cx: &mut Cx) -> Vec<ValueMatch> {
    let list = Fields { node, at, cx }.list(key, 0..=16);
    let mut names = HashSet::new();
    each(list, &at.field(key), cx, |node, at, cx| {
        let mut fields = Fields { node, at, cx };
        let word = fields.text("type", Form::Word(&["Exact", "RegularExpression"]));
        let name = fields.required("name", Form::HeaderName);
        let value = fields.required("value", Form::Text(longest));
        if let Some(name) = &name
            && !names.insert(name.value.clone())
        {
            fields.contradiction("name", name.span, format!("{} is listed twice", name.value));
        }
        let regex = word.is_some_and(|w| w.value == "RegularExpression");
        Some(ValueMatch { name: name?.value, value: value?.value, regex })
    })
}

fn grpc_rule(node: &Node, at: &At, cx: &mut Cx) -> RouteRule<GrpcMatch> {
    let mut fields = Fields { node, at, cx };
    let name = fields.text("name", Form::SectionName);
    let list = fields.list("matches", 0..=64);
    let mut matches = each(list, &at.field("matches"), cx, |node, at, cx| Some(grpc_match(node, at, cx)));
    if matches.is_empty() {
        matches.push(GrpcMatch {
            service: None,
            method: None,
            regex: false,
            headers: Vec::new(),
            span: node.span,
        });
    }
    let filters = filters(node, true, at, cx);
    let backend_refs = backend_refs(node, true, at, cx);
    RouteRule { name, matches, filters, backend_refs, span: node.span }
}

fn grpc_match(node: &Node, at: &At, cx: &mut Cx) -> GrpcMatch {
    let mut read =
        GrpcMatch { service: None, method: None, regex: false, headers: Vec::new(), span: node.span };
    if let Some(method) = (Fields { node, at, cx }).map("method") {
        let at = at.field("method");
        let mut fields = Fields { node: method, at: &at, cx };
        let word = fields.text("type", Form::Word(&["Exact", "RegularExpression"]));
        read.regex = word.is_some_and(|w| w.value == "RegularExpression");
        read.service =
            fields.text("service", Form::TextOrEmpty(1024)).map(|s| s.value).filter(|s| !s.is_empty());
        read.method =
            fields.text("method", Form::TextOrEmpty(1024)).map(|s| s.value).filter(|s| !s.is_empty());
        if read.service.is_none() && read.method.is_none() {
            fields.contradiction("service", method.span, "`service` or `method` must be set");
        }
        let identifier = |s: &String| s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
        for (key, value) in [("service", read.service.clone()), ("method", read.method.clone())] {
            if let Some(value) = value.filter(|v| !read.regex && !identifier(v)) {
                let message = format!("{value:?} is no name of a gRPC {key}");
                fields.contradiction(key, method.span, message);
            }
        }
    }
    read.headers = value_matches(node, "headers", 4096, at, cx);
    read
}
