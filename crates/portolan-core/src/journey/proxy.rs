//! kube-proxy: what a node does with a packet for a Service (`pkg/proxy/iptables/proxier.go`,
//! `syncProxyRules`; `pkg/proxy/topology.go`, `CategorizeEndpoints`).

use super::nodes::Node;
use super::walk::{Walk, available, field};
use super::*;
use crate::cluster::{Knowledge, PortRef, Service, ServicePort, Target, TrafficPolicy};
use crate::routing::{AddressRange, Certainty};

/// By which of its addresses a Service is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    ClusterIp,
    NodePort,
    Balancer,
    ExternalIp,
}

impl<'a> Walk<'a> {
    /// A node has a packet for a Service: its rules send it to an endpoint.
    pub fn kube_proxy(
        &mut self,
        service: &'a Service,
        port: &'a ServicePort,
        via: Via,
        node: Node<'a>,
    ) -> End {
        let name = service.meta.full_name();
        let mut hop = self.hop(Actor::Node, node.id(), node.title());
        hop.node = node.name.map(str::to_owned);
        hop.service = Some(name.clone());
        hop.port = Some(port.port.value);
        hop.origin = Some(match (via, &port.node_port) {
            (Via::NodePort, Some(number)) => {
                field(service, &format!("spec.ports[{}].nodePort", place_of(service, port)), number.span)
            }
            (Via::NodePort, None) => field(service, "spec.type", service.place("type")),
            _ => field(service, &format!("spec.ports[{}]", place_of(service, port)), port.span),
        });
        if via == Via::Balancer
            && let Some(end) = self.source_ranges(&mut hop, service)
        {
            return end;
        }
        let mut choice = self.endpoints(service, port);
        if available(&choice).is_empty() {
            hop.choice = Some(choice).filter(|c| !c.of.is_empty());
            hop.origin =
                Some(field(service, "spec.selector", service.selector_span.unwrap_or(service.meta.span)));
            let why = format!("Service {name} has no ready endpoint, so the node refuses the connection");
            return self.stop(hop, EndKind::Refused, why);
        }
        // Packets of pods for an outer address of the Service are treated as if for its cluster IP.
        let short = self.place == Place::Pod && via != Via::ClusterIp;
        let (policy, policy_field) = match via {
            Via::ClusterIp => (service.internal_traffic_policy, "internalTrafficPolicy"),
            _ => (service.external_traffic_policy.unwrap_or_default(), "externalTrafficPolicy"),
        };
        let local = policy == TrafficPolicy::Local;
        if local && short && via == Via::NodePort && self.own_node.as_deref() != node.name {
            self.likely(format!("a packet of a pod for another node may come with the address of its own node; then externalTrafficPolicy Local of Service {name} holds for it"));
        }
        if local && !short {
            hop.origin = Some(field(service, &format!("spec.{policy_field}"), service.place(policy_field)));
            if let Some(why) = self.keep_local(&mut choice, &name, policy_field, &node) {
                hop.choice = Some(choice);
                return self.stop(hop, EndKind::Dropped, why);
            }
        }
        if service.client_ip_affinity.is_some() {
            choice.how = "ClientIP";
            if self.client != ClientAddress::Kept {
                hop.risks.push(format!(
                    "sessionAffinity ClientIP of Service {name} goes by {}, not by the client's own address",
                    self.from
                ));
            }
        }
        if let Some(distribution) = &service.traffic_distribution {
            hop.risks.push(format!("trafficDistribution {distribution} prefers endpoints that are near; which are, the manifests do not say"));
        }
        let Some(picked) = self.pick(&mut choice) else {
            let why = format!("Service {name} has no ready endpoint, so the node refuses the connection");
            return self.stop(hop, EndKind::Refused, why);
        };
        let before = self.to.clone();
        self.to = picked.socket.clone();
        let masquerades =
            via != Via::ClusterIp && !local || via == Via::ClusterIp && self.place != Place::Pod;
        if masquerades {
            self.from = node.address();
            self.hide();
        }
        let to = &self.to;
        let text = match masquerades {
            true => {
                format!(
                    "kube-proxy's rules for Service {name} rewrite {before} to {to}, and the source to {}",
                    self.from
                )
            }
            false => format!("kube-proxy's rules for Service {name} rewrite {before} to {to}"),
        };
        if via == Via::ClusterIp && self.setting.place == Place::Pod && self.hops.len() < 3 {
            hop.risks.push("a cluster IP is no machine but a rule: it does not answer ping".to_owned());
        }
        if via == Via::NodePort && !local {
            hop.risks.push("the pod sees a node's address instead of the client's; externalTrafficPolicy Local would keep it".to_owned());
        }
        let all = available(&choice);
        hop.choice = Some(choice);
        self.pass(hop, if masquerades { Act::Masquerades } else { Act::Translates }, text);
        self.arrive(service, picked, all)
    }

