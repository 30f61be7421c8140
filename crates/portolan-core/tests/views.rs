//! What Traefik's providers write is what the real Traefik showed for the same manifests
//! (`tests/views/traefik.json`, from `/api/rawdata`).

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller, Settings, ViewLine};
use portolan_core::manifest;
use serde_json::{Map, Value, json};

fn lines(controller: &Controller, manifests: &str, settings: &[(&str, &str)]) -> Vec<ViewLine> {
    let mut chosen = Settings::new();
    for (name, value) in settings {
        chosen.set(controller, &format!("{name}={value}")).expect("a setting");
    }
    let manifest = manifest::read([("m.yaml", manifests)]);
    controller.view(&Cluster::build(&manifest), &chosen).expect("it writes a configuration")
}

fn text(lines: &[ViewLine]) -> String {
    lines.iter().map(|l| format!("{}\n", l.text)).collect()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Middlewares are compared by kind, and by content where they decide where a request goes.
#[track_caller]
fn same_middlewares(seen: &Map<String, Value>, real: &Map<String, Value>, whole: &str) {
    for (name, definition) in real {
        let own = seen.get(name).unwrap_or_else(|| panic!("no middleware {name}\n{whole}"));
        for (kind, content) in object(definition) {
            match (&content, kind.as_str()) {
                (Value::Null, _) => assert!(own.get(&kind).is_some(), "{name}: {kind}, {own}"),
                _ => assert_eq!(own.get(&kind), Some(&content), "{name}\n{whole}"),
            }
        }
    }
    assert_eq!(seen.len(), real.len(), "\n{whole}");
}

#[test]
fn traefik_shows_the_same_routers_services_and_middlewares() {
    let file = include_str!("views/traefik.json");
    let file: Value = serde_json::from_str(file).expect("JSON");
    let mut compared = 0;
    for view in file["views"].as_array().expect("views") {
        let controller = controller::find(view["controller"].as_str().expect("a name")).expect("known");
        let settings = object(&view["settings"]);
        let settings: Vec<(&str, &str)> =
            settings.iter().filter_map(|(k, v)| Some((k.as_str(), v.as_str()?))).collect();
        let manifests = file["manifests"][view["manifests"].as_str().expect("a name")].as_str();
        let whole = text(&lines(controller, manifests.expect("text"), &settings));
        let read: Value = serde_yaml::from_str(&whole).unwrap_or_else(|e| panic!("{e}\n{whole}"));
        let seen = object(&read["http"]["routers"]);
        let real = object(&view["routers"]);
        for (name, router) in &real {
            // Further paths of a host make its helper routers once more, under another name.
            let again = name.contains("-path-1") && name.ends_with("-redirect");
            match seen.get(name) {
                Some(own) => assert_eq!(own, router, "{name}\n{whole}"),
                None => assert!(again, "no router {name}\n{whole}"),
            }
            compared += 1;
        }
        for name in seen.keys().filter(|name| !real.contains_key(*name)) {
            assert_eq!(name, "web-to-websecure@internal", "Traefik has no such router\n{whole}");
        }
        let mut middlewares = object(&view["middlewares"]);
        middlewares.retain(|name, _| {
            let again = name.contains("-path-1") && name.ends_with("-from-to-www-redirect");
            !(again || name.ends_with("-remove-authorization-header"))
        });
        same_middlewares(&object(&read["http"]["middlewares"]), &middlewares, &whole);
        let services = object(&read["http"]["services"]);
        for (name, weighted) in object(&view["weighted"]) {
            assert_eq!(services[&name]["weighted"], weighted, "{name}\n{whole}");
        }
        for router in seen.values() {
            let service = router["service"].as_str().expect("a name");
            assert!(service.contains('@') || services.contains_key(service), "{service}\n{whole}");
        }
        assert_eq!(object(&read["tcp"]["routers"]), object(&view["tcp"]), "\n{whole}");
    }
    assert!(compared > 100, "{compared}");
}

const SHOP: &str = "
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
  - host: h.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: api}, spec: {ports: [{port: 80}]}}
";

#[test]
fn every_line_of_a_router_names_its_rule_and_the_first_tried_stands_first() {
    let lines = lines(controller::find("traefik").expect("known"), SHOP, &[]);
    let of = |text: &str| {
        let line = lines.iter().find(|l| l.text.trim() == text).unwrap_or_else(|| panic!("no {text}"));
        line.origin.as_ref().map(|o| (&*o.object, o.field.as_str()))
    };
    let second = Some(("Ingress default/shop", "spec.rules[0].http.paths[1]"));
    assert_eq!(of("default-shop-h-com-api:"), second);
    assert_eq!(of("priority: 35"), second);
    assert_eq!(of("http:"), None);
    let service = Some(("Service default/api", "spec"));
    assert_eq!(of("loadBalancer: {}  # default/api:80, its endpoints are not in the manifests"), service);
    let place = |text: &str| lines.iter().position(|l| l.text.trim() == text);
    assert!(place("default-shop-h-com-api:") < place("default-shop-h-com:"));
}

#[test]
fn hostile_names_stay_inside_their_scalars() {
    let hostile = SHOP.replace("h.com", "\"a'b: [\\\"#\\u2028\\e\"").replace("/api", "\"/a\\n  x: y'\"");
    for controller in controller::all() {
        let manifest = manifest::read([("m.yaml", hostile.as_str())]);
        let Some(lines) = controller.view(&Cluster::build(&manifest), &Settings::new()) else { continue };
        assert!(lines.iter().all(|l| !l.text.contains('\n')), "{}", controller.name);
        if controller.name.starts_with("traefik") {
            let read: Value = serde_yaml::from_str(&text(&lines)).unwrap_or(json!("unreadable"));
            assert!(read.is_object() || read.is_null(), "{}", text(&lines));
        }
    }
}
