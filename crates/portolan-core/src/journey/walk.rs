//! The walk: which way a packet goes from the client on.

use super::entry::{self, Entry};
use super::nodes::{self, Node};
use super::*;
use crate::cluster::{Protocol, Service, ServicePort};
use crate::routing::{Certainty, Origin};
use crate::span::Span;

/// A packet under way.
pub(super) struct Walk<'a> {
    pub cluster: &'a Cluster,
    pub setting: &'a Setting,
    pub what: What<'a>,
    pub nodes: Vec<Node<'a>>,
    pub entry: Option<Entry<'a>>,
    pub protocol: Protocol,
    /// What is spoken: `TCP`, `HTTP` …
    pub spoken: &'static str,
    pub hops: Vec<Hop>,
    /// The packet's source and destination, now.
    pub from: Address,
    pub to: Socket,
    pub client: ClientAddress,
    pub doubts: Vec<Doubt>,
    pub asked: bool,
    /// Where the connection under way was opened.
    pub place: Place,
    /// The node of the pod that opened it, where it was a pod.
    pub own_node: Option<String>,
}

impl<'a> Walk<'a> {
    pub fn new(cluster: &'a Cluster, setting: &'a Setting, what: What<'a>) -> Self {
        let (spoken, protocol, entry, client) = match what {
            What::Http { request, table, .. } => {
                let spoken = match request.scheme {
                    crate::routing::Scheme::Http => "HTTP",
                    crate::routing::Scheme::Https => "HTTPS",
                };
                (spoken, Protocol::Tcp, entry::find(cluster, table.controller), request.client_ip)
            }
            What::Plain(Aim::Address { protocol, .. }) => (protocol.as_str(), *protocol, None, None),
            What::Plain(Aim::Service { namespace, name, port }) => {
                let service = cluster.service(namespace, name);
                let port = service.and_then(|s| s.ports.iter().find(|p| p.port.value == *port));
                let protocol = port.map_or(Protocol::Tcp, |p| p.protocol);
                (protocol.as_str(), protocol, None, None)
            }
        };
        let from = match setting.client.or(client) {
            Some(address) => Address::Known(address.to_string()),
            None if setting.place == Place::Pod => Address::Unknown("client pod".to_owned()),
            None => Address::Unknown("client".to_owned()),
        };
        Self {
            cluster,
            setting,
            what,
            nodes: nodes::of(cluster),
            entry,
            protocol,
            spoken,
            hops: Vec::new(),
            from,
            to: Socket { address: Address::Unknown("nowhere".to_owned()), port: Port::Unknown },
            client: ClientAddress::Kept,
            doubts: Vec::new(),
            asked: false,
            place: setting.place,
            own_node: setting.node.clone().filter(|_| setting.place == Place::Pod),
        }
    }

    pub fn go(mut self) -> Journey {
        let end = match self.what {
            What::Plain(Aim::Address { host, port, .. }) => self.go_to_host(host, *port),
            What::Plain(Aim::Service { namespace, name, port }) => self.go_to_service(namespace, name, *port),
            What::Http { request, .. } => {
                let host = request.address.as_deref().unwrap_or(&request.host);
                self.go_to_host(super::by_name::host_only(host), request.connection_port())
            }
        };
        let doubts = self.doubts.iter().map(|d| d.certainty.clone());
        let certainty = doubts.fold(Certainty::Certain, Certainty::and);
        Journey { hops: self.hops, end, certainty, doubts: self.doubts, controller_asked: self.asked }
    }

    // ---- what every hop is made with ----

    /// A hop at which the packet is as it is now.
    pub fn hop(&self, actor: Actor, id: String, title: String) -> Hop {
        Hop {
            actor,
            id,
            title,
            arrives: Some(self.flow()),
            leaves: None,
            protocol: self.protocol.as_str(),
            act: Act::Passes,
            text: String::new(),
            choice: None,
            origin: None,
            client: self.client.clone(),
            risks: Vec::new(),
            service: None,
            port: None,
            node: None,
        }
    }

    pub fn flow(&self) -> Flow {
        Flow { from: self.from.clone(), to: self.to.clone() }
    }

    /// The packet leaves this hop as it is now.
    pub fn pass(&mut self, mut hop: Hop, act: Act, text: String) {
        hop.act = act;
        hop.text = text;
        hop.leaves = Some(self.flow());
        hop.client = self.client.clone();
        self.hops.push(hop);
    }

    /// The journey ends at this hop.
    pub fn stop(&mut self, mut hop: Hop, kind: EndKind, why: String) -> End {
        hop.act = kind.act();
        hop.text.clone_from(&why);
        self.hops.push(hop);
        End { kind, why, endpoints: Vec::new() }
    }

    /// The journey ends at the client: nothing takes the packet.
    pub fn stranded(&mut self, why: String) -> End {
        End { kind: EndKind::Unreachable, why, endpoints: Vec::new() }
    }

    pub fn likely(&mut self, why: String) {
        self.doubt(Certainty::Likely(why));
    }

