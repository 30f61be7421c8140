//! A prefix ends with a slash, and the path without it goes elsewhere.
//!
//! By the Ingress API's text a trailing slash of a Prefix does not count. Traefik's `PathPrefix("/docs/")`
//! is plain text, and an expression of ingress-nginx asks for it as well; without expressions, nginx
//! sends clients to the path with the slash.

use super::routes::{Kind, with_path};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{Reach, Resolution};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0507"), name: "trailing-slash", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in &routes.rules {
        let Reach::Wins(own) = &rule.reach else { continue };
        let (Kind::Prefix | Kind::Specific, Some(short)) = (rule.kind, rule.path.strip_suffix('/')) else {
            continue;
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_/.".contains(&b);
        if short.is_empty() || !short.bytes().all(plain) {
            continue;
        }
        let request = with_path(own, short);
        let other = match routes.router.resolve(&request) {
            Resolution::Matched { route, .. } if rule.routes.contains(&route) => continue,
            Resolution::Matched { route, .. } => routes.rule_of(route),
            Resolution::Unmatched => None,
            Resolution::Refused | Resolution::Tied(_) => continue,
        };
        let (words, host) = (rule.words(), &rule.host);
        let problem = match other {
            // Somebody thought of it.
            Some(other) if other.path == short => continue,
            Some(other) => {
                let (by, object) = (other.words(), &other.object);
                let message = format!(
                    "{words} of host {host} does not match {short}: {by} of {object} takes that request"
                );
                report.problem(rule.at, message).related(other.at, format!("{by} takes it"))
            }
            None => {
                let message =
                    format!("{words} of host {host} does not match {short}: no rule takes that request");
                report.problem(rule.at, message)
            }
        };
        let help = format!("write {short} to match both");
        report.add(rule.locate(problem.help(help)));
        if report.is_full() {
            return;
        }
    }
}
