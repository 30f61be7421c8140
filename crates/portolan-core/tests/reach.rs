//! What is said of routes that never win is true of all requests, and nothing is left open where only
//! exact paths and prefixes are about.

mod tables;

use portolan_core::routing::*;
use proptest::prelude::*;
use std::collections::HashSet;

fn winners(router: &Router, request: &Request) -> Vec<RouteId> {
    match router.resolve(request) {
        Resolution::Matched { route, .. } => vec![route],
        Resolution::Tied(tied) => tied.into_iter().map(|(route, _)| route).collect(),
        Resolution::Refused | Resolution::Unmatched => Vec::new(),
    }
}

/// What each route's answer says, with each `Wins` asked for its proof.
fn reaches(router: &Router) -> Vec<Reach> {
    let reaches = Reaches::new(router);
    let all: Vec<Reach> = router.table().iter().map(|(id, _)| reaches.of(id)).collect();
    for ((id, _), reach) in router.table().iter().zip(&all) {
        match reach {
            Reach::Wins(request) => {
                assert!(winners(router, request).contains(&id), "{id:?} does not win {request:?}");
            }
            Reach::Shadowed(before) => {
                let rank = |id: &RouteId| router.table().route(*id).expect("a route").rank;
                assert!(!before.is_empty() && before.iter().all(|b| rank(b) < rank(&id)), "{before:?}");
            }
            _ => {}
        }
    }
    all
}

fn never(reach: &Reach) -> bool {
    matches!(reach, Reach::Shadowed(_) | Reach::HostTaken(_) | Reach::Nothing(_))
}

/// Requests that are near to what a route asks for.
fn near(route: &Route, table: &RouteTable, plain: &Request) -> Vec<Request> {
    let texts: Vec<String> = match &route.path {
        PathMatcher::Any => vec!["/".into(), "/q".into()],
        PathMatcher::Exact(p) | PathMatcher::StringPrefix(p) | PathMatcher::ElementPrefix(p) => {
            ["", "/", "/q", "q", "/a", "a"].iter().map(|end| format!("{p}{end}")).collect()
        }
        PathMatcher::Regex(_) => {
            ["/a", "/a/", "/A/b", "/aa/b", "/b/aa", "/a%0A", "/", "/q", "/a/a/a", "/b/b/", "/b/ab"]
                .map(String::from)
                .to_vec()
        }
        _ => Vec::new(),
    };
    let hosts = match table.host(route.host).map(|h| &h.pattern) {
        Some(HostPattern::Exact(h)) => vec![h.clone()],
        Some(
            HostPattern::OneLabel(s)
            | HostPattern::FirstLabel(s)
            | HostPattern::ManyLabels(s)
            | HostPattern::WordLabel(s),
        ) => vec![format!("q{s}"), format!("q.q{s}"), format!("b{s}"), s.clone(), format!("q!{s}")],
        Some(HostPattern::Start(s)) => vec![format!("{s}q"), format!("{s}test")],
        _ => vec!["q".into(), "b.q".into(), "a.test".into()],
    };
    let mut all = Vec::new();
    for target in &texts {
        for host in &hosts {
            let query = plain.target.split_once('?').map_or("", |(_, q)| q);
            let target = if query.is_empty() { target.clone() } else { format!("{target}?{query}") };
            all.push(Request { host: host.clone(), target, ..plain.clone() });
        }
    }
    all
}

fn cases(least: u32) -> ProptestConfig {
    ProptestConfig { cases: ProptestConfig::default().cases.max(least), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1024))]

    /// Whatever the table holds: a route that is said to never win, never wins.
    #[test]
    fn what_never_wins_never_wins(
        table in tables::table(),
        requests in prop::collection::vec(tables::request(), 1..6),
    ) {
        let router = Router::new(table);
        let all = reaches(&router);
        let mut asked: Vec<Request> = requests.clone();
        for ((_, route), reach) in router.table().iter().zip(&all) {
            if never(reach) {
                asked.extend(requests.iter().flat_map(|plain| near(route, router.table(), plain)));
            }
            if let Reach::Wins(request) = reach {
                asked.push((**request).clone());
            }
        }
        for request in &asked {
            for id in winners(&router, request) {
                let reach = &all[id.0 as usize];
                prop_assert!(!never(reach), "{:?} wins {:?}, and was said to be {:?}", id, request, reach);
            }
        }
    }
}

fn simple_path() -> BoxedStrategy<String> {
    prop::collection::vec(prop::sample::select(vec!["a", "aa", ""]), 0..3)
        .prop_map(|segments| format!("/{}", segments.join("/")))
        .boxed()
}

fn simple_matcher() -> BoxedStrategy<PathMatcher> {
    prop_oneof![
        1 => Just(PathMatcher::Any),
        3 => simple_path().prop_map(PathMatcher::Exact),
        3 => simple_path().prop_map(|p| PathMatcher::element_prefix(&p)),
        3 => simple_path().prop_map(PathMatcher::StringPrefix),
    ]
    .boxed()
}

