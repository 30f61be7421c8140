//! Manifests to routers: the library's whole way, once for each controller.

use crate::args::Answering;
use crate::failure::Failure;
use crate::read::Files;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller, Settings};
use portolan_core::manifest::{self, Manifest};
use portolan_core::problem::Problem;
use portolan_core::routing::Router;
use portolan_core::span::Sources;
use std::sync::Arc;

/// Everything that answers need.
#[derive(Debug)]
pub struct Chart {
    /// The text behind every span.
    pub sources: Arc<Sources>,
    /// What answers.
    pub router: Router,
    /// What is wrong with the manifests, in the order of the text.
    pub problems: Vec<Problem>,
    /// The version of the controller that answers, where somebody chose one.
    pub version: Option<String>,
    /// Whether the manifests hold any Kubernetes object.
    pub has_objects: bool,
    /// What the API server would hold.
    pub cluster: Arc<Cluster>,
}

/// Manifests that are read, before a controller makes something of them.
pub struct World {
    sources: Arc<Sources>,
    problems: Vec<Problem>,
    has_objects: bool,
    /// What the API server would hold.
    pub cluster: Arc<Cluster>,
}

impl World {
    /// Reads manifests.
    pub fn read(files: Files) -> World {
        let manifest = manifest::read(files.texts);
        let cluster = Cluster::build(&manifest);
        let Manifest { sources, mut problems, objects, .. } = manifest;
        problems.extend(cluster.problems.iter().cloned());
        World {
            sources: Arc::new(sources),
            problems,
            has_objects: !objects.is_empty(),
            cluster: Arc::new(cluster),
        }
    }

    /// What a controller makes of them.
    pub fn chart(&self, controller: &Controller, settings: &Settings) -> Chart {
        let compiled = controller.compile(&self.cluster, settings);
        let mut problems = self.problems.clone();
        problems.extend(compiled.problems);
        problems.sort_by_key(|p| (p.span.file, p.span.start));
        Chart {
            sources: self.sources.clone(),
            router: Router::new(compiled.table),
            problems,
            version: compiled.version,
            has_objects: self.has_objects,
            cluster: self.cluster.clone(),
        }
    }
}

/// A controller's settings from `KEY=VALUE` pairs.
pub fn settings<'s>(
    controller: &Controller,
    pairs: impl IntoIterator<Item = &'s str>,
) -> Result<Settings, Failure> {
    let mut settings = Settings::new();
    for pair in pairs {
        settings.set(controller, pair)?;
    }
    Ok(settings)
}

impl Answering {
    /// The controller that was chosen, and its settings.
    pub fn chosen(&self) -> Result<(&'static Controller, Settings), Failure> {
        let controller = controller::find(&self.controller)?;
        Ok((controller, settings(controller, self.set.iter().map(String::as_str))?))
    }
}
