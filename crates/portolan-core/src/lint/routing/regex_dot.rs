//! A dot in an expression stands for any sign where a dot was meant: `/v1.0` matches `/v1x0`.

use super::routes::Kind;
use super::scan::scan;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::PathMatcher;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0509"), name: "regex-dot", level: Level::Info, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in routes.rules.iter().filter(|r| r.kind != Kind::Method) {
        let is_expression = matches!(routes.route(rule).map(|r| &r.path), Some(PathMatcher::Regex(_)));
        if !is_expression || !scan(&rule.path).bare_dot {
            continue;
        }
        let (words, host) = (rule.words(), &rule.host);
        let message =
            format!("{words} of host {host} is a regular expression, and its dot stands for any sign");
        report.add(rule.locate(report.problem(rule.at, message).help("write \\. for a dot")));
        if report.is_full() {
            return;
        }
    }
}
