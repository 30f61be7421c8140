//! Regular expressions on one host: families of them as ingress-nginx writes them (anchored, without
//! case, the longest first) and as people write them for Traefik's `PathRegexp` (anywhere, with case).

use crate::contest::race;
use crate::rules::{requests, rules, table};
use portolan_core::routing::*;

/// A family: what it is called, whose it is, what surrounds each path, and a path's end under it.
struct Family {
    name: &'static str,
    flavour: Flavour,
    /// One for each path in turn; `@` stands for the path.
    sources: &'static [&'static str],
    /// What is appended to each path to hit its expression.
    hits: &'static [&'static str],
}

const FAMILIES: [Family; 6] = [
    Family {
        name: "nginx ^@(/|$)(.*)",
        flavour: Flavour::Pcre,
        sources: &["^@(/|$)(.*)"],
        hits: &["", "/", "/42/details"],
    },
    Family {
        name: "nginx ^@/[0-9]+",
        flavour: Flavour::Pcre,
        sources: &["^@/[0-9]+"],
        hits: &["/1", "/42/details"],
    },
    Family {
        name: "nginx, mixed",
        flavour: Flavour::Pcre,
        sources: &[
            "^@(/|$)(.*)",
            "^@/[0-9]+",
            r"^@/[^/]+\.(png|jpe?g|css)$",
            "^@/(?!internal)[a-z0-9]+",
            r"^@/v\d{1,3}/[a-z-]+/?$",
            "^@.*",
        ],
        hits: &["/42", "/logo.png", "/v12/some-thing", "/details"],
    },
    Family {
        name: "traefik @/[0-9]+",
        flavour: Flavour::Re2,
        sources: &["@/[0-9]+"],
        hits: &["/1", "/42/details"],
    },
    Family {
        name: "traefik ^/(en|de|fr)@(/.*)?$",
        flavour: Flavour::Re2,
        sources: &["^/(en|de|fr)@(/.*)?$"],
        hits: &["", "/42/details"],
    },
    Family {
        name: "traefik, mixed",
        flavour: Flavour::Re2,
        sources: &[
            r"^@/([a-z]+|\d+)$",
            "(?i)@",
            r"@/[^/]+\.(png|css)$",
            "^@(/.*)?$",
            "@/v[0-9]+/(list|item)",
        ],
        hits: &["/42", "/logo.png", "/v1/list", ""],
    },
];

pub fn run() {
    println!("{:<34}{:>7}{:>10}{:>10}{:>13}{:>9}", "expressions", "", "hit", "miss", "RegexSet", "compile");
    for family in &FAMILIES {
        for count in [10, 100, 1_000, 10_000] {
            measure(family, count);
        }
    }
}

fn measure(family: &Family, count: usize) {
    let rules = rules(1, count);
    let started = std::time::Instant::now();
    let mut table = table(&rules);
    let in_front = if family.sources[0].contains("(en|de|fr)") { "/de" } else { "" };
    let mut sources = Vec::new();
    for (at, (route, (_, path))) in table.routes.iter_mut().zip(&rules).enumerate() {
        let source = family.sources[at % family.sources.len()].replace('@', path);
        route.path = PathMatcher::Regex(compile(&source, family.flavour));
        sources.push((route.rank, source));
    }
    table.routes.sort_by_key(|r| r.rank);
    sources.sort();
    let mut root = table.routes[0].clone();
    root.rank = u32::try_from(count).expect("few");
    root.path = PathMatcher::Regex(compile("^/", family.flavour));
    table.routes.push(root);
    table.reading = match family.flavour {
        Flavour::Pcre => Reading::Nginx(NginxReading::default()),
        _ => Reading::Go(GoReading::default()),
    };
    let router = Router::new(table);
    let compiled = started.elapsed();

    // Under each path what some expression of the family asks for; and beside all of them.
    let (mut hits, mut misses) = (Vec::new(), Vec::new());
    for (at, request) in requests(&rules).into_iter().enumerate() {
        let (host, path) = &rules[at * 7919 % rules.len()];
        let hit = format!("{in_front}{path}{}", family.hits[at % family.hits.len()]);
        hits.push(Request::get(host.clone(), hit));
        if request.target.starts_with("/nothing") {
            misses
                .push(Request::get(host.clone(), request.target.replace(|c: char| c.is_ascii_digit(), "x")));
        }
    }
    let first = |request: &Request| match router.resolve(request) {
        Resolution::Matched { route, .. } => route.0 as usize,
        _ => panic!("the last one takes all"),
    };
    // The set takes what `regex` reads: no look-around.
    let sources: Vec<String> = sources.into_iter().map(|(_, s)| s).chain(["^/".to_owned()]).collect();
    let with_set = count <= 1_000 && !sources.iter().any(|s| s.contains("(?!"));
    let set = with_set.then(|| {
        regex::bytes::RegexSetBuilder::new(&sources)
            .unicode(false)
            .case_insensitive(family.flavour == Flavour::Pcre)
            .size_limit(1 << 28)
            .dfa_size_limit(1 << 26)
            .build()
            .expect("valid")
    });
    let in_set =
        |request: &Request| set.as_ref().and_then(|s| s.matches(request.target.as_bytes()).iter().next());
    if set.is_some() {
        for request in hits.iter().chain(&misses).take(512) {
            assert_eq!(Some(first(request)), in_set(request), "{}", request.line());
        }
    }
    let hit = race(&hits, &[&|r| first(r) < count, &|r| in_set(r).is_some()]);
    let miss = race(&misses, &[&|r| first(r) < count]);
    let found = hits.iter().filter(|r| first(r) < count).count() * 100 / hits.len();
    println!(
        "{:<34}{count:>7}{:>7.0} ns{:>7.0} ns{:>13}{:>6.1} ms   {found} % found",
        family.name,
        hit.best(0),
        miss.best(0),
        if with_set { format!("{:.0} ns", hit.best(1)) } else { "-".to_owned() },
        compiled.as_secs_f64() * 1e3,
    );
}

fn compile(source: &str, flavour: Flavour) -> Pattern {
    match flavour {
        Flavour::Pcre => Pattern::pcre(source, true),
        _ => Pattern::re2(source),
    }
    .unwrap_or_else(|e| panic!("{source}: {e}"))
}
