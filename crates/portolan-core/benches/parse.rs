//! How fast manifests are read, beside a reader that keeps no places: `cargo bench --bench parse`.

mod harness;

use std::fmt::Write as _;
use std::sync::Arc;

use harness::{Contestant, race};
use portolan_core::cluster::Cluster;
use portolan_core::manifest::{Limits, read, read_with_general_reader};
use serde::Deserialize;

/// The shape of an Ingress, as somebody would derive it who needs nothing but its rules.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Ingress {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Metadata {
    name: String,
    namespace: String,
    #[serde(default)]
    annotations: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Spec {
    ingress_class_name: String,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Rule {
    host: String,
    http: Http,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Http {
    paths: Vec<Path>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Path {
    path: String,
    path_type: String,
    backend: Backend,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Backend {
    service: Service,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Service {
    name: String,
    port: Port,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "what is deserialised need not be looked at")]
struct Port {
    number: u16,
}

/// About `bytes` of Ingresses, four hosts of six paths each.
fn ingresses(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 10_000);
    let mut number = 0;
    while text.len() < bytes {
        let _ = write!(
            text,
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app-{number}\n  \
             namespace: team-{}\n  annotations:\n    nginx.ingress.kubernetes.io/ssl-redirect: \"false\"\n\
             spec:\n  ingressClassName: nginx\n  rules:\n",
            number % 50
        );
        for host in 0..4 {
            let _ = write!(text, "  - host: h{host}.app-{number}.example.com\n    http:\n      paths:\n");
            for path in 0..6 {
                let _ = write!(
                    text,
                    "      - path: /api/v{path}/resource\n        pathType: Prefix\n        backend:\n          \
                     service:\n            name: svc-{path}\n            port:\n              number: {}\n",
                    8000 + path
                );
            }
        }
        number += 1;
    }
    text
}

fn main() {
    let text = ingresses(5_000_000);
    let shared: Arc<str> = text.as_str().into();
    let documents = serde_yaml::Deserializer::from_str(&text).count();
    let limits = Limits::default();
    println!("{} bytes, {} lines, {documents} Ingresses\n", text.len(), text.lines().count());
    let contestants = vec![
        Contestant::new("serde_yaml (serde_norway), typed, no places", || {
            let typed = serde_yaml::Deserializer::from_str(&text).map(Ingress::deserialize);
            typed.collect::<Result<Vec<_>, _>>().map_or(0, |all| all.len())
        }),
        Contestant::new("portolan, tree with places", || {
            read([("m.yaml", Arc::clone(&shared))]).objects.len()
        }),
        Contestant::new("portolan, cluster: tree, then typed and validated", || {
            Cluster::build(&read([("m.yaml", Arc::clone(&shared))])).ingresses.len()
        }),
        Contestant::new("portolan, general reader alone", || {
            read_with_general_reader([("m.yaml", Arc::clone(&shared))], &limits).objects.len()
        }),
        Contestant::new("granit-parser, events only", || {
            granit_parser::Parser::new_from_str(&text).filter(Result::is_ok).count()
        }),
        Contestant::new("serde_yaml (serde_norway), Value, no places", || {
            let values = serde_yaml::Deserializer::from_str(&text).map(serde_yaml::Value::deserialize);
            values.collect::<Result<Vec<_>, _>>().map_or(0, |all| all.len())
        }),
    ];
    race("5 MB of Ingresses", text.len() as f64 / 1e6, "MB", 7, contestants);
}
