//! What a rule does: its filters and its backends together, as steps.

use super::Implementation;
use super::backend::{Backends, Reached};
use super::filter::{Effect, Scene};
use crate::cluster::RouteRule;
use crate::routing::{Action, Certainty, Condition, Forward, Redirect, Respond, Step, TextMatch, Weighted};

/// What becomes of the requests that one backendRef gets.
enum Share {
    Forward(Weighted, Effect),
    Redirect(u32, Redirect, Certainty),
    Respond(u32, u16, String, Certainty),
}

impl Share {
    fn weight(&self) -> u32 {
        match self {
            Share::Forward(Weighted { weight, .. }, _) => *weight,
            Share::Redirect(weight, ..) | Share::Respond(weight, ..) => *weight,
        }
    }

    fn words(&self, backends: &Backends<'_>) -> String {
        match self {
            Share::Forward(w, _) => {
                backends.list.get(w.backend).map(|b| b.service.clone()).unwrap_or_default()
            }
            Share::Redirect(_, redirect, _) => format!("a redirect with status {}", redirect.status),
            Share::Respond(_, status, why, _) => format!("status {status} ({why})"),
        }
    }
}

/// The kind of routes for gRPC.
const GRPC: &str = "GRPCRoute";

/// The steps of a rule, and how sure they are.
pub(super) fn steps<M>(
    rule: &RouteRule<M>,
    kind: &str,
    scene: Scene<'_>,
    backends: &mut Backends<'_>,
) -> (Vec<Step>, Certainty) {
    let effect = scene.apply(&rule.filters, Effect::default());
    if let Some((status, why)) = &effect.refused {
        let (status, why) = scene.failure(kind, *status, why.clone());
        let action = Action::Respond(Respond { status, why });
        return (vec![Step::always(action)], effect.certainty);
    }
    if let Some(redirect) = effect.redirect {
        return (vec![Step::always(Action::Redirect(redirect))], effect.certainty);
    }
    if let Some(status) = effect.direct {
        let why = "the filter DirectResponse answers by itself".to_owned();
        return (vec![Step::always(Action::Respond(Respond { status, why }))], effect.certainty);
    }
    let mut steps = Vec::new();
    if effect.cors {
        steps.push(preflight());
    }
    let (action, certainty) = spread(rule, kind, scene, &effect, backends);
    steps.push(Step::always(action));
    (steps, effect.certainty.and(certainty))
}

impl Scene<'_> {
    /// The status that stands for what cannot be carried out. Traefik tells gRPC clients by a gRPC
    /// status, and HTTP's is 200 then (observed on 3.7.15).
    fn failure(&self, kind: &str, status: u16, why: String) -> (u16, String) {
        match (self.implementation, kind, status) {
            (Implementation::Traefik, GRPC, 500) => {
                (200, format!("{why}; Traefik says so by the gRPC status UNAVAILABLE"))
            }
            _ => (status, why),
        }
    }
}

/// A preflight request, which a CORS filter answers.
fn preflight() -> Step {
    let present = |name: &str| Condition::Header { name: name.to_owned(), value: TextMatch::Present };
    Step {
        when: vec![
            Condition::Method("OPTIONS".to_owned()),
            present("origin"),
            present("access-control-request-method"),
        ],
        action: Action::Respond(Respond {
            // The conformance tests take 200 everywhere, and 204 in most places.
            status: 200,
            why: "the CORS filter answers preflight requests".to_owned(),
        }),
        certainty: Certainty::Likely(
            "the API leaves it open whether 200 or 204 is answered, and what to origins that are not allowed"
                .to_owned(),
        ),
        note: None,
    }
}

