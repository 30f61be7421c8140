//! A rule never wins, because others take every request that it matches.
//!
//! [`Reach`] says which rules that are: complete for exact paths and prefixes; where expressions keep it
//! from being found out, nothing is said. A rule that loses only some of its requests is no problem.
//! The same rule once more is [`super::duplicate_rule`]'s, and an Exact path that loses to another kind
//! is [`super::exact_loses`]'s.

use super::routes::{Declared, Kind, Routes};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Problem, Severity};
use crate::routing::{Certainty, Nothing, Reach, RouteId};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0501"), name: "never-wins", level: Level::Warning, check };

/// As many of those that go before are named.
const NAMED: usize = 4;

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in routes.rules.iter().filter(|r| !r.routes.is_empty()) {
        let (words, host) = (rule.words(), &rule.host);
        let problem = match &rule.reach {
            Reach::Nothing(Nothing::Path) => report
                .problem(
                    rule.at,
                    format!("{words} of host {host} never wins: {} reads no path so", proxy(cx)),
                )
                .help("paths are compared after dot segments, doubled slashes and escapes were resolved"),
            Reach::Nothing(Nothing::Conditions) => {
                let message = format!("{words} of host {host} never wins: its conditions exclude each other");
                report.problem(rule.at, message)
            }
            Reach::Shadowed(before) if !is_other_rules(routes, rule, before) => {
                let message = match before.as_slice() {
                    [one] => {
                        let (by, object) = names(routes, *one);
                        format!(
                            "{words} of host {host} never wins: {by} of {object} takes all of its requests"
                        )
                    }
                    all => {
                        let count = all.len();
                        format!(
                            "{words} of host {host} never wins: {count} rules take all of its requests between them"
                        )
                    }
                };
                why(routes, rule, before, report.problem(rule.at, message))
            }
            _ => continue,
        };
        report.add(rule.locate(problem));
        if report.is_full() {
            return;
        }
    }
}

fn proxy(cx: &Context) -> &'static str {
    cx.controller.words().proxy
}

/// Whether another rule reports it.
fn is_other_rules(routes: &Routes, rule: &Declared, before: &[RouteId]) -> bool {
    super::duplicate_rule::same(routes, rule, before).is_some()
        || (rule.kind == Kind::Exact && super::exact_loses::is_outdone(routes, before))
}

/// What goes before, and of which object.
pub(super) fn names(routes: &Routes, id: RouteId) -> (String, String) {
    match (routes.rule_of(id), routes.router.table().route(id)) {
        (Some(rule), _) => (rule.words(), rule.object.to_string()),
        (None, Some(route)) => (route.rule.clone(), route.origin.object.to_string()),
        (None, None) => Default::default(),
    }
}

/// Says why those go before, and where they stand.
pub(super) fn why(routes: &Routes, rule: &Declared, before: &[RouteId], mut problem: Problem) -> Problem {
    let table = routes.router.table();
    let mut seen = Vec::new();
    for id in before {
        let Some(winner) = table.route(*id) else { continue };
        if let Some(span) = winner.origin.span
            && !seen.contains(&span)
            && seen.len() < NAMED
        {
            seen.push(span);
            let span = routes.rule_of(*id).map_or(span, |rule| rule.at);
            let (by, _) = names(routes, *id);
            problem = problem.related(span, format!("{by} goes before it"));
        }
    }
    let loser = routes.route(rule);
    let first = before.first().and_then(|id| table.route(*id));
    let mut all = before.iter().filter_map(|id| table.route(*id)).chain(loser);
    if all.any(|route| route.certainty != Certainty::Certain) {
        problem.severity = Severity::Info;
    }
    match (first, loser) {
        (Some(winner), Some(loser)) => problem.help((table.precedence)(winner, loser, table)),
        _ => problem,
    }
}
