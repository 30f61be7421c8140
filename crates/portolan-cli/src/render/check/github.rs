//! Workflow commands, which GitHub Actions shows beside the lines
//! (docs.github.com, "Workflow commands for GitHub Actions").

use super::{Judged, name, with_help};
use crate::failure::Failure;
use crate::route::write;
use portolan_core::problem::Severity;
use std::io::Write;

pub(super) fn print(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    for problem in &judged.problems {
        let region = judged.region(problem.span);
        let command = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "notice",
        };
        let title = format!("{} {}", problem.code.0, name(problem.code.0));
        write(
            &mut out,
            format_args!(
                "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}\n",
                property(judged.file(problem.span)),
                region.start_line,
                region.start_column,
                region.end_line,
                region.end_column,
                property(&title),
                data(&with_help(problem))
            ),
        )?;
    }
    out.flush().map_err(Failure::Output)
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
