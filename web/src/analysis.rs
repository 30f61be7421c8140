//! From files to answers: the page's one call into the core.

use crate::parts::Parts;
use crate::same::Same;
use crate::state::{Answerer, Ask, File};
use portolan_core::cluster::Cluster;
use portolan_core::compare::{self, Comparison};
use portolan_core::controller::{self, Compiled, ViewLine, Words};
use portolan_core::journey::{Aim, Cloud, Journey, Place, Setting, What, travel};
use portolan_core::lint::{self, Config, Context};
use portolan_core::manifest;
use portolan_core::problem::{Problem, Severity};
use portolan_core::routing::{Outcome, Request, RequestError, Router};
use portolan_core::span::{Sources, Span};
use portolan_core::topology::{self, Chart};
use std::sync::Arc;

/// The files as they were read, whoever answers.
#[derive(Debug)]
pub struct World {
    /// Their text.
    pub sources: Sources,
    /// What the API server would hold.
    pub cluster: Cluster,
    /// What is wrong with them.
    problems: Vec<Problem>,
    /// How many objects could be read.
    pub objects: usize,
}

/// What is known of the files under one controller.
#[derive(Debug)]
pub struct Analysis {
    /// The files.
    pub world: Same<World>,
    /// Everything that is wrong, in the order of the text.
    pub problems: Vec<Problem>,
    /// What answers.
    pub router: Router,
    /// What is drawn.
    pub chart: Chart,
    /// What of the page it was made with.
    pub parts: Parts,
}

impl World {
    /// Reads the files.
    pub fn of(files: &[File]) -> World {
        let manifest = manifest::read(files.iter().map(|f| (&*f.name, Arc::clone(&f.text))));
        let cluster = Cluster::build(&manifest);
        let mut problems = manifest.problems;
        problems.extend(cluster.problems.iter().cloned());
        World { sources: manifest.sources, cluster, problems, objects: manifest.objects.len() }
    }

    /// The configuration that a controller writes; `None` where it writes none.
    pub fn configuration(&self, answerer: &Answerer) -> Option<Vec<ViewLine>> {
        answerer.controller().view(&self.cluster, &answerer.settings().0)
    }
}

impl Analysis {
    /// Compiles the files. What needs the rest of the page is left out until that is here.
    pub fn of(world: &Same<World>, answerer: &Answerer, cloud: Option<Cloud>, parts: Parts) -> Analysis {
        let controller = answerer.controller();
        let compiled = controller.compile(&world.cluster, &answerer.settings().0);
        let chart = topology::chart(&world.cluster, &compiled.table, controller.title, cloud);
        let mut read = world.problems.clone();
        read.extend(compiled.problems.iter().cloned());
        let problems = match parts {
            Parts::Whole => linted(world, answerer, &compiled, read),
            Parts::First | Parts::Torn => read,
        };
        Analysis { world: world.clone(), problems, router: Router::new(compiled.table), chart, parts }
    }

    /// What the controller calls things.
    pub fn words(&self) -> Words {
        let name = self.router.table().controller;
        controller::find(name).unwrap_or(&controller::all()[0]).words()
    }

    /// How many problems are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|p| p.severity == severity).count()
    }

    /// Where a span starts, for people: `ingress.yaml:12`.
    pub fn place(&self, span: Span) -> String {
        let location = self.world.sources.location(span);
        format!("{}:{}", location.file, location.line)
    }
}

/// What is wrong, with what the rules about manifests find. Not inlined: it comes with the rest of the page.
#[inline(never)]
fn linted(world: &World, answerer: &Answerer, compiled: &Compiled, read: Vec<Problem>) -> Vec<Problem> {
    let settings = &answerer.settings().0;
    let cx = Context::new(&world.sources, &world.cluster, answerer.controller(), settings, compiled);
    lint::check(&cx, &Config::default(), read).problems
}

/// A request line and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The line's key.
    pub key: u32,
    /// What it asks and what comes of it, or why it is no request.
    pub result: Result<Answer, RequestError>,
    /// The way of it, hop by hop; `None` where it is no request and no destination.
    pub journey: Option<Same<Journey>>,
}

impl Answered {
    /// The way, where it is all that there is to say: no controller is on it, or no HTTP is spoken.
    pub fn alone(&self) -> Option<&Journey> {
        self.journey.as_deref().filter(|j| !j.controller_asked)
    }
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

/// Answers every request line, for a client that stands there. The ways need the rest of the page.
pub fn answers(
    analysis: &Analysis,
    asks: &[Ask],
    place: Place,
    cloud: Option<Cloud>,
    parts: Parts,
) -> Vec<Answered> {
    let setting = Setting { place, cloud, ..Setting::default() };
    let follow = |what: What<'_>| match parts {
        Parts::Whole => Some(Same::new(travel(&analysis.world.cluster, &setting, what))),
        Parts::First | Parts::Torn => None,
    };
    let answer = |ask: &Ask| match Request::parse(&ask.text) {
        Ok(parsed) => {
            let outcome = analysis.router.answer(&parsed.request);
            let table = analysis.router.table();
            let what = What::Http { request: &parsed.request, table, outcome: &outcome };
            let journey = follow(what);
            let answer = Answer { outcome, notes: parsed.notes, request: parsed.request };
            Answered { key: ask.key, result: Ok(answer), journey }
        }
        Err(error) => {
            let journey = Aim::parse(&ask.text).ok().and_then(|aim| follow(What::Plain(&aim)));
            Answered { key: ask.key, result: Err(error), journey }
        }
    };
    asks.iter().map(answer).collect()
}

/// A request line and what becomes of it under each controller, compared with the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The line's key.
    pub key: u32,
    /// The request in one line, and its answers; the line itself where it is no request.
    pub result: Result<(String, Vec<(Outcome, Comparison)>), String>,
}

impl Compared {
    /// Whether some controller gives another answer than the first.
    pub fn differs(&self) -> bool {
        self.result.as_ref().is_ok_and(|(_, cells)| cells.iter().any(|(_, comparison)| !comparison.same()))
    }
}

/// Answers every request line under every controller.
pub fn compared(world: &World, answerers: &[Answerer], asks: &[Ask]) -> Vec<Compared> {
    let compile = |a: &Answerer| Router::new(a.controller().compile(&world.cluster, &a.settings().0).table);
    let routers: Vec<Router> = answerers.iter().map(compile).collect();
    let row = |ask: &Ask| {
        let Ok(parsed) = Request::parse(&ask.text) else { return Err(ask.text.to_string()) };
        let mut cells: Vec<(Outcome, Comparison)> = Vec::with_capacity(routers.len());
        for router in &routers {
            let outcome = router.answer(&parsed.request);
            let comparison = compare::outcomes(cells.first().map_or(&outcome, |(first, _)| first), &outcome);
            cells.push((outcome, comparison));
        }
        Ok((parsed.request.line(), cells))
    };
    asks.iter().map(|ask| Compared { key: ask.key, result: row(ask) }).collect()
}
