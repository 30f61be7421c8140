//! ReferenceGrants: which references across namespaces are allowed.

use crate::cluster::{Cluster, GATEWAY_GROUP, GrantFrom, ReferenceGrant};
use std::collections::HashMap;

/// The admitted grants by their namespace, which is that of what they open.
pub(super) struct Grants<'c> {
    by_namespace: HashMap<&'c str, Vec<&'c ReferenceGrant>>,
}

impl<'c> Grants<'c> {
    pub fn of(cluster: &'c Cluster) -> Self {
        let mut by_namespace: HashMap<_, Vec<_>> = HashMap::new();
        for grant in cluster.reference_grants.iter().filter(|g| g.admitted) {
            by_namespace.entry(grant.meta.namespace.as_str()).or_default().push(grant);
        }
        Self { by_namespace }
    }

    /// Whether an object of the Gateway API in one namespace may refer to an object in another.
    pub fn permit(&self, from: (&str, &str), to_namespace: &str, to: (&str, &str, &str)) -> bool {
        let (kind, namespace) = from;
        if namespace == to_namespace {
            return true;
        }
        let from = GrantFrom {
            group: GATEWAY_GROUP.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
        };
        let (group, kind, name) = to;
        let grants = self.by_namespace.get(to_namespace);
        grants.is_some_and(|grants| grants.iter().any(|g| g.permits(&from, group, kind, name)))
    }
}
