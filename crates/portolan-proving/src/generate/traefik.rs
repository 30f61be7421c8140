//! Ingresses for Traefik's own provider.

use super::{Flavour, services, words};
use crate::rng::Rng;
use serde_json::{Value, json};

pub(super) const FLAVOURS: &[Flavour] = &[
    &[],
    &[("strictPrefixMatching", "true"), ("allowEmptyServices", "true")],
    &[("ingressClass", "edge"), ("entryPoints.web.http.sanitizePath", "false")],
    &[("disableIngressClassLookup", "true"), ("entryPoints.web.http.encodeQuerySemicolons", "true")],
    &[("entryPoints.web.asDefault", "true")],
    &[
        ("entryPoints.web.http.redirections.entryPoint.to", "websecure"),
        ("entryPoints.web.http.redirections.entryPoint.priority", "40"),
    ],
];

/// A cluster with a few Ingresses.
pub(super) fn objects(rng: &mut Rng, flavour: &Flavour, _: u16) -> Vec<Value> {
    let edge = flavour.iter().any(|(name, _)| *name == "ingressClass");
    let class = |name: &str, controller: &str| {
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": name},
            "spec": {"controller": controller}})
    };
    let mut objects = vec![class(if edge { "edge" } else { "traefik" }, "traefik.io/ingress-controller")];
    if rng.percent(20) {
        objects.push(class("other", "example.com/other"));
    }
    if rng.percent(20) {
        objects.push(class("second", "traefik.io/ingress-controller"));
    }
    let mut ingresses: Vec<Value> = (0..rng.between(1, 4)).map(|i| ingress(rng, i, edge)).collect();
    let services = services::for_objects(&ingresses);
    objects.append(&mut ingresses);
    objects.extend(services);
    for object in &mut objects {
        if object["kind"] == "Service" && rng.percent(10) {
            let (name, value) = match rng.below(12) {
                0 => ("passhostheader", "true"),
                1 => ("nope", "x"),
                2 => ("serversscheme", "http"),
                3 => ("sticky.cookie", "true"),
                4 => ("sticky.cookie.name", "c"),
                5 => ("passhostheader", "x"),
                6 => ("serverstransport", "x@file"),
                7 => ("strategy", rng.pick(&["wrr", "p2c", "nope"])),
                _ => ("passhostheader", "false"),
            };
            object["metadata"]["annotations"] =
                json!({format!("traefik.ingress.kubernetes.io/service.{name}"): value});
        }
    }
    objects
}

fn ingress(rng: &mut Rng, number: usize, edge: bool) -> Value {
    let name = ["one", "two", "three", "four"][number % 4];
    let mut ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": {}});
    if rng.percent(15) {
        ingress["metadata"]["namespace"] = "team".into();
    }
    let mut annotations = annotations(rng);
    let own = if edge { "edge" } else { "traefik" };
    match rng.below(20) {
        0 => {}
        1 => ingress["spec"]["ingressClassName"] = "second".into(),
        2 => ingress["spec"]["ingressClassName"] = "other".into(),
        3 | 4 => annotations["kubernetes.io/ingress.class"] = own.into(),
        5 => annotations["kubernetes.io/ingress.class"] = rng.pick(&["other", "", "traefik"]).into(),
        _ => ingress["spec"]["ingressClassName"] = own.into(),
    }
    if annotations.as_object().is_some_and(|a| !a.is_empty()) {
        ingress["metadata"]["annotations"] = annotations;
    }
    let rules: Vec<Value> = match rng.percent(6) {
        true => Vec::new(),
        false => (0..rng.between(1, 3)).map(|_| rule(rng)).collect(),
    };
    if rules.is_empty() || rng.percent(6) {
        ingress["spec"]["defaultBackend"] = services::backend(rng);
    }
    if !rules.is_empty() {
        ingress["spec"]["rules"] = rules.into();
    }
    if rng.percent(8) {
        ingress["spec"]["tls"] = json!([{"hosts": ["a.com"], "secretName": "none"}]);
    }
    ingress
}

fn rule(rng: &mut Rng) -> Value {
    let host = rng.pick(words::HOSTS);
    let paths: Vec<Value> = (0..rng.between(1, 4)).map(|_| path(rng)).collect();
    let mut rule = match rng.percent(97) {
        true => json!({"http": {"paths": paths}}),
        false => json!({}),
    };
    if !host.is_empty() {
        rule["host"] = host.into();
    }
    rule
}

fn path(rng: &mut Rng) -> Value {
    let kind = rng.pick(&["Exact", "Prefix", "Prefix", "Prefix", "ImplementationSpecific"]);
    let text = match kind {
        "ImplementationSpecific" if rng.percent(5) => String::new(),
        "ImplementationSpecific" => words::own_path(rng),
        _ => words::any_path(rng),
    };
    let mut path = json!({"pathType": kind, "backend": services::backend(rng)});
    if !text.is_empty() {
        path["path"] = text.into();
    }
    path
}

fn annotations(rng: &mut Rng) -> Value {
    let mut all = json!({});
    let mut set =
        |name: &str, value: &str| all[format!("traefik.ingress.kubernetes.io/router.{name}")] = value.into();
    if rng.percent(15) {
        set(
            "priority",
            rng.pick(&["0", "1", "-1", "20", "30", "45", "1000", "+5", "x", "9223372036854775807"]),
        );
    }
    if rng.percent(25) {
        set(
            "pathmatcher",
            rng.pick(&["Path", "PathPrefix", "PathRegexp", "PathRegexp", "PathRegexp", "Nope", ""]),
        );
    }
    if rng.percent(6) {
        set("entrypoints", rng.pick(&["web", "websecure", "web,websecure", "nope", "web, nope"]));
    }
    if rng.percent(4) {
        set("tls", rng.pick(&["true", "false", "", "yes"]));
    }
    if rng.percent(5) {
        set("rulesyntax", rng.pick(&["v2", "v2", "v3", "x"]));
    }
    if rng.percent(2) {
        set("tls.options", "default");
    }
    if rng.percent(2) {
        set(
            rng.pick(&["nope", "middlewares", "observability.accesslogs"]),
            rng.pick(&["true", "x@kubernetescrd"]),
        );
    }
    all
}
