//! An annotation of one Ingress counts for a host that another Ingress has rules for, too.
//!
//! In ingress-nginx `app-root`, `server-alias`, `ssl-passthrough` and client certificates belong to the
//! server, and `from-to-www-redirect` makes one (`controller.go`, createServers; `nginx.tmpl`). Besides,
//! the Ingress that names a host first gives its annotations to the location for all paths that no rule
//! names: a redirect there redirects everything.

use super::nginx;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{Action, Certainty};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0520"), name: "host-annotation", level: Level::Warning, check };

/// The annotations that count for a host.
const FOR_HOSTS: [&str; 4] = ["app-root", "ssl-passthrough", "auth-tls-secret", "server-snippet"];

fn check(cx: &Context, report: &mut Report) {
    if cx.controller.name != "ingress-nginx" {
        return;
    }
    let routes = cx.routes();
    let mut last = (None, "");
    for rule in routes.rules.iter().filter(|r| !r.routes.is_empty()) {
        let Some(ingress) = cx.ingress(rule) else { continue };
        // Once for each Ingress and host.
        if last == (rule.ingress, rule.host.as_str()) || nginx::is_canary(cx, rule) {
            continue;
        }
        last = (rule.ingress, &rule.host);
        let Some(other) = routes.of_host(&rule.host).find(|other| other.ingress != rule.ingress) else {
            continue;
        };
        for name in FOR_HOSTS {
            let Some(annotation) = nginx::annotation(cx, ingress, name) else { continue };
            let (host, object) = (&rule.host, &other.object);
            let message =
                format!("{name} counts for all of host {host}, on which {object} has rules as well");
            let problem = report
                .problem(annotation.key.span, message)
                .help("give rules that it is not meant for a host of their own")
                .related(other.at, "this rule has the same host");
            report.add(rule.locate(problem));
        }
    }
    redirects(cx, report);
}

/// Redirects of paths that no rule names.
fn redirects(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for (id, route) in routes.router.table().iter() {
        let is_made_up = route.origin.field.starts_with("spec.rules[") && routes.rule_of(id).is_none();
        let redirect =
            route.steps.iter().find(|s| s.when.is_empty() && matches!(s.action, Action::Redirect(_)));
        let (true, Some(_), Certainty::Certain) = (is_made_up, redirect, &route.certainty) else { continue };
        let host = routes.router.table().host(route.host).map(|h| h.pattern.to_string()).unwrap_or_default();
        let mut rules = routes.of_host(&host);
        let Some(rule) = rules.find(|rule| rule.object == route.origin.object) else { continue };
        let Some(ingress) = cx.ingress(rule) else { continue };
        let annotation = ["temporal-redirect", "permanent-redirect"]
            .into_iter()
            .find_map(|name| Some((name, nginx::annotation(cx, ingress, name)?)));
        let Some((name, annotation)) = annotation else { continue };
        let message = format!("{name} redirects all paths of host {host} that no rule names as well");
        let problem = report
            .problem(annotation.key.span, message)
            .help("the Ingress that names a host first gives its annotations to the location for everything else: name / yourself, in an Ingress without the redirect")
            .at(&*route.origin.object, route.origin.field.clone());
        report.add(problem);
        if report.is_full() {
            return;
        }
    }
}
