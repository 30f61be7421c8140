//! Service: reading and defaults (`pkg/apis/core/v1/defaults.go`).

use super::super::{
    LoadBalancerIngress, Meta, PortRef, Protocol, Service, ServicePort, ServiceType, TrafficPolicy, codes,
};
use super::context::*;
use super::{names, service_rules};
use crate::manifest::{Node, Value};
use crate::span::Spanned;

/// `sessionAffinityConfig.clientIP.timeoutSeconds` where left out: three hours.
const AFFINITY_TIMEOUT: u32 = 10_800;

/// The annotation that has the same meaning as `spec.loadBalancerSourceRanges`.
pub(super) const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

#[inline(never)]
pub(super) fn service(root: &Node, meta: Meta, cx: &mut Cx) -> Service {
    let spec = child(root, "spec").unwrap_or(&NOTHING);
    let at = At::ROOT.field("spec");
    let span = child(root, "spec").map_or(root.span, |n| n.span);
    let service_type = match str_of(spec, "type").map(|t| t.value) {
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
    let policy = |key| match str_of(spec, key) {
        Some(Spanned { value: "Local", .. }) => TrafficPolicy::Local,
        _ => TrafficPolicy::Cluster,
    };
    let mut cluster_ips: Vec<String> = nonempty(spec, "clusterIP").map(|t| t.value).into_iter().collect();
    // A Service has two at most: one for each family.
    for ip in texts(spec, "clusterIPs").into_iter().take(2) {
        if !cluster_ips.contains(&ip.value) {
            cluster_ips.push(ip.value);
        }
    }
    let ports_at = at.field("ports");
    let ports = items(spec, "ports").iter().enumerate();
    let ports = ports.filter_map(|(i, n)| service_port(n, &ports_at.index(i), cx)).collect();
    let affinity = str_of(spec, "sessionAffinity").is_some_and(|t| t.value == "ClientIP").then(|| {
        let config = spec.get("sessionAffinityConfig").and_then(|c| c.get("clientIP"));
        let seconds = config.and_then(|c| whole(c, "timeoutSeconds")).map(|n| n.value);
        seconds.and_then(|n| u32::try_from(n).ok()).unwrap_or(AFFINITY_TIMEOUT)
    });
    let status = root.get("status").and_then(|s| s.get("loadBalancer"));
    let mut service = Service {
        service_type,
        ports,
        selector: strings(spec, "selector"),
        selector_span: child(spec, "selector").map(|n| n.span),
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
        written: Service::KEPT.iter().filter_map(|key| Some((*key, child(spec, key)?.span))).collect(),
        admitted: true,
        meta,
    };
    service_rules::check(&service, spec, span, &at, cx);
    service.admitted = cx.admitted;
    service
}

#[inline(never)]
fn source_ranges(spec: &Node, meta: &Meta) -> Vec<Spanned<String>> {
    let field = texts(spec, "loadBalancerSourceRanges");
    if !field.is_empty() {
        return field;
    }
    let Some(annotation) = meta.annotation(SOURCE_RANGES) else { return field };
    let ranges = annotation.value.value.split(',').map(str::trim).filter(|r| !r.is_empty());
    ranges.map(|r| Spanned::new(r.to_owned(), annotation.value.span)).collect()
}

#[inline(never)]
fn load_balancer_ingress(node: &Node) -> Vec<LoadBalancerIngress> {
    items(node, "ingress")
        .iter()
        .map(|entry| LoadBalancerIngress {
            ip: nonempty(entry, "ip").map(|t| t.value),
            hostname: nonempty(entry, "hostname").map(|t| t.value),
            proxy: str_of(entry, "ipMode").is_some_and(|t| t.value == "Proxy"),
            span: entry.span,
        })
        .collect()
}

fn service_port(node: &Node, at: &At, cx: &mut Cx) -> Option<ServicePort> {
    let number = port_number(node, "port", &at.field("port"), true, cx);
    let target_port = target_port(node, &at.field("targetPort"), cx);
    let node_port = port_number(node, "nodePort", &at.field("nodePort"), false, cx);
    if let Some(name) = nonempty(node, "appProtocol")
        && let Some(fault) = names::qualified(&name.value)
    {
        let message = format_args!("`appProtocol` `{}` {fault}", Clip(&name.value));
        cx.reject(codes::NAME, &at.field("appProtocol"), name.span, message);
    }
    let protocol = protocol(node, &at.field("protocol"), cx);
    let number = number?;
    Some(ServicePort {
        name: nonempty(node, "name"),
        target_port: target_port.unwrap_or(Spanned::new(PortRef::Number(number.value), number.span)),
        port: number,
        node_port,
        protocol,
        app_protocol: nonempty(node, "appProtocol"),
        span: node.span,
    })
}

/// A port number, checked. 0 is the same as left out.
pub(super) fn port_number(
    node: &Node,
    key: &str,
    at: &At,
    needed: bool,
    cx: &mut Cx,
) -> Option<Spanned<u16>> {
    match whole(node, key) {
        Some(n) if n.value != 0 => {
            let port = u16::try_from(n.value).ok();
            if port.is_none() {
                let message = format_args!("`{key}` {} is not between 1 and 65535", n.value);
                cx.reject(codes::PORT, at, n.span, message);
            }
            Some(Spanned::new(port?, n.span))
        }
        zero => {
            // A value of the wrong type has been reported.
            if needed && (zero.is_some() || child(node, key).is_none()) {
                let span = zero.map_or(node.span, |n| n.span);
                cx.reject(
                    codes::PORT,
                    at,
                    span,
                    format_args!("`{key}` must be specified, between 1 and 65535"),
                );
            }
            None
        }
    }
}

fn target_port(node: &Node, at: &At, cx: &mut Cx) -> Option<Spanned<PortRef>> {
    let target = node.get("targetPort")?;
    match &target.value {
        Value::Int(0) => None,
        Value::Int(_) => {
            let number = port_number(node, "targetPort", at, false, cx)?;
            Some(Spanned::new(PortRef::Number(number.value), number.span))
        }
        Value::String(name) if !name.is_empty() => {
            if let Some(fault) = names::port_name(name) {
                let digits = name.parse::<u16>().is_ok();
                let edits = if digits { cx.unquote(target.span, name) } else { None };
                let message = format_args!("target port name `{}` {fault}", Clip(name));
                let noted = cx.reject(codes::PORT, at, target.span, message);
                let noted = noted.fix("Write the number without quotes", edits);
                if digits {
                    noted.help("in quotes, it is the name of a container port");
                }
            }
            Some(Spanned::new(PortRef::Name(name.clone()), target.span))
        }
        _ => None,
    }
}

/// `protocol`, with its default.
pub(super) fn protocol(node: &Node, at: &At, cx: &mut Cx) -> Protocol {
    let Some(word) = str_of(node, "protocol").filter(|w| !w.value.is_empty()) else { return Protocol::Tcp };
    Protocol::from_word(word.value).unwrap_or_else(|| {
        let upper = word.value.to_ascii_uppercase();
        let edits = Protocol::from_word(&upper).and_then(|_| cx.replace(word.span, &upper));
        let message = format_args!("`{}` is no protocol; there are TCP, UDP and SCTP", Clip(word.value));
        let noted = cx.reject(codes::UNSUPPORTED, at, word.span, message);
        let noted = noted.fix(format!("Write `{upper}`"), edits);
        if word.value.eq_ignore_ascii_case("http") || word.value.eq_ignore_ascii_case("https") {
            noted.help("what is spoken over TCP is said in `appProtocol`");
        }
        Protocol::Tcp
    })
}
