//! A host has rules of its own, and what the wildcard host above it serves is not served there.
//!
//! Where the most specific host answers alone (nginx), its misses are final. Said once for each host.

use super::routes::Declared;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{HostPolicy, Reach, Request, Resolution};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0519"), name: "wildcard-hidden", level: Level::Info, check };

/// As many rules of a wildcard host are looked at.
const MOST: usize = 20;

fn check(cx: &Context, report: &mut Report) {
    if cx.table().host_policy != HostPolicy::Exclusive {
        return;
    }
    let routes = cx.routes();
    for rule in &routes.rules {
        let Some((_, parent)) = rule.host.split_once('.').filter(|_| !rule.routes.is_empty()) else {
            continue;
        };
        // The first rule of a host speaks for it.
        let is_first = routes.of_host(&rule.host).next().is_some_and(|first| std::ptr::eq(first, rule));
        if !is_first || rule.host.starts_with('*') {
            continue;
        }
        let wild = format!("*.{parent}");
        let hidden = routes.of_host(&wild).take(MOST).find(|other| is_hidden(cx, rule, other));
        let Some(other) = hidden else { continue };
        let (host, words) = (&rule.host, other.words());
        let message = format!("host {host} answers alone: {words} of host {wild} is not served there");
        let problem = report
            .problem(rule.at, message)
            .help("where several hosts match, the most specific one alone answers")
            .related(other.at, "this is served on the other hosts below");
        report.add(rule.locate(problem));
        if report.is_full() {
            return;
        }
    }
}

/// Whether a request that a wildcard host's rule takes gets no rule's answer on this host.
fn is_hidden(cx: &Context, rule: &Declared, other: &Declared) -> bool {
    let (Reach::Wins(own), Reach::Wins(request)) = (&rule.reach, &other.reach) else { return false };
    let routes = cx.routes();
    let request = Request { host: own.host.clone(), ..(**request).clone() };
    match routes.router.resolve(&request) {
        Resolution::Matched { route, .. } => routes.rule_of(route).is_none(),
        Resolution::Unmatched => true,
        Resolution::Tied(_) | Resolution::Refused => false,
    }
}
