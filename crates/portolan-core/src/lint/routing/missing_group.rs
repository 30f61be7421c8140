//! `rewrite-target` uses a group that the path does not have: nothing stands in its place.

use super::nginx;
use super::scan::scan;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::PathMatcher;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0511"), name: "missing-group", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    if !nginx::is_read(cx) {
        return;
    }
    let routes = cx.routes();
    for rule in routes.rules.iter().filter(|r| !r.routes.is_empty()) {
        let Some(ingress) = cx.ingress(rule) else { continue };
        let Some(target) = nginx::annotation(cx, ingress, "rewrite-target") else { continue };
        if !matches!(routes.route(rule).map(|r| &r.path), Some(PathMatcher::Regex(_))) {
            continue;
        }
        let text = &target.value.value;
        // nginx reads one digit.
        let pairs = text.bytes().zip(text.bytes().skip(1));
        let used = pairs.filter(|(dollar, digit)| *dollar == b'$' && digit.is_ascii_digit());
        let used = used.map(|(_, digit)| usize::from(digit - b'0'));
        let Some(most) = used.max().filter(|most| *most > scan(&rule.path).groups) else { continue };
        let path = &rule.path;
        let message = format!(
            "rewrite-target {text} uses ${most}, and {path} has no such group: nothing stands in its place"
        );
        let problem = report
            .problem(rule.at, message)
            .help("requests lose the rest of their path that way")
            .related(target.value.span, "it is used here");
        report.add(rule.locate(problem));
        if report.is_full() {
            return;
        }
    }
}
