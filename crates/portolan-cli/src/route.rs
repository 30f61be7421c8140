//! `portolan route`.

use crate::args::{Manifests, Output, Route};
use crate::chart::{Chart, World};
use crate::failure::{Exit, Failure};
use crate::render::human::Human;
use crate::render::json::Json;
use crate::render::{Case, problems};
use crate::requests::Lines;
use crate::{read, render};
use portolan_core::journey::{self, What};
use portolan_core::routing::Request;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Problems printed where not all of them are asked for.
const MOST_PROBLEMS: usize = 20;

/// Nothing can be read from standard input twice.
pub fn check_stdin<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), Failure> {
    match paths.into_iter().filter(|path| path.as_path() == Path::new("-")).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::StdinTwice),
    }
}

/// Reads the manifests, with a word about those that are left out.
pub fn read_files(paths: &[PathBuf]) -> Result<read::Files, Failure> {
    let mut files = read::files(paths)?;
    for refused in std::mem::take(&mut files.refused) {
        render::warn(&refused);
    }
    Ok(files)
}

/// Prints what is wrong with the manifests.
pub fn print_problems(chart: &Chart, manifests: &Manifests) {
    if !manifests.quiet {
        problems::print(chart, if manifests.all_problems { usize::MAX } else { MOST_PROBLEMS });
    }
}

/// Answers all requests of the command line, then those of `--requests`.
pub fn run(args: &Route) -> Result<Exit, Failure> {
    check_stdin(args.manifests.file.iter().chain(&args.asked.requests))?;
    // Before anything is read: a wrong name should not have to wait.
    let (controller, settings) = args.answering.chosen()?;
    let chart = World::read(read_files(&args.manifests.file)?).chart(controller, &settings);
    print_problems(&chart, &args.manifests);
    if !chart.has_objects {
        render::warn("the manifests hold no Kubernetes object: nothing routes these requests");
    }
    let stdout = std::io::stdout().lock();
    let bad = match args.output {
        Output::Human => {
            let out = BufWriter::new(anstream::AutoStream::auto(stdout));
            answer(args, &chart, &mut Human::new(out, &chart, args.explain))
        }
        Output::Json | Output::Jsonl => {
            let list = args.output == Output::Json;
            answer(args, &chart, &mut Json::new(BufWriter::new(stdout), &chart, args.explain, list))
        }
    }?;
    Ok(match (bad, chart.has_objects) {
        (true, _) => Exit::BadRequest,
        (false, true) => Exit::Answered,
        (false, false) => Exit::NoObjects,
    })
}

/// Where answers go.
pub trait Renderer {
    /// One request and its answer.
    fn answer(&mut self, case: &Case<'_>) -> Result<(), Failure>;
    /// A request that is none.
    fn bad(&mut self, bad: &render::Bad<'_>) -> Result<(), Failure>;
    /// Hands on what is buffered.
    fn flush(&mut self) -> Result<(), Failure>;
    /// After the last one.
    fn finish(&mut self) -> Result<(), Failure>;
}

/// Whether some request was bad.
fn answer(args: &Route, chart: &Chart, renderer: &mut impl Renderer) -> Result<bool, Failure> {
    let mut any_bad = false;
    for text in joined(&args.asked.request) {
        match Request::parse(&text) {
            Ok(parsed) => {
                renderer.answer(&case(args, chart, &parsed.request, Some(&parsed.notes)))?;
            }
            Err(error) => {
                any_bad = true;
                renderer.bad(&render::Bad::Text { text: &text, error: &error })?;
            }
        }
    }
    if let Some(path) = &args.asked.requests {
        let mut lines = Lines::open(path)?;
        while let Some(line) = lines.next()? {
            match &line.request {
                Ok(request) => {
                    renderer.answer(&case(args, chart, request, None))?;
                }
                Err(message) => {
                    any_bad = true;
                    renderer.bad(&render::Bad::Line { number: line.number, message })?;
                }
            }
            // Somebody may be waiting for this answer before they send the next request.
            if lines.may_wait() {
                renderer.flush()?;
            }
        }
    }
    renderer.finish()?;
    Ok(any_bad)
}

/// What becomes of a request, and the way there where that was asked for.
fn case<'c>(args: &Route, chart: &Chart, request: &'c Request, notes: Option<&'c [String]>) -> Case<'c> {
    let outcome = chart.router.answer(request);
    let journey = args.from.map(|place| {
        let what = What::Http { request, table: chart.router.table(), outcome: &outcome };
        (place, journey::travel(&chart.cluster, &args.client.setting(place), what))
    });
    Case { request, notes, outcome, journey }
}

/// `GET http://…` is one request, also where the shell has made two words of it.
pub fn joined(words: &[String]) -> Vec<String> {
    let mut requests = Vec::with_capacity(words.len());
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let method = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
        match words.peek() {
            Some(next) if method && next.contains(['/', '.', ':']) => {
                requests.push(format!("{word} {next}"));
                words.next();
            }
            _ => requests.push(word.clone()),
        }
    }
    requests
}

/// Writes, and tells a closed pipe from other errors.
pub fn write(out: &mut impl Write, text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
    out.write_fmt(text).map_err(Failure::Output)
}
