//! Which Ingresses Traefik's providers take.

use crate::cluster::{Cluster, Ingress, IngressClass, codes};
use crate::problem::{Problem, Severity};
use crate::routing::Certainty;
use std::collections::HashSet;

/// The annotation that named the class before there were IngressClasses.
pub(super) const ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Which Ingresses exist for a controller.
pub(super) struct Admission {
    /// Objects that the API server refuses for more than their paths.
    refused: HashSet<String>,
}

impl Admission {
    pub(super) fn new(cluster: &Cluster) -> Self {
        let fatal = |p: &&Problem| {
            p.severity == Severity::Error && p.code != codes::PATH_TYPE && p.code != codes::PATH
        };
        let refused = cluster.problems.iter().filter(fatal).filter_map(|p| p.object.clone()).collect();
        Admission { refused }
    }

    /// How sure it is that an Ingress exists. The API server did not always ask for a path type and
    /// for well-formed paths, and what was stored before stays: Traefik serves such Ingresses.
    ///
    /// # Errors
    /// Why it does not exist.
    pub(super) fn of(&self, ingress: &Ingress) -> Result<Certainty, String> {
        if ingress.admitted {
            return Ok(Certainty::Certain);
        }
        if ingress.rules.is_empty() || self.refused.contains(&ingress.meta.title()) {
            return Err("the API server refuses this Ingress, so it does not exist in the cluster".to_owned());
        }
        Ok(Certainty::Likely(
            "today's API server refuses this Ingress for its paths; one from before would be served so"
                .to_owned(),
        ))
    }
}

/// The class in `spec.ingressClassName`, written or filled in by the API server.
pub(super) fn class_name(ingress: &Ingress) -> Option<&str> {
    ingress.class_name.as_ref().map(|c| c.value.as_str()).or(ingress.class_defaulted.as_deref())
}

/// The class in the annotation.
pub(super) fn annotated(ingress: &Ingress) -> Option<&str> {
    ingress.meta.annotation(ANNOTATION).map(|a| a.value.value.as_str())
}

/// The names of the IngressClasses that name this controller.
pub(super) fn classes<'c>(cluster: &'c Cluster, controller: &str) -> Vec<&'c IngressClass> {
    let named = |class: &&IngressClass| class.controller.as_ref().is_some_and(|c| c.value == controller);
    cluster.ingress_classes.iter().filter(|c| c.admitted).filter(named).collect()
}
