//! What belongs on the chart: nodes in layers from the client to the pods, edges between them, and
//! which of them one request's course takes. No pixels.
//!
//! | layer | one node for each |
//! |---|---|
//! | client | who asks |
//! | floating IP | public address that the cloud maps to a load balancer's |
//! | load balancer | Service of type LoadBalancer |
//! | nodes | cluster: one box, its members the Nodes; kube-proxy opens a NodePort on all of them alike |
//! | entry | Service in front of the controller that no load balancer stands for; listeners of a Gateway |
//! | controller | controller (its members: its pods), or Gateway |
//! | host, path | virtual host, route |
//! | Service | Service, or what the controller answers by itself |
//! | pods | Service's endpoints: one box, its members the pods |
//!
//! Boxes with members keep the chart linear: a thousand nodes and a thousand NodePort Services have two
//! thousand edges, and not a million.

mod approach;
mod build;
mod course;
mod entry;
mod export;
mod summary;

pub use build::chart;
pub use course::Leg;
pub use export::{dot, mermaid};
pub use summary::Summary;

use crate::routing::RouteId;
use crate::span::Span;
use std::collections::HashMap;

/// The columns of the chart, in the order that a request passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Layer {
    /// Who asks.
    Client,
    /// A public address in front of a load balancer's own.
    FloatingIp,
    /// The clouds' load balancers.
    LoadBalancer,
    /// The cluster's nodes.
    Node,
    /// The Service in front of a controller.
    Entry,
    /// The controller that answers for all Ingresses; Gateways.
    Controller,
    /// Virtual hosts.
    Host,
    /// Routes.
    Path,
    /// Services, and the controller's own answers.
    Service,
    /// Pods and other endpoints.
    Pod,
}

impl Layer {
    /// Every layer, in order.
    pub const ALL: [Layer; 10] = [
        Layer::Client,
        Layer::FloatingIp,
        Layer::LoadBalancer,
        Layer::Node,
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
    /// The namespace that it belongs to; empty where it belongs to none.
    pub namespace: String,
    /// The box that it is a member of, as an index into [`Chart::nodes`]. Edges lead to the box.
    pub parent: Option<usize>,
    /// What the controller adds by itself, as nginx' `/healthz`: worth drawing only on a course.
    pub built_in: bool,
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

/// Nodes, within a layer in the table's and the manifests' order, and the ways between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Chart {
    /// The nodes. A box stands before its members.
    pub nodes: Vec<Node>,
    /// The edges; each leads to a later layer. Members of boxes have none of their own.
    pub edges: Vec<Edge>,
    /// How the cluster is entered, counted.
    pub summary: Summary,
    #[cfg_attr(feature = "serde", serde(skip))]
    by_id: HashMap<String, usize>,
}

impl Chart {
    /// Index of the node with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }
}

/// Ids of nodes, built in one place so that whoever looks for one finds what was drawn.
pub mod id {
    use crate::routing::{HostId, RouteId, RouteTable};

    /// Who asks.
    pub const CLIENT: &str = "client";
    /// The box of all cluster nodes.
    pub const NODES: &str = "nodes";
    /// What stands in front of a controller whose Service is not in the manifests.
    pub const ENTRY: &str = "entry";
    /// The controller that answers.
    pub const CONTROLLER: &str = "controller";
    /// What the controller answers where no route matches.
    pub const FALLBACK: &str = "answer:fallback";

    /// The floating IP in front of a Service's load balancer. Services are named `namespace/name`.
    pub fn floating_ip(service: &str) -> String {
        format!("floating-ip:{service}")
    }

    /// The load balancer of a Service.
    pub fn load_balancer(service: &str) -> String {
        format!("balancer:{service}")
    }

    /// A cluster node.
    pub fn node(name: &str) -> String {
        format!("node:{name}")
    }

    /// A Service in front of a controller.
    pub fn entry(service: &str) -> String {
        format!("entry:{service}")
    }

    /// A Gateway, named `namespace/name`.
    pub fn gateway(name: &str) -> String {
        format!("gateway:{name}")
    }

    /// A Service.
    pub fn service(service: &str) -> String {
        format!("service:{service}")
    }

    /// The box of a Service's pods.
    pub fn pods(service: &str) -> String {
        format!("pods:{service}")
    }

    /// A member of [`CONTROLLER`] or of [`pods`]: a pod by its name, or by its address where it has none.
    pub fn member(of: &str, name: &str) -> String {
        format!("{of}/{name}")
    }

    /// A virtual host.
    pub fn host(table: &RouteTable, host: HostId) -> String {
        table.host(host).map(|h| format!("host:{}", h.pattern)).unwrap_or_default()
    }

    /// A route. Those that one field of an object makes for one host are one: nginx has two locations
    /// for a path of type Prefix.
    pub fn route(table: &RouteTable, id: RouteId) -> String {
        // The same field can make several routes (one for each host): the host makes the id unique.
        table.route(id).map_or(String::new(), |r| {
            // What the controller adds by itself has no field; its rule tells it apart.
            let field = if r.origin.field.is_empty() { &r.rule } else { &r.origin.field };
            format!("route:{}:{field}:{}", r.origin.object, host(table, r.host))
        })
    }

    /// What a route answers by itself.
    pub fn answer(table: &RouteTable, id: RouteId) -> String {
        format!("answer:{}", route(table, id))
    }
}
