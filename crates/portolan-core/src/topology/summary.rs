//! How a cluster is entered, in numbers: a load balancer for every Service, or one for all of them.

use super::Chart;

/// What stands between clients and Services, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Summary {
    /// Load balancers in front of the controller.
    pub shared_load_balancers: usize,
    /// Load balancers that lead to one Service each.
    pub own_load_balancers: usize,
    /// Services that have a NodePort and no load balancer.
    pub node_ports: usize,
    /// Ingresses with a route, or, where there is none, routes of a Gateway.
    pub rule_objects: usize,
    /// Whether those are Gateways.
    pub gateways: bool,
    /// Services that routes lead to.
    pub routed_services: usize,
}

impl Chart {
    /// The numbers in a sentence; empty where nothing leads in.
    pub fn summary_words(&self) -> String {
        let s = &self.summary;
        let behind = match (s.gateways, s.rule_objects) {
            (true, 1) => "one Gateway".to_owned(),
            (true, n) => format!("{n} Gateways"),
            (false, 1) => "one Ingress".to_owned(),
            (false, n) => format!("{n} Ingresses"),
        };
        match (s.rule_objects, s.shared_load_balancers, s.own_load_balancers, s.node_ports) {
            (0, _, 0, 0) => String::new(),
            (0, _, 0, n) => format!("{} by NodePort, no load balancer", services(n)),
            (0, _, n, 0) => one_each(n),
            (0, _, n, ports) => format!("{}; {} by NodePort", one_each(n), services(ports)),
            (_, 0, 0, _) => format!("{} behind {behind}", services(s.routed_services)),
            (_, shared, 0, _) => {
                format!("{}, {} behind {behind}", load_balancers(shared), services(s.routed_services))
            }
            (_, shared, own, _) => format!(
                "{}: {shared} for {} behind {behind}, {own} for one Service each",
                load_balancers(shared + own),
                services(s.routed_services)
            ),
        }
    }
}

/// Services with a load balancer each.
fn one_each(n: usize) -> String {
    match n {
        1 => "1 Service, 1 load balancer".to_owned(),
        n => format!("{n} Services, {n} load balancers"),
    }
}

fn services(n: usize) -> String {
    match n {
        1 => "1 Service".to_owned(),
        n => format!("{n} Services"),
    }
}

fn load_balancers(n: usize) -> String {
    match n {
        1 => "1 load balancer".to_owned(),
        n => format!("{n} load balancers"),
    }
}
