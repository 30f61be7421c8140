//! A reference to another namespace that no ReferenceGrant there allows.

use super::backends;
use crate::cluster::{Cluster, GATEWAY_GROUP, GrantFrom};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Problem, Severity};
use crate::span::Span;
use hashbrown::HashSet;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0311"), name: "missing-reference-grant", level: Level::Error, check };

fn check(cx: &Context, report: &mut Report) {
    let cluster = cx.cluster;
    let known = namespaces(cluster);
    backends::each(cluster, &mut |reference| {
        let meta = reference.meta;
        if reference.namespace == meta.namespace || reference.is_ingress() {
            return;
        }
        let from = (meta.kind.as_str(), meta.namespace.as_str());
        let to = (reference.namespace, "Service", reference.name.value.as_str());
        if let Some(problem) = refused(cluster, &known, from, to, reference.name.span, report) {
            report.add(problem.at(meta.title(), reference.field()));
        }
    });
    let gateways = cluster.gateways.iter().map(|g| (&g.meta, &g.listeners));
    for (meta, listeners) in gateways.chain(cluster.listener_sets.iter().map(|s| (&s.meta, &s.listeners))) {
        for (l, listener) in listeners.iter().enumerate() {
            for (i, to) in listener.tls.iter().flat_map(|t| &t.certificate_refs).enumerate() {
                let Some(namespace) = to.namespace.as_deref().filter(|n| *n != meta.namespace) else {
                    continue;
                };
                if !to.group.is_empty() || to.kind != "Secret" {
                    continue;
                }
                let from = (meta.kind.as_str(), meta.namespace.as_str());
                let to = (namespace, "Secret", to.name.value.as_str());
                if let Some(problem) = refused(cluster, &known, from, to, listener.span, report) {
                    report.add(
                        problem.at(meta.title(), format!("spec.listeners[{l}].tls.certificateRefs[{i}]")),
                    );
                }
            }
        }
    }
}

/// Where a ReferenceGrant could be expected to stand: namespaces that something of the manifests is in.
fn namespaces(cluster: &Cluster) -> HashSet<&str> {
    let services = cluster.services.iter().map(|o| &o.meta);
    let secrets = cluster.secrets.iter().map(|o| &o.meta);
    let workloads = cluster.workloads.iter().map(|o| &o.meta);
    let grants = cluster.reference_grants.iter().map(|o| &o.meta);
    services.chain(secrets).chain(workloads).chain(grants).map(|m| m.namespace.as_str()).collect()
}

fn refused(
    cluster: &Cluster,
    known: &HashSet<&str>,
    (kind, own): (&str, &str),
    (namespace, to_kind, name): (&str, &str, &str),
    span: Span,
    report: &Report,
) -> Option<Problem> {
    let from =
        GrantFrom { group: GATEWAY_GROUP.to_owned(), kind: kind.to_owned(), namespace: own.to_owned() };
    let here = || cluster.reference_grants.iter().filter(|g| g.admitted && g.meta.namespace == namespace);
    if here().any(|grant| grant.permits(&from, "", to_kind, name)) {
        return None;
    }
    let message = format!(
        "no ReferenceGrant in namespace {namespace} lets {kind}s of namespace {own} use {to_kind} {name}"
    );
    let mut problem = report.problem(span, message);
    if !known.contains(namespace) {
        // All of that namespace stands elsewhere.
        problem.severity = Severity::Info;
    }
    Some(match here().next() {
        Some(other) => problem
            .help("this one does not: compare its `from` and `to`")
            .related(other.meta.name.span, "a ReferenceGrant of that namespace"),
        None => problem.help(format!(
            "a ReferenceGrant in namespace {namespace} says `from` group {GATEWAY_GROUP}, kind {kind}, namespace {own}, and `to` kind {to_kind}"
        )),
    })
}
