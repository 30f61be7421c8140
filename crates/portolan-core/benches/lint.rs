//! What it costs to say what is wrong: `cargo bench -p portolan-core --bench lint`. Goal: 100 ms for
//! 1,000 Ingresses, all rules together.

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::lint::{self, Config, Context, Level};
use portolan_core::manifest;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// So many Ingresses, each with a host of its own and some paths, every tenth with expressions; a rule
/// of each never wins.
fn manifests(count: usize) -> String {
    let mut text = String::from(
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: nginx\nspec:\n  controller: k8s.io/ingress-nginx\n",
    );
    for i in 0..count {
        let mut ingress = |name: &str, annotations: &str, paths: &[(&str, &str)]| {
            let _ = write!(
                text,
                "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}-{i}\n{annotations}spec:\n  ingressClassName: nginx\n  rules:\n    - host: host-{i}.example.com\n      http:\n        paths:\n"
            );
            for (path_type, path) in paths {
                let _ = write!(
                    text,
                    "          - path: {path}\n            pathType: {path_type}\n            backend:\n              service:\n                name: web\n                port:\n                  number: 80\n"
                );
            }
        };
        let (annotations, expression) = match i % 10 {
            0 => ("  annotations:\n    nginx.ingress.kubernetes.io/rewrite-target: /$2\n", "/api(/|$)(.*)"),
            _ => ("", "/api"),
        };
        ingress(
            "web",
            annotations,
            &[
                ("ImplementationSpecific", expression),
                ("Exact", "/cart"),
                ("Prefix", "/cart/items"),
                ("Prefix", "/"),
            ],
        );
    }
    text.push_str("---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n");
    text
}

fn best(mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..7).map(once).min().unwrap_or_default()
}

fn main() {
    for count in [1_000, 10_000] {
        let read = manifest::read([("m.yaml".to_owned(), manifests(count))]);
        let cluster = Cluster::build(&read);
        let settings = Settings::new();
        for controller in controller::all() {
            let compiled = controller.compile(&cluster, &settings);
            let context = || Context::new(&read.sources, &cluster, controller, &settings, &compiled);
            let all = best(|| {
                std::hint::black_box(lint::run(&context(), &Config::default()));
            });
            let said = lint::run(&context(), &Config::default()).len();
            println!("{count:>6} Ingresses, {:<22} {all:>10.2?}  {said:>6} problems", controller.name);
            // The dearest rules, each alone.
            let mut rules: Vec<(Duration, &str)> = Vec::new();
            for rule in lint::all() {
                let mut config = Config::default();
                for other in lint::all().filter(|o| o.code != rule.code) {
                    config.set(other.code.0, Level::Off).expect("it is a code");
                }
                let time = best(|| {
                    std::hint::black_box(lint::run(&context(), &config));
                });
                rules.push((time, rule.name));
            }
            rules.sort_unstable();
            for (time, name) in rules.iter().rev().take(4) {
                println!("{:>40} {time:>10.2?}", name);
            }
        }
    }
}
