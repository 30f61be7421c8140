//! Answers for programs: one JSON object for each request.
//!
//! The field names are a contract; README.md documents them.

use super::{Bad, Case};
use crate::chart::Chart;
use crate::failure::Failure;
use crate::language::to_json;
use crate::route::{Renderer, write};
use portolan_core::routing::{
    Answer, Certainty, Dropped, Origin, Outcome, Refusal, Request, RequestError, Route, RouteId, Target,
    Trace, Verdict,
};
use portolan_core::span::Span;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Writes objects, one a line or as one list.
pub struct Objects<W> {
    out: W,
    list: bool,
    first: bool,
}

/// Writes answers as objects.
pub struct Json<'c, W> {
    out: Objects<W>,
    chart: &'c Chart,
    explain: bool,
}

impl<'c, W: Write> Json<'c, W> {
    /// `list`: one JSON list instead of lines.
    pub fn new(out: W, chart: &'c Chart, explain: bool, list: bool) -> Self {
        Self { out: Objects::new(out, list), chart, explain }
    }
}

impl<W: Write> Objects<W> {
    /// `list`: one JSON list instead of lines.
    pub fn new(out: W, list: bool) -> Self {
        Self { out, list, first: true }
    }

    /// Writes one more.
    pub fn write(&mut self, record: &impl Serialize) -> Result<(), Failure> {
        if self.list {
            let separator = if std::mem::take(&mut self.first) { "[\n" } else { ",\n" };
            write(&mut self.out, format_args!("{separator}"))?;
            to_json(&mut self.out, record, true)?;
            Ok(())
        } else {
            to_json(&mut self.out, record, false)?;
            write(&mut self.out, format_args!("\n"))
        }
    }

    /// Hands on what is buffered.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }

    /// After the last one.
    pub fn finish(&mut self) -> Result<(), Failure> {
        if self.list {
            write(&mut self.out, format_args!("{}", if self.first { "[]\n" } else { "\n]\n" }))?;
        }
        self.flush()
    }
}

impl<W: Write> Renderer for Json<'_, W> {
    fn answer(&mut self, case: &Case<'_>) -> Result<(), Failure> {
        let mut record = Record::of(self.chart, &case.outcome);
        if let Some(notes) = case.notes {
            record.request = Some(case.request);
            record.notes = notes;
        }
        if self.explain {
            let trace = self.chart.router.explain(case.request);
            record.trace = Some(TraceRecord::of(self.chart, &trace));
        }
        self.out.write(&record)
    }

    fn bad(&mut self, bad: &Bad<'_>) -> Result<(), Failure> {
        self.out.write(&ErrorRecord::of(bad))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush()
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.out.finish()
    }
}

impl<'a> ErrorRecord<'a> {
    /// A request that is none.
    pub fn of(bad: &Bad<'a>) -> Self {
        match bad {
            Bad::Line { number, message } => ErrorRecord {
                kind: "error",
                line: Some(*number),
                message: (*message).to_owned(),
                ..ErrorRecord::default()
            },
            Bad::Text { text, error: error @ RequestError { start, end, .. } } => ErrorRecord {
                kind: "error",
                message: error.to_string(),
                help: error.help(),
                text: Some(text),
                start: Some(*start),
                end: Some(*end),
                ..ErrorRecord::default()
            },
        }
    }
}

/// A request that is none.
#[derive(Serialize, Default)]
pub struct ErrorRecord<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

/// An answer.
#[derive(Serialize)]
pub struct Record<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any_of: Option<BTreeSet<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ports: Option<BTreeMap<&'a str, BTreeSet<u16>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    targets: Option<&'a [Target]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    rule: Option<Rule<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Rule<'a>>,
    certainty: &'a Certainty,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Request>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<TraceRecord<'a>>,
}

impl<'a> Record<'a> {
    /// The answer that an outcome gives.
    pub fn of(chart: &'a Chart, outcome: &'a Outcome) -> Self {
        let rules: Vec<Rule<'a>> = outcome
            .routes
            .iter()
            .filter_map(|&id| chart.router.table().route(id))
            .map(|route| Rule::of(chart, route))
            .collect();
        let mut record = Record {
            kind: "",
            service: None,
            any_of: None,
            port: None,
            ports: None,
            targets: None,
            upstream_path: None,
            upstream_host: None,
            status: None,
            location: None,
            why: None,
            rule: rules.first().cloned(),
            rules: if rules.len() > 1 { rules } else { Vec::new() },
            certainty: &outcome.certainty,
            version: chart.version.as_deref(),
            request: None,
            notes: &[],
            trace: None,
        };
        match &outcome.answer {
            Answer::Forward { targets, path, host } => {
                record.kind = "forward";
                record.upstream_path = Some(path);
                record.upstream_host = Some(host);
                record.targets(targets);
            }
            Answer::Redirect { status, location } => {
                record.kind = "redirect";
                record.status = Some(*status);
                record.location = Some(location);
            }
            Answer::Respond { status, why } => {
                record.kind = "respond";
                record.status = Some(*status);
                record.why = Some(why);
            }
            // A new kind of answer needs its words here first.
            _ => record.kind = "unknown",
        }
        record
    }

