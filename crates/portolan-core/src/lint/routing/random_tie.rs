//! Two rules that do different things match the same request, and chance decides.
//!
//! Traefik sorts routers of equal priority, the length of their rule, in no fixed order; the APIs say
//! nothing of two equal rules. Of two such rules the hosts and paths of which overlap, one request that
//! both match is asked for; [`Doubts::ties`](crate::routing::Doubts::ties) says why it is open.

use super::routes::{Declared, Routes, with_path};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{HostPattern, PathMatcher, Reach, Request, Resolution, RouteId};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0504"), name: "random-tie", level: Level::Warning, check };

/// As many routes for wildcard hosts of one rank are compared with those for exact hosts.
const MOST_WILD: usize = 32;

fn check(cx: &Context, report: &mut Report) {
    let Some(reason) = &cx.table().doubts.ties else { return };
    let routes = cx.routes();
    let mut seen: Vec<(RouteId, RouteId)> = Vec::new();
    for request in requests(routes) {
        let Resolution::Tied(tied) = routes.router.resolve(&request) else { continue };
        let mut all = tied.iter().filter_map(|(id, _)| routes.rule_of(*id).map(|rule| (*id, rule)));
        let Some((first, winner)) = all.next() else { continue };
        for (id, other) in all {
            if !differ(routes, first, id) || winner.span == other.span || seen.contains(&(first, id)) {
                continue;
            }
            seen.push((first, id));
            let (words, host, by, object) = (other.words(), &other.host, winner.words(), &winner.object);
            let path = &request.target;
            let message = format!(
                "{words} of host {host} and {by} of {object} match {path} alike, and nobody knows which one answers"
            );
            let problem = report
                .problem(other.at, message)
                .help(reason.clone())
                .related(winner.at, format!("{by} is the other one"));
            report.add(other.locate(problem));
        }
        if report.is_full() {
            return;
        }
    }
}

/// Whether two routes do different things.
fn differ(routes: &Routes, a: RouteId, b: RouteId) -> bool {
    let table = routes.router.table();
    let steps =
        |id| table.route(id).map(|r| r.steps.iter().map(|s| (&s.when, &s.action)).collect::<Vec<_>>());
    steps(a) != steps(b)
}

/// Requests that rules of one rank might have in common.
fn requests(routes: &Routes) -> Vec<Request> {
    let table = routes.router.table();
    let mut ranked: Vec<(u32, &Declared)> = Vec::new();
    for rule in &routes.rules {
        ranked.extend(rule.routes.iter().filter_map(|id| Some((table.route(*id)?.rank, rule))));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut requests = Vec::new();
    for same in ranked.chunk_by(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1) {
        let wild = |rule: &Declared| {
            let pattern = routes.route(rule).and_then(|r| table.host(r.host)).map(|h| &h.pattern);
            pattern.is_some_and(|p| !matches!(p, HostPattern::Exact(_)))
        };
        let wilds: Vec<&Declared> =
            same.iter().map(|(_, rule)| *rule).filter(|rule| wild(rule)).take(MOST_WILD).collect();
        for (_, rule) in same {
            let Reach::Wins(own) = &rule.reach else { continue };
            requests.push((**own).clone());
            if let Some(target) = narrow(routes, rule) {
                requests.push(with_path(own, &target));
            }
            if !wild(rule) {
                // Its host, with the paths of those whose hosts may take it in.
                for other in &wilds {
                    if let Some(target) = narrow(routes, other) {
                        requests.push(with_path(own, &target));
                    }
                }
            }
        }
    }
    requests
}

/// A path of a rule that other rules match rather than any other.
fn narrow(routes: &Routes, rule: &Declared) -> Option<String> {
    match &routes.route(rule)?.path {
        PathMatcher::Exact(p) | PathMatcher::StringPrefix(p) | PathMatcher::ElementPrefix(p) => {
            Some(p.clone())
        }
        _ => None,
    }
}
