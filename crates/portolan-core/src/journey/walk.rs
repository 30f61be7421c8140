//! The walk: which way a packet goes from the client on.

use super::door::{self, Door};
use super::entry::{self, Entry};
use super::nodes::{self, Node};
use super::proxy::Via;
use super::*;
use crate::cluster::{Protocol, Service, ServicePort, ServiceType};
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
    pub certainty: Certainty,
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
            certainty: Certainty::Certain,
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
                self.go_to_host(host_only(host), request.connection_port())
            }
        };
        Journey { hops: self.hops, end, certainty: self.certainty, controller_asked: self.asked }
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

    fn flow(&self) -> Flow {
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
    fn stranded(&mut self, why: String) -> End {
        End { kind: EndKind::Unreachable, why, endpoints: Vec::new() }
    }

    pub fn likely(&mut self, why: String) {
        self.doubt(Certainty::Likely(why));
    }

    pub fn doubt(&mut self, doubt: Certainty) {
        self.certainty = std::mem::take(&mut self.certainty).and(doubt);
    }

    fn send_from_client(&mut self) {
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

    fn dns(&self, name: &str) -> Hop {
        let mut hop = self.hop(Actor::Dns, format!("dns:{name}"), "DNS".to_owned());
        hop.protocol = "DNS";
        hop
    }

    // ---- ways ----

    fn go_to_host(&mut self, host: &'a str, port: u16) -> End {
        self.to = Socket { address: Address::known(host), port: Port::Number(port) };
        self.send_from_client();
        match host.parse::<IpAddr>() {
            Ok(_) => self.go_to_address(host, port),
            Err(_) => self.go_to_name(host, port),
        }
    }

    fn go_to_name(&mut self, name: &str, port: u16) -> End {
        let namespace = self.setting.namespace.as_deref().unwrap_or("default");
        if self.place == Place::Pod
            && let Some(named) = names::find(self.cluster, namespace, name)
        {
            return self.go_to_named(name, port, named);
        }
        if names::is_internal(name) {
            let hop = self.dns(name);
            let why = match self.place {
                Place::Pod => format!("the cluster's DNS knows no Service by the name {name}"),
                _ => format!("{name} is a name of the cluster's own DNS, which only its pods ask"),
            };
            return self.stop(hop, EndKind::Unreachable, why);
        }
        let of_balancer = |s: &&Service| {
            s.admitted
                && s.load_balancer_ingress
                    .iter()
                    .any(|i| i.hostname.as_deref().is_some_and(|h| h.eq_ignore_ascii_case(name)))
        };
        if let Some(service) = self.cluster.services.iter().find(of_balancer) {
            let address = Address::Unknown("load balancer".to_owned());
            self.resolve(name, address, None);
            return self.go_to_balancer(service, port, false);
        }
        match self.what {
            What::Http { .. } => self.go_to_entry(name, port),
            What::Plain(_) => {
                let hop = self.dns(name);
                let why = format!("the manifests do not say which address {name} has");
                self.doubt(Certainty::Unknowable(why.clone()));
                self.stop(hop, EndKind::Unknown, why)
            }
        }
    }

    /// By a name that the cluster's DNS answers for.
    fn go_to_named(&mut self, name: &str, port: u16, named: names::Named<'a>) -> End {
        let service = named.service;
        if service.service_type == ServiceType::ExternalName {
            let external = service.external_name.as_ref();
            let address = external.map_or("", |n| n.value.as_str());
            self.resolve(
                name,
                Address::known(address),
                external.map(|n| field(service, "spec.externalName", n.span)),
            );
            return self.go_to_external(service, address);
        }
        if !service.is_headless() {
            let address = cluster_ip(service);
            let place = service.place("clusterIP");
            self.resolve(name, address, Some(field(service, "spec.clusterIP", place)));
            return self.go_to_cluster_ip(service, port);
        }
        self.go_to_headless(name, port, service, named.pod)
    }

    /// DNS answers for a headless Service with its pods; no port is translated.
    fn go_to_headless(&mut self, name: &str, port: u16, service: &'a Service, pod: Option<String>) -> End {
        let mut hop = self.dns(name);
        hop.origin = Some(field(service, "spec.clusterIP", service.place("clusterIP")));
        hop.service = Some(service.meta.full_name());
        let target = |p: &&ServicePort| {
            p.protocol == self.protocol && p.target_port.value == crate::cluster::PortRef::Number(port)
        };
        let service_port = service
            .ports
            .iter()
            .find(target)
            .or_else(|| door::port_of(service, port, self.protocol))
            .or(service.ports.first());
        let Some(service_port) = service_port else {
            let why = format!(
                "the headless Service {} has no port, so which pods DNS answers with is not followed",
                service.meta.full_name()
            );
            self.doubt(Certainty::Unknowable(why.clone()));
            return self.stop(hop, EndKind::Unknown, why);
        };
        let mut endpoints = self.endpoints(service, service_port);
        if let Some(pod) = &pod {
            let of_pod = |a: &Alternative| a.title.rsplit('/').next() == Some(pod);
            endpoints.of.retain(of_pod);
        }
        endpoints.how = "DNS";
        let Some(picked) = self.pick(&mut endpoints) else {
            let why = format!(
                "DNS has no address for {name}: the headless Service {} has no ready endpoint",
                service.meta.full_name()
            );
            return self.stop(hop, EndKind::Unreachable, why);
        };
        let real = picked.socket.port;
        self.to.address = picked.socket.address.clone();
        let text = format!(
            "{name} is {}, one pod of the headless Service {}",
            self.to.address,
            service.meta.full_name()
        );
        let all = available(&endpoints);
        hop.choice = Some(endpoints);
        self.pass(hop, Act::Resolves, text);
        if real.number().is_some_and(|n| n != port) {
            let why = format!(
                "the pod listens on port {real}, not on {port}: a headless Service translates no ports"
            );
            self.likely("the manifests do not say every port that a pod listens on".to_owned());
            let hop = self.hop(Actor::Pod, picked.id.clone(), picked.title.clone());
            return self.stop(hop, EndKind::Refused, why);
        }
        self.arrive(service, picked, all)
    }

    fn go_to_external(&mut self, service: &Service, name: &str) -> End {
        let mut hop = self.hop(Actor::External, format!("external:{name}"), name.to_owned());
        hop.service = Some(service.meta.full_name());
        hop.risks.push(format!("the Host header and the TLS name stay those of the Service, not {name}"));
        let why = format!("{name} is outside the cluster: what answers there is not in the manifests");
        self.likely(why.clone());
        let all = vec![Alternative {
            id: hop.id.clone(),
            title: name.to_owned(),
            socket: self.to.clone(),
            node: None,
            unavailable: None,
        }];
        End { endpoints: all, ..self.stop(hop, EndKind::Reached, why) }
    }

    fn go_to_address(&mut self, address: &'a str, port: u16) -> End {
        if self.place == Place::Internet && door::is_private(address) {
            return self
                .stranded(format!("{address} is a private address: no route leads there from the internet"));
        }
        match door::find(self.cluster, &self.nodes, address, port, self.protocol) {
            Some(Door::ClusterIp(service)) => self.go_to_cluster_ip(service, port),
            Some(Door::Balancer(service)) => self.go_to_balancer(service, port, true),
            Some(Door::ExternalIp(service)) => self.go_to_external_ip(service, port),
            Some(Door::Node(place)) => self.go_to_node(place, port),
            Some(Door::Pod(place)) => self.go_to_pod(place),
            Some(Door::Endpoint(service, service_port)) => {
                let all = self.endpoints(service, service_port);
                let it = |a: &&Alternative| {
                    a.socket.address.as_known().is_some_and(|own| door::same(own, address))
                };
                match all.of.iter().find(it).cloned() {
                    Some(endpoint) => self.arrive(service, endpoint.clone(), vec![endpoint]),
                    None => self.nobody(address),
                }
            }
            None if self.may_be_a_node(port) => {
                self.likely(format!(
                    "nothing in the manifests has the address {address}: taken to be a node's, since {port} is a node port"
                ));
                let place = self.nodes.len();
                self.nodes.push(Node { internal: Some(address), ..Node::default() });
                self.go_to_node(place, port)
            }
            None if self.entry_may_be_at(port) => {
                self.likely(format!(
                    "nothing in the manifests has the address {address}: taken to be where the controller is reached"
                ));
                self.go_to_entry_at(port)
            }
            None => self.nobody(address),
        }
    }

    /// Whether an address that nothing has may be a node's: the manifests have none, and somebody's node
    /// port is asked for.
    fn may_be_a_node(&self, port: u16) -> bool {
        let mut services = self.cluster.services.iter().filter(|s| s.admitted);
        self.nodes.iter().all(|n| n.internal.is_none() && n.external.is_none())
            && services.any(|s| {
                let mut ports = s.ports.iter().filter(|p| p.protocol == self.protocol);
                ports.any(|p| p.node_port.as_ref().is_some_and(|n| n.value == port))
            })
    }

    fn nobody(&mut self, address: &str) -> End {
        let why = format!("nothing in the manifests has the address {address}");
        self.doubt(Certainty::Unknowable(why.clone()));
        let hop = self.hop(Actor::External, format!("external:{address}"), address.to_owned());
        self.stop(hop, EndKind::Unknown, why)
    }

    /// The address is a Service's cluster IP.
    fn go_to_cluster_ip(&mut self, service: &'a Service, port: u16) -> End {
        let name = service.meta.full_name();
        match self.place {
            Place::Pod => {}
            Place::Internet => {
                return self.stranded(format!("{} is the cluster IP of Service {name}, which only the cluster's own nodes and pods can reach", self.to.address));
            }
            Place::Nodes => {
                self.likely(format!(
                    "a route to the cluster IPs by way of a node would change that for {}",
                    self.to.address
                ));
                return self.stranded(format!("{} is the cluster IP of Service {name}, which only the cluster's own nodes and pods can reach", self.to.address));
            }
        }
        let node = self.node_of_client();
        match door::port_of(service, port, self.protocol) {
            Some(service_port) => self.kube_proxy(service, service_port, Via::ClusterIp, node),
            None => self.no_port(service, port, node),
        }
    }

    /// No rule of kube-proxy is for this port of an address that is a rule only.
    pub fn no_port(&mut self, service: &Service, port: u16, node: Node<'a>) -> End {
        let mut hop = self.hop(Actor::Node, node.id(), node.title());
        hop.service = Some(service.meta.full_name());
        hop.node = node.name.map(str::to_owned);
        hop.origin = Some(field(service, "spec.ports", service.place("ports")));
        let why = format!(
            "Service {} has no {} port {port}, so no rule of kube-proxy takes the packet",
            service.meta.full_name(),
            self.protocol.as_str()
        );
        self.stop(hop, EndKind::Unreachable, why)
    }

    /// One of a Service's `externalIPs`: whoever runs the network leads it to a node.
    fn go_to_external_ip(&mut self, service: &'a Service, port: u16) -> End {
        self.likely(format!("the network is taken to lead {} to a node of the cluster", self.to.address));
        let node = match self.place {
            Place::Pod => self.node_of_client(),
            _ => self.some_node(),
        };
        match door::port_of(service, port, self.protocol) {
            Some(service_port) => self.kube_proxy(service, service_port, Via::ExternalIp, node),
            None => self.no_port(service, port, node),
        }
    }

    fn go_to_pod(&mut self, place: usize) -> End {
        let Some(pod) = self.cluster.pods.get(place) else { return self.nobody("") };
        let here = self.to.clone();
        if self.place == Place::Nodes {
            self.likely(
                "whether the nodes' network leads to pods is up to the cluster's network plugin".to_owned(),
            );
        }
        let pod_of_entry = self.entry.and_then(|e| e.workload).is_some_and(|w| {
            pod.meta.namespace == w.meta.namespace
                && w.labels.iter().all(|(k, v)| pod.meta.labels.get(k) == Some(v))
        });
        let endpoint = Alternative {
            id: format!("pod:{}", pod.meta.full_name()),
            title: pod.meta.full_name(),
            socket: here,
            node: pod.spec.node.clone(),
            unavailable: None,
        };
        if pod_of_entry && matches!(self.what, What::Http { .. }) {
            return self.controller(endpoint);
        }
        self.received(None, endpoint.clone(), vec![endpoint], Some(pod.meta.span))
    }

    fn go_to_service(&mut self, namespace: &str, name: &str, port: u16) -> End {
        let Some(service) = self.cluster.service(namespace, name) else {
            self.to.port = Port::Number(port);
            self.to.address = Address::Unknown(format!("{namespace}/{name}"));
            self.send_from_client();
            return self.stranded(format!("there is no Service {namespace}/{name}"));
        };
        self.to.port = Port::Number(port);
        if self.place == Place::Pod || service.service_type == ServiceType::ExternalName {
            let host = format!("{name}.{namespace}.svc.cluster.local");
            self.to.address = Address::known(&host);
            self.send_from_client();
            return self.go_to_name(&host, port);
        }
        let port_here = door::port_of(service, port, self.protocol);
        match service.service_type {
            ServiceType::LoadBalancer => {
                self.to.address = self.balancer_address(service);
                self.send_from_client();
                self.go_to_balancer(service, port, true)
            }
            ServiceType::NodePort if port_here.is_some() => self.go_to_any_node(service, port_here),
            _ => match service.external_ips.first() {
                Some(ip) => self.go_to_host(&ip.value, port),
                None => {
                    self.to.address = cluster_ip(service);
                    self.send_from_client();
                    if service.is_headless() {
                        return self.stranded(format!(
                            "Service {} is headless: only the cluster's DNS knows its pods",
                            service.meta.full_name()
                        ));
                    }
                    self.go_to_cluster_ip(service, port)
                }
            },
        }
    }

    /// Through a node port, at a node that the client picks.
    fn go_to_any_node(&mut self, service: &'a Service, port: Option<&'a ServicePort>) -> End {
        let Some(port) = port else { return self.nobody("") };
        let number = node_port(port);
        self.to.port = number;
        let nodes = self.nodes.clone();
        let why = |n: &Node<'_>| match self.place {
            Place::Internet if n.name.is_some() && n.external.is_none_or(door::is_private) => {
                Some("it has no address on the internet".to_owned())
            }
            _ if n.down => Some("the node is not ready".to_owned()),
            _ => None,
        };
        let mut choice = Choice { how: "the client picks", of: Vec::new(), omitted: 0, picked: None };
        choice.of.extend(nodes.iter().take(Choice::MOST).map(|n| {
            let mut it = n.alternative(number, why(n));
            if let (Place::Internet, Some(external)) = (self.place, n.external) {
                it.socket.address = Address::known(external);
            }
            it
        }));
        choice.omitted = nodes.len().saturating_sub(Choice::MOST);
        let picked = self.pick(&mut choice);
        self.to.address =
            picked.as_ref().map_or_else(|| Address::Unknown("node".to_owned()), |p| p.socket.address.clone());
        let place = choice.picked.unwrap_or_default();
        self.send_from_client();
        if let Some(client) = self.hops.last_mut() {
            client.choice = Some(choice);
            client
                .risks
                .push("the client names one node: when that node is gone, so is the way in".to_owned());
        }
        let Some(node) = nodes.get(place).copied().filter(|_| picked.is_some()) else {
            return self.stranded(format!("no node has an address that the client can reach, so node port {number} of Service {} cannot be reached", service.meta.full_name()));
        };
        self.reach_node(&node);
        self.kube_proxy(service, port, Via::NodePort, node)
    }

    /// What stands between the client and a node.
    fn reach_node(&mut self, node: &Node<'_>) {
        if self.place == Place::Internet && node.name.is_none() {
            self.doubt(Certainty::Unknowable(
                "whether the nodes have addresses on the internet is not in the manifests".to_owned(),
            ));
        }
    }

    /// The packet's destination is a node.
    pub fn go_to_node(&mut self, place: usize, port: u16) -> End {
        let Some(node) = self.nodes.get(place).copied() else { return self.nobody("") };
        let services = self.cluster.services.iter().filter(|s| s.admitted);
        let held = |p: &&ServicePort| {
            p.protocol == self.protocol && p.node_port.as_ref().is_some_and(|n| n.value == port)
        };
        let found = services.clone().find_map(|s| Some((s, s.ports.iter().find(held)?)));
        if let Some((service, service_port)) = found {
            return self.kube_proxy(service, service_port, Via::NodePort, node);
        }
        if let Some(end) = self.on_node(&node, port) {
            return end;
        }
        let mut hop = self.hop(Actor::Node, node.id(), node.title());
        hop.node = node.name.map(str::to_owned);
        if let Some(service) = services.clone().find(|s| s.health_check_node_port == Some(port)) {
            let name = service.meta.full_name();
            hop.service = Some(name.clone());
            let why = format!(
                "kube-proxy answers health checks for Service {name} here: 200 where this node has one of its endpoints, else 503"
            );
            return self.stop(hop, EndKind::Answered, why);
        }
        let open = |s: &&Service| {
            matches!(s.service_type, ServiceType::NodePort | ServiceType::LoadBalancer)
                && s.ports.iter().any(|p| p.protocol == self.protocol && node_port(p) == Port::Allocated)
                && s.allocate_load_balancer_node_ports
        };
        let why = match services.clone().find(open).filter(|_| (30_000..=32_767).contains(&port)) {
            Some(service) => {
                let why = format!(
                    "port {port} may be the node port that the cluster picks for Service {}, or another",
                    service.meta.full_name()
                );
                self.doubt(Certainty::Unknowable(why.clone()));
                return self.stop(hop, EndKind::Unknown, why);
            }
            None => format!("no Service has the node port {port} and no pod in the manifests holds it"),
        };
        self.likely("a node may run more than the manifests say".to_owned());
        self.stop(hop, EndKind::Refused, why)
    }

    /// Pods that hold a port of their node.
    fn on_node(&mut self, node: &Node<'a>, port: u16) -> Option<End> {
        let protocol = self.protocol;
        let pods = self
            .cluster
            .pods
            .iter()
            .filter(|p| p.admitted && p.spec.node.as_deref() == node.name && node.name.is_some());
        let pods = pods.map(|p| (&p.meta, &p.spec, p.ip.as_deref(), true));
        let workloads =
            self.cluster.workloads.iter().filter(|w| w.admitted).map(|w| (&w.meta, &w.spec, None, false));
        let (meta, spec, ip, sure, own) = pods
            .chain(workloads)
            .find_map(|(m, s, ip, sure)| Some((m, s, ip, sure, entry::on_node(s, port, protocol)?)))?;
        if !sure {
            self.likely(format!(
                "whether a pod of {} runs on {} is not in the manifests",
                meta.title(),
                node.title()
            ));
        }
        let address = match ip {
            _ if spec.host_network => self.to.address.clone(),
            Some(ip) => Address::known(ip),
            None => Address::Unknown(format!("pod of {}", meta.full_name())),
        };
        let target = Socket { address, port: Port::Number(own) };
        let mut hop = self.hop(Actor::Node, node.id(), node.title());
        hop.node = node.name.map(str::to_owned);
        let kind = if spec.host_network { "hostNetwork" } else { "hostPort" };
        hop.origin = Some(Origin {
            object: meta.title().into(),
            field: kind.to_owned(),
            span: Some(meta.span),
            note: None,
        });
        let text = match spec.host_network {
            true => format!("{} shares its node's network and holds port {port} there", meta.title()),
            false => format!(
                "port {port} of the node is a host port of {}: the destination becomes {target}",
                meta.title()
            ),
        };
        self.to = target.clone();
        self.pass(hop, if spec.host_network { Act::Passes } else { Act::Translates }, text);
        let it = Alternative {
            id: format!("pod:{}", meta.full_name()),
            title: meta.full_name(),
            socket: target,
            node: node.name.map(str::to_owned),
            unavailable: None,
        };
        let is_entry = self.entry.and_then(|e| e.workload).is_some_and(|w| w.meta.index == meta.index);
        if is_entry && matches!(self.what, What::Http { .. }) {
            return Some(self.controller(it));
        }
        Some(self.received(None, it.clone(), vec![it], Some(meta.span)))
    }

    /// An endpoint of a Service is reached: the controller's pod, or the end.
    pub fn arrive(&mut self, service: &'a Service, endpoint: Alternative, all: Vec<Alternative>) -> End {
        let http = matches!(self.what, What::Http { .. });
        if http && !self.asked && self.entry.is_some_and(|e| e.is_behind(service)) {
            return self.controller(endpoint);
        }
        self.received(Some(service), endpoint, all, None)
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
        match (found, self.nodes.as_slice()) {
            (Some(node), _) => *node,
            (None, [only]) => *only,
            _ => Node::default(),
        }
    }

    /// One of the nodes, where it is open which.
    pub fn some_node(&self) -> Node<'a> {
        match self.nodes.as_slice() {
            [only] => *only,
            _ => Node::default(),
        }
    }

    /// Picks what this journey goes on with: the next of those available, for each turn.
    pub fn pick(&self, choice: &mut Choice) -> Option<Alternative> {
        let open: Vec<usize> = (0..choice.of.len())
            .filter(|&i| choice.of.get(i).is_some_and(|a| a.unavailable.is_none()))
            .collect();
        // The same client is kept at the same endpoint.
        let turn = if choice.how == "ClientIP" { 0 } else { self.setting.turn as usize };
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
        Some(ip) => Address::known(ip),
        None => Address::Unknown(format!("cluster IP of {}", service.meta.full_name())),
    }
}

/// The node port, or that the cluster picks one.
pub(super) fn node_port(port: &ServicePort) -> Port {
    port.node_port.as_ref().map_or(Port::Allocated, |n| Port::Number(n.value))
}

/// A `Host` without its port and brackets.
fn host_only(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}