    /// The packet's source is no longer the client's.
    pub fn hide(&mut self) {
        if self.client == ClientAddress::Kept {
            self.client = ClientAddress::Hidden;
        }
    }

    /// Leaves only endpoints of this node. Says why none is left.
    fn keep_local(
        &mut self,
        choice: &mut Choice,
        name: &str,
        policy: &str,
        node: &Node<'_>,
    ) -> Option<String> {
        let here = |a: &Alternative| a.node.as_deref().zip(node.name).map(|(a, b)| a == b);
        let open = || choice.of.iter().filter(|a| a.unavailable.is_none());
        let sure = open().any(|a| here(a) == Some(true));
        let maybe = open().any(|a| here(a).is_none());
        if !sure && maybe {
            self.doubt(Certainty::Unknowable(format!("{policy} is Local, and the manifests do not say on which nodes the pods of Service {name} run: a node without one drops the packet")));
        }
        let why = format!("it is not on {}, and {policy} is Local", node.title());
        for alternative in choice.of.iter_mut().filter(|a| a.unavailable.is_none()) {
            if here(alternative) == Some(false) || sure && here(alternative).is_none() {
                alternative.unavailable = Some(why.clone());
            }
        }
        (!sure && !maybe).then(|| {
            format!(
                "{policy} is Local and {} has no ready endpoint of Service {name}, so it drops the packet",
                node.title()
            )
        })
    }

    /// `loadBalancerSourceRanges`: ends the journey of a client outside of them.
    pub fn source_ranges(&mut self, hop: &mut Hop, service: &Service) -> Option<End> {
        let ranges = &service.load_balancer_source_ranges;
        let first = ranges.first()?;
        let all: Vec<&str> = ranges.iter().map(|r| r.value.as_str()).collect();
        let all = all.join(", ");
        let name = service.meta.full_name();
        let client = match &self.from {
            Address::Known(address) if self.client == ClientAddress::Kept => address.parse::<IpAddr>().ok(),
            _ => None,
        };
        let Some(client) = client else {
            if ranges.iter().all(|r| !r.value.trim().ends_with("/0")) {
                self.doubt(Certainty::Unknowable(format!(
                    "Service {name} lets in clients of {all} only, and the client's address is not given"
                )));
            }
            return None;
        };
        let parsed = |range: &str| AddressRange::parse(range.trim());
        if ranges.iter().any(|r| parsed(&r.value).is_some_and(|r| r.contains(client))) {
            return None;
        }
        hop.origin = Some(field(service, "spec.loadBalancerSourceRanges", first.span));
        let why = format!(
            "{client} is not in the loadBalancerSourceRanges of Service {name} ({all}), so the packet is dropped"
        );
        Some(self.stop(hop.clone(), EndKind::Dropped, why))
    }

