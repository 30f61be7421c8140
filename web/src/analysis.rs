//! From files to answers: the page's one call into the core.

use crate::state::{Ask, File};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, SettingError, Settings};
use portolan_core::manifest;
use portolan_core::problem::{Code, Problem, Severity};
use portolan_core::routing::{Outcome, Request, RequestError, Router};
use portolan_core::span::{Sources, Span};
use portolan_core::topology::{self, Chart};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A setting has a value that it cannot have.
const SETTING: Code = Code("PT0400");

/// What is known of the files under one controller.
#[derive(Debug)]
pub struct Analysis {
    /// The files as they were analysed.
    pub sources: Sources,
    /// Everything that is wrong, in the order of the text.
    pub problems: Vec<Problem>,
    /// What answers.
    pub router: Router,
    /// What is drawn.
    pub chart: Chart,
    /// How many objects could be read.
    pub objects: usize,
    /// How many Ingresses there are.
    pub ingresses: usize,
}

impl Analysis {
    /// Reads the files and compiles them, for the default controller where there is none of this
    /// name.
    pub fn of(files: &[File], name: &str, chosen: &BTreeMap<String, String>) -> Analysis {
        let controller = controller::find(name).unwrap_or(&controller::all()[0]);
        let mut settings = Settings::new();
        let mut refused = Vec::new();
        for (name, value) in chosen {
            // A setting that this controller does not have any more is not a reason to stop.
            if let Err(error @ SettingError::Value { .. }) =
                settings.set(controller, &format!("{name}={value}"))
            {
                refused.push(Problem::new(SETTING, Severity::Error, Span::default(), error.to_string()));
            }
        }
        let manifest = manifest::read(files.iter().map(|f| (&*f.name, Arc::clone(&f.text))));
        let cluster = Cluster::build(&manifest);
        let compiled = controller.compile(&cluster, &settings);
        let chart = topology::chart(&cluster, &compiled.table, controller.title);
        let ingresses = cluster.ingresses.len();
        let mut problems = manifest.problems;
        problems.extend(cluster.problems);
        problems.extend(compiled.problems);
        problems.extend(refused);
        problems.sort_by_key(|p| (p.span, std::cmp::Reverse(p.severity)));
        Analysis {
            sources: manifest.sources,
            problems,
            router: Router::new(compiled.table),
            chart,
            objects: manifest.objects.len(),
            ingresses,
        }
    }

    /// How many problems are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|p| p.severity == severity).count()
    }

    /// Where a span starts, for people: `ingress.yaml:12`.
    pub fn place(&self, span: Span) -> String {
        let location = self.sources.location(span);
        format!("{}:{}", location.file, location.line)
    }
}

/// A request line and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The line's key.
    pub key: u32,
    /// What it asks and what comes of it, or why it is no request.
    pub result: Result<Answer, RequestError>,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The request.
    pub request: Request,
    /// What was assumed while reading it.
    pub notes: Vec<String>,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// Answers every request line.
pub fn answers(analysis: &Analysis, asks: &[Ask]) -> Vec<Answered> {
    asks.iter()
        .map(|ask| Answered {
            key: ask.key,
            result: Request::parse(&ask.text).map(|parsed| Answer {
                outcome: analysis.router.answer(&parsed.request),
                notes: parsed.notes,
                request: parsed.request,
            }),
        })
        .collect()
}
