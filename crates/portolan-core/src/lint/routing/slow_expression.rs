//! An expression with repetitions inside of repetitions, which nginx's PCRE may run for ever: `(a+)+$`.
//!
//! Proxies written in Go run any expression in linear time, so it is none there.

use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::PathMatcher;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0513"), name: "slow-expression", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in &routes.rules {
        let Some(PathMatcher::Regex(pattern)) = routes.route(rule).map(|r| &r.path) else { continue };
        if !pattern.explodes() {
            continue;
        }
        let (words, host) = (rule.words(), &rule.host);
        let message = format!(
            "{words} of host {host} repeats what repeats itself: a request can keep nginx busy with it"
        );
        let problem = report.problem(rule.at, message).help(
            "write it so that there is one way only to match a text: ([a-z]+/)* in place of ([a-z]+/?)*",
        );
        report.add(rule.locate(problem));
        if report.is_full() {
            return;
        }
    }
}
