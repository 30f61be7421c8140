//! `portolan examples`: the lessons, walked through in a terminal.

use crate::args::Examples;
use crate::chart::World;
use crate::failure::{Exit, Failure};
use crate::language::t;
use crate::read::Files;
use crate::render::human::short;
use crate::render::{self, indented};
use crate::route::write;
use anstyle::Style;
use portolan_core::controller::{self, Settings};
use portolan_core::journey::{Cloud, Place, Setting, What, travel};
use portolan_core::routing::Request;
use portolan_lessons::{Entry, Lesson, Step, Trial, Words};
use std::io::Write;
use std::path::Path;

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Lists them, or shows one.
pub fn run(args: &Examples, language: &str) -> Result<Exit, Failure> {
    let index = index()?;
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    match &args.name {
        None => list(&mut out, &index, language)?,
        Some(name) => {
            let found = index.iter().find(|entry| is_named(entry, name));
            let entry = found.ok_or_else(|| Failure::NoExample(name.clone()))?;
            let lesson = Opened::of(entry)?;
            match &args.write {
                Some(folder) => lesson.write(&mut out, folder)?,
                None => lesson.show(&mut out, language)?,
            }
        }
    }
    out.flush().map_err(Failure::Output)?;
    Ok(Exit::Answered)
}

fn built_in(path: &str) -> Result<&'static str, Failure> {
    portolan_lessons::file(path).ok_or_else(|| Failure::NoExample(path.to_owned()))
}

fn index() -> Result<Vec<Entry>, Failure> {
    Entry::index(built_in("index.yaml")?).map_err(|wrong| Failure::NoExample(wrong.to_string()))
}

/// By its whole name, its number, or its name without the number.
fn is_named(entry: &Entry, name: &str) -> bool {
    let (number, rest) = entry.name.split_once('-').unwrap_or(("", &entry.name));
    entry.name == name || rest == name || number.trim_start_matches('0') == name.trim_start_matches('0')
}

fn list(out: &mut impl Write, index: &[Entry], language: &str) -> Result<(), Failure> {
    let widest = index.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for (lesson, heading) in [(true, "Lessons"), (false, "Examples")] {
        let gap = if lesson { "" } else { "\n" };
        write(out, format_args!("{gap}{STRONG}{}{STRONG:#}\n", t(heading)))?;
        for entry in index.iter().filter(|entry| entry.lesson == lesson) {
            let title = entry.title.of(language);
            write(out, format_args!("  {:widest$}  {STRONG}{title}{STRONG:#}\n", entry.name))?;
            write(out, format_args!("{}\n", indented(&" ".repeat(widest + 4), entry.text.of(language))))?;
        }
    }
    write(out, format_args!("\n{DIM}{}{DIM:#}\n", t("portolan examples NAME walks through one.")))
}

/// A lesson and its manifests.
struct Opened<'e> {
    entry: &'e Entry,
    lesson: Lesson,
    files: Vec<(String, String)>,
}

/// What a request is asked in.
struct Scene<'s> {
    files: &'s [(String, String)],
    controller: &'s str,
    from: Option<&'s str>,
    cloud: Option<&'s str>,
}

