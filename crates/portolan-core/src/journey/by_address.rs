//! By address: whose it is, and what takes the packet there.

use super::door::{self, Door};
use super::entry;
use super::nodes::Node;
use super::proxy::Via;
use super::walk::{Walk, cluster_ip, field, node_port};
use super::*;
use crate::cluster::{Service, ServicePort, ServiceType};
use crate::routing::{Certainty, Origin};

impl<'a> Walk<'a> {
    pub fn go_to_address(&mut self, address: &'a str, port: u16) -> End {
        let door = door::find(self.cluster, &self.nodes, address, port, self.protocol);
        // Who names a private address that nobody else knows stands where it leads somewhere.
        let strange = door.is_none()
            && !self.may_be_a_node(port)
            && self.entry_may_be_at(port)
            && !door::is_somebodys(self.cluster, address);
        match self.shut_out(&self.to.address) {
            Some(why) if !strange => return self.stranded(why),
            Some(_) => {
                self.likely(format!(
                    "{address} is a private address that nothing in the manifests has: the client is taken to stand where it reaches the controller there"
                ));
                return self.go_to_entry_at(port);
            }
            None => {}
        }
        match door {
            Some(Door::ClusterIp(service)) => self.go_to_cluster_ip(service, port),
            Some(Door::Balancer(service)) => self.go_to_balancer(service, port, true),
            Some(Door::ExternalIp(service)) => self.go_to_external_ip(service, port),
            Some(Door::Node(place)) => self.go_to_node(place, port),
            Some(Door::Pod(place)) => self.go_to_pod(place),
            Some(Door::Endpoint(service, service_port)) => {
                self.over_pod_network();
                let all = self.endpoints(service, service_port);
                let it = |a: &&Alternative| {
                    a.socket.address.as_known().is_some_and(|own| door::same(own, address))
                };
                match all.of.iter().find(it).cloned() {
                    Some(mut endpoint) => {
                        // Nobody has chosen it: whether it is ready is not asked.
                        if let Some(why) = endpoint.unavailable.take() {
                            self.likely(format!("{} may not answer: {why}", endpoint.title));
                        }
                        match self.is_entry(service) {
                            true => self.controller(endpoint),
                            false => self.received(None, endpoint.clone(), vec![endpoint], None),
                        }
                    }
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
    pub fn may_be_a_node(&self, port: u16) -> bool {
        let mut services = self.cluster.services.iter().filter(|s| s.admitted);
        self.nodes.iter().all(|n| n.internal.is_none() && n.external.is_none())
            && services.any(|s| {
                let mut ports = s.ports.iter().filter(|p| p.protocol == self.protocol);
                ports.any(|p| p.node_port.as_ref().is_some_and(|n| n.value == port))
            })
    }

    pub fn nobody(&mut self, address: &str) -> End {
        let why = format!("nothing in the manifests has the address {address}");
        self.doubt(Certainty::Unknowable(why.clone()));
        let hop = self.hop(Actor::External, format!("external:{address}"), address.to_owned());
        self.stop(hop, EndKind::Unknown, why)
    }

    /// The address is a Service's cluster IP.
    pub fn go_to_cluster_ip(&mut self, service: &'a Service, port: u16) -> End {
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
    pub fn go_to_external_ip(&mut self, service: &'a Service, port: u16) -> End {
        let own = self.nodes.iter().find(|n| self.to.address.as_known().is_some_and(|a| n.has(a)));
        let node = match (own.copied(), self.place) {
            (Some(node), _) => node,
            (None, Place::Pod) => self.node_of_client(),
            (None, _) => {
                self.likely(format!(
                    "the network is taken to lead {} to a node of the cluster",
                    self.to.address
                ));
                self.some_node()
            }
        };
        match door::port_of(service, port, self.protocol) {
            Some(service_port) => self.kube_proxy(service, service_port, Via::ExternalIp, node),
            None => self.no_port(service, port, node),
        }
    }

    /// The packet's destination is a pod.
    pub fn over_pod_network(&mut self) {
        if self.place != Place::Pod {
            self.likely(
                "whether a network outside the cluster leads to pods is up to its network plugin".to_owned(),
            );
        }
    }

    pub fn go_to_pod(&mut self, place: usize) -> End {
        let Some(pod) = self.cluster.pods.get(place) else { return self.nobody("") };
        let here = self.to.clone();
        self.over_pod_network();
        if pod.ready == Some(false) {
            self.likely(format!("{} may not answer: it is not ready", pod.meta.full_name()));
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

    pub fn go_to_service(&mut self, namespace: &str, name: &str, port: u16) -> End {
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
                if let Some(why) = self.shut_out(&self.to.address) {
                    return self.stranded(why);
                }
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
    pub fn go_to_any_node(&mut self, service: &'a Service, port: Option<&'a ServicePort>) -> End {
        let Some(port) = port else { return self.nobody("") };
        let number = node_port(port);
        self.to.port = number;
        let nodes = self.nodes.clone();
        let why = |n: &Node<'_>| match self.place {
            Place::Internet if n.complete && n.external.or(n.internal).is_none_or(door::is_private) => {
                Some("it has no address on the internet".to_owned())
            }
            _ if n.down => Some("the node is not ready".to_owned()),
            _ => None,
        };
        let mut choice = Choice { how: "the client's choice", of: Vec::new(), omitted: 0, picked: None };
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

    /// Why the internet has no route to an address, if it has none.
    pub fn shut_out(&self, address: &Address) -> Option<String> {
        let address = address.as_known().filter(|a| self.place == Place::Internet && door::is_private(a))?;
        Some(format!("{address} is a private address: no route leads there from the internet"))
    }

    /// What stands between the client and a node.
    pub fn reach_node(&mut self, node: &Node<'_>) {
        if self.place == Place::Internet && !node.complete {
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
        if node.down {
            self.likely(format!("{} is not ready, and may not answer at all", node.title()));
        }
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
            None => format!(
                "no Service has the {} node port {port} and no pod in the manifests holds it",
                self.protocol.as_str()
            ),
        };
        self.likely("a node may run more than the manifests say".to_owned());
        self.stop(hop, EndKind::Refused, why)
    }

    /// Pods that hold a port of their node.
    pub fn on_node(&mut self, node: &Node<'a>, port: u16) -> Option<End> {
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
}
