//! The way from the client to Services, controllers and Gateways: floating IPs, load balancers, nodes.

use super::build::{Drawing, members, port_words};
use super::entry::Entry;
use super::{Layer, State, id};
use crate::cluster::{Gateway, Protocol, Service, ServiceType};
use crate::journey::{Cloud, is_private};
use std::collections::HashMap;

/// Most NodePorts that a box names.
const NAMED_PORTS: usize = 3;

/// Draws how a Service is reached from outside the cluster, if it is; `to` is its node, or that of the
/// controller behind it.
pub(super) fn reach(drawing: &mut Drawing<'_>, service: &Service, to: usize) {
    let own = drawing.chart.nodes.get(to).is_some_and(|n| n.layer == Layer::Service);
    let client = drawing.chart.find(id::CLIENT).unwrap_or_default();
    match service.service_type {
        ServiceType::LoadBalancer => {
            let summary = &mut drawing.chart.summary;
            if own {
                summary.own_load_balancers += 1;
            } else {
                summary.shared_load_balancers += 1;
            }
            load_balancer(drawing, service, client, to);
        }
        ServiceType::NodePort => {
            drawing.chart.summary.node_ports += usize::from(own);
            let nodes = nodes(drawing, service);
            drawing.edge(client, nodes);
            drawing.edge(nodes, to);
        }
        ServiceType::ClusterIP | ServiceType::ExternalName => {}
    }
    // Whoever runs the network sends packets for these addresses to some node.
    if !service.external_ips.is_empty() && service.service_type != ServiceType::ExternalName {
        let nodes = nodes(drawing, service);
        drawing.edge(client, nodes);
        drawing.edge(nodes, to);
    }
}

fn load_balancer(drawing: &mut Drawing<'_>, service: &Service, client: usize, to: usize) {
    let name = service.meta.full_name();
    let cloud = drawing.cloud.or_else(|| Cloud::of(drawing.cluster, service)).unwrap_or(Cloud::Generic);
    let cloud = cloud.refined(service);
    let status = service.load_balancer_ingress.first();
    let known = status.and_then(|i| i.ip.as_deref().or(i.hostname.as_deref()));
    let wanted = service.load_balancer_ip.as_ref().map(|ip| ip.value.as_str());
    let address = known.or(wanted);
    let state = if known.is_some() { State::Known } else { State::Assumed };
    let mut before = client;
    let mut own = address;
    if cloud.has_floating_ip() && !cloud.internal(service) {
        // The status holds the floating IP, or, where somebody is to attach one, the private address.
        own = address.filter(|ip| is_private(ip));
        let public = address.filter(|ip| !is_private(ip));
        let title = public.unwrap_or("floating IP");
        let detail = if public.is_some() { "floating IP" } else { "to be attached" };
        let node = drawing.add(&id::floating_ip(&name), Layer::FloatingIp, title, detail);
        let state = if public.is_some() { State::Known } else { State::Assumed };
        drawing.mark(node, state, status.map(|s| s.span), &service.meta.namespace);
        drawing.edge(client, node);
        before = node;
    }
    let address = own.unwrap_or(if known.is_some() { "private address" } else { "<pending>" });
    let detail = format!("{address}, {}", port_words(service));
    let balancer = drawing.add(&id::load_balancer(&name), Layer::LoadBalancer, &name, &detail);
    drawing.mark(balancer, state, Some(service.meta.span), &service.meta.namespace);
    drawing.edge(before, balancer);
    let tcp = service.ports.first().map_or(Protocol::Tcp, |p| p.protocol);
    if cloud.way(service, tcp).to_pods {
        drawing.edge(balancer, to);
    } else {
        let nodes = nodes(drawing, service);
        drawing.edge(balancer, nodes);
        drawing.edge(nodes, to);
    }
}

/// The box of the cluster's nodes, with this Service's NodePorts among those that it names.
fn nodes(drawing: &mut Drawing<'_>, service: &Service) -> usize {
    let node = all_nodes(drawing);
    for port in &service.ports {
        let number = match &port.node_port {
            Some(number) => number.value,
            None if service.service_type == ServiceType::ClusterIP => continue,
            // Zero stands for one that the cluster picks.
            None => 0,
        };
        if !drawing.node_ports.contains(&number) {
            drawing.node_ports.push(number);
        }
    }
    let named: Vec<String> =
        drawing.node_ports.iter().filter(|p| **p > 0).take(NAMED_PORTS).map(u16::to_string).collect();
    let rest = drawing.node_ports.len() - named.len();
    let words = match (named.len(), rest) {
        (0, 0) => String::new(),
        (0, _) => "NodePort picked by the cluster".to_owned(),
        (1, 0) => format!("NodePort {}", named.join("")),
        (_, 0) => format!("NodePorts {}", named.join(", ")),
        (_, rest) => format!("NodePorts {} and {rest} more", named.join(", ")),
    };
    if let Some(n) = drawing.chart.nodes.get_mut(node) {
        n.detail = words;
    }
    node
}

fn all_nodes(drawing: &mut Drawing<'_>) -> usize {
    if let Some(node) = drawing.chart.find(id::NODES) {
        return node;
    }
    let cluster = drawing.cluster;
    let admitted = || cluster.nodes.iter().filter(|n| n.admitted);
    let (title, state) = match admitted().count() {
        0 => ("nodes".to_owned(), State::Assumed),
        1 => ("1 node".to_owned(), State::Known),
        n => (format!("{n} nodes"), State::Known),
    };
    let node = drawing.add(id::NODES, Layer::Node, &title, "");
    drawing.mark(node, state, None, "");
    for member in admitted() {
        let name = &member.meta.name.value;
        let address = |kind: &str| member.addresses.iter().find(|(k, _)| k == kind).map(|(_, a)| a.as_str());
        let address = address("InternalIP").or(address("ExternalIP")).or(address("Hostname"));
        let at = drawing.add(&id::node(name), Layer::Node, name, address.unwrap_or(""));
        drawing.mark(at, State::Known, Some(member.meta.span), "");
        drawing.put_into(at, node);
    }
    node
}

