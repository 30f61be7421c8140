//! Answers for people.

use super::{Bad, Case, indented, printable, problems};
use crate::chart::Chart;
use crate::failure::Failure;
use crate::language::t;
use crate::route::{Renderer, write};
use anstyle::{AnsiColor, Style};
use portolan_core::controller::{self, Words};
use portolan_core::routing::{
    Action, Answer, Certainty, Forward, HostPattern, Origin, Redirect, Request, Respond, Route, RouteTable,
    Target, Trace, Verdict,
};
use std::io::Write;

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const ANSWERED: Style = AnsiColor::Magenta.on_default().bold();
const UNSURE: Style = AnsiColor::Yellow.on_default();
const NUMBER: Style = AnsiColor::BrightBlue.on_default().bold();

/// Writes a block of lines for each request.
pub struct Human<'c, W> {
    out: W,
    chart: &'c Chart,
    explain: bool,
    first: bool,
}

impl<'c, W: Write> Human<'c, W> {
    /// `explain`: with every rule that did not answer.
    pub fn new(out: W, chart: &'c Chart, explain: bool) -> Self {
        Self { out, chart, explain, first: true }
    }

    /// One line below the request's.
    fn line(&mut self, text: &str) -> Result<(), Failure> {
        write(&mut self.out, format_args!("{}\n", indented("  ", text)))
    }

    fn certainty(&mut self, certainty: &Certainty) -> Result<(), Failure> {
        match certainty.reason() {
            None => Ok(()),
            Some(reason) => {
                let word = t(certainty.word());
                self.line(&format!(
                    "{UNSURE}{}{UNSURE:#}",
                    indented(&format!("{word}: "), &printable(&t(reason)))
                ))
            }
        }
    }

    /// A rule, the object that it stands in and its first line.
    fn rule(&mut self, route: &Route) -> Result<(), Failure> {
        let words = rule_words(self.chart.router.table(), route);
        let words = printable(&words);
        self.line(&match self.words().route {
            // nginx' text begins with the word itself.
            "rule" | "location" => t!("by {words}"),
            noun => t!("by {noun} {words}"),
        })?;
        self.origin(&route.origin)?;
        let Some(span) = route.origin.span else { return Ok(()) };
        let Some(file) = self.chart.sources.get(span.file) else { return Ok(()) };
        let (number, _) = file.line_column(span.start);
        if let Some((line, _)) = file.line(number) {
            let line: String = printable(line).chars().take(120).collect();
            let line = line.trim_end();
            self.line(&format!("{NUMBER}{number:>5} │{NUMBER:#} {line}"))?;
        }
        Ok(())
    }

    fn origin(&mut self, origin: &Origin) -> Result<(), Failure> {
        if origin.span.is_some() {
            let (object, field) = (printable(&origin.object), printable(&origin.field));
            let place = self.place(origin);
            self.line(&format!("{}  {DIM}{}{DIM:#}", t!("in {object}, {field}"), printable(&place)))?;
        }
        match &origin.note {
            Some(note) => self.line(&printable(&t(note))),
            None => Ok(()),
        }
    }

    /// `file:line:column`, or nothing where the controller made the rule by itself.
    fn place(&self, origin: &Origin) -> String {
        origin.span.map(|span| self.chart.sources.location(span).to_string()).unwrap_or_default()
    }

    /// The controller's own words.
    fn words(&self) -> Words {
        let name = self.chart.router.table().controller;
        controller::find(name).unwrap_or(&controller::all()[0]).words()
    }

    fn explain(&mut self, trace: &Trace) -> Result<(), Failure> {
        let router = &self.chart.router;
        let table = router.table();
        if let Some(refusal) = &trace.refusal {
            return self.line(&printable(&t!("refused with {}: {}", refusal.status, refusal.why)));
        }
        let host = if trace.host.is_empty() { "no host" } else { &trace.host };
        let words = self.words();
        let heading = |what: &str, of: &str| {
            format!("{STRONG}{}{STRONG:#} {DIM}{}{DIM:#}", t(what), t!("for {}", printable(of)))
        };
        self.line(&heading(words.hosts, host))?;
        for verdict in &trace.hosts {
            let Some(host) = table.host(verdict.host) else { continue };
            let pattern = host.pattern.to_string();
            let pattern = printable(&pattern);
            self.line(&match (verdict.answers, verdict.matches) {
                (true, _) => format!("  {GOOD}✓{GOOD:#} {pattern}"),
                (false, true) => {
                    format!("  {DIM}○ {pattern}  {}{DIM:#}", t("matches too, and is not asked"))
                }
                (false, false) => format!("  {DIM}✗ {pattern}{DIM:#}"),
            })?;
        }
        self.line(&heading(words.routes, &trace.path))?;
        for verdict in &trace.routes {
            let Some(route) = table.route(verdict.route) else { continue };
            let (mark, why) = match &verdict.verdict {
                Verdict::Won => (format!("{GOOD}✓{GOOD:#}"), None),
                Verdict::Tied => (format!("{UNSURE}≈{UNSURE:#}"), None),
                Verdict::Lost(why) => {
                    (format!("{DIM}✗{DIM:#}"), Some(router.words(trace, verdict.route, why)))
                }
            };
            let rule = format!("{} {}", rule_words(table, route), action_words(table, route));
            let place = self.place(&route.origin);
            self.line(&format!("  {mark} {}  {DIM}{}{DIM:#}", printable(&rule), printable(&place)))?;
            if let Some(why) = why.filter(|w| !w.is_empty()) {
                self.line(&indented("      ", &printable(&t(&why))))?;
            }
        }
        if !table.dropped.is_empty() {
            self.line(&format!("{STRONG}{}{STRONG:#}", t("left out")))?;
        }
        for dropped in &table.dropped {
            let place = self.place(&dropped.origin);
            let rule = match &dropped.host {
                Some(host) => t!("{} of host {host}", dropped.rule),
                None => t(&dropped.rule).into_owned(),
            };
            self.line(&format!("  {DIM}-{DIM:#} {}  {DIM}{}{DIM:#}", printable(&rule), printable(&place)))?;
            self.line(&indented("      ", &printable(&t(&dropped.reason))))?;
        }
        Ok(())
    }
}

