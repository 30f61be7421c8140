//! `portolan compare`.

use crate::args::{Compare, Output};
use crate::chart::{Chart, World, settings};
use crate::failure::{Exit, Failure};
use crate::render;
use crate::render::Bad;
use crate::render::compare::{Human, Json};
use crate::requests::Lines;
use crate::route::{check_stdin, joined, print_problems, read_files};
use portolan_core::compare::{self, Comparison};
use portolan_core::controller::{self, Controller};
use portolan_core::routing::{Outcome, Request};
use std::io::BufWriter;

/// One of the controllers that are compared.
pub struct Column {
    /// What it is called.
    pub label: String,
    /// Which it is.
    pub controller: &'static Controller,
    /// Its settings, as given.
    pub set: Vec<(String, String)>,
    /// What it makes of the manifests.
    pub chart: Chart,
}

/// A request and its answers, a column each.
pub struct Row<'r> {
    /// The request.
    pub request: &'r Request,
    /// The outcomes, and how each compares with the first one.
    pub cells: Vec<(Outcome, Comparison)>,
}

impl Row<'_> {
    /// Whether all columns give the same answer.
    pub fn same(&self) -> bool {
        self.cells.iter().all(|(_, comparison)| comparison.same())
    }
}

/// Where rows go.
pub trait Renderer {
    /// One request and its answers.
    fn row(&mut self, row: &Row<'_>) -> Result<(), Failure>;
    /// A request that is none.
    fn bad(&mut self, bad: &Bad<'_>) -> Result<(), Failure>;
    /// Hands on what is buffered.
    fn flush(&mut self) -> Result<(), Failure>;
    /// After the last one: how many requests there were, and how many differ.
    fn finish(&mut self, all: usize, different: usize) -> Result<(), Failure>;
}

/// Answers all requests under all controllers.
pub fn run(args: &Compare) -> Result<Exit, Failure> {
    check_stdin(args.manifests.file.iter().chain(&args.asked.requests))?;
    let wanted = wanted(args)?;
    let world = World::read(read_files(&args.manifests.file)?);
    let mut columns = Vec::with_capacity(wanted.len());
    for (label, controller, set) in wanted {
        let pairs: Vec<String> = set.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let settings = settings(controller, pairs.iter().map(String::as_str))?;
        columns.push(Column { label, controller, set, chart: world.chart(controller, &settings) });
    }
    print_all_problems(args, &mut columns);
    let stdout = std::io::stdout().lock();
    let (bad, different) = match args.output {
        Output::Human => {
            let out = BufWriter::new(anstream::AutoStream::auto(stdout));
            answer(args, &columns, &mut Human::new(out, &columns))
        }
        Output::Json | Output::Jsonl => {
            let list = args.output == Output::Json;
            answer(args, &columns, &mut Json::new(BufWriter::new(stdout), &columns, list))
        }
    }?;
    let has_objects = columns.iter().all(|c| c.chart.has_objects);
    Ok(match (bad, has_objects, different) {
        (true, ..) => Exit::BadRequest,
        (false, false, _) => Exit::NoObjects,
        (false, true, 0) => Exit::Answered,
        (false, true, _) => Exit::Differs,
    })
}

type Wanted = (String, &'static Controller, Vec<(String, String)>);

/// The columns that the options ask for.
fn wanted(args: &Compare) -> Result<Vec<Wanted>, Failure> {
    let mut wanted: Vec<Wanted> = Vec::with_capacity(args.controller.len());
    for text in &args.controller {
        let (label, name) = text.split_once('=').unwrap_or((text, text));
        let controller = controller::find(name)?;
        if wanted.iter().any(|(other, ..)| other == label) {
            return Err(Failure::LabelTwice(label.to_owned()));
        }
        wanted.push((label.to_owned(), controller, Vec::new()));
    }
    if wanted.len() < 2 {
        return Err(Failure::OneController);
    }
    for pair in &args.set {
        let split = pair.split_once(':').and_then(|(label, rest)| Some((label, rest.split_once('=')?)));
        let column = split.and_then(|(label, setting)| {
            Some((wanted.iter_mut().find(|(other, ..)| other == label)?, setting))
        });
        match column {
            Some(((.., set), (key, value))) => set.push((key.to_owned(), value.to_owned())),
            None => {
                let labels = wanted.into_iter().map(|(label, ..)| label).collect();
                return Err(Failure::NoColumn { pair: pair.clone(), labels });
            }
        }
    }
    Ok(wanted)
}

/// Prints what is wrong with the manifests, and once what several controllers complain about.
fn print_all_problems(args: &Compare, columns: &mut [Column]) {
    let Some((first, others)) = columns.split_first_mut() else { return };
    for problem in others.iter().flat_map(|c| &c.chart.problems) {
        if !first.chart.problems.contains(problem) {
            first.chart.problems.push(problem.clone());
        }
    }
    print_problems(&first.chart, &args.manifests);
    if !first.chart.has_objects {
        render::warn("the manifests hold no Kubernetes object: nothing routes these requests");
    }
}

/// Whether some request was bad, and how many answers differ.
fn answer(args: &Compare, columns: &[Column], out: &mut impl Renderer) -> Result<(bool, usize), Failure> {
    let (mut any_bad, mut all, mut different) = (false, 0, 0);
    let mut ask = |request: &Request, out: &mut dyn Renderer| {
        let outcomes: Vec<Outcome> = columns.iter().map(|c| c.chart.router.answer(request)).collect();
        let compare = |outcome: Outcome, first: &Outcome| {
            let comparison = compare::outcomes(first, &outcome);
            (outcome, comparison)
        };
        let first = outcomes.first().cloned();
        let cells = outcomes.into_iter().filter_map(|o| Some(compare(o, first.as_ref()?))).collect();
        let row = Row { request, cells };
        all += 1;
        different += usize::from(!row.same());
        if args.differences && row.same() { Ok(()) } else { out.row(&row) }
    };
    for text in joined(&args.asked.request) {
        match Request::parse(&text) {
            Ok(parsed) => ask(&parsed.request, out)?,
            Err(error) => {
                any_bad = true;
                out.bad(&Bad::Text { text: &text, error: &error })?;
            }
        }
    }
    if let Some(path) = &args.asked.requests {
        let mut lines = Lines::open(path)?;
        while let Some(line) = lines.next()? {
            match &line.request {
                Ok(request) => ask(request, out)?,
                Err(message) => {
                    any_bad = true;
                    out.bad(&Bad::Line { number: line.number, message })?;
                }
            }
            if lines.may_wait() {
                out.flush()?;
            }
        }
    }
    out.finish(all, different)?;
    Ok((any_bad, different))
}
