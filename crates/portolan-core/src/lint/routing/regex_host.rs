//! Another Ingress makes the paths of this one regular expressions.
//!
//! In ingress-nginx `use-regex` or `rewrite-target` on one Ingress counts for all locations of its hosts
//! (`template.go`, enforceRegexModifier); Traefik's provider for its annotations does likewise, but for
//! Exact paths.

use super::nginx;
use super::routes::{Declared, Kind};
use crate::cluster::Annotation;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::PathMatcher;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0508"), name: "regex-host", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    for rule in &cx.routes().rules {
        let Some((object, switch)) = by_other(cx, rule) else { continue };
        let (words, host, name) = (rule.words(), &rule.host, &switch.key.value);
        let message = format!(
            "{words} of host {host} is read as a regular expression: {name} of {object} counts for the whole host"
        );
        let problem = report
            .problem(rule.at, message)
            .help(match rule.kind {
                Kind::Exact => {
                    "it matches whatever begins so, in upper and lower case, and a dot is any sign"
                }
                _ => "it matches in upper and lower case, and also where the last element goes on",
            })
            .related(switch.key.span, "it is switched on here");
        report.add(rule.locate(problem));
        if report.is_full() {
            return;
        }
    }
}

/// Whose annotation makes the path of a rule an expression, where that is another Ingress's.
pub(super) fn by_other<'c>(cx: &'c Context, rule: &Declared) -> Option<(&'c str, &'c Annotation)> {
    if !nginx::is_read(cx)
        || rule.path == "/"
        || !matches!(rule.kind, Kind::Exact | Kind::Prefix | Kind::Specific)
    {
        return None;
    }
    let routes = cx.routes();
    let route = routes.route(rule)?;
    let own = cx.ingress(rule)?;
    if !matches!(route.path, PathMatcher::Regex(_)) || nginx::regex_switch(cx, own).is_some() {
        return None;
    }
    let other = routes.switch(&rule.host)?;
    Some((&*other.object, nginx::regex_switch(cx, cx.ingress(other)?)?))
}
