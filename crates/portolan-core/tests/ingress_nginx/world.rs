//! Clusters in few words, and what is asked of them.

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Compiled, Settings};
use portolan_core::manifest;
use portolan_core::routing::{Answer, Outcome, Request, Router, Scheme};
use std::fmt::Write;

/// A cluster in few words. Services named `none…` have no endpoints.
#[derive(Default)]
pub struct World {
    pub yaml: String,
    pub services: Vec<String>,
    pub settings: Vec<String>,
}

impl World {
    pub fn new() -> Self {
        let yaml = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\n\
                    spec: {controller: k8s.io/ingress-nginx}\n";
        World { yaml: yaml.to_owned(), ..World::default() }
    }

    pub fn set(mut self, pair: &str) -> Self {
        self.settings.push(pair.to_owned());
        self
    }

    pub fn object(mut self, yaml: &str) -> Self {
        writeln!(self.yaml, "---\n{yaml}").expect("a String takes all");
        self
    }

    /// An Ingress: its name, annotations, rules (`host P /path service`, `-` for no host), and more
    /// lines of its spec.
    pub fn ingress(mut self, name: &str, annotations: &[(&str, &str)], rules: &[&str], more: &str) -> Self {
        let out = &mut self.yaml;
        write!(
            out,
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  annotations:\n    a: b\n"
        )
        .expect("a String takes all");
        for (key, value) in annotations {
            writeln!(out, "    nginx.ingress.kubernetes.io/{key}: {value:?}").expect("a String takes all");
        }
        writeln!(out, "spec:\n  ingressClassName: nginx").expect("a String takes all");
        if !more.is_empty() {
            writeln!(out, "  {more}").expect("a String takes all");
        }
        if !rules.is_empty() {
            writeln!(out, "  rules:").expect("a String takes all");
        }
        for rule in rules {
            let words: Vec<&str> = rule.split(' ').collect();
            let [host, kind, path, service] = words[..] else { panic!("{rule}") };
            let kind = match kind {
                "E" => "Exact",
                "P" => "Prefix",
                _ => "ImplementationSpecific",
            };
            let host = if host == "-" { String::new() } else { format!("host: {host:?}, ") };
            writeln!(
                out,
                "  - {{{host}http: {{paths: [{{path: {path:?}, pathType: {kind}, \
                 backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}"
            )
            .expect("a String takes all");
            self.services.push(service.to_owned());
        }
        self
    }

    pub fn service(mut self, name: &str) -> Self {
        self.services.push(name.to_owned());
        self
    }

    pub fn compile(mut self) -> Compiled {
        self.services.sort();
        self.services.dedup();
        for name in &self.services {
            write!(
                self.yaml,
                "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n\
                 spec: {{ports: [{{port: 80, targetPort: 8080}}]}}\n"
            )
            .expect("a String takes all");
            let endpoints = if name.starts_with("none") {
                "[]"
            } else {
                "[{addresses: [10.1.2.3], conditions: {ready: true}}]"
            };
            write!(
                self.yaml,
                "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
                 metadata: {{name: {name}-1, labels: {{kubernetes.io/service-name: {name}}}}}\n\
                 addressType: IPv4\nports: [{{name: '', port: 8080}}]\nendpoints: {endpoints}\n"
            )
            .expect("a String takes all");
        }
        let controller = controller::find("ingress-nginx").expect("it is there");
        let mut settings = Settings::new();
        for pair in &self.settings {
            settings.set(controller, pair).expect("a setting of its own");
        }
        let manifest = manifest::read([("world.yaml", self.yaml.as_str())]);
        let cluster = Cluster::build(&manifest);
        assert!(
            cluster.problems.iter().all(|p| p.severity < portolan_core::problem::Severity::Error),
            "{:?}",
            cluster.problems
        );
        controller.compile(&cluster, &settings)
    }

    pub fn router(self) -> Router {
        Router::new(self.compile().table)
    }
}

/// A request line with headers: `GET http://h.com/foo`, `X-C: 1`.
fn request(line: &str, headers: &[&str]) -> Request {
    let (method, url) = line.split_once(' ').unwrap_or(("GET", line));
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let at = rest.find('/').unwrap_or(rest.len());
    let mut request = Request::get(&rest[..at], &rest[at..]);
    request.method = method.to_owned();
    request.scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    request.client_ip = "203.0.113.9".parse().ok();
    for header in headers {
        let (name, value) = header.split_once(": ").expect("a header");
        request.headers.push((name.to_owned(), value.to_owned()));
    }
    request
}

/// The answer, which the explanation has to give as well.
pub fn outcome(router: &Router, line: &str, headers: &[&str]) -> Outcome {
    let request = request(line, headers);
    let outcome = router.answer(&request);
    assert_eq!(outcome, router.explain(&request).outcome, "{line}");
    outcome
}

/// An answer in a few words: `foo /path`, `301 http://…`, `404`.
pub fn ask(router: &Router, line: &str, headers: &[&str]) -> String {
    match outcome(router, line, headers).answer {
        Answer::Forward { targets, path, .. } => {
            let names: Vec<_> = targets.iter().map(|t| t.service.trim_start_matches("default/")).collect();
            format!("{} {path}", names.join("|"))
        }
        Answer::Redirect { status, location } => format!("{status} {location}"),
        Answer::Respond { status, .. } => status.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Asks one after the other: a line, with headers behind `|`, and its answer in a few words.
pub fn check(world: World, expected: &[(&str, &str)]) {
    let router = world.router();
    for (line, answer) in expected {
        let mut parts = line.split(" | ");
        let request = parts.next().unwrap_or_default();
        let headers: Vec<&str> = parts.collect();
        assert_eq!(ask(&router, request, &headers), *answer, "{line}");
    }
}
