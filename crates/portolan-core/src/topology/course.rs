//! The course of one request over the chart.

use super::{Chart, id};
use crate::journey::{Actor, Alternative, EndKind, Hop, Journey};
use crate::routing::{Answer, Outcome, RouteTable};

/// What one hop of a journey passes on the chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leg {
    /// The nodes, in the order in which they are passed; empty for what is not on the chart.
    pub nodes: Vec<usize>,
    /// What might have been chosen instead by this hop: nodes that the next one may be at.
    pub others: Vec<usize>,
    /// Whether the packet is stopped here: dropped, refused or lost.
    pub stopped: bool,
}

impl Chart {
    /// Where the hops of a journey are on the chart: one leg for each hop. `answered` is what the
    /// controller makes of the request, where it was asked.
    pub fn legs(&self, journey: &Journey, table: &RouteTable, answered: Option<&Outcome>) -> Vec<Leg> {
        let mut legs: Vec<Leg> = Vec::with_capacity(journey.hops.len());
        // The Service whose endpoints the next pod is one of.
        let mut service: Option<&str> = None;
        for (index, hop) in journey.hops.iter().enumerate() {
            service = hop.service.as_deref().or(service);
            let next = journey.hops.get(index + 1);
            let mut leg = Leg::default();
            self.stand(hop, service, &mut leg.nodes);
            if hop.actor == Actor::Controller
                && let Some(outcome) = answered
            {
                self.rules(table, outcome, &mut leg.nodes);
            }
            // What a Service decides is seen at the Service, where it has a box of its own.
            let on_to_pod = next.is_some_and(|n| matches!(n.actor, Actor::Pod | Actor::External));
            let chooses = matches!(hop.actor, Actor::Node | Actor::Controller | Actor::Balancer);
            if chooses
                && on_to_pod
                && let Some(name) = &hop.service
            {
                leg.nodes.extend(self.find(&id::service(name)));
            }
            let of = hop
                .choice
                .iter()
                .flat_map(|c| c.of.iter().enumerate().map(|(i, a)| (c.picked != Some(i), a)));
            leg.others =
                of.filter(|(other, _)| *other).filter_map(|(_, a)| self.alternative(a, service)).collect();
            legs.push(leg);
        }
        if let Some(last) = legs.last_mut() {
            last.stopped =
                matches!(journey.end.kind, EndKind::Dropped | EndKind::Refused | EndKind::Unreachable);
        }
        legs
    }

    /// Where a hop happens.
    fn stand(&self, hop: &Hop, service: Option<&str>, nodes: &mut Vec<usize>) {
        match hop.actor {
            Actor::Client => nodes.extend(self.find(id::CLIENT)),
            // Names have no place on the chart.
            Actor::Dns => {}
            // A floating IP's and a balancer's ids are the hop's.
            Actor::FloatingIp | Actor::Balancer => nodes.extend(self.find(&hop.id)),
            Actor::Node => {
                nodes.extend(self.find(&hop.id).or(self.find(id::NODES)));
                nodes.extend(hop.service.as_deref().and_then(|s| self.find(&id::entry(s))));
            }
            Actor::Controller => {
                // One that is not in the manifests has a door that is not, either.
                nodes.extend(self.find(id::ENTRY));
                nodes.extend(self.find(id::CONTROLLER));
            }
            Actor::Pod | Actor::External => nodes.extend(self.pod(&hop.id, service)),
        }
    }

    fn alternative(&self, alternative: &Alternative, service: Option<&str>) -> Option<usize> {
        self.find(&alternative.id).or_else(|| self.pod(&alternative.id, service))
    }

    /// A pod by a hop's id (`pod:default/web-0`, `endpoint:10.0.0.7`), among those of a Service or of the
    /// controller; else the box of them.
    fn pod(&self, hop: &str, service: Option<&str>) -> Option<usize> {
        let (_, name) = hop.split_once(':')?;
        let name = name.rsplit('/').next().unwrap_or(name);
        let pods = service.map(id::pods);
        let member = pods.as_deref().and_then(|pods| self.find(&id::member(pods, name)));
        let member = member.or_else(|| self.find(&id::member(id::CONTROLLER, name)));
        member.or_else(|| pods.as_deref().and_then(|pods| self.find(pods)))
    }

    /// The host, the route and the answer by which the controller decides.
    fn rules(&self, table: &RouteTable, outcome: &Outcome, nodes: &mut Vec<usize>) {
        let Some(&first) = outcome.routes.first() else {
            nodes.extend(self.find(id::FALLBACK));
            return;
        };
        if let Some(route) = table.route(first) {
            let host = self.find(&id::host(table, route.host));
            let gateway = |e: &&super::Edge| {
                Some(e.to) == host && self.nodes.get(e.from).is_some_and(|n| n.id.starts_with("gateway:"))
            };
            if let Some(edge) = self.edges.iter().find(gateway) {
                // A Gateway's door, and it.
                nodes.extend(self.edges.iter().find(|e| e.to == edge.from).map(|e| e.from));
                nodes.push(edge.from);
            }
            nodes.extend(host);
        }
        nodes.extend(self.find(&id::route(table, first)));
        if !matches!(outcome.answer, Answer::Forward { .. }) {
            nodes.extend(self.find(&id::answer(table, first)));
        }
    }

    /// The members of a box, which stand right behind it.
    pub fn members(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let behind = self.nodes.get(of + 1..).unwrap_or_default();
        let count = behind.iter().take_while(|n| n.parent == Some(of)).count();
        of + 1..of + 1 + count
    }
}
