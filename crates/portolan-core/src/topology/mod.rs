//! What belongs on the chart: nodes in layers from the client to the pods, edges between them, and
//! which of them one request's course takes. No pixels.

mod entry;

use crate::cluster::{Cluster, Knowledge};
use crate::routing::{
    Action, Answer, BackendId, HostId, HostPattern, Outcome, Readiness, RouteId, RouteTable,
};
use crate::span::Span;
use std::collections::{HashMap, HashSet};

/// The columns of the chart, in the order that a request passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Layer {
    /// Who asks.
    Client,
    /// The address that the request is sent to.
    Entry,
    /// The controller that answers for all Ingresses.
    Controller,
    /// Virtual hosts.
    Host,
    /// Routes.
    Path,
    /// Service ports, and the controller's own answers.
    Service,
    /// Pods and other endpoints.
    Pod,
}

impl Layer {
    /// Every layer, in order.
    pub const ALL: [Layer; 7] = [
        Layer::Client,
        Layer::Entry,
        Layer::Controller,
        Layer::Host,
        Layer::Path,
        Layer::Service,
        Layer::Pod,
    ];
}

/// What state a node is in, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum State {
    /// As the manifests say.
    Known,
    /// Not in the manifests; taken to be there.
    Assumed,
    /// There, but not able to answer.
    Failing,
}

/// One thing on the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Node {
    /// Stable name: stays the same while other things are edited.
    pub id: String,
    /// Its column.
    pub layer: Layer,
    /// What it is called.
    pub title: String,
    /// More about it, in a few words.
    pub detail: String,
    /// Its state.
    pub state: State,
    /// The text that made it, where some did.
    pub span: Option<Span>,
    /// The route that it stands for, in the path layer.
    pub route: Option<RouteId>,
}

/// A way from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Edge {
    /// Index of the node it leaves.
    pub from: usize,
    /// Index of the node it reaches.
    pub to: usize,
}

/// Nodes, in layer order and within a layer in the table's order, and the ways between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Chart {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges; each leads to a later layer.
    pub edges: Vec<Edge>,
    #[cfg_attr(feature = "serde", serde(skip))]
    by_id: HashMap<String, usize>,
}

/// The nodes and edges that one request takes, as indexes into a [`Chart`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Course {
    /// The nodes.
    pub nodes: Vec<usize>,
    /// The edges.
    pub edges: Vec<usize>,
}

/// Most endpoints drawn one by one behind a Service port; the rest becomes one node with a count.
const MAX_ENDPOINTS: usize = 8;

const CLIENT: &str = "client";
const CONTROLLER: &str = "controller";
const FALLBACK: &str = "answer:fallback";

/// Draws a cluster as one controller sees it. `title` is the controller's name for people.
pub fn chart(cluster: &Cluster, table: &RouteTable, title: &str) -> Chart {
    let mut drawing = Drawing { chart: Chart::default(), seen: HashSet::new() };
    let client = drawing.node(CLIENT, Layer::Client, "client", "outside the cluster", State::Known, None);
    let entry = entry::find(cluster, table.controller);
    let (entry_title, entry_detail, state) = match &entry {
        Some(e) => (e.title.as_str(), e.detail.as_str(), State::Known),
        None => ("entry", "assumed: ports 80 and 443", State::Assumed),
    };
    let entry_node = drawing.node(
        "entry",
        Layer::Entry,
        entry_title,
        entry_detail,
        state,
        entry.as_ref().map(|e| e.service_span),
    );
    let controller = drawing.node(
        CONTROLLER,
        Layer::Controller,
        title,
        entry.as_ref().map_or("assumed to run", |e| e.controller.as_str()),
        if entry.is_some() { State::Known } else { State::Assumed },
        entry.as_ref().map(|e| e.controller_span),
    );
    drawing.edge(client, entry_node);
    drawing.edge(entry_node, controller);
    let hosts = drawing.hosts(table, controller);
    let routes = drawing.routes(table, &hosts);
    let backends = drawing.backends(table, &routes);
    let fallback = drawing.node(
        FALLBACK,
        Layer::Service,
        &table.fallback.status.to_string(),
        &table.fallback.why,
        State::Assumed,
        None,
    );
    drawing.edge(controller, fallback);
    drawing.endpoints(cluster, table, &backends);
    drawing.chart
}

