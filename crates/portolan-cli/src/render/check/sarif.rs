//! SARIF 2.1.0 (OASIS), which code hosts show beside the lines. `tests/check.rs` holds it to the
//! standard's schema.

use super::{Judged, name, with_help, word};
use crate::failure::Failure;
use crate::pages;
use crate::route::write;
use portolan_core::lint::{self, Level};
use portolan_core::problem::{Fix, Problem, Severity};
use portolan_core::span::Span;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write;

pub(super) fn print(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    let mut codes: Vec<&str> = judged.problems.iter().map(|p| p.code.0).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    let results: Vec<Value> = judged.problems.iter().map(|p| judged.result(p, &codes)).collect();
    let whole = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "portolan",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "controller": judged.controller.name },
        }],
    });
    serde_json::to_writer_pretty(&mut out, &whole)?;
    write(&mut out, format_args!("\n"))?;
    out.flush().map_err(Failure::Output)
}

/// What SARIF calls severities.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        other => word(other),
    }
}

fn rule(code: &str) -> Value {
    let mut rule = json!({ "id": code, "name": name(code) });
    if let Some(about) = pages::about(code) {
        rule["shortDescription"] = json!({ "text": about });
    }
    if let Some(page) = pages::of(code) {
        rule["help"] = json!({ "text": page, "markdown": page });
    }
    if let Some(found) = lint::all().find(|rule| rule.code.0 == code) {
        let severity = found.level.severity().unwrap_or(Severity::Info);
        rule["defaultConfiguration"] =
            json!({ "level": level(severity), "enabled": found.level != Level::Off });
    }
    rule
}

impl Judged {
    fn result(&self, problem: &Problem, codes: &[&str]) -> Value {
        let mut place = json!({ "physicalLocation": self.location(problem.span) });
        if let Some(object) = &problem.object {
            let name = match &problem.field {
                Some(field) if !field.is_empty() => format!("{object} {field}"),
                _ => object.clone(),
            };
            place["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "object" }]);
        }
        let mut result = json!({
            "ruleId": problem.code.0,
            "ruleIndex": codes.iter().position(|code| *code == problem.code.0),
            "level": level(problem.severity),
            "message": { "text": with_help(problem) },
            "locations": [place],
        });
        if !problem.related.is_empty() {
            let related = problem.related.iter().map(|related| {
                json!({
                    "physicalLocation": self.location(related.span),
                    "message": { "text": related.message },
                })
            });
            result["relatedLocations"] = related.collect();
        }
        if !problem.fixes.is_empty() {
            result["fixes"] = problem.fixes.iter().map(|fix| self.fix(fix)).collect();
        }
        result
    }

    fn location(&self, span: Span) -> Value {
        json!({ "artifactLocation": { "uri": uri(self.file(span)) }, "region": self.region(span) })
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut changes: Vec<(&str, Vec<Value>)> = Vec::new();
        for edit in &fix.edits {
            let file = self.file(edit.span);
            let replacement =
                json!({ "deletedRegion": self.region(edit.span), "insertedContent": { "text": edit.text } });
            match changes.iter_mut().find(|(name, _)| *name == file) {
                Some((_, list)) => list.push(replacement),
                None => changes.push((file, vec![replacement])),
            }
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(file, list)| json!({ "artifactLocation": { "uri": uri(file) }, "replacements": list }))
            .collect();
        json!({ "description": { "text": fix.title }, "artifactChanges": changes })
    }
}

/// A path as a relative reference: RFC 3986 with slashes.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
