//! A prefix matches more than its elements: `/foo` takes `/foobar`.
//!
//! By the Ingress API's text, Prefix compares element by element. Traefik compares plain text unless
//! `strictPrefixMatching` is on; expressions of ingress-nginx are not bound to the end of an element.
//! Said once for each Ingress.

use super::routes::{Kind, with_path};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{PathMatcher, Reach, Resolution};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0506"), name: "text-prefix", level: Level::Info, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    let mut said = None;
    for rule in &routes.rules {
        let Reach::Wins(own) = &rule.reach else { continue };
        if rule.ingress.is_none() || rule.ingress == said {
            continue;
        }
        let is_expression = matches!(routes.route(rule).map(|r| &r.path), Some(PathMatcher::Regex(_)));
        let candidate = match rule.kind {
            Kind::Prefix => true,
            Kind::Specific => !is_expression,
            _ => false,
        };
        // That another Ingress switched expressions on is said by another rule.
        if !candidate || (is_expression && super::regex_host::by_other(cx, rule).is_some()) {
            continue;
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_/".contains(&b);
        if rule.path.ends_with('/') || !rule.path.bytes().all(plain) {
            continue;
        }
        let longer = format!("{}bar", rule.path);
        let request = with_path(own, &longer);
        let wins = match routes.router.resolve(&request) {
            Resolution::Matched { route, .. } => rule.routes.contains(&route),
            _ => false,
        };
        if wins {
            said = rule.ingress;
            let (words, host) = (rule.words(), &rule.host);
            let message = format!("{words} of host {host} matches {longer} as well");
            let help = if is_expression {
                "it is read as a regular expression, which is not bound to the end of an element"
            } else {
                "prefixes are compared as plain text here, unless strictPrefixMatching is on"
            };
            report.add(rule.locate(report.problem(rule.at, message).help(help)));
        }
    }
}
