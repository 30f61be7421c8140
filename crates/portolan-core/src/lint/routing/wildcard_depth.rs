//! A host is listed for TLS beside a wildcard rule that does not match it.
//!
//! `*.foo.com` stands for one label: neither `foo.com` nor `a.b.foo.com` is meant, and where some
//! controllers take more labels, none takes the name itself. Whoever lists such a host for TLS expects
//! it to be served.

use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::HostPattern;
use std::collections::HashSet;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0518"), name: "wildcard-depth", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    let table = routes.router.table();
    let mut wild = Vec::new();
    let mut exact = HashSet::new();
    for host in &table.hosts {
        match &host.pattern {
            HostPattern::Exact(name) => {
                exact.insert(name.clone());
            }
            HostPattern::Any => {}
            pattern => wild.push(pattern),
        }
    }
    for rule in routes.rules.iter().filter(|r| r.field == "spec.rules[0].http.paths[0]") {
        let Some(ingress) = cx.ingress(rule).filter(|_| !rule.routes.is_empty()) else { continue };
        for tls in ingress.tls.iter().flat_map(|tls| &tls.hosts) {
            let name = tls.value.as_str();
            let mut hosts = ingress.rules.iter().filter_map(|r| r.host.as_ref());
            let near = hosts.find(|host| {
                host.value.strip_prefix('*').is_some_and(|suffix| {
                    !suffix.is_empty() && (name.ends_with(suffix) || suffix.get(1..) == Some(name))
                })
            });
            let Some(near) = near.filter(|_| !name.starts_with('*') && !exact.contains(name)) else {
                continue;
            };
            if wild.iter().any(|pattern| pattern.matches(name)) {
                continue;
            }
            let wildcard = &near.value;
            let message = format!("no rule is for {name}: {wildcard} does not match it");
            let problem = report
                .problem(tls.span, message)
                .help("a wildcard stands for exactly one label: add a rule for this host")
                .related(near.span, "it stands for one label");
            report.add(rule.locate(problem));
        }
        if report.is_full() {
            return;
        }
    }
}
