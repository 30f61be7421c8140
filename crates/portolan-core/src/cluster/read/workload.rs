//! Pod, and the kinds that make pods.

use super::super::{Container, ContainerPort, Meta, Pod, PodPhase, PodSpec, Workload, codes};
use super::context::*;
use super::service::{port_number, protocol};
use super::{meta, names};
use crate::manifest::Node;
use crate::span::Span;
use hashbrown::HashMap;
use std::collections::BTreeMap;

#[inline(never)]
pub(super) fn pod(root: &Node, meta: Meta, cx: &mut Cx) -> Pod {
    let status = root.get("status").filter(|s| !s.entries().is_empty());
    let string = |key| status.and_then(|s| nonempty(s, key)).map(|t| t.value);
    let ready = status.map(|s| {
        let condition =
            items(s, "conditions").iter().find(|c| str_of(c, "type").is_some_and(|t| t.value == "Ready"));
        condition.and_then(|c| str_of(c, "status")).is_some_and(|t| t.value == "True")
    });
    Pod {
        spec: pod_spec(child(root, "spec"), root.span, &At::ROOT.field("spec"), cx),
        ip: string("podIP"),
        host_ip: string("hostIP"),
        phase: string("phase").map(|p| match p.as_str() {
            "Pending" => PodPhase::Pending,
            "Running" => PodPhase::Running,
            "Succeeded" => PodPhase::Succeeded,
            "Failed" => PodPhase::Failed,
            _ => PodPhase::Unknown,
        }),
        ready,
        terminating: root.get("metadata").is_some_and(|m| nonempty(m, "deletionTimestamp").is_some()),
        admitted: cx.admitted,
        meta,
    }
}

#[inline(never)]
pub(super) fn workload(root: &Node, meta: Meta, cx: &mut Cx) -> Workload {
    let (outer_at, cron_at) = (At::ROOT.field("spec"), At::ROOT.field("spec"));
    let cron_at = cron_at.field("jobTemplate");
    let cron_at = cron_at.field("spec");
    let spec = child(root, "spec").unwrap_or(&NOTHING);
    let (spec, at) = if meta.kind == "CronJob" {
        (spec.get("jobTemplate").and_then(|t| child(t, "spec")).unwrap_or(&NOTHING), cron_at)
    } else {
        (spec, outer_at)
    };
    let template = child(spec, "template");
    let metadata = template.and_then(|t| child(t, "metadata")).unwrap_or(&NOTHING);
    let template_at = at.field("template");
    meta::labels(metadata, "labels", &template_at.field("metadata"), cx);
    let key = if matches!(meta.kind.as_str(), "Job" | "CronJob") { "parallelism" } else { "replicas" };
    let count = whole(spec, key);
    if let Some(count) = count.filter(|n| n.value < 0) {
        cx.reject(codes::WORKLOAD, &at.field(key), count.span, format_args!("`{key}` must not be negative"));
    }
    let template_span = template.map_or(root.span, |t| t.span);
    let template_labels = strings(metadata, "labels");
    let labels_span = metadata.get("labels").map_or(template_span, |n| n.span);
    let pod = template.and_then(|t| child(t, "spec"));
    let pod_at = template_at.field("spec");
    restart_policy(pod, &meta.kind, template_span, &pod_at, cx);
    if !matches!(meta.kind.as_str(), "Job" | "CronJob") {
        selector(root, spec, (&template_labels, labels_span), &meta, &at, cx);
    }
    Workload {
        replicas: match count {
            _ if meta.kind == "DaemonSet" => None,
            Some(n) => Some(u32::try_from(n.value).unwrap_or(0)),
            None => Some(1),
        },
        selector: spec.get("selector").map(|s| strings(s, "matchLabels")).unwrap_or_default(),
        template_labels,
        template_labels_span: labels_span,
        spec: pod_spec(pod, template_span, &pod_at, cx),
        admitted: cx.admitted,
        meta,
    }
}

/// A workload's selector: needed, not empty, and matching its own template.
fn selector(
    root: &Node,
    spec: &Node,
    (labels, labels_span): (&BTreeMap<String, String>, Span),
    meta: &Meta,
    at: &At,
    cx: &mut Cx,
) {
    let selector_at = at.field("selector");
    let Some(selector) = child(spec, "selector") else {
        // Older versions took the template's labels.
        if !matches!(meta.api_version.as_str(), "extensions/v1beta1" | "apps/v1beta1") {
            let span = child(root, "spec").map_or(root.span, |n| n.span);
            cx.reject(
                codes::WORKLOAD,
                &selector_at,
                span,
                format_args!("a {} needs `spec.selector`", meta.kind),
            )
            .help("it must match the labels of its template");
        }
        return;
    };
    meta::labels(selector, "matchLabels", &selector_at, cx);
    let expressions = items(selector, "matchExpressions");
    if entries(selector, "matchLabels").is_empty() && expressions.is_empty() {
        let message = format_args!("the selector of a {} must not be empty", meta.kind);
        cx.reject(codes::WORKLOAD, &selector_at, selector.span, message);
        return;
    }
    let missed = entries(selector, "matchLabels")
        .iter()
        .find(|e| labels.get(&e.key).map(String::as_str) != string_value(e));
    let missed = missed.map(|e| e.key_span.to(e.value.span)).or_else(|| {
        let miss = |e: &&Node| !expression_matches(e, labels).unwrap_or(true);
        expressions.iter().find(miss).map(|e| e.span)
    });
    if let Some(span) = missed {
        let template_at = at.field("template");
        let template_at = template_at.field("metadata");
        let message = format_args!("the selector does not match the labels of the template");
        cx.reject(codes::WORKLOAD, &template_at.field("labels"), labels_span, message)
            .related(span, "what the selector asks for")
            .help("the template's labels must include all that the selector asks for");
    }
}

