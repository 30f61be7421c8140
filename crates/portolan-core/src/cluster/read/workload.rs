//! Pod, and the kinds that make pods.

use super::super::{Container, ContainerPort, Meta, Pod, PodPhase, PodSpec, Workload};
use super::context::*;
use super::service::protocol;
use crate::manifest::{Node, Value};

pub(super) fn pod(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> Pod {
    let empty = Node { span: root.span, value: Value::Null };
    let status = root.get("status").filter(|s| !s.entries().is_empty());
    let string = |key| status.and_then(|s| nonempty(s, key)).map(|t| t.value);
    let ready = status.map(|s| {
        let condition =
            items(s, "conditions").iter().find(|c| c.get("type").and_then(Node::as_str) == Some("Ready"));
        condition.and_then(|c| c.get("status")).and_then(Node::as_str) == Some("True")
    });
    Pod {
        spec: pod_spec(root.get("spec").unwrap_or(&empty)),
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

pub(super) fn workload(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> Workload {
    let empty = Node { span: root.span, value: Value::Null };
    let spec = root.get("spec").unwrap_or(&empty);
    let job = match meta.kind.as_str() {
        "CronJob" => spec.get("jobTemplate").and_then(|t| t.get("spec")).unwrap_or(&empty),
        _ => spec,
    };
    let template = job.get("template").unwrap_or(&empty);
    let metadata = template.get("metadata").unwrap_or(&empty);
    let count = |key| match whole(job, key) {
        Some(n) => u32::try_from(n.value).unwrap_or(0),
        None => 1,
    };
    Workload {
        replicas: match meta.kind.as_str() {
            "DaemonSet" => None,
            "Job" | "CronJob" => Some(count("parallelism")),
            _ => Some(count("replicas")),
        },
        selector: job.get("selector").map(|s| strings(s, "matchLabels")).unwrap_or_default(),
        template_labels: strings(metadata, "labels"),
        template_labels_span: metadata.get("labels").or(job.get("template")).unwrap_or(root).span,
        spec: pod_spec(template.get("spec").unwrap_or(&empty)),
        admitted: cx.admitted,
        meta,
    }
}

fn pod_spec(spec: &Node) -> PodSpec {
    let sidecars = items(spec, "initContainers")
        .iter()
        .filter(|c| c.get("restartPolicy").and_then(Node::as_str) == Some("Always"));
    PodSpec {
        containers: items(spec, "containers").iter().chain(sidecars).map(container).collect(),
        node: nonempty(spec, "nodeName").map(|t| t.value),
        host_network: flag(spec, "hostNetwork").unwrap_or(false),
    }
}

fn container(node: &Node) -> Container {
    Container {
        name: text(node, "name").map(|t| t.value).unwrap_or_default(),
        image: nonempty(node, "image").map(|t| t.value),
        ports: items(node, "ports").iter().filter_map(container_port).collect(),
        args: items(node, "args").iter().filter_map(|a| a.as_str().map(str::to_owned)).collect(),
        span: node.span,
    }
}

fn container_port(node: &Node) -> Option<ContainerPort> {
    Some(ContainerPort {
        name: nonempty(node, "name"),
        port: port(node, "containerPort")?.value,
        protocol: protocol(node),
        host_port: port(node, "hostPort").map(|p| p.value),
        span: node.span,
    })
}
