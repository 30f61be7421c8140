//! Traefik's provider kubernetesGateway, where it differs from the API.
//!
//! Source: traefik/traefik `pkg/provider/kubernetes/gateway/httproute.go` (`buildMatchRule`,
//! `buildPathRule`, `buildHostRule`), observed on 3.7.15. Every match on every listener becomes a
//! router with a rule text and a priority; the greatest priority wins, whatever its host:
//!
//! * path: Exact 100000, PathPrefix `/` 1, other PathPrefix and RegularExpression 10000 and 100 for
//!   each byte; method 1000; each header 100; each query parameter 10; the longest hostname's bytes;
//! * further, the number of rules of the route less the rule's place, so that earlier rules go first;
//! * equal priorities are in no order. Routers with the same rule text on one entry point are
//!   decided by age and name: the later ones are left out.
//!
//! A path that a filter puts in is not escaped yet: its `?`, `#` and `%` stand for themselves. A rule
//! with filters and without backends answers 503, one without either 500, and so does a URLRewrite
//! that rewrites nothing.
//!
//! Listeners are not isolated: all routers of an entry point stand in one list. A wildcard hostname
//! is `[a-z0-9-\.]+`, so that a host with an underscore does not match it, nor one with
//! a dot at its end, which a name takes.

use super::listener::Live;
use crate::cluster::{GrpcMatch, HttpMatch, PathMatchType};
use crate::routing::{HostPattern, Route, RouteTable};

/// A router's priority, but for its rule's place.
pub(super) fn priority(spec: &HttpMatch, hosts: &[HostPattern]) -> u64 {
    let by_length = 10_000 + 100 * spec.path.len();
    let path = match spec.path_type {
        PathMatchType::Exact => 100_000,
        PathMatchType::PathPrefix if spec.path == "/" => 1,
        PathMatchType::PathPrefix | PathMatchType::RegularExpression => by_length,
    };
    let method = if spec.method.is_some() { 1000 } else { 0 };
    let values = 100 * spec.headers.len() + 10 * spec.query_params.len();
    let host = hosts.iter().map(|h| hostname(h).len()).max().unwrap_or(0);
    (path + method + values + host) as u64
}

/// The hostname of a pattern, empty for every host.
fn hostname(pattern: &HostPattern) -> String {
    match pattern {
        HostPattern::Any => String::new(),
        pattern => pattern.to_string(),
    }
}

/// The rule text of a router.
pub(super) fn rule(spec: &HttpMatch, hosts: &[HostPattern]) -> String {
    let mut parts = Vec::new();
    let hosts: Vec<String> = hosts.iter().filter_map(host_rule).collect();
    match hosts.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        several => parts.push(format!("({})", several.join(" || "))),
    }
    let path = spec.path.as_str();
    parts.push(match spec.path_type {
        PathMatchType::Exact => format!("Path(`{path}`)"),
        PathMatchType::PathPrefix if path == "/" => "PathPrefix(`/`)".to_owned(),
        PathMatchType::PathPrefix => {
            let path = path.strip_suffix('/').unwrap_or(path);
            format!("(Path(`{path}`) || PathPrefix(`{path}/`))")
        }
        PathMatchType::RegularExpression => format!("PathRegexp(`{path}`)"),
    });
    parts.extend(spec.method.iter().map(|m| format!("Method(`{m}`)")));
    let values = |name: &str, list: &[crate::cluster::ValueMatch]| {
        list.iter()
            .map(|v| format!("{name}{}(`{}`,`{}`)", if v.regex { "Regexp" } else { "" }, v.name, v.value))
            .collect::<Vec<_>>()
    };
    parts.extend(values("Header", &spec.headers));
    parts.extend(values("Query", &spec.query_params));
    parts.join(" && ")
}

fn host_rule(pattern: &HostPattern) -> Option<String> {
    match pattern {
        HostPattern::Exact(host) => Some(format!("Host(`{host}`)")),
        pattern => wildcard(pattern).map(|expression| format!("HostRegexp(`{expression}`)")),
    }
}

/// The expression that a wildcard hostname becomes.
pub(super) fn wildcard(pattern: &HostPattern) -> Option<String> {
    match pattern {
        HostPattern::ManyLabels(suffix) => {
            let suffix = suffix.strip_prefix('.').unwrap_or(suffix).replace('.', "\\.");
            Some(format!("^[a-z0-9-\\.]+\\.{suffix}$"))
        }
        _ => None,
    }
}

/// The entry point of a listener: its port, and whether it speaks TLS.
pub(super) fn entry_point(live: &Live<'_>) -> (u16, bool) {
    (live.listener.port.value, live.scheme == Some(crate::routing::Scheme::Https))
}

/// Why the first of two routers goes before the second.
pub(super) fn words(winner: &Route, loser: &Route, _: &RouteTable) -> String {
    let of = |r: &Route| r.priority.unwrap_or(0);
    format!("priority {} goes before priority {}", of(winner), of(loser))
}

/// The priority and the rule text for a gRPC match.
pub(super) fn grpc_router(spec: &GrpcMatch, text: &str, hosts: &[HostPattern]) -> (u64, String) {
    let characters = |part: &Option<String>| part.as_ref().map_or(0, |p| p.len());
    let method = match (characters(&spec.service), characters(&spec.method)) {
        (0, 0) => 1,
        (service, method) => 10_000 + 100 * (service + method),
    };
    let host = hosts.iter().map(|h| hostname(h).len()).max().unwrap_or(0);
    let hosts: Vec<String> = hosts.iter().filter_map(host_rule).collect();
    let priority = (method + 100 * spec.headers.len() + host) as u64;
    (priority, [hosts.join(" || ").as_str(), text].join(" && "))
}
