//! The slow and honest way: every host and every route, and why each won or lost. It shares no
//! index with [`Router::resolve`], so that one can be tested against the other.

use super::index::step_of;
use super::{
    Condition, HostId, HostPattern, HostPolicy, Outcome, PathMatcher, Read, Refusal, Request, Resolution,
    Route, RouteId, Router,
};

/// Everything that decided one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The host as the controller reads it; empty when the request names none.
    pub host: String,
    /// The path as the controller reads it.
    pub path: String,
    /// What was refused before any rule was looked at.
    pub refusal: Option<Refusal>,
    /// Every virtual host, in order of preference.
    pub hosts: Vec<HostVerdict>,
    /// Every route, the best rank first.
    pub routes: Vec<RouteVerdict>,
    /// What becomes of the request.
    pub outcome: Outcome,
}

/// What became of one virtual host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostVerdict {
    /// The virtual host.
    pub host: HostId,
    /// Whether its pattern matches.
    pub matches: bool,
    /// Whether its routes were looked at.
    pub answers: bool,
}

/// What became of one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteVerdict {
    /// The route.
    pub route: RouteId,
    /// Won, tied or lost.
    pub verdict: Verdict,
}

/// Won, tied or lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It answers the request.
    Won,
    /// It or one of equal rank answers the request.
    Tied,
    /// It does not, because …
    Lost(Why),
}

/// Why a route does not answer a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The request was refused before any rule was looked at.
    Refused,
    /// Its host pattern does not match.
    Host,
    /// A better virtual host answers alone.
    HostNotChosen(HostId),
    /// Its path does not match.
    Path,
    /// This one of its conditions does not hold.
    Condition(usize),
    /// None of its steps applies.
    NoStep,
    /// It matches, but this route goes before it.
    Outranked(RouteId),
}

impl Router {
    /// Walks every route.
    pub fn explain(&self, request: &Request) -> Trace {
        let table = self.table();
        let read = match table.reading.read(request) {
            Ok(read) => read,
            Err(refusal) => {
                let verdict = || Verdict::Lost(Why::Refused);
                return Trace {
                    host: String::new(),
                    path: String::new(),
                    refusal: Some(refusal),
                    hosts: Vec::new(),
                    routes: table
                        .iter()
                        .map(|(route, _)| RouteVerdict { route, verdict: verdict() })
                        .collect(),
                    outcome: self.outcome(request, Resolution::Refused),
                };
            }
        };
        let hosts = self.judge_hosts(&read);
        let answering: Vec<HostId> =
            hosts.iter().filter(|h| h.answers).map(|h| table.routes_of(h.host)).collect();
        let mut routes: Vec<(u32, RouteId, Result<usize, Why>)> = table
            .iter()
            .map(|(id, route)| (route.rank, id, self.judge(route, &hosts, &answering, request, &read)))
            .collect();
        routes.sort_by_key(|&(rank, id, _)| (rank, id));

        let best = routes.iter().find(|(_, _, judged)| judged.is_ok()).map(|&(rank, id, _)| (rank, id));
        let winners: Vec<(RouteId, usize)> = routes
            .iter()
            .filter(|(rank, _, _)| best.is_some_and(|(b, _)| b == *rank))
            .filter_map(|(_, id, judged)| judged.as_ref().ok().map(|&step| (*id, step)))
            .collect();
        let resolution = match winners.as_slice() {
            [] => Resolution::Unmatched,
            &[(route, step)] => Resolution::Matched { route, step },
            _ => Resolution::Tied(winners.clone()),
        };
        let routes =
            routes
                .into_iter()
                .map(|(_, route, judged)| {
                    let verdict =
                        match (judged, best) {
                            (Err(why), _) => Verdict::Lost(why),
                            (Ok(_), _) if winners.iter().any(|&(id, _)| id == route) => {
                                if winners.len() == 1 { Verdict::Won } else { Verdict::Tied }
                            }
                            (Ok(_), Some((_, winner))) => Verdict::Lost(Why::Outranked(winner)),
                            (Ok(_), None) => Verdict::Lost(Why::NoStep),
                        };
                    RouteVerdict { route, verdict }
                })
                .collect();
        Trace {
            host: read.host.to_string(),
            path: read.path.to_string(),
            refusal: None,
            hosts,
            routes,
            outcome: self.outcome(request, resolution),
        }
    }

    fn judge_hosts(&self, read: &Read<'_>) -> Vec<HostVerdict> {
        let table = self.table();
        let mut chosen = false;
        (0u32..)
            .zip(&table.hosts)
            .map(|(id, host)| {
                let matches = host.pattern.matches(&read.host);
                let answers = matches && (table.host_policy == HostPolicy::FallThrough || !chosen);
                chosen |= matches;
                HostVerdict { host: HostId(id), matches, answers }
            })
            .collect()
    }

