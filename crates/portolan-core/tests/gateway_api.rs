//! The Gateway API beyond its cases: the examples of its text and of its conformance tests that no
//! case holds, and what is said where it leaves something open.

mod gateway_api {
    mod listeners;
    mod routes;
    mod standard;
    mod validation;

    use portolan_core::cluster::Cluster;
    use portolan_core::controller::{self, Settings};
    use portolan_core::manifest;
    use portolan_core::routing::{Answer, Certainty, Request, Router, Scheme};
    use std::fmt::Write;

    /// A router for manifests, with settings `name=value`.
    pub fn router(manifests: &str, settings: &[&str]) -> Router {
        let controller = controller::find("gateway-api").expect("it is there");
        let mut chosen = Settings::new();
        for setting in settings {
            chosen.set(controller, setting).expect("a setting of its own");
        }
        let manifest = manifest::read([("m.yaml", manifests)]);
        Router::new(controller.compile(&Cluster::build(&manifest), &chosen).table)
    }

    /// A request as `METHOD scheme://host[:port]/target`, the method left out for GET. The port is
    /// that of the connection and not part of the `Host` header.
    pub fn request(line: &str) -> Request {
        let (method, url) = line.split_once(' ').unwrap_or(("GET", line));
        let (scheme, rest) = url.split_once("://").expect("a scheme");
        let (host, target) = rest.split_at(rest.find('/').expect("a path"));
        let (host, port) = match host.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().expect("a port"))),
            None => (host, None),
        };
        let mut request = Request::get(host, target);
        request.method = method.to_owned();
        request.port = port;
        request.scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
        request
    }

    /// The answer in a few words: `default/web:80 /path`, `302 http://…`, `404`.
    pub fn words(answer: &Answer) -> String {
        match answer {
            Answer::Forward { targets, path, .. } => {
                let mut out = String::new();
                for target in targets {
                    write!(out, "{}:{} ", target.service, target.port.unwrap_or(0))
                        .expect("a String takes all");
                }
                out + path
            }
            Answer::Redirect { status, location } => format!("{status} {location}"),
            Answer::Respond { status, .. } => status.to_string(),
            other => panic!("no such answer: {other:?}"),
        }
    }

    /// What is answered to a request, having checked that both ways agree.
    pub fn ask(router: &Router, request: &Request) -> (String, Certainty) {
        let outcome = router.answer(request);
        assert_eq!(outcome, router.explain(request).outcome, "{}", request.line());
        (words(&outcome.answer), outcome.certainty)
    }

    /// What is answered to a line, as [`request`] reads it.
    pub fn get(router: &Router, line: &str) -> String {
        ask(router, &request(line)).0
    }

    /// A Gateway `gw` of class `c` with these listeners, each in flow style.
    pub fn gateway(listeners: &[&str]) -> String {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {{name: c}}\n\
             spec: {{controllerName: example.com/c}}\n---\n\
             apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw}}\n\
             spec: {{gatewayClassName: c, listeners: [{}]}}\n",
            listeners.join(", ")
        )
    }

    /// An HTTPRoute on `gw`; `spec` is the rest of its spec in flow style.
    pub fn route(name: &str, spec: &str) -> String {
        format!(
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}}}\n\
             spec: {{{}{spec}}}\n",
            if spec.contains("parentRefs") { "" } else { "parentRefs: [{name: gw}], " }
        )
    }

    /// Services with a port 80 and a ready endpoint each, `namespace/name` or `name`.
    pub fn services(names: &[&str]) -> String {
        let mut out = String::new();
        for name in names {
            let (namespace, name) = name.split_once('/').unwrap_or(("default", name));
            write!(
                out,
                "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n\
                 spec: {{ports: [{{port: 80}}]}}\n---\n\
                 apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
                 metadata: {{name: {name}-1, namespace: {namespace}, labels: {{kubernetes.io/service-name: {name}}}}}\n\
                 addressType: IPv4\nports: [{{name: '', port: 8080}}]\nendpoints: [{{addresses: [10.0.0.1]}}]\n"
            )
            .expect("a String takes all");
        }
        out
    }
}
