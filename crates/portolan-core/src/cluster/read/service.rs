//! Service.

use super::super::{
    LoadBalancerIngress, Meta, PortRef, Protocol, Service, ServicePort, ServiceType, TrafficPolicy,
};
use super::context::*;
use crate::manifest::{Node, Value};
use crate::span::Spanned;

/// `sessionAffinityConfig.clientIP.timeoutSeconds` where left out: three hours.
const AFFINITY_TIMEOUT: u32 = 10_800;

pub(super) fn service(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> Service {
    let empty = Node { span: root.span, value: Value::Null };
    let spec = root.get("spec").unwrap_or(&empty);
    let service_type = match text(spec, "type").as_ref().map(|t| t.value.as_str()) {
        Some("NodePort") => ServiceType::NodePort,
        Some("LoadBalancer") => ServiceType::LoadBalancer,
        Some("ExternalName") => ServiceType::ExternalName,
        _ => ServiceType::ClusterIP,
    };
    let external_ips = texts(spec, "externalIPs");
    let from_outside = match service_type {
        ServiceType::NodePort | ServiceType::LoadBalancer => true,
        ServiceType::ClusterIP => !external_ips.is_empty(),
        ServiceType::ExternalName => false,
    };
    let policy = |key| {
        let local = text(spec, key).is_some_and(|t| t.value == "Local");
        if local { TrafficPolicy::Local } else { TrafficPolicy::Cluster }
    };
    let mut cluster_ips: Vec<String> = nonempty(spec, "clusterIP").map(|t| t.value).into_iter().collect();
    for ip in texts(spec, "clusterIPs") {
        if !cluster_ips.contains(&ip.value) {
            cluster_ips.push(ip.value);
        }
    }
    let affinity = text(spec, "sessionAffinity").is_some_and(|t| t.value == "ClientIP").then(|| {
        let config = spec.get("sessionAffinityConfig").and_then(|c| c.get("clientIP"));
        let seconds = config.and_then(|c| whole(c, "timeoutSeconds")).map(|n| n.value);
        seconds.and_then(|n| u32::try_from(n).ok()).unwrap_or(AFFINITY_TIMEOUT)
    });
    let status = root.get("status").and_then(|s| s.get("loadBalancer"));
    Service {
        service_type,
        ports: items(spec, "ports").iter().filter_map(service_port).collect(),
        selector: strings(spec, "selector"),
        selector_span: spec.get("selector").filter(|n| !n.is_null()).map(|n| n.span),
        cluster_ips,
        external_name: nonempty(spec, "externalName").map(|mut t| {
            if t.value.ends_with('.') {
                t.value.pop();
            }
            t
        }),
        external_ips,
        client_ip_affinity: affinity,
        external_traffic_policy: from_outside.then(|| policy("externalTrafficPolicy")),
        internal_traffic_policy: policy("internalTrafficPolicy"),
        health_check_node_port: port(spec, "healthCheckNodePort").map(|p| p.value),
        load_balancer_class: nonempty(spec, "loadBalancerClass"),
        load_balancer_ip: nonempty(spec, "loadBalancerIP"),
        load_balancer_source_ranges: source_ranges(spec, &meta),
        allocate_load_balancer_node_ports: flag(spec, "allocateLoadBalancerNodePorts").unwrap_or(true),
        publish_not_ready_addresses: flag(spec, "publishNotReadyAddresses").unwrap_or(false),
        traffic_distribution: nonempty(spec, "trafficDistribution").map(|t| t.value),
        load_balancer_ingress: status.map(load_balancer_ingress).unwrap_or_default(),
        admitted: cx.admitted,
        meta,
    }
}

fn texts(node: &Node, key: &str) -> Vec<Spanned<String>> {
    items(node, key).iter().filter_map(|n| Some(Spanned::new(n.as_str()?.to_owned(), n.span))).collect()
}

fn source_ranges(spec: &Node, meta: &Meta) -> Vec<Spanned<String>> {
    let field = texts(spec, "loadBalancerSourceRanges");
    if !field.is_empty() {
        return field;
    }
    let Some(annotation) = meta.annotation("service.beta.kubernetes.io/load-balancer-source-ranges") else {
        return field;
    };
    let ranges = annotation.value.value.split(',').map(str::trim).filter(|r| !r.is_empty());
    ranges.map(|r| Spanned::new(r.to_owned(), annotation.value.span)).collect()
}

fn load_balancer_ingress(node: &Node) -> Vec<LoadBalancerIngress> {
    items(node, "ingress")
        .iter()
        .map(|entry| LoadBalancerIngress {
            ip: nonempty(entry, "ip").map(|t| t.value),
            hostname: nonempty(entry, "hostname").map(|t| t.value),
            proxy: text(entry, "ipMode").is_some_and(|t| t.value == "Proxy"),
            span: entry.span,
        })
        .collect()
}

fn service_port(node: &Node) -> Option<ServicePort> {
    let number = port(node, "port")?;
    let target_port = match node.get("targetPort") {
        Some(Node { span, value: Value::Int(n) }) if *n != 0 => {
            u16::try_from(*n).ok().map(|n| Spanned::new(PortRef::Number(n), *span))
        }
        Some(Node { span, value: Value::String(s) }) if !s.is_empty() => {
            Some(Spanned::new(PortRef::Name(s.clone()), *span))
        }
        _ => None,
    };
    Some(ServicePort {
        name: nonempty(node, "name"),
        target_port: target_port.unwrap_or(Spanned::new(PortRef::Number(number.value), number.span)),
        port: number,
        node_port: port(node, "nodePort"),
        protocol: protocol(node),
        app_protocol: nonempty(node, "appProtocol"),
        span: node.span,
    })
}

/// `protocol`, with its default.
pub(super) fn protocol(node: &Node) -> Protocol {
    text(node, "protocol").and_then(|t| Protocol::from_word(&t.value)).unwrap_or_default()
}
