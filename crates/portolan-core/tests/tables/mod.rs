//! Random tables and requests.

#![allow(dead_code, reason = "each test uses some of them")]

use portolan_core::routing::*;
use proptest::prelude::*;

/// Few words, so that random hosts and paths collide, nest and nearly match.
pub fn segment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "aa", "A", "", ".", "%2F", "a%0A"])
}

pub fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(segment(), 0..5).prop_map(|segments| format!("/{}", segments.join("/")))
}

pub fn host() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a.test",
        "b.a.test",
        "c.b.a.test",
        "A.test:80",
        ".a.test",
        "",
        "test",
        "other",
        "a_b.test",
        "A_b.test",
    ])
    .prop_map(str::to_owned)
}

pub fn pattern() -> impl Strategy<Value = HostPattern> {
    prop_oneof![
        prop::sample::select(vec!["a.test", "b.a.test", "other", "a_b.test", ""])
            .prop_map(|h| HostPattern::Exact(h.into())),
        prop::sample::select(vec![".a.test", ".b.a.test", ".test"])
            .prop_map(|h| HostPattern::OneLabel(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::FirstLabel(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::ManyLabels(h.into())),
        prop::sample::select(vec![".a.test", ".test"]).prop_map(|h| HostPattern::WordLabel(h.into())),
        prop::sample::select(vec!["a.", "b.a."]).prop_map(|h| HostPattern::Start(h.into())),
        prop::sample::select(vec!["^b", "a.test$"])
            .prop_map(|p| HostPattern::Regex(Pattern::pcre(p, true).expect("valid"))),
        Just(HostPattern::Any),
    ]
}

pub fn matcher() -> impl Strategy<Value = PathMatcher> {
    prop_oneof![
        Just(PathMatcher::Any),
        path().prop_map(PathMatcher::Exact),
        path().prop_map(|p| PathMatcher::element_prefix(&p)),
        path().prop_map(PathMatcher::StringPrefix),
        prop::sample::select(vec![
            "^/a",
            "(?i)a$",
            "b.",
            "^$",
            "/a(/|$)(.*)",
            "/aa/",
            "(?i)/a/b",
            "b/aa",
            "a/[ab]/a",
            "(?i)^/a(/|$)",
            "/(a|b)/b",
            "^/(a/a|b/b)",
        ])
        .prop_map(|p| PathMatcher::Regex(Pattern::re2(p).expect("valid"))),
        prop::sample::select(vec![
            "^/a",
            "^/",
            "^/A/b?",
            "^/a|b",
            "^/a/(?!b)",
            "^/aa/",
            "^/a(/|$)(.*)",
            "^/A/b(/|$)",
            "^/b/a",
            "^/aa.*",
            "^/b/[ab]+$",
            "^(/|$)",
            "^/a/.*/b",
        ])
        .prop_map(|p| PathMatcher::Regex(Pattern::pcre(p, true).expect("valid"))),
    ]
}

pub fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        Just(Condition::Method("GET".into())),
        prop::collection::vec(pattern(), 1..3).prop_map(|p| Condition::Host(HostSet::new(p))),
        prop::collection::vec(pattern(), 1..3).prop_map(|p| Condition::ServerName(HostSet::new(p))),
        Just(Condition::Scheme(Scheme::Https)),
        Just(Condition::BelievedScheme("wss".into())),
        Just(Condition::Port(8080)),
        path().prop_map(|p| Condition::Path(PathMatcher::Exact(p))),
        Just(Condition::Target(Pattern::re2("^/a.*q=").expect("valid"))),
        any::<bool>().prop_map(|inside| Condition::Client {
            ranges: vec![AddressRange::parse("10.0.0.0/8").expect("a range")],
            inside,
        }),
        Just(Condition::Header { name: "x".into(), value: TextMatch::Present }),
        Just(Condition::Query { name: "q".into(), value: TextMatch::Exact("1".into()) }),
        Just(Condition::AnyQuery { name: "q".into(), value: TextMatch::Exact("1".into()) }),
        Just(Condition::RepeatedQuery("q".into())),
        Just(Condition::AnyHeader { name: "x".into(), value: TextMatch::Exact("2".into()) }),
        Just(Condition::JoinedHeader { name: "x".into(), value: TextMatch::Exact("1,2".into()) }),
        Just(Condition::Header {
            name: "cookie".into(),
            value: TextMatch::Regex(Pattern::re2("(^|;\\s*)c=1(;|$)").expect("valid")),
        }),
        Just(Condition::Cookie { name: "c".into(), any_case: true, value: TextMatch::Exact("1".into()) }),
    ];
    let leaf = (leaf, any::<bool>()).prop_map(|(c, not)| if not { Condition::Not(Box::new(c)) } else { c });
    (leaf.clone(), leaf, 0..3).prop_map(|(a, b, join)| match join {
        0 => Condition::AnyOf(vec![a, b]),
        1 => Condition::AllOf(vec![a, b]),
        _ => a,
    })
}

