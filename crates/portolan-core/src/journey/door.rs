//! Whose an address is.

use super::nodes::Node;
use crate::cluster::{Cluster, Protocol, Service, ServicePort};
use std::net::IpAddr;

/// What stands at an address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Door<'a> {
    /// A Service's cluster IP.
    ClusterIp(&'a Service),
    /// The address of a Service's load balancer.
    Balancer(&'a Service),
    /// One of a Service's `externalIPs`.
    ExternalIp(&'a Service),
    /// A node, by its place among the nodes.
    Node(usize),
    /// A pod, by its place in the cluster.
    Pod(usize),
    /// An endpoint that the manifests have no pod of: its Service and port.
    Endpoint(&'a Service, &'a ServicePort),
}

/// What stands at an address. Of several Services that share one, the one with the port answers.
pub(super) fn find<'a>(
    cluster: &'a Cluster,
    nodes: &[Node<'_>],
    address: &str,
    port: u16,
    protocol: Protocol,
) -> Option<Door<'a>> {
    let mut found = None;
    for service in cluster.services.iter().filter(|s| s.admitted) {
        let door = if service.cluster_ips.iter().any(|own| same(own, address)) {
            Door::ClusterIp(service)
        } else if balancer_addresses(service).any(|own| same(own, address)) {
            Door::Balancer(service)
        } else if service.external_ips.iter().any(|own| same(&own.value, address)) {
            Door::ExternalIp(service)
        } else {
            continue;
        };
        if port_of(service, port, protocol).is_some() {
            return Some(door);
        }
        found = found.or(Some(door));
    }
    if let Some(place) =
        nodes.iter().position(|n| [n.internal, n.external].iter().flatten().any(|own| same(own, address)))
    {
        // A node may be an external IP as well; then only its Service's ports are special.
        return match found {
            Some(Door::ExternalIp(_)) | None => Some(Door::Node(place)),
            other => other,
        };
    }
    let pods = || cluster.pods.iter().enumerate().filter(|(_, p)| p.admitted && !p.spec.host_network);
    found
        .or_else(|| {
            pods()
                .find(|(_, p)| p.ip.as_deref().is_some_and(|ip| same(ip, address)))
                .map(|(i, _)| Door::Pod(i))
        })
        .or_else(|| endpoint(cluster, address, port, protocol))
}

fn endpoint<'a>(cluster: &'a Cluster, address: &str, port: u16, protocol: Protocol) -> Option<Door<'a>> {
    let sets = cluster.endpoints.iter().filter(|e| e.admitted);
    let holds = |set: &&crate::cluster::EndpointSet| {
        let mut endpoints = set.subsets.iter().flat_map(|s| &s.endpoints);
        endpoints.any(|e| e.addresses.first().is_some_and(|a| same(a, address)))
    };
    sets.filter(holds).find_map(|set| {
        let service = cluster.service(&set.meta.namespace, set.service.as_deref()?)?;
        let by_number =
            |p: &&ServicePort| {
                p.protocol == protocol
                    && cluster.endpoints_of(service, p).targets.iter().any(|t| {
                        t.port == Some(port) && t.address.as_deref().is_some_and(|a| same(a, address))
                    })
            };
        let port = service.ports.iter().find(by_number)?;
        Some(Door::Endpoint(service, port))
    })
}

/// The addresses that a Service's load balancer has, or is asked to get.
fn balancer_addresses(service: &Service) -> impl Iterator<Item = &str> {
    let status = service.load_balancer_ingress.iter().filter_map(|i| i.ip.as_deref());
    let wanted = service.load_balancer_ip.iter().map(|ip| ip.value.as_str());
    status.chain(wanted.filter(|_| service.load_balancer_ingress.is_empty()))
}

/// The port of a Service that has this number and protocol.
pub(super) fn port_of(service: &Service, port: u16, protocol: Protocol) -> Option<&ServicePort> {
    service.ports.iter().find(|p| p.port.value == port && p.protocol == protocol)
}

/// Whether two texts are the same address, however it is written.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || a.parse::<IpAddr>().ok().is_some_and(|a| b.parse::<IpAddr>().is_ok_and(|b| a == b))
}

/// Whether anything has an address, at whatever port and in whatever state.
pub(super) fn is_somebodys(cluster: &Cluster, address: &str) -> bool {
    let subsets = cluster.endpoints.iter().flat_map(|set| &set.subsets);
    let endpoints = subsets.flat_map(|s| &s.endpoints).flat_map(|e| &e.addresses);
    let pods = cluster.pods.iter().flat_map(|pod| pod.ip.iter().chain(&pod.host_ip));
    let nodes = cluster.nodes.iter().flat_map(|node| &node.addresses).map(|(_, address)| address);
    let services = cluster.services.iter().flat_map(|service| {
        let balancers = service.load_balancer_ingress.iter().filter_map(|i| i.ip.as_ref());
        let external = service.external_ips.iter().map(|ip| &ip.value);
        service.cluster_ips.iter().chain(external).chain(balancers)
    });
    endpoints.chain(pods).chain(nodes).chain(services).any(|own| same(own, address))
}

/// Whether the internet has no route to an address: private, shared, link-local or loopback (RFC 1918,
/// 6598, 3927, 4193, 4291).
pub(crate) fn is_private(address: &str) -> bool {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || a == 100 && (64..128).contains(&b)
        }
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        Err(_) => false,
    }
}