/// Whether a label selector's expression holds; `None` where it cannot be read.
fn expression_matches(expression: &Node, labels: &BTreeMap<String, String>) -> Option<bool> {
    let value = labels.get(str_of(expression, "key")?.value);
    let among =
        || value.is_some_and(|v| items(expression, "values").iter().any(|n| n.as_str() == Some(v.as_str())));
    match str_of(expression, "operator")?.value {
        "In" => Some(among()),
        "NotIn" => Some(!among()),
        "Exists" => Some(value.is_some()),
        "DoesNotExist" => Some(value.is_none()),
        _ => None,
    }
}

fn restart_policy(pod: Option<&Node>, kind: &str, outer: Span, at: &At, cx: &mut Cx) {
    let job = matches!(kind, "Job" | "CronJob");
    let written = pod.and_then(|p| str_of(p, "restartPolicy")).filter(|w| !w.value.is_empty());
    let (word, span) = written.map_or(("Always", outer), |w| (w.value, w.span));
    let good = if job { matches!(word, "OnFailure" | "Never") } else { word == "Always" };
    if !good && pod.is_some() {
        let allowed = if job { "OnFailure or Never" } else { "Always" };
        let message =
            format_args!("`restartPolicy` of the pods of a {kind} must be {allowed}, not `{}`", Clip(word));
        cx.reject(codes::WORKLOAD, &at.field("restartPolicy"), span, message);
    }
}

fn pod_spec(spec: Option<&Node>, outer: Span, at: &At, cx: &mut Cx) -> PodSpec {
    let node = spec.unwrap_or(&NOTHING);
    let host_network = flag(node, "hostNetwork").unwrap_or(false);
    let mut seen = HashMap::new();
    let mut containers = Vec::new();
    if items(node, "containers").is_empty() {
        let span = spec.map_or(outer, |n| n.span);
        cx.reject(codes::WORKLOAD, &at.field("containers"), span, format_args!("a pod needs `containers`"));
    }
    for key in ["containers", "initContainers"] {
        let at = at.field(key);
        for (i, node) in items(node, key).iter().enumerate() {
            let at = at.index(i);
            let container = container(node, host_network, &at, cx);
            if let Some(name) = str_of(node, "name")
                && let Some(first) = seen.insert(name.value, name.span)
            {
                let message = format_args!("two containers are named `{}`", Clip(name.value));
                cx.reject(codes::WORKLOAD, &at.field("name"), name.span, message)
                    .related(first, "the other one");
            }
            let stays = str_of(node, "restartPolicy").is_some_and(|t| t.value == "Always");
            if key == "containers" || stays {
                containers.push(container);
            }
        }
    }
    PodSpec { containers, node: nonempty(node, "nodeName").map(|t| t.value), host_network }
}

fn container(node: &Node, host_network: bool, at: &At, cx: &mut Cx) -> Container {
    let name = nonempty(node, "name");
    match &name {
        None if child(node, "name").is_none_or(|n| n.as_str().is_some()) => {
            cx.reject(
                codes::WORKLOAD,
                &at.field("name"),
                node.span,
                format_args!("a container needs a `name`"),
            );
        }
        Some(name) => {
            if let Some(fault) = names::label(&name.value) {
                let message = format_args!("container name `{}` {fault}", Clip(&name.value));
                cx.reject(codes::NAME, &at.field("name"), name.span, message);
            }
        }
        None => {}
    }
    let image = nonempty(node, "image");
    if image.is_none() && child(node, "image").is_none_or(|n| n.as_str().is_some()) {
        cx.reject(
            codes::WORKLOAD,
            &at.field("image"),
            node.span,
            format_args!("a container needs an `image`"),
        );
    }
    let ports_at = at.field("ports");
    let mut seen = HashMap::new();
    let mut ports = Vec::new();
    for (i, node) in items(node, "ports").iter().enumerate() {
        let at = ports_at.index(i);
        let port = container_port(node, host_network, &at, cx);
        if let Some(name) = str_of(node, "name").filter(|n| !n.value.is_empty())
            && let Some(first) = seen.insert(name.value, name.span)
        {
            let message = format_args!("two ports of this container are named `{}`", Clip(name.value));
            cx.reject(codes::PORT, &at.field("name"), name.span, message).related(first, "the other one");
        }
        ports.extend(port);
    }
    Container {
        name: name.map(|t| t.value).unwrap_or_default(),
        image: image.map(|t| t.value),
        ports,
        args: items(node, "args").iter().filter_map(|a| a.as_str().map(str::to_owned)).collect(),
        span: node.span,
    }
}

fn container_port(node: &Node, host_network: bool, at: &At, cx: &mut Cx) -> Option<ContainerPort> {
    let name = nonempty(node, "name");
    if let Some(name) = &name
        && let Some(fault) = names::port_name(&name.value)
    {
        let message = format_args!("port name `{}` {fault}", Clip(&name.value));
        cx.reject(codes::PORT, &at.field("name"), name.span, message);
    }
    let port = port_number(node, "containerPort", &at.field("containerPort"), true, cx);
    let host_port = port_number(node, "hostPort", &at.field("hostPort"), false, cx);
    if let (true, Some(port), Some(host)) = (host_network, port, host_port)
        && port.value != host.value
    {
        let message = format_args!("with `hostNetwork`, `hostPort` must be the same as `containerPort`");
        cx.reject(codes::PORT, &at.field("hostPort"), host.span, message);
    }
    let protocol = protocol(node, &at.field("protocol"), cx);
    Some(ContainerPort {
        name,
        port: port?.value,
        protocol,
        host_port: host_port.map(|p| p.value),
        span: node.span,
    })
}
