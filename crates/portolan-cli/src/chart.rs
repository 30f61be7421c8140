//! Manifests to a router: the library's whole way, once.

use crate::failure::Failure;
use crate::read::Files;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::manifest;
use portolan_core::problem::Problem;
use portolan_core::routing::Router;
use portolan_core::span::Sources;

/// Everything that answers need.
#[derive(Debug)]
pub struct Chart {
    /// The text behind every span.
    pub sources: Sources,
    /// What answers.
    pub router: Router,
    /// What is wrong with the manifests, in the order of the text.
    pub problems: Vec<Problem>,
    /// The version of the controller that answers, where somebody chose one.
    pub version: Option<String>,
    /// Whether the manifests hold any Kubernetes object.
    pub has_objects: bool,
}

impl Chart {
    /// Reads manifests as one controller would.
    pub fn draw(files: Files, controller: &str, set: &[String]) -> Result<Chart, Failure> {
        let controller = controller::find(controller)?;
        let mut settings = Settings::new();
        for pair in set {
            settings.set(controller, pair)?;
        }
        let manifest = manifest::read(files.texts);
        let cluster = Cluster::build(&manifest);
        let compiled = controller.compile(&cluster, &settings);
        let mut problems = manifest.problems;
        problems.extend(cluster.problems);
        problems.extend(compiled.problems);
        problems.sort_by_key(|p| (p.span.file, p.span.start));
        Ok(Chart {
            sources: manifest.sources,
            router: Router::new(compiled.table),
            problems,
            version: compiled.version,
            has_objects: !manifest.objects.is_empty(),
        })
    }
}
