//! EndpointSlice and Endpoints. Validation after `pkg/apis/discovery/validation` and
//! `ValidateEndpoints` of `pkg/apis/core/validation`.

use super::super::{Endpoint, EndpointPort, EndpointSet, EndpointSubset, Meta, codes};
use super::context::*;
use super::service::{port_number, protocol};
use super::{names, service_rules};
use crate::manifest::Node;
use hashbrown::HashSet;
use std::net::IpAddr;

/// The label by which a slice names its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";

#[inline(never)]
pub(super) fn slice(root: &Node, meta: Meta, cx: &mut Cx) -> EndpointSet {
    let family = str_of(root, "addressType").filter(|t| !t.value.is_empty());
    let at = At::ROOT.field("addressType");
    match family {
        None if child(root, "addressType").is_none_or(|n| n.as_str().is_some()) => {
            let edits = cx.insert(root, "addressType: IPv4").map(|e| vec![e]);
            cx.reject(codes::ENDPOINTS, &at, root.span, format_args!("an EndpointSlice needs `addressType`"))
                .help("it is IPv4, IPv6 or FQDN")
                .fix("Add `addressType: IPv4`", edits);
        }
        Some(word) if !matches!(word.value, "IPv4" | "IPv6" | "FQDN") => {
            let message =
                format_args!("`{}` is no address type; there are IPv4, IPv6 and FQDN", Clip(word.value));
            cx.reject(codes::UNSUPPORTED, &at, word.span, message);
        }
        _ => {}
    }
    let at = At::ROOT.field("endpoints");
    let endpoints = items(root, "endpoints").iter().enumerate();
    let endpoints =
        endpoints.map(|(i, n)| slice_endpoint(n, family.map(|f| f.value), &at.index(i), cx)).collect();
    let subset = EndpointSubset { endpoints, ports: ports(root, true, &At::ROOT, cx) };
    EndpointSet {
        service: meta.labels.get(SERVICE_NAME).cloned(),
        subsets: vec![subset],
        admitted: cx.admitted,
        meta,
    }
}

fn slice_endpoint(node: &Node, family: Option<&str>, at: &At, cx: &mut Cx) -> Endpoint {
    let addresses_at = at.field("addresses");
    let nodes = items(node, "addresses");
    if nodes.is_empty() {
        cx.reject(codes::ENDPOINTS, &addresses_at, node.span, format_args!("an endpoint needs an address"));
    }
    for (i, address) in nodes.iter().enumerate() {
        if let Some(text) = address.as_str() {
            slice_address(text, address, family, &addresses_at.index(i), cx);
        }
    }
    let condition = |key| node.get("conditions").and_then(|c| flag(c, key));
    let ready = condition("ready");
    let string = |key| nonempty(node, key).map(|t| t.value);
    Endpoint {
        addresses: nodes.iter().filter_map(|a| a.as_str().map(str::to_owned)).collect(),
        ready: ready.unwrap_or(true),
        ready_is_written: ready.is_some(),
        serving: condition("serving"),
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

fn slice_address(text: &str, node: &Node, family: Option<&str>, at: &At, cx: &mut Cx) {
    match (family, names::ip(text)) {
        (Some("FQDN"), _) => {
            if let Some(fault) = names::subdomain(text) {
                cx.reject(codes::ADDRESS, at, node.span, format_args!("address `{}` {fault}", Clip(text)));
            }
        }
        (Some("IPv4"), Some(IpAddr::V6(_))) | (Some("IPv6"), Some(IpAddr::V4(_))) => {
            let family = family.unwrap_or_default();
            let message = format_args!("`{}` is no {family} address", Clip(text));
            cx.reject(codes::ADDRESS, at, node.span, message)
                .help("a slice has addresses of one family; make one for each");
        }
        (Some("IPv4" | "IPv6"), _) => service_rules::address(text, node.span, at, cx),
        _ => {}
    }
}

fn target_pod(node: &Node) -> Option<String> {
    let target = node.get("targetRef")?;
    (str_of(target, "kind")?.value == "Pod").then_some(nonempty(target, "name")?.value)
}

fn ports(node: &Node, slice: bool, at: &At, cx: &mut Cx) -> Vec<EndpointPort> {
    let at = at.field("ports");
    let nodes = items(node, "ports");
    let mut seen = HashSet::new();
    nodes
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let at = at.index(i);
            let name = str_of(entry, "name");
            port_name(name.as_ref().map_or("", |n| n.value), entry, slice, nodes.len(), &at, cx);
            if slice && !seen.insert(name.map_or("", |n| n.value)) {
                let span = name.map_or(entry.span, |n| n.span);
                let message =
                    format_args!("two ports have the same name, `{}`", Clip(name.map_or("", |n| n.value)));
                cx.reject(codes::PORT, &at.field("name"), span, message);
            }
            EndpointPort {
                name: name.map(|t| t.value.to_owned()).unwrap_or_default(),
                port: if slice {
                    slice_port(entry, &at, cx)
                } else {
                    port_number(entry, "port", &at.field("port"), true, cx)
                },
                protocol: protocol(entry, &at.field("protocol"), cx),
                app_protocol: nonempty(entry, "appProtocol").map(|t| t.value),
                span: entry.span,
            }
        })
        .collect()
}

