//! Classes: one that is not there, none at all, and what the chosen controller does not look at.

use crate::cluster::{Ingress, IngressClass};
use crate::controller::Grounds;
use crate::edit;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix, Severity};
use crate::text::did_you_mean;

pub(in crate::lint) static MISSING: Rule =
    Rule { code: Code("PT0308"), name: "missing-ingress-class", level: Level::Warning, check: missing };

pub(in crate::lint) static LEFT_OUT: Rule =
    Rule { code: Code("PT0309"), name: "ingress-left-out", level: Level::Warning, check: left_out };

pub(in crate::lint) static NONE: Rule =
    Rule { code: Code("PT0310"), name: "no-ingress-class", level: Level::Warning, check: none };

pub(in crate::lint) static GATEWAY: Rule =
    Rule { code: Code("PT0313"), name: "missing-gateway-class", level: Level::Warning, check: gateway };

/// The annotation that named a class before `ingressClassName` did.
const ANNOTATION: &str = "kubernetes.io/ingress.class";

fn class<'c>(cx: &Context<'c>, name: &str) -> Option<&'c IngressClass> {
    cx.cluster.ingress_classes.iter().find(|c| c.admitted && c.meta.name.value == name)
}

/// Whether an Ingress says nothing about its class, and the API server puts none in.
fn is_without(ingress: &Ingress) -> bool {
    ingress.class_name.is_none()
        && ingress.class_defaulted.is_none()
        && ingress.meta.annotation(ANNOTATION).is_none()
}

/// Manifests without an IngressClass say nothing of classes.
fn missing(cx: &Context, report: &mut Report) {
    let classes = &cx.cluster.ingress_classes;
    if classes.is_empty() {
        return;
    }
    let general = cx.is(&["kubernetes", "gateway-api"]);
    for ingress in &cx.cluster.ingresses {
        // Some controllers serve a class by its name alone.
        if !general && cx.why_left_out(&ingress.meta).is_none() {
            continue;
        }
        let Some(name) = ingress.class_name.as_ref().filter(|n| class(cx, &n.value).is_none()) else {
            continue;
        };
        let message = format!("there is no IngressClass {}", name.value);
        let mut problem =
            report.problem(name.span, message).at(ingress.meta.title(), "spec.ingressClassName");
        let known = || classes.iter().filter(|c| c.admitted).map(|c| c.meta.name.value.as_str());
        if let Some(meant) = did_you_mean(&name.value, known()) {
            problem = problem.help(format!("did you mean {meant}?"));
            if let Some(edit) = edit::replace(cx.sources, name.span, meant) {
                problem.fixes.push(Fix { title: format!("Write `{meant}`"), edits: vec![edit] });
            }
        } else {
            let known: Vec<_> = known().take(10).collect();
            problem = problem.help(format!("the manifests have {}", known.join(", ")));
        }
        report.add(problem);
    }
}

/// What the other rules of this file do not say better.
fn left_out(cx: &Context, report: &mut Report) {
    let title = cx.controller.title;
    for ingress in cx.cluster.ingresses.iter().filter(|i| i.admitted) {
        let Some(why) = cx.why_left_out(&ingress.meta) else { continue };
        let named = ingress.class_name.as_ref().map(|n| n.value.as_str());
        let found = named.or(ingress.class_defaulted.as_deref()).and_then(|name| class(cx, name));
        let is_missing = named.is_some() && found.is_none() && !cx.cluster.ingress_classes.is_empty();
        let by_class = why.cause == Grounds::Class;
        if by_class && (is_without(ingress) || is_missing) {
            continue;
        }
        let annotated = ingress.meta.annotation(ANNOTATION).map(|a| a.value.span);
        let class_span = ingress.class_name.as_ref().map(|n| n.span).or(annotated);
        let span = class_span.filter(|_| by_class).unwrap_or(why.span);
        let message = format!("{title} does not look at this Ingress: {}", why.reason);
        let mut problem = report.problem(span, message).at(ingress.meta.title(), "spec");
        if why.cause != Grounds::Fault {
            // Somebody else's, as a rule on purpose.
            problem.severity = Severity::Info;
            if let Some(found) = found.filter(|_| by_class) {
                problem = problem.related(found.meta.name.span, "the class is here");
            }
        }
        report.add(problem);
    }
}

fn none(cx: &Context, report: &mut Report) {
    let title = cx.controller.title;
    // The API itself leaves such Ingresses to whoever takes them.
    let general = cx.is(&["kubernetes"]);
    let has_classes = cx.cluster.ingress_classes.iter().any(|c| c.admitted);
    for ingress in cx.cluster.ingresses.iter().filter(|i| i.admitted && is_without(i)) {
        let why = cx.why_left_out(&ingress.meta);
        if why.is_some_and(|why| why.cause != Grounds::Class) {
            continue;
        }
        let message = match (why, general && has_classes) {
            (Some(why), _) => format!("{title} does not look at this Ingress: {}", why.reason),
            (None, true) => "this Ingress names no class, and no IngressClass is the default one".to_owned(),
            (None, false) => continue,
        };
        let mut problem =
            report.problem(ingress.meta.name.span, message).at(ingress.meta.title(), "spec.ingressClassName");
        problem = problem.help(
            "say `ingressClassName`, or mark one IngressClass with the annotation ingressclass.kubernetes.io/is-default-class: \"true\"",
        );
        report.add(problem);
    }
}

/// Manifests without a GatewayClass say nothing of classes.
fn gateway(cx: &Context, report: &mut Report) {
    let classes = &cx.cluster.gateway_classes;
    if classes.is_empty() {
        return;
    }
    for gateway in &cx.cluster.gateways {
        let Some(name) = &gateway.class_name else { continue };
        let mut known = classes.iter().filter(|c| c.admitted).map(|c| c.meta.name.value.as_str());
        if known.clone().any(|k| k == name.value) {
            continue;
        }
        let message = format!("there is no GatewayClass {}", name.value);
        let mut problem =
            report.problem(name.span, message).at(gateway.meta.title(), "spec.gatewayClassName");
        if let Some(meant) = did_you_mean(&name.value, known.clone()) {
            problem = problem.help(format!("did you mean {meant}?"));
            if let Some(edit) = edit::replace(cx.sources, name.span, meant) {
                problem.fixes.push(Fix { title: format!("Write `{meant}`"), edits: vec![edit] });
            }
        } else if let Some(first) = known.next() {
            problem = problem.help(format!("the manifests have {first}"));
        }
        report.add(problem);
    }
}