fn spread<M>(
    rule: &RouteRule<M>,
    kind: &str,
    scene: Scene<'_>,
    effect: &Effect,
    backends: &mut Backends<'_>,
) -> (Action, Certainty) {
    let respond = |status, why: &str| Action::Respond(Respond { status, why: why.to_owned() });
    if rule.backend_refs.is_empty() {
        // Observed on 3.7.15, whatever the filter.
        let is_empty = kind == GRPC || !rule.filters.is_empty();
        if scene.implementation == Implementation::Traefik && is_empty {
            let why = "the rule has no backendRefs: its service in Traefik is empty";
            return (respond(503, why), Certainty::Certain);
        }
        return (respond(500, "the rule has no backendRefs"), Certainty::Certain);
    }
    let mut shares: Vec<Share> = Vec::new();
    for reference in rule.backend_refs.iter().filter(|r| r.weight > 0) {
        let own = Effect { certainty: Certainty::Certain, ..effect.clone() };
        let own = scene.apply(&reference.filters, own);
        let reached = backends.reach(kind, scene.namespace, reference);
        // Traefik looks at the reference before it makes its filters (observed on 3.7.15).
        let is_broken =
            scene.implementation == Implementation::Traefik && matches!(reached, Reached::Nothing(500, ..));
        let filtered = (own.refused, own.redirect.filter(|_| !is_broken));
        shares.push(match (filtered, reached) {
            ((Some((status, why)), _), _) => Share::Respond(reference.weight, status, why, own.certainty),
            ((None, Some(redirect)), _) => Share::Redirect(reference.weight, redirect, own.certainty),
            ((refused, redirect), Reached::Service(backend, certainty)) => {
                let weighted = Weighted { backend, weight: reference.weight };
                let certainty = own.certainty.clone().and(certainty);
                Share::Forward(weighted, Effect { refused, redirect, certainty, ..own })
            }
            (_, Reached::Nothing(status, why, certainty)) => {
                let (status, why) = scene.failure(kind, status, why);
                Share::Respond(reference.weight, status, why, certainty)
            }
        });
    }
    let Some(first) = shares.first() else {
        let why = "the weights of all backendRefs are 0";
        return match scene.implementation {
            Implementation::Text => (respond(500, why), Certainty::Certain),
            Implementation::Traefik => (respond(503, why), Certainty::Certain),
        };
    };
    let mut certainty = if one_answer(&shares) { Certainty::Certain } else { by_weight(&shares, backends) };
    for share in &shares {
        certainty = certainty.and(match share {
            Share::Forward(_, effect) => effect.certainty.clone(),
            Share::Redirect(.., certainty) | Share::Respond(.., certainty) => certainty.clone(),
        });
    }
    // What the most requests get stands for all; a forward for the forwards.
    let mut main = first;
    for share in &shares {
        let forward = |s: &Share| matches!(s, Share::Forward(..));
        if (forward(share), share.weight()) > (forward(main), main.weight()) {
            main = share;
        }
    }
    let action = match main {
        Share::Redirect(_, redirect, _) => Action::Redirect(redirect.clone()),
        Share::Respond(_, status, why, _) => respond(*status, why),
        Share::Forward(_, effect) => Action::Forward(Forward {
            backends: merge(&shares),
            path: effect.path.clone(),
            host: effect.host.clone(),
        }),
    };
    (action, certainty)
}

/// The backends that get requests, each once.
fn merge(shares: &[Share]) -> Vec<Weighted> {
    let mut merged: Vec<Weighted> = Vec::new();
    for share in shares {
        let Share::Forward(weighted, _) = share else { continue };
        match merged.iter_mut().find(|w| w.backend == weighted.backend) {
            Some(known) => known.weight = known.weight.saturating_add(weighted.weight),
            None => merged.push(*weighted),
        }
    }
    merged
}

/// Whether every request gets the same answer, whichever backendRef it falls to.
fn one_answer(shares: &[Share]) -> bool {
    shares.windows(2).all(|pair| match pair {
        [Share::Forward(a, x), Share::Forward(b, y)] => {
            a.backend == b.backend && x.path == y.path && x.host == y.host
        }
        [Share::Redirect(_, a, _), Share::Redirect(_, b, _)] => a == b,
        [Share::Respond(_, a, ..), Share::Respond(_, b, ..)] => a == b,
        _ => false,
    })
}

fn by_weight(shares: &[Share], backends: &Backends<'_>) -> Certainty {
    let total: u64 = shares.iter().map(|s| u64::from(s.weight())).sum();
    let parts: Vec<String> =
        shares.iter().map(|s| format!("{} of {total} get {}", s.weight(), s.words(backends))).collect();
    Certainty::Unknowable(format!("requests are spread by weight: {}", parts.join(", ")))
}