pub fn conditions() -> impl Strategy<Value = Vec<Condition>> {
    prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(condition(), 1..3)]
}

pub fn table() -> impl Strategy<Value = RouteTable> {
    table_of(pattern().boxed(), matcher().boxed(), conditions().boxed())
}

/// Tables of such hosts, paths and conditions.
pub fn table_of(
    pattern: BoxedStrategy<HostPattern>,
    matcher: BoxedStrategy<PathMatcher>,
    conditions: BoxedStrategy<Vec<Condition>>,
) -> impl Strategy<Value = RouteTable> {
    let route =
        (any::<prop::sample::Index>(), matcher, conditions.clone(), 0u32..12, any::<bool>(), conditions);
    (
        prop::collection::vec(pattern, 1..6),
        prop::collection::vec(route, 0..24),
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(vec![
            Reading::AsSent,
            Reading::Go(GoReading::default()),
            Reading::Nginx(NginxReading { forwarded: true, real_ip_from: Vec::new() }),
        ]),
        prop::option::of(any::<prop::sample::Index>()),
    )
        .prop_map(|(patterns, routes, exclusive, doubtful, reading, alias)| {
            let mut unique: Vec<HostPattern> = Vec::new();
            for p in patterns {
                if !unique.contains(&p) {
                    unique.push(p);
                }
            }
            let backends = routes.len();
            RouteTable {
                controller: "test",
                reading,
                host_policy: if exclusive { HostPolicy::Exclusive } else { HostPolicy::FallThrough },
                routes: (0u32..)
                    .zip(routes)
                    .map(|(i, (host, path, conditions, rank, last_resort, when))| Route {
                        host: HostId(host.index(unique.len()) as u32),
                        path,
                        conditions,
                        rank,
                        priority: None,
                        last_resort,
                        steps: vec![Step::when(
                            when,
                            Action::Forward(Forward {
                                backends: vec![Weighted { backend: BackendId(i), weight: 1 }],
                                path: Rewrite::Keep,
                                host: None,
                            }),
                        )],
                        rule: format!("rule {i}"),
                        origin: Origin {
                            object: "Test default/test".into(),
                            field: format!("rules[{i}]"),
                            span: None,
                            note: None,
                        },
                        certainty: Certainty::Certain,
                    })
                    .collect(),
                hosts: unique
                    .into_iter()
                    .zip(0u32..)
                    .map(|(pattern, id)| VirtualHost {
                        pattern,
                        alias_of: alias
                            .filter(|_| exclusive)
                            .map(|alias| HostId(alias.index(backends.max(1)) as u32))
                            .filter(|of| of.0 < id),
                    })
                    .collect(),
                backends: (0..backends)
                    .map(|i| Backend {
                        by_address: false,
                        service: format!("default/s{i}"),
                        port: Some(80),
                        readiness: Readiness::Assumed,
                        span: None,
                    })
                    .collect(),
                fallback: Fallback { status: 404, why: "none".into(), certainty: Certainty::Certain },
                dropped: Vec::new(),
                doubts: Doubts {
                    hosts: doubtful.then(|| "hosts".into()),
                    path: doubtful.then(|| "path".into()),
                    ties: Some("tie".into()),
                    unmatched: doubtful.then(|| OpenHosts { hosts: vec![HostId(0)], reason: "open".into() }),
                },
                precedence: |winner, _, _| winner.rule.clone(),
            }
        })
}

pub fn request() -> impl Strategy<Value = Request> {
    (host(), path(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(host, path, post, https, header, query)| {
            let mut request = Request::get(host, path);
            if post {
                request.method = "POST".into();
                request.port = Some(8080);
            }
            if https {
                request.scheme = Scheme::Https;
            }
            if header {
                request.headers = vec![
                    ("X".into(), "1".into()),
                    ("x".into(), "2".into()),
                    ("Cookie".into(), "b=2; C=1".into()),
                    ("x-forwarded-proto".into(), "wss".into()),
                ];
            }
            request.client_ip = match (post, header) {
                (true, true) => None,
                (true, false) => Some([10, 1, 2, 3].into()),
                (false, _) => Some([192, 0, 2, 1].into()),
            };
            if query {
                request.target.push_str("?p=0&q=1");
            }
            request
        },
    )
}
