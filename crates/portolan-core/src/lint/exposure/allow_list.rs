//! A list of addresses that lets everybody in.

use crate::cluster::Annotation;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Problem};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0703"), name: "open-allow-list", level: Level::Warning, check };

/// Networks that everybody is in.
const EVERYBODY: &[&str] = &["0.0.0.0/0", "::/0"];

fn everybody(list: &str) -> Option<&str> {
    list.split(',').map(str::trim).find(|item| EVERYBODY.contains(item))
}

fn check(cx: &Context, report: &mut Report) {
    // Where there is a list for all, an Ingress may well be the exception from it.
    let excepted = cx.ingress_nginx().is_some_and(|facts| facts.guarded);
    let names: &[&str] = match cx.controller.name {
        _ if excepted => &[],
        "ingress-nginx" | "traefik-ingress-nginx" => &[
            "nginx.ingress.kubernetes.io/allowlist-source-range",
            "nginx.ingress.kubernetes.io/whitelist-source-range",
        ],
        _ => &[],
    };
    for ingress in cx.served() {
        for annotation in names.iter().filter_map(|name| ingress.meta.annotation(name)) {
            if let Some(network) = everybody(&annotation.value.value) {
                let problem = of(network, annotation, report);
                report.add(
                    problem
                        .at(ingress.meta.title(), format!("metadata.annotations[{}]", annotation.key.value)),
                );
            }
        }
    }
    for service in cx.cluster.services.iter().filter(|s| s.admitted) {
        let ranges = &service.load_balancer_source_ranges;
        let mut all = ranges.iter().enumerate().filter(|(_, range)| everybody(&range.value).is_some());
        // One alone says in words what holds without it.
        if let (Some((i, range)), true) = (all.next(), ranges.len() > 1) {
            let message = format!("a list with {} in it lets everybody in", range.value);
            let field = format!("spec.loadBalancerSourceRanges[{i}]");
            report.add(report.problem(range.span, message).at(service.meta.title(), field));
        }
    }
}

fn of(network: &str, annotation: &Annotation, report: &Report) -> Problem {
    let message = format!("a list with {network} in it lets everybody in");
    report
        .problem(annotation.value.span, message)
        .help("name the networks that are to come in, or take the list out")
}
