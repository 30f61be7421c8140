//! Snippets: nginx' own configuration in an annotation.

use super::{Nginx, field, nginx};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0605"), name: "snippet", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let Some(facts) = cx.ingress_nginx() else { return };
    for ingress in cx.served() {
        for Nginx { name, annotation } in nginx(&ingress.meta, &facts.prefix) {
            // Where it costs the whole Ingress, the controller's own problem says so.
            let said = cx.compiled.problems.iter().any(|p| p.span == annotation.value.span);
            if !name.ends_with("-snippet") || !facts.reads(name) || said {
                continue;
            }
            let (message, help) = match facts.snippets {
                true => (
                    format!(
                        "{name} adds configuration of its own to nginx: what it does to requests is not known here"
                    ),
                    "whoever may write such an Ingress can read every Secret that the controller can (CVE-2021-25742)",
                ),
                false => (
                    format!("annotation {name} does nothing: allow-snippet-annotations is off"),
                    "another annotation may do what it was for",
                ),
            };
            let problem = report.problem(annotation.key.span, message);
            report.add(problem.at(ingress.meta.title(), field(annotation)).help(help));
        }
    }
}
