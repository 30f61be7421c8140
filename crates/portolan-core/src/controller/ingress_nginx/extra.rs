//! Routes that no Ingress asked for: nginx' trailing slashes, and the default server's own locations.

use super::context::Context;
use super::locations::{Kind, Printed};
use super::model::{DEFAULT_SERVER, Server};
use super::steps::{absolute, respond};
use super::table::{certainty, nowhere};
use crate::routing::{
    Action, AddressRange, Certainty, Condition, HostId, Origin, Part, PathMatcher, Redirect, Route, Step,
    Template,
};

/// The redirects that nginx adds: a request that lacks only the trailing slash of a location.
pub(super) fn added_slashes(server: &Server, printed: &[Printed], host: HostId) -> Vec<Route> {
    // A location of just that path answers, `/` beside `//` among them.
    let mut done: std::collections::HashSet<&str> =
        printed.iter().filter(|p| p.kind != Kind::Regex).map(|p| p.path.as_str()).collect();
    let mut routes = Vec::new();
    let proxies = |p: &&Printed| p.kind != Kind::Regex && p.location.annotations.denied.is_none();
    for p in printed.iter().filter(proxies) {
        let Some(without) = p.path.strip_suffix('/').filter(|w| !w.is_empty()) else { continue };
        let taken = server.host == DEFAULT_SERVER && (without == "/healthz" || without == "/nginx_status");
        if taken || !done.insert(without) {
            continue;
        }
        let mut escaped = String::new();
        for &byte in p.path.as_bytes() {
            if byte <= b' ' || byte >= 0x7F || b"\"#%<>?\\^`{|}".contains(&byte) {
                escaped.push_str(&format!("%{byte:02X}"));
            } else {
                escaped.push(char::from(byte));
            }
        }
        let annotations = &p.location.annotations;
        let rest = vec![Part::Text(escaped), Part::MatchedQuery];
        let location = if annotations.relative_redirects { Template(rest) } else { absolute(rest) };
        routes.push(Route {
            host,
            path: PathMatcher::Exact(without.to_owned()),
            conditions: Vec::new(),
            rank: 0,
            priority: None,
            last_resort: false,
            steps: vec![Step::always(Action::Redirect(Redirect { status: 301, location }))],
            rule: p.opening(),
            origin: Origin {
                note: Some("nginx sends a request that lacks the location's trailing slash to it".to_owned()),
                ..p.location.origin.clone()
            },
            certainty: certainty(p),
        });
    }
    routes
}

/// The locations of the default server that no Ingress asked for.
pub(super) fn built_in(cx: &Context, host: HostId) -> Vec<Route> {
    let local: Vec<AddressRange> =
        ["127.0.0.1", "::1"].iter().filter_map(|a| AddressRange::parse(a)).collect();
    let from_here = vec![Condition::Client { ranges: local, inside: true }];
    let health = vec![respond(200, "nginx itself says that it is well".to_owned())];
    let status = vec![
        Step { when: from_here, ..respond(200, "nginx itself says what it does".to_owned()) },
        respond(403, "only nginx' own machine may ask".to_owned()),
    ];
    let route = |path: &str, steps: Vec<Step>| Route {
        host,
        path: PathMatcher::StringPrefix(path.to_owned()),
        conditions: Vec::new(),
        rank: 0,
        priority: None,
        last_resort: true,
        steps,
        rule: format!("location {path}"),
        origin: Origin { note: Some("ingress-nginx adds it to its default server".to_owned()), ..nowhere() },
        certainty: Certainty::Certain,
    };
    vec![route(&cx.config.health_check_path, health), route("/nginx_status", status)]
}