    /// The endpoints of a Service's port, with those that get nothing and why.
    pub fn endpoints(&mut self, service: &Service, port: &ServicePort) -> Choice {
        let name = service.meta.full_name();
        let mut choice = Choice { how: "random", of: Vec::new(), omitted: 0, picked: None };
        let found = self.cluster.endpoints_of(service, port);
        match found.knowledge {
            Knowledge::Assumed => {
                self.likely(format!(
                    "the manifests hold no pods for Service {name}: some are taken to be ready"
                ));
                choice.of.push(assumed(service, port));
                return choice;
            }
            Knowledge::NoMatch => {
                self.likely(format!(
                    "as far as the manifests tell, no pod has the labels that Service {name} selects"
                ));
                return choice;
            }
            Knowledge::External | Knowledge::Known | Knowledge::FromPods | Knowledge::FromWorkload => {}
        }
        let any_ready = found.targets.iter().any(|t| t.ready);
        let from_workload = found.knowledge == Knowledge::FromWorkload;
        choice.omitted = found.omitted + found.targets.len().saturating_sub(Choice::MOST);
        for target in found.targets.iter().take(Choice::MOST) {
            choice.of.push(self.alternative(service, target, any_ready, from_workload));
        }
        // What is cut off may be what is ready.
        if choice.omitted > 0
            && choice.of.iter().all(|a| a.unavailable.is_some())
            && let Some(ready) = found.targets.iter().find(|t| t.ready)
        {
            choice.of.pop();
            choice.of.push(self.alternative(service, ready, any_ready, from_workload));
        }
        choice
    }

    fn alternative(
        &self,
        service: &Service,
        target: &Target,
        any_ready: bool,
        from_workload: bool,
    ) -> Alternative {
        let namespace = &service.meta.namespace;
        let address = match (&target.address, &target.pod) {
            (Some(address), _) => Address::known(address),
            (None, Some(pod)) => Address::Unknown(format!("pod {pod}")),
            (None, None) => Address::Unknown("pod".to_owned()),
        };
        let (id, title) = match &target.pod {
            Some(pod) => (format!("pod:{namespace}/{pod}"), format!("{namespace}/{pod}")),
            None => (format!("endpoint:{address}"), address.to_string()),
        };
        let unavailable = match (target.ready, target.terminating) {
            (true, _) => None,
            // Where nobody is ready, those that still serve while they end are asked.
            (false, true) if !any_ready && target.serves() => None,
            (false, true) => Some("it is terminating".to_owned()),
            (false, false) => Some("it is not ready".to_owned()),
        };
        let only = match self.cluster.nodes.as_slice() {
            [only] if from_workload => Some(only.meta.name.value.clone()),
            _ => None,
        };
        let port = target.port.map_or(Port::Unknown, Port::Number);
        Alternative {
            id,
            title,
            socket: Socket { address, port },
            node: target.node.clone().or_else(|| self.of_daemon(target)).or(only),
            unavailable,
        }
    }

    /// A DaemonSet has one pod on each node; the n-th is said to be on the n-th.
    fn of_daemon(&self, target: &Target) -> Option<String> {
        let mut workloads = self.cluster.workloads.iter();
        workloads.find(|w| w.meta.span == target.span && w.meta.kind == "DaemonSet")?;
        let number: usize = target.pod.as_deref()?.rsplit_once('#')?.1.parse().ok()?;
        Some(self.cluster.nodes.get(number.checked_sub(1)?)?.meta.name.value.clone())
    }
}

/// The endpoint of a Service whose pods the manifests do not have.
pub(super) fn assumed(service: &Service, port: &ServicePort) -> Alternative {
    let name = service.meta.full_name();
    Alternative {
        id: format!("pods:{name}"),
        title: format!("a pod of {name}"),
        socket: Socket {
            address: Address::Unknown(format!("pod of {name}")),
            port: match port.target_port.value {
                PortRef::Number(n) => Port::Number(n),
                PortRef::Name(_) => Port::Unknown,
            },
        },
        node: None,
        unavailable: None,
    }
}

fn place_of(service: &Service, port: &ServicePort) -> usize {
    service.ports.iter().position(|p| std::ptr::eq(p, port)).unwrap_or_default()
}
