//! Requests: by name to the controller, and from the controller on.

use super::door;
use super::entry::Entry;
use super::nodes::Node;
use super::proxy::Via;
use super::walk::{Walk, available, cluster_ip, field, node_port};
use super::*;
use crate::cluster::{Ingress, Protocol, Service, ServicePort, ServiceType};
use crate::routing::{Action, Answer, Certainty, Origin, Target};

/// What makes a Service's pods a Google balancer's own backends.
const NEG: &str = "cloud.google.com/neg";

impl<'a> Walk<'a> {
    /// A name that only whoever runs its zone knows the address of: it is taken to be the controller's.
    pub fn go_to_entry(&mut self, name: &str, port: u16) -> End {
        let zone = format!(
            "the manifests do not say which address {name} has: DNS is taken to name the one where the controller is reached"
        );
        if name.is_empty() {
            let hop = self.hop(Actor::External, "external:".to_owned(), "nowhere".to_owned());
            let why = "the request names no host, so it is not known where it is sent".to_owned();
            self.doubt(Certainty::Unknowable(why.clone()));
            return self.stop(hop, EndKind::Unknown, why);
        }
        self.likely(zone);
        let address = self.entry_address(port);
        self.resolve(name, address, None);
        self.go_to_entry_at(port)
    }

    /// The address of the controller's door, as clients here know it.
    fn entry_address(&self, port: u16) -> Address {
        let unknown = || Address::Unknown("entry".to_owned());
        if self.is_google() {
            return match self.google_ingress().and_then(|i| i.1) {
                Some(address) => Address::Known(address),
                None => Address::Unknown("Google Cloud load balancer".to_owned()),
            };
        }
        let Some(entry) = self.entry else { return unknown() };
        match entry.service {
            Some(service) if self.before(service) => self.balancer_address(service),
            Some(service) if !service.external_ips.is_empty() => {
                service.external_ips.first().map_or_else(unknown, |ip| Address::known(&ip.value))
            }
            _ if entry.workload.is_some_and(|w| w.on_node(port, Protocol::Tcp).is_some()) => self.a_node(),
            Some(service) => match service.service_type {
                ServiceType::NodePort => self.a_node(),
                _ => cluster_ip(service),
            },
            None => unknown(),
        }
    }

    /// Whether a load balancer stands before a Service: its type says so, or somebody runs one of their
    /// own before node ports.
    fn before(&self, service: &Service) -> bool {
        match service.service_type {
            ServiceType::LoadBalancer => true,
            ServiceType::NodePort => self.setting.cloud == Some(Cloud::BareMetal),
            _ => false,
        }
    }

    /// Of the nodes, the first that clients here can name.
    fn a_node(&self) -> Address {
        let mut nodes = self.nodes.iter().filter(|n| !n.down);
        match self.place {
            Place::Internet => {
                let outer = nodes.find_map(|n| n.external.or(n.internal).filter(|a| !door::is_private(a)));
                outer.map_or_else(|| Address::Unknown("node".to_owned()), Address::known)
            }
            _ => nodes.next().map_or_else(|| Address::Unknown("node".to_owned()), Node::address),
        }
    }

    /// Whether a port of an address that nothing in the manifests has may be the controller's.
    pub fn entry_may_be_at(&self, port: u16) -> bool {
        let listens = match self.entry.and_then(|e| e.service) {
            Some(service) => service
                .ports
                .iter()
                .any(|p| p.port.value == port || p.node_port.as_ref().is_some_and(|n| n.value == port)),
            None => false,
        };
        matches!(self.what, What::Http { .. })
            && (listens || matches!(port, 80 | 443))
            && self.entry_is_open()
    }

    /// Whether the manifests leave open at which address the controller is reached.
    fn entry_is_open(&self) -> bool {
        if self.is_google() {
            return self.google_ingress().is_none_or(|(_, address)| address.is_none());
        }
        let Some(entry) = self.entry else { return true };
        match entry.service {
            Some(service) if self.before(service) => {
                service.load_balancer_ingress.iter().all(|i| i.ip.is_none())
            }
            Some(service) if service.service_type == ServiceType::ClusterIP => {
                entry.workload.is_some_and(|w| {
                    w.on_node(80, Protocol::Tcp).is_some() || w.on_node(443, Protocol::Tcp).is_some()
                }) && self.nodes.iter().all(|n| n.internal.is_none())
            }
            _ => self.nodes.iter().all(|n| n.internal.is_none()),
        }
    }

