//! Gateways and HTTPRoutes.

use super::{Flavour, requests, services, words};
use crate::rng::Rng;
use portolan_core::routing::Request;
use serde_json::{Value, json};

pub(super) const FLAVOURS: &[Flavour] = &[&[("implementation", "traefik")]];

const API: &str = "gateway.networking.k8s.io/v1";
const HOSTNAMES: &[&str] = &["a.com", "x.a.com", "*.a.com", "*.x.a.com", "b.com", "*.com"];

/// A cluster with a Gateway and a few routes.
pub(super) fn objects(rng: &mut Rng, _: &Flavour, port: u16) -> Vec<Value> {
    let mut gateways = vec![gateway(rng, "gateway", port)];
    if rng.percent(15) {
        gateways.push(gateway(rng, "annex", port));
    }
    let mut objects = vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "labels": {"kubernetes.io/metadata.name": "default"}}}),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", "labels": {"kubernetes.io/metadata.name": "team", "own": "yes"}}}),
        json!({"apiVersion": API, "kind": "GatewayClass", "metadata": {"name": "traefik"},
            "spec": {"controllerName": "traefik.io/gateway-controller"}}),
    ];
    objects.extend(gateways);
    // All of one age, or each of its own: in a cluster no object is without.
    let aged = rng.percent(50);
    let routes: Vec<Value> = (0..rng.between(1, 3)).map(|number| route(rng, number, port, aged)).collect();
    // Without any Service the manifests would be taken for a part of a cluster.
    let mut needed = services::service("e", None);
    for route in &routes {
        let own = route["metadata"]["namespace"].as_str();
        let rules = route["spec"]["rules"].as_array().into_iter().flatten();
        for backend in rules.filter_map(|r| r["backendRefs"].as_array()).flatten() {
            let name = backend["name"].as_str().unwrap_or_default();
            let namespace = backend["namespace"].as_str().or(own).filter(|n| *n != "default");
            needed.extend(services::service(name, namespace));
        }
    }
    let mut seen = std::collections::HashSet::new();
    needed.retain(|o: &Value| seen.insert((o["kind"].to_string(), crate::kubernetes::full_name(o))));
    objects.extend(routes);
    if rng.percent(50) {
        objects.push(json!({"apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
            "metadata": {"name": "grant", "namespace": "team"},
            "spec": {"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "default"}],
                "to": [{"group": "", "kind": "Service"}]}}));
    }
    objects.extend(needed);
    objects
}

fn gateway(rng: &mut Rng, name: &str, port: u16) -> Value {
    let mut listeners: Vec<Value> = Vec::new();
    for number in 0..rng.between(1, 3) {
        let mut listener = json!({"name": *["one", "two", "three"].get(number).unwrap_or(&"more"), "port": port, "protocol": "HTTP"});
        if number > 0 || rng.percent(40) {
            listener["hostname"] = rng.pick(HOSTNAMES).into();
        }
        match rng.below(6) {
            0 => listener["allowedRoutes"] = json!({"namespaces": {"from": "All"}}),
            1 => {
                listener["allowedRoutes"] =
                    json!({"namespaces": {"from": "Selector", "selector": {"matchLabels": {"own": "yes"}}}});
            }
            2 => listener["allowedRoutes"] = json!({"namespaces": {"from": "Same"}}),
            _ => {}
        }
        let same = |l: &Value| l["hostname"] == listener["hostname"];
        if !listeners.iter().any(same) {
            listeners.push(listener);
        }
    }
    json!({"apiVersion": API, "kind": "Gateway", "metadata": {"name": name},
        "spec": {"gatewayClassName": "traefik", "listeners": listeners}})
}

