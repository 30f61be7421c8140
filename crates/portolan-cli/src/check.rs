//! `portolan check`.

use crate::args::{Check, Deny, Format};
use crate::chart::settings;
use crate::failure::{Exit, Failure};
use crate::language::{t, to_json};
use crate::render::{self, problems};
use crate::route::{check_stdin, read_files, write};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller};
use portolan_core::lint::{self, Config, Context, Verdict};
use portolan_core::manifest;
use portolan_core::problem::Severity;
use portolan_core::span::Sources;
use serde::Serialize;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The configuration that is read where none is named.
const CONFIG: &str = "portolan.yaml";

/// What was judged, and by whom.
struct Judged {
    sources: Sources,
    controller: &'static Controller,
    /// What pointed to the controller, where nobody named it.
    guessed: Option<String>,
    verdict: Verdict,
}

/// Says what is wrong.
pub fn run(args: &Check) -> Result<Exit, Failure> {
    check_stdin(&args.file)?;
    let config = configuration(args.config.as_deref())?;
    let judged = judge(args, &config)?;
    let out = BufWriter::new(anstream::AutoStream::auto(std::io::stdout().lock()));
    match args.format {
        Format::Human => human(out, &judged),
        Format::Json => json(out, &judged),
    }?;
    let worst = judged.verdict.problems.iter().map(|p| p.severity).max();
    let denied = match args.deny {
        None => Severity::Error,
        Some(Deny::Warnings) => Severity::Warning,
        Some(Deny::All) => Severity::Info,
    };
    Ok(if worst.is_some_and(|worst| worst >= denied) { Exit::Problems } else { Exit::Answered })
}

/// The project's configuration.
fn configuration(path: Option<&Path>) -> Result<Config, Failure> {
    let named = path.is_some();
    let path = path.unwrap_or(Path::new(CONFIG));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound && !named => {
            return Ok(Config::default());
        }
        Err(source) => return Err(Failure::Unreadable { path: path.to_owned(), source }),
    };
    Config::read(&path.display().to_string(), &text).map_err(|error| {
        let all: Vec<_> = error.problems.iter().map(|p| problems::render(&error.sources, p)).collect();
        Failure::Config(all.join("\n\n"))
    })
}

fn judge(args: &Check, config: &Config) -> Result<Judged, Failure> {
    let named = args.controller.as_ref().or(config.controller.as_ref());
    // Before anything is read: a wrong name should not have to wait.
    let named = named.map(|name| controller::find(name)).transpose()?;
    let mut files = read_files(&args.file)?;
    let own: PathBuf = args.config.clone().unwrap_or_else(|| CONFIG.into());
    files.texts.retain(|(name, _)| !is_same(Path::new(name), &own));
    let manifest = manifest::read(files.texts);
    let cluster = Cluster::build(&manifest);
    if manifest.objects.is_empty() && manifest.problems.is_empty() {
        return Err(Failure::NoObjects);
    }
    let guess = if named.is_none() { controller::guess(&cluster) } else { None };
    let controller = match (named, &guess) {
        (Some(named), _) => named,
        (None, Some(guess)) => guess.controller,
        (None, None) => controller::find("kubernetes")?,
    };
    let pairs = guess.iter().flat_map(|g| g.settings.iter().copied());
    let pairs = pairs.chain(config.settings.iter().chain(&args.set).map(String::as_str));
    let settings = settings(controller, pairs)?;
    let compiled = controller.compile(&cluster, &settings);
    let mut read = manifest.problems;
    read.extend(cluster.problems.iter().cloned());
    read.extend(compiled.problems.iter().cloned());
    let cx = Context::new(&manifest.sources, &cluster, controller, &settings, &compiled);
    let verdict = lint::check(&cx, config, read);
    let guessed = guess.map(|g| g.by.to_owned());
    Ok(Judged { sources: manifest.sources, controller, guessed, verdict })
}

/// Whether two paths lead to one file.
fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn human(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    let title = judged.controller.title;
    match &judged.guessed {
        Some(by) => {
            render::note(&format!("judged as for {title}, which {by} points to; --controller names another"))
        }
        None if judged.controller.name == "kubernetes" => {
            render::note(&format!("judged as for {title}; --controller names a real one"));
        }
        None => {}
    }
    for problem in &judged.verdict.problems {
        write(&mut out, format_args!("{}\n\n", problems::render(&judged.sources, problem)))?;
    }
    write(&mut out, format_args!("{}\n", summary(&judged.verdict)))?;
    out.flush().map_err(Failure::Output)
}

/// `2 errors, 1 warning`.
fn summary(verdict: &Verdict) -> String {
    let count = |severity, one: &str, many: &str| match verdict
        .problems
        .iter()
        .filter(|p| p.severity == severity)
        .count()
    {
        0 => None,
        1 => Some(t!("1 {one}")),
        n => Some(t!("{n} {many}")),
    };
    let mut parts: Vec<String> = [
        count(Severity::Error, "error", "errors"),
        count(Severity::Warning, "warning", "warnings"),
        count(Severity::Info, "hint", "hints"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        parts.push(t("no problems").into_owned());
    }
    if verdict.silenced > 0 {
        parts.push(t!("{} silenced", verdict.silenced));
    }
    parts.join(", ")
}

#[derive(Serialize)]
struct Record<'a> {
    controller: &'static str,
    guessed: bool,
    silenced: usize,
    problems: &'a [portolan_core::problem::Problem],
}

fn json(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    let record = Record {
        controller: judged.controller.name,
        guessed: judged.guessed.is_some(),
        silenced: judged.verdict.silenced,
        problems: &judged.verdict.problems,
    };
    to_json(&mut out, &record, true)?;
    write(&mut out, format_args!("\n"))?;
    out.flush().map_err(Failure::Output)
}
