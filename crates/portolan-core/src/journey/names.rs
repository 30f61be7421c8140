//! Names that the cluster's own DNS answers for (kubernetes/dns `docs/specification.md`).

use crate::cluster::{Cluster, Service};

/// What a pod's name look-up finds.
pub(super) struct Named<'a> {
    pub service: &'a Service,
    /// The name of one pod of a headless Service: `web-0`.
    pub pod: Option<String>,
}

/// The Service that a pod of this namespace means by a name: `web`, `web.default`, `web.default.svc`,
/// `web.default.svc.cluster.local`, and `web-0.` before any of these.
pub(super) fn find<'a>(cluster: &'a Cluster, namespace: &str, name: &str) -> Option<Named<'a>> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let short = name.strip_suffix(".cluster.local").unwrap_or(&name);
    let (short, in_svc) = match short.strip_suffix(".svc") {
        Some(short) => (short, true),
        None if short.len() != name.len() => return None,
        None => (short, false),
    };
    let labels: Vec<&str> = short.split('.').collect();
    let get = |namespace: &str, name: &str| cluster.service(namespace, name);
    match labels.as_slice() {
        [service] if !in_svc => Some(Named { service: get(namespace, service)?, pod: None }),
        [service, space] => match get(space, service) {
            Some(service) => Some(Named { service, pod: None }),
            // The search list leads to `web-0.web` of the own namespace as well.
            None if !in_svc => pod_of(get(namespace, space)?, service),
            None => None,
        },
        [pod, service, space] => pod_of(get(space, service)?, pod),
        _ => None,
    }
}

fn pod_of<'a>(service: &'a Service, pod: &str) -> Option<Named<'a>> {
    service.is_headless().then(|| Named { service, pod: Some(pod.to_owned()) })
}

/// Whether a name can only mean something inside a cluster.
pub(super) fn is_internal(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name.ends_with(".cluster.local") || name.ends_with(".svc")
}
