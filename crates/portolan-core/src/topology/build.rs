//! Drawing a cluster as one controller sees it.

use super::entry::{self, Entry};
use super::{Chart, Edge, Layer, Node, State, id};
use crate::cluster::{Cluster, Knowledge, Service, ServiceType};
use crate::journey::Cloud;
use crate::routing::{Action, HostId, HostPattern, PathMatcher, Readiness, Route, RouteId, RouteTable};
use crate::span::Span;
use std::collections::{HashMap, HashSet};

/// Most pods drawn in all; the rest is counted. What a few bytes of `replicas` ask for has an end.
const MAX_PODS: usize = 4000;

/// Ports of one Service whose endpoints are looked for.
const MAX_PORTS: usize = 8;

/// Draws a cluster as one controller sees it. `title` is the controller's name for people; `cloud` says who
/// makes load balancers, where the manifests shall not say it.
pub fn chart(cluster: &Cluster, table: &RouteTable, title: &str, cloud: Option<Cloud>) -> Chart {
    let mut drawing = Drawing {
        cluster,
        table,
        cloud,
        chart: Chart::default(),
        edges: HashSet::new(),
        pods: 0,
        node_ports: Vec::new(),
        of_object: HashMap::new(),
    };
    drawing.add(id::CLIENT, Layer::Client, "client", "outside the cluster");
    drawing.of_object = super::approach::gateways(&mut drawing);
    let entry = entry::find(cluster, table.controller);
    let routed = table.routes.iter().any(|r| !is_built_in(r));
    let by_gateways = !drawing.of_object.is_empty();
    if (routed || entry.is_some()) && !by_gateways {
        super::approach::controller(&mut drawing, entry.as_ref(), title);
    }
    drawing.routes();
    drawing.services(entry.as_ref());
    drawing.count();
    drawing.chart
}

/// Whether the controller made a route by itself.
pub(super) fn is_built_in(route: &Route) -> bool {
    route.origin.span.is_none() && !route.origin.object.contains(' ')
}

pub(super) struct Drawing<'c> {
    pub(super) cluster: &'c Cluster,
    pub(super) table: &'c RouteTable,
    pub(super) cloud: Option<Cloud>,
    pub(super) chart: Chart,
    edges: HashSet<Edge>,
    /// NodePorts met so far; 0 for one that the cluster picks.
    pub(super) node_ports: Vec<u16>,
    /// Pods drawn so far.
    pods: usize,
    /// The Gateways that an object (`HTTPRoute default/web`) hangs from.
    of_object: HashMap<String, Vec<usize>>,
}