/// A slice may leave the number out, and the API server does not look at it.
fn slice_port(entry: &Node, at: &At, cx: &mut Cx) -> Option<crate::span::Spanned<u16>> {
    let written = whole(entry, "port")?;
    if u16::try_from(written.value).map_or(true, |n| n == 0) {
        let message = format_args!("port {} is not between 1 and 65535", written.value);
        cx.warn(codes::PORT, &at.field("port"), written.span, message);
    }
    port(entry, "port")
}

fn port_name(name: &str, entry: &Node, slice: bool, count: usize, at: &At, cx: &mut Cx) {
    let at = at.field("name");
    if name.is_empty() {
        if !slice && count > 1 {
            cx.reject(
                codes::PORT,
                &at,
                entry.span,
                format_args!("a port needs a `name` where there are several"),
            );
        }
    } else if let Some(fault) = names::label(name) {
        let span = entry.get("name").map_or(entry.span, |n| n.span);
        cx.reject(codes::PORT, &at, span, format_args!("port name `{}` {fault}", Clip(name)));
    }
}

#[inline(never)]
pub(super) fn endpoints(root: &Node, meta: Meta, cx: &mut Cx) -> EndpointSet {
    let at = At::ROOT.field("subsets");
    let subsets = items(root, "subsets").iter().enumerate();
    let subsets = subsets.map(|(i, n)| subset(n, &at.index(i), cx)).collect();
    EndpointSet { service: Some(meta.name.value.clone()), subsets, admitted: cx.admitted, meta }
}

fn subset(node: &Node, at: &At, cx: &mut Cx) -> EndpointSubset {
    let mut endpoints = Vec::new();
    for (key, ready) in [("addresses", true), ("notReadyAddresses", false)] {
        let at = at.field(key);
        for (i, entry) in items(node, key).iter().enumerate() {
            endpoints.push(address(entry, ready, &at.index(i), cx));
        }
    }
    if endpoints.is_empty() {
        cx.reject(
            codes::ENDPOINTS,
            at,
            node.span,
            format_args!("a subset needs `addresses` or `notReadyAddresses`"),
        );
    }
    EndpointSubset { endpoints, ports: ports(node, false, at, cx) }
}

fn address(node: &Node, ready: bool, at: &At, cx: &mut Cx) -> Endpoint {
    let ip = text(node, "ip");
    match &ip {
        Some(ip) => service_rules::address(&ip.value, ip.span, &at.field("ip"), cx),
        None if child(node, "ip").is_none() => {
            cx.reject(codes::ADDRESS, &at.field("ip"), node.span, format_args!("an address needs an `ip`"));
        }
        None => {}
    }
    Endpoint {
        addresses: ip.map(|t| t.value).into_iter().collect(),
        ready,
        ready_is_written: true,
        serving: None,
        terminating: false,
        node: nonempty(node, "nodeName").map(|t| t.value),
        pod: target_pod(node),
        zone: None,
        span: node.span,
    }
}
