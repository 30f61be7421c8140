//! Problems on standard error, with the text that they are about.

use super::{Bad, printable};
use crate::chart::Chart;
use crate::language::t;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use portolan_core::problem::{Fix, Problem, Severity};
use portolan_core::routing::RequestError;
use portolan_core::span::{SourceFile, Sources, Span};
use std::ops::Range;

/// Lines of a place that are shown; of a longer one, only the first.
const MOST_LINES: u32 = 6;
/// A line longer than this (a minified file) is named and not shown.
const MOST_BYTES: usize = 4096;

/// Prints up to `most` problems, the graver ones first where they are too many.
pub fn print(chart: &Chart, most: usize) {
    let mut shown: Vec<&Problem> = chart.problems.iter().collect();
    if shown.len() > most {
        shown.sort_by_key(|p| std::cmp::Reverse(p.severity));
        shown.truncate(most);
        shown.sort_by_key(|p| (p.span.file, p.span.start));
    }
    for problem in &shown {
        anstream::eprintln!("{}\n", render(&chart.sources, problem));
    }
    let more = chart.problems.len() - shown.len();
    if more > 0 {
        anstream::eprintln!("{}\n", t!("… and {more} more; --all-problems prints them all"));
    }
}

/// Prints a request that is none.
pub fn print_bad(bad: &Bad<'_>) {
    match bad {
        Bad::Text { text, error } => anstream::eprintln!("{}\n", render_request_error(text, error)),
        Bad::Line { number, message } => {
            let style = anstyle::AnsiColor::BrightRed.on_default().bold();
            let said = t!("line {number} of the requests: {message}");
            anstream::eprintln!("{style}{}{style:#}: {said}\n", t("error"));
        }
    }
}

/// One problem.
pub fn render(sources: &Sources, problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR.with_name(t("error")),
        Severity::Warning => Level::WARNING.with_name(t("warning")),
        _ => Level::INFO.with_name(t("info")),
    };
    let message = t(&problem.message);
    let message = printable(&message);
    let mut group = place(
        level.primary_title(message.as_ref()).id(problem.code.0).elements(None::<Origin<'_>>),
        sources,
        problem.span,
        AnnotationKind::Primary,
        None,
    );
    for related in &problem.related {
        group = place(group, sources, related.span, AnnotationKind::Context, Some(&related.message));
    }
    let at = match (&problem.object, &problem.field) {
        (Some(object), Some(field)) if !field.is_empty() => Some(t!("in {object}, {field}")),
        (Some(object), _) => Some(t!("in {object}")),
        _ => None,
    };
    if let Some(at) = at {
        group = group.element(Level::NOTE.with_name(t("note")).message(printable(&at).into_owned()));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.with_name(t("help")).message(printable(&t(help)).into_owned()));
    }
    let mut report = vec![group];
    report.extend(problem.fixes.iter().map(|fix| mend(sources, fix)));
    Renderer::styled().render(&report)
}

/// A request that is none.
pub fn render_request_error(text: &str, error: &RequestError) -> String {
    let message = t!("{error}");
    let title = Level::ERROR.with_name(t("error")).primary_title(printable(&message).into_owned());
    let (start, end) = (boundary(text, error.start), boundary(text, error.end));
    let mut group = if text.len() > MOST_BYTES {
        title.elements(None::<Origin<'_>>)
    } else {
        title.element(
            Snippet::source(text).line_numbering(false).annotation(AnnotationKind::Primary.span(start..end)),
        )
    };
    if let Some(help) = error.help() {
        group = group.element(Level::HELP.with_name(t("help")).message(printable(&t(&help)).into_owned()));
    }
    Renderer::styled().render(&[group])
}

fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Adds the lines of a span.
fn place<'a>(
    group: Group<'a>,
    sources: &'a Sources,
    span: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Group<'a> {
    let Some(file) = sources.get(span.file) else { return group };
    let (first, column) = file.line_column(span.start);
    let (mut last, _) = file.line_column(span.end.max(span.start + 1) - 1);
    let mut end = span.end;
    if last - first >= MOST_LINES
        && let Some((line, start)) = file.line(first)
    {
        last = first;
        end = start + line.len() as u32;
    }
    let Some((text, range)) = window(file, first, last) else {
        return group
            .element(Origin::path(file.name.as_str()).line(first as usize).char_column(column as usize));
    };
    let offset = range.start as u32;
    let clip = |at: u32| boundary(text, at.saturating_sub(offset) as usize);
    let annotation =
        kind.span(clip(span.start)..clip(end)).label(label.map(|l| printable(&t(l)).into_owned()));
    group.element(
        Snippet::source(text).path(file.name.as_str()).line_start(first as usize).annotation(annotation),
    )
}

/// A way out, as the lines that it changes.
fn mend<'a>(sources: &'a Sources, fix: &'a Fix) -> Group<'a> {
    let title = Level::HELP.with_name(t("help")).secondary_title(printable(&t(&fix.title)).into_owned());
    let lines = || {
        let file = fix.edits.first()?.span.file;
        let source = sources.get(file).filter(|_| fix.edits.iter().all(|e| e.span.file == file))?;
        let first = fix.edits.iter().map(|e| source.line_column(e.span.start).0).min()?;
        let last = fix.edits.iter().map(|e| source.line_column(e.span.end).0).max()?;
        let (text, range) = window(source, first, last).filter(|_| last - first < MOST_LINES)?;
        Some((source, text, range, first))
    };
    match lines() {
        Some((source, text, range, first)) => {
            let clip = |at: u32| boundary(text, (at as usize).saturating_sub(range.start));
            title.element(
                Snippet::source(text).path(source.name.as_str()).line_start(first as usize).patches(
                    fix.edits
                        .iter()
                        .map(|e| Patch::new(clip(e.span.start)..clip(e.span.end), e.text.as_str())),
                ),
            )
        }
        None => title.elements(None::<Origin<'_>>),
    }
}

/// The text of some lines and where it stands; `None` where it is too long to be shown.
fn window(file: &SourceFile, first: u32, last: u32) -> Option<(&str, Range<usize>)> {
    let (_, start) = file.line(first)?;
    let (line, last_start) = file.line(last)?;
    let range = start as usize..last_start as usize + line.len();
    let text = file.text.get(range.clone())?;
    (text.len() <= MOST_BYTES).then_some((text, range))
}
