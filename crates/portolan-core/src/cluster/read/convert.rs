//! Ingress of old versions to `networking.k8s.io/v1`, as edits of the text.

use super::context::*;
use crate::manifest::{Node, Value};
use crate::problem::Edit;

/// All edits that make an old Ingress a v1 one; `None` where that takes a human.
pub(super) fn ingress(root: &Node, cx: &Cx) -> Option<Vec<Edit>> {
    let mut edits = cx.replace(root.get("apiVersion")?.span, "networking.k8s.io/v1")?;
    let spec = root.get("spec")?;
    if let Some(entry) = spec.entry("backend").filter(|e| !e.value.is_null()) {
        edits.extend(cx.rename(entry.key_span, "defaultBackend")?);
        edits.push(backend(&entry.value, cx)?);
    }
    for rule in items(spec, "rules") {
        let Some(http) = child(rule, "http") else { continue };
        for path in items(http, "paths") {
            if child(path, "pathType").is_none() {
                edits.push(cx.insert(path, "pathType: ImplementationSpecific")?);
            }
            edits.push(backend(path.get("backend")?, cx)?);
        }
    }
    // Anchors and aliases make one text stand for several values.
    edits.sort_by_key(|e| (e.span.start, e.span.end));
    edits.is_sorted_by(|a, b| a.span.end <= b.span.start).then_some(edits)
}

/// A v1beta1 backend in v1's words.
pub(super) fn backend(node: &Node, cx: &Cx) -> Option<Edit> {
    let [first, second] = node.entries() else { return None };
    let name = node.get("serviceName")?;
    let port = node.get("servicePort")?;
    let key = match port.value {
        Value::Int(_) => "number",
        Value::String(_) => "name",
        _ => return None,
    };
    let (name, port) = (cx.written(name.span), cx.written(port.span));
    if name.contains('\n') || port.contains('\n') || cx.written(node.span).contains('#') {
        return None;
    }
    let written = cx.written(node.span);
    let text = if written.starts_with('{') {
        if written.contains('"') {
            return None;
        }
        format!("{{service: {{name: {name}, port: {{{key}: {port}}}}}}}")
    } else {
        let indent = cx.indent(first.key_span)?;
        format!("service:\n{indent}  name: {name}\n{indent}  port:\n{indent}    {key}: {port}")
    };
    let span = if written.starts_with('{') { node.span } else { first.key_span.to(second.value.span) };
    Some(Edit { span, text })
}
