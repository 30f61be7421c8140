//! Where the controller runs and by which Services it is reached, if the manifests say.

use crate::cluster::{Cluster, Service, ServiceType, Workload};
use crate::controller::of_image;

/// The controller's workload and the Services that select its pods.
pub(super) struct Entry<'c> {
    pub(super) workload: &'c Workload,
    /// The image, without its registry.
    pub(super) image: &'c str,
    /// Those that reach furthest out; all of that type.
    pub(super) fronts: Vec<&'c Service>,
}

/// The controller's workload, known by its image: one that a Service selects before others. The
/// specification's own "controller" takes any.
pub(super) fn find<'c>(cluster: &'c Cluster, controller: &str) -> Option<Entry<'c>> {
    let mut found: Option<Entry> = None;
    for workload in cluster.workloads.iter().filter(|w| w.admitted) {
        let images = workload.spec.containers.iter().filter_map(|c| c.image.as_deref());
        let is_controller = |image: &&str| {
            of_image(image).is_some_and(|name| controller == "kubernetes" || controller.starts_with(name))
        };
        let Some(image) = images.filter(|i| is_controller(i)).next() else { continue };
        let fronts = fronts(cluster, workload);
        let better = found.as_ref().is_none_or(|f| f.fronts.is_empty() && !fronts.is_empty());
        if better {
            found = Some(Entry { workload, image: image.rsplit('/').next().unwrap_or(image), fronts });
        }
    }
    found
}

/// The Services that select a workload's pods; of several those that reach furthest out.
fn fronts<'c>(cluster: &'c Cluster, workload: &Workload) -> Vec<&'c Service> {
    let reach = |service: &Service| match service.service_type {
        ServiceType::LoadBalancer => 2,
        ServiceType::NodePort => 1,
        ServiceType::ClusterIP | ServiceType::ExternalName => 0,
    };
    let selects = |service: &&Service| {
        service.admitted
            && service.meta.namespace == workload.meta.namespace
            && !service.selector.is_empty()
            && service.selector.iter().all(|(key, value)| workload.template_labels.get(key) == Some(value))
    };
    let all: Vec<&Service> = cluster.services.iter().filter(selects).collect();
    let furthest = all.iter().map(|s| reach(s)).max().unwrap_or(0);
    all.into_iter().filter(|s| reach(s) == furthest).collect()
}
