//! Hosts that several namespaces have a say in: whoever may write Ingresses in one of them can take
//! paths, or the whole host, from the other.

use crate::cluster::Ingress;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::span::Span;
use hashbrown::{HashMap, HashSet};

pub(in crate::lint) static SHARED: Rule =
    Rule { code: Code("PT0706"), name: "host-in-several-namespaces", level: Level::Info, check: shared };

pub(in crate::lint) static WILDCARD: Rule =
    Rule { code: Code("PT0707"), name: "wildcard-across-namespaces", level: Level::Info, check: wildcard };

/// The first use of each host.
fn first_uses<'c>(cx: &Context<'c>) -> HashMap<&'c str, (&'c Ingress, Span)> {
    let mut first = HashMap::new();
    for ingress in cx.served() {
        for host in ingress.rules.iter().filter_map(|r| r.host.as_ref()) {
            first.entry(host.value.as_str()).or_insert((ingress, host.span));
        }
    }
    first
}

fn shared(cx: &Context, report: &mut Report) {
    let first = first_uses(cx);
    let mut said: HashSet<(&str, &str)> = HashSet::new();
    for ingress in cx.served() {
        let own = ingress.meta.namespace.as_str();
        for (i, rule) in ingress.rules.iter().enumerate() {
            let Some(host) = &rule.host else { continue };
            let Some((other, span)) = first.get(host.value.as_str()) else { continue };
            if other.meta.namespace == own || !said.insert((&host.value, own)) {
                continue;
            }
            let message = format!(
                "host {} is also used in namespace {}, by {}",
                host.value,
                other.meta.namespace,
                other.meta.title()
            );
            report.add(
                report
                    .problem(host.span, message)
                    .at(ingress.meta.title(), format!("spec.rules[{i}].host"))
                    .related(*span, "it is used here first")
                    .help(
                        "whoever may write Ingresses in one of the namespaces can take paths from the other",
                    ),
            );
        }
    }
}

fn wildcard(cx: &Context, report: &mut Report) {
    let first = first_uses(cx);
    for ingress in cx.served() {
        for (i, rule) in ingress.rules.iter().enumerate() {
            let Some(host) = rule.host.as_ref().filter(|h| !h.value.starts_with('*')) else { continue };
            let Some(parent) = host.value.find('.').and_then(|dot| host.value.get(dot..)) else { continue };
            let Some((other, span)) = first.get(format!("*{parent}").as_str()) else { continue };
            if other.meta.namespace == ingress.meta.namespace {
                continue;
            }
            let message = format!(
                "host {} is one of *{parent}, which namespace {} has",
                host.value, other.meta.namespace
            );
            report.add(
                report
                    .problem(host.span, message)
                    .at(ingress.meta.title(), format!("spec.rules[{i}].host"))
                    .related(*span, "the wildcard is here")
                    .help(
                        "the exact host goes first: it takes all requests for it from the wildcard's owner",
                    ),
            );
        }
    }
}
