//! An annotation that its controller does not know, in any version.
//!
//! ingress-nginx passes over it without a word. Traefik does so, too, except below `router.`, where
//! one name that it does not know costs the whole Ingress.

use super::{Nginx, field, nginx, nginx_prefix, rename};
use crate::cluster::{Annotation, Ingress};
use crate::controller::ingress_nginx::facts;
use crate::controller::traefik::annotations as traefik;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix, Severity};
use crate::text::did_you_mean;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0601"), name: "unknown-annotation", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    // The API itself reads none; a misspelt name is a mistake all the same.
    let general = cx.is(&["kubernetes"]);
    let prefix = nginx_prefix(cx).or(general.then_some(facts::NGINX_PREFIX));
    for ingress in cx.served() {
        for Nginx { name, annotation } in prefix.into_iter().flat_map(|prefix| nginx(&ingress.meta, prefix)) {
            if !facts::is_known(name) {
                let message = format!("ingress-nginx knows no annotation {name}");
                let meant = did_you_mean(name, facts::names());
                say(cx, ingress, annotation, name, message, meant, report);
            }
        }
        if general || cx.is(&["traefik"]) {
            of_traefik(cx, ingress, report);
        }
        for annotation in &ingress.meta.annotations {
            misspelt_prefix(cx, ingress, annotation, report);
        }
    }
}

fn say(
    cx: &Context,
    ingress: &Ingress,
    annotation: &Annotation,
    name: &str,
    message: String,
    meant: Option<&str>,
    report: &mut Report,
) {
    let mut problem =
        report.problem(annotation.key.span, message).at(ingress.meta.title(), field(annotation));
    if let Some(meant) = meant {
        problem = problem.help(format!("did you mean {meant}?"));
        if let Some(edit) = rename(cx, ingress, annotation, name, meant) {
            problem.fixes.push(Fix { title: format!("Rename it to {meant}"), edits: vec![edit] });
        }
    }
    report.add(problem);
}

fn of_traefik(cx: &Context, ingress: &Ingress, report: &mut Report) {
    let fatal = traefik::router(&ingress.meta).err().filter(|fault| fault.unknown);
    for annotation in &ingress.meta.annotations {
        let Some(name) = annotation.key.value.strip_prefix(traefik::PREFIX) else { continue };
        let meant = || meant(name);
        if let Some(fault) = fatal.as_ref().filter(|f| f.annotation.key == annotation.key) {
            let mut problem = report.problem(annotation.key.span, fault.reason.clone());
            problem = problem.at(ingress.meta.title(), field(annotation));
            problem.severity = Severity::Error;
            if let Some(meant) = meant() {
                problem = problem.help(format!("did you mean {meant}?"));
                if let Some(edit) = rename(cx, ingress, annotation, name, meant) {
                    problem.fixes.push(Fix { title: format!("Rename it to {meant}"), edits: vec![edit] });
                }
            }
            report.add(problem);
        } else if !["router.", "service."].iter().any(|group| starts_with(name, group)) {
            let message = format!("Traefik knows no annotation {name}");
            match meant() {
                Some(meant) => say(cx, ingress, annotation, name, message, Some(meant), report),
                None => {
                    let problem = report.problem(annotation.key.span, message);
                    let help = "since Traefik 2, its annotations begin with router. or service.; middlewares do the rest";
                    report.add(problem.at(ingress.meta.title(), field(annotation)).help(help));
                }
            }
        }
    }
}

/// The name that was probably meant: what they all begin with makes none of them alike.
fn meant(name: &str) -> Option<&'static str> {
    let parts = |name: &'static str| name.split_once('.').unwrap_or(("", name));
    let (group, written) = name.split_once('.').unwrap_or(("", name));
    let meant = did_you_mean(written, traefik::NAMES.iter().map(|name| parts(name).1))?;
    let mut found = traefik::NAMES.iter().copied().filter(|name| parts(name).1 == meant);
    let first = found.clone().next();
    found.find(|name| parts(name).0.eq_ignore_ascii_case(group)).or(first)
}

/// Traefik's names are in any case.
fn starts_with(name: &str, group: &str) -> bool {
    name.get(..group.len()).is_some_and(|start| start.eq_ignore_ascii_case(group))
}

/// Prefixes that are read.
const PREFIXES: &[&str] = &["nginx.ingress.kubernetes.io", "traefik.ingress.kubernetes.io"];

/// Prefixes that come near, and are others'.
const OTHERS: &[&str] =
    &["ingress.kubernetes.io", "appgw.ingress.kubernetes.io", "alb.ingress.kubernetes.io"];

fn misspelt_prefix(cx: &Context, ingress: &Ingress, annotation: &Annotation, report: &mut Report) {
    let Some((prefix, _)) = annotation.key.value.split_once('/') else { return };
    let near = |known: &&&str| prefix != **known && strsim::osa_distance(prefix, known) <= 2;
    if !(20..=32).contains(&prefix.len()) || OTHERS.contains(&prefix) || PREFIXES.contains(&prefix) {
        return;
    }
    if let Some(meant) = PREFIXES.iter().find(near) {
        let message = format!("no controller reads annotations that begin with {prefix}/");
        say(cx, ingress, annotation, prefix, message, Some(meant), report);
    }
}
