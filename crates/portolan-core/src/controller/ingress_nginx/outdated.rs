//! Annotations that do nothing in this version: not yet, not any more, or under another prefix.

use super::config::Config;
use super::lifetimes::{self, Instead, Life};
use super::version::beta;
use crate::cluster::{Annotation, Ingress};
use crate::problem::{Code, Edit, Fix, Problem, Severity};
use crate::span::Span;

/// An annotation is not of this controller's time.
const OUTDATED: Code = Code("PT0404");

/// The prefix since 0.9.0-beta.18, and the one before.
const PREFIXES: [&str; 2] = ["nginx.ingress.kubernetes.io", "ingress.kubernetes.io"];

/// Notes those of an Ingress.
pub(super) fn check(config: &Config, ingress: &Ingress, notes: &mut Vec<Problem>) {
    for annotation in &ingress.meta.annotations {
        let Some((prefix, name)) = annotation.key.value.split_once('/') else { continue };
        let Some(life) = lifetimes::of(name) else { continue };
        let own = config.annotations_prefix.as_str();
        let problem = if prefix == own {
            of_another_time(config, annotation, prefix, life)
        } else if PREFIXES.contains(&prefix) && PREFIXES.contains(&own) {
            let is_there = ingress.meta.annotation(&format!("{own}/{name}")).is_some();
            Some(of_another_prefix(config, annotation, life, is_there))
        } else {
            None
        };
        if let Some(problem) = problem {
            let field = format!("metadata.annotations[{}]", annotation.key.value);
            notes.push(problem.at(ingress.meta.title(), field));
        }
    }
}

/// It has the prefix that is read; is it read?
fn of_another_time(config: &Config, annotation: &Annotation, prefix: &str, life: &Life) -> Option<Problem> {
    let version = config.version;
    let name = life.name;
    if life.spans(version) {
        let grouped = name == "rewrite-target" && version.appending().is_some() && has_group(annotation);
        return grouped.then(|| {
            let message = format!(
                "ingress-nginx {version} appends the rest of the path to rewrite-target; groups of the path are \
                 rarely what {:?} means there",
                annotation.value.value
            );
            Problem::new(OUTDATED, Severity::Warning, annotation.value.span, message)
                .help("0.22.0 is the first version that takes groups and appends nothing")
        });
    }
    let when = match life.until.filter(|until| version.since(*until)) {
        Some(until) => format!("it went with {until}"),
        None => format!("it came with {}", life.since),
    };
    let message = format!("annotation {name} does nothing: ingress-nginx {version} does not read it, {when}");
    let mut problem = Problem::new(OUTDATED, Severity::Warning, annotation.key.span, message);
    // Only what this version reads is worth a hint.
    let read = |other: &str| lifetimes::reads(version, other);
    match life.instead {
        Instead::Renamed(other) if read(other) => {
            problem = problem.help(format!("it is called {other} now"));
            if let Some(edit) = rename(annotation, prefix, name, other) {
                problem.fixes.push(Fix { title: format!("Rename it to {other}"), edits: vec![edit] });
            }
        }
        Instead::Value(other, value) if read(other) => {
            problem = problem.help(format!("{other}: {value:?} does what it did"));
            if annotation.value.value == "true"
                && let Some(edit) = rename(annotation, prefix, name, other)
                && let Some(replaced) = replace(annotation, value)
            {
                let title = format!("Write {other}: {value}");
                problem.fixes.push(Fix { title, edits: vec![edit, replaced] });
            }
        }
        Instead::Like(other) if read(other) => {
            problem = problem.help(format!("{other} comes nearest to it"));
        }
        _ => {}
    }
    Some(problem)
}

/// It has the other prefix of the two.
fn of_another_prefix(config: &Config, annotation: &Annotation, life: &Life, is_there: bool) -> Problem {
    let (version, own, name) = (config.version, &config.annotations_prefix, life.name);
    let key = &annotation.key;
    if !life.spans(version) {
        let message = format!(
            "annotation {} does nothing: ingress-nginx {version} reads it under no prefix",
            key.value
        );
        return Problem::new(OUTDATED, Severity::Warning, key.span, message);
    }
    let message =
        format!("annotation {} does nothing: ingress-nginx {version} reads {own}/{name}", key.value);
    let problem = Problem::new(OUTDATED, Severity::Warning, key.span, message);
    let renames = beta(18);
    let problem = if own == PREFIXES[0] {
        problem.help(format!(
            "versions before {renames} read it, and those with the flag --annotations-prefix={}",
            PREFIXES[1]
        ))
    } else if version.since(renames) {
        problem.help("the controller runs with another --annotations-prefix")
    } else {
        problem.help(format!("{renames} is the first version that reads it"))
    };
    match text_of(key.span, &key.value) {
        // Another one of that name would be there twice.
        Some(text) if !is_there => {
            let end = text.start + key.value.find('/').unwrap_or(0) as u32;
            let span = Span::new(text.file, text.start, end);
            problem.fix(format!("Rename it to {own}/{name}"), span, own.as_str())
        }
        _ => problem,
    }
}

/// Whether a rewrite target speaks of groups.
fn has_group(annotation: &Annotation) -> bool {
    annotation.value.value.as_bytes().windows(2).any(|w| matches!(w, [b'$', b'1'..=b'9']))
}

/// The place of a scalar's text without its quotes; `None` where it is written in another way.
fn text_of(span: Span, text: &str) -> Option<Span> {
    match (span.end - span.start).checked_sub(u32::try_from(text.len()).ok()?)? {
        0 => Some(span),
        2 => Some(Span::new(span.file, span.start + 1, span.end - 1)),
        _ => None,
    }
}

/// Writes another name behind the prefix.
fn rename(annotation: &Annotation, prefix: &str, name: &str, other: &str) -> Option<Edit> {
    let text = text_of(annotation.key.span, &annotation.key.value)?;
    let start = text.start + u32::try_from(prefix.len() + 1).ok()?;
    let end = start + u32::try_from(name.len()).ok()?;
    Some(Edit { span: Span::new(text.file, start, end), text: other.to_owned() })
}

/// Writes another value, in the quotes that it has.
fn replace(annotation: &Annotation, value: &str) -> Option<Edit> {
    let span = text_of(annotation.value.span, &annotation.value.value)?;
    Some(Edit { span, text: value.to_owned() })
}
