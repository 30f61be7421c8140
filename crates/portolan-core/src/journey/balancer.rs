//! Load balancers before the cluster, and the floating IP before some of them.

use super::cloud::Way;
use super::door;
use super::nodes::Node;
use super::proxy::Via;
use super::walk::{Walk, available, field, node_port};
use super::*;
use crate::cluster::{Service, ServicePort, TrafficPolicy};

impl<'a> Walk<'a> {
    /// The address by which clients where this one stands know the balancer.
    pub fn balancer_address(&self, service: &Service) -> Address {
        let cloud = self.cloud(service).0;
        let of_status = service.load_balancer_ingress.iter();
        let known = of_status.filter_map(|i| i.ip.as_deref()).next();
        let known = known.or(service.load_balancer_ip.as_ref().map(|ip| ip.value.as_str()));
        let known = known.filter(|ip| self.place != Place::Internet || !door::is_private(ip));
        match (known, self.place) {
            (Some(address), _) => Address::known(address),
            (None, Place::Internet) if cloud.has_floating_ip() => {
                Address::Unknown(format!("floating IP of {}", service.meta.full_name()))
            }
            _ => Address::Unknown(format!("load balancer of {}", service.meta.full_name())),
        }
    }

    /// The cloud that a Service's balancer is of, and whether somebody or something said so.
    fn cloud(&self, service: &Service) -> (Cloud, bool) {
        match self.setting.cloud {
            Some(cloud) => (cloud.refined(service), true),
            None => Cloud::of(self.cluster, service).map_or((Cloud::Generic, false), |cloud| (cloud, true)),
        }
    }

    /// The packet's destination is the address of a Service's balancer. `by_address`: nodes know it, too.
    pub fn go_to_balancer(&mut self, service: &'a Service, port: u16, by_address: bool) -> End {
        let name = service.meta.full_name();
        let (cloud, said) = self.cloud(service);
        let listener = door::port_of(service, port, self.protocol);
        let proxied = service.load_balancer_ingress.iter().any(|i| i.proxy && i.ip.is_some());
        if self.place == Place::Pod && by_address && !proxied {
            // kube-proxy knows the address from the Service's status and takes the packet before it
            // leaves the node.
            let node = self.node_of_client();
            return match listener {
                Some(listener) => self.kube_proxy(service, listener, Via::Balancer, node),
                None => self.no_port(service, port, node),
            };
        }
        if service.load_balancer_ingress.is_empty() {
            self.likely(format!("status.loadBalancer of Service {name} is empty: its address stays <pending> until somebody makes a load balancer for it"));
        }
        if !said {
            self.likely("the manifests do not say which cloud makes load balancers: one that sends to node ports is assumed".to_owned());
        }
        if self.setting.cloud.is_none() {
            self.cloud_doubts(cloud);
        }
        if self.place == Place::Internet && cloud.internal(service) {
            let mut hop = self.hop(Actor::Balancer, format!("balancer:{name}"), cloud.title().to_owned());
            hop.service = Some(name.clone());
            let why = format!(
                "the load balancer of Service {name} is internal: no route leads there from the internet"
            );
            return self.stop(hop, EndKind::Unreachable, why);
        }
        if self.place == Place::Internet && cloud.has_floating_ip() {
            self.floating_ip(service, &name);
        }
        let Some(listener) = listener else {
            let mut hop = self.hop(Actor::Balancer, format!("balancer:{name}"), cloud.title().to_owned());
            hop.service = Some(name.clone());
            hop.origin = Some(field(service, "spec.ports", service.place("ports")));
            let why = format!(
                "the load balancer of Service {name} does not listen on {} port {port}",
                self.protocol.as_str()
            );
            return self.stop(hop, EndKind::Unreachable, why);
        };
        self.balance(service, listener, cloud)
    }

    /// What manifests leave open where nobody chose the cloud.
    fn cloud_doubts(&mut self, cloud: Cloud) {
        let why = match cloud {
            Cloud::OpenStack => {
                "the manifests do not say which provider Octavia uses: amphora is assumed, not ovn"
            }
            Cloud::MetalLbL2 if !self.cluster.others.iter().any(|o| o.meta.kind == "L2Advertisement") => {
                "the manifests do not say how MetalLB announces addresses: layer 2 is assumed, not BGP"
            }
            _ => return,
        };
        self.likely(why.to_owned());
    }

