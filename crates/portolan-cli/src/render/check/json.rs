//! One JSON object.

use super::{Judged, name, word};
use crate::failure::Failure;
use crate::route::write;
use portolan_core::problem::{Edit, Problem};
use portolan_core::span::Span;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Whole<'a> {
    controller: &'static str,
    /// What pointed to the controller, where nobody named it.
    guessed_by: Option<&'a str>,
    silenced: usize,
    mended: usize,
    problems: Vec<Record<'a>>,
}

#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    object: Option<&'a str>,
    field: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
    related: Vec<RelatedRecord<'a>>,
    fixes: Vec<FixRecord<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct RelatedRecord<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct FixRecord<'a> {
    title: &'a str,
    edits: Vec<EditRecord<'a>>,
}

#[derive(Serialize)]
struct EditRecord<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

impl Judged {
    fn place(&self, span: Span) -> Place<'_> {
        let region = self.region(span);
        Place {
            file: self.file(span),
            line: region.start_line,
            column: region.start_column,
            end_line: region.end_line,
            end_column: region.end_column,
        }
    }

    fn record<'a>(&'a self, p: &'a Problem) -> Record<'a> {
        let edit = |e: &'a Edit| EditRecord { place: self.place(e.span), text: &e.text };
        Record {
            code: p.code.0,
            name: name(p.code.0),
            severity: word(p.severity),
            message: &p.message,
            help: p.help.as_deref(),
            object: p.object.as_deref(),
            field: p.field.as_deref(),
            place: self.place(p.span),
            related: p
                .related
                .iter()
                .map(|r| RelatedRecord { message: &r.message, place: self.place(r.span) })
                .collect(),
            fixes: p
                .fixes
                .iter()
                .map(|f| FixRecord { title: &f.title, edits: f.edits.iter().map(edit).collect() })
                .collect(),
        }
    }
}

pub(super) fn print(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    let whole = Whole {
        controller: judged.controller.name,
        guessed_by: judged.guessed.as_deref(),
        silenced: judged.silenced,
        mended: judged.mended,
        problems: judged.problems.iter().map(|p| judged.record(p)).collect(),
    };
    serde_json::to_writer_pretty(&mut out, &whole)?;
    write(&mut out, format_args!("\n"))?;
    out.flush().map_err(Failure::Output)
}