    /// The packet's destination is the controller's door.
    pub fn go_to_entry_at(&mut self, port: u16) -> End {
        if self.is_google() {
            return self.google();
        }
        let Some(entry) = self.entry else { return self.assumed_controller() };
        if entry.workload.is_none() {
            self.likely(
                "the manifests hold only the controller's Service: it is known by its labels".to_owned(),
            );
        }
        let on_node = entry.workload.and_then(|w| w.on_node(port, Protocol::Tcp));
        match entry.service {
            Some(service) if self.before(service) => self.go_to_balancer(service, port, true),
            Some(service) if !service.external_ips.is_empty() => {
                match door::port_of(service, port, Protocol::Tcp) {
                    Some(listener) => {
                        let node = self.some_node();
                        self.kube_proxy(service, listener, Via::ExternalIp, node)
                    }
                    None => self.no_port(service, port, self.some_node()),
                }
            }
            _ if on_node.is_some() => self.controller_on_node(entry, port),
            Some(service) if service.service_type == ServiceType::NodePort => {
                self.entry_node_port(service, port)
            }
            Some(service) => {
                if self.place == Place::Pod {
                    let node = self.node_of_client();
                    return match door::port_of(service, port, Protocol::Tcp) {
                        Some(listener) => self.kube_proxy(service, listener, Via::ClusterIp, node),
                        None => self.no_port(service, port, node),
                    };
                }
                let node = Node::default();
                let mut hop = self.hop(Actor::Node, node.id(), node.title());
                hop.service = Some(service.meta.full_name());
                hop.origin = Some(field(service, "spec.type", service.place("type")));
                let why = format!(
                    "the controller's Service {} is a ClusterIP: nothing leads to it from outside the cluster",
                    service.meta.full_name()
                );
                self.likely("something that the manifests do not hold may stand before it".to_owned());
                self.stop(hop, EndKind::Unreachable, why)
            }
            None => self.assumed_controller(),
        }
    }

    /// The controller's Service is of type NodePort: the URL has to name the port.
    fn entry_node_port(&mut self, service: &'a Service, port: u16) -> End {
        let held = |p: &&ServicePort| p.node_port.as_ref().is_some_and(|n| n.value == port);
        let node = self.nodes.iter().find(|n| self.to.address.as_known().is_some_and(|a| n.has(a))).copied();
        let node = node.unwrap_or_else(|| self.some_node());
        if let Some(listener) = service.ports.iter().find(held) {
            return self.kube_proxy(service, listener, Via::NodePort, node);
        }
        let mut hop = self.hop(Actor::Node, node.id(), node.title());
        hop.service = Some(service.meta.full_name());
        hop.origin = Some(field(service, "spec.type", service.place("type")));
        let ports: Vec<String> = service.ports.iter().map(|p| node_port(p).to_string()).collect();
        let why = format!(
            "nodes do not listen on port {port}: the controller's Service {} is reached at the node ports {}",
            service.meta.full_name(),
            ports.join(", ")
        );
        self.likely("a balancer that the manifests do not hold may stand before the nodes".to_owned());
        self.stop(hop, EndKind::Refused, why)
    }

