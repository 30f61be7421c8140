//! Objects as a real API server hands them out: with its defaults, and with the endpoints of
//! Services led to the backends on loopback.

use crate::echo::Echoes;
use serde_json::{Value, json};
use std::io::Result;

/// One kind of objects.
#[derive(Debug)]
pub struct Collection {
    group: &'static str,
    version: &'static str,
    /// Its name in paths.
    pub plural: &'static str,
    /// Its name in objects.
    pub kind: &'static str,
    namespaced: bool,
}

const fn collection(
    group: &'static str,
    version: &'static str,
    plural: &'static str,
    kind: &'static str,
    namespaced: bool,
) -> Collection {
    Collection { group, version, plural, kind, namespaced }
}

const GATEWAY: &str = "gateway.networking.k8s.io";

/// All kinds that are served.
pub const COLLECTIONS: &[Collection] = &[
    collection("", "v1", "services", "Service", true),
    collection("", "v1", "secrets", "Secret", true),
    collection("", "v1", "configmaps", "ConfigMap", true),
    collection("", "v1", "nodes", "Node", false),
    collection("", "v1", "namespaces", "Namespace", false),
    collection("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true),
    collection("networking.k8s.io", "v1", "ingressclasses", "IngressClass", false),
    collection("networking.k8s.io", "v1", "ingresses", "Ingress", true),
    collection(GATEWAY, "v1", "gatewayclasses", "GatewayClass", false),
    collection(GATEWAY, "v1", "gateways", "Gateway", true),
    collection(GATEWAY, "v1", "httproutes", "HTTPRoute", true),
    collection(GATEWAY, "v1", "grpcroutes", "GRPCRoute", true),
    collection(GATEWAY, "v1", "tlsroutes", "TLSRoute", true),
    collection(GATEWAY, "v1", "backendtlspolicies", "BackendTLSPolicy", true),
    collection(GATEWAY, "v1beta1", "referencegrants", "ReferenceGrant", true),
];

impl Collection {
    /// The collection that an object belongs to.
    pub fn of(object: &Value) -> Option<&'static Collection> {
        let kind = object["kind"].as_str()?;
        COLLECTIONS.iter().find(|c| c.kind == kind)
    }

    /// The collection at a path, for all namespaces.
    pub fn at(path: &str) -> Option<&'static Collection> {
        COLLECTIONS.iter().find(|c| match c.group {
            "" => path == format!("/api/{}/{}", c.version, c.plural),
            group => path == format!("/apis/{group}/{}/{}", c.version, c.plural),
        })
    }

    /// `group/version`.
    pub fn api_version(&self) -> String {
        match self.group {
            "" => self.version.to_owned(),
            group => format!("{group}/{}", self.version),
        }
    }
}

/// The objects as they are handed out.
///
/// # Errors
/// When no port is left for a backend.
pub fn served(objects: &[Value], echoes: &mut Echoes) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    for object in objects {
        let Some(collection) = Collection::of(object) else { continue };
        let mut object = object.clone();
        object["apiVersion"] = collection.api_version().into();
        let uid =
            format!("{}-{}", collection.plural, object["metadata"]["name"].as_str().unwrap_or_default());
        let meta = &mut object["metadata"];
        meta["uid"] = uid.into();
        if collection.namespaced {
            default(&mut meta["namespace"], "default");
        }
        match collection.kind {
            "Service" => service(&mut object["spec"]),
            "EndpointSlice" => endpoints(&mut object, objects, echoes)?,
            "Gateway" => gateway(&mut object["spec"]),
            "HTTPRoute" => http_route(&mut object["spec"]),
            "Secret" => secret(&mut object),
            _ => {}
        }
        all.push(object);
    }
    Ok(all)
}

/// Fills in a value where there is none.
fn default(value: &mut Value, text: impl Into<Value>) {
    if value.is_null() {
        *value = text.into();
    }
}

fn items(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}

