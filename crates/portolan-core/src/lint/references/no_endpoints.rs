//! A Service behind which nobody answers: its selector matches no pod, or no endpoint is ready.
//!
//! Where the manifests have no pods, workloads or endpoints of its namespace, nothing is known. Where
//! they have, but nothing that comes near the selector, the pods may stand elsewhere: a hint.

use super::backends;
use crate::cluster::{Cluster, Knowledge, NearMiss, Service, ServiceEndpoints};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Problem, Severity};
use hashbrown::HashSet;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0303"), name: "no-endpoints", level: Level::Warning, check };

/// For so many Services the nearest labels are looked for: each time all pods of a namespace are.
const MOST_SEARCHES: usize = 50;

fn check(cx: &Context, report: &mut Report) {
    let cluster = cx.cluster;
    let mut routed: HashSet<(&str, &str)> = HashSet::new();
    backends::each(cluster, &mut |r| {
        routed.insert((r.namespace, r.name.value.as_str()));
    });
    let mut searches = 0;
    for service in cluster.services.iter().filter(|s| s.admitted) {
        let Some(port) = service.ports.first() else { continue };
        let is_routed = routed.contains(&(service.meta.namespace.as_str(), service.meta.name.value.as_str()));
        let endpoints = cluster.endpoints_of(service, port);
        let problem = match endpoints.knowledge {
            Knowledge::NoMatch => {
                searches += 1;
                let near = if searches > MOST_SEARCHES { None } else { cluster.near_miss(service) };
                unmatched(service, near, is_routed, report)
            }
            Knowledge::Known | Knowledge::FromPods | Knowledge::FromWorkload if is_routed => {
                idle(cluster, service, &endpoints, report)
            }
            _ => None,
        };
        if let Some(problem) = problem {
            report.add(problem);
        }
    }
}

/// Its selector matches nothing.
fn unmatched(service: &Service, near: Option<NearMiss>, is_routed: bool, report: &Report) -> Option<Problem> {
    let title = service.meta.full_name();
    if service.selector.is_empty() {
        let message = format!("Service {title} has no selector, and the manifests have no endpoints for it");
        let mut problem =
            report.problem(service.meta.name.span, message).at(service.meta.title(), "spec.selector");
        problem.severity = Severity::Info;
        return is_routed.then_some(problem);
    }
    let span = service.selector_span.unwrap_or(service.meta.name.span);
    let message = format!("the selector of Service {title} matches no pod of the manifests");
    let mut problem = report.problem(span, message).at(service.meta.title(), "spec.selector");
    let Some(near) = near else {
        problem.severity = Severity::Info;
        return is_routed.then_some(problem);
    };
    let object = &near.object;
    problem = match near.differences.first() {
        _ if near.matches_own_labels => problem.help(format!(
            "{object} has these labels itself, but its template, of which pods are made, has not"
        )),
        Some((key, wanted, Some(there))) => {
            problem.help(format!("{object} comes nearest: its pods have {key}={there}, not {key}={wanted}"))
        }
        Some((key, wanted, None)) => {
            problem.help(format!("{object} comes nearest: its pods lack the label {key}={wanted}"))
        }
        None => problem,
    };
    Some(problem.related(near.span, "the nearest labels are here"))
}

/// There is something, but nobody who answers.
fn idle(
    cluster: &Cluster,
    service: &Service,
    endpoints: &ServiceEndpoints,
    report: &Report,
) -> Option<Problem> {
    // What lacks the port has a rule of its own.
    if endpoints.available() || !endpoints.without_port.is_empty() {
        return None;
    }
    let title = service.meta.full_name();
    let message = match endpoints.knowledge {
        Knowledge::FromWorkload => format!("Service {title} has no pods: what it selects has 0 replicas"),
        _ => format!("no endpoint of Service {title} is ready"),
    };
    let mut problem =
        report.problem(service.meta.name.span, message).at(service.meta.title(), "spec.selector");
    if let Some(target) = endpoints.targets.first() {
        problem = problem.related(target.span, "this one is not ready");
    } else if endpoints.knowledge == Knowledge::FromWorkload {
        let matching = cluster.workloads.iter().filter(|w| w.admitted && w.replicas == Some(0));
        let mut matching = matching.filter(|w| {
            w.meta.namespace == service.meta.namespace
                && service.selector.iter().all(|(key, value)| w.template_labels.get(key) == Some(value))
        });
        if let Some(workload) = matching.next() {
            problem = problem.related(workload.meta.name.span, "this one has no replicas");
        }
    }
    Some(problem)
}