fn route(rng: &mut Rng, number: usize, port: u16, aged: bool) -> Value {
    let mut parent = json!({"name": "gateway"});
    if rng.percent(30) {
        parent["sectionName"] = rng.pick(&["one", "two", "three", "nope"]).into();
    }
    if rng.percent(10) {
        parent["port"] = if rng.percent(70) { port } else { 81 }.into();
    }
    let name = ["first", "second", "third"][number];
    let mut route = json!({"apiVersion": API, "kind": "HTTPRoute", "metadata": {"name": name}, "spec": {}});
    if rng.percent(15) {
        route["metadata"]["namespace"] = "team".into();
        parent["namespace"] = "default".into();
    }
    if aged {
        let second = rng.between(1, 3);
        route["metadata"]["creationTimestamp"] = format!("2024-05-01T00:00:0{second}Z").into();
    }
    let mut parents = vec![parent];
    if rng.percent(15) {
        let mut other = json!({"name": rng.pick(&["annex", "gateway", "none"])});
        if let Some(namespace) = parents[0]["namespace"].as_str() {
            other["namespace"] = namespace.into();
        }
        // Two references to one Gateway have to name different sections.
        if parents[0]["name"] != other["name"] {
            parents.push(other);
        }
    }
    route["spec"]["parentRefs"] = parents.into();
    let mut hostnames: Vec<&str> = (0..rng.between(0, 2)).map(|_| rng.pick(HOSTNAMES)).collect();
    hostnames.dedup();
    if !hostnames.is_empty() {
        route["spec"]["hostnames"] = hostnames.into();
    }
    let rules: Vec<Value> = (0..rng.between(1, 3)).map(|_| rule(rng)).collect();
    route["spec"]["rules"] = rules.into();
    route
}

fn rule(rng: &mut Rng) -> Value {
    let mut rule = json!({});
    let matches: Vec<Value> = (0..rng.between(0, 3)).map(|_| one_match(rng)).collect();
    let all_prefixes = matches.iter().all(|m| !m["path"].is_object() || m["path"]["type"] == "PathPrefix");
    let mut redirects = false;
    if rng.percent(30) {
        let filter = filter(rng, all_prefixes);
        redirects = filter["type"] == "RequestRedirect";
        let mut filters = vec![filter];
        if rng.percent(25) {
            let other = self::filter(rng, all_prefixes);
            if other["type"] != filters[0]["type"] && other["type"] != "RequestRedirect" {
                filters.insert(rng.below(2), other);
            }
        }
        // The API server takes either a redirect or a rewrite.
        if redirects {
            filters.retain(|f| f["type"] != "URLRewrite");
        }
        rule["filters"] = filters.into();
    }
    if rng.percent(3) {
        rule["timeouts"] = json!({"request": rng.pick(&["10s", "0s"])});
    }
    if !matches.is_empty() {
        rule["matches"] = matches.into();
    }
    if !redirects && rng.percent(95) {
        let backends: Vec<Value> =
            (0..rng.pick(&[&1, &1, &1, &2, &3]).to_owned()).map(|_| backend(rng)).collect();
        rule["backendRefs"] = backends.into();
    }
    rule
}

fn one_match(rng: &mut Rng) -> Value {
    let mut one = json!({});
    if rng.percent(85) {
        let kind = rng.pick(&["Exact", "PathPrefix", "PathPrefix", "PathPrefix", "RegularExpression"]);
        let path = match kind {
            "RegularExpression" => rng
                .pick(&["/v[0-9]+/x", "/foo.*", "^/foo", "/(foo|bar)", "/foo$", "foo", "/.*", "/fo+"])
                .to_owned(),
            _ => words::any_path(rng),
        };
        one["path"] = json!({"type": kind, "value": path});
        if kind == "PathPrefix" && rng.percent(20) {
            one["path"] = json!({"value": path});
        }
    }
    if rng.percent(12) {
        one["method"] = rng.pick(&["GET", "POST", "HEAD", "OPTIONS"]).into();
    }
    if rng.percent(15) {
        let kind = if rng.percent(75) { "Exact" } else { "RegularExpression" };
        one["headers"] = json!([{"type": kind, "name": rng.pick(&["X-A", "x-a", "X-B", "Host"]), "value": rng.pick(&["1", "2", "1.*"])}]);
        if rng.percent(20) {
            one["headers"] = json!([{"name": "X-A", "value": "1"}, {"name": "X-B", "value": "2"}]);
        }
    }
    if rng.percent(12) {
        let kind = if rng.percent(75) { "Exact" } else { "RegularExpression" };
        one["queryParams"] = json!([{"type": kind, "name": rng.pick(&["x", "y", "X"]), "value": rng.pick(&["1", "2", "[0-9]", "a b"])}]);
    }
    one
}

