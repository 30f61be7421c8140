//! An expression matches at places where it was not meant to: anywhere in the path, for want of a `^`;
//! or, in ingress-nginx, anywhere with its second alternative, since the `^` that is put before the path
//! is the first one's.

use super::routes::Kind;
use super::scan::scan;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{Certainty, Flavour, PathMatcher};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0510"), name: "regex-anchor", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in routes.rules.iter().filter(|r| r.kind != Kind::Method) {
        let Some(route) = routes.route(rule).filter(|r| r.certainty == Certainty::Certain) else { continue };
        let PathMatcher::Regex(pattern) = &route.path else { continue };
        let (words, host) = (rule.words(), &rule.host);
        // What the controller made of the path, not the path: it may have put something before it.
        let own = pattern.as_str();
        let own = own.strip_prefix("(?i)").unwrap_or(own);
        let splits = scan(own).splits;
        let (message, help) = if pattern.flavour() == Flavour::Pcre && own.starts_with('^') && splits {
            (
                format!(
                    "{words} of host {host} is bound to the start of the path with its first alternative only"
                ),
                "put the alternatives in brackets: (?:…|…)",
            )
        } else if pattern.flavour() == Flavour::Re2
            && !["^", "(^", "/?^"].iter().any(|start| own.starts_with(start))
        {
            (
                format!(
                    "{words} of host {host} is not bound to the start of the path: it matches anywhere in it"
                ),
                match rule.ingress {
                    Some(_) => "begin it with /?^ (a path of an Ingress has to begin with a slash)",
                    None => "begin it with ^",
                },
            )
        } else {
            continue;
        };
        report.add(rule.locate(report.problem(rule.at, message).help(help)));
        if report.is_full() {
            return;
        }
    }
}
