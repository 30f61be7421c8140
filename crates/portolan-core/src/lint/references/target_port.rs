//! A `targetPort` that the pods behind a Service do not have: by a name that no container port has, or
//! by a number that none declares.
//!
//! A name must be looked up, so a missing one leaves the pod out. A number need not be declared: what
//! containers list is for information. Still, a list without it is often the sign of a mistake.

use crate::cluster::{Cluster, PodSpec, PortRef, Service, ServicePort};
use crate::edit;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix, Severity};
use crate::text::did_you_mean;

pub(in crate::lint) static NAMED: Rule =
    Rule { code: Code("PT0304"), name: "target-port-name", level: Level::Error, check: named };

pub(in crate::lint) static UNDECLARED: Rule =
    Rule { code: Code("PT0305"), name: "target-port-undeclared", level: Level::Info, check: undeclared };

fn named(cx: &Context, report: &mut Report) {
    for service in cx.cluster.services.iter().filter(|s| s.admitted) {
        for (i, port) in service.ports.iter().enumerate() {
            let PortRef::Name(name) = &port.target_port.value else { continue };
            let endpoints = cx.cluster.endpoints_of(service, port);
            // Sets of endpoints name the Service's port, not the pods'.
            let lacking = endpoints.without_port.iter().find(|w| !w.object.starts_with("Endpoint"));
            let Some(lacking) = lacking else { continue };
            let message = format!("no container of {} has a port named {name}", lacking.object);
            let mut problem = report
                .problem(port.target_port.span, message)
                .at(service.meta.title(), format!("spec.ports[{i}].targetPort"))
                .related(lacking.span, "the pods' containers are here");
            if !endpoints.targets.is_empty() {
                problem.severity = Severity::Warning;
            }
            let meant = did_you_mean(name, lacking.names.iter().map(String::as_str));
            let meant = meant.or(match lacking.names.as_slice() {
                [only] => Some(only.as_str()),
                _ => None,
            });
            problem = match meant {
                Some(meant) => problem.help(format!("did you mean {meant}?")),
                None if lacking.names.is_empty() => {
                    problem.help("give a container's port this name, or write its number here")
                }
                None => problem.help(format!("its ports are named {}", lacking.names.join(", "))),
            };
            if let Some(meant) = meant
                && port.target_port.span != port.port.span
                && let Some(edit) = edit::replace(cx.sources, port.target_port.span, meant)
            {
                problem.fixes.push(Fix { title: format!("Write `{meant}`"), edits: vec![edit] });
            }
            report.add(problem);
        }
    }
}

fn undeclared(cx: &Context, report: &mut Report) {
    let selecting = cx.cluster.services.iter().filter(|s| s.admitted && !s.selector.is_empty());
    for service in selecting {
        for (i, port) in service.ports.iter().enumerate() {
            let PortRef::Number(number) = &port.target_port.value else { continue };
            let Some(first) = cx.cluster.endpoints_of(service, port).targets.into_iter().next() else {
                continue;
            };
            let Some((title, spec)) = behind(cx.cluster, service, first.span) else { continue };
            let declared: Vec<String> = ports(spec, port).map(|n| n.to_string()).take(10).collect();
            if declared.is_empty() || ports(spec, port).any(|n| n == *number) {
                continue;
            }
            let declared = declared.join(", ");
            let message =
                format!("no container of {title} declares port {number}, to which this Service sends");
            report.add(
                report
                    .problem(port.target_port.span, message)
                    .at(service.meta.title(), format!("spec.ports[{i}].targetPort"))
                    .related(first.span, "the pods' containers are here")
                    .help(format!("declared: {declared}; containers need not declare ports, but one that listens nowhere refuses connections")),
            );
        }
    }
}

/// The pod or workload that stands at a span.
fn behind<'c>(
    cluster: &'c Cluster,
    service: &Service,
    span: crate::span::Span,
) -> Option<(String, &'c PodSpec)> {
    let namespace = &service.meta.namespace;
    let workload = cluster.workloads.iter().find(|w| w.meta.span == span && w.meta.namespace == *namespace);
    let workload = workload.map(|w| (w.meta.title(), &w.spec));
    let pod = || {
        let pod = cluster.pods.iter().find(|p| p.meta.span == span && p.meta.namespace == *namespace)?;
        Some((pod.meta.title(), &pod.spec))
    };
    workload.or_else(pod)
}

/// The ports that containers declare, of the Service port's protocol.
fn ports<'c>(spec: &'c PodSpec, port: &ServicePort) -> impl Iterator<Item = u16> + use<'c> {
    let protocol = port.protocol;
    spec.containers.iter().flat_map(|c| &c.ports).filter(move |p| p.protocol == protocol).map(|p| p.port)
}