impl Chart {
    /// What lies on a request's way.
    pub fn course(&self, table: &RouteTable, outcome: &Outcome) -> Course {
        let mut nodes: HashSet<usize> = HashSet::new();
        let mut light = |id: &str| {
            if let Some(&node) = self.by_id.get(id) {
                nodes.insert(node);
            }
        };
        light(CLIENT);
        light("entry");
        light(CONTROLLER);
        for &id in &outcome.routes {
            let Some(route) = table.route(id) else { continue };
            light(&host_id(table, route.host));
            light(&route_id(table, id));
            if !matches!(outcome.answer, Answer::Forward { .. }) {
                light(&answer_id(table, id));
            }
        }
        if outcome.routes.is_empty() {
            light(FALLBACK);
        }
        if let Answer::Forward { targets, .. } = &outcome.answer {
            let services = targets.iter().filter_map(|t| self.by_id.get(&service_id(&t.service, t.port)));
            nodes.extend(services);
            // Every ready endpoint behind a lit Service may be the one.
            let lit: Vec<usize> = nodes.iter().copied().collect();
            for edge in &self.edges {
                let to_ready_pod = self
                    .nodes
                    .get(edge.to)
                    .is_some_and(|n| n.layer == Layer::Pod && n.state != State::Failing);
                if to_ready_pod && lit.contains(&edge.from) {
                    nodes.insert(edge.to);
                }
            }
        }
        let edges = self
            .edges
            .iter()
            .enumerate()
            .filter(|(_, e)| nodes.contains(&e.from) && nodes.contains(&e.to))
            .map(|(i, _)| i)
            .collect();
        let mut nodes: Vec<usize> = nodes.into_iter().collect();
        nodes.sort_unstable();
        Course { nodes, edges }
    }

    /// Index of the node with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }
}

fn host_id(table: &RouteTable, host: HostId) -> String {
    table.host(host).map(|h| format!("host:{}", h.pattern)).unwrap_or_default()
}

fn route_id(table: &RouteTable, id: RouteId) -> String {
    // The same field can make several routes (one for each host): the host makes the id unique.
    table.route(id).map_or(String::new(), |r| {
        format!("route:{}:{}:{}", r.origin.object, r.origin.field, host_id(table, r.host))
    })
}

fn service_id(service: &str, port: Option<u16>) -> String {
    match port {
        Some(port) => format!("service:{service}:{port}"),
        None => format!("service:{service}"),
    }
}

/// The id of the node for what a route answers by itself.
fn answer_id(table: &RouteTable, route: RouteId) -> String {
    format!("answer:{}", route_id(table, route))
}

struct Drawing {
    chart: Chart,
    seen: HashSet<Edge>,
}

