//! No rule of a host is ever asked: another host's server answers all of its requests.
//!
//! Where one virtual host answers alone, a wildcard among the aliases of one Ingress can go before the
//! wildcard host of another (ingress-nginx: native wildcards are tried before expressions).

use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::Reach;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0502"), name: "host-taken", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    let table = routes.router.table();
    for rule in &routes.rules {
        let Reach::HostTaken(by) = &rule.reach else { continue };
        let Some(taker) = by.first().and_then(|id| table.host(*id)) else { continue };
        let (words, host, taker) = (rule.words(), &rule.host, taker.pattern.to_string());
        let message =
            format!("{words} of host {host} never wins: {taker} answers all requests for that host");
        let mut problem = report
            .problem(rule.at, message)
            .help("names with a wildcard among an Ingress's aliases go before hosts with a wildcard");
        let owner = by.first().map(|id| table.routes_of(*id));
        if let Some(other) = table.routes.iter().find(|r| Some(r.host) == owner)
            && let Some(span) = other.origin.span
        {
            problem = problem.related(span, format!("{} answers there", other.origin.object));
        }
        report.add(rule.locate(problem));
        if report.is_full() {
            return;
        }
    }
}
