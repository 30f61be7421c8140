//! By name: what DNS makes of it.

use super::door;
use super::walk::{Walk, available, cluster_ip, field};
use super::*;
use crate::cluster::{Service, ServicePort, ServiceType};
use crate::routing::Certainty;

impl<'a> Walk<'a> {
    pub fn go_to_host(&mut self, host: &'a str, port: u16) -> End {
        self.to = Socket { address: Address::known(host), port: Port::Number(port) };
        self.send_from_client();
        match host.parse::<IpAddr>() {
            Ok(_) => self.go_to_address(host, port),
            Err(_) => self.go_to_name(host, port),
        }
    }

    pub fn go_to_name(&mut self, name: &str, port: u16) -> End {
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
            let address = Address::Unknown(format!("load balancer of {}", service.meta.full_name()));
            let status = service.load_balancer_ingress.iter().position(|i| i.hostname.is_some());
            let origin = status.and_then(|i| {
                let span = service.load_balancer_ingress.get(i)?.span;
                Some(field(service, &format!("status.loadBalancer.ingress[{i}].hostname"), span))
            });
            self.resolve(name, address, origin);
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
    pub fn go_to_named(&mut self, name: &str, port: u16, named: names::Named<'a>) -> End {
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
    pub fn go_to_headless(
        &mut self,
        name: &str,
        port: u16,
        service: &'a Service,
        pod: Option<String>,
    ) -> End {
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
            let namespace = &service.meta.namespace;
            let set = pod.rsplit_once('-').map(|(set, _)| set);
            let mut sets = self.cluster.workloads.iter().filter(|w| w.meta.kind == "StatefulSet");
            if !sets.any(|w| w.meta.namespace == *namespace && Some(w.meta.name.value.as_str()) == set) {
                self.likely(format!(
                    "pod {pod} has a name of its own in DNS only with a hostname and a subdomain, as a StatefulSet gives them"
                ));
            }
        }
        endpoints.how = "DNS";
        let Some(picked) = self.pick(&mut endpoints) else {
            let service = service.meta.full_name();
            let why = match &pod {
                Some(pod) => format!(
                    "DNS has no address for {name}: the headless Service {service} has no ready pod {pod}"
                ),
                None => format!(
                    "DNS has no address for {name}: the headless Service {service} has no ready endpoint"
                ),
            };
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

    pub fn go_to_external(&mut self, service: &Service, name: &str) -> End {
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
}

/// A `Host` without its port and brackets.
pub(super) fn host_only(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}
