//! The same rule stands twice, and only one of both counts.
//!
//! Who that is, controllers decide by age, by name or by the order of the text: see
//! [`RouteTable::precedence`](crate::routing::RouteTable::precedence). Those that keep both, and let
//! chance decide, are [`super::random_tie`]'s.

use super::routes::{Declared, Routes};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{Cause, Reach, RouteId};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0503"), name: "duplicate-rule", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in &routes.rules {
        let Reach::Shadowed(before) = &rule.reach else { continue };
        if let Some(id) = same(routes, rule, before) {
            let (_, object) = super::never_wins::names(routes, id);
            let (words, host) = (rule.words(), &rule.host);
            let message =
                format!("{words} of host {host} has no effect: {object} has the same rule and goes before");
            let problem = super::never_wins::why(routes, rule, &[id], report.problem(rule.at, message));
            report.add(rule.locate(problem));
        }
    }
    for dropped in &cx.table().dropped {
        let Cause::Taken(by) = &dropped.cause else { continue };
        let Some(span) = dropped.origin.span else { continue };
        let rule = routes.at(&dropped.origin);
        // A rule that is dropped on its way to one listener and not to another has its effect.
        if rule.is_some_and(|r| !r.routes.is_empty()) {
            continue;
        }
        let (words, host) = match rule {
            Some(rule) => (rule.words(), rule.host.as_str()),
            None => (dropped.rule.clone(), dropped.host.as_deref().unwrap_or("*")),
        };
        let at = rule.map_or(span, |r| r.at);
        let object = &by.object;
        let message = if dropped.origin.object == by.object {
            format!("{words} of host {host} has no effect: the same rule stands twice in {object}")
        } else {
            format!("{words} of host {host} has no effect: {object} has the same rule and goes before")
        };
        let mut problem = report.problem(at, message).help(dropped.reason.clone());
        if let Some(span) = by.span {
            problem = problem.related(span, "this one counts");
        }
        report.add(problem.at(&*dropped.origin.object, dropped.origin.field.clone()));
    }
}

/// Of those that go before a rule, the one that asks for the same.
pub(super) fn same(routes: &Routes, rule: &Declared, before: &[RouteId]) -> Option<RouteId> {
    let table = routes.router.table();
    let own = routes.route(rule)?;
    before.iter().copied().find(|id| {
        table.route(*id).is_some_and(|other| {
            other.host == own.host && other.path == own.path && other.conditions == own.conditions
        }) && routes.rule_of(*id).is_some_and(|r| r.kind == rule.kind || r.path == rule.path)
    })
}
