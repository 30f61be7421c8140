//! A table, for the comment of a bot or the summary of a job.

use super::{Judged, name, with_help, word};
use crate::failure::Failure;
use crate::route::write;
use std::io::Write;

pub(super) fn print(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    write(&mut out, format_args!("### Portolan: {}\n\n", judged.summary()))?;
    let title = judged.controller.title;
    match &judged.guessed {
        Some(by) => write(&mut out, format_args!("Judged as for {title}, which {} points to.\n", code(by)))?,
        None => write(&mut out, format_args!("Judged as for {title}.\n"))?,
    }
    if !judged.problems.is_empty() {
        write(&mut out, format_args!("\n| | where | what |\n|---|---|---|\n"))?;
    }
    for problem in &judged.problems {
        let of = problem.code.0;
        let place = format!("{}:{}", judged.file(problem.span), judged.region(problem.span).start_line);
        write(
            &mut out,
            format_args!(
                "| {} {of} {} | {} | {} |\n",
                word(problem.severity),
                name(of),
                code(&place),
                text(&with_help(problem))
            ),
        )?;
    }
    out.flush().map_err(Failure::Output)
}

/// Text in a cell: neither markup nor HTML nor another cell. What stands between backticks stays code.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_code = false;
    for c in text.chars() {
        match c {
            '`' => {
                is_code = !is_code;
                out.push('`');
            }
            '|' => out.push_str("\\|"),
            '\n' | '\r' => out.push(' '),
            '<' | '>' | '*' | '_' | '[' | ']' | '\\' | '#' | '@' if !is_code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    if is_code {
        out.push('`');
    }
    out
}

/// A name as code.
fn code(name: &str) -> String {
    format!("`{}`", name.replace('`', "'").replace('|', "\\|").replace(['\n', '\r'], " "))
}
