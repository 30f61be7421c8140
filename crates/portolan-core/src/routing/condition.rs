//! What a route or a step asks of a request beside host and path.

use super::{AddressRange, Captured, HostSet, PathMatcher, Pattern, Read, Request, Scheme};
use crate::logins::{Logins, Verdict};

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Condition {
    /// The connection's scheme.
    Scheme(Scheme),
    /// The scheme that the controller believes in: the connection's, or a header's.
    BelievedScheme(String),
    /// The port that the connection was made to.
    Port(u16),
    /// The method, upper-case as sent.
    Method(String),
    /// A header; names compare without case.
    Header {
        /// Its name.
        name: String,
        /// What its value must be.
        value: TextMatch,
    },
    /// A query parameter; names compare with case, the first occurrence counts.
    Query {
        /// Its name.
        name: String,
        /// What its value must be.
        value: TextMatch,
    },
    /// A header of which some occurrence has the value.
    AnyHeader {
        /// Its name.
        name: String,
        /// What a value must be.
        value: TextMatch,
    },
    /// A header whose occurrences, joined with commas, are the value.
    JoinedHeader {
        /// Its name.
        name: String,
        /// What the joined value must be.
        value: TextMatch,
    },
    /// A query parameter of which some occurrence has the value.
    AnyQuery {
        /// Its name.
        name: String,
        /// What a value must be.
        value: TextMatch,
    },
    /// A query parameter that is there more than once.
    RepeatedQuery(String),
    /// A cookie.
    Cookie {
        /// Its name.
        name: String,
        /// Whether names compare without case.
        any_case: bool,
        /// What its value must be.
        value: TextMatch,
    },
    /// The host, lower-case and without port, matches this expression.
    HostPattern(Pattern),
    /// The host is one of these, beside the virtual host's own pattern.
    Host(HostSet),
    /// The TLS server name is one of these; it is the host where the request does not say.
    ServerName(HostSet),
    /// The client's address is known, and lies in one of these ranges (or in none of them).
    Client {
        /// The ranges.
        ranges: Vec<AddressRange>,
        /// Whether it must lie in one of them.
        inside: bool,
    },
    /// The `Authorization` header names none of these users with its password, as far as that can be told.
    NoLogin(Logins),
    /// Nothing comes out of this rewrite of the path.
    RewrittenToNothing(Captured),
    /// The path has no usable rewrite of the kind `Rewrite::Replace`: the proxy refuses it.
    Unrewritable {
        /// The expression.
        pattern: Pattern,
        /// What stands for a match.
        with: String,
    },
    /// The request's URL, as Traefik's redirects read it, is another one once every match is replaced.
    Replaced {
        /// The expression.
        pattern: Pattern,
        /// What stands for a match; `$1` is a group.
        with: String,
    },
    /// The path matches this as well.
    Path(PathMatcher),
    /// The path in its escaped form matches this; as sent, where the proxy keeps that form.
    EscapedPath(Pattern),
    /// The path in its escaped form, with the query, matches this.
    Target(Pattern),
    /// The opposite of another condition.
    Not(Box<Condition>),
    /// At least one of these.
    AnyOf(Vec<Condition>),
    /// All of these.
    AllOf(Vec<Condition>),
}

/// What a text must be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TextMatch {
    /// Anything, as long as it is there.
    Present,
    /// This text.
    Exact(String),
    /// What this expression matches.
    Regex(Pattern),
}

impl TextMatch {
    fn matches(&self, text: &str) -> bool {
        match self {
            TextMatch::Present => true,
            TextMatch::Exact(t) => t == text,
            TextMatch::Regex(pattern) => pattern.is_match(text),
        }
    }
}

impl Condition {
    /// Whether the client's address has a say in it.
    pub(super) fn asks_for_client(&self) -> bool {
        match self {
            Condition::Client { .. } => true,
            Condition::Not(c) => c.asks_for_client(),
            Condition::AnyOf(all) | Condition::AllOf(all) => all.iter().any(Condition::asks_for_client),
            _ => false,
        }
    }

