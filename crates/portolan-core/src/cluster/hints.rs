//! What was probably meant: near misses, for those who explain why something is not found. They walk
//! a namespace's objects, so nobody asks them for an answer, only for its explanation.

use super::{Cluster, Meta, NearMiss, Service};
use crate::span::Span;
use crate::text::did_you_mean;
use std::collections::BTreeMap;

impl Cluster {
    /// The Service of this namespace whose name is a typing error away.
    pub fn similar_service(&self, namespace: &str, name: &str) -> Option<&Service> {
        let here = self.services.iter().filter(|s| s.admitted && s.meta.namespace == namespace);
        let meant = did_you_mean(name, here.map(|s| s.meta.name.value.as_str()))?;
        self.service(namespace, meant)
    }

    /// The namespaces that have a Service of this name.
    pub fn namespaces_with_service<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.services.iter().filter(move |s| s.admitted && s.meta.name.value == name);
        named.map(|s| s.meta.namespace.as_str())
    }

    /// The Pod or workload of the Service's namespace whose labels miss the selector least. `None`
    /// where one matches, and where none has a label in common with the selector.
    pub fn near_miss<'a>(&'a self, service: &'a Service) -> Option<NearMiss<'a>> {
        let namespace = &service.meta.namespace;
        let pods = self.pods.iter().filter(|p| p.admitted && p.meta.namespace == *namespace);
        let workloads = self.workloads.iter().filter(|w| w.admitted && w.meta.namespace == *namespace);
        let pods = pods.map(|p| near(service, &p.meta, &p.meta.labels, p.meta.span));
        let workloads = workloads.map(|w| near(service, &w.meta, &w.template_labels, w.template_labels_span));
        let best = pods.chain(workloads).min_by_key(|miss| {
            let differences = miss.differences.len();
            (differences > 0, !miss.matches_own_labels, differences)
        })?;
        let close = best.matches_own_labels || best.differences.len() < service.selector.len();
        (close && !best.differences.is_empty()).then_some(best)
    }
}

fn near<'a>(
    service: &'a Service,
    meta: &Meta,
    labels: &'a BTreeMap<String, String>,
    span: Span,
) -> NearMiss<'a> {
    let wanted = || service.selector.iter();
    let differences: Vec<_> = wanted()
        .filter(|(key, value)| labels.get(*key) != Some(*value))
        .map(|(key, value)| (key.as_str(), value.as_str(), labels.get(key).map(String::as_str)))
        .collect();
    let own = !differences.is_empty() && wanted().all(|(key, value)| meta.labels.get(key) == Some(value));
    NearMiss { object: meta.title(), differences, matches_own_labels: own, span }
}