fn simple_pattern() -> BoxedStrategy<HostPattern> {
    prop_oneof![
        prop::sample::select(vec!["a.test", "b.a.test", "other"]).prop_map(|h| HostPattern::Exact(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::OneLabel(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::FirstLabel(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::ManyLabels(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::WordLabel(h.into())),
        Just(HostPattern::Any),
    ]
    .boxed()
}

fn simple_conditions() -> BoxedStrategy<Vec<Condition>> {
    let text = || {
        prop_oneof![
            Just(TextMatch::Present),
            Just(TextMatch::Exact("1".into())),
            Just(TextMatch::Exact("2".into()))
        ]
    };
    let one = prop_oneof![
        prop::sample::select(vec!["GET", "POST"]).prop_map(|m| Condition::Method(m.into())),
        prop::sample::select(vec![Scheme::Http, Scheme::Https]).prop_map(Condition::Scheme),
        text().prop_map(|value| Condition::Header { name: "x".into(), value }),
        text().prop_map(|value| Condition::Query { name: "q".into(), value }),
        prop::collection::vec(simple_pattern(), 1..3).prop_map(|p| Condition::Host(HostSet::new(p))),
    ];
    let one = (one, any::<bool>()).prop_map(|(c, not)| if not { Condition::Not(Box::new(c)) } else { c });
    let joined = (one.clone(), one, 0..4).prop_map(|(a, b, join)| match join {
        0 => Condition::AnyOf(vec![a, b]),
        1 => Condition::AllOf(vec![a, b]),
        _ => a,
    });
    prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(joined, 1..3)].boxed()
}

/// Requests of every kind that such tables can tell apart.
fn universe() -> Vec<Request> {
    let hosts = [
        "a.test",
        "b.a.test",
        "other",
        "q.a.test",
        "q!.a.test",
        "q.q.a.test",
        ".a.test",
        "q.test",
        "q!.test",
        ".test",
        "q.q.test",
        "q.q.q.test",
        "q",
        "a.a.test",
    ];
    let mut paths = vec![String::new()];
    for depth in 0..3 {
        let deepest: Vec<String> =
            paths.iter().filter(|p| p.matches('/').count() == depth).cloned().collect();
        for segment in ["a", "aq", "aa", "aaq", "q", ""] {
            paths.extend(deepest.iter().map(|p| format!("{p}/{segment}")));
        }
    }
    paths.retain(|p| !p.is_empty());
    let mut all = Vec::new();
    for host in hosts {
        for path in &paths {
            all.push(Request::get(host, path.clone()));
        }
    }
    all
}

/// The same request with each method, scheme, header and query that makes a difference.
fn variants(plain: &Request) -> impl Iterator<Item = Request> + '_ {
    (0..54).map(move |i| {
        let mut request = plain.clone();
        request.method = ["GET", "POST", "PUT"][i % 3].into();
        match i / 3 % 3 {
            0 => {}
            n => request.headers.push(("x".into(), n.to_string())),
        }
        match i / 9 % 3 {
            0 => {}
            n => request.target = format!("{}?q={n}", request.target),
        }
        request.scheme = if i / 27 == 0 { Scheme::Http } else { Scheme::Https };
        request
    })
}

proptest! {
    #![proptest_config(cases(96))]

    /// Exact paths and prefixes, hosts with wildcards, methods, schemes, headers and queries: every
    /// route either has a request that it wins, or wins none that there is.
    #[test]
    fn nothing_is_left_open(
        table in tables::table_of(simple_pattern(), simple_matcher(), simple_conditions()),
        kinds in prop::collection::vec(any::<prop::sample::Index>(), 24),
    ) {
        let router = Router::new(table);
        let all = reaches(&router);
        for ((id, route), reach) in router.table().iter().zip(&all) {
            prop_assert!(!matches!(reach, Reach::Open(_)), "{:?} is {:?}: {:?}", id, reach, route);
        }
        let conditional = router.table().routes.iter().any(|r| !r.conditions.is_empty() || !r.steps[0].when.is_empty());
        let mut won: HashSet<RouteId> = HashSet::new();
        let universe = universe();
        for plain in &universe {
            won.extend(winners(&router, plain));
        }
        if conditional {
            for kind in &kinds {
                for plain in universe.iter().skip(kind.index(61)).step_by(61) {
                    for request in variants(plain) {
                        won.extend(winners(&router, &request));
                    }
                }
            }
        }
        for id in won {
            let reach = &all[id.0 as usize];
            prop_assert!(!never(reach), "{:?} wins, and was said to be {:?}", id, reach);
        }
    }

    /// The law's other half, with nothing but the universe to go by: without conditions, a route that
    /// wins nothing of it is reported.
    #[test]
    fn what_wins_nothing_is_reported(
        table in tables::table_of(simple_pattern(), simple_matcher(), Just(Vec::new()).boxed()),
    ) {
        let router = Router::new(table);
        let all = reaches(&router);
        let won: HashSet<RouteId> = universe().iter().flat_map(|r| winners(&router, r)).collect();
        for ((id, _), reach) in router.table().iter().zip(&all) {
            prop_assert_eq!(won.contains(&id), !never(reach), "{:?} was said to be {:?}", id, reach);
        }
    }
}
