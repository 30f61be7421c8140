//! What a Service must be, after `ValidateService` of `pkg/apis/core/validation/validation.go`.

use super::super::{Service, ServiceType, codes};
use super::context::*;
use super::service::SOURCE_RANGES;
use super::{meta, names};
use crate::manifest::Node;
use crate::span::Span;
use crate::text::did_you_mean;
use hashbrown::HashMap;

/// A load balancer must not lead to the kubelet.
const KUBELET_PORT: u16 = 10_250;

/// `--service-node-port-range` where the API server is not told otherwise.
const NODE_PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;

pub(super) fn check(service: &Service, spec: &Node, span: Span, at: &At, cx: &mut Cx) {
    ports(service, spec, span, at, cx);
    meta::labels(spec, "selector", at, cx);
    words(spec, at, cx);
    affinity(spec, at, cx);
    by_type(service, spec, span, at, cx);
    addresses(service, spec, at, cx);
}

fn ports(service: &Service, spec: &Node, span: Span, at: &At, cx: &mut Cx) {
    let at = at.field("ports");
    let nodes = items(spec, "ports");
    if nodes.is_empty() && !service.is_headless() && service.service_type != ServiceType::ExternalName {
        cx.reject(codes::PORT, &at, span, format_args!("a Service needs `ports`"))
            .help("only headless and ExternalName Services do without");
    }
    let mut by_name: HashMap<&str, Span> = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let at = at.index(i);
        let name_at = at.field("name");
        let Some(name) = str_of(node, "name").filter(|n| !n.value.is_empty()) else {
            if nodes.len() > 1 {
                cx.reject(
                    codes::PORT,
                    &name_at,
                    node.span,
                    format_args!("a port needs a `name` where there are several"),
                );
            }
            continue;
        };
        if let Some(fault) = names::label(name.value) {
            let lower = name.value.to_ascii_lowercase();
            let edits = if names::label(&lower).is_none() { cx.replace(name.span, &lower) } else { None };
            cx.reject(
                codes::PORT,
                &name_at,
                name.span,
                format_args!("port name `{}` {fault}", Clip(name.value)),
            )
            .fix("Write it in lower case", edits);
        }
        if let Some(&first) = by_name.get(name.value) {
            cx.reject(
                codes::PORT,
                &name_at,
                name.span,
                format_args!("two ports are named `{}`", Clip(name.value)),
            )
            .related(first, "the other one");
        } else {
            by_name.insert(name.value, name.span);
        }
    }
    // Ports that cannot be read are not in the Service's list.
    let mut read = service.ports.iter().peekable();
    let mut by_number = HashMap::new();
    let mut by_node_port = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        let Some(port) = read.next_if(|p| p.span == node.span) else { continue };
        let at = at.index(i);
        if let Some(first) = by_number.insert((port.protocol, port.port.value), port.port.span) {
            let message = format_args!("port {} {} is there twice", port.port.value, port.protocol.as_str());
            cx.reject(codes::PORT, &at, port.port.span, message).related(first, "the other one");
        }
        if service.service_type == ServiceType::LoadBalancer && port.port.value == KUBELET_PORT {
            let message =
                format_args!("a LoadBalancer must not offer port {KUBELET_PORT}: it is the kubelet's");
            cx.reject(codes::PORT, &at, port.port.span, message);
        }
        let Some(node_port) = &port.node_port else { continue };
        let at = at.field("nodePort");
        let span = node_port.span;
        if let Some(first) = by_node_port.insert((port.protocol, node_port.value), span) {
            let message =
                format_args!("node port {} {} is there twice", node_port.value, port.protocol.as_str());
            cx.reject(codes::PORT, &at, span, message).related(first, "the other one");
        }
        match service.service_type {
            ServiceType::ClusterIP => {
                cx.reject(
                    codes::SERVICE_TYPE,
                    &at,
                    span,
                    format_args!("a Service of type ClusterIP has no `nodePort`"),
                )
                .help("say `type: NodePort`, or leave `nodePort` out");
            }
            ServiceType::ExternalName => {
                cx.warn(
                    codes::SERVICE_TYPE,
                    &at,
                    span,
                    format_args!("`nodePort` has no effect in an ExternalName Service"),
                );
            }
            _ if !NODE_PORTS.contains(&node_port.value) => {
                let message =
                    format_args!("node port {} is outside the usual range, 30000 to 32767", node_port.value);
                cx.warn(codes::NODE_PORT_RANGE, &at, span, message)
                    .help("the API server refuses it unless its `--service-node-port-range` says otherwise");
            }
            _ => {}
        }
    }
}

