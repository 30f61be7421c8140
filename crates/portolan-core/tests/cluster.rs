//! Clusters: what the API server would make of manifests.

#[path = "cluster/admission.rs"]
mod admission;
#[cfg(not(target_arch = "wasm32"))]
#[path = "cluster/cases.rs"]
mod cases;
#[cfg(not(target_arch = "wasm32"))]
#[path = "common/cases.rs"]
mod common;
#[path = "cluster/conversion.rs"]
mod conversion;
#[path = "cluster/endpoints.rs"]
mod endpoints;
#[path = "cluster/fields.rs"]
mod fields;
#[path = "cluster/limits.rs"]
mod limits;
#[cfg(not(target_arch = "wasm32"))]
#[path = "cluster/messages.rs"]
mod messages;
#[cfg(not(target_arch = "wasm32"))]
#[path = "cluster/property.rs"]
mod property;
#[path = "cluster/validation.rs"]
mod validation;

use portolan_core::cluster::Cluster;
use portolan_core::manifest::{Manifest, read};
use portolan_core::problem::{Problem, Severity};

/// Reads one file, which must be good YAML.
fn manifest(text: &str) -> Manifest {
    let manifest = read([("m.yaml", text)]);
    assert_eq!(manifest.problems, [], "{text}");
    manifest
}

/// The cluster of one file, which must be good YAML.
fn cluster(text: &str) -> Cluster {
    Cluster::build(&manifest(text))
}

/// Each problem as `code severity object field: message`.
fn problems(cluster: &Cluster) -> Vec<String> {
    let line = |p: &Problem| {
        let severity = match p.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "info",
        };
        let object = p.object.as_deref().unwrap_or("-");
        format!("{} {severity} {object} {}: {}", p.code, p.field.as_deref().unwrap_or("-"), p.message)
    };
    cluster.problems.iter().map(line).collect()
}

/// The text after the first fix that is offered.
fn fixed(text: &str, cluster: &Cluster) -> String {
    let mut edits: Vec<_> =
        cluster.problems.iter().flat_map(|p| &p.fixes).take(1).flat_map(|f| &f.edits).collect();
    edits.sort_by_key(|e| (e.span.start, e.span.end));
    let mut fixed = text.to_owned();
    for edit in edits.iter().rev() {
        fixed.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    fixed
}
