//! Rules, requests and tables to measure with.

use portolan_core::routing::*;
use std::collections::HashMap;

/// Hosts and paths as clusters have them: hosts of 20 to 30 characters, paths of 2 to 4 elements.
pub fn rules(hosts: usize, paths: usize) -> Vec<(String, String)> {
    let words = ["api", "v1", "users", "orders", "static", "assets", "admin", "search", "cart", "checkout"];
    let mut rules = Vec::new();
    for h in 0..hosts {
        for p in 0..paths {
            let word = |i: usize| words[(p / 7 + i * 3 + h) % words.len()];
            let path = match p % 3 {
                0 => format!("/{}{p}/{}", word(0), word(1)),
                1 => format!("/{}/{}{p}/{}", word(0), word(1), word(2)),
                _ => format!("/{}/{}/{}{p}/{}", word(0), word(1), word(2), word(3)),
            };
            rules.push((format!("service-{h}.shop.example.com"), path));
        }
    }
    rules
}

/// 4,096 requests in a fixed shuffled order: three of four under a rule, the rest beside it.
pub fn requests(rules: &[(String, String)]) -> Vec<Request> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    (0..4096)
        .map(|i| {
            let (host, path) = &rules[next() % rules.len()];
            let target = match i % 4 {
                0 => path.clone(),
                1 => format!("{path}/"),
                2 => format!("{path}/42/details"),
                _ => format!("/nothing{path}"),
            };
            Request::get(host.clone(), target)
        })
        .collect()
}

/// The rules as element prefixes, the longest first.
pub fn table(rules: &[(String, String)]) -> RouteTable {
    let mut hosts: Vec<VirtualHost> = Vec::new();
    let mut ids: HashMap<&str, HostId> = HashMap::new();
    let mut ranks: Vec<usize> = (0..rules.len()).collect();
    ranks.sort_by_key(|&i| std::cmp::Reverse(rules[i].1.len()));
    let mut rank_of = vec![0; rules.len()];
    for (rank, &i) in ranks.iter().enumerate() {
        rank_of[i] = rank as u32;
    }
    let routes = rules
        .iter()
        .enumerate()
        .map(|(i, (host, path))| Route {
            host: *ids.entry(host).or_insert_with(|| {
                hosts.push(VirtualHost::new(HostPattern::Exact(host.clone())));
                HostId(hosts.len() as u32 - 1)
            }),
            path: PathMatcher::element_prefix(path),
            conditions: Vec::new(),
            rank: rank_of[i],
            priority: None,
            last_resort: false,
            steps: vec![Step::always(Action::Respond(Respond { status: 200, why: String::new() }))],
            rule: String::new(),
            origin: Origin { object: "".into(), field: String::new(), span: None, note: None },
            certainty: Certainty::Certain,
        })
        .collect();
    RouteTable {
        controller: "bench",
        reading: Reading::AsSent,
        host_policy: HostPolicy::FallThrough,
        hosts,
        routes,
        backends: Vec::new(),
        fallback: Fallback { status: 404, why: String::new(), certainty: Certainty::Certain },
        dropped: Vec::new(),
        doubts: Doubts::default(),
        precedence: |_, _, _| String::new(),
    }
}
