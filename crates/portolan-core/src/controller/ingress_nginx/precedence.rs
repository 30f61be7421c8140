//! Why one location went before another, in words.

use super::version::Version;
use crate::routing::{PathMatcher, Route, RouteTable};

/// How a version puts it.
pub(super) fn of(version: Version) -> fn(&Route, &Route, &RouteTable) -> String {
    if version.sorts_by_length() { by_length } else { by_text }
}

fn by_length(winner: &Route, loser: &Route, _: &RouteTable) -> String {
    say(winner, loser, "the longer the path was declared, the earlier it stands")
}

fn by_text(winner: &Route, loser: &Route, _: &RouteTable) -> String {
    say(winner, loser, "the greater the text of the path, the earlier it stands")
}

fn say(winner: &Route, loser: &Route, order: &str) -> String {
    let length = |route: &Route| match &route.path {
        PathMatcher::StringPrefix(p) => p.len(),
        _ => 1,
    };
    match (&winner.path, &loser.path) {
        _ if !winner.rule.starts_with("location") => {
            format!("{} is asked before a location is looked for", winner.rule)
        }
        (PathMatcher::Regex(_), PathMatcher::StringPrefix(_) | PathMatcher::Any) => {
            format!("{} is a regular expression, and those go before prefixes", winner.rule)
        }
        (PathMatcher::Regex(_), _) => format!(
            "{} stands before it, and the first regular expression that matches wins: {order}",
            winner.rule
        ),
        (PathMatcher::Exact(_), _) => format!("{} is exact, which ends the search", winner.rule),
        _ if length(winner) > length(loser) => format!("{} is the longer prefix", winner.rule),
        _ => format!("{} goes before it", winner.rule),
    }
}
