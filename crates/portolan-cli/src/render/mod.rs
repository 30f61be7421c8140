//! Answers and problems, for people and for programs.

pub mod check;
pub mod compare;
pub mod hops;
pub mod human;
pub mod json;
pub mod problems;

use crate::language::t;
use portolan_core::journey::{Journey, Place};
use portolan_core::routing::{Outcome, Request, RequestError};
use std::borrow::Cow;

/// A request and what becomes of it.
#[derive(Debug)]
pub struct Case<'c> {
    /// The request.
    pub request: &'c Request,
    /// What was made of its text on the way; `None` where it came as an object.
    pub notes: Option<&'c [String]>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The way there, where somebody asked for it.
    pub journey: Option<(Place, Journey)>,
}

/// A request that is none.
#[derive(Debug)]
pub enum Bad<'b> {
    /// On the command line.
    Text {
        /// As given.
        text: &'b str,
        /// Why.
        error: &'b RequestError,
    },
    /// In a file of requests.
    Line {
        /// Which line, from 1.
        number: usize,
        /// Why.
        message: &'b str,
    },
}

/// An error on standard error.
pub fn error(message: &str) {
    let style = anstyle::AnsiColor::BrightRed.on_default().bold();
    anstream::eprintln!("{style}error{style:#}: {}", printable(message));
}

/// Warns on standard error.
pub fn warn(message: &str) {
    let style = anstyle::AnsiColor::Yellow.on_default().bold();
    anstream::eprintln!("{style}{}{style:#}: {}", t("warning"), printable(&t(message)));
}

/// Remarks on standard error.
pub fn note(message: &str) {
    let style = anstyle::Style::new().bold();
    anstream::eprintln!("{style}{}{style:#}: {}", t("note"), printable(&t(message)));
}

/// Text from a manifest or a request, safe for a terminal: control characters become visible.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(|c: char| c.is_control()) {
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
    } else {
        text.into()
    }
}

/// A text under a heading; its further lines stand below its first.
pub fn indented(heading: &str, text: &str) -> String {
    // Hangul is as wide as two letters.
    let width = |c: char| if ('\u{1100}'..='\u{d7ff}').contains(&c) { 2 } else { 1 };
    let indent = " ".repeat(heading.chars().map(width).sum());
    let mut out = heading.to_owned();
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push('\n');
            out.push_str(&indent);
        }
        out.push_str(line);
    }
    out
}
