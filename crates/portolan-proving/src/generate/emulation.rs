//! Ingresses for Traefik's emulation of ingress-nginx.

use super::{Flavour, annotations, services, words};
use crate::rng::Rng;
use serde_json::{Value, json};

pub(super) const FLAVOURS: &[Flavour] = &[
    &[],
    &[("strictValidatePathType", "false"), ("entryPoints.web.http.sanitizePath", "false")],
    &[("watchIngressWithoutClass", "true"), ("defaultBackendService", "default/e")],
    &[("ingressClassByName", "true"), ("ingressClass", "edge")],
    &[("allowSnippetAnnotations", "true")],
    &[("entryPoints.web.http.redirections.entryPoint.to", "websecure")],
];

const SCOPE: annotations::Scope = annotations::Scope { guards: true, variables: true, tls: true };

/// A cluster with a few Ingresses.
pub(super) fn objects(rng: &mut Rng, flavour: &Flavour, _: u16) -> Vec<Value> {
    let edge = flavour.iter().any(|(name, _)| *name == "ingressClass");
    let own = if edge { "edge" } else { "nginx" };
    let class = |name: &str, controller: &str| {
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": name},
            "spec": {"controller": controller}})
    };
    let mut objects =
        vec![class(own, if edge && rng.percent(50) { "example.com/edge" } else { "k8s.io/ingress-nginx" })];
    if rng.percent(20) {
        objects.push(class("other", "example.com/other"));
    }
    let mut ingresses: Vec<Value> = Vec::new();
    for number in 0..rng.between(1, 4) {
        let name = ["one", "two", "three", "four"][number];
        match ingresses.first() {
            Some(first) if rng.percent(20) => {
                let canary = annotations::canary(rng, first, name);
                ingresses.push(canary);
            }
            _ => ingresses.push(ingress(rng, name, own, SCOPE, words::HOSTS)),
        }
    }
    finish(&mut objects, ingresses);
    objects
}

/// Adds Ingresses and what they need.
pub(super) fn finish(objects: &mut Vec<Value>, ingresses: Vec<Value>) {
    let mut needed = services::for_objects(&ingresses);
    for ingress in &ingresses {
        let namespace = ingress["metadata"]["namespace"].as_str();
        if let Some(name) = annotations::value(ingress, "default-backend") {
            needed.extend(services::service(name, namespace));
        }
    }
    needed.extend(services::service("e", None));
    if ingresses.iter().any(|i| annotations::value(i, "auth-secret").is_some()) {
        needed.push(annotations::users());
    }
    let mut seen = std::collections::HashSet::new();
    needed.retain(|o| seen.insert((o["kind"].to_string(), crate::kubernetes::full_name(o))));
    objects.extend(ingresses);
    objects.extend(needed);
}

/// An Ingress with annotations of nginx.
pub(super) fn ingress(
    rng: &mut Rng,
    name: &str,
    class: &str,
    scope: annotations::Scope,
    hosts: &[&str],
) -> Value {
    let mut ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": {}});
    if rng.percent(10) {
        ingress["metadata"]["namespace"] = "team".into();
    }
    if rng.percent(40) {
        let second = rng.between(1, 3);
        ingress["metadata"]["creationTimestamp"] = format!("2024-05-01T00:00:0{second}Z").into();
    }
    ingress["metadata"]["annotations"] = json!({});
    match rng.below(20) {
        0 => {}
        1 => ingress["spec"]["ingressClassName"] = "other".into(),
        2 => {
            ingress["metadata"]["annotations"]["kubernetes.io/ingress.class"] =
                rng.pick(&["nginx", "other", ""]).into()
        }
        _ => ingress["spec"]["ingressClassName"] = class.into(),
    }
    annotations::add(rng, &mut ingress, scope);
    let regex = annotations::value(&ingress, "use-regex").is_some()
        || annotations::value(&ingress, "rewrite-target").is_some();
    let rules: Vec<Value> = match rng.percent(6) {
        true => Vec::new(),
        false => (0..rng.between(1, 2)).map(|_| rule(rng, regex, hosts)).collect(),
    };
    if rules.is_empty() || rng.percent(6) {
        ingress["spec"]["defaultBackend"] = services::backend(rng);
    }
    if !rules.is_empty() {
        ingress["spec"]["rules"] = rules.into();
    }
    if let Some(meta) = ingress["metadata"].as_object_mut().filter(|m| m["annotations"] == json!({})) {
        meta.remove("annotations");
    }
    ingress
}

fn rule(rng: &mut Rng, regex: bool, hosts: &[&str]) -> Value {
    let host = hosts[rng.below(hosts.len())];
    let paths: Vec<Value> = (0..rng.between(1, 3)).map(|_| path(rng, regex)).collect();
    let mut rule = json!({"http": {"paths": paths}});
    if !host.is_empty() {
        rule["host"] = host.into();
    }
    rule
}

fn path(rng: &mut Rng, regex: bool) -> Value {
    let kind = match regex {
        true => rng.pick(&[
            "Exact",
            "Prefix",
            "ImplementationSpecific",
            "ImplementationSpecific",
            "ImplementationSpecific",
        ]),
        false => rng.pick(&["Exact", "Prefix", "Prefix", "Prefix", "ImplementationSpecific"]),
    };
    let text = match kind {
        "ImplementationSpecific" if regex => words::expression(rng),
        "ImplementationSpecific" if rng.percent(3) => String::new(),
        "ImplementationSpecific" if rng.percent(30) => words::own_path(rng),
        // The odd ones are refused by default, the whole Ingress with them.
        _ if rng.percent(5) => words::any_path(rng),
        _ => words::path(rng),
    };
    let mut path = json!({"pathType": kind, "backend": services::backend(rng)});
    if !text.is_empty() {
        path["path"] = text.into();
    }
    path
}