fn service(spec: &mut Value) {
    default(&mut spec["type"], "ClusterIP");
    default(&mut spec["clusterIP"], "10.96.0.10");
    for port in items(&mut spec["ports"]) {
        default(&mut port["protocol"], "TCP");
        let number = port["port"].clone();
        default(&mut port["targetPort"], number);
    }
}

/// The Service that a slice belongs to, `namespace/name`.
pub fn service_of(slice: &Value) -> String {
    let namespace = slice["metadata"]["namespace"].as_str().unwrap_or("default");
    let name = slice["metadata"]["labels"]["kubernetes.io/service-name"].as_str().unwrap_or_default();
    format!("{namespace}/{name}")
}

/// `namespace/name` of an object.
pub fn full_name(object: &Value) -> String {
    let meta = &object["metadata"];
    format!(
        "{}/{}",
        meta["namespace"].as_str().unwrap_or("default"),
        meta["name"].as_str().unwrap_or_default()
    )
}

/// The Services with their ports: full name, port name, port number.
pub fn service_ports(objects: &[Value]) -> impl Iterator<Item = (String, &str, u16)> {
    objects.iter().filter(|o| o["kind"] == "Service").flat_map(|service| {
        let ports = service["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
        ports.iter().filter_map(|port| {
            let number = port["port"].as_u64().and_then(|p| u16::try_from(p).ok())?;
            Some((full_name(service), port["name"].as_str().unwrap_or_default(), number))
        })
    })
}

/// Addresses and ports of a slice become those of the backends that stand for its Service.
fn endpoints(slice: &mut Value, objects: &[Value], echoes: &mut Echoes) -> Result<()> {
    let service = service_of(slice);
    for port in items(&mut slice["ports"]) {
        default(&mut port["name"], "");
        default(&mut port["protocol"], "TCP");
        let name = port["name"].as_str().unwrap_or_default();
        let number = service_ports(objects).find(|(s, n, _)| *s == service && *n == name).map(|p| p.2);
        if let Some(number) = number {
            port["port"] = echoes.port(&service, number)?.into();
        }
    }
    for endpoint in items(&mut slice["endpoints"]) {
        endpoint["addresses"] = json!(["127.0.0.1"]);
    }
    Ok(())
}

/// The address that a slice says, for the one on loopback that the proxy saw: `127.0.0.1:PORT`.
pub fn declared_address(objects: &[Value], loopback: &str, echoes: &mut Echoes) -> Option<String> {
    let seen: u16 = loopback.strip_prefix("127.0.0.1:")?.parse().ok()?;
    for slice in objects.iter().filter(|o| o["kind"] == "EndpointSlice") {
        let service = service_of(slice);
        for port in slice["ports"].as_array().into_iter().flatten() {
            let name = port["name"].as_str().unwrap_or_default();
            let number = service_ports(objects).find(|(s, n, _)| *s == service && *n == name).map(|p| p.2);
            if number.is_some_and(|n| echoes.port(&service, n).ok() == Some(seen)) {
                // All of a Service are one here: the first that is ready stands for them.
                let mut endpoints = slice["endpoints"].as_array()?.iter();
                let ready = endpoints.find(|e| e["conditions"]["ready"] != false)?;
                let address = ready["addresses"][0].as_str()?;
                return Some(format!("{address}:{}", port["port"]));
            }
        }
    }
    None
}

/// `stringData` is written into `data` when an object is stored.
fn secret(object: &mut Value) {
    let Some(texts) = object["stringData"].as_object().cloned() else { return };
    for (name, text) in texts {
        object["data"][name] = base64(text.as_str().unwrap_or_default().as_bytes()).into();
    }
    if let Some(object) = object.as_object_mut() {
        object.remove("stringData");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |w, i| w << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

fn gateway(spec: &mut Value) {
    for listener in items(&mut spec["listeners"]) {
        default(&mut listener["allowedRoutes"]["namespaces"]["from"], "Same");
        for kind in items(&mut listener["allowedRoutes"]["kinds"]) {
            default(&mut kind["group"], GATEWAY);
        }
    }
}

fn http_route(spec: &mut Value) {
    for parent in items(&mut spec["parentRefs"]) {
        default(&mut parent["group"], GATEWAY);
        default(&mut parent["kind"], "Gateway");
    }
    default(&mut spec["rules"], json!([{}]));
    for rule in items(&mut spec["rules"]) {
        default(&mut rule["matches"], json!([{}]));
        for one in items(&mut rule["matches"]) {
            default(&mut one["path"]["type"], "PathPrefix");
            default(&mut one["path"]["value"], "/");
            for list in ["headers", "queryParams"] {
                for value in items(&mut one[list]) {
                    default(&mut value["type"], "Exact");
                }
            }
            remove_empty(one);
        }
        filters(&mut rule["filters"]);
        for backend in items(&mut rule["backendRefs"]) {
            default(&mut backend["group"], "");
            default(&mut backend["kind"], "Service");
            default(&mut backend["weight"], 1);
            filters(&mut backend["filters"]);
            remove_empty(backend);
        }
        remove_empty(rule);
    }
}

fn filters(list: &mut Value) {
    for filter in items(list) {
        if filter["type"] == "RequestRedirect" {
            default(&mut filter["requestRedirect"]["statusCode"], 302);
        }
        remove_empty(filter);
    }
}

/// Looking at a field that is not there leaves a null behind.
fn remove_empty(value: &mut Value) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|_, v| !v.is_null());
    }
}

