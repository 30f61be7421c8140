//! Annotations in which ingress-nginx sees a high risk. Off, unless somebody asks for it: most of them
//! are in use every day.

use super::{Nginx, field, nginx};
use crate::controller::ingress_nginx::facts::risk;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0606"), name: "annotation-risk", level: Level::Off, check };

fn check(cx: &Context, report: &mut Report) {
    let Some(facts) = cx.ingress_nginx() else { return };
    for ingress in cx.served() {
        for Nginx { name, annotation } in nginx(&ingress.meta, &facts.prefix) {
            if let Some(level @ ("High" | "Critical")) = risk(name) {
                let message = format!("annotation {name} is of risk {level} to ingress-nginx");
                let help = format!("with annotations-risk-level below {level}, the whole Ingress is ignored");
                let problem = report.problem(annotation.key.span, message);
                report.add(problem.at(ingress.meta.title(), field(annotation)).help(help));
            }
        }
    }
}
