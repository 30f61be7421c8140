//! Routers: what both of Traefik's providers make, and the table that they become.

use super::view::Shown;
use crate::controller::backends::Backends;
use crate::routing::{
    Certainty, Condition, Doubts, Dropped, Fallback, HostId, HostPattern, HostPolicy, Origin, PathMatcher,
    Reading, Route, RouteTable, Scheme, Step, VirtualHost,
};
use std::cmp::Reverse;
use std::collections::HashMap;

/// What a router matches.
#[derive(Clone)]
pub(super) struct Rule {
    /// Its text.
    pub(super) text: String,
    /// Any of these hosts.
    pub(super) hosts: Vec<HostPattern>,
    /// This path.
    pub(super) path: PathMatcher,
    /// All of these conditions.
    pub(super) conditions: Vec<Condition>,
}

/// Who reaches a router.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Audience {
    pub(super) http: bool,
    pub(super) https: bool,
}

/// One router.
#[derive(Clone)]
pub(super) struct Router {
    /// Its name in Traefik. Routers of one name replace each other.
    pub(super) name: String,
    pub(super) rule: Rule,
    /// The highest goes first.
    pub(super) priority: i64,
    pub(super) audience: Audience,
    pub(super) steps: Vec<Step>,
    pub(super) origin: Origin,
    pub(super) certainty: Certainty,
    pub(super) last_resort: bool,
    /// How the API shows it.
    pub(super) shown: Shown,
}

/// The table of these routers.
pub(super) fn table(
    controller: &'static str,
    reading: Reading,
    mut routers: Vec<Router>,
    backends: Backends,
    dropped: Vec<Dropped>,
    certainty: Certainty,
) -> RouteTable {
    routers.sort_by_key(|r| Reverse(r.priority));
    let mut ids: HashMap<HostPattern, HostId> = HashMap::new();
    let mut hosts = Vec::new();
    let mut routes = Vec::with_capacity(routers.len());
    let (mut rank, mut last) = (0, None);
    for router in routers {
        if last.is_some_and(|priority| priority != router.priority) {
            rank += 1;
        }
        last = Some(router.priority);
        let scheme = match router.audience {
            Audience { http: true, https: true } => None,
            Audience { https: false, .. } => Some(Scheme::Http),
            Audience { http: false, .. } => Some(Scheme::Https),
        };
        let conditions: Vec<_> =
            scheme.map(Condition::Scheme).into_iter().chain(router.rule.conditions).collect();
        for pattern in router.rule.hosts {
            let next = HostId(hosts.len() as u32);
            let host = *ids.entry(pattern).or_insert_with_key(|pattern| {
                hosts.push(VirtualHost::new(pattern.clone()));
                next
            });
            routes.push(Route {
                host,
                path: router.rule.path.clone(),
                conditions: conditions.clone(),
                rank,
                priority: Some(router.priority),
                last_resort: router.last_resort,
                steps: router.steps.clone(),
                rule: router.rule.text.clone(),
                origin: router.origin.clone(),
                certainty: router.certainty.clone(),
            });
        }
    }
    RouteTable {
        controller,
        reading,
        host_policy: HostPolicy::FallThrough,
        hosts,
        routes,
        backends: backends.into_list(),
        fallback: Fallback { status: 404, why: "no router matches".to_owned(), certainty },
        dropped,
        doubts: Doubts {
            ties: Some(
                "the routers have the same priority, and Traefik keeps such routers in no fixed order"
                    .to_owned(),
            ),
            ..Doubts::default()
        },
        precedence,
    }
}

fn precedence(winner: &Route, loser: &Route, _table: &RouteTable) -> String {
    let (won, lost) = (winner.priority.unwrap_or_default(), loser.priority.unwrap_or_default());
    if loser.last_resort {
        return format!("a default backend has the lowest priority, {lost}, and {} matches", winner.rule);
    }
    let why = |route: &Route, priority: i64| match i64::try_from(route.rule.len()) {
        Ok(length) if length == priority => format!("{priority} (the length of its rule)"),
        _ => format!("{priority} (set for it)"),
    };
    format!("{} has priority {}, this one {}", winner.rule, why(winner, won), why(loser, lost))
}
