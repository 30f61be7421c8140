//! Clusters: what the API server would make of manifests.

#[path = "cluster/cases.rs"]
mod cases;
