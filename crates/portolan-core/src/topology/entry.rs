//! Where the controller runs and by which Service it is reached, if the manifests say.

use crate::cluster::{Cluster, Service, ServiceType, Workload};
use crate::controller::of_image;
use crate::span::Span;

/// The door and the controller behind it.
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) service_span: Span,
    pub(super) controller: String,
    pub(super) controller_span: Span,
}

/// The controller's workload, known by its image, and the Service that selects its pods. The
/// specification's own "controller" takes any.
pub(super) fn find(cluster: &Cluster, controller: &str) -> Option<Entry> {
    cluster.workloads.iter().find_map(|workload| {
        let image = workload.spec.containers.iter().filter_map(|c| c.image.as_deref()).find(|image| {
            of_image(image).is_some_and(|name| controller == "kubernetes" || controller.starts_with(name))
        })?;
        let service = service_of(cluster, workload)?;
        Some(Entry {
            title: service.meta.full_name(),
            detail: detail(service),
            service_span: service.meta.span,
            controller: image.rsplit('/').next().unwrap_or(image).to_owned(),
            controller_span: workload.meta.span,
        })
    })
}

/// The Service that selects a workload's pods; the one that reaches furthest out goes first.
fn service_of<'c>(cluster: &'c Cluster, workload: &Workload) -> Option<&'c Service> {
    let selects = |service: &&Service| {
        service.meta.namespace == workload.meta.namespace
            && !service.selector.is_empty()
            && service.selector.iter().all(|(key, value)| workload.template_labels.get(key) == Some(value))
    };
    cluster.services.iter().filter(selects).max_by_key(|service| match service.service_type {
        ServiceType::LoadBalancer => 2,
        ServiceType::NodePort => 1,
        ServiceType::ClusterIP | ServiceType::ExternalName => 0,
    })
}

fn detail(service: &Service) -> String {
    let ports: Vec<String> = service.ports.iter().map(|p| p.port.value.to_string()).collect();
    let address = service
        .load_balancer_ingress
        .iter()
        .find_map(|i| i.ip.as_deref().or(i.hostname.as_deref()))
        .map(|a| format!(" {a}"))
        .unwrap_or_default();
    format!("{}{address}, port {}", service.service_type.as_str(), ports.join(" and "))
}