impl<W: Write> Renderer for Human<'_, W> {
    fn answer(&mut self, case: &Case<'_>) -> Result<(), Failure> {
        if !std::mem::take(&mut self.first) {
            write(&mut self.out, format_args!("\n"))?;
        }
        let line = case.request.line();
        write(&mut self.out, format_args!("{STRONG}{}{STRONG:#}\n", printable(&line)))?;
        let outcome = &case.outcome;
        for text in answer_words(&outcome.answer, case.request) {
            self.line(&text)?;
        }
        self.certainty(&outcome.certainty)?;
        for &id in &outcome.routes {
            if let Some(route) = self.chart.router.table().route(id) {
                self.rule(route)?;
            }
        }
        for note in case.notes.unwrap_or_default() {
            self.line(&format!(
                "{DIM}{}{DIM:#}",
                indented(&format!("{}: ", t("note")), &printable(&t(note)))
            ))?;
        }
        if self.explain {
            self.explain(&self.chart.router.explain(case.request))?;
        }
        Ok(())
    }

    fn bad(&mut self, bad: &Bad<'_>) -> Result<(), Failure> {
        // What was answered so far stands before the error on a terminal.
        self.flush()?;
        problems::print_bad(bad);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.flush()
    }
}

/// What becomes of a request, in one line.
pub fn short(answer: &Answer) -> String {
    match answer {
        Answer::Forward { targets, .. } => {
            let all: u32 = targets.iter().filter_map(|t| t.weight).fold(0, u32::saturating_add);
            let names: Vec<String> = targets
                .iter()
                .map(|target| {
                    let name = target_name(target);
                    let share =
                        target.weight.map(|w| format!(" {}", t!("({w} of {all})"))).unwrap_or_default();
                    format!("{GOOD}{}{GOOD:#}{share}", printable(&name))
                })
                .collect();
            format!("{GOOD}→{GOOD:#} {}", names.join(&format!(" {} ", t("or"))))
        }
        Answer::Redirect { status, location } => {
            format!("{ANSWERED}↪ {status}{ANSWERED:#} {}", t!("to {}", printable(location)))
        }
        Answer::Respond { status, why } => {
            format!("{ANSWERED}← {status}{ANSWERED:#} {}", printable(&t(why)))
        }
        _ => String::new(),
    }
}

/// What becomes of the request, and what the backend sees differently.
fn answer_words(answer: &Answer, request: &Request) -> Vec<String> {
    match answer {
        Answer::Forward { path, host, .. } => {
            let mut lines = vec![short(answer)];
            if *path != request.target {
                lines.push(t!("the backend receives the target {}", printable(path)));
            }
            if *host != request.host {
                lines.push(t!("the backend receives the host {}", printable(host)));
            }
            lines
        }
        _ => vec![short(answer)],
    }
}

fn target_name(target: &Target) -> String {
    match target.port {
        Some(port) => format!("{}:{port}", target.service),
        None => target.service.clone(),
    }
}

/// A rule in the controller's words, with its host and conditions where the words leave them out.
fn rule_words(table: &RouteTable, route: &Route) -> String {
    let rule = &route.rule;
    let mut words = match table.host(route.host).map(|h| &h.pattern) {
        None => t(rule).into_owned(),
        Some(HostPattern::Any) => t!("{rule} of any host"),
        Some(pattern) => match pattern.to_string() {
            pattern if rule.contains(&pattern) => t(rule).into_owned(),
            pattern => t!("{rule} of host {pattern}"),
        },
    };
    for condition in &route.conditions {
        words.push_str(", ");
        words.push_str(&t(&condition.to_string()));
    }
    words
}

/// What a route does, in a few words.
fn action_words(table: &RouteTable, route: &Route) -> String {
    match route.steps.first().map(|step| &step.action) {
        Some(Action::Forward(Forward { backends, .. })) => {
            let names: Vec<String> = backends
                .iter()
                .filter_map(|w| table.backend(w.backend))
                .map(|b| match b.port {
                    Some(port) => format!("{}:{port}", b.service),
                    None => b.service.clone(),
                })
                .collect();
            format!("→ {}", names.join(&format!(" {} ", t("or"))))
        }
        Some(Action::Redirect(Redirect { status, location })) => format!("↪ {status} {location}"),
        Some(Action::Respond(Respond { status, .. })) => format!("← {status}"),
        _ => String::new(),
    }
}