    /// The public address that Neutron's router translates to the balancer's own.
    fn floating_ip(&mut self, service: &Service, name: &str) {
        let own = service.load_balancer_ingress.iter().filter_map(|i| i.ip.as_deref());
        let vip = own.into_iter().find(|ip| door::is_private(ip));
        let mut hop = self.hop(Actor::FloatingIp, format!("floating-ip:{name}"), "floating IP".to_owned());
        hop.service = Some(name.to_owned());
        hop.origin = service
            .load_balancer_ingress
            .first()
            .map(|i| field(service, "status.loadBalancer.ingress[0]", i.span));
        if vip.is_some() {
            hop.risks.push(format!(
                "the address of Service {name} is a private one: somebody has to attach a floating IP to it"
            ));
            self.likely(format!(
                "a floating IP is taken to be attached to the load balancer of Service {name}"
            ));
        }
        let before = self.to.address.clone();
        self.to.address = vip.map_or_else(|| Address::Unknown(format!("VIP of {name}")), Address::known);
        let text = format!(
            "the router rewrites the floating IP {before} to the load balancer's private VIP {}",
            self.to.address
        );
        self.pass(hop, Act::Translates, text);
    }

    /// The balancer chooses a member of its pool.
    fn balance(&mut self, service: &'a Service, listener: &'a ServicePort, cloud: Cloud) -> End {
        let name = service.meta.full_name();
        let way = cloud.way(service, self.protocol);
        let mut hop = self.hop(Actor::Balancer, format!("balancer:{name}"), cloud.title().to_owned());
        hop.service = Some(name.clone());
        hop.port = Some(listener.port.value);
        hop.origin = Some(match service.load_balancer_ingress.first() {
            Some(ingress) => field(service, "status.loadBalancer.ingress[0]", ingress.span),
            None => field(service, "spec.type", service.place("type")),
        });
        if cloud.filters()
            && let Some(end) = self.source_ranges(&mut hop, service)
        {
            return end;
        }
        if way.to_pods {
            return self.balance_pods(service, listener, hop, way);
        }
        let number = if way.passes { self.to.port } else { node_port(listener) };
        if !way.passes && !service.allocate_load_balancer_node_ports && listener.node_port.is_none() {
            hop.origin = Some(field(
                service,
                "spec.allocateLoadBalancerNodePorts",
                service.place("allocateLoadBalancerNodePorts"),
            ));
            let why = format!("Service {name} gets no node ports, and {} sends to node ports", cloud.title());
            return self.stop(hop, EndKind::Unreachable, why);
        }
        let mut choice = self.members(service, listener, cloud, way, number);
        let Some(picked) = self.pick(&mut choice) else {
            let why = format!(
                "the pool of the load balancer of Service {name} has no member that is able to take the packet"
            );
            hop.choice = Some(choice);
            return self.stop(hop, EndKind::Refused, why);
        };
        let node = self.nodes.iter().find(|n| n.name.is_some() && n.name == picked.node.as_deref());
        let node = node.copied().unwrap_or_default();
        let before = self.to.clone();
        let members = choice.of.iter().filter(|a| a.unavailable.is_none()).count() + choice.omitted;
        let text = if way.passes {
            match cloud {
                Cloud::MetalLbL2 => format!(
                    "{} answers for {} on the network, and gets all of its packets",
                    picked.title, before.address
                ),
                _ => format!(
                    "the packet for {before} goes to {} unchanged, chosen by {}",
                    picked.title, way.how
                ),
            }
        } else {
            self.to = picked.socket.clone();
            match way.proxies {
                true => format!(
                    "the connection ends here, and a new one is opened to {}, one of {members} members of the pool, chosen by {}",
                    self.to, way.how
                ),
                false => format!(
                    "the destination {before} becomes {}, one of {members} members of the pool, chosen by {}",
                    self.to, way.how
                ),
            }
        };
        let act = self.past(&mut hop, service, cloud, way);
        if service.external_traffic_policy == Some(TrafficPolicy::Local) && !cloud.checks_health() {
            let risk = match cloud {
                Cloud::OpenStack | Cloud::OpenStackOvn => {
                    "nodes without a pod stay in the pool unless the cloud's configuration has create-monitor"
                }
                _ => "nodes without a pod stay in the pool unless the balancer asks healthCheckNodePort",
            };
            hop.risks.push(risk.to_owned());
        }
        if cloud == Cloud::MetalLbL2 {
            hop.risks.push("one node takes the whole traffic of the address until it fails".to_owned());
        }
        hop.choice = Some(choice);
        self.pass(hop, act, text);
        self.kube_proxy(service, listener, if way.passes { Via::Balancer } else { Via::NodePort }, node)
    }

