//! Hosts with and without TLS.
//!
//! `spec.tls` of Ingresses only: what certificate a host gets. Whether plain HTTP is answered beside it
//! is the controller's business.

use super::hosts::{domain, uses};
use crate::cluster::Ingress;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Severity};
use crate::text::did_you_mean;
use hashbrown::HashMap;

pub(in crate::lint) static PLAIN: Rule =
    Rule { code: Code("PT0704"), name: "host-without-tls", level: Level::Warning, check: plain };

pub(in crate::lint) static UNUSED: Rule =
    Rule { code: Code("PT0705"), name: "tls-host-without-rule", level: Level::Info, check: unused };

/// Whether a host of `tls` is for a host of a rule.
fn covers(tls: &str, host: &str) -> bool {
    let below = |suffix: &str| {
        host.strip_suffix(suffix).is_some_and(|label| !label.is_empty() && !label.contains('.'))
    };
    tls.eq_ignore_ascii_case(host) || tls.strip_prefix('*').is_some_and(below)
}

/// Whether an Ingress has TLS for some hosts by name, and none for whatever comes.
fn names_hosts(ingress: &Ingress) -> bool {
    !ingress.tls.is_empty() && ingress.tls.iter().all(|t| !t.hosts.is_empty())
}

fn plain(cx: &Context, report: &mut Report) {
    if cx.is(&["gateway-api"]) {
        return;
    }
    // Every host with TLS, and whose it is; those of wildcards by what follows the star.
    let mut with_tls: HashMap<&str, &Ingress> = HashMap::new();
    for ingress in cx.served() {
        for host in ingress.tls.iter().flat_map(|t| &t.hosts) {
            with_tls.entry(host.value.trim_start_matches('*')).or_insert(ingress);
        }
    }
    let elsewhere = |host: &str| {
        let parent = domain(host).unwrap_or_default();
        with_tls.get(host).or_else(|| with_tls.get(parent)).copied()
    };
    for of in uses(cx) {
        let (ingress, host) = (of.ingress, &of.host.value);
        if ingress.tls.iter().flat_map(|t| &t.hosts).any(|tls| covers(&tls.value, host)) {
            continue;
        }
        match elsewhere(host) {
            // For one controller TLS is a host's, for another a rule's.
            Some(other) if ingress.tls.is_empty() && cx.is(&["kubernetes"]) => {
                let message = format!("host {host} has TLS in {}, and none here", other.meta.title());
                let mut problem = of.problem(report, message);
                problem.severity = Severity::Info;
                report.add(problem.related(other.meta.name.span, "it has TLS there"));
            }
            None if names_hosts(ingress) => {
                let message = format!("host {host} is none of those in `tls` of this Ingress");
                let mut problem = of.problem(report, message);
                if let Some(first) = ingress.tls.first() {
                    problem = problem.related(first.span, "these have TLS");
                }
                report.add(problem.help("add it to `hosts`, if the certificate is for it, too"));
            }
            _ => {}
        }
    }
}

fn unused(cx: &Context, report: &mut Report) {
    if cx.is(&["gateway-api"]) {
        return;
    }
    // A certificate may be given in one Ingress for the rules of another.
    let mut by_parent: HashMap<&str, ()> = HashMap::new();
    let mut exact: HashMap<&str, ()> = HashMap::new();
    for host in cx.cluster.ingresses.iter().flat_map(|i| &i.rules).filter_map(|r| r.host.as_ref()) {
        exact.insert(&host.value, ());
        if let Some(parent) = domain(&host.value) {
            by_parent.insert(parent, ());
        }
    }
    for ingress in cx.served().filter(|i| !i.rules.is_empty() && i.rules.iter().all(|r| r.host.is_some())) {
        for (t, tls) in ingress.tls.iter().enumerate() {
            for (h, host) in tls.hosts.iter().enumerate() {
                let text = host.value.as_str();
                let used = exact.contains_key(text)
                    || text.strip_prefix('*').is_some_and(|suffix| by_parent.contains_key(suffix));
                // A rule for all hosts of a domain is for this one, too.
                let parent = domain(text).unwrap_or_default();
                let own = || ingress.rules.iter().filter_map(|r| r.host.as_ref());
                // Some annotations make hosts of their own.
                let makes =
                    |key: &str| key.ends_with("from-to-www-redirect") || key.ends_with("server-alias");
                if ingress.meta.annotations.iter().any(|a| makes(&a.key.value)) {
                    continue;
                }
                if used || own().any(|rule| rule.value.strip_prefix('*') == Some(parent)) {
                    continue;
                }
                let message = format!("host {text} has TLS, and no rule");
                let mut problem = report
                    .problem(host.span, message)
                    .at(ingress.meta.title(), format!("spec.tls[{t}].hosts[{h}]"));
                if let Some(meant) = did_you_mean(text, own().map(|rule| rule.value.as_str()))
                    && text.len() >= 8
                    && strsim::osa_distance(text, meant) <= 2
                {
                    problem.severity = Severity::Warning;
                    problem = problem.help(format!("did you mean {meant}?"));
                }
                report.add(problem);
            }
        }
    }
}
