//! Services and their endpoints.

use crate::rng::Rng;
use serde_json::{Value, json};

/// Services that answer.
pub const READY: &[&str] = &["a", "b", "c", "d", "e"];

/// A backend of an Ingress: mostly one that answers.
pub fn backend(rng: &mut Rng) -> Value {
    let (name, port) = match rng.below(28) {
        0 => ("nobody", json!({"number": 80})),
        1 => ("missing", json!({"number": 80})),
        2 => ("named", json!({"name": "web"})),
        3 => ("named", json!({"number": 8080})),
        4 => ("named", json!({"name": "admin"})),
        5 => ("named", json!({"name": "nope"})),
        6 => ("a", json!({"number": 81})),
        7 => ("unready", json!({"number": 80})),
        8 => ("pair", json!({"number": 80})),
        9 => (rng.pick(&["half", "fading"]), json!({"number": 80})),
        _ => (rng.pick(READY), json!({"number": 80})),
    };
    json!({"service": {"name": name, "port": port}})
}

/// The names of the Services that a value's backends mean, wherever they stand in it.
pub fn meant(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    collect(value, &mut names);
    names.sort();
    names.dedup();
    names
}

fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("service").and_then(|s| s["name"].as_str()) {
                names.push(name.to_owned());
            }
            map.values().for_each(|v| collect(v, names));
        }
        Value::Array(list) => list.iter().for_each(|v| collect(v, names)),
        _ => {}
    }
}

/// A Service and its endpoints, in a namespace (`None` for the default one, unwritten).
pub fn service(name: &str, namespace: Option<&str>) -> Vec<Value> {
    if name == "missing" {
        return Vec::new();
    }
    let ports = match name {
        "named" => {
            json!([{"name": "web", "port": 80, "targetPort": 8080}, {"name": "admin", "port": 8080, "targetPort": 9090}])
        }
        _ => json!([{"port": 80, "targetPort": 8080}]),
    };
    let slice_ports = match name {
        "named" => {
            json!([{"name": "web", "port": 8080, "protocol": "TCP"}, {"name": "admin", "port": 9090, "protocol": "TCP"}])
        }
        _ => json!([{"name": "", "port": 8080, "protocol": "TCP"}]),
    };
    let unready = json!({"ready": false, "serving": false});
    // On its way out, and still answering.
    let fading = json!({"ready": false, "serving": true, "terminating": true});
    let at = |number: u32| {
        let last = 10 + (number + name.bytes().map(u32::from).sum::<u32>()) % 200;
        format!("10.244.{}.{last}", namespace.map_or(0, str::len))
    };
    let (address, second) = (at(0), at(1));
    let endpoints = match name {
        "nobody" => json!([]),
        "unready" => json!([{"addresses": [address], "conditions": unready}]),
        "pair" => {
            json!([{"addresses": [address], "conditions": {"ready": true}}, {"addresses": [second], "conditions": {"ready": true}}])
        }
        "half" => {
            json!([{"addresses": [address], "conditions": unready}, {"addresses": [second], "conditions": {"ready": true}}])
        }
        "fading" => json!([{"addresses": [address], "conditions": fading}]),
        _ => json!([{"addresses": [address], "conditions": {"ready": true}}]),
    };
    let mut service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": ports}});
    let mut slice = json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": format!("{name}-x7k2p"), "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4", "endpoints": endpoints, "ports": slice_ports});
    if let Some(namespace) = namespace {
        service["metadata"]["namespace"] = namespace.into();
        slice["metadata"]["namespace"] = namespace.into();
    }
    vec![service, slice]
}

/// All Services that these objects mean, each in the namespace of who means it.
pub fn for_objects(objects: &[Value]) -> Vec<Value> {
    let mut wanted: Vec<(Option<String>, String)> = Vec::new();
    for object in objects {
        let namespace = object["metadata"]["namespace"].as_str();
        wanted.extend(meant(&object["spec"]).into_iter().map(|n| (namespace.map(str::to_owned), n)));
    }
    wanted.sort();
    wanted.dedup();
    wanted.iter().flat_map(|(namespace, name)| service(name, namespace.as_deref())).collect()
}
