//! The annotations of ingress-nginx, which two controllers read.

use super::routes::Declared;
use crate::cluster::{Annotation, Ingress};
use crate::controller::as_flag;
use crate::lint::Context;

/// Whether the controller reads these annotations.
pub(super) fn is_read(cx: &Context) -> bool {
    matches!(cx.controller.name, "ingress-nginx" | "traefik-ingress-nginx")
}

/// An annotation that is set to something.
pub(super) fn annotation<'c>(cx: &Context<'c>, ingress: &'c Ingress, name: &str) -> Option<&'c Annotation> {
    let prefix = cx.settings.get("annotations-prefix").unwrap_or("nginx.ingress.kubernetes.io");
    let is_it =
        |a: &&Annotation| a.key.value.strip_prefix(prefix).and_then(|k| k.strip_prefix('/')) == Some(name);
    ingress.meta.annotations.iter().find(is_it).filter(|a| !a.value.value.is_empty())
}

/// An annotation that is set to true.
pub(super) fn flag<'c>(cx: &Context<'c>, ingress: &'c Ingress, name: &str) -> Option<&'c Annotation> {
    annotation(cx, ingress, name).filter(|a| as_flag(&a.value.value) == Some(true))
}

/// What makes the paths of an Ingress regular expressions, if something of its own does.
pub(super) fn regex_switch<'c>(cx: &Context<'c>, ingress: &'c Ingress) -> Option<&'c Annotation> {
    flag(cx, ingress, "use-regex").or_else(|| annotation(cx, ingress, "rewrite-target"))
}

/// Whether the Ingress of a rule is a canary, whose rules are another's.
pub(super) fn is_canary(cx: &Context, rule: &Declared) -> bool {
    cx.ingress(rule).is_some_and(|ingress| flag(cx, ingress, "canary").is_some())
}
