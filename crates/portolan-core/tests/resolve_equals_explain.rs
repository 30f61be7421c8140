//! The fast way and the slow way give the same answer, for any table and any request.

mod tables;

use portolan_core::routing::*;
use proptest::prelude::*;
use tables::{request, table};

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(4096), ..ProptestConfig::default() })]

    #[test]
    fn resolve_equals_explain(table in table(), requests in prop::collection::vec(request(), 1..8)) {
        let router = Router::new(table);
        for request in requests {
            let trace = router.explain(&request);
            prop_assert_eq!(router.answer(&request), trace.outcome.clone(), "request {:?}", request);
            let winners: Vec<RouteId> = trace
                .routes
                .iter()
                .filter(|r| matches!(r.verdict, Verdict::Won | Verdict::Tied))
                .map(|r| r.route)
                .collect();
            prop_assert_eq!(&winners, &trace.outcome.routes);
            // Every route has one verdict, and every loser can say why.
            prop_assert_eq!(trace.routes.len(), router.table().routes.len());
            for verdict in &trace.routes {
                if let Verdict::Lost(why) = &verdict.verdict {
                    prop_assert!(!router.words(&trace, verdict.route, why).is_empty(), "{:?}", why);
                }
            }
        }
    }

    /// Rules for a host that the request does not name never change its answer.
    #[test]
    fn an_unrelated_host_changes_nothing(table in table(), request in request()) {
        let before = Router::new(table.clone()).answer(&request);
        let mut with = table;
        let host = HostId(with.hosts.len() as u32);
        with.hosts.push(VirtualHost::new(HostPattern::Exact("unrelated.example".into())));
        let mut extra: Vec<Route> = with.routes.clone();
        for route in &mut extra {
            route.host = host;
        }
        with.routes.extend(extra);
        prop_assert_eq!(before, Router::new(with).answer(&request));
    }
}

/// Paths built to make a careless matcher slow: it must still answer at once.
#[test]
fn long_targets_stay_linear() {
    let long = "/a".repeat(500_000);
    let mut table = RouteTable {
        controller: "test",
        reading: Reading::AsSent,
        host_policy: HostPolicy::FallThrough,
        hosts: vec![VirtualHost::new(HostPattern::Any)],
        routes: Vec::new(),
        backends: Vec::new(),
        fallback: Fallback { status: 404, why: String::new(), certainty: Certainty::Certain },
        dropped: Vec::new(),
        doubts: Doubts::default(),
        precedence: |_, _, _| String::new(),
    };
    for (rank, n) in (1..200u32).rev().enumerate() {
        table.routes.push(Route {
            host: HostId(0),
            path: PathMatcher::ElementPrefix("/a".repeat(n as usize * 97)),
            conditions: vec![Condition::Method("POST".into())],
            rank: rank as u32,
            priority: None,
            last_resort: false,
            steps: vec![Step::always(Action::Respond(Respond { status: n as u16, why: String::new() }))],
            rule: String::new(),
            origin: Origin { object: "".into(), field: String::new(), span: None, note: None },
            certainty: Certainty::Certain,
        });
    }
    let router = Router::new(table);
    let started = std::time::Instant::now();
    assert_eq!(router.resolve(&Request::get("h", long)), Resolution::Unmatched);
    assert!(started.elapsed().as_secs() < 5, "took {:?}", started.elapsed());
}