/// Fields that take one of a few words.
fn words(spec: &Node, at: &At, cx: &mut Cx) {
    let fields: [(&str, &[&str]); 6] = [
        ("type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
        ("sessionAffinity", &["None", "ClientIP"]),
        ("externalTrafficPolicy", &["Cluster", "Local"]),
        ("internalTrafficPolicy", &["Cluster", "Local"]),
        ("trafficDistribution", &["PreferClose", "PreferSameZone", "PreferSameNode"]),
        ("ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"]),
    ];
    for (key, allowed) in fields {
        let Some(word) = str_of(spec, key) else { continue };
        // The empty word is the default where the field is no pointer in the API's types.
        let unset =
            word.value.is_empty() && matches!(key, "type" | "sessionAffinity" | "externalTrafficPolicy");
        if !unset && !allowed.contains(&word.value) {
            unsupported(word.value, allowed, word.span, &at.field(key), cx);
        }
    }
    let at = at.field("ipFamilies");
    for (i, family) in items(spec, "ipFamilies").iter().enumerate() {
        if let Some(word) = family.as_str().filter(|w| !matches!(*w, "IPv4" | "IPv6")) {
            unsupported(word, &["IPv4", "IPv6"], family.span, &at.index(i), cx);
        }
    }
}

#[inline(never)]
fn unsupported(word: &str, allowed: &[&str], span: Span, at: &At, cx: &mut Cx) {
    let meant = did_you_mean(word, allowed.iter().copied());
    let edits = meant.and_then(|meant| cx.replace(span, meant));
    let message = format_args!("{} must be one of {}, not `{}`", at.short(), allowed.join(", "), Clip(word));
    cx.reject(codes::UNSUPPORTED, at, span, message)
        .fix(format!("Write `{}`", meant.unwrap_or_default()), edits);
}

#[inline(never)]
fn affinity(spec: &Node, at: &At, cx: &mut Cx) {
    let Some(config) = child(spec, "sessionAffinityConfig") else { return };
    let at = at.field("sessionAffinityConfig");
    if str_of(spec, "sessionAffinity").is_none_or(|t| t.value != "ClientIP") {
        let message =
            format_args!("`sessionAffinityConfig` has no effect without `sessionAffinity: ClientIP`");
        cx.warn(codes::SERVICE_TYPE, &at, config.span, message);
        return;
    }
    let at = at.field("clientIP");
    if let Some(timeout) = config.get("clientIP").and_then(|c| whole(c, "timeoutSeconds"))
        && !(1..=86_400).contains(&timeout.value)
    {
        let message = format_args!("`timeoutSeconds` {} is not between 1 and 86400", timeout.value);
        cx.reject(codes::UNSUPPORTED, &at.field("timeoutSeconds"), timeout.span, message);
    }
}

/// Fields that only some types have.
fn by_type(service: &Service, spec: &Node, span: Span, at: &At, cx: &mut Cx) {
    let service_type = service.service_type;
    let name = service_type.as_str();
    match service_type {
        ServiceType::ExternalName => external_name(service, spec, span, at, cx),
        ServiceType::NodePort | ServiceType::LoadBalancer if service.is_headless() => {
            let span = child(spec, "clusterIP").map_or(span, |n| n.span);
            let message = format_args!("a Service of type {name} cannot be headless (`clusterIP: None`)");
            cx.reject(codes::SERVICE_TYPE, &at.field("clusterIP"), span, message);
        }
        _ => {}
    }
    if service_type != ServiceType::LoadBalancer {
        for key in ["loadBalancerClass", "allocateLoadBalancerNodePorts", "loadBalancerSourceRanges"] {
            let written =
                child(spec, key).filter(|n| key != "loadBalancerSourceRanges" || !n.items().is_empty());
            if let Some(node) = written {
                let message =
                    format_args!("`{key}` is for Services of type LoadBalancer, but this is a {name}");
                cx.reject(codes::SERVICE_TYPE, &at.field(key), node.span, message)
                    .help("say `type: LoadBalancer`, or leave it out");
            }
        }
        if let Some(annotation) = service.meta.annotation(SOURCE_RANGES)
            && items(spec, "loadBalancerSourceRanges").is_empty()
        {
            let metadata = At::ROOT.field("metadata");
            let message =
                format_args!("this annotation is for Services of type LoadBalancer, but this is a {name}");
            let at = metadata.field("annotations");
            cx.reject(codes::SERVICE_TYPE, &at.key(SOURCE_RANGES), annotation.key.span, message);
        }
    }
    if let Some(class) = &service.load_balancer_class
        && let Some(fault) = names::qualified(&class.value)
    {
        let message = format_args!("`loadBalancerClass` `{}` {fault}", Clip(&class.value));
        cx.reject(codes::NAME, &at.field("loadBalancerClass"), class.span, message);
    }
    let policy = str_of(spec, "externalTrafficPolicy").filter(|p| !p.value.is_empty());
    if let (Some(policy), None) = (policy, service.external_traffic_policy) {
        let message = format_args!(
            "`externalTrafficPolicy` is for Services that can be reached from outside, but this is a {name}"
        );
        cx.reject(codes::SERVICE_TYPE, &at.field("externalTrafficPolicy"), policy.span, message)
            .help("it goes with `type: NodePort` and `type: LoadBalancer`, and with `externalIPs`");
    }
    if let Some(port) = whole(spec, "healthCheckNodePort").filter(|n| n.value != 0) {
        let at = at.field("healthCheckNodePort");
        let local = policy.is_some_and(|p| p.value == "Local");
        if u16::try_from(port.value).is_err() {
            cx.reject(
                codes::PORT,
                &at,
                port.span,
                format_args!("`healthCheckNodePort` {} is not between 1 and 65535", port.value),
            );
        } else if service_type != ServiceType::LoadBalancer || !local {
            let message = format_args!(
                "`healthCheckNodePort` goes with `type: LoadBalancer` and `externalTrafficPolicy: Local` only"
            );
            cx.reject(codes::SERVICE_TYPE, &at, port.span, message);
        }
    }
}

