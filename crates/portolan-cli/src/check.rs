//! `portolan check`.

use crate::args::{Check, Deny};
use crate::chart::settings;
use crate::failure::{Exit, Failure};
use crate::read::STDIN;
use crate::render::check::Judged;
use crate::render::{self, printable, problems};
use crate::route::{check_stdin, read_files, write};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller, Settings};
use portolan_core::lint::{self, Config, Context, Verdict};
use portolan_core::manifest;
use portolan_core::problem::Severity;
use portolan_core::span::Sources;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The configuration that is read where none is named.
const CONFIG: &str = "portolan.yaml";

/// Name and text of each manifest.
type Files = Vec<(String, String)>;

/// Says what is wrong.
pub fn run(args: &Check) -> Result<Exit, Failure> {
    check_stdin(&args.file)?;
    let config = configuration(args.config.as_deref())?;
    let named = args.controller.as_ref().or(config.controller.as_ref());
    // Before anything is read: a wrong name should not have to wait.
    let named = named.map(|name| controller::find(name)).transpose()?;
    let files = read(args)?;
    if args.fix && !args.diff && files.iter().any(|(name, _)| name == STDIN) {
        return Err(Failure::FixStdin);
    }
    let judge = Judge::new(args, &config, named, &files)?;
    let out = BufWriter::new(anstream::AutoStream::auto(std::io::stdout().lock()));
    let (sources, verdict) = judge.of(&files);
    let mut judged = Judged {
        sources,
        controller: judge.controller,
        guessed: judge.guessed.clone(),
        problems: verdict.problems,
        silenced: verdict.silenced,
        mended: 0,
    };
    if args.fix || args.diff {
        let mended = lint::mend(files.clone(), &mut |files| {
            let (sources, verdict) = judge.of(files);
            (sources, verdict.problems)
        });
        let changed = files.iter().zip(&mended.files).filter(|(old, new)| old != new);
        if args.diff {
            return diff(out, changed).map(|any| if any { Exit::Problems } else { Exit::Answered });
        }
        for (old, new) in changed {
            rewrite(old, &new.1)?;
        }
        judged = Judged {
            sources: mended.sources,
            problems: mended.problems,
            mended: mended.done.len(),
            ..judged
        };
    }
    render::check::print(args.format, out, &judged)?;
    let worst = judged.problems.iter().map(|p| p.severity).max();
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

/// The manifests, without the configuration, which may well lie among them.
fn read(args: &Check) -> Result<Files, Failure> {
    let mut files = read_files(&args.file)?.texts;
    let own: PathBuf = args.config.clone().unwrap_or_else(|| CONFIG.into());
    files.retain(|(name, _)| !is_same(Path::new(name), &own));
    Ok(files)
}

/// Whether two paths lead to one file.
fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Who judges.
struct Judge<'a> {
    config: &'a Config,
    controller: &'static Controller,
    settings: Settings,
    guessed: Option<String>,
}

impl<'a> Judge<'a> {
    fn new(
        args: &Check,
        config: &'a Config,
        named: Option<&'static Controller>,
        files: &Files,
    ) -> Result<Self, Failure> {
        let manifest = manifest::read(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        if manifest.objects.is_empty() && manifest.problems.is_empty() {
            return Err(Failure::NoObjects);
        }
        let cluster = Cluster::build(&manifest);
        let guess = if named.is_none() { controller::guess(&cluster) } else { None };
        let controller = match (named, &guess) {
            (Some(named), _) => named,
            (None, Some(guess)) => guess.controller,
            (None, None) => controller::find("kubernetes")?,
        };
        let pairs = guess.iter().flat_map(|g| g.settings.iter().copied());
        let pairs = pairs.chain(config.settings.iter().chain(&args.set).map(String::as_str));
        let settings = settings(controller, pairs)?;
        Ok(Judge { config, controller, settings, guessed: guess.map(|g| g.by.to_owned()) })
    }

    fn of(&self, files: &[(String, String)]) -> (Sources, Verdict) {
        let manifest = manifest::read(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let cluster = Cluster::build(&manifest);
        let compiled = self.controller.compile(&cluster, &self.settings);
        let mut read = manifest.problems;
        read.extend(cluster.problems.iter().cloned());
        read.extend(compiled.problems.iter().cloned());
        let cx = Context::new(&manifest.sources, &cluster, self.controller, &self.settings, &compiled);
        let verdict = lint::check(&cx, self.config, read);
        (manifest.sources, verdict)
    }
}

/// Writes a mended file, unless it is not what was read any more: changed since, or in an encoding that
/// would be lost.
fn rewrite((name, old): &(String, String), new: &str) -> Result<(), Failure> {
    let path = PathBuf::from(name);
    let same = std::fs::read(&path).is_ok_and(|bytes| bytes == old.as_bytes());
    if !same {
        render::warn(&format!("{name} is left as it is: it is no UTF-8, or has changed meanwhile"));
        return Ok(());
    }
    std::fs::write(&path, new).map_err(|source| Failure::Unwritable { path, source })
}

/// Prints a unified diff; whether there is any.
fn diff<'f>(
    mut out: impl Write,
    changed: impl Iterator<Item = (&'f (String, String), &'f (String, String))>,
) -> Result<bool, Failure> {
    let mut any = false;
    for ((name, old), (_, new)) in changed {
        any = true;
        let text = similar::TextDiff::from_lines(old.as_str(), new.as_str());
        let text = text.unified_diff().context_radius(3).header(name, name).to_string();
        write(&mut out, format_args!("{}", printable(&text)))?;
    }
    out.flush().map_err(Failure::Output)?;
    Ok(any)
}
