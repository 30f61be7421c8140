//! EndpointSlice and Endpoints.

use super::super::{Endpoint, EndpointPort, EndpointSet, EndpointSubset, Meta};
use super::context::*;
use super::service::protocol;
use crate::manifest::Node;

/// The label by which a slice names its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";

pub(super) fn slice(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> EndpointSet {
    let endpoints = items(root, "endpoints").iter().map(slice_endpoint).collect();
    let subset = EndpointSubset { endpoints, ports: ports(root) };
    EndpointSet {
        service: meta.labels.get(SERVICE_NAME).cloned(),
        subsets: vec![subset],
        admitted: cx.admitted,
        meta,
    }
}

fn slice_endpoint(node: &Node) -> Endpoint {
    let condition = |key| node.get("conditions").and_then(|c| flag(c, key));
    let ready = condition("ready").unwrap_or(true);
    let string = |key| nonempty(node, key).map(|t| t.value);
    Endpoint {
        addresses: items(node, "addresses").iter().filter_map(|a| a.as_str().map(str::to_owned)).collect(),
        ready,
        serving: condition("serving").unwrap_or(ready),
        terminating: condition("terminating").unwrap_or(false),
        // v1beta1 had the node among the topology labels.
        node: string("nodeName").or_else(|| {
            node.get("topology").and_then(|t| nonempty(t, "kubernetes.io/hostname")).map(|t| t.value)
        }),
        pod: target_pod(node),
        zone: string("zone"),
        span: node.span,
    }
}

fn target_pod(node: &Node) -> Option<String> {
    let target = node.get("targetRef")?;
    (text(target, "kind")?.value == "Pod").then_some(nonempty(target, "name")?.value)
}

fn ports(node: &Node) -> Vec<EndpointPort> {
    items(node, "ports")
        .iter()
        .map(|entry| EndpointPort {
            name: text(entry, "name").map(|t| t.value).unwrap_or_default(),
            port: port(entry, "port"),
            protocol: protocol(entry),
            app_protocol: nonempty(entry, "appProtocol").map(|t| t.value),
            span: entry.span,
        })
        .collect()
}

pub(super) fn endpoints(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> EndpointSet {
    let subsets = items(root, "subsets")
        .iter()
        .map(|subset| {
            let ready = items(subset, "addresses").iter().map(|n| address(n, true));
            let not_ready = items(subset, "notReadyAddresses").iter().map(|n| address(n, false));
            EndpointSubset { endpoints: ready.chain(not_ready).collect(), ports: ports(subset) }
        })
        .collect();
    EndpointSet { service: Some(meta.name.value.clone()), subsets, admitted: cx.admitted, meta }
}

fn address(node: &Node, ready: bool) -> Endpoint {
    Endpoint {
        addresses: nonempty(node, "ip").map(|t| t.value).into_iter().collect(),
        ready,
        serving: ready,
        terminating: false,
        node: nonempty(node, "nodeName").map(|t| t.value),
        pod: target_pod(node),
        zone: None,
        span: node.span,
    }
}
