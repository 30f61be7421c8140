//! As much of the Kubernetes API as a controller asks for: lists, watches, and status updates that
//! are accepted and forgotten.
//!
//! Plain HTTP. Lists that begin a watch (`sendInitialEvents`) are refused, as by older API servers:
//! clients fall back to list and watch.

use crate::kubernetes::{self, Collection};
use crate::wire::{self, read_exactly, read_head};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufReader, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Namespace and name.
type Key = (String, String);

#[derive(Debug)]
struct Event {
    version: u64,
    kind: &'static str,
    object: Value,
}

#[derive(Debug, Default)]
struct Stored {
    objects: BTreeMap<Key, Value>,
    events: Vec<Event>,
}

#[derive(Debug, Default)]
struct State {
    version: u64,
    collections: BTreeMap<&'static str, Stored>,
    /// What was asked for and is not known here.
    unknown: Vec<String>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A thread that panicked left the state as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running API server.
#[derive(Debug)]
pub struct ApiServer {
    shared: Arc<Shared>,
    /// Its port on loopback.
    pub port: u16,
}

impl ApiServer {
    /// Starts it, empty.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> Result<ApiServer> {
        let listener = TcpListener::bind(wire::loopback(0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        let serving = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = serving.clone();
                std::thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Ok(ApiServer { shared, port })
    }

    /// Makes these the objects that there are. Each watch sees what is new after what is gone, in
    /// the order given here.
    pub fn replace(&self, objects: &[Value]) {
        self.replace_where(objects, |_| true);
    }

    /// Makes these the objects of some collections, and says whether they are others than before.
    pub fn replace_only(&self, plurals: &[&str], objects: &[Value]) -> bool {
        self.replace_where(objects, |plural| plurals.contains(&plural))
    }

    fn replace_where(&self, objects: &[Value], is_meant: impl Fn(&str) -> bool) -> bool {
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        let before = state.version;
        let mut wanted: BTreeMap<&'static str, Vec<(Key, Value)>> = BTreeMap::new();
        for object in objects {
            if let Some(collection) = Collection::of(object) {
                wanted.entry(collection.plural).or_default().push((key(object), object.clone()));
            }
        }
        for collection in kubernetes::COLLECTIONS.iter().filter(|c| is_meant(c.plural)) {
            let stored = state.collections.entry(collection.plural).or_default();
            let wanted = wanted.remove(collection.plural).unwrap_or_default();
            let gone: Vec<Key> =
                stored.objects.keys().filter(|k| wanted.iter().all(|(w, _)| w != *k)).cloned().collect();
            for key in gone {
                let object = stored.objects.remove(&key).unwrap_or_default();
                state.version += 1;
                stored.events.push(event("DELETED", state.version, object));
            }
            for (key, object) in wanted {
                let known = stored.objects.get(&key);
                if known.is_some_and(|k| without_version(k) == without_version(&object)) {
                    continue;
                }
                state.version += 1;
                let event = event(if known.is_some() { "MODIFIED" } else { "ADDED" }, state.version, object);
                stored.objects.insert(key, event.object.clone());
                stored.events.push(event);
            }
        }
        self.shared.changed.notify_all();
        state.version != before
    }

    /// Paths that were asked for and are not known here.
    pub fn unknown(&self) -> Vec<String> {
        self.shared.lock().unknown.clone()
    }
}

fn event(kind: &'static str, version: u64, mut object: Value) -> Event {
    object["metadata"]["resourceVersion"] = version.to_string().into();
    Event { version, kind, object }
}

fn without_version(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(meta) = object["metadata"].as_object_mut() {
        meta.remove("resourceVersion");
    }
    object
}

fn key(object: &Value) -> Key {
    let text = |name: &str| object["metadata"][name].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

fn serve(stream: TcpStream, shared: &Shared) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let (first, headers) = read_head(&mut stream)?;
        let length = headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-length"));
        let mut body = Vec::new();
        read_exactly(&mut stream, length.and_then(|l| l.1.parse().ok()).unwrap_or(0), &mut body)?;
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameter = |name: &str| query.split('&').filter_map(|p| p.split_once('=')).find(|p| p.0 == name);
        let is_on = |name| parameter(name).is_some_and(|(_, v)| v == "true" || v == "1");
        let out = stream.get_mut();
        if method != "GET" {
            // A status update: the object as it was sent is the answer.
            answer(out, 200, &body)?;
        } else if let Some(collection) = Collection::at(path) {
            if is_on("sendInitialEvents") {
                answer(out, 422, status(422, "Invalid", "sendInitialEvents is not known here").as_bytes())?;
            } else if is_on("watch") {
                let from = parameter("resourceVersion").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
                return watch(out, shared, collection, from);
            } else {
                answer(out, 200, list(shared, collection).as_bytes())?;
            }
        } else {
            shared.lock().unknown.push(format!("{method} {target}"));
            answer(out, 404, status(404, "NotFound", "not known here").as_bytes())?;
        }
    }
}

fn list(shared: &Shared, collection: &Collection) -> String {
    let state = shared.lock();
    let items: Vec<&Value> =
        state.collections.get(collection.plural).map_or(Vec::new(), |c| c.objects.values().collect());
    json!({
        "apiVersion": collection.api_version(),
        "kind": format!("{}List", collection.kind),
        "metadata": {"resourceVersion": state.version.to_string()},
        "items": items,
    })
    .to_string()
}

fn watch(out: &mut TcpStream, shared: &Shared, collection: &Collection, from: u64) -> Result<()> {
    out.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    )?;
    let mut seen = from;
    loop {
        let mut lines = String::new();
        {
            let mut state = shared.lock();
            let newest = state.collections.get(collection.plural).and_then(|c| c.events.last());
            if newest.is_none_or(|e| e.version <= seen) {
                // Woken at times to notice that nobody listens any more.
                let waited = shared.changed.wait_timeout(state, Duration::from_secs(5));
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let events = state.collections.get(collection.plural).map_or(&[][..], |c| &c.events);
            for event in &events[events.partition_point(|e| e.version <= seen)..] {
                lines += &json!({"type": event.kind, "object": event.object}).to_string();
                lines.push('\n');
                seen = event.version;
            }
        }
        if lines.is_empty() {
            let bookmark = json!({"type": "BOOKMARK", "object": {
                "apiVersion": collection.api_version(),
                "kind": collection.kind,
                "metadata": {"resourceVersion": seen.to_string()},
            }});
            lines = format!("{bookmark}\n");
        }
        write!(out, "{:x}\r\n{lines}\r\n", lines.len())?;
    }
}

fn answer(out: &mut TcpStream, status: u16, body: &[u8]) -> Result<()> {
    let mut bytes = format!(
        "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend(body);
    out.write_all(&bytes)
}

fn status(code: u16, reason: &str, message: &str) -> String {
    json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message})
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::ApiServer;
    use crate::wire::{Client, loopback};
    use portolan_core::routing::Request;
    use serde_json::{Value, json};
    use std::io::{BufRead, BufReader, Write};

