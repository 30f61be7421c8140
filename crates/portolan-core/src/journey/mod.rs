//! The hops that a packet takes from the client to whoever answers.
//!
//! A packet is followed by its address. It may meet a floating IP, a cloud's load balancer, a node's
//! kube-proxy, a controller (only then an Ingress or HTTPRoute has a say) and ends at a pod, or is
//! dropped, refused or lost on the way. What the manifests do not hold (an address that a cloud will
//! give, a node port that the cluster will pick) stays a name in `<…>` and is never made up.
//!
//! Sources: kubernetes/kubernetes `pkg/proxy/iptables/proxier.go` (`syncProxyRules`),
//! `pkg/proxy/topology.go` (`CategorizeEndpoints`), `pkg/apis/core/v1/defaults.go`; kubernetes/website
//! `content/en/docs/reference/networking/virtual-ips.md`, `…/tutorials/services/source-ip.md`,
//! `…/concepts/services-networking/{service,dns-pod-service}.md`. Those of load balancers stand in
//! `cloud.rs`. kube-proxy in its iptables mode is certain; IPVS and nftables have the same results, and
//! differ in how an endpoint is chosen. A CNI that takes kube-proxy's place (Cilium) may differ.

mod balancer;
mod cloud;
mod door;
pub(crate) mod entry;
mod hop;
mod http;
mod names;
mod nodes;
mod proxy;
mod walk;

pub use cloud::Cloud;
pub use hop::{
    Act, Actor, Address, Aim, Alternative, Choice, ClientAddress, End, EndKind, Flow, Hop, Journey, Port,
    Socket,
};

use crate::cluster::Cluster;
use crate::routing::{Outcome, Request, RouteTable};
use std::net::IpAddr;

/// Where the client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Place {
    /// Anywhere on the internet.
    #[default]
    Internet,
    /// A machine on the network of the nodes which is none of them.
    Nodes,
    /// A pod of the cluster that is on the pod network.
    Pod,
}

impl Place {
    /// Every place, the farthest first.
    pub const ALL: [Place; 3] = [Place::Internet, Place::Nodes, Place::Pod];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Internet => "internet",
            Place::Nodes => "nodes",
            Place::Pod => "pod",
        }
    }
}

/// What is known of the client and the surroundings beside the manifests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setting {
    /// Where the client stands.
    pub place: Place,
    /// The node that the client's pod runs on.
    pub node: Option<String>,
    /// The namespace of the client's pod, in which short names of Services are looked up; `default`
    /// where not given.
    pub namespace: Option<String>,
    /// The client's address.
    pub client: Option<IpAddr>,
    /// Who makes load balancers; `None` to let the manifests say.
    pub cloud: Option<Cloud>,
    /// Which of a row of connections this is, from 0: each takes the next alternative at every choice.
    pub turn: u32,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// A request, and what a controller would make of it.
    Http {
        /// The request.
        request: &'a Request,
        /// The controller's table.
        table: &'a RouteTable,
        /// The table's answer to the request.
        outcome: &'a Outcome,
    },
    /// A connection or datagram of which nothing more is known.
    Plain(&'a Aim),
}

/// Follows a request or connection. Never fails: where the manifests end, the journey says so.
pub fn travel(cluster: &Cluster, setting: &Setting, what: What<'_>) -> Journey {
    walk::Walk::new(cluster, setting, what).go()
}
