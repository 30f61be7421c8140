//! Where the controller runs and by which Service it is reached, if the manifests say.

use crate::cluster::{Cluster, Meta, PodSpec, Protocol, Service, ServiceType};
use crate::controller::of_image;
use std::collections::BTreeMap;

/// The Service that implementations put before the pods of a Gateway has this label (GEP-1762).
const GATEWAY_LABEL: &str = "gateway.networking.k8s.io/gateway-name";

/// The controller, and the door before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'c> {
    /// The Service that selects its pods; of several, the one that reaches furthest out.
    pub(crate) service: Option<&'c Service>,
    /// What runs it; `None` where only its Service is in the manifests.
    pub(crate) workload: Option<Runs<'c>>,
}

/// A workload or a pod whose image is a controller's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runs<'c> {
    pub(crate) meta: &'c Meta,
    /// The labels of its pods.
    pub(crate) labels: &'c BTreeMap<String, String>,
    pub(crate) spec: &'c PodSpec,
    pub(crate) image: &'c str,
}

/// The controller's workload, known by its image, and the Service that selects its pods; or else a
/// Service whose selector has a controller's usual labels. The specification's own "controller" takes
/// any.
pub(crate) fn find<'c>(cluster: &'c Cluster, controller: &str) -> Option<Entry<'c>> {
    let any = matches!(controller, "kubernetes" | "gateway-api");
    let is_it = |name: &str| any || controller.starts_with(name);
    if controller == "gateway-api" {
        let of_gateway = |s: &&Service| s.admitted && s.meta.labels.contains_key(GATEWAY_LABEL);
        if let Some(service) = furthest(cluster.services.iter().filter(of_gateway)) {
            return Some(Entry { service: Some(service), workload: None });
        }
    }
    let workloads = cluster.workloads.iter().map(|w| (&w.meta, &w.template_labels, &w.spec));
    let pods = cluster.pods.iter().filter(|p| p.admitted).map(|p| (&p.meta, &p.meta.labels, &p.spec));
    let mut alone = None;
    for (meta, labels, spec) in workloads.chain(pods) {
        let images = spec.containers.iter().filter_map(|c| c.image.as_deref());
        let Some(image) = images.into_iter().find(|i| of_image(i).is_some_and(is_it)) else { continue };
        let workload = Runs { meta, labels, spec, image };
        let service = furthest(cluster.services.iter().filter(|s| s.admitted && workload.behind(s)));
        let entry = Entry { service, workload: Some(workload) };
        if service.is_some() {
            return Some(entry);
        }
        alone = alone.or(Some(entry));
    }
    alone.or_else(|| {
        let by_labels = |s: &&Service| {
            let name = s.selector.get("app.kubernetes.io/name").or_else(|| s.selector.get("app"));
            s.admitted && name.is_some_and(|name| name.len() > 3 && is_named(name) && is_it(name))
        };
        let service = furthest(cluster.services.iter().filter(by_labels))?;
        Some(Entry { service: Some(service), workload: None })
    })
}

/// Names that controllers' charts put on their pods.
fn is_named(name: &str) -> bool {
    matches!(name, "ingress-nginx" | "traefik" | "contour" | "kong" | "haproxy-ingress")
}

/// The Service that reaches furthest out.
fn furthest<'c>(services: impl Iterator<Item = &'c Service>) -> Option<&'c Service> {
    services.max_by_key(|service| match service.service_type {
        ServiceType::LoadBalancer => 2,
        ServiceType::NodePort => 1,
        ServiceType::ClusterIP | ServiceType::ExternalName => 0,
    })
}

impl Runs<'_> {
    /// Whether a Service selects these pods.
    pub(crate) fn behind(&self, service: &Service) -> bool {
        service.meta.namespace == self.meta.namespace
            && !service.selector.is_empty()
            && service.selector.iter().all(|(key, value)| self.labels.get(key) == Some(value))
    }

    /// The port of the pod that holds this port of its node: a `hostPort`, or any with `hostNetwork`.
    pub(crate) fn on_node(&self, port: u16, protocol: Protocol) -> Option<u16> {
        on_node(self.spec, port, protocol)
    }
}

/// The port of a pod that holds this port of its node.
pub(crate) fn on_node(spec: &PodSpec, port: u16, protocol: Protocol) -> Option<u16> {
    let mut ports = spec.containers.iter().flat_map(|c| &c.ports).filter(|p| p.protocol == protocol);
    ports.find(|p| p.host_port == Some(port) || spec.host_network && p.port == port).map(|p| p.port)
}

impl Entry<'_> {
    /// Whether packets for this Service reach the controller.
    pub(crate) fn is_behind(&self, service: &Service) -> bool {
        let own = self.service.is_some_and(|own| std::ptr::eq(own, service));
        own || self.workload.is_some_and(|w| w.behind(service))
    }
}