impl<'e> Opened<'e> {
    fn of(entry: &'e Entry) -> Result<Opened<'e>, Failure> {
        let text = built_in(&format!("{}/lesson.yaml", entry.name))?;
        let lesson = Lesson::read(text).map_err(|wrong| Failure::NoExample(wrong.to_string()))?;
        let manifest = |name: &String| {
            let text = built_in(&format!("{}/manifests/{name}", entry.name))?;
            Ok((name.clone(), text.to_owned()))
        };
        let files = lesson.files.iter().map(manifest).collect::<Result<_, Failure>>()?;
        Ok(Opened { entry, lesson, files })
    }

    /// Puts the manifests into a folder. What is there already stays as it is.
    fn write(&self, out: &mut impl Write, folder: &Path) -> Result<(), Failure> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Failure::Unwritable { path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        for (name, text) in &self.files {
            let path = folder.join(name);
            let mut file = std::fs::File::create_new(&path).map_err(failed(&path))?;
            file.write_all(text.as_bytes()).map_err(failed(&path))?;
            write(out, format_args!("{}\n", path.display()))?;
        }
        let controller = &self.lesson.controller;
        for asked in &self.lesson.requests {
            let request = quoted(&asked.request);
            let folder = folder.display();
            write(
                out,
                format_args!("{DIM}portolan route -f {folder} --controller {controller} {request}{DIM:#}\n"),
            )?;
        }
        Ok(())
    }

    fn show(&self, out: &mut impl Write, language: &str) -> Result<(), Failure> {
        let said = |words: &'_ Words| plain(words.of(language));
        write(out, format_args!("{STRONG}{}{STRONG:#}\n", said(&self.entry.title)))?;
        write(out, format_args!("{}\n", said(&self.entry.text)))?;
        for (name, text) in &self.files {
            write(out, format_args!("\n{DIM}--- {name}{DIM:#}\n{}\n", text.trim_end()))?;
        }
        let scene = Scene {
            files: &self.files,
            controller: &self.lesson.controller,
            from: self.lesson.from.as_deref(),
            cloud: self.lesson.cloud.as_deref(),
        };
        if self.lesson.steps.is_empty() {
            write(out, format_args!("\n"))?;
            for asked in &self.lesson.requests {
                scene.ask(out, &asked.request, false)?;
            }
        }
        for (number, step) in (1..).zip(&self.lesson.steps) {
            write(out, format_args!("\n{STRONG}{number}. {}{STRONG:#}\n", said(&step.title)))?;
            write(out, format_args!("{}\n\n", indented("   ", &said(&step.text))))?;
            let from = step.from.as_deref().or(scene.from);
            Scene { from, ..scene }.ask(out, &step.request, true)?;
            if let Some(trial) = &step.trial {
                write(out, format_args!("\n   {STRONG}{}{STRONG:#}\n", said(&trial.label)))?;
                self.try_out(out, &Scene { from, ..scene }, step, trial)?;
            }
        }
        Ok(())
    }

    fn try_out(
        &self,
        out: &mut impl Write,
        scene: &Scene<'_>,
        step: &Step,
        trial: &Trial,
    ) -> Result<(), Failure> {
        for edit in &trial.edits {
            for (sign, text) in [('-', &edit.find), ('+', &edit.put)] {
                for line in text.trim_matches('\n').lines() {
                    write(out, format_args!("   {DIM}{}{DIM:#} {sign} {line}\n", edit.file))?;
                }
            }
        }
        let Some(files) = trial.apply(&self.files) else { return Ok(()) };
        let controller = trial.controller.as_deref().unwrap_or(scene.controller);
        let cloud = trial.cloud.as_deref().or(scene.cloud);
        let request = trial.request.as_ref().unwrap_or(&step.request);
        Scene { files: &files, controller, from: scene.from, cloud }.ask(out, request, true)
    }
}

impl Scene<'_> {
    /// Asks a request, now, and says what comes of it.
    fn ask(&self, out: &mut impl Write, request: &str, hops: bool) -> Result<(), Failure> {
        let world = World::read(Files { texts: self.files.to_vec(), refused: Vec::new() });
        let chart = world.chart(controller::find(self.controller)?, &Settings::new());
        let Ok(parsed) = Request::parse(request) else { return Ok(()) };
        let outcome = chart.router.answer(&parsed.request);
        let place = |name: &str| Place::ALL.into_iter().find(|place| place.name() == name);
        let setting = Setting {
            place: self.from.and_then(place).unwrap_or_default(),
            cloud: self.cloud.and_then(Cloud::named),
            ..Setting::default()
        };
        let what = What::Http { request: &parsed.request, table: chart.router.table(), outcome: &outcome };
        let journey = travel(&world.cluster, &setting, what);
        let line = parsed.request.line();
        let answer = format!("{} {DIM}{}{DIM:#}", short(&outcome.answer), t(outcome.certainty.word()));
        if !hops {
            return write(out, format_args!("  {line} {answer}\n"));
        }
        write(out, format_args!("   {line}\n"))?;
        for line in render::hops::lines(&chart, setting.place, &journey) {
            write(out, format_args!("{}\n", indented("   ", &line)))?;
        }
        if journey.controller_asked {
            write(out, format_args!("   {answer}\n"))?;
        }
        Ok(())
    }
}

/// Without the marks of Markdown.
fn plain(text: &str) -> String {
    text.replace("**", "")
}

/// A request as a shell would have to be given it.
fn quoted(request: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-._~:/%+,=@".contains(c);
    if request.chars().all(harmless) {
        return request.to_owned();
    }
    if request.contains('\'') { format!("\"{request}\"") } else { format!("'{request}'") }
}