impl Drawing {
    /// The node of this id, made now if it is new.
    fn node(
        &mut self,
        id: &str,
        layer: Layer,
        title: &str,
        detail: &str,
        state: State,
        span: Option<Span>,
    ) -> usize {
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
            state,
            span,
            route: None,
        });
        index
    }

    fn edge(&mut self, from: usize, to: usize) {
        let edge = Edge { from, to };
        if self.seen.insert(edge) {
            self.chart.edges.push(edge);
        }
    }

    fn hosts(&mut self, table: &RouteTable, controller: usize) -> Vec<usize> {
        (0u32..)
            .zip(&table.hosts)
            .map(|(id, host)| {
                let detail = match &host.pattern {
                    HostPattern::Exact(_) => "this host",
                    HostPattern::OneLabel(_) | HostPattern::FirstLabel(_) | HostPattern::WordLabel(_) => {
                        "one label in front"
                    }
                    HostPattern::Start(_) => "any labels behind",
                    HostPattern::Regex(_) => "hosts that match",
                    HostPattern::ManyLabels(_) => "any labels in front",
                    HostPattern::Any => "every host",
                };
                let title = host.pattern.to_string();
                let node =
                    self.node(&host_id(table, HostId(id)), Layer::Host, &title, detail, State::Known, None);
                self.edge(controller, node);
                node
            })
            .collect()
    }

    fn routes(&mut self, table: &RouteTable, hosts: &[usize]) -> Vec<usize> {
        table
            .iter()
            .map(|(id, route)| {
                let node = self.node(
                    &route_id(table, id),
                    Layer::Path,
                    &route.rule,
                    &route.origin.object,
                    State::Known,
                    route.origin.span,
                );
                if let Some(n) = self.chart.nodes.get_mut(node) {
                    n.route = Some(id);
                }
                if let Some(&host) = hosts.get(route.host.0 as usize) {
                    self.edge(host, node);
                }
                node
            })
            .collect()
    }

    fn backends(&mut self, table: &RouteTable, routes: &[usize]) -> Vec<(usize, BackendId)> {
        let mut drawn = Vec::new();
        for ((id, route), &from) in table.iter().zip(routes) {
            for step in &route.steps {
                match &step.action {
                    Action::Forward(forward) => {
                        for weighted in &forward.backends {
                            let Some(backend) = table.backend(weighted.backend) else { continue };
                            let state = match backend.readiness {
                                Readiness::Ready(_) => State::Known,
                                Readiness::Assumed => State::Assumed,
                                Readiness::None => State::Failing,
                            };
                            let port = backend.port.map(|p| format!("port {p}")).unwrap_or_default();
                            let node = self.node(
                                &service_id(&backend.service, backend.port),
                                Layer::Service,
                                &backend.service,
                                &port,
                                state,
                                backend.span,
                            );
                            self.edge(from, node);
                            drawn.push((node, weighted.backend));
                        }
                    }
                    Action::Redirect(redirect) => {
                        let id = answer_id(table, id);
                        let title = redirect.status.to_string();
                        let node = self.node(
                            &id,
                            Layer::Service,
                            &title,
                            &redirect.location.to_string(),
                            State::Known,
                            None,
                        );
                        self.edge(from, node);
                    }
                    Action::Respond(respond) => {
                        let id = answer_id(table, id);
                        let title = respond.status.to_string();
                        let node = self.node(&id, Layer::Service, &title, &respond.why, State::Failing, None);
                        self.edge(from, node);
                    }
                }
            }
        }
        drawn
    }

    fn endpoints(&mut self, cluster: &Cluster, table: &RouteTable, backends: &[(usize, BackendId)]) {
        let mut done = HashSet::new();
        for &(from, id) in backends.iter().filter(|(node, _)| done.insert(*node)) {
            let Some(backend) = table.backend(id) else { continue };
            let Some((namespace, name)) = backend.service.split_once('/') else { continue };
            let Some(service) = cluster.service(namespace, name) else { continue };
            let Some(port) = service.ports.iter().find(|p| Some(p.port.value) == backend.port) else {
                continue;
            };
            let endpoints = cluster.endpoints_of(service, port);
            let assumed = matches!(endpoints.knowledge, Knowledge::Assumed | Knowledge::NoMatch);
            let prefix = service_id(&backend.service, backend.port);
            for (i, target) in endpoints.targets.iter().take(MAX_ENDPOINTS).enumerate() {
                let address = match (&target.address, target.port) {
                    (Some(address), Some(port)) => format!("{address}:{port}"),
                    (Some(address), None) => address.clone(),
                    (None, Some(port)) => format!("port {port}"),
                    (None, None) => String::new(),
                };
                let title = target.pod.clone().unwrap_or_else(|| address.clone());
                let detail = if target.pod.is_some() { address } else { "endpoint".to_owned() };
                let state = match (target.ready, assumed) {
                    (false, _) => State::Failing,
                    (true, true) => State::Assumed,
                    (true, false) => State::Known,
                };
                let node = self.node(&format!("{prefix}/{i}"), Layer::Pod, &title, &detail, state, None);
                self.edge(from, node);
            }
            let rest = endpoints.targets.len().saturating_sub(MAX_ENDPOINTS) + endpoints.omitted;
            if rest > 0 {
                let title = format!("{rest} more");
                let node =
                    self.node(&format!("{prefix}/more"), Layer::Pod, &title, "endpoints", State::Known, None);
                self.edge(from, node);
            }
            if endpoints.targets.is_empty() && assumed {
                let id = format!("{prefix}/assumed");
                let node = self.node(
                    &id,
                    Layer::Pod,
                    "pods",
                    "not in the manifests: assumed ready",
                    State::Assumed,
                    None,
                );
                self.edge(from, node);
            }
        }
    }
}
