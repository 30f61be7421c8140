//! The same rules as manifests, under each controller: from the text to the answer.

use crate::contest::race;
use crate::rules::{requests, rules};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::manifest;
use portolan_core::routing::{Request, Resolution, Router};
use std::fmt::Write;
use std::time::Instant;

pub fn run() {
    println!(
        "{:<24}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "controller", "rules", "read", "cluster", "compile", "index", "resolve"
    );
    for (hosts, paths) in [(100, 10), (1, 1_000), (10_000, 10), (1, 10_000)] {
        let rules = rules(hosts, paths);
        let requests = requests(&rules);
        for controller in controller::all() {
            let text = match controller.name {
                "gateway-api" => gateway(&rules),
                name if name.ends_with("nginx") => ingresses(&rules, "k8s.io/ingress-nginx"),
                _ => ingresses(&rules, "traefik.io/ingress-controller"),
            };
            measure(controller, &rules, &requests, &text);
        }
    }
}

fn measure(
    controller: &controller::Controller,
    rules: &[(String, String)],
    requests: &[Request],
    text: &str,
) {
    let settings = Settings::new();
    let rounds = if rules.len() > 2_000 { 1 } else { 5 };
    let mut best = [f64::MAX; 4];
    let mut router = None;
    for _ in 0..rounds {
        let mut started = Instant::now();
        let mut lap = |at: usize| {
            best[at] = best[at].min(started.elapsed().as_secs_f64() * 1e3);
            started = Instant::now();
        };
        let manifest = manifest::read([("rules.yaml", text)]);
        lap(0);
        let cluster = Cluster::build(&manifest);
        lap(1);
        let table = controller.compile(&cluster, &settings).table;
        lap(2);
        router = Some(Router::new(table));
        lap(3);
    }
    let router = router.expect("there was a round");
    // What is under a rule must be found, by whatever rank and reading.
    for (at, request) in requests.iter().enumerate().filter(|(at, _)| at % 4 != 3) {
        let found = match router.resolve(request) {
            Resolution::Matched { route, .. } => router.table().route(route).is_some_and(|r| !r.last_resort),
            Resolution::Tied(_) => true,
            _ => false,
        };
        assert!(found, "{}: request {at} {} finds nothing", controller.name, request.line());
    }
    let times = race(requests, &[&|r| matches!(router.resolve(r), Resolution::Matched { .. })]);
    println!(
        "{:<24}{:>8}{:>7.1} ms{:>7.1} ms{:>7.1} ms{:>7.1} ms{:>7.1} ns",
        controller.name,
        rules.len(),
        best[0],
        best[1],
        best[2],
        best[3],
        times.best(0),
    );
}

/// An Ingress for each ten rules of a host.
fn ingresses(rules: &[(String, String)], class: &str) -> String {
    let mut text = services();
    let _ = write!(
        text,
        "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{ name: web }}\nspec: {{ controller: {class} }}\n"
    );
    for (at, chunk) in chunks(rules) {
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{ name: web-{at}, namespace: default }}\n\
             spec:\n  ingressClassName: web\n  rules:\n  - host: {}\n    http:\n      paths:\n",
            chunk[0].0
        );
        for (n, (_, path)) in chunk.iter().enumerate() {
            let _ = write!(
                text,
                "      - path: {path}\n        pathType: Prefix\n        backend: {{ service: {{ name: s{n}, port: {{ number: 80 }} }} }}\n",
            );
        }
    }
    text
}

/// An HTTPRoute for each ten rules of a host.
fn gateway(rules: &[(String, String)]) -> String {
    let mut text = services();
    text.push_str(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: web }\n\
         spec: { controllerName: example.com/gateway }\n\
         ---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: web, namespace: default }\n\
         spec:\n  gatewayClassName: web\n  listeners:\n  - { name: http, port: 80, protocol: HTTP }\n",
    );
    for (at, chunk) in chunks(rules) {
        let _ = write!(
            text,
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{ name: web-{at}, namespace: default }}\n\
             spec:\n  parentRefs:\n  - name: web\n  hostnames:\n  - {}\n  rules:\n",
            chunk[0].0
        );
        for (n, (_, path)) in chunk.iter().enumerate() {
            let _ = write!(
                text,
                "  - matches:\n    - path: {{ type: PathPrefix, value: {path} }}\n    backendRefs:\n    - {{ name: s{n}, port: 80 }}\n",
            );
        }
    }
    text
}

/// Ten rules of one host at a time.
fn chunks(rules: &[(String, String)]) -> impl Iterator<Item = (usize, &[(String, String)])> {
    rules.chunk_by(|a, b| a.0 == b.0).flat_map(|of_host| of_host.chunks(10)).enumerate()
}

fn services() -> String {
    let mut text = String::new();
    for n in 0..10 {
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata: {{ name: s{n}, namespace: default }}\nspec:\n  selector: {{ app: s{n} }}\n  \
             ports:\n  - port: 80\n\
             ---\napiVersion: v1\nkind: Pod\nmetadata: {{ name: s{n}, namespace: default, labels: {{ app: s{n} }} }}\n\
             spec:\n  containers:\n  - {{ name: web, image: web, ports: [ {{ containerPort: 80 }} ] }}\n"
        );
    }
    text
}
