//! The controller and the Services in front of it, as they are drawn.

use crate::cluster::{Cluster, Meta, Service, ServiceType};
use crate::journey::entry;

/// The controller and its doors; the first is the one that requests are taken to come by.
pub(super) struct Entry<'c> {
    /// The workload, where it is in the manifests.
    pub(super) workload: Option<&'c Meta>,
    /// The image, without its registry.
    pub(super) image: Option<&'c str>,
    /// It listens on its nodes' own ports.
    pub(super) host_network: bool,
    /// Services that select its pods and reach as far out as any of them.
    pub(super) fronts: Vec<&'c Service>,
}

/// The controller's workload, or its Service alone, as a journey finds them.
pub(super) fn find<'c>(cluster: &'c Cluster, controller: &str) -> Option<Entry<'c>> {
    let found = entry::find(cluster, controller)?;
    let reach = |service: &Service| match service.service_type {
        ServiceType::LoadBalancer => 2,
        ServiceType::NodePort => 1,
        ServiceType::ClusterIP | ServiceType::ExternalName => 0,
    };
    let mut fronts: Vec<&Service> = found.service.into_iter().collect();
    if let (Some(first), Some(workload)) = (found.service, found.workload) {
        let another = |s: &&Service| {
            s.admitted && !std::ptr::eq(*s, first) && reach(s) == reach(first) && workload.behind(s)
        };
        // Of the Services inside the cluster one is the door; others are for metrics and the like.
        fronts.extend(cluster.services.iter().filter(another).filter(|s| reach(s) > 0));
    }
    Some(Entry {
        workload: found.workload.map(|w| w.meta),
        image: found.workload.map(|w| w.image.rsplit('/').next().unwrap_or(w.image)),
        host_network: found.workload.is_some_and(|w| w.spec.host_network),
        fronts,
    })
}
