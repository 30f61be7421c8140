//! What is wrong, in the formats that people and programs read.

mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;

use crate::args::Format;
use crate::failure::Failure;
use portolan_core::controller::Controller;
use portolan_core::problem::{Problem, Severity};
use portolan_core::span::{Sources, Span};
use serde::Serialize;
use std::io::Write;

/// What was judged, and by whom.
pub struct Judged {
    /// The text.
    pub sources: Sources,
    /// Whose answers count.
    pub controller: &'static Controller,
    /// What pointed to the controller, where nobody named it.
    pub guessed: Option<String>,
    /// What is wrong, in the order of the text.
    pub problems: Vec<Problem>,
    /// How much a comment silences.
    pub silenced: usize,
    /// What was mended.
    pub mended: usize,
}

/// Prints it.
pub fn print(format: Format, out: impl Write, judged: &Judged) -> Result<(), Failure> {
    match format {
        Format::Human => human::print(out, judged),
        Format::Json => json::print(out, judged),
        Format::Sarif => sarif::print(out, judged),
        Format::Junit => junit::print(out, judged),
        Format::Github => github::print(out, judged),
        Format::Markdown => markdown::print(out, judged),
    }
}

/// A place as programs name it: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Judged {
    /// The file of a span.
    fn file(&self, span: Span) -> &str {
        self.sources.get(span.file).map_or("", |file| file.name.as_str())
    }

    fn region(&self, span: Span) -> Region {
        let place = |at| self.sources.get(span.file).map_or((1, 1), |file| file.line_column(at));
        let ((start_line, start_column), (end_line, end_column)) = (place(span.start), place(span.end));
        Region { start_line, start_column, end_line, end_column }
    }

    /// `2 errors, 1 warning`.
    fn summary(&self) -> String {
        let count = |severity, one: &str, many: &str| match self
            .problems
            .iter()
            .filter(|p| p.severity == severity)
            .count()
        {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {many}")),
        };
        let counts = [
            count(Severity::Error, "error", "errors"),
            count(Severity::Warning, "warning", "warnings"),
            count(Severity::Info, "hint", "hints"),
        ];
        let mut parts: Vec<String> = counts.into_iter().flatten().collect();
        if parts.is_empty() {
            parts.push("no problems".to_owned());
        }
        if self.silenced > 0 {
            parts.push(format!("{} silenced", self.silenced));
        }
        if self.mended > 0 {
            parts.push(format!("{} mended", self.mended));
        }
        parts.join(", ")
    }
}

/// A problem's name in configurations and comments.
fn name(code: &str) -> &'static str {
    portolan_core::lint::codes().into_iter().find(|(of, _)| *of == code).map_or("", |(_, name)| name)
}

/// The word for a severity.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "info",
    }
}

/// A message and its way out, as one text.
fn with_help(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}: {help}", problem.message),
        None => problem.message.clone(),
    }
}
