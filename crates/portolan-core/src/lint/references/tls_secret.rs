//! A certificate's Secret that is not there, or that holds no certificate.
//!
//! Secrets are seldom among manifests: they are made by cert-manager, sealed, or kept elsewhere. So a
//! missing one is worth a word only where the manifests have Secrets, and none where something in them
//! makes Secrets.

use crate::cluster::{Cluster, Meta, Secret};
use crate::edit;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix, Severity};
use crate::span::Spanned;
use crate::text::did_you_mean;
use hashbrown::HashMap;

pub(in crate::lint) static MISSING: Rule =
    Rule { code: Code("PT0306"), name: "missing-tls-secret", level: Level::Warning, check: missing };

pub(in crate::lint) static KEYS: Rule =
    Rule { code: Code("PT0307"), name: "tls-secret-keys", level: Level::Error, check: keys };

/// One certificate that is asked for.
struct Wanted<'c> {
    meta: &'c Meta,
    namespace: &'c str,
    name: &'c Spanned<String>,
    field: String,
}

/// The certificates of Ingresses and Gateways.
fn wanted(cluster: &Cluster) -> Vec<Wanted<'_>> {
    let mut all = Vec::new();
    for ingress in &cluster.ingresses {
        for (i, tls) in ingress.tls.iter().enumerate() {
            if let Some(name) = &tls.secret_name {
                let meta = &ingress.meta;
                all.push(Wanted {
                    meta,
                    namespace: &meta.namespace,
                    name,
                    field: format!("spec.tls[{i}].secretName"),
                });
            }
        }
    }
    let gateways = cluster.gateways.iter().map(|g| (&g.meta, &g.listeners));
    for (meta, listeners) in gateways.chain(cluster.listener_sets.iter().map(|s| (&s.meta, &s.listeners))) {
        for (l, listener) in listeners.iter().enumerate() {
            let references = listener.tls.iter().flat_map(|t| &t.certificate_refs).enumerate();
            for (i, to) in references.filter(|(_, to)| to.group.is_empty() && to.kind == "Secret") {
                all.push(Wanted {
                    meta,
                    namespace: to.namespace.as_deref().unwrap_or(&meta.namespace),
                    name: &to.name,
                    field: format!("spec.listeners[{l}].tls.certificateRefs[{i}]"),
                });
            }
        }
    }
    all
}

fn secrets(cluster: &Cluster) -> HashMap<(&str, &str), &Secret> {
    let admitted = cluster.secrets.iter().filter(|s| s.admitted);
    admitted.map(|s| ((s.meta.namespace.as_str(), s.meta.name.value.as_str()), s)).collect()
}

/// Kinds of objects that make Secrets.
const MAKERS: &[&str] = &["Certificate", "Issuer", "ClusterIssuer", "ExternalSecret", "SealedSecret"];

/// Prefixes of annotations that have cert-manager make the Secret.
const MADE: &[&str] = &["cert-manager.io/", "certmanager.k8s.io/", "kubernetes.io/tls-acme"];

fn missing(cx: &Context, report: &mut Report) {
    let cluster = cx.cluster;
    if cluster.secrets.is_empty() || cluster.others.iter().any(|o| MAKERS.contains(&o.meta.kind.as_str())) {
        return;
    }
    let secrets = secrets(cluster);
    for Wanted { meta, namespace, name, field } in wanted(cluster) {
        let made = |key: &str| MADE.iter().any(|prefix| key.starts_with(prefix));
        if secrets.contains_key(&(namespace, name.value.as_str()))
            || meta.annotations.iter().any(|a| made(&a.key.value))
        {
            continue;
        }
        let message = format!("there is no Secret {namespace}/{}", name.value);
        let mut problem = report.problem(name.span, message).at(meta.title(), field);
        let here = || cluster.secrets.iter().filter(|s| s.admitted && s.meta.namespace == namespace);
        let similar = did_you_mean(&name.value, here().take(100).map(|s| s.meta.name.value.as_str()));
        let elsewhere = cluster.secrets.iter().find(|s| s.admitted && s.meta.name.value == name.value);
        if let Some(similar) = similar {
            problem = problem.help(format!("did you mean {similar}?"));
            if let Some(edit) = edit::replace(cx.sources, name.span, similar) {
                problem.fixes.push(Fix { title: format!("Write `{similar}`"), edits: vec![edit] });
            }
        } else if let Some(elsewhere) = elsewhere {
            let other = &elsewhere.meta.namespace;
            problem = problem
                .help(format!(
                    "namespace {other} has one, but a Secret is looked for in namespace {namespace}"
                ))
                .related(elsewhere.meta.name.span, "it is here");
        } else if here().next().is_some() {
            problem.severity = Severity::Info;
            problem = problem.help("clients get the controller's own certificate until it is there");
        } else {
            continue;
        }
        report.add(problem);
    }
}

fn keys(cx: &Context, report: &mut Report) {
    let secrets = secrets(cx.cluster);
    for Wanted { meta, namespace, name, field } in wanted(cx.cluster) {
        let Some(secret) = secrets.get(&(namespace, name.value.as_str())) else { continue };
        for key in ["tls.crt", "tls.key"].into_iter().filter(|key| !secret.keys.iter().any(|k| k == key)) {
            let message =
                format!("Secret {} is used as a certificate and has no {key}", secret.meta.full_name());
            report.add(
                report
                    .problem(name.span, message)
                    .at(meta.title(), field.clone())
                    .related(secret.meta.name.span, "the Secret is here")
                    .help("`kubectl create secret tls` makes one with both keys"),
            );
        }
    }
}