#[inline(never)]
fn external_name(service: &Service, spec: &Node, span: Span, at: &At, cx: &mut Cx) {
    match &service.external_name {
        Some(name) if !name.value.is_empty() => {
            if let Some(fault) = names::subdomain(&name.value) {
                let message = format_args!("external name `{}` {fault}", Clip(&name.value));
                cx.reject(codes::HOST, &at.field("externalName"), name.span, message)
                    .help("it is a DNS name, without scheme, port or path");
            }
        }
        _ => {
            let message = format_args!("a Service of type ExternalName needs `externalName`");
            cx.reject(codes::SERVICE_TYPE, &at.field("externalName"), span, message);
        }
    }
    for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        let set = child(spec, key).filter(|n| n.as_str().map_or(!n.items().is_empty(), |s| !s.is_empty()));
        if let Some(node) = set {
            let message = format_args!("a Service of type ExternalName has no `{key}`");
            cx.reject(codes::SERVICE_TYPE, &at.field(key), node.span, message);
        }
    }
}

#[inline(never)]
fn addresses(service: &Service, spec: &Node, at: &At, cx: &mut Cx) {
    if service.service_type != ServiceType::ExternalName {
        cluster_ips(spec, at, cx);
    }
    let external_at = at.field("externalIPs");
    for (i, ip) in service.external_ips.iter().enumerate() {
        address(&ip.value, ip.span, &external_at.index(i), cx);
    }
    for (i, range) in service.load_balancer_source_ranges.iter().enumerate() {
        if !names::cidr(&range.value) {
            let annotations = At::ROOT.field("metadata");
            let annotations = annotations.field("annotations");
            let field = at.field("loadBalancerSourceRanges");
            let from_field = !items(spec, "loadBalancerSourceRanges").is_empty();
            let at = if from_field { field.index(i) } else { annotations.key(SOURCE_RANGES) };
            let message = format_args!("`{}` is no CIDR, as `10.0.0.0/8` is one", Clip(&range.value));
            cx.reject(codes::ADDRESS, &at, range.span, message);
        }
    }
}

#[inline(never)]
fn cluster_ips(spec: &Node, at: &At, cx: &mut Cx) {
    let first = str_of(spec, "clusterIP").filter(|t| !t.value.is_empty());
    let list = items(spec, "clusterIPs");
    let list_at = at.field("clusterIPs");
    if let (None, Some(ip)) = (first, list.first()) {
        let message = format_args!("`clusterIPs` must be empty where `clusterIP` is not specified");
        cx.reject(codes::ADDRESS, &list_at, ip.span, message);
    }
    if let (Some(first), Some(ip)) = (first, list.first().and_then(Node::as_str))
        && ip != first.value
    {
        let message = format_args!("the first of `clusterIPs` must be the same as `clusterIP`");
        cx.reject(codes::ADDRESS, &list_at, first.span, message);
    }
    if list.len() > 2 {
        let message = format_args!("`clusterIPs` has two entries at most");
        cx.reject(
            codes::ADDRESS,
            &list_at,
            list.iter().map(|n| n.span).next_back().unwrap_or_default(),
            message,
        );
    }
    let single_at = at.field("clusterIP");
    if let Some(ip) = first.filter(|t| t.value != "None" && names::ip(t.value).is_none() && list.is_empty()) {
        cx.reject(
            codes::ADDRESS,
            &single_at,
            ip.span,
            format_args!("`{}` is no IP address, nor `None`", Clip(ip.value)),
        );
    }
    for (i, node) in list.iter().enumerate() {
        let Some(ip) = node.as_str() else { continue };
        if ip == "None" && list.len() > 1 {
            cx.reject(
                codes::ADDRESS,
                &list_at.index(i),
                node.span,
                format_args!("`None` must be the only one of `clusterIPs`"),
            );
        } else if ip != "None" && names::ip(ip).is_none() {
            cx.reject(
                codes::ADDRESS,
                &list_at.index(i),
                node.span,
                format_args!("`{}` is no IP address, nor `None`", Clip(ip)),
            );
        }
    }
}

/// Checks an IP address that must be one that others can reach.
pub(super) fn address(text: &str, span: Span, at: &At, cx: &mut Cx) {
    match names::ip(text) {
        None => {
            cx.reject(codes::ADDRESS, at, span, format_args!("`{}` is no IP address", Clip(text)));
        }
        Some(ip) => {
            if let Some(fault) = names::special_ip(ip) {
                cx.reject(codes::ADDRESS, at, span, format_args!("`{}` {fault}", Clip(text)));
            }
        }
    }
}