    fn judge(
        &self,
        route: &Route,
        hosts: &[HostVerdict],
        answering: &[HostId],
        request: &Request,
        read: &Read<'_>,
    ) -> Result<usize, Why> {
        if !answering.contains(&route.host) {
            return Err(match hosts.get(route.host.0 as usize) {
                Some(HostVerdict { matches: true, .. }) => {
                    Why::HostNotChosen(answering.first().copied().unwrap_or(route.host))
                }
                _ => Why::Host,
            });
        }
        if !route.path.matches(&read.path) {
            return Err(Why::Path);
        }
        if let Some(failed) = route.conditions.iter().position(|c| !c.holds(request, read)) {
            return Err(Why::Condition(failed));
        }
        step_of(route, request, read).ok_or(Why::NoStep)
    }

    /// Says why a route lost, in a sentence that names what was compared.
    pub fn words(&self, trace: &Trace, route: RouteId, why: &Why) -> String {
        let table = self.table();
        let Some(r) = table.route(route) else { return String::new() };
        let pattern = |id: HostId| table.host(id).map(|h| h.pattern.to_string()).unwrap_or_default();
        match why {
            Why::Refused => "the request is refused before any rule is looked at".to_owned(),
            Why::Host => match table.host(r.host).map(|h| &h.pattern) {
                Some(pattern) => host_words(pattern, &trace.host),
                None => String::new(),
            },
            Why::HostNotChosen(chosen) => {
                format!("host {} is more specific and answers alone", pattern(*chosen))
            }
            Why::Path => path_words(&r.path, &trace.path),
            Why::Condition(index) => match r.conditions.get(*index) {
                Some(Condition::Scheme(scheme)) => {
                    format!("it answers {scheme} only, and the request comes by the other scheme")
                }
                Some(Condition::Port(port)) => {
                    format!("it is for port {port}, and the request comes to another")
                }
                Some(condition) => format!("the request fails its condition: {condition}"),
                None => String::new(),
            },
            Why::NoStep => "none of its steps applies to the request".to_owned(),
            Why::Outranked(winner) => match table.route(*winner) {
                Some(w) => (table.precedence)(w, r, table),
                None => String::new(),
            },
        }
    }
}

fn host_words(pattern: &HostPattern, host: &str) -> String {
    let shown = if host.is_empty() { "no host".to_owned() } else { format!("host {host}") };
    match pattern {
        HostPattern::OneLabel(suffix) | HostPattern::FirstLabel(suffix) => {
            if suffix.get(1..) == Some(host) {
                format!("*{suffix} needs a label in front; {host} itself does not match")
            } else if host.ends_with(suffix.as_str()) {
                format!("*{suffix} stands for exactly one label; {host} has more")
            } else {
                format!("{shown} does not end in {suffix}")
            }
        }
        HostPattern::WordLabel(suffix) => {
            if host.ends_with(suffix.as_str()) {
                format!(
                    "*{suffix} stands for one label of letters, digits, _ and -; {host} has something else"
                )
            } else {
                format!("{shown} does not end in {suffix}")
            }
        }
        HostPattern::Start(start) => format!("{shown} does not begin with {start} and a label"),
        HostPattern::Regex(pattern) => format!("{shown} does not match {pattern}"),
        HostPattern::ManyLabels(suffix) => format!("{shown} does not end in a label and {suffix}"),
        HostPattern::Exact(h) => format!("{shown} is not {h}"),
        HostPattern::Any => String::new(),
    }
}

fn path_words(matcher: &PathMatcher, path: &str) -> String {
    let case_only = |pattern: &str| {
        path.get(..pattern.len()).is_some_and(|start| start.eq_ignore_ascii_case(pattern) && start != pattern)
    };
    match matcher {
        PathMatcher::Exact(p) => {
            if path.trim_end_matches('/') == p.trim_end_matches('/') {
                format!("{path} is not exactly {p}: the trailing slash counts")
            } else if path.eq_ignore_ascii_case(p) {
                format!("{path} is not exactly {p}: upper and lower case differ")
            } else {
                format!("{path} is not exactly {p}")
            }
        }
        PathMatcher::ElementPrefix(p) => {
            if path.starts_with(p.as_str()) {
                format!("{path} begins with the text {p}, but its element goes on: only whole elements count")
            } else if case_only(p) {
                format!("{path} is not under {p}: upper and lower case differ")
            } else {
                format!("{path} is not under {p}")
            }
        }
        PathMatcher::StringPrefix(p) => {
            if case_only(p) {
                format!("{path} does not begin with {p}: upper and lower case differ")
            } else {
                format!("{path} does not begin with {p}")
            }
        }
        PathMatcher::Regex(pattern) => format!("{path} does not match {pattern}"),
        PathMatcher::Any => String::new(),
    }
}
