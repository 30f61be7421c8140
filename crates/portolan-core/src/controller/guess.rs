//! Which controller manifests are written for, where nobody says.

use super::{Controller, find, of_image};
use crate::cluster::Cluster;
use crate::span::Span;

/// A controller that manifests point to.
#[derive(Debug, Clone, Copy)]
pub struct Guess<'c> {
    /// The controller.
    pub controller: &'static Controller,
    /// Settings that go with it, `name=value` each.
    pub settings: &'static [&'static str],
    /// What points to it: an image, a class, an annotation.
    pub by: &'c str,
    /// Where that stands.
    pub span: Span,
}

/// The controller that serves the objects, by what says most: the image of a controller that runs, else
/// the class of the first Ingress or Gateway that names a known one, else the prefix of an annotation.
/// `None` where nothing points to a controller that Portolan answers as.
pub fn guess(cluster: &Cluster) -> Option<Guess<'_>> {
    let routes = !cluster.http_routes.is_empty() || !cluster.grpc_routes.is_empty();
    if cluster.ingresses.is_empty() && (routes || !cluster.gateways.is_empty()) {
        return by_gateway(cluster);
    }
    by_image(cluster).or_else(|| by_class(cluster)).or_else(|| by_annotation(cluster))
}

fn of(name: &str, by: &'static str) -> Option<Guess<'static>> {
    let controller = find(name).ok()?;
    Some(Guess { controller, settings: &[], by, span: Span::default() })
}

fn by_gateway(cluster: &Cluster) -> Option<Guess<'_>> {
    let class = cluster.gateway_classes.iter().find_map(|c| c.controller_name.as_ref());
    let guess = of("gateway-api", "HTTPRoute")?;
    Some(match class.filter(|name| name.value == "traefik.io/gateway-controller") {
        Some(name) => {
            Guess { settings: &["implementation=traefik"], by: &name.value, span: name.span, ..guess }
        }
        None => guess,
    })
}

fn by_image(cluster: &Cluster) -> Option<Guess<'_>> {
    let pods = cluster.pods.iter().map(|p| &p.spec);
    let specs = pods.chain(cluster.workloads.iter().map(|w| &w.spec));
    specs.flat_map(|s| &s.containers).find_map(|container| {
        let image = container.image.as_deref()?;
        Some(Guess { by: image, span: container.span, ..of(of_image(image)?, "")? })
    })
}

/// The controllers of IngressClasses, and the names that their classes have as a rule.
const CLASSES: &[(&str, &str)] = &[
    ("k8s.io/ingress-nginx", "ingress-nginx"),
    ("traefik.io/ingress-controller", "traefik"),
    ("nginx", "ingress-nginx"),
    ("traefik", "traefik"),
];

fn by_class(cluster: &Cluster) -> Option<Guess<'_>> {
    let known = |word: &str| CLASSES.iter().find(|(class, _)| *class == word).map(|(_, name)| *name);
    cluster.ingresses.iter().find_map(|ingress| {
        let written = ingress.class_name.as_ref();
        let annotated = ingress.meta.annotation("kubernetes.io/ingress.class").map(|a| &a.value);
        let name = written.or(annotated).map(|c| c.value.as_str()).or(ingress.class_defaulted.as_deref())?;
        let class = cluster.ingress_classes.iter().find(|c| c.admitted && c.meta.name.value == name);
        let (word, span) = match (class.and_then(|c| c.controller.as_ref()), written.or(annotated)) {
            (Some(controller), _) => (controller.value.as_str(), controller.span),
            (None, Some(written)) => (written.value.as_str(), written.span),
            (None, None) => return None,
        };
        Some(Guess { by: word, span, ..of(known(word)?, "")? })
    })
}

fn by_annotation(cluster: &Cluster) -> Option<Guess<'_>> {
    cluster.ingresses.iter().flat_map(|i| &i.meta.annotations).find_map(|annotation| {
        let name = match annotation.key.value.split_once('/')?.0 {
            "nginx.ingress.kubernetes.io" => "ingress-nginx",
            "traefik.ingress.kubernetes.io" => "traefik",
            _ => return None,
        };
        Some(Guess { by: &annotation.key.value, span: annotation.key.span, ..of(name, "")? })
    })
}