    /// `service` and `port` where there is one of them, `any_of` and `ports` where there are several.
    fn targets(&mut self, targets: &'a [Target]) {
        let services: BTreeSet<&str> = targets.iter().map(|t| t.service.as_str()).collect();
        let ports: BTreeSet<Option<u16>> = targets.iter().map(|t| t.port).collect();
        match (services.first(), services.len()) {
            (Some(service), 1) => self.service = Some(service),
            _ => self.any_of = Some(services),
        }
        match (ports.first(), ports.len()) {
            (Some(port), 1) => self.port = *port,
            _ => {
                let mut ports: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
                for target in targets {
                    ports.entry(&target.service).or_default().extend(target.port);
                }
                self.ports = Some(ports);
            }
        }
        if targets.len() > 1 {
            self.targets = Some(targets);
        }
    }
}

/// What decided.
#[derive(Serialize, Clone)]
pub struct Rule<'a> {
    object: &'a str,
    field: &'a str,
    /// `null` where the controller made the rule by itself.
    span: Option<Place<'a>>,
    /// The rule in the controller's own language; nothing where a line of configuration says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn of(chart: &'a Chart, route: &'a Route) -> Self {
        Self::from(chart, &route.origin, Some(&route.rule))
    }

    /// An object, a field in it, and its place in the text.
    pub fn from(chart: &'a Chart, origin: &'a Origin, text: Option<&'a str>) -> Self {
        Self {
            object: &origin.object,
            field: &origin.field,
            span: origin.span.map(|span| Place::of(chart, span)),
            text,
            note: origin.note.as_deref(),
        }
    }
}

/// A span; lines and columns from 1, columns in characters, offsets in bytes.
#[derive(Serialize, Clone)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start: u32,
    end: u32,
}

impl<'a> Place<'a> {
    fn of(chart: &'a Chart, span: Span) -> Self {
        let file = chart.sources.get(span.file);
        let (line, column) = file.map_or((1, 1), |f| f.line_column(span.start));
        let (end_line, end_column) = file.map_or((1, 1), |f| f.line_column(span.end));
        Self {
            file: file.map_or("", |f| f.name.as_str()),
            line,
            column,
            end_line,
            end_column,
            start: span.start,
            end: span.end,
        }
    }
}

#[derive(Serialize)]
struct TraceRecord<'a> {
    host: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
    hosts: Vec<HostRecord>,
    rules: Vec<VerdictRecord<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dropped: Vec<DroppedRecord<'a>>,
}

#[derive(Serialize)]
struct HostRecord {
    pattern: String,
    matches: bool,
    answers: bool,
}

#[derive(Serialize)]
struct VerdictRecord<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(flatten)]
    rule: Rule<'a>,
}

#[derive(Serialize)]
struct DroppedRecord<'a> {
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(flatten)]
    rule: Rule<'a>,
}

impl<'a> TraceRecord<'a> {
    fn of(chart: &'a Chart, trace: &Trace) -> Self {
        let table = chart.router.table();
        let verdict = |route: RouteId, verdict: &Verdict| {
            let rule = Rule::of(chart, table.route(route)?);
            let (verdict, why) = match verdict {
                Verdict::Won => ("won", None),
                Verdict::Tied => ("tied", None),
                Verdict::Lost(why) => ("lost", Some(chart.router.words(trace, route, why))),
            };
            Some(VerdictRecord { verdict, why, rule })
        };
        TraceRecord {
            host: trace.host.clone(),
            path: trace.path.clone(),
            refusal: trace.refusal.clone(),
            hosts: trace
                .hosts
                .iter()
                .map(|h| HostRecord {
                    pattern: table.host(h.host).map(|v| v.pattern.to_string()).unwrap_or_default(),
                    matches: h.matches,
                    answers: h.answers,
                })
                .collect(),
            rules: trace.routes.iter().filter_map(|r| verdict(r.route, &r.verdict)).collect(),
            dropped: table
                .dropped
                .iter()
                .map(|Dropped { rule, host, origin, reason }| DroppedRecord {
                    reason,
                    host: host.as_deref(),
                    rule: Rule::from(chart, origin, Some(rule)),
                })
                .collect(),
        }
    }
}
