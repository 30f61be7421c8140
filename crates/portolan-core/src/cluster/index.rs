//! Look-ups by name and by label, so that no question walks all objects.

use super::{Cluster, Service};
use hashbrown::HashMap;

/// Positions in the lists of a [`Cluster`]; admitted objects only.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    namespaces: HashMap<String, NamespaceIndex>,
}

/// The part of the index for one namespace.
#[derive(Debug, Clone, Default)]
pub(super) struct NamespaceIndex {
    /// Service by name.
    pub services: HashMap<String, usize>,
    /// Services that the API server would refuse.
    pub refused_services: HashMap<String, usize>,
    /// Endpoint sets by the name of their Service.
    pub endpoints: HashMap<String, Vec<usize>>,
    /// Pods and workloads by each of their labels: key, then value.
    pub pods: HashMap<String, HashMap<String, PodSources>>,
    /// Whether the manifests have any pod, workload or endpoint set here.
    pub knows_pods: bool,
}

/// Where pods come from.
#[derive(Debug, Clone, Default)]
pub(super) struct PodSources {
    /// Positions in [`Cluster::pods`].
    pub pods: Vec<usize>,
    /// Positions in [`Cluster::workloads`].
    pub workloads: Vec<usize>,
}

impl PodSources {
    pub fn len(&self) -> usize {
        self.pods.len() + self.workloads.len()
    }
}

impl Index {
    pub fn of(cluster: &Cluster) -> Index {
        let mut index = Index::default();
        for (i, service) in cluster.services.iter().enumerate() {
            let here = index.enter(&service.meta.namespace);
            let names = if service.admitted { &mut here.services } else { &mut here.refused_services };
            names.insert(service.meta.name.value.clone(), i);
        }
        for (i, set) in cluster.endpoints.iter().enumerate().filter(|(_, s)| s.admitted) {
            let here = index.enter(&set.meta.namespace);
            here.knows_pods = true;
            if let Some(service) = &set.service {
                here.endpoints.entry_ref(service.as_str()).or_default().push(i);
            }
        }
        for (i, pod) in cluster.pods.iter().enumerate().filter(|(_, p)| p.admitted) {
            let here = index.enter(&pod.meta.namespace);
            here.knows_pods = true;
            for (key, value) in &pod.meta.labels {
                here.by_label(key, value).pods.push(i);
            }
        }
        for (i, workload) in cluster.workloads.iter().enumerate().filter(|(_, w)| w.admitted) {
            let here = index.enter(&workload.meta.namespace);
            here.knows_pods = true;
            for (key, value) in &workload.template_labels {
                here.by_label(key, value).workloads.push(i);
            }
        }
        index
    }

    fn enter(&mut self, namespace: &str) -> &mut NamespaceIndex {
        self.namespaces.entry_ref(namespace).or_default()
    }

    pub fn namespace(&self, namespace: &str) -> Option<&NamespaceIndex> {
        self.namespaces.get(namespace)
    }
}

impl NamespaceIndex {
    fn by_label(&mut self, key: &str, value: &str) -> &mut PodSources {
        self.pods.entry_ref(key).or_default().entry_ref(value).or_default()
    }
}

impl Cluster {
    /// The Service of this name, unless the API server would refuse it.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        let i = *self.index.namespace(namespace)?.services.get(name)?;
        self.services.get(i)
    }

    /// The Service of this name that the API server would refuse, if there is one.
    pub fn refused_service(&self, namespace: &str, name: &str) -> Option<&Service> {
        let i = *self.index.namespace(namespace)?.refused_services.get(name)?;
        self.services.get(i)
    }
}
