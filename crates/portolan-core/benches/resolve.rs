//! What an answer costs: `Router::resolve` at 10, 1,000 and 100,000 rules, beside its floor (a hash
//! of the host and a hash for each `/`-prefix of the path, and nothing else) and its peer (a hash
//! of the host and a `matchit` radix tree), in one run over the same requests.
//!
//! Then the same paths as expressions of nginx on one host, beside a `RegexSet` of them. Goal: 500 ns
//! at 1,000.
//!
//! `cargo bench -p portolan-core --bench resolve`

use portolan_core::routing::*;
use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

type Hasher = hashbrown::DefaultHashBuilder;
/// Host, then path prefix, then index: what the least a router must do looks like.
type Baseline = HashMap<String, HashMap<String, usize, Hasher>, Hasher>;
type Radix = HashMap<String, matchit::Router<usize>, Hasher>;

fn main() {
    println!("{:<26}{:>10}{:>10}{:>10}{:>9}{:>9}", "", "resolve", "floor", "matchit", "/floor", "/matchit");
    for (hosts, paths) in [(2, 5), (100, 10), (10_000, 10), (1, 1_000), (1, 100_000)] {
        let rules = rules(hosts, paths);
        let requests = requests(&rules);
        let router = Router::new(table(&rules));
        let baseline = baseline(&rules);
        let radix = radix(&rules);
        // All three must agree before any of them is timed.
        for request in &requests {
            let ours = match router.resolve(request) {
                Resolution::Matched { route, .. } => Some(route.0 as usize),
                _ => None,
            };
            assert_eq!(ours, ask_baseline(&baseline, request), "{}", request.line());
            assert_eq!(ours, ask_radix(&radix, request), "{}", request.line());
        }
        let (resolve, floor, peer) = measure(
            &requests,
            [
                &|r| matches!(router.resolve(r), Resolution::Matched { .. }),
                &|r| ask_baseline(&baseline, r).is_some(),
                &|r| ask_radix(&radix, r).is_some(),
            ],
        );
        println!(
            "{:<26}{resolve:>7.1} ns{floor:>7.1} ns{peer:>7.1} ns{:>9.2}{:>9.2}",
            format!("{} rules, {hosts} host(s)", hosts * paths),
            resolve / floor,
            resolve / peer,
        );
    }
    expressions();
}

/// `/path(/|$)(.*)` for each path, as `rewrite-target` wants them, and one that only an engine can
/// tell; then one for everything.
fn expressions() {
    println!("{:<36}{:>10}{:>12}", "", "resolve", "RegexSet");
    for (paths, tail) in [(10, "(/|$)(.*)"), (1_000, "(/|$)(.*)"), (1_000, "/[0-9]+")] {
        let rules = rules(1, paths);
        let requests = requests(&rules);
        let mut table = table(&rules);
        let mut sources = Vec::new();
        for (route, (_, path)) in table.routes.iter_mut().zip(&rules) {
            let source = format!("^{path}{tail}");
            route.path = PathMatcher::Regex(Pattern::pcre(&source, true).expect("valid"));
            sources.push((route.rank, format!("(?i){source}")));
        }
        table.routes.sort_by_key(|r| r.rank);
        sources.sort();
        let mut root = table.routes[0].clone();
        root.rank = u32::try_from(paths).expect("few");
        root.path = PathMatcher::Regex(Pattern::pcre("^/", true).expect("valid"));
        table.routes.push(root);
        let sources = sources.into_iter().map(|(_, s)| s).chain(["(?i)^/".to_owned()]);
        let set = regex::bytes::RegexSetBuilder::new(sources)
            .unicode(false)
            .size_limit(1 << 28)
            .build()
            .expect("valid");
        let router = Router::new(table);
        let ask_set = |request: &Request| set.matches(request.target.as_bytes()).iter().next();
        for request in &requests {
            let Resolution::Matched { route, .. } = router.resolve(request) else {
                panic!("the last one takes all")
            };
            assert_eq!(Some(route.0 as usize), ask_set(request), "{}", request.line());
        }
        let (resolve, peer, _) = measure(
            &requests,
            [
                &|r| matches!(router.resolve(r), Resolution::Matched { .. }),
                &|r| ask_set(r).is_some(),
                &|_| true,
            ],
        );
        println!("{:<36}{resolve:>7.1} ns{peer:>9.1} ns", format!("{paths} of /path{tail}, 1 host"));
    }
}

/// Hosts and paths as clusters have them: hosts of 20 to 30 characters, paths of 2 to 4 elements.
fn rules(hosts: usize, paths: usize) -> Vec<(String, String)> {
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
fn requests(rules: &[(String, String)]) -> Vec<Request> {
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

/// Nanoseconds for one request, for each contestant: they take turns, and the best of 30 turns
/// counts, so that other work on the machine weighs on all alike.
fn measure(requests: &[Request], contestants: [&dyn Fn(&Request) -> bool; 3]) -> (f64, f64, f64) {
    let mut best = [f64::MAX; 3];
    for _ in 0..30 {
        for (best, contestant) in best.iter_mut().zip(contestants) {
            let started = Instant::now();
            let mut found = 0;
            for request in requests {
                found += usize::from(contestant(black_box(request)));
            }
            black_box(found);
            *best = best.min(started.elapsed().as_nanos() as f64 / requests.len() as f64);
        }
    }
    (best[0], best[1], best[2])
}

fn table(rules: &[(String, String)]) -> RouteTable {
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

fn baseline(rules: &[(String, String)]) -> Baseline {
    let mut hosts = Baseline::default();
    for (i, (host, path)) in rules.iter().enumerate() {
        hosts.entry(host.clone()).or_default().insert(path.clone(), i);
    }
    hosts
}

fn ask_baseline(hosts: &Baseline, request: &Request) -> Option<usize> {
    let paths = hosts.get(request.host.as_str())?;
    let mut path = request.target.as_str();
    loop {
        if let Some(&found) = paths.get(path) {
            return Some(found);
        }
        path = &path[..path.rfind('/')?];
    }
}

fn radix(rules: &[(String, String)]) -> Radix {
    let mut hosts = Radix::default();
    for (i, (host, path)) in rules.iter().enumerate() {
        let router = hosts.entry(host.clone()).or_default();
        router.insert(path.clone(), i).expect("paths differ");
        router.insert(format!("{path}/"), i).expect("paths differ");
        router.insert(format!("{path}/{{*rest}}"), i).expect("paths differ");
    }
    hosts
}

fn ask_radix(hosts: &Radix, request: &Request) -> Option<usize> {
    Some(*hosts.get(request.host.as_str())?.at(&request.target).ok()?.value)
}
