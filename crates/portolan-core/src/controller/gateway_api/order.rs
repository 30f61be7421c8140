//! The API's own order of precedence, and its words.

use super::hostname::specificity;
use crate::routing::{Condition, HostPattern, PathMatcher, Route, RouteTable};
use std::cmp::Reverse;

/// The lesser goes first.
pub(super) type TextKey<'c> =
    ((u8, Reverse<usize>), Reverse<[usize; 5]>, (i64, &'c str, &'c str), usize, usize);

/// How many conditions of a route are about the method, headers, query parameters.
fn counts(route: &Route) -> (usize, usize, usize) {
    let mut counts = (0, 0, 0);
    for condition in &route.conditions {
        match condition {
            Condition::Method(_) => counts.0 += 1,
            Condition::JoinedHeader { .. } => counts.1 += 1,
            Condition::Query { .. } => counts.2 += 1,
            _ => {}
        }
    }
    counts
}

/// The path of a rule as written: `PathPrefix /foo/, header x=1` has `/foo/`.
fn path(route: &Route) -> &str {
    let (_, rest) = route.rule.split_once(' ').unwrap_or(("", ""));
    rest.split_once(", ").map_or(rest, |(path, _)| path)
}

/// Why the first of two routes goes before the second.
pub(super) fn words(winner: &Route, loser: &Route, table: &RouteTable) -> String {
    if loser.last_resort {
        return "it is for requests that no rule of the listener matches".to_owned();
    }
    if matches!(winner.path, PathMatcher::Any) && winner.origin.object.starts_with("Gateway ") {
        return "requests that do not belong to the connection's listener are refused first".to_owned();
    }
    let host = |r: &Route| table.host(r.host).map_or(HostPattern::Any, |h| h.pattern.clone());
    let (won, lost) = (host(winner), host(loser));
    if specificity(&won) != specificity(&lost) {
        return format!("hostname {won} is more specific than {lost}");
    }
    let exact = |r: &Route| matches!(r.path, PathMatcher::Exact(_));
    if exact(winner) && !exact(loser) {
        return "an Exact path goes before all others".to_owned();
    }
    let kind = |r: &Route| r.rule.split(' ').next().unwrap_or_default().to_owned();
    if kind(winner) != kind(loser) {
        return format!("{} goes before {} here; the API leaves that open", kind(winner), kind(loser));
    }
    let length = |r: &Route| path(r).chars().count();
    if !exact(winner) && length(winner) > length(loser) {
        return format!("{} is the longer one", path(winner));
    }
    let ((method, headers, queries), (their_method, their_headers, their_queries)) =
        (counts(winner), counts(loser));
    if method > their_method {
        return "a match with a method goes before one without".to_owned();
    }
    if headers > their_headers {
        return format!("it matches more headers: {headers}, not {their_headers}");
    }
    if queries > their_queries {
        return format!("it matches more query parameters: {queries}, not {their_queries}");
    }
    if winner.origin.object == loser.origin.object {
        return "of equal matches in one route the first rule goes before".to_owned();
    }
    format!("{} is older, or of the same age and first by name", winner.origin.object)
}
