//! Routes that attach to no Gateway, with the reason.

use crate::cluster::RouteCommon;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Severity};
use hashbrown::HashMap;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0312"), name: "route-not-attached", level: Level::Error, check };

/// Where the parents of a route stand.
const PARENTS: &str = "spec.parentRefs";

fn check(cx: &Context, report: &mut Report) {
    if !cx.is(&["gateway-api"]) {
        return;
    }
    let cluster = cx.cluster;
    let common =
        (cluster.http_routes.iter().map(|r| &r.common)).chain(cluster.grpc_routes.iter().map(|r| &r.common));
    let routes: HashMap<usize, &RouteCommon> =
        common.filter(|c| c.admitted).map(|c| (c.meta.index, c)).collect();
    // An application's manifests bring its routes; the Gateway may well be somebody else's.
    let alone = cluster.gateways.is_empty() && cluster.listener_sets.is_empty();
    let mut refused: HashMap<usize, usize> = HashMap::new();
    for left_out in cx.left_out.iter().filter(|l| l.field.starts_with(PARENTS)) {
        *refused.entry(left_out.object).or_default() += 1;
    }
    for left_out in &cx.left_out {
        let Some(route) = routes.get(&left_out.object) else { continue };
        let message = match left_out.field.starts_with(PARENTS) {
            true => format!("{} does not attach here: {}", route.meta.title(), left_out.reason),
            false => left_out.reason.clone(),
        };
        let mut problem =
            report.problem(left_out.span, message).at(route.meta.title(), left_out.field.clone());
        if route.parent_refs.is_empty() {
            problem = problem.help("name a Gateway under `spec.parentRefs`");
        } else if alone {
            problem.severity = Severity::Info;
            problem = problem.help("the manifests have no Gateway at all");
        } else if refused.get(&left_out.object).is_none_or(|n| *n < route.parent_refs.len()) {
            // It attaches elsewhere.
            problem.severity = Severity::Warning;
        }
        report.add(problem);
    }
}