    /// Whether the request fulfils it.
    pub fn holds(&self, request: &Request, read: &Read<'_>) -> bool {
        match self {
            Condition::Scheme(s) => request.scheme == *s,
            Condition::BelievedScheme(s) => read.scheme == s,
            Condition::Port(p) => request.connection_port() == *p,
            Condition::Method(m) => request.method == *m,
            Condition::Header { name, value } => request.header(name).is_some_and(|v| value.matches(v)),
            Condition::Query { name, value } => read.query_parameter(name).is_some_and(|v| value.matches(&v)),
            Condition::AnyHeader { name, value } => request.header_values(name).any(|v| value.matches(v)),
            Condition::JoinedHeader { name, value } => match request.header_values(name).nth(1) {
                None => request.header(name).is_some_and(|v| value.matches(v)),
                Some(_) => value.matches(&request.header_values(name).collect::<Vec<_>>().join(",")),
            },
            Condition::AnyQuery { name, value } => read.query_parameters(name).any(|v| value.matches(&v)),
            Condition::RepeatedQuery(name) => read.query_parameters(name).nth(1).is_some(),
            Condition::Cookie { name, any_case, value } => {
                request.cookie_named(name, *any_case).is_some_and(|v| value.matches(v))
            }
            Condition::HostPattern(pattern) if read.dotted => pattern.is_match(&format!("{}.", read.host)),
            Condition::HostPattern(pattern) => pattern.is_match(&read.host),
            Condition::Host(hosts) => hosts.contains(&read.host),
            Condition::ServerName(names) => match &request.sni {
                Some(name) => names.contains(&name.to_ascii_lowercase()),
                None => names.contains(&read.host),
            },
            Condition::Client { ranges, inside } => {
                read.client.is_some_and(|ip| ranges.iter().any(|r| r.contains(ip)) == *inside)
            }
            Condition::NoLogin(users) => users.verdict(request.header("authorization")) == Verdict::Wrong,
            Condition::RewrittenToNothing(rewrite) => rewrite.is_empty(read),
            Condition::Unrewritable { pattern, with } => super::rewrite::is_refused(read, pattern, with),
            Condition::Replaced { pattern, with } => {
                let url = super::request_url::raw_url(request, read);
                pattern.replace_all(&url, with) != url
            }
            Condition::Path(matcher) => matcher.matches(&read.path),
            Condition::EscapedPath(pattern) => {
                pattern.is_match(read.raw.as_deref().or(read.escaped.as_deref()).unwrap_or(&read.path))
            }
            Condition::Target(pattern) => {
                let path = read.escaped.as_deref().unwrap_or(&read.path);
                match read.query {
                    Some(query) => pattern.is_match(&format!("{path}?{query}")),
                    None => pattern.is_match(path),
                }
            }
            Condition::Not(c) => !c.holds(request, read),
            Condition::AnyOf(all) => all.iter().any(|c| c.holds(request, read)),
            Condition::AllOf(all) => all.iter().all(|c| c.holds(request, read)),
        }
    }
}

/// Items with a word between them, in brackets where they hold such a list themselves.
fn list(f: &mut std::fmt::Formatter<'_>, all: &[Condition], between: &str) -> std::fmt::Result {
    for (i, condition) in all.iter().enumerate() {
        let before = if i > 0 { between } else { "" };
        match condition {
            Condition::AnyOf(_) | Condition::AllOf(_) => write!(f, "{before}({condition})")?,
            _ => write!(f, "{before}{condition}")?,
        }
    }
    Ok(())
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |f: &mut std::fmt::Formatter<'_>, what: &str, name: &str, value: &TextMatch| match value {
            TextMatch::Present => write!(f, "{what} {name} is there"),
            TextMatch::Exact(v) => write!(f, "{what} {name} is {v:?}"),
            TextMatch::Regex(pattern) => write!(f, "{what} {name} matches {pattern}"),
        };
        match self {
            Condition::Scheme(s) => write!(f, "scheme is {s}"),
            Condition::BelievedScheme(s) => write!(f, "scheme is {s}"),
            Condition::Port(p) => write!(f, "port is {p}"),
            Condition::Method(m) => write!(f, "method is {m}"),
            Condition::Header { name, value } | Condition::JoinedHeader { name, value } => {
                text(f, "header", name, value)
            }
            Condition::AnyHeader { name, value } => text(f, "some header", name, value),
            Condition::Query { name, value } => text(f, "query parameter", name, value),
            Condition::RepeatedQuery(name) => write!(f, "query parameter {name} is there more than once"),
            Condition::AnyQuery { name, value } => text(f, "some query parameter", name, value),
            Condition::NoLogin(_) => f.write_str("header authorization names no user with its password"),
            Condition::Replaced { .. } => f.write_str("the redirect leads to another URL"),
            Condition::Unrewritable { .. } => f.write_str("the path has no usable rewrite"),
            Condition::RewrittenToNothing(rewrite) => write!(f, "{} comes out empty", rewrite.shown()),
            Condition::Cookie { name, value, .. } => text(f, "cookie", name, value),
            Condition::HostPattern(pattern) => write!(f, "host matches {pattern}"),
            Condition::Host(hosts) => write!(f, "host is one of {hosts}"),
            Condition::ServerName(names) => write!(f, "TLS server name is one of {names}"),
            Condition::Client { ranges, inside } => {
                f.write_str(if *inside { "client address is in " } else { "client address is outside of " })?;
                for (i, range) in ranges.iter().enumerate() {
                    write!(f, "{}{range}", if i > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
            Condition::Path(matcher) => match matcher {
                PathMatcher::Any => f.write_str("any path"),
                PathMatcher::Exact(p) => write!(f, "path is {p}"),
                PathMatcher::StringPrefix(p) => write!(f, "path begins with {p}"),
                PathMatcher::ElementPrefix(p) => write!(f, "path is under {p}"),
                PathMatcher::Regex(pattern) => write!(f, "path matches {pattern}"),
            },
            Condition::EscapedPath(pattern) => write!(f, "path matches {pattern}"),
            Condition::Target(pattern) => write!(f, "path and query match {pattern}"),
            Condition::AnyOf(all) => list(f, all, " or "),
            Condition::AllOf(all) => list(f, all, " and "),
            Condition::Not(c) => match &**c {
                Condition::Host(hosts) => write!(f, "host is none of {hosts}"),
                Condition::ServerName(names) => write!(f, "TLS server name is none of {names}"),
                c => write!(f, "not ({c})"),
            },
        }
    }
}
