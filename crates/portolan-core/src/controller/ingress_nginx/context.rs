//! What the controller sees of the cluster.

use super::config::Config;
use crate::cluster::{Cluster, LabelSelector, Secret};
use std::collections::{BTreeMap, HashMap};

/// The cluster, with the controller's settings.
pub(super) struct Context<'c> {
    pub cluster: &'c Cluster,
    pub config: &'c Config,
    /// Whether the manifests are taken for the whole cluster, so that what is not in them does not
    /// exist. Manifests that bring an IngressClass are: whoever pastes that has pasted more than an
    /// application's own files.
    pub whole: bool,
    secrets: HashMap<String, &'c Secret>,
    labels: HashMap<&'c str, &'c BTreeMap<String, String>>,
}

impl<'c> Context<'c> {
    pub(super) fn new(cluster: &'c Cluster, config: &'c Config) -> Self {
        let namespaces = cluster.namespaces.iter().filter(|n| n.admitted);
        let secrets = cluster.secrets.iter().filter(|s| s.admitted);
        Self {
            cluster,
            config,
            whole: cluster.ingress_classes.iter().any(|c| c.admitted),
            secrets: secrets.map(|s| (s.meta.full_name(), s)).collect(),
            labels: namespaces.map(|n| (n.meta.name.value.as_str(), &n.meta.labels)).collect(),
        }
    }

    /// Whether the labels of a namespace match. Every namespace has its name as a label.
    pub(super) fn selects(&self, selector: &LabelSelector, namespace: &str) -> bool {
        let mut labels = self.labels.get(namespace).map(|l| (*l).clone()).unwrap_or_default();
        labels.insert("kubernetes.io/metadata.name".to_owned(), namespace.to_owned());
        selector.matches(&labels)
    }

    /// The Secret `namespace/name`.
    pub(super) fn secret(&self, full_name: &str) -> Option<&'c Secret> {
        self.secrets.get(full_name).copied()
    }
}
