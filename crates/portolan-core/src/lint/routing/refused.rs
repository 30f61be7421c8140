//! Rules that the controller does not take: because of an expression that it cannot run, because it does
//! not read a default backend there, or for a reason of its own.
//!
//! What concerns a whole object (its class, its parents) or a Service is told by the rules about
//! references.

use super::routes::Kind;
use super::scan::scan;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{Cause, Dropped};

/// An expression that the controller cannot run.
pub(in crate::lint) static EXPRESSION: Rule =
    Rule { code: Code("PT0512"), name: "refused-expression", level: Level::Error, check: expressions };

/// A default backend that has no effect.
pub(in crate::lint) static DEFAULT_BACKEND: Rule = Rule {
    code: Code("PT0516"),
    name: "ignored-default-backend",
    level: Level::Warning,
    check: default_backends,
};

/// A rule that the controller refuses.
pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0517"), name: "refused-rule", level: Level::Error, check: rules };

fn expressions(cx: &Context, report: &mut Report) {
    for dropped in cx.table().dropped.iter().filter(|d| d.cause == Cause::Expression) {
        let text = cx.routes().at(&dropped.origin).map_or(dropped.rule.as_str(), |rule| &rule.path);
        let help = match scan(text).looks_around {
            true => {
                "look-ahead, look-behind and back references are PCRE's; the proxy is written in Go, which has none"
            }
            false => "until this is mended, the rule does not exist",
        };
        say(cx, report, dropped, help);
    }
}

fn rules(cx: &Context, report: &mut Report) {
    for dropped in cx.table().dropped.iter().filter(|d| d.cause == Cause::Rule) {
        say(cx, report, dropped, "until this is mended, the rule does not exist");
    }
}

fn say(cx: &Context, report: &mut Report, dropped: &Dropped, help: &str) {
    let Some(span) = dropped.origin.span else { return };
    let rule = cx.routes().at(&dropped.origin);
    // What a rule that is there has besides is no rule of its own.
    let words =
        rule.filter(|r| r.routes.is_empty()).map_or_else(|| dropped.rule.clone(), |rule| rule.words());
    let at = rule.map_or(span, |rule| rule.at);
    let (title, reason) = (cx.controller.title, &dropped.reason);
    let problem = report.problem(at, format!("{title} refuses {words}: {reason}")).help(help);
    report.add(problem.at(&*dropped.origin.object, dropped.origin.field.clone()));
}

fn default_backends(cx: &Context, report: &mut Report) {
    let table = cx.table();
    for dropped in table.dropped.iter().filter(|d| d.cause == Cause::DefaultBackend) {
        let Some(span) = dropped.origin.span else { continue };
        let object = &dropped.origin.object;
        let message = format!("the default backend of {object} has no effect");
        let problem = report.problem(span, message).help(dropped.reason.clone());
        report.add(problem.at(&**object, dropped.origin.field.clone()));
    }
    if table.hosts.is_empty() {
        return;
    }
    for rule in cx.routes().rules.iter().filter(|r| r.kind == Kind::DefaultBackend && r.routes.is_empty()) {
        let is_dropped = table.dropped.iter().any(|d| d.origin.span == Some(rule.span));
        if is_dropped || super::nginx::is_canary(cx, rule) {
            continue;
        }
        let message = format!("the default backend of {} has no effect", rule.object);
        let problem = report
            .problem(rule.at, message)
            .help("other rules, or other Ingresses, answer all requests that it could get");
        report.add(rule.locate(problem));
    }
}