    /// The controller holds the port on its nodes, with `hostNetwork` or a `hostPort`.
    fn controller_on_node(&mut self, entry: Entry<'a>, port: u16) -> End {
        let place = self.nodes.iter().position(|n| self.to.address.as_known().is_some_and(|a| n.has(a)));
        if let Some(place) = place {
            return self.go_to_node(place, port);
        }
        let Some(runs) = entry.workload else { return self.assumed_controller() };
        let node = self.some_node();
        let mut hop = self.hop(Actor::Node, node.id(), node.title());
        hop.node = node.name.map(str::to_owned);
        let kind = if runs.spec.host_network { "hostNetwork" } else { "hostPort" };
        hop.origin = Some(Origin {
            object: runs.meta.title().into(),
            field: kind.to_owned(),
            span: Some(runs.meta.span),
            note: None,
        });
        let inner = runs.on_node(port, Protocol::Tcp).unwrap_or(port);
        let target = match runs.spec.host_network {
            true => self.to.clone(),
            false => Socket {
                address: Address::Unknown(format!("pod of {}", runs.meta.full_name())),
                port: Port::Number(inner),
            },
        };
        self.to = target.clone();
        let text = format!("{} holds port {port} of its node", runs.meta.title());
        self.pass(hop, if runs.spec.host_network { Act::Passes } else { Act::Translates }, text);
        let pod = Alternative {
            id: format!("pod:{}", runs.meta.full_name()),
            title: runs.meta.full_name(),
            socket: target,
            node: node.name.map(str::to_owned),
            unavailable: None,
        };
        self.controller(pod)
    }

    fn assumed_controller(&mut self) -> End {
        self.likely("the manifests do not hold the controller: it is taken to run, and to be reached at this address and port".to_owned());
        let pod = Alternative {
            id: "controller".to_owned(),
            title: "controller".to_owned(),
            socket: self.to.clone(),
            node: None,
            unavailable: None,
        };
        self.controller(pod)
    }

    /// A pod of the controller has the request: its table's answer decides.
    pub fn controller(&mut self, pod: Alternative) -> End {
        let What::Http { table, .. } = self.what else {
            return self.received(None, pod.clone(), vec![pod], None);
        };
        let title = crate::controller::find(table.controller).map_or(table.controller, |c| c.title);
        let mut hop = self.hop(Actor::Controller, "controller".to_owned(), title.to_owned());
        hop.node = pod.node;
        hop.protocol = self.spoken;
        let own = pod.socket.address;
        let how = match table.controller {
            "ingress-nginx" => "round_robin",
            "traefik" | "traefik-ingress-nginx" => "wrr",
            _ => "as the controller is set",
        };
        self.layer_seven(hop, own, how)
    }

    /// Whoever reads HTTP answers, or opens a connection to a backend.
    fn layer_seven(&mut self, mut hop: Hop, own: Address, how: &'static str) -> End {
        let What::Http { table, outcome, .. } = self.what else {
            return self.stop(hop, EndKind::Unknown, String::new());
        };
        self.asked = true;
        self.doubt(outcome.certainty.clone());
        let route = outcome.routes.first().and_then(|id| table.route(*id));
        hop.origin = route.map(|r| r.origin.clone());
        let targets = match &outcome.answer {
            Answer::Forward { targets, .. } => targets,
            Answer::Redirect { status, location } => {
                return self.stop(
                    hop,
                    EndKind::Answered,
                    format!("it sends the client to {location} with {status}"),
                );
            }
            Answer::Respond { status, why } => {
                return self.stop(hop, EndKind::Answered, format!("it answers {status} itself: {why}"));
            }
        };
        match (&self.client, hop.client == ClientAddress::Hidden) {
            (_, true) => hop.risks.push(format!("X-Forwarded-For names {}, not the client", self.from)),
            _ => self.client = ClientAddress::Told("X-Forwarded-For"),
        }
        self.from = own;
        self.place = Place::Pod;
        self.own_node.clone_from(&hop.node);
        self.go_to_backend(hop, targets, how)
    }

