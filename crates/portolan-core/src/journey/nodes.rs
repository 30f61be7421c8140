//! The nodes that the manifests know of.

use super::{Address, Alternative, Socket};
use crate::cluster::Cluster;
use crate::journey::hop::Port;
use hashbrown::HashSet;

/// Nodes with this label get nothing from clouds' load balancers.
const EXCLUDED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

/// A node.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node<'a> {
    /// Its name; `None` for one that nothing is known of.
    pub name: Option<&'a str>,
    pub internal: Option<&'a str>,
    pub external: Option<&'a str>,
    pub excluded: bool,
    pub down: bool,
}

impl Node<'_> {
    pub fn id(&self) -> String {
        self.name.map_or_else(|| "node".to_owned(), |name| format!("node:{name}"))
    }

    pub fn title(&self) -> String {
        self.name.map_or_else(|| "a node".to_owned(), |name| format!("node {name}"))
    }

    /// The address that others in its network use.
    pub fn address(&self) -> Address {
        match (self.internal.or(self.external), self.name) {
            (Some(address), _) => Address::known(address),
            (None, Some(name)) => Address::Unknown(format!("node {name}")),
            (None, None) => Address::Unknown("node".to_owned()),
        }
    }

    pub fn alternative(&self, port: Port, unavailable: Option<String>) -> Alternative {
        Alternative {
            id: self.id(),
            title: self.title(),
            socket: Socket { address: self.address(), port },
            node: self.name.map(str::to_owned),
            unavailable,
        }
    }

    pub fn has(&self, address: &str) -> bool {
        self.internal == Some(address) || self.external == Some(address)
    }
}

/// The nodes: the Node objects, or else those that pods and endpoints name, or else one of which nothing
/// is known.
pub(super) fn of(cluster: &Cluster) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node<'_>> = cluster.nodes.iter().filter(|n| n.admitted).map(of_object).collect();
    if nodes.is_empty() {
        let pods = cluster.pods.iter().filter(|p| p.admitted);
        let pods = pods.filter_map(|p| Some((p.spec.node.as_deref()?, p.host_ip.as_deref())));
        let subsets = cluster.endpoints.iter().filter(|e| e.admitted).flat_map(|e| &e.subsets);
        let endpoints = subsets.flat_map(|s| &s.endpoints).filter_map(|e| Some((e.node.as_deref()?, None)));
        let mut seen = HashSet::new();
        for (name, internal) in pods.chain(endpoints) {
            if seen.insert(name) {
                nodes.push(Node { name: Some(name), internal, ..Node::default() });
            }
        }
    }
    if nodes.is_empty() {
        nodes.push(Node::default());
    }
    nodes
}

fn of_object(node: &crate::cluster::Node) -> Node<'_> {
    let address =
        |kind: &str| node.addresses.iter().find(|(k, _)| k == kind).map(|(_, address)| address.as_str());
    Node {
        name: Some(&node.meta.name.value),
        internal: address("InternalIP"),
        external: address("ExternalIP"),
        excluded: node.meta.labels.contains_key(EXCLUDED),
        down: node.ready == Some(false),
    }
}
