//! JUnit's XML, which CI servers show as failed tests: one suite a file, one test a problem. Hints pass.

use super::{Judged, name, with_help, word};
use crate::failure::Failure;
use crate::route::write;
use portolan_core::problem::{Problem, Severity};
use std::io::Write;

pub(super) fn print(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    let failures = |problems: &[&Problem]| problems.iter().filter(|p| p.severity != Severity::Info).count();
    let all: Vec<&Problem> = judged.problems.iter().collect();
    let files = judged.sources.files();
    let of = |file: &str| -> Vec<&Problem> {
        judged.problems.iter().filter(|p| judged.file(p.span) == file).collect()
    };
    // A file without problems is one test that passes.
    let tests: usize = files.iter().map(|f| of(&f.name).len().max(1)).sum();
    write(
        &mut out,
        format_args!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"portolan\" tests=\"{tests}\" failures=\"{}\">\n",
            failures(&all)
        ),
    )?;
    for file in files {
        let problems = of(&file.name);
        let suite = escaped(&file.name);
        write(
            &mut out,
            format_args!(
                "  <testsuite name=\"{suite}\" tests=\"{}\" failures=\"{}\">\n",
                problems.len().max(1),
                failures(&problems)
            ),
        )?;
        if problems.is_empty() {
            write(&mut out, format_args!("    <testcase classname=\"{suite}\" name=\"no problems\"/>\n"))?;
        }
        for problem in problems {
            let region = judged.region(problem.span);
            let (code, line) = (problem.code.0, region.start_line);
            let text = escaped(&with_help(problem));
            let title = format!("{code} {} at line {line}", name(code));
            write(
                &mut out,
                format_args!(
                    "    <testcase classname=\"{suite}\" name=\"{}\" file=\"{suite}\" line=\"{line}\">",
                    escaped(&title)
                ),
            )?;
            match problem.severity {
                Severity::Info => write(&mut out, format_args!("<system-out>{text}</system-out>"))?,
                severity => write(
                    &mut out,
                    format_args!(
                        "<failure type=\"{}\" message=\"{}\">{text}</failure>",
                        word(severity),
                        escaped(&problem.message)
                    ),
                )?,
            }
            write(&mut out, format_args!("</testcase>\n"))?;
        }
        write(&mut out, format_args!("  </testsuite>\n"))?;
    }
    write(&mut out, format_args!("</testsuites>\n"))?;
    out.flush().map_err(Failure::Output)
}

/// Text for XML. Characters that XML 1.0 cannot hold become question marks.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}