    pub fn doubt(&mut self, doubt: Certainty) {
        let hop = self.hops.len();
        if !self.doubts.iter().any(|d| d.certainty == doubt) && doubt != Certainty::Certain {
            self.doubts.push(Doubt { hop, certainty: doubt });
        }
    }

    pub fn send_from_client(&mut self) {
        let mut hop = self.hop(Actor::Client, "client".to_owned(), "client".to_owned());
        hop.arrives = None;
        hop.node.clone_from(&self.own_node);
        let (spoken, to) = (self.spoken, &self.to);
        let text = match self.place {
            Place::Internet => format!("a client on the internet speaks {spoken} to {to}"),
            Place::Nodes => format!("a client on the nodes' network speaks {spoken} to {to}"),
            Place::Pod => format!("a pod of the cluster speaks {spoken} to {to}"),
        };
        self.pass(hop, Act::Sends, text);
    }

    /// The name server's answer becomes the packet's destination.
    pub fn resolve(&mut self, name: &str, address: Address, origin: Option<Origin>) {
        let mut hop = self.dns(name);
        hop.origin = origin;
        let text = format!("{name} is {address}");
        self.to.address = address;
        self.pass(hop, Act::Resolves, text);
    }

    pub fn dns(&self, name: &str) -> Hop {
        let mut hop = self.hop(Actor::Dns, format!("dns:{name}"), "DNS".to_owned());
        hop.protocol = "DNS";
        hop
    }

    /// An endpoint of a Service is reached: the controller's pod, or the end.
    pub fn arrive(&mut self, service: &'a Service, endpoint: Alternative, all: Vec<Alternative>) -> End {
        if self.is_entry(service) {
            return self.controller(endpoint);
        }
        self.received(Some(service), endpoint, all, None)
    }

    /// Whether this is a request, and the Service's pods are the controller's, which has not seen it yet.
    pub fn is_entry(&self, service: &Service) -> bool {
        let http = matches!(self.what, What::Http { .. });
        http && !self.asked && self.entry.is_some_and(|e| e.is_behind(service))
    }

    /// The end at a pod.
    pub fn received(
        &mut self,
        service: Option<&Service>,
        endpoint: Alternative,
        all: Vec<Alternative>,
        span: Option<Span>,
    ) -> End {
        let mut hop = self.hop(Actor::Pod, endpoint.id, endpoint.title.clone());
        hop.node = endpoint.node;
        hop.service = service.map(|s| s.meta.full_name());
        hop.origin = span.map(|span| Origin {
            object: endpoint.title.clone().into(),
            field: String::new(),
            span: Some(span),
            note: None,
        });
        let why = match service {
            Some(service) => {
                format!("{} receives it, an endpoint of Service {}", endpoint.title, service.meta.full_name())
            }
            None => format!("{} receives it", endpoint.title),
        };
        if matches!(self.what, What::Http { .. }) {
            hop.protocol = "HTTP";
        }
        End { endpoints: all, ..self.stop(hop, EndKind::Reached, why) }
    }

    /// The node that the client's pod runs on.
    pub fn node_of_client(&self) -> Node<'a> {
        let own = self.own_node.as_deref();
        let found = own.and_then(|own| self.nodes.iter().find(|n| n.name == Some(own)));
        found.copied().unwrap_or_else(|| self.some_node())
    }

    /// One of the nodes: the only one, or else one of which it is open which.
    pub fn some_node(&self) -> Node<'a> {
        match self.nodes.as_slice() {
            [only] if !self.cluster.nodes.is_empty() => *only,
            _ => Node::default(),
        }
    }

    /// Picks what this journey goes on with: the next of those available, for each turn.
    pub fn pick(&self, choice: &mut Choice) -> Option<Alternative> {
        let open: Vec<usize> = (0..choice.of.len())
            .filter(|&i| choice.of.get(i).is_some_and(|a| a.unavailable.is_none()))
            .collect();
        // The same client is kept at the same endpoint.
        const STICKY: [&str; 5] = ["ClientIP", "SOURCE_IP", "client IP hash", "source", "L2 leader"];
        let turn = if STICKY.contains(&choice.how) { 0 } else { self.setting.turn as usize };
        let place = open.get(turn.checked_rem(open.len())?).copied();
        choice.picked = place;
        choice.of.get(place?).cloned()
    }
}

/// What a choice leaves open.
pub(super) fn available(choice: &Choice) -> Vec<Alternative> {
    choice.of.iter().filter(|a| a.unavailable.is_none()).cloned().collect()
}

/// A field of a Service as what decides.
pub(super) fn field(service: &Service, field: &str, span: Span) -> Origin {
    Origin { object: service.meta.title().into(), field: field.to_owned(), span: Some(span), note: None }
}

/// The cluster IP, where it is known.
pub(super) fn cluster_ip(service: &Service) -> Address {
    match service.cluster_ips.first() {
        Some(ip) if !service.is_headless() => Address::known(ip),
        _ => Address::Unknown(format!("cluster IP of {}", service.meta.full_name())),
    }
}

/// The node port, or that the cluster picks one.
pub(super) fn node_port(port: &ServicePort) -> Port {
    port.node_port.as_ref().map_or(Port::Allocated, |n| Port::Number(n.value))
}