#[cfg(test)]
mod tests {
    use super::{Collection, base64, declared_address, served};
    use crate::echo::Echoes;
    use serde_json::json;

    #[test]
    fn collections_are_found_by_path_and_by_object() {
        let plural = |path| Collection::at(path).map(|c| c.plural);
        assert_eq!(plural("/api/v1/services"), Some("services"));
        assert_eq!(plural("/apis/networking.k8s.io/v1/ingresses"), Some("ingresses"));
        assert_eq!(plural("/apis/networking.k8s.io/v1/services"), None);
    }

    #[test]
    fn endpoints_lead_to_loopback_and_back() {
        let objects = [
            json!({"kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"name": "web", "port": 80}]}}),
            json!({"kind": "EndpointSlice", "metadata": {"name": "a-1", "labels": {"kubernetes.io/service-name": "a"}},
                "endpoints": [{"addresses": ["10.0.0.1"]}], "ports": [{"name": "web", "port": 8080}]}),
        ];
        let mut echoes = Echoes::default();
        let out = served(&objects, &mut echoes).expect("ports");
        assert_eq!(out[0]["spec"]["ports"][0]["protocol"], "TCP");
        assert_eq!(out[1]["metadata"]["namespace"], "default");
        assert_eq!(out[1]["endpoints"][0]["addresses"], json!(["127.0.0.1"]));
        let seen = format!("127.0.0.1:{}", out[1]["ports"][0]["port"]);
        assert_eq!(declared_address(&objects, &seen, &mut echoes).as_deref(), Some("10.0.0.1:8080"));
        assert_eq!(declared_address(&objects, "127.0.0.1:1", &mut echoes), None);
    }

    #[test]
    fn routes_get_the_defaults_of_their_schema() {
        let route = json!({"kind": "HTTPRoute", "metadata": {"name": "r"}, "spec": {"parentRefs": [{"name": "g"}],
            "rules": [{"backendRefs": [{"name": "a", "port": 80}]}]}});
        let out = served(&[route], &mut Echoes::default()).expect("no ports");
        let rule = &out[0]["spec"]["rules"][0];
        assert_eq!(rule["matches"], json!([{"path": {"type": "PathPrefix", "value": "/"}}]));
        assert_eq!(rule["backendRefs"][0]["weight"], 1);
        assert!(rule.get("filters").is_none());
    }

    #[test]
    fn base64_as_in_rfc_4648() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