impl Drawing<'_> {
    /// The node of this id, made now if it is new.
    pub(super) fn add(&mut self, id: &str, layer: Layer, title: &str, detail: &str) -> usize {
        if let Some(&node) = self.chart.by_id.get(id) {
            return node;
        }
        let index = self.chart.nodes.len();
        self.chart.by_id.insert(id.to_owned(), index);
        self.chart.nodes.push(Node {
            id: id.to_owned(),
            layer,
            title: title.to_owned(),
            detail: detail.to_owned(),
            state: State::Known,
            span: None,
            route: None,
            namespace: String::new(),
            parent: None,
            built_in: false,
        });
        index
    }

    /// Says more of a node.
    pub(super) fn mark(&mut self, node: usize, state: State, span: Option<Span>, namespace: &str) {
        if let Some(n) = self.chart.nodes.get_mut(node) {
            n.state = state;
            n.span = span;
            n.namespace = namespace.to_owned();
        }
    }

    pub(super) fn edge(&mut self, from: usize, to: usize) {
        let edge = Edge { from, to };
        if self.edges.insert(edge) {
            self.chart.edges.push(edge);
        }
    }

    /// Hosts, routes and what they lead to. Hosts that only the controller's own routes are for go
    /// undrawn with them.
    fn routes(&mut self) {
        let table = self.table;
        let mut drawn: Vec<Option<usize>> = vec![None; table.hosts.len()];
        // Hosts in their own order, whichever route comes first.
        let mut own = vec![false; table.hosts.len()];
        for route in &table.routes {
            if let Some(own) = own.get_mut(route.host.0 as usize) {
                *own |= !is_built_in(route);
            }
        }
        for (at, (place, own)) in drawn.iter_mut().zip(own).enumerate() {
            let has_alias = || table.host(HostId(at as u32)).is_some_and(|h| h.alias_of.is_some());
            *place = Some(self.host(HostId(at as u32), !own && !has_alias()));
        }
        for (route_id, route) in table.iter() {
            let built_in = is_built_in(route);
            let node = self.add(&id::route(table, route_id), Layer::Path, &route.rule, &route.origin.object);
            self.mark(node, State::Known, route.origin.span, "");
            if let Some(n) = self.chart.nodes.get_mut(node) {
                // Of the routes that one field made, the one for more paths than one says more.
                let exact = |r: &Route| matches!(r.path, PathMatcher::Exact(_));
                if n.route.and_then(|r| table.route(r)).is_some_and(|r| exact(r) && !exact(route)) {
                    n.title.clone_from(&route.rule);
                }
                n.route = Some(route_id);
                n.built_in = built_in;
            }
            if let Some(&Some(host)) = drawn.get(route.host.0 as usize) {
                self.edge(host, node);
                let gateways = self.of_object.get(&*route.origin.object).cloned().unwrap_or_default();
                for gateway in gateways {
                    self.edge(gateway, host);
                }
            }
            self.steps(route_id, route, node, built_in);
        }
    }

    fn host(&mut self, host: HostId, built_in: bool) -> usize {
        let table = self.table;
        let Some(pattern) = table.host(host).map(|h| &h.pattern) else { return 0 };
        let detail = match pattern {
            HostPattern::Exact(_) => "this host",
            HostPattern::OneLabel(_) | HostPattern::FirstLabel(_) | HostPattern::WordLabel(_) => {
                "one label in front"
            }
            HostPattern::Start(_) => "any labels behind",
            HostPattern::Regex(_) => "hosts that match",
            HostPattern::ManyLabels(_) => "any labels in front",
            HostPattern::Any => "every host",
        };
        let node = self.add(&id::host(table, host), Layer::Host, &pattern.to_string(), detail);
        if let Some(n) = self.chart.nodes.get_mut(node) {
            n.built_in = built_in;
        }
        if let Some(controller) = self.chart.find(id::CONTROLLER) {
            self.edge(controller, node);
        }
        node
    }

    fn steps(&mut self, route_id: RouteId, route: &Route, from: usize, built_in: bool) {
        let table = self.table;
        for step in &route.steps {
            let (status, detail, state) = match &step.action {
                Action::Forward(forward) => {
                    for weighted in &forward.backends {
                        let Some(backend) = table.backend(weighted.backend) else { continue };
                        let node = self.backend(backend);
                        self.edge(from, node);
                    }
                    continue;
                }
                Action::Redirect(r) => (r.status, r.location.to_string(), State::Known),
                Action::Respond(r) => (r.status, r.why.clone(), State::Failing),
            };
            let id = id::answer(table, route_id);
            let node = self.add(&id, Layer::Service, &status.to_string(), &detail);
            self.mark(node, state, None, "");
            if let Some(n) = self.chart.nodes.get_mut(node) {
                n.built_in = built_in;
            }
            self.edge(from, node);
        }
    }

    /// What a route forwards to: a Service of the manifests, or one that the controller speaks of.
    fn backend(&mut self, backend: &crate::routing::Backend) -> usize {
        let cluster = self.cluster;
        let service = backend.service.split_once('/').and_then(|(ns, name)| cluster.service(ns, name));
        if let Some(service) = service {
            return self.service(service);
        }
        let port = backend.port.map(|p| format!("port {p}")).unwrap_or_default();
        let node = self.add(&id::service(&backend.service), Layer::Service, &backend.service, &port);
        let state = match backend.readiness {
            Readiness::Ready(_) => State::Known,
            Readiness::Assumed => State::Assumed,
            Readiness::None => State::Failing,
        };
        self.mark(node, state, backend.span, backend.service.split_once('/').map_or("", |n| n.0));
        node
    }

    /// All Services that are not drawn yet: those that clients reach without a controller, and those
    /// that nothing outside the cluster reaches.
    fn services(&mut self, entry: Option<&Entry>) {
        let fronts: HashSet<usize> =
            entry.iter().flat_map(|e| &e.fronts).map(|service| service.meta.index).collect();
        let cluster = self.cluster;
        for service in cluster.services.iter().filter(|s| s.admitted && !fronts.contains(&s.meta.index)) {
            let node = self.service(service);
            super::approach::reach(self, service, node);
        }
    }

    /// A Service and its pods.
    pub(super) fn service(&mut self, service: &Service) -> usize {
        let name = service.meta.full_name();
        let id = id::service(&name);
        if let Some(node) = self.chart.find(&id) {
            return node;
        }
        let detail = service_detail(service);
        let node = self.add(&id, Layer::Service, &name, &detail);
        let state = self.pods(service, &name, node);
        self.mark(node, state, Some(service.meta.span), &service.meta.namespace);
        node
    }

    /// The box of a Service's pods and its members; the state that the Service is in with them.
    fn pods(&mut self, service: &Service, name: &str, from: usize) -> State {
        if let Some(host) = service.external_name.as_ref() {
            let node = self.add(&id::pods(name), Layer::Pod, &host.value, "outside the cluster, by DNS");
            self.mark(node, State::Known, Some(host.span), "");
            self.edge(from, node);
            return State::Known;
        }
        let Members { pods, omitted, assumed, available } = members(self.cluster, service);
        if pods.is_empty() {
            let state = match (assumed, service.ports.is_empty()) {
                (true, _) | (_, true) => State::Assumed,
                (false, false) => State::Failing,
            };
            if assumed {
                let detail = "not in the manifests: assumed ready";
                let node = self.add(&id::pods(name), Layer::Pod, "pods", detail);
                self.mark(node, State::Assumed, None, &service.meta.namespace);
                self.edge(from, node);
            }
            return state;
        }
        let node = self.add(&id::pods(name), Layer::Pod, "", "");
        self.edge(from, node);
        self.members(node, pods, omitted, &service.meta.namespace);
        if available { State::Known } else { State::Failing }
    }

    /// Puts pods into a box that has no words yet, or whose words stay.
    pub(super) fn members(&mut self, of: usize, pods: Vec<Pod>, omitted: usize, namespace: &str) {
        let (count, ready) = (pods.len() + omitted, pods.iter().filter(|p| p.ready).count() + omitted);
        let box_id = self.chart.nodes.get(of).map(|n| n.id.clone()).unwrap_or_default();
        if let Some(n) = self.chart.nodes.get_mut(of).filter(|n| n.title.is_empty()) {
            n.title = if count == 1 { "1 pod".to_owned() } else { format!("{count} pods") };
            n.detail = if ready == count { "all ready".to_owned() } else { format!("{ready} ready") };
            n.state = if ready == 0 { State::Failing } else { State::Known };
            n.span = pods.first().map(|p| p.span);
            n.namespace = namespace.to_owned();
        }
        for pod in pods {
            if self.pods == MAX_PODS {
                break;
            }
            self.pods += 1;
            let node = self.add(&id::member(&box_id, &pod.name), Layer::Pod, &pod.name, &pod.detail);
            self.mark(node, if pod.ready { State::Known } else { State::Failing }, Some(pod.span), namespace);
            self.put_into(node, of);
        }
    }

    /// Makes a node a member of a box.
    pub(super) fn put_into(&mut self, node: usize, of: usize) {
        if let Some(n) = self.chart.nodes.get_mut(node) {
            n.parent = Some(of);
        }
    }

    fn count(&mut self) {
        let chart = &mut self.chart;
        let mut rules: HashSet<&str> = HashSet::new();
        let mut services: HashSet<usize> = HashSet::new();
        for edge in &chart.edges {
            let of = |node: usize| chart.nodes.get(node);
            if let (Some(from), Some(to)) = (of(edge.from), of(edge.to))
                && from.layer == Layer::Path
                && !from.built_in
            {
                rules.insert(&from.detail);
                if to.id.starts_with("service:") {
                    services.insert(edge.to);
                }
            }
        }
        chart.summary.routed_services = services.len();
        let gateways = self.of_object.values().flatten().collect::<HashSet<_>>().len();
        chart.summary.gateways = gateways > 0;
        chart.summary.rule_objects = if gateways > 0 { gateways } else { rules.len() };
    }
}

