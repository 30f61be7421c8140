//! What listeners answer by themselves: misdirected requests, and hosts that a less specific listener
//! must not have.

use super::hostname::{covers, specificity};
use super::listener::Live;
use super::table::{Compiler, Draft, Place, entrance};
use crate::routing::{
    Action, Certainty, Condition, HostId, HostPattern, HostSet, Origin, PathMatcher, Respond, Route, Scheme,
    Step,
};
use std::collections::HashMap;

impl<'c> Compiler<'c, '_> {
    /// What listeners answer by themselves: misdirected requests, and hosts that a less specific
    /// listener must not have.
    pub fn guard_listeners(&mut self) {
        let mut on_port: HashMap<(usize, u16, Scheme), Vec<usize>> = HashMap::new();
        for (i, live) in self.listeners.list.iter().enumerate().filter(|(_, l)| l.down.is_none()) {
            let Some(scheme) = live.scheme else { continue };
            on_port.entry((live.gateway.meta.index, live.listener.port.value, scheme)).or_default().push(i);
        }
        let mut groups: Vec<_> = on_port.into_iter().collect();
        groups.sort_unstable_by_key(|&((index, port, scheme), _)| (index, port, scheme == Scheme::Https));
        for ((_, _, scheme), group) in groups {
            let hosts: Vec<HostPattern> =
                group.iter().filter_map(|&i| self.listeners.list.get(i)).map(|l| l.host.clone()).collect();
            for &i in &group {
                let Some(live) = self.listeners.list.get(i) else { continue };
                if scheme == Scheme::Https {
                    self.guard_names(live, &hosts);
                }
                let wider = |&j: &usize| {
                    let served = self.served.get(j) == Some(&true);
                    served
                        && self
                            .listeners
                            .list
                            .get(j)
                            .is_some_and(|l| l.host != live.host && covers(&l.host, &live.host))
                };
                if group.iter().any(wider) {
                    self.guard_rest(live);
                }
            }
        }
    }

    /// Refuses requests on connections whose server name belongs to another listener.
    fn guard_names(&mut self, live: &Live<'c>, hosts: &[HostPattern]) {
        let open =
            "421 for misdirected requests is an Extended feature; without it the Host header alone decides";
        let misdirected = Action::Respond(Respond {
            status: 421,
            why: format!(
                "the connection's TLS server name belongs to another listener than the host, which belongs to {}",
                live.title()
            ),
        });
        let own = HostSet::new(vec![live.host.clone()]);
        let all = HostSet::new(hosts.to_vec());
        let mut guards = Vec::new();
        if live.has_siblings && live.host != HostPattern::Any {
            let not_own = Condition::Not(Box::new(Condition::ServerName(own.clone())));
            guards.push((vec![not_own, Condition::ServerName(all.clone())], misdirected.clone(), open));
        }
        if let Some(better) = &live.better {
            guards.push((vec![Condition::ServerName(better.clone())], misdirected, open));
        }
        if !hosts.contains(&HostPattern::Any) {
            let unknown = Action::Respond(Respond {
                status: 404,
                why: "no listener on the port has the connection's TLS server name".to_owned(),
            });
            let open =
                "without a certificate for the server name the TLS handshake may fail before any request";
            guards.push((vec![Condition::Not(Box::new(Condition::ServerName(all)))], unknown, open));
        }
        for (conditions, action, open) in guards {
            let route =
                self.guard(live, conditions, action, "requests of other listeners' connections", open);
            let port = live.listener.port.value;
            self.drafts.push(Draft {
                host: live.host.clone(),
                place: Place::Guard(0),
                port,
                created: true,
                route,
            });
        }
    }

    /// Answers for a listener what none of its rules matches, where a less specific one has routes.
    fn guard_rest(&mut self, live: &Live<'c>) {
        let action = Action::Respond(Respond {
            status: 404,
            why: format!("the host belongs to {}, and no rule attached to it matches", live.title()),
        });
        let open = "HTTP listener isolation is an Extended feature; without it routes of less specific listeners are tried";
        let mut route = self.guard(live, Vec::new(), action, "requests that no rule matches", open);
        route.last_resort = true;
        let place = Place::Rest(specificity(&live.host));
        let port = live.listener.port.value;
        self.drafts.push(Draft { host: live.host.clone(), place, port, created: true, route });
    }

    fn guard(
        &self,
        live: &Live<'c>,
        conditions: Vec<Condition>,
        action: Action,
        rule: &str,
        open: &str,
    ) -> Route {
        let mut all = entrance(live);
        all.extend(conditions);
        Route {
            host: HostId(0),
            path: PathMatcher::Any,
            conditions: all,
            rank: 0,
            priority: None,
            last_resort: false,
            steps: vec![Step::always(action)],
            rule: rule.to_owned(),
            origin: Origin {
                object: live.owner.title().into(),
                field: format!("spec.listeners[{}]", live.place),
                span: Some(live.listener.span),
                note: Some("each listener takes its own hosts only".to_owned()),
            },
            certainty: Certainty::Likely(open.to_owned()),
        }
    }
}