    /// From whoever reads HTTP to one of the Services that the route names.
    fn go_to_backend(&mut self, mut hop: Hop, targets: &'a [Target], how: &'static str) -> End {
        let turn = self.setting.turn as usize;
        let weighted: Vec<&Target> = targets.iter().filter(|t| t.weight != Some(0)).collect();
        let Some(target) = turn.checked_rem(weighted.len()).and_then(|i| weighted.get(i)) else {
            return self.stop(hop, EndKind::Answered, "no backend has a weight".to_owned());
        };
        let name = target.service.as_str();
        let service =
            name.split_once('/').and_then(|(namespace, name)| self.cluster.service(namespace, name));
        hop.service = Some(name.to_owned());
        hop.port = target.port;
        let port = service.and_then(|s| s.ports.iter().find(|p| Some(p.port.value) == target.port));
        if targets.len() > 1 {
            hop.risks.push(format!("of {} backends, this request goes to {name}", targets.len()));
        }
        let Some(service) = service else {
            return self.go_to_assumed(hop, name, target.port, how);
        };
        if service.service_type == ServiceType::ExternalName {
            let address = service.external_name.as_ref().map_or("", |n| n.value.as_str());
            self.to = Socket {
                address: Address::known(address),
                port: target.port.map_or(Port::Unknown, Port::Number),
            };
            let text =
                format!("a new connection is opened to {address}, the external name of Service {name}");
            self.pass(hop, Act::Proxies, text);
            return self.outside(service, address);
        }
        let Some(port) = port else {
            return self.go_to_assumed(hop, name, target.port, how);
        };
        if self.by_service_address(name, target.port) {
            self.to = Socket { address: cluster_ip(service), port: Port::Number(port.port.value) };
            let text = format!(
                "a new connection is opened to {}, the address of Service {name}: kube-proxy chooses the pod",
                self.to
            );
            self.pass(hop, Act::Proxies, text);
            let node = self.node_of_client();
            return self.kube_proxy(service, port, Via::ClusterIp, node);
        }
        let mut choice = self.endpoints(service, port);
        if choice.of.is_empty() {
            choice.of.push(super::proxy::assumed(service, port));
        }
        choice.how = how;
        let Some(picked) = self.pick(&mut choice) else {
            // The table forwards there all the same: to endpoints that it takes although they are not
            // ready.
            let why = format!("no endpoint of Service {name} is ready");
            hop.choice = Some(choice);
            self.doubt(Certainty::Likely(why.clone()));
            return self.stop(hop, EndKind::Refused, why);
        };
        self.to = picked.socket.clone();
        let all = available(&choice);
        hop.choice = Some(choice);
        let text = format!(
            "a new connection is opened to {}, straight to a pod of Service {name}: its cluster IP is not used",
            self.to
        );
        self.pass(hop, Act::Proxies, text);
        self.received(Some(service), picked, all, None)
    }

    fn outside(&mut self, service: &Service, name: &str) -> End {
        let mut hop = self.hop(Actor::External, format!("external:{name}"), name.to_owned());
        hop.service = Some(service.meta.full_name());
        let why = format!("{name} is outside the cluster: what answers there is not in the manifests");
        self.likely(why.clone());
        let it = Alternative {
            id: hop.id.clone(),
            title: name.to_owned(),
            socket: self.to.clone(),
            node: None,
            unavailable: None,
        };
        End { endpoints: vec![it], ..self.stop(hop, EndKind::Reached, why) }
    }

    /// A backend that the manifests do not have as a Service.
    fn go_to_assumed(&mut self, mut hop: Hop, name: &str, port: Option<u16>, how: &'static str) -> End {
        self.likely(format!(
            "the manifests do not hold Service {name} with this port: some pod is taken to be ready behind it"
        ));
        self.to = Socket { address: Address::Unknown(format!("pod of {name}")), port: Port::Unknown };
        let pod = Alternative {
            id: format!("pods:{name}"),
            title: format!("a pod of {name}"),
            socket: self.to.clone(),
            node: None,
            unavailable: None,
        };
        hop.choice = Some(Choice { how, of: vec![pod.clone()], omitted: 0, picked: Some(0) });
        hop.port = port;
        self.pass(hop, Act::Proxies, format!("a new connection is opened to a pod of Service {name}"));
        self.received(None, pod.clone(), vec![pod], None)
    }

    /// Whether the controller sends to the Service's own address, and leaves the pod to kube-proxy.
    fn by_service_address(&self, service: &str, port: Option<u16>) -> bool {
        let What::Http { table, outcome, .. } = self.what else { return false };
        let steps = outcome.routes.iter().filter_map(|id| table.route(*id)).flat_map(|r| &r.steps);
        let forwards = steps.filter_map(|step| match &step.action {
            Action::Forward(forward) => Some(forward),
            _ => None,
        });
        forwards
            .flat_map(|f| &f.backends)
            .filter_map(|w| table.backend(w.backend))
            .any(|b| b.by_address && b.service == service && b.port == port)
    }

    // ---- Google Cloud: no controller in the cluster ----

