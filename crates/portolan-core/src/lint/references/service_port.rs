//! A backend names a port that its Service does not have.

use super::backends;
use crate::cluster::{PortMixUp, PortRef, ServicePort, ServiceType};
use crate::edit;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Fix};

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0302"), name: "service-port", level: Level::Error, check };

fn check(cx: &Context, report: &mut Report) {
    backends::each(cx.cluster, &mut |reference| {
        let Some(service) = cx.cluster.service(reference.namespace, &reference.name.value) else { return };
        let Some(port) = reference.port.as_ref().filter(|p| service.port(&p.value).is_none()) else { return };
        // One without ports leads to any port of its external name.
        let open = service.service_type == ServiceType::ExternalName && service.ports.is_empty();
        if open || report.is_full() {
            return;
        }
        let title = service.meta.full_name();
        let mut problem = report
            .problem(port.span, format!("Service {title} has no port {}", port.value))
            .at(reference.meta.title(), reference.field());
        let Some((meant, mix_up)) = service.meant_port(&port.value) else {
            report.add(problem.help(format!("it has {}", names(&service.ports))));
            return;
        };
        let number = meant.port.value;
        let wanted = &port.value;
        problem = problem.related(meant.span, "the port is here").help(match mix_up {
            PortMixUp::TargetPort => {
                format!("{wanted} is a targetPort, the pods' own port; the Service's port is {number}")
            }
            PortMixUp::NodePort => format!("{wanted} is a nodePort; the Service's port is {number}"),
            PortMixUp::NumberAsName => format!("{wanted} is its number, and goes under `number`"),
            PortMixUp::Spelling => format!("did you mean {}?", meant.name()),
            PortMixUp::OnlyPort => format!("its only port is {number}"),
        });
        let by = match wanted {
            PortRef::Number(_) => Some(number.to_string()),
            PortRef::Name(_) => Some(meant.name().to_owned()).filter(|n| !n.is_empty()),
        };
        if let Some(by) = by
            && let Some(edit) = edit::replace(cx.sources, port.span, &by)
        {
            problem.fixes.push(Fix { title: format!("Write `{by}`"), edits: vec![edit] });
        }
        report.add(problem);
    });
}

/// The ports of a Service, in words.
fn names(ports: &[ServicePort]) -> String {
    let one = |port: &ServicePort| match port.name() {
        "" => port.port.value.to_string(),
        name => format!("{} ({name})", port.port.value),
    };
    let mut list: Vec<String> = ports.iter().take(10).map(one).collect();
    if list.is_empty() {
        list.push("none".to_owned());
    }
    list.join(", ")
}
