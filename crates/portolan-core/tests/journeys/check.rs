//! What holds for every journey, whatever the manifests and wherever it goes: the property tests and the
//! fuzzer try it.

use portolan_core::cluster::Cluster;
use portolan_core::journey::{self, Act, Actor, Choice, EndKind, Journey, Setting, What};

/// Follows it, twice: the same comes out, and the laws hold of it.
pub fn lawful(cluster: &Cluster, setting: &Setting, what: What<'_>) -> Journey {
    let journey = journey::travel(cluster, setting, what);
    assert_eq!(journey, journey::travel(cluster, setting, what), "the same twice");
    laws(cluster, &journey);
    journey
}

fn laws(cluster: &Cluster, journey: &Journey) {
    let hops = &journey.hops;
    let first = hops.first().expect("never empty");
    assert_eq!(first.actor, Actor::Client);
    assert!(first.arrives.is_none() && first.leaves.is_some());
    for pair in hops.windows(2) {
        assert_eq!(pair[0].leaves, pair[1].arrives, "what goes out comes in\n{journey:#?}");
    }
    let last = hops.last().expect("never empty");
    if hops.len() > 1 {
        assert!(last.leaves.is_none(), "it ends\n{journey:#?}");
        assert_eq!(
            last.act,
            match journey.end.kind {
                EndKind::Reached => Act::Receives,
                EndKind::Answered => Act::Answers,
                EndKind::Dropped => Act::Drops,
                EndKind::Refused | EndKind::Unreachable => Act::Refuses,
                EndKind::Unknown => Act::Loses,
            }
        );
    } else {
        assert_eq!(journey.end.kind, EndKind::Unreachable);
    }
    assert_eq!(journey.end.kind == EndKind::Reached, !journey.end.endpoints.is_empty(), "{journey:#?}");
    if journey.end.kind == EndKind::Reached {
        assert!(may_end_in(cluster, journey), "{journey:#?}");
    }
    assert!(!journey.end.why.is_empty());
    for hop in hops {
        assert!(!hop.text.is_empty() && !hop.id.is_empty() && !hop.title.is_empty(), "{hop:#?}");
        let Some(Choice { of, picked, .. }) = &hop.choice else { continue };
        assert!(of.len() <= Choice::MOST);
        assert!(picked.is_none_or(|p| of.get(p).is_some_and(|a| a.unavailable.is_none())), "{hop:#?}");
    }
    let worst = journey.doubts.iter().map(|d| d.certainty.clone());
    let worst = worst.fold(Default::default(), portolan_core::routing::Certainty::and);
    assert_eq!(worst, journey.certainty);
    assert!(journey.doubts.iter().all(|d| d.hop <= hops.len()), "{journey:#?}");
    // Who is asked over the internet has an address there, or one that is not known.
    assert!(hops.len() < 12, "{journey:#?}");
}

/// What a journey may end in: the ids and addresses of all endpoints of all Services, all pods and
/// workloads that hold ports, and what is outside.
fn may_end_in(cluster: &Cluster, journey: &Journey) -> bool {
    let last = journey.hops.last().expect("a hop");
    if last.actor == Actor::External {
        return true;
    }
    assert_eq!(last.actor, Actor::Pod, "only pods and what is outside receive");
    let Some(service) = &last.service else {
        // A pod that was asked for itself, or that holds a port of its node, or one that is assumed.
        return true;
    };
    let (namespace, name) = service.split_once('/').expect("namespace/name");
    let service = cluster.service(namespace, name).expect("a Service of the cluster");
    let arrived = &last.arrives.as_ref().expect("a flow").to;
    service.ports.iter().any(|port| {
        let endpoints = cluster.endpoints_of(service, port);
        // Where the manifests have no pods, one is assumed; it has no address.
        arrived.address.as_known().is_none() && endpoints.targets.is_empty()
            || endpoints.targets.iter().any(|t| {
                t.address.as_deref() == arrived.address.as_known()
                    && (t.port == arrived.port.number())
                    && (t.ready || t.terminating)
            })
    })
}
