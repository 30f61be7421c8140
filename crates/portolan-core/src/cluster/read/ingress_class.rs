//! IngressClass. Validation after `pkg/apis/networking/validation/validation.go`.

use super::super::{IngressClass, Meta, codes};
use super::context::*;
use super::ingress::reference;
use super::names;
use crate::manifest::Node;
use crate::span::{Span, Spanned};

/// The annotation of a default IngressClass.
const IS_DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

#[inline(never)]
pub(super) fn class(root: &Node, meta: Meta, cx: &mut Cx) -> IngressClass {
    let spec = child(root, "spec").unwrap_or(&NOTHING);
    let at = At::ROOT.field("spec");
    let span = child(root, "spec").map_or(root.span, |n| n.span);
    let controller = nonempty(spec, "controller");
    controller_name(controller.as_ref(), span, &at.field("controller"), cx);
    if let Some(parameters) = child(spec, "parameters") {
        class_parameters(parameters, &at.field("parameters"), cx);
    }
    let is_default = meta.annotation(IS_DEFAULT).is_some_and(|a| a.value.value == "true");
    IngressClass { controller, is_default, admitted: cx.admitted, meta }
}

fn controller_name(controller: Option<&Spanned<String>>, outer: Span, at: &At, cx: &mut Cx) {
    let Some(controller) = controller else {
        cx.reject(codes::CLASS, at, outer, format_args!("an IngressClass needs `spec.controller`"))
            .help("for ingress-nginx, say `controller: k8s.io/ingress-nginx`");
        return;
    };
    let name = controller.value.as_str();
    let path_allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
    let fault = if name.len() > 250 {
        Some("is longer than 250 characters")
    } else {
        match name.split_once('/') {
            Some((domain, path)) if !domain.is_empty() && !path.is_empty() => {
                if names::subdomain(domain).is_some() {
                    Some("must start with a lower-case DNS name")
                } else {
                    (!path.bytes().all(path_allowed))
                        .then_some("has a path with characters that are not allowed")
                }
            }
            _ => Some("must be a domain and a path, as in `k8s.io/ingress-nginx`"),
        }
    };
    if let Some(fault) = fault {
        cx.reject(codes::CLASS, at, controller.span, format_args!("controller `{}` {fault}", Clip(name)));
    }
}

fn class_parameters(node: &Node, at: &At, cx: &mut Cx) {
    reference(node, at, cx);
    let namespace = text(node, "namespace");
    let scope = text(node, "scope");
    match (scope.as_ref().map(|s| s.value.as_str()), namespace) {
        (Some("Namespace"), None) => {
            let message = format_args!("parameters of scope Namespace need a `namespace`");
            cx.reject(codes::CLASS, &at.field("namespace"), node.span, message);
        }
        (Some("Cluster") | None, Some(namespace)) => {
            let message = format_args!("parameters of scope Cluster have no `namespace`");
            cx.reject(codes::CLASS, &at.field("namespace"), namespace.span, message)
                .help("say `scope: Namespace`, or leave the namespace out");
        }
        (Some("Namespace"), Some(namespace)) => {
            if let Some(fault) = names::label(&namespace.value) {
                let message = format_args!("namespace `{}` {fault}", Clip(&namespace.value));
                cx.reject(codes::NAME, &at.field("namespace"), namespace.span, message);
            }
        }
        (Some("Cluster") | None, None) => {}
        (Some(other), _) => {
            let span = scope.as_ref().map_or(node.span, |s| s.span);
            let message = format_args!("`{}` is no scope; there are Cluster and Namespace", Clip(other));
            cx.reject(codes::UNSUPPORTED, &at.field("scope"), span, message);
        }
    }
}
