//! A path is declared Exact, and a request for exactly that path goes to another kind of rule.
//!
//! By the Ingress API's text, Exact goes before Prefix. Traefik goes by the length of the rule's text,
//! in which `PathPrefix` is the longer word; and where ingress-nginx has a host in regex mode, the
//! first expression that matches wins, the longest declared path first.

use super::routes::{Kind, Routes, with_path};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{PathMatcher, Reach, Resolution, RouteId};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0505"), name: "exact-loses", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in routes.rules.iter().filter(|r| r.kind == Kind::Exact) {
        let winner = match &rule.reach {
            Reach::Shadowed(before) if super::duplicate_rule::same(routes, rule, before).is_none() => {
                before.first().copied().filter(|_| is_outdone(routes, before))
            }
            // In regex mode an Exact path matches more than itself, and may lose just that.
            Reach::Wins(request)
                if matches!(routes.route(rule).map(|r| &r.path), Some(PathMatcher::Regex(_))) =>
            {
                let exactly = with_path(request, &rule.path);
                match routes.router.resolve(&exactly) {
                    Resolution::Matched { route, .. } if !rule.routes.contains(&route) => Some(route),
                    _ => None,
                }
            }
            _ => None,
        };
        let Some(winner) = winner.filter(|id| routes.rule_of(*id).is_some()) else { continue };
        let (by, object) = super::never_wins::names(routes, winner);
        let (path, host) = (&rule.path, &rule.host);
        let message =
            format!("Exact {path} of host {host} loses: {by} of {object} takes requests for just that path");
        let problem = super::never_wins::why(routes, rule, &[winner], report.problem(rule.at, message));
        report.add(rule.locate(problem));
    }
}

/// Whether something that is no exact path goes before an exact one.
pub(super) fn is_outdone(routes: &Routes, before: &[RouteId]) -> bool {
    let rules = || before.iter().map(|id| routes.rule_of(*id));
    rules().all(|rule| rule.is_some_and(|r| !matches!(r.kind, Kind::Exact | Kind::DefaultBackend)))
}