/// A pod to be drawn.
pub(super) struct Pod {
    name: String,
    detail: String,
    ready: bool,
    span: Span,
}

/// A Service's endpoints over all of its ports.
pub(super) struct Members {
    pub(super) pods: Vec<Pod>,
    pub(super) omitted: usize,
    /// The manifests say nothing of them.
    assumed: bool,
    available: bool,
}

pub(super) fn members(cluster: &Cluster, service: &Service) -> Members {
    let mut found = Members { pods: Vec::new(), omitted: 0, assumed: false, available: false };
    let mut places: HashMap<String, usize> = HashMap::new();
    for port in service.ports.iter().take(MAX_PORTS) {
        let endpoints = cluster.endpoints_of(service, port);
        found.available |= endpoints.available();
        found.assumed |= endpoints.knowledge == Knowledge::Assumed;
        found.omitted = found.omitted.max(endpoints.omitted);
        for target in endpoints.targets {
            let mut detail = match (&target.address, target.port) {
                (Some(address), Some(port)) if address.contains(':') => format!("[{address}]:{port}"),
                (Some(address), Some(port)) => format!("{address}:{port}"),
                (Some(address), None) => address.clone(),
                (None, Some(port)) => format!("port {port}"),
                (None, None) => String::new(),
            };
            if let Some(node) = &target.node {
                detail = format!("{detail} on {node}");
            }
            let name = target.pod.or(target.address).unwrap_or_default();
            match places.get(&name).and_then(|&at| found.pods.get_mut(at)) {
                Some(known) => known.ready |= target.ready,
                None => {
                    places.insert(name.clone(), found.pods.len());
                    found.pods.push(Pod { name, detail, ready: target.ready, span: target.span });
                }
            }
        }
    }
    found
}

fn service_detail(service: &Service) -> String {
    let ports = port_words(service);
    match service.service_type {
        ServiceType::ExternalName => "ExternalName".to_owned(),
        _ if service.is_headless() => format!("headless, {ports}"),
        _ => match service.cluster_ips.first() {
            Some(address) => format!("{address}, {ports}"),
            None => ports,
        },
    }
}

/// `port 80`, `ports 80, 443`.
pub(super) fn port_words(service: &Service) -> String {
    let ports: Vec<String> = service.ports.iter().take(4).map(|p| p.port.value.to_string()).collect();
    let more = if service.ports.len() > ports.len() { " …" } else { "" };
    match ports.as_slice() {
        [] => "no port".to_owned(),
        [port] => format!("port {port}"),
        ports => format!("ports {}{more}", ports.join(", ")),
    }
}
