//! Hosts that several namespaces have a say in: whoever may write Ingresses in one of them can take
//! paths, or the whole host, from the other.

use crate::cluster::Ingress;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Problem};
use crate::span::Spanned;
use hashbrown::{HashMap, HashSet};

pub(in crate::lint) static SHARED: Rule =
    Rule { code: Code("PT0706"), name: "host-in-several-namespaces", level: Level::Info, check: shared };

pub(in crate::lint) static WILDCARD: Rule =
    Rule { code: Code("PT0707"), name: "wildcard-across-namespaces", level: Level::Info, check: wildcard };

/// A host of a rule of an Ingress.
pub(super) struct Use<'c> {
    pub ingress: &'c Ingress,
    pub host: &'c Spanned<String>,
    /// The number of the rule.
    rule: usize,
}

impl Use<'_> {
    /// A problem of it.
    pub fn problem(&self, report: &Report, message: String) -> Problem {
        let field = format!("spec.rules[{}].host", self.rule);
        report.problem(self.host.span, message).at(self.ingress.meta.title(), field)
    }
}

/// Every host of every rule that the controller looks at.
pub(super) fn uses<'c>(cx: &Context<'c>) -> impl Iterator<Item = Use<'c>> {
    cx.served().flat_map(|ingress| {
        let hosts = ingress.rules.iter().enumerate();
        hosts.filter_map(move |(rule, r)| r.host.as_ref().map(|host| Use { ingress, host, rule }))
    })
}

/// What a host is one of: the host without its first label, beginning with the dot.
pub(super) fn domain(host: &str) -> Option<&str> {
    host.find('.').and_then(|dot| host.get(dot..))
}

/// The first use of each host.
fn first_uses<'c>(cx: &Context<'c>) -> HashMap<&'c str, Use<'c>> {
    let mut first = HashMap::new();
    for of in uses(cx) {
        first.entry(of.host.value.as_str()).or_insert(of);
    }
    first
}

fn shared(cx: &Context, report: &mut Report) {
    let first = first_uses(cx);
    let mut said: HashSet<(&str, &str)> = HashSet::new();
    for of in uses(cx) {
        let (host, own) = (of.host.value.as_str(), of.ingress.meta.namespace.as_str());
        let Some(other) = first.get(host) else { continue };
        let meta = &other.ingress.meta;
        if meta.namespace == own || !said.insert((host, own)) {
            continue;
        }
        let message =
            format!("host {host} is also used in namespace {}, by {}", meta.namespace, meta.title());
        let problem = of.problem(report, message).related(other.host.span, "it is used here first");
        report.add(
            problem
                .help("whoever may write Ingresses in one of the namespaces can take paths from the other"),
        );
    }
}

fn wildcard(cx: &Context, report: &mut Report) {
    let first = first_uses(cx);
    for of in uses(cx).filter(|of| !of.host.value.starts_with('*')) {
        let host = of.host.value.as_str();
        let Some(parent) = domain(host) else { continue };
        let Some(other) = first.get(format!("*{parent}").as_str()) else { continue };
        let namespace = &other.ingress.meta.namespace;
        if *namespace == of.ingress.meta.namespace {
            continue;
        }
        let message = format!("host {host} is one of *{parent}, which namespace {namespace} has");
        let problem = of.problem(report, message).related(other.host.span, "the wildcard is here");
        report.add(
            problem.help("the exact host goes first: it takes all requests for it from the wildcard's owner"),
        );
    }
}
