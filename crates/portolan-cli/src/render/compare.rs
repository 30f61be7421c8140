//! Answers of several controllers side by side.

use super::human::short;
use super::json::{ErrorRecord, Objects, Record};
use super::{Bad, printable, problems};
use crate::compare::{Column, Renderer, Row};
use crate::failure::Failure;
use crate::language::t;
use crate::route::write;
use anstyle::{AnsiColor, Style};
use portolan_core::compare::Aspect;
use portolan_core::routing::{Answer, Request};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const OTHER: Style = AnsiColor::Yellow.on_default().bold();

/// A block of lines for each request, a line for each controller.
pub struct Human<'c, W> {
    out: W,
    columns: &'c [Column],
    width: usize,
}

impl<'c, W: Write> Human<'c, W> {
    /// For these columns.
    pub fn new(out: W, columns: &'c [Column]) -> Self {
        let width = columns.iter().map(|c| printable(&c.label).chars().count()).max().unwrap_or(0);
        Self { out, columns, width }
    }
}

impl<W: Write> Renderer for Human<'_, W> {
    fn row(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let line = row.request.line();
        write(&mut self.out, format_args!("{STRONG}{}{STRONG:#}\n", printable(&line)))?;
        let differs =
            |aspect: Aspect| row.cells.iter().any(|(_, comparison)| comparison.differs.contains(&aspect));
        let (with_path, with_host) = (differs(Aspect::UpstreamPath), differs(Aspect::UpstreamHost));
        let width = self.width;
        for (column, (outcome, comparison)) in self.columns.iter().zip(&row.cells) {
            let mark = if comparison.same() { " ".to_owned() } else { format!("{OTHER}≠{OTHER:#}") };
            let label = printable(&column.label);
            let mut text = short(&outcome.answer);
            if let Answer::Forward { path, host, .. } = &outcome.answer {
                if with_path {
                    text.push_str(&format!(" {}", t!("as {}", printable(path))));
                }
                if with_host {
                    text.push_str(&format!(" {}", t!("for host {}", printable(host))));
                }
            }
            let sure = match outcome.certainty.reason() {
                None => String::new(),
                Some(_) => format!("  {DIM}{}{DIM:#}", t(outcome.certainty.word())),
            };
            let what = match comparison.same() {
                true => String::new(),
                false => format!("  {DIM}{}{DIM:#}", t!("differs: {}", comparison.words())),
            };
            write(&mut self.out, format_args!("{mark} {label:width$}  {text}{sure}{what}\n"))?;
        }
        write(&mut self.out, format_args!("\n"))
    }

    fn bad(&mut self, bad: &Bad<'_>) -> Result<(), Failure> {
        self.flush()?;
        problems::print_bad(bad);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }

    fn finish(&mut self, all: usize, different: usize) -> Result<(), Failure> {
        let requests = format!("{all} {}", if all == 1 { "request" } else { "requests" });
        let text = match (all, different) {
            (0, _) => String::new(),
            (_, 0) => t!("{requests}: the answers are the same") + "\n",
            _ => t!("{requests}: the answers to {different} differ") + "\n",
        };
        write(&mut self.out, format_args!("{text}"))?;
        self.flush()
    }
}

/// An object for each request.
pub struct Json<'c, W> {
    out: Objects<W>,
    columns: &'c [Column],
}

#[derive(Serialize)]
struct RowRecord<'a> {
    kind: &'static str,
    request: &'a Request,
    same: bool,
    answers: Vec<CellRecord<'a>>,
}

#[derive(Serialize)]
struct CellRecord<'a> {
    label: &'a str,
    controller: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<&'a str, &'a str>,
    differs: &'a [Aspect],
    comparison_certain: bool,
    answer: Record<'a>,
}

impl<'c, W: Write> Json<'c, W> {
    /// For these columns; `list`: one JSON list instead of lines.
    pub fn new(out: W, columns: &'c [Column], list: bool) -> Self {
        Self { out: Objects::new(out, list), columns }
    }
}

impl<W: Write> Renderer for Json<'_, W> {
    fn row(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let cells = self.columns.iter().zip(&row.cells);
        let answers = cells.map(|(column, (outcome, comparison))| CellRecord {
            label: &column.label,
            controller: column.controller.name,
            settings: column.set.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            differs: &comparison.differs,
            comparison_certain: comparison.certain,
            answer: Record::of(&column.chart, outcome),
        });
        let answers = answers.collect();
        self.out.write(&RowRecord { kind: "comparison", request: row.request, same: row.same(), answers })
    }

    fn bad(&mut self, bad: &Bad<'_>) -> Result<(), Failure> {
        self.out.write(&ErrorRecord::of(bad))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush()
    }

    fn finish(&mut self, _: usize, _: usize) -> Result<(), Failure> {
        self.out.finish()
    }
}
