//! A backend names a Service that is not there.
//!
//! Manifests without any Service say nothing of Services. Where the backend's namespace has none, the
//! others' may be all that was pasted: that is worth a hint, no more.

use super::backends;
use crate::edit;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix, Severity};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0301"), name: "missing-service", level: Level::Error, check };

fn check(cx: &Context, report: &mut Report) {
    let cluster = cx.cluster;
    if cluster.services.is_empty() {
        return;
    }
    backends::each(cluster, &mut |reference| {
        let (namespace, name) = (reference.namespace, reference.name.value.as_str());
        if report.is_full() || cluster.service(namespace, name).is_some() {
            return;
        }
        let mut problem = report
            .problem(reference.name.span, format!("there is no Service {namespace}/{name}"))
            .at(reference.meta.title(), reference.field());
        if let Some(refused) = cluster.refused_service(namespace, name) {
            problem = problem
                .help("the API server refuses the one of that name in the manifests")
                .related(refused.meta.name.span, "this one is refused");
        } else if let Some(similar) = cluster.similar_service(namespace, name) {
            let meant = similar.meta.name.value.as_str();
            problem =
                problem.help(format!("did you mean {meant}?")).related(similar.meta.name.span, "it is here");
            if let Some(edit) = edit::replace(cx.sources, reference.name.span, meant) {
                problem.fixes.push(Fix { title: format!("Write `{meant}`"), edits: vec![edit] });
            }
        } else if let Some(elsewhere) = cluster.namespaces_with_service(name).next() {
            problem = problem.help(if reference.is_ingress() {
                format!("namespace {elsewhere} has one, but an Ingress reaches Services of its own namespace only")
            } else {
                format!("namespace {elsewhere} has one: name it with `namespace`, and let a ReferenceGrant there allow it")
            });
            if let Some(service) = cluster.service(elsewhere, name) {
                problem = problem.related(service.meta.name.span, "it is here");
            }
        } else if !cluster.services.iter().any(|s| s.meta.namespace == namespace) {
            problem.severity = Severity::Info;
            problem = problem.help(format!("the manifests have no Service of namespace {namespace} at all"));
        }
        report.add(problem);
    });
}
