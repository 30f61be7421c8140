//! Ingress of all versions, and IngressClass.

use super::super::{
    Backend, BackendTarget, Ingress, IngressClass, IngressPath, IngressRule, IngressTls, Meta, PathType,
    PortRef,
};
use super::context::*;
use crate::manifest::{Node, Value};
use crate::problem::{Code, Severity};
use crate::span::Spanned;

/// `pathType` is missing or none of the three.
const PATH_TYPE: Code = Code("PT0210");

/// The annotation of a default IngressClass.
const IS_DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

pub(super) fn ingress(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> Ingress {
    let empty = Node { span: root.span, value: Value::Null };
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let old = meta.api_version != "networking.k8s.io/v1";
    let backend_key = if old { "backend" } else { "defaultBackend" };
    let default_backend =
        spec.get(backend_key).filter(|n| !n.is_null()).map(|n| backend(n, old, &at.field(backend_key), cx));
    let rules_at = at.field("rules");
    let rules =
        items(spec, "rules").iter().enumerate().map(|(i, n)| rule(n, old, &rules_at.index(i), cx)).collect();
    let tls = items(spec, "tls")
        .iter()
        .map(|entry| IngressTls {
            hosts: items(entry, "hosts")
                .iter()
                .filter_map(|h| Some(Spanned::new(h.as_str()?.to_owned(), h.span)))
                .collect(),
            secret_name: nonempty(entry, "secretName"),
            span: entry.span,
        })
        .collect();
    Ingress {
        class_name: text(spec, "ingressClassName"),
        class_defaulted: None,
        default_backend,
        tls,
        rules,
        admitted: cx.admitted,
        meta,
    }
}

fn rule(node: &Node, old: bool, at: &At, cx: &mut Cx) -> IngressRule {
    let paths = node.get("http").filter(|n| !n.is_null()).map(|http| {
        let at = at.field("http");
        let at = at.field("paths");
        items(http, "paths").iter().enumerate().map(|(i, n)| path(n, old, &at.index(i), cx)).collect()
    });
    IngressRule { host: nonempty(node, "host"), paths, span: node.span }
}

fn path(node: &Node, old: bool, at: &At, cx: &mut Cx) -> IngressPath {
    let written = text(node, "pathType");
    let path_type = written.as_ref().and_then(|t| {
        let value = match t.value.as_str() {
            "Exact" => PathType::Exact,
            "Prefix" => PathType::Prefix,
            "ImplementationSpecific" => PathType::ImplementationSpecific,
            _ => return None,
        };
        Some(Spanned::new(value, t.span))
    });
    match (&path_type, &written) {
        (None, None) if !old => {
            let message = "`pathType` must be specified";
            cx.note(Severity::Error, PATH_TYPE, &at.field("pathType"), node.span, message);
        }
        (None, Some(written)) => {
            let message = format!("`{}` is no path type", written.value);
            cx.note(Severity::Error, PATH_TYPE, &at.field("pathType"), written.span, message)
                .help("the path types are Exact, Prefix and ImplementationSpecific");
        }
        _ => {}
    }
    let none = Node { span: node.span, value: Value::Null };
    IngressPath {
        path: text(node, "path"),
        path_type: path_type.unwrap_or(Spanned::new(PathType::ImplementationSpecific, node.span)),
        path_type_defaulted: written.is_none(),
        backend: backend(node.get("backend").unwrap_or(&none), old, &at.field("backend"), cx),
        span: node.span,
    }
}

fn backend(node: &Node, old: bool, _at: &At, cx: &mut Cx) -> Backend {
    let target = target(node, old).unwrap_or_else(|| {
        cx.admitted = false;
        BackendTarget::Unreadable
    });
    Backend { target, span: node.span }
}

fn target(node: &Node, old: bool) -> Option<BackendTarget> {
    if let Some(resource) = node.get("resource").filter(|n| !n.is_null()) {
        return Some(BackendTarget::Resource {
            api_group: text(resource, "apiGroup").map(|t| t.value).unwrap_or_default(),
            kind: text(resource, "kind")?.value,
            name: text(resource, "name")?,
        });
    }
    if old {
        let port = node.get("servicePort")?;
        let port = match &port.value {
            Value::String(s) => Spanned::new(PortRef::Name(s.clone()), port.span),
            Value::Int(n) => Spanned::new(PortRef::Number(u16::try_from(*n).ok()?), port.span),
            _ => return None,
        };
        return Some(BackendTarget::Service { name: text(node, "serviceName")?, port });
    }
    let service = node.get("service")?;
    let reference = service.get("port")?;
    let name = nonempty(reference, "name").map(|n| Spanned::new(PortRef::Name(n.value), n.span));
    let number = port(reference, "number").map(|n| Spanned::new(PortRef::Number(n.value), n.span));
    Some(BackendTarget::Service { name: nonempty(service, "name")?, port: name.or(number)? })
}

pub(super) fn class(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> IngressClass {
    let controller = root.get("spec").and_then(|spec| nonempty(spec, "controller"));
    let is_default = meta.annotation(IS_DEFAULT).is_some_and(|a| a.value.value == "true");
    IngressClass { controller, is_default, admitted: cx.admitted, meta }
}
