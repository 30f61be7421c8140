//! How the controller's door is drawn.

use crate::cluster::{Cluster, Service};
use crate::journey::entry;
use crate::span::Span;

/// The door and the controller behind it.
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) service_span: Span,
    pub(super) controller: String,
    pub(super) controller_span: Span,
}

/// The controller's workload and its Service, where the manifests have both.
pub(super) fn find(cluster: &Cluster, controller: &str) -> Option<Entry> {
    let found = entry::find(cluster, controller)?;
    let (service, workload) = (found.service?, found.workload?);
    Some(Entry {
        title: service.meta.full_name(),
        detail: detail(service),
        service_span: service.meta.span,
        controller: workload.image.rsplit('/').next().unwrap_or(workload.image).to_owned(),
        controller_span: workload.meta.span,
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
