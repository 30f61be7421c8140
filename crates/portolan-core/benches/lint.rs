//! What all rules cost on a thousand Ingresses, beside the way to there: reading, building, compiling.
//!
//! `cargo bench -p portolan-core --bench lint`; the goal is 100 ms.

#[path = "harness/mod.rs"]
mod harness;

use harness::{Contestant, race};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::lint::{self, Config, Context, Level};
use portolan_core::manifest;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Ingresses, each with its Service and Deployment; one in ten has something wrong.
fn manifests(count: usize) -> String {
    let mut text = String::from(
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: {controller: k8s.io/ingress-nginx}\n",
    );
    for i in 0..count {
        let service = if i % 10 == 3 { format!("wbe-{i}") } else { format!("web-{i}") };
        let label = if i % 10 == 5 { format!("wbe-{i}") } else { format!("web-{i}") };
        let annotation = if i % 10 == 7 { "ssl-redirct" } else { "ssl-redirect" };
        let namespace = i % 20;
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web-{i}\n  namespace: team-{namespace}\n  annotations:\n    nginx.ingress.kubernetes.io/{annotation}: \"true\"\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"60\"\nspec:\n  ingressClassName: nginx\n  tls: [{{hosts: [h{i}.example.com], secretName: tls-{i}}}]\n  rules:\n  - host: h{i}.example.com\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend: {{service: {{name: {service}, port: {{number: 80}}}}}}\n      - path: /api\n        pathType: Prefix\n        backend: {{service: {{name: web-{i}, port: {{number: 80}}}}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: web-{i}, namespace: team-{namespace}}}\nspec: {{selector: {{app: web-{i}}}, ports: [{{port: 80, targetPort: http}}]}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-{i}, namespace: team-{namespace}}}\nspec:\n  replicas: 3\n  selector: {{matchLabels: {{app: {label}}}}}\n  template:\n    metadata: {{labels: {{app: {label}}}}}\n    spec: {{containers: [{{name: a, image: a, ports: [{{name: http, containerPort: 8080}}]}}]}}\n"
        );
    }
    text
}

fn main() {
    for count in [100, 1000] {
        let text = manifests(count);
        let manifest = manifest::read([("m.yaml", text.as_str())]);
        let cluster = Cluster::build(&manifest);
        let settings = Settings::new();
        let nginx = controller::find("ingress-nginx").expect("it is built in");
        let compiled = nginx.compile(&cluster, &settings);
        let config = Config::default();
        let found =
            lint::run(&Context::new(&manifest.sources, &cluster, nginx, &settings, &compiled), &config);
        println!("{count} Ingresses, {} KB: {} problems", text.len() >> 10, found.len());
        race(
            "linting",
            count as f64,
            "Ingresses",
            10,
            vec![
                Contestant::new("floor: visiting every byte", || {
                    text.bytes().filter(|b| *b == b'\n').count()
                }),
                Contestant::new("reading and building", || {
                    Cluster::build(&manifest::read([("m.yaml", text.as_str())])).ingresses.len()
                }),
                Contestant::new("compiling", || nginx.compile(&cluster, &settings).table.routes.len()),
                Contestant::new("all rules", || {
                    let cx = Context::new(&manifest.sources, &cluster, nginx, &settings, &compiled);
                    lint::run(&cx, &config).len()
                }),
            ],
        );
        let context = || Context::new(&manifest.sources, &cluster, nginx, &settings, &compiled);
        dearest(&context);
    }
}

/// The rules that cost most, each alone: where to look when the sum grows.
fn dearest<'c>(context: &dyn Fn() -> Context<'c>) {
    let mut rules: Vec<(Duration, &str)> = Vec::new();
    for rule in lint::all() {
        let mut config = Config::default();
        for other in lint::all().filter(|other| other.code != rule.code) {
            config.set(other.code.0, Level::Off).expect("it is a code");
        }
        let once = |_| {
            let start = Instant::now();
            std::hint::black_box(lint::run(&context(), &config));
            start.elapsed()
        };
        rules.push(((0..7).map(once).min().unwrap_or_default(), rule.name));
    }
    rules.sort_unstable();
    for (time, name) in rules.iter().rev().take(4) {
        println!("{name:>40} {time:>10.2?}");
    }
}