    /// Whether Google Cloud itself answers for the Ingress: nobody else is in the manifests, and the
    /// Ingress has its class or none.
    fn is_google(&self) -> bool {
        self.entry.is_none()
            && self.setting.cloud.or_else(|| self.cloud_of_nodes()) == Some(Cloud::Gcp)
            && self.google_ingress().is_some()
    }

    fn cloud_of_nodes(&self) -> Option<Cloud> {
        let ids = self.cluster.nodes.iter().filter_map(|n| n.provider_id.as_deref());
        ids.map(|id| id.starts_with("gce://")).next().filter(|gce| *gce).map(|_| Cloud::Gcp)
    }

    /// The Ingress that answered, if Google Cloud takes it, and its address where the manifests have it.
    fn google_ingress(&self) -> Option<(&'a Ingress, Option<String>)> {
        let What::Http { table, outcome, .. } = self.what else { return None };
        let object = outcome.routes.first().and_then(|id| table.route(*id)).map(|r| r.origin.object.clone());
        let ingresses = self.cluster.ingresses.iter().filter(|i| i.admitted);
        let mut ingresses = ingresses.filter(|i| {
            let class = i.class_name.as_ref().map(|c| c.value.as_str());
            let class =
                class.or(i.meta.annotation("kubernetes.io/ingress.class").map(|a| a.value.value.as_str()));
            matches!(class.unwrap_or(""), "" | "gce" | "gce-internal")
        });
        match object {
            Some(object) => ingresses.find(|i| i.meta.title() == *object),
            None => ingresses.next(),
        }
        .map(|i| (i, None))
    }

    /// Google Cloud's own balancer reads the request and sends it to pods (network endpoint groups) or
    /// node ports (instance groups).
    fn google(&mut self) -> End {
        let Some((ingress, _)) = self.google_ingress() else { return self.assumed_controller() };
        let name = ingress.meta.full_name();
        let mut hop = self.hop(
            Actor::Balancer,
            format!("balancer:{name}"),
            "Google Cloud application load balancer".to_owned(),
        );
        hop.protocol = self.spoken;
        hop.origin = Some(Origin {
            object: ingress.meta.title().into(),
            field: String::new(),
            span: Some(ingress.meta.span),
            note: None,
        });
        hop.risks.push(
            "no controller runs in the cluster: Google Cloud makes this load balancer for the Ingress"
                .to_owned(),
        );
        let own = Address::Unknown("Google front end".to_owned());
        let What::Http { outcome, .. } = self.what else { return self.assumed_controller() };
        let Answer::Forward { targets, .. } = &outcome.answer else {
            return self.layer_seven(hop, own, "round robin");
        };
        let first = targets.iter().find(|t| t.weight != Some(0));
        let found = first.and_then(|t| {
            let (namespace, name) = t.service.split_once('/')?;
            let service = self.cluster.service(namespace, name)?;
            Some((service, service.ports.iter().find(|p| Some(p.port.value) == t.port)?))
        });
        let Some((service, port)) = found else { return self.layer_seven(hop, own, "round robin") };
        let neg = service.meta.annotation(NEG).map(|a| a.value.value.replace(' ', ""));
        let grouped = neg.as_deref().is_some_and(|v| v.contains("\"ingress\":true"));
        if grouped || !matches!(service.service_type, ServiceType::NodePort | ServiceType::LoadBalancer) {
            return self.layer_seven(hop, own, "round robin");
        }
        self.likely(format!("in a VPC-native cluster, Google Cloud may send to the pods of Service {} instead of its node port", service.meta.full_name()));
        self.asked = true;
        self.doubt(outcome.certainty.clone());
        self.client = ClientAddress::Told("X-Forwarded-For");
        self.from = own;
        // From here on the packet comes from outside the cluster, on the network of the nodes.
        self.place = Place::Nodes;
        let node = self.some_node();
        self.to = Socket { address: node.address(), port: node_port(port) };
        hop.service = Some(service.meta.full_name());
        hop.port = Some(port.port.value);
        let text = format!(
            "a new connection is opened to {}, the node port of Service {}",
            self.to,
            service.meta.full_name()
        );
        self.pass(hop, Act::Proxies, text);
        self.kube_proxy(service, port, Via::NodePort, node)
    }
}
