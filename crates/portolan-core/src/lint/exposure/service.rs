//! A Service of type NodePort or LoadBalancer that an Ingress or route leads to as well: there is a
//! second way in, past the controller with its TLS, its lists and its logins.
//!
//! Some controllers need NodePorts (Google's, AWS' for instances). They are spoken of only where the
//! chosen controller is known to reach pods by itself.

use crate::cluster::{Meta, Service, ServiceType};
use crate::lint::references::backends;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::{Code, Severity};
use hashbrown::HashMap;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0701"), name: "second-way-in", level: Level::Warning, check };

fn check(cx: &Context, report: &mut Report) {
    let reaches_pods = cx.is(&["ingress-nginx", "traefik", "traefik-ingress-nginx"]);
    let mut routed: HashMap<(&str, &str), &Meta> = HashMap::new();
    backends::each(cx.cluster, &mut |r| {
        routed.entry((r.namespace, r.name.value.as_str())).or_insert(r.meta);
    });
    for service in cx.cluster.services.iter().filter(|s| s.admitted && !is_internal(s)) {
        let key = (service.meta.namespace.as_str(), service.meta.name.value.as_str());
        let Some(by) = routed.get(&key) else { continue };
        let severity = match service.service_type {
            // Somebody has thought of who may come.
            ServiceType::LoadBalancer if service.load_balancer_source_ranges.is_empty() => Severity::Warning,
            ServiceType::NodePort if reaches_pods => Severity::Info,
            _ => continue,
        };
        let (title, kind) = (service.meta.full_name(), service.service_type.as_str());
        let message =
            format!("Service {title} is of type {kind}, so clients reach it past {} as well", by.title());
        let mut problem =
            report.problem(service.meta.name.span, message).at(service.meta.title(), "spec.type");
        problem.severity = severity;
        report.add(
            problem
                .related(by.name.span, "this leads to it, too")
                .help("type ClusterIP, which is the default, is enough for an Ingress or a route"),
        );
    }
}

/// Annotations that ask a cloud for a load balancer inside of its network.
const INTERNAL: &[&str] = &[
    "cloud.google.com/load-balancer-type",
    "networking.gke.io/load-balancer-type",
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/aws-load-balancer-scheme",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "service.beta.kubernetes.io/openstack-internal-load-balancer",
];

fn is_internal(service: &Service) -> bool {
    service.meta.annotations.iter().any(|a| {
        let value = a.value.value.as_str();
        INTERNAL.contains(&a.key.value.as_str()) && value != "false" && value != "internet-facing"
    })
}
