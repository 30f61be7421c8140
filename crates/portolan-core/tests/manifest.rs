//! Reading manifests: what comes out, where it stands, and what is said about what is wrong.

// proptest does not compile for WASM.
#![cfg(not(target_arch = "wasm32"))]

#[path = "manifest/check.rs"]
mod check;
#[path = "common/cases.rs"]
mod common;
#[path = "manifest/documents.rs"]
mod documents;
#[path = "manifest/equal.rs"]
mod equal;
#[path = "manifest/json.rs"]
mod json;
#[path = "manifest/limits.rs"]
mod limits;
#[path = "manifest/messages.rs"]
mod messages;
#[path = "manifest/real.rs"]
mod real;
#[path = "manifest/scalars.rs"]
mod scalars;

use portolan_core::manifest::{Manifest, Node, Value, read};

/// Reads one file.
fn one(text: &str) -> Manifest {
    read([("m.yaml", text)])
}

/// Reads one file that must have one object and no problems.
fn object(text: &str) -> Node {
    let mut manifest = one(text);
    assert_eq!(manifest.problems, [], "{text}");
    assert_eq!(manifest.objects.len(), 1, "{text}");
    manifest.objects.remove(0).root
}

/// The `kind` of each object.
fn kinds(manifest: &Manifest) -> Vec<&str> {
    manifest.objects.iter().filter_map(|o| o.root.get("kind")?.as_str()).collect()
}

/// Each problem as `code line:column message`.
fn problems(manifest: &Manifest) -> Vec<String> {
    manifest
        .problems
        .iter()
        .map(|p| {
            let at = manifest.sources.location(p.span);
            format!("{} {}:{} {}", p.code, at.line, at.column, p.message)
        })
        .collect()
}

/// A tree as JSON, without its places.
fn json_of(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i).into(),
        Value::Float(f) => (*f).into(),
        Value::String(s) => s.as_str().into(),
        Value::Seq(items) => items.iter().map(json_of).collect(),
        Value::Map(entries) => {
            serde_json::Value::Object(entries.iter().map(|e| (e.key.clone(), json_of(&e.value))).collect())
        }
    }
}
