//! Service to endpoints, as the endpoint controllers do it.

use super::{
    Backend, BackendState, BackendTarget, Cluster, Knowledge, PodPhase, PortMixUp, PortRef, Service,
    ServiceEndpoints, ServicePort, ServiceType, Target, WithoutPort,
};
use super::{EndpointPort, EndpointSet, Pod, PodSpec, Workload};
use crate::span::Span;
use crate::text::did_you_mean;
use hashbrown::HashMap;
use std::collections::BTreeMap;

impl Cluster {
    /// What an Ingress' backend in this namespace leads to.
    pub fn backend(&self, namespace: &str, backend: &Backend) -> BackendState<'_> {
        let (name, port) = match &backend.target {
            BackendTarget::Service { name, port } => (name, port),
            BackendTarget::Resource { .. } => return BackendState::Resource,
            BackendTarget::Unreadable => return BackendState::Unreadable,
        };
        let Some(service) = self.service(namespace, &name.value) else {
            return BackendState::NoService { refused: self.refused_service(namespace, &name.value) };
        };
        match service.port(&port.value) {
            Some(port) => {
                BackendState::Resolved { service, port, endpoints: self.endpoints_of(service, port) }
            }
            None => BackendState::NoPort { service, meant: meant_port(service, &port.value) },
        }
    }

    /// The endpoints of one port of a Service of this cluster.
    ///
    /// EndpointSlices and Endpoints of the Service say it all where there are any. Else the Pods and
    /// the workloads' templates that the selector matches do.
    pub fn endpoints_of(&self, service: &Service, port: &ServicePort) -> ServiceEndpoints {
        let mut found = Collector::default();
        if service.service_type == ServiceType::ExternalName {
            return found.done(Knowledge::External);
        }
        let Some(here) = self.index.namespace(&service.meta.namespace) else {
            return found.done(Knowledge::Assumed);
        };
        if let Some(sets) = here.endpoints.get(&service.meta.name.value) {
            for set in sets.iter().filter_map(|&i| self.endpoints.get(i)) {
                found.endpoint_set(set, port);
            }
            return found.done(Knowledge::Known);
        }
        // The rarest label of the selector leads to the fewest candidates.
        let candidates = service
            .selector
            .iter()
            .map(|(key, value)| here.pods.get(key).and_then(|values| values.get(value)))
            .min_by_key(|sources| sources.map_or(0, |s| s.len()))
            .flatten();
        if let Some(sources) = candidates {
            let pods = sources.pods.iter().filter_map(|&i| self.pods.get(i));
            for pod in pods.filter(|p| selects(&service.selector, &p.meta.labels)) {
                found.pod(service, port, pod);
            }
            if found.any {
                return found.done(Knowledge::FromPods);
            }
            let workloads = sources.workloads.iter().filter_map(|&i| self.workloads.get(i));
            for workload in workloads.filter(|w| selects(&service.selector, &w.template_labels)) {
                found.workload(port, workload, self.nodes.len());
            }
            if found.any {
                return found.done(Knowledge::FromWorkload);
            }
        }
        found.done(if here.knows_pods { Knowledge::NoMatch } else { Knowledge::Assumed })
    }
}

/// Whether the labels have all that the selector asks for. An empty selector selects nothing.
fn selects(selector: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    !selector.is_empty() && selector.iter().all(|(k, v)| labels.get(k) == Some(v))
}

impl Service {
    /// The port that was probably meant by one that the Service does not have.
    pub fn meant_port(&self, wanted: &PortRef) -> Option<(&ServicePort, PortMixUp)> {
        meant_port(self, wanted)
    }
}

fn meant_port<'a>(service: &'a Service, wanted: &PortRef) -> Option<(&'a ServicePort, PortMixUp)> {
    let as_number = match wanted {
        PortRef::Number(n) => Some(*n),
        PortRef::Name(name) => name.parse().ok(),
    };
    let find = |test: &dyn Fn(&ServicePort) -> bool| service.ports.iter().find(|p| test(p));
    if let (PortRef::Name(_), Some(n)) = (wanted, as_number)
        && let Some(port) = find(&|p| p.port.value == n)
    {
        return Some((port, PortMixUp::NumberAsName));
    }
    let same = |p: &ServicePort| {
        p.target_port.value == *wanted
            || as_number.map(PortRef::Number).as_ref() == Some(&p.target_port.value)
    };
    if let Some(port) = find(&same) {
        return Some((port, PortMixUp::TargetPort));
    }
    if let Some(port) = find(&|p| as_number.is_some() && p.node_port.as_ref().map(|n| n.value) == as_number) {
        return Some((port, PortMixUp::NodePort));
    }
    if let PortRef::Name(name) = wanted
        && let Some(similar) = did_you_mean(name, service.ports.iter().take(100).map(ServicePort::name))
        && let Some(port) = find(&|p| p.name() == similar)
    {
        return Some((port, PortMixUp::Spelling));
    }
    match service.ports.as_slice() {
        [port] => Some((port, PortMixUp::OnlyPort)),
        _ => None,
    }
}