fn filter(rng: &mut Rng, all_prefixes: bool) -> Value {
    let path = |rng: &mut Rng| match rng.percent(50) && all_prefixes {
        true => {
            json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": rng.pick(&["/", "/new", "/new/", "/a/b", ""])})
        }
        false => {
            json!({"type": "ReplaceFullPath", "replaceFullPath": rng.pick(&["/", "/full", "/full/", "/f?x=1", "/ä"])})
        }
    };
    match rng.below(6) {
        0 | 1 => {
            let mut redirect = json!({});
            if rng.percent(40) {
                redirect["scheme"] = rng.pick(&["https", "http"]).into();
            }
            if rng.percent(40) {
                redirect["hostname"] = "other.org".into();
            }
            if rng.percent(40) {
                redirect["path"] = path(rng);
            }
            if rng.percent(25) {
                redirect["port"] = (*rng.pick(&[&80, &443, &8443])).into();
            }
            if rng.percent(50) {
                redirect["statusCode"] = (*rng.pick(&[&301, &302])).into();
            }
            json!({"type": "RequestRedirect", "requestRedirect": redirect})
        }
        2 => match rng.below(5) {
            0 => {
                json!({"type": "ResponseHeaderModifier", "responseHeaderModifier": {"add": [{"name": "X-Y", "value": "1"}]}})
            }
            1 => json!({"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "e", "port": 80}}}),
            2 => json!({"type": "CORS", "cors": {"allowOrigins": ["*"]}}),
            3 => {
                json!({"type": "ExtensionRef", "extensionRef": {"group": "traefik.io", "kind": "Middleware", "name": "none"}})
            }
            _ => {
                let name = rng.pick(&["Host", "host", "X-A"]);
                match rng.below(3) {
                    0 => {
                        json!({"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": name, "value": "set.org"}]}})
                    }
                    1 => {
                        json!({"type": "RequestHeaderModifier", "requestHeaderModifier": {"add": [{"name": name, "value": "added.org"}]}})
                    }
                    _ => {
                        json!({"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": [name]}})
                    }
                }
            }
        },
        3 => {
            let mut rewrite = json!({});
            if rng.percent(40) {
                rewrite["hostname"] = "inner.org".into();
            }
            if rng.percent(80) {
                rewrite["path"] = path(rng);
            }
            json!({"type": "URLRewrite", "urlRewrite": rewrite})
        }
        _ => {
            json!({"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-A", "value": "1"}]}})
        }
    }
}

fn backend(rng: &mut Rng) -> Value {
    let (name, port) = match rng.below(24) {
        4 => (rng.pick(&["pair", "half", "fading"]), 80),
        0 => ("nobody", 80),
        1 => ("missing", 80),
        2 => ("named", 8080),
        3 => ("a", 81),
        _ => (rng.pick(services::READY), 80),
    };
    let mut backend = json!({"name": name, "port": port});
    if rng.percent(25) {
        backend["weight"] = (*rng.pick(&[&0, &1, &5])).into();
    }
    if rng.percent(8) {
        backend["namespace"] = "team".into();
    }
    if rng.percent(6) {
        backend["filters"] = json!([filter(rng, false)]);
    }
    backend
}

/// A request to some of these routes, or near one.
pub(super) fn request(rng: &mut Rng, objects: &[Value], port: u16) -> Request {
    let routes = || objects.iter().filter(|o| o["kind"] == "HTTPRoute");
    let listeners = objects.iter().filter_map(|o| o["spec"]["listeners"].as_array()).flatten();
    let mut hosts: Vec<String> = listeners.filter_map(|l| Some(l["hostname"].as_str()?.to_owned())).collect();
    let named = routes().filter_map(|r| r["spec"]["hostnames"].as_array()).flatten();
    hosts.extend(named.filter_map(|h| Some(h.as_str()?.to_owned())));
    let matches = || {
        let rules = routes().filter_map(|r| r["spec"]["rules"].as_array()).flatten();
        rules.filter_map(|r| r["matches"].as_array()).flatten()
    };
    let paths: Vec<&str> = matches().filter_map(|m| m["path"]["value"].as_str()).collect();
    let mut request = requests::near(rng, &hosts, &paths, port);
    let methods: Vec<&str> = matches().filter_map(|m| m["method"].as_str()).collect();
    if let Some(method) = rng.of(&methods).filter(|_| rng.clone().percent(50)) {
        request.method = (*method).to_owned();
    }
    if matches().any(|m| m["headers"].is_array()) && rng.percent(60) {
        for name in ["x-a", "X-B"] {
            if rng.percent(60) {
                let value = rng.pick(&["1", "2", "12", "1,2", ""]);
                request.headers.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    if matches().any(|m| m["queryParams"].is_array()) && rng.percent(60) {
        let path = request.target.split(['?', '#']).next().unwrap_or_default().to_owned();
        request.target = path
            + rng.pick(&[
                "?x=1", "?y=2", "?x=1&y=2", "?x=2&x=1", "?x=%31", "?X=1", "?x", "?x=12", "?x=a+b",
                "?x=a%20b", "?x=1;y=2",
            ]);
    }
    request
}