    /// What becomes of the source at a balancer.
    fn past(&mut self, hop: &mut Hop, service: &Service, cloud: Cloud, way: Way) -> Act {
        if !way.proxies {
            return if way.passes { Act::Passes } else { Act::Translates };
        }
        let own = if way.own.is_empty() { "load balancer" } else { way.own };
        self.from = Address::Unknown(format!("{own} of {}", service.meta.full_name()));
        if cloud.proxy_protocol(service) {
            if self.client == ClientAddress::Kept {
                self.client = ClientAddress::Told("PROXY protocol");
            }
            hop.risks.push("whoever reads the connection next must understand the PROXY protocol".to_owned());
        } else {
            self.hide();
        }
        Act::Proxies
    }

    /// AWS's IP targets: pods are members of the pool themselves.
    fn balance_pods(
        &mut self,
        service: &'a Service,
        listener: &'a ServicePort,
        mut hop: Hop,
        way: Way,
    ) -> End {
        let name = service.meta.full_name();
        let mut choice = self.endpoints(service, listener);
        choice.how = way.how;
        let Some(picked) = self.pick(&mut choice) else {
            let why = format!("the target group of Service {name} has no ready pod");
            hop.choice = Some(choice);
            return self.stop(hop, EndKind::Refused, why);
        };
        let before = std::mem::replace(&mut self.to, picked.socket.clone());
        let text =
            format!("{before} leads to the pod {} past the nodes: no node port and no kube-proxy", self.to);
        let cloud = self.cloud(service).0;
        let act = self.past(&mut hop, service, cloud, way);
        hop.risks.push("pods must have addresses of the VPC".to_owned());
        let all = available(&choice);
        hop.choice = Some(choice);
        self.pass(hop, act, text);
        self.arrive(service, picked, all)
    }

    /// The nodes in the pool.
    fn members(
        &mut self,
        service: &Service,
        listener: &ServicePort,
        cloud: Cloud,
        way: Way,
        number: Port,
    ) -> Choice {
        let mut choice = Choice { how: way.how, of: Vec::new(), omitted: 0, picked: None };
        let local = service.external_traffic_policy == Some(TrafficPolicy::Local) && cloud.checks_health();
        let open = if local { available(&self.endpoints(service, listener)) } else { Vec::new() };
        let unknown = open.iter().any(|a| a.node.is_none());
        let why = |n: &Node<'_>| {
            let has = || open.iter().any(|a| a.node.as_deref() == n.name);
            if n.excluded {
                Some(
                    "the label node.kubernetes.io/exclude-from-external-load-balancers keeps it out of pools"
                        .to_owned(),
                )
            } else if n.down {
                Some("the node is not ready".to_owned())
            } else if local && !unknown && n.name.is_some() && !has() {
                Some("its health check fails: no endpoint of the Service runs on it, and externalTrafficPolicy is Local".to_owned())
            } else {
                None
            }
        };
        choice.of.extend(self.nodes.iter().take(Choice::MOST).map(|n| {
            let mut member = n.alternative(number, why(n));
            if way.passes {
                member.socket = self.to.clone();
            }
            member
        }));
        choice.omitted = self.nodes.len().saturating_sub(Choice::MOST);
        choice
    }
}