/// Gathers targets.
#[derive(Default)]
struct Collector {
    targets: Vec<Target>,
    /// The place in `targets` of an address and port that several slices name.
    seen: HashMap<(String, Option<u16>), usize>,
    omitted: usize,
    without_port: Vec<WithoutPort>,
    /// Something matched, with or without the port.
    any: bool,
}

impl Collector {
    fn done(self, knowledge: Knowledge) -> ServiceEndpoints {
        ServiceEndpoints {
            targets: self.targets,
            omitted: self.omitted,
            knowledge,
            without_port: self.without_port,
        }
    }

    fn add(&mut self, target: Target) {
        if let Some(address) = &target.address {
            let key = (address.clone(), target.port);
            if let Some(known) = self.seen.get(&key).and_then(|&i| self.targets.get_mut(i)) {
                // kube-proxy and the endpoint merging of controllers take the better news.
                known.ready |= target.ready;
                known.serving = known.serving.zip(target.serving).map(|(a, b)| a || b);
                known.terminating &= target.terminating;
                return;
            }
            if self.targets.len() < ServiceEndpoints::MAX_TARGETS {
                self.seen.insert(key, self.targets.len());
            }
        }
        if self.targets.len() < ServiceEndpoints::MAX_TARGETS {
            self.targets.push(target);
        } else {
            self.omitted += 1;
        }
    }

    fn lacks_port(&mut self, object: String, names: Vec<String>, span: Span) {
        if self.without_port.len() < 10 {
            self.without_port.push(WithoutPort { object, names, span });
        }
    }

    fn endpoint_set(&mut self, set: &EndpointSet, port: &ServicePort) {
        let mut has_port = false;
        for subset in &set.subsets {
            let of_port = |p: &&EndpointPort| p.name == port.name() && p.protocol == port.protocol;
            if let Some(found) = subset.ports.iter().find(of_port) {
                has_port = true;
                for endpoint in &subset.endpoints {
                    self.add(Target {
                        address: endpoint.addresses.first().cloned(),
                        port: found.port.as_ref().map(|p| p.value),
                        pod: endpoint.pod.clone(),
                        node: endpoint.node.clone(),
                        ready: endpoint.ready,
                        ready_is_written: endpoint.ready_is_written,
                        serving: endpoint.serving,
                        terminating: endpoint.terminating,
                        span: endpoint.span,
                    });
                }
            }
        }
        if !has_port {
            let names = set.subsets.iter().flat_map(|s| &s.ports).map(|p| p.name.clone()).take(10).collect();
            self.lacks_port(set.meta.title(), names, set.meta.span);
        }
    }

    fn pod(&mut self, service: &Service, port: &ServicePort, pod: &Pod) {
        if matches!(pod.phase, Some(PodPhase::Succeeded | PodPhase::Failed)) {
            return;
        }
        self.any = true;
        let Some(number) = target_number(port, &pod.spec) else {
            self.lacks_port(pod.meta.title(), port_names(&pod.spec), pod.meta.span);
            return;
        };
        // A pod without a status was written by hand: like a workload's, it is assumed to come up.
        let serving = pod.ready.unwrap_or(true);
        self.add(Target {
            address: pod.ip.clone(),
            port: Some(number),
            pod: Some(pod.meta.name.value.clone()),
            node: pod.spec.node.clone(),
            ready: service.publish_not_ready_addresses || (serving && !pod.terminating),
            ready_is_written: true,
            serving: Some(serving),
            terminating: pod.terminating,
            span: pod.meta.span,
        });
    }

    fn workload(&mut self, port: &ServicePort, workload: &Workload, nodes: usize) {
        self.any = true;
        let Some(number) = target_number(port, &workload.spec) else {
            self.lacks_port(workload.meta.title(), port_names(&workload.spec), workload.meta.span);
            return;
        };
        let replicas = workload.replicas.map_or(nodes.max(1), |n| n as usize);
        let room = ServiceEndpoints::MAX_TARGETS.saturating_sub(self.targets.len());
        self.omitted = self.omitted.saturating_add(replicas.saturating_sub(room));
        let name = &workload.meta.name.value;
        for i in 0..replicas.min(room) {
            let pod = if workload.meta.kind == "StatefulSet" {
                format!("{name}-{i}")
            } else {
                format!("{name}#{}", i + 1)
            };
            self.add(Target {
                address: None,
                port: Some(number),
                pod: Some(pod),
                node: workload.spec.node.clone(),
                ready: true,
                ready_is_written: true,
                serving: Some(true),
                terminating: false,
                span: workload.meta.span,
            });
        }
    }
}

/// The pod's port that a Service's `targetPort` means there.
fn target_number(port: &ServicePort, spec: &PodSpec) -> Option<u16> {
    match &port.target_port.value {
        PortRef::Number(n) => Some(*n),
        PortRef::Name(name) => spec.named_port(name, port.protocol),
    }
}

fn port_names(spec: &PodSpec) -> Vec<String> {
    let ports = spec.containers.iter().flat_map(|c| &c.ports);
    ports.filter_map(|p| p.name.as_ref().map(|n| n.value.clone())).take(10).collect()
}
