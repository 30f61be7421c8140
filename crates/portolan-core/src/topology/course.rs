//! The course of one request over the chart.

use super::{Chart, Layer, State, id};
use crate::routing::{Answer, Outcome, RouteTable};
use std::collections::HashSet;

/// The nodes and edges that one request takes, as indexes into a [`Chart`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Course {
    /// The nodes, ascending.
    pub nodes: Vec<usize>,
    /// The edges, ascending.
    pub edges: Vec<usize>,
}

/// What one hop of a journey passes on the chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leg {
    /// The nodes, in the order in which they are passed; empty for what is not on the chart.
    pub nodes: Vec<usize>,
    /// What might have been chosen instead of the last of them.
    pub others: Vec<usize>,
    /// Whether the packet is stopped here: dropped, refused or lost.
    pub stopped: bool,
}

impl Chart {
    /// What lies on a request's way, whichever way it came to the controller.
    pub fn course(&self, table: &RouteTable, outcome: &Outcome) -> Course {
        let mut nodes = self.inside(table, outcome);
        nodes.extend(self.find(id::CLIENT));
        // All ways to the controller, from it back.
        let mut wanted: HashSet<usize> =
            nodes.iter().copied().filter(|&n| self.layer(n) == Some(Layer::Controller)).collect();
        let mut edges: Vec<_> = self.edges.iter().collect();
        edges.sort_by_key(|e| std::cmp::Reverse(self.layer(e.from)));
        for edge in edges {
            if wanted.contains(&edge.to) && self.layer(edge.from) < Some(Layer::Controller) {
                wanted.insert(edge.from);
            }
        }
        nodes.extend(wanted);
        self.course_over(nodes)
    }

    /// The nodes of the course from the controller on.
    fn inside(&self, table: &RouteTable, outcome: &Outcome) -> HashSet<usize> {
        let mut nodes: HashSet<usize> = self.find(id::CONTROLLER).into_iter().collect();
        for &route_id in &outcome.routes {
            let Some(route) = table.route(route_id) else { continue };
            let host = self.find(&id::host(table, route.host));
            nodes.extend(host);
            nodes.extend(self.find(&id::route(table, route_id)));
            if !matches!(outcome.answer, Answer::Forward { .. }) {
                nodes.extend(self.find(&id::answer(table, route_id)));
            }
            let is_gateway = |n: usize| self.nodes.get(n).is_some_and(|n| n.id.starts_with("gateway:"));
            let into = self.edges.iter().filter(|e| Some(e.to) == host && is_gateway(e.from));
            nodes.extend(into.map(|e| e.from));
        }
        if outcome.routes.is_empty() {
            nodes.extend(self.find(id::FALLBACK));
        }
        if let Answer::Forward { targets, .. } = &outcome.answer {
            for target in targets {
                nodes.extend(self.find(&id::service(&target.service)));
                // Every ready endpoint may be the one.
                if let Some(pods) = self.find(&id::pods(&target.service)) {
                    let ready = |n: &usize| self.nodes.get(*n).is_some_and(|n| n.state != State::Failing);
                    nodes.extend(Some(pods).filter(ready));
                    nodes.extend(self.members(pods).filter(ready));
                }
            }
        }
        nodes
    }

    fn course_over(&self, nodes: HashSet<usize>) -> Course {
        let lit = |e: &super::Edge| nodes.contains(&e.from) && nodes.contains(&e.to);
        let edges = self.edges.iter().enumerate().filter(|(_, e)| lit(e)).map(|(i, _)| i).collect();
        let mut nodes: Vec<usize> = nodes.into_iter().collect();
        nodes.sort_unstable();
        Course { nodes, edges }
    }

    fn layer(&self, node: usize) -> Option<Layer> {
        self.nodes.get(node).map(|n| n.layer)
    }

    /// The members of a box, which stand right behind it.
    pub fn members(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let behind = self.nodes.get(of + 1..).unwrap_or_default();
        let count = behind.iter().take_while(|n| n.parent == Some(of)).count();
        of + 1..of + 1 + count
    }
}