    fn ingress(name: &str) -> Value {
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"namespace": "d", "name": name}})
    }

    #[test]
    fn lists_hold_what_there_is_and_watches_say_what_changes() {
        let server = ApiServer::start().expect("a port");
        server.replace(&[ingress("a")]);
        let mut client = Client::new(loopback(server.port));
        let path = "/apis/networking.k8s.io/v1/ingresses";
        let answer = client.ask(&Request::get("k", path)).expect("an answer");
        let list: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(
            (&list["kind"], &list["items"][0]["metadata"]["name"]),
            (&json!("IngressList"), &json!("a"))
        );

        let mut watch =
            BufReader::new(std::net::TcpStream::connect(loopback(server.port)).expect("connects"));
        let version = list["metadata"]["resourceVersion"].as_str().expect("a version");
        write!(watch.get_mut(), "GET {path}?watch=true&resourceVersion={version} HTTP/1.1\r\n\r\n")
            .expect("sent");
        server.replace(&[ingress("b")]);
        let events = watch.lines().map_while(Result::ok).filter(|l| l.starts_with('{')).take(2);
        let events: Vec<Value> = events.map(|l| serde_json::from_str(&l).expect("JSON")).collect();
        let said: Vec<_> = events.iter().map(|e| (&e["type"], &e["object"]["metadata"]["name"])).collect();
        assert_eq!(said, [(&json!("DELETED"), &json!("a")), (&json!("ADDED"), &json!("b"))]);
    }

    #[test]
    fn what_is_not_known_is_said_to_be_so() {
        let server = ApiServer::start().expect("a port");
        let mut client = Client::new(loopback(server.port));
        assert_eq!(client.ask(&Request::get("k", "/apis/x/v1/y")).expect("an answer").status, 404);
        assert_eq!(server.unknown(), ["GET /apis/x/v1/y"]);
    }
}
