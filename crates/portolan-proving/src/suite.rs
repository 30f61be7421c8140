//! Files of cases, written by hand or by us, put to the real programs.

use crate::case::Case;
use crate::generate::SUBJECTS;
use portolan_core::manifest::{self, Node, Value as Written};
use portolan_core::routing::{Request, Scheme};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The cases of a file, and how many requests were left out: those over TLS, those from addresses that
/// are not this machine's, those to Services at addresses of their own, and those to objects that the
/// API server refuses.
///
/// # Errors
/// When the file cannot be read, or is about a controller that cannot be proved.
pub fn read(path: &Path) -> Result<(Vec<Case>, usize), String> {
    let at = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let text = std::fs::read_to_string(path).map_err(|e| at(&e))?;
    let suite: Value = serde_json::from_str(&text).map_err(|e| at(&e))?;
    let named = suite["controller"].as_str().unwrap_or_default();
    let subject = SUBJECTS.iter().find(|s| s.controller == named);
    let controller =
        subject.ok_or_else(|| at(&format!("nothing here stands for controller {named:?}")))?.controller;
    let mut left_out = 0;
    let mut cases = Vec::new();
    for case in suite["cases"].as_array().into_iter().flatten() {
        let settings: BTreeMap<String, String> = case["options"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect();
        let objects = objects(case["manifests"].as_str().unwrap_or_default());
        let is_reachable = !objects.iter().any(is_elsewhere);
        let exchanges = case["requests"].as_array().map_or(&[][..], Vec::as_slice);
        let mut requests = Vec::new();
        for exchange in exchanges {
            let request: Request = serde_json::from_value(exchange["request"].clone()).map_err(|e| at(&e))?;
            let comes_from_here = request.client_ip.is_none_or(|address| address.is_loopback());
            match request.scheme == Scheme::Http && comes_from_here && is_reachable {
                true => requests.push(request),
                false => left_out += 1,
            }
        }
        let case = Case { controller, settings, objects, requests };
        match case.model() {
            Ok(_) => cases.push(case),
            Err(_) => left_out += case.requests.len(),
        }
    }
    Ok((cases, left_out))
}

/// A case whose Gateways listen where the program does. `None` where they listen on several ports, or
/// for more than plain HTTP.
pub fn at_port(case: &Case, port: u16) -> Option<Case> {
    let mut case = case.clone();
    let mut declared = None;
    for object in &mut case.objects {
        for listener in listed(object, "/spec/listeners") {
            let own = listener["port"].take();
            if listener["protocol"] != "HTTP" || *declared.get_or_insert_with(|| own.clone()) != own {
                return None;
            }
            listener["port"] = port.into();
        }
    }
    for object in &mut case.objects {
        for parent in listed(object, "/spec/parentRefs") {
            if Some(&parent["port"]) == declared.as_ref() {
                parent["port"] = port.into();
            }
        }
    }
    case.requests.iter_mut().for_each(|r| r.port = Some(port));
    Some(case)
}

/// The items of a list, where there is one.
fn listed<'o>(object: &'o mut Value, pointer: &str) -> impl Iterator<Item = &'o mut Value> {
    object.pointer_mut(pointer).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Whether a Service has an address or a name of its own, where none of our backends listens.
fn is_elsewhere(object: &Value) -> bool {
    let spec = &object["spec"];
    let has_address = spec["clusterIP"].as_str().is_some_and(|ip| !ip.is_empty() && ip != "None");
    object["kind"] == "Service" && (has_address || spec["type"] == "ExternalName")
}

/// The objects of a text.
fn objects(manifests: &str) -> Vec<Value> {
    manifest::read([("case.yaml", manifests)]).objects.iter().map(|o| json(&o.root)).collect()
}

fn json(node: &Node) -> Value {
    match &node.value {
        Written::Null => Value::Null,
        Written::Bool(value) => (*value).into(),
        Written::Int(value) => (*value).into(),
        Written::Float(value) => (*value).into(),
        Written::String(text) => text.as_str().into(),
        Written::Seq(items) => items.iter().map(json).collect(),
        Written::Map(entries) => {
            Value::Object(entries.iter().map(|e| (e.key.clone(), json(&e.value))).collect::<Map<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{at_port, objects, read};
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn manifests_become_objects() {
        let text =
            "kind: Service\nspec:\n  ports: [{port: 80}]\n---\nkind: Ingress\nmetadata: {name: \"1\"}\n";
        let expected = [
            json!({"kind": "Service", "spec": {"ports": [{"port": 80}]}}),
            json!({"kind": "Ingress", "metadata": {"name": "1"}}),
        ];
        assert_eq!(objects(text), expected);
    }

    #[test]
    fn gateways_are_moved_to_another_port() {
        let case = |ports: &[u16]| {
            let listeners: Vec<_> = ports.iter().map(|p| json!({"port": p, "protocol": "HTTP"})).collect();
            let route = json!({"spec": {"parentRefs": [{"port": 80}, {"port": 81}, {"name": "g"}]}});
            crate::case::Case {
                controller: "gateway-api",
                settings: Default::default(),
                objects: vec![json!({"spec": {"listeners": listeners}}), route],
                requests: vec![portolan_core::routing::Request::get("h", "/")],
            }
        };
        let moved = at_port(&case(&[80, 80]), 9).expect("one port");
        assert_eq!(moved.objects[0]["spec"]["listeners"][1]["port"], 9);
        assert_eq!(moved.objects[1]["spec"]["parentRefs"][0]["port"], 9);
        assert_eq!(moved.objects[1]["spec"]["parentRefs"][1]["port"], 81);
        assert_eq!(moved.requests[0].port, Some(9));
        assert!(at_port(&case(&[80, 81]), 9).is_none());
    }

    #[test]
    fn the_cases_of_the_library_are_read() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../portolan-core/tests/cases/traefik-observed.json");
        let (cases, left_out) = read(&path).expect("readable");
        assert!(cases.len() > 50 && left_out > 0);
        assert!(cases.iter().all(|c| c.controller == "traefik" && !c.objects.is_empty()));
    }
}
