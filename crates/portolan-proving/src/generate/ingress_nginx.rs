//! Ingresses for ingress-nginx itself.

use super::{Flavour, annotations, emulation, words};
use crate::rng::Rng;
use serde_json::{Value, json};

pub(super) const FLAVOURS: &[Flavour] = &[
    &[],
    &[("watch-ingress-without-class", "true"), ("use-forwarded-headers", "false")],
    &[("ssl-redirect", "false"), ("preserve-trailing-slash", "false")],
];

/// What needs Lua (also to know which host has a certificate), or a second request, is not asked about.
const SCOPE: annotations::Scope = annotations::Scope { guards: false, variables: false, tls: false };

/// A cluster with a few Ingresses.
pub(super) fn objects(rng: &mut Rng, _: &Flavour, _: u16) -> Vec<Value> {
    let mut objects = vec![
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"},
        "spec": {"controller": "k8s.io/ingress-nginx"}}),
    ];
    let names = ["one", "two", "three", "four"];
    let ingresses = names
        .iter()
        .take(rng.between(1, 4))
        .map(|name| emulation::ingress(rng, name, "nginx", SCOPE, words::HOSTS))
        .collect();
    emulation::finish(&mut objects, ingresses);
    objects
}
