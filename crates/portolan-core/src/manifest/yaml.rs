//! One YAML document: read it, and where it is broken, save what can be saved.

use super::build::{Budget, Context, Patch};
use super::documents::line_start;
use super::events::{self, Fault, SyntaxError};
use super::syntax::{self, Explained};
use super::{Node, codes};
use crate::problem::{Problem, Severity};

/// How often a broken document is mended and read again …
const MENDS: usize = 12;
/// … and how often it is cut and read again after that.
const CUTS: usize = 6;

/// Reads the document `text` into `roots`.
pub(super) fn read(ctx: &mut Context, text: &str, roots: &mut Vec<Node>) {
    let known = roots.len();
    let mark = ctx.problems.mark();
    let budget = *ctx.budget;
    let fault = events::read(ctx, text, roots);
    let template = match fault {
        Ok(()) => ctx.problems.since(mark).iter().any(|p| p.code == codes::BAD_KEY),
        Err(_) => true,
    };
    if template && let Some(range) = template_action(text) {
        roots.truncate(known);
        ctx.problems.rewind(mark);
        helm_template(ctx, range);
        return;
    }
    match fault {
        Ok(()) => {}
        Err(Fault::Limit) => roots.truncate(known),
        Err(Fault::Syntax(error)) => {
            roots.truncate(known);
            ctx.problems.rewind(mark);
            *ctx.budget = budget;
            salvage(ctx, text, error, roots);
            ctx.patches.clear();
        }
    }
}

/// Reads a broken document as if it were mended, where it is clear how, and else down to the broken
/// line. Keeps the result where it is an object.
fn salvage(ctx: &mut Context, text: &str, mut error: SyntaxError, roots: &mut Vec<Node>) {
    let known = roots.len();
    let mark = ctx.problems.mark();
    let budget = *ctx.budget;
    let mut rest = text.to_owned();
    let mut reports = Vec::new();
    let mut mended_line = None;
    let mut cut = false;
    let mut saved = false;
    for attempt in 0..MENDS + CUTS {
        let explained = syntax::explain(&rest, &error.kind, error.offset, error.opener);
        let line = line_start(&rest, explained.range.start);
        // An error where one was mended just now, or below a cut, is a consequence of that.
        let consequence = cut || mended_line == Some(line);
        if !consequence {
            reports.push(report(ctx, &explained));
        }
        match explained.fix {
            Some((_, range, replacement)) if !consequence && attempt < MENDS => {
                ctx.patches.push(Patch {
                    at: range.start,
                    removed: range.len(),
                    inserted: replacement.len(),
                });
                rest.replace_range(range, &replacement);
                mended_line = Some(line);
            }
            _ => {
                rest.truncate(line);
                cut = true;
            }
        }
        if !ctx.budget.take_reread(rest.len()) {
            break;
        }
        match events::read(ctx, &rest, roots) {
            Ok(()) => {
                saved = roots.len() > known && roots[known..].iter().all(|root| root.get("kind").is_some());
                break;
            }
            Err(Fault::Limit) => break,
            Err(Fault::Syntax(next)) => {
                roots.truncate(known);
                ctx.problems.rewind(mark);
                *ctx.budget = Budget { rereads: ctx.budget.rereads, ..budget };
                error = next;
            }
        }
    }
    if !saved {
        roots.truncate(known);
        ctx.problems.rewind(mark);
    }
    let count = reports.len();
    for (i, mut problem) in reports.into_iter().enumerate() {
        match (saved, cut && i + 1 == count) {
            (true, true) => problem.message.push_str("; the rest of this document was left out"),
            (true, false) => {
                problem.help = problem.help.map(|help| help + " (it was read as if that were done)")
            }
            (false, _) if i + 1 == count => problem.message.push_str("; this document was left out"),
            (false, _) => {}
        }
        ctx.problems.push(problem);
    }
}

fn report(ctx: &Context, explained: &Explained) -> Problem {
    let span = ctx.span(explained.range.start, explained.range.end);
    let problem = Problem::new(codes::YAML_SYNTAX, Severity::Error, span, explained.message.as_str())
        .help(explained.help.as_str());
    match &explained.fix {
        Some((title, range, text)) => problem.fix(*title, ctx.span(range.start, range.end), text.as_str()),
        None => problem,
    }
}

/// The first `{{ … }}` outside comments, as Helm and Go templates have them.
fn template_action(text: &str) -> Option<std::ops::Range<usize>> {
    let mut from = 0;
    while let Some(found) = text[from..].find("{{") {
        let start = from + found;
        let line = &text[line_start(text, start)..start];
        let end = start + text[start..].find("}}")? + 2;
        if !line.trim_start().starts_with('#') {
            return Some(start..end);
        }
        from = start + 2;
    }
    None
}

fn helm_template(ctx: &mut Context, range: std::ops::Range<usize>) {
    if std::mem::replace(&mut ctx.template_reported, true) {
        return;
    }
    let span = ctx.span(range.start, range.end);
    ctx.problems.push(
        Problem::new(
            codes::HELM_TEMPLATE,
            Severity::Error,
            span,
            "this is a Helm template, not a rendered manifest",
        )
        .help("run `helm template` and give its output; the templated documents of this file were left out"),
    );
}