/// The controller, its pods, and how they are reached.
pub(super) fn controller(drawing: &mut Drawing<'_>, entry: Option<&Entry<'_>>, title: &str) {
    let image = entry.map_or(Some("assumed to run"), |e| e.image).unwrap_or("known by its Service");
    let controller = drawing.add(id::CONTROLLER, Layer::Controller, title, image);
    let client = drawing.chart.find(id::CLIENT).unwrap_or_default();
    let Some(entry) = entry else {
        drawing.mark(controller, State::Assumed, None, "");
        let node = drawing.add(id::ENTRY, Layer::Entry, "entry", "assumed: ports 80 and 443");
        drawing.mark(node, State::Assumed, None, "");
        drawing.edge(client, node);
        drawing.edge(node, controller);
        return fallback(drawing, controller);
    };
    let namespace = entry.workload.or(entry.fronts.first().map(|s| &s.meta)).map_or("", |m| &m.namespace);
    match entry.workload {
        Some(workload) => drawing.mark(controller, State::Known, Some(workload.span), namespace),
        None => drawing.mark(controller, State::Assumed, None, namespace),
    }
    // Its members stand right behind it.
    if let Some(service) = entry.fronts.first() {
        let found = members(drawing.cluster, service);
        drawing.members(controller, found.pods, found.omitted, namespace);
    }
    for &service in &entry.fronts {
        let before = drawing.chart.edges.len();
        match service.service_type {
            ServiceType::LoadBalancer => reach(drawing, service, controller),
            // No load balancer stands for the Service: it has a box of its own.
            _ => {
                let name = service.meta.full_name();
                let detail = match service.service_type {
                    ServiceType::NodePort => format!("NodePort, {}", port_words(service)),
                    _ => format!("ClusterIP, {}", port_words(service)),
                };
                let node = drawing.add(&id::entry(&name), Layer::Entry, &name, &detail);
                drawing.mark(node, State::Known, Some(service.meta.span), namespace);
                reach(drawing, service, node);
                if drawing.chart.edges.len() == before && !entry.host_network {
                    // From inside the cluster only, as far as the manifests say.
                    drawing.edge(client, node);
                }
                drawing.edge(node, controller);
            }
        }
    }
    if entry.host_network || entry.fronts.is_empty() {
        // It listens on its nodes themselves, as far as the manifests say.
        let nodes = all_nodes(drawing);
        drawing.edge(client, nodes);
        drawing.edge(nodes, controller);
    }
    fallback(drawing, controller);
}

fn fallback(drawing: &mut Drawing<'_>, controller: usize) {
    let fallback = &drawing.table.fallback;
    let node = drawing.add(id::FALLBACK, Layer::Service, &fallback.status.to_string(), &fallback.why);
    drawing.mark(node, State::Assumed, None, "");
    drawing.edge(controller, node);
}

/// Gateways that routes of the table hang from, by the route's title: `HTTPRoute default/web`.
pub(super) fn gateways(drawing: &mut Drawing<'_>) -> HashMap<String, Vec<usize>> {
    let (cluster, table) = (drawing.cluster, drawing.table);
    let mut of_object: HashMap<String, Vec<usize>> = HashMap::new();
    let in_table: std::collections::HashSet<&str> = table.routes.iter().map(|r| &*r.origin.object).collect();
    let by_name: HashMap<String, &Gateway> =
        cluster.gateways.iter().filter(|g| g.admitted).map(|g| (g.meta.full_name(), g)).collect();
    let commons = cluster.http_routes.iter().map(|r| &r.common);
    for common in commons.chain(cluster.grpc_routes.iter().map(|r| &r.common)) {
        let object = common.meta.title();
        if !in_table.contains(object.as_str()) {
            continue;
        }
        let mut nodes = Vec::new();
        for parent in common.parent_refs.iter().filter(|p| p.kind == "Gateway") {
            let namespace = parent.namespace.as_deref().unwrap_or(&common.meta.namespace);
            let name = format!("{namespace}/{}", parent.name.value);
            if let Some(gateway) = by_name.get(&name) {
                nodes.push(gateway_node(drawing, gateway, &name));
            }
        }
        of_object.insert(object, nodes);
    }
    of_object.retain(|_, nodes| !nodes.is_empty());
    of_object
}

fn gateway_node(drawing: &mut Drawing<'_>, gateway: &Gateway, name: &str) -> usize {
    let id = id::gateway(name);
    if let Some(node) = drawing.chart.find(&id) {
        return node;
    }
    let class = gateway.class_name.as_ref().map_or("Gateway", |c| c.value.as_str());
    let listeners = gateway.listeners.iter().take(NAMED_PORTS);
    let listeners: Vec<String> =
        listeners.map(|l| format!("{} {}", l.protocol.value.as_str(), l.port.value)).collect();
    let node = drawing.add(&id, Layer::Controller, name, &format!("{class}: {}", listeners.join(", ")));
    drawing.mark(node, State::Known, Some(gateway.meta.span), &gateway.meta.namespace);
    // What an implementation puts in front of its Gateways is its own affair.
    let entry = drawing.add(&id::entry(name), Layer::Entry, "entry", "the Gateway's address, assumed");
    drawing.mark(entry, State::Assumed, None, "");
    let client = drawing.chart.find(id::CLIENT).unwrap_or_default();
    drawing.edge(client, entry);
    drawing.edge(entry, node);
    node
}
