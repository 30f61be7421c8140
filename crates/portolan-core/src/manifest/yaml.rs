//! One YAML document: read it, and where it is broken, save what can be saved.

use super::build::Context;
use super::documents::line_start;
use super::events::{self, Fault};
use super::syntax::{self, Explained};
use super::{Node, codes};
use crate::problem::{Problem, Severity};

/// How often a broken document is read again, each time with less of it.
const ATTEMPTS: usize = 12;
/// Larger broken documents are not read again, to bound the time.
const SALVAGE_BYTES: usize = 4 << 20;

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
        Err(Fault::Syntax { kind, offset, opener }) => {
            roots.truncate(known);
            ctx.problems.rewind(mark);
            *ctx.budget = budget;
            let explained = syntax::explain(text, &kind, offset, opener);
            salvage(ctx, text, explained, roots);
        }
    }
}

/// Reads what stands above the broken line, where that is an object by itself.
fn salvage(ctx: &mut Context, text: &str, mut explained: Explained, roots: &mut Vec<Node>) {
    let known = roots.len();
    let mark = ctx.problems.mark();
    let budget = *ctx.budget;
    let mut skipped = Vec::new();
    let mut cut: Option<Explained> = None;
    let mut saved = false;
    let mut rest = if text.len() <= SALVAGE_BYTES { text.to_owned() } else { String::new() };
    for _ in 0..ATTEMPTS {
        let start = line_start(&rest, explained.range.start.min(rest.len()));
        if explained.skip_line && cut.is_none() {
            let end = rest[start..].find(['\n', '\r']).map_or(rest.len(), |n| start + n);
            rest.replace_range(start..end, &" ".repeat(end - start));
            skipped.push(explained);
        } else {
            rest.truncate(start);
            cut.get_or_insert(explained);
        }
        match events::read(ctx, &rest, roots) {
            Ok(()) => {
                saved = roots.len() > known && roots[known..].iter().all(|root| root.get("kind").is_some());
                break;
            }
            Err(Fault::Limit) => break,
            Err(Fault::Syntax { kind, offset, opener }) => {
                roots.truncate(known);
                ctx.problems.rewind(mark);
                *ctx.budget = budget;
                explained = syntax::explain(&rest, &kind, offset, opener);
            }
        }
    }
    if !saved {
        roots.truncate(known);
        ctx.problems.rewind(mark);
    }
    for explained in skipped {
        report(ctx, explained, "");
    }
    if let Some(explained) = cut {
        let what =
            if saved { "; the rest of this document was left out" } else { "; this document was left out" };
        report(ctx, explained, what);
    }
}

fn report(ctx: &mut Context, explained: Explained, consequence: &str) {
    let span = ctx.span(explained.range.start, explained.range.end);
    let message = format!("{}{consequence}", explained.message);
    let problem = Problem::new(codes::YAML_SYNTAX, Severity::Error, span, message).help(explained.help);
    let problem = match explained.fix {
        Some((title, range, text)) => problem.fix(title, ctx.span(range.start, range.end), text),
        None => problem,
    };
    ctx.problems.push(problem);
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
