//! What an answer costs, each in one run beside what it is compared with:
//!
//! * `Router::resolve` at 10 to 100,000 rules, beside its floor (a hash of the host and a hash for each
//!   `/`-prefix of the path, and nothing else) and its peer (a hash of the host and a `matchit` radix
//!   tree). Goal: 1.5 times the floor.
//! * Regular expressions on one host, beside a `RegexSet` of them with all of `regex`'s engines. Goal:
//!   500 ns at 1,000.
//! * The same manifests under each controller, from the text to the answer.
//!
//! `cargo bench -p portolan-core --bench resolve`; a word behind `--` (`rules`, `expressions`,
//! `controllers`) runs that part alone.

mod contest;
mod controllers;
mod expressions;
mod rules;

use contest::race;
use portolan_core::routing::*;
use rules::{requests, rules, table};
use std::collections::HashMap;

type Hasher = hashbrown::DefaultHashBuilder;
/// Host, then path prefix, then index: what the least a router must do looks like.
type Baseline = HashMap<String, HashMap<String, usize, Hasher>, Hasher>;
type Radix = HashMap<String, matchit::Router<usize>, Hasher>;

fn main() {
    let parts: [(&str, fn()); 3] =
        [("rules", plain_rules), ("expressions", expressions::run), ("controllers", controllers::run)];
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    for (name, run) in parts {
        if asked.is_empty() || asked.iter().any(|a| a == name) {
            run();
            println!();
        }
    }
}

fn plain_rules() {
    println!("{:<28}{:>10}{:>10}{:>10}{:>9}{:>9}", "", "resolve", "floor", "matchit", "/floor", "/matchit");
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
        let times = race(
            &requests,
            &[
                &|r| matches!(router.resolve(r), Resolution::Matched { .. }),
                &|r| ask_baseline(&baseline, r).is_some(),
                &|r| ask_radix(&radix, r).is_some(),
            ],
        );
        println!(
            "{:<28}{:>7.1} ns{:>7.1} ns{:>7.1} ns{:>9.2}{:>9.2}",
            format!("{} rules, {hosts} host(s)", hosts * paths),
            times.best(0),
            times.best(1),
            times.best(2),
            times.ratio(0, 1),
            times.ratio(0, 2),
        );
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
