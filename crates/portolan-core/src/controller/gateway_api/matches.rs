//! Matches of HTTPRoutes and GRPCRoutes in the terms of a route table.

use super::Implementation;
use crate::cluster::{GrpcMatch, HttpMatch, PathMatchType, ValueMatch};
use crate::routing::{Certainty, Condition, PathMatcher, TextMatch};
use std::fmt::Write;

/// A match, and what its precedence is reckoned from.
pub(super) struct Match {
    pub path: PathMatcher,
    /// The path as written; empty for gRPC methods.
    pub value: String,
    pub conditions: Vec<Condition>,
    /// What goes before what, the greater first: see [`http`] and [`grpc`].
    pub weight: [usize; 5],
    /// In the API's own words.
    pub text: String,
    pub certainty: Certainty,
}

const DIALECT: &str = "the dialect and the precedence of regular expressions are the implementation's; read here as RE2, searched for anywhere, after Exact and before PathPrefix";

/// Weights: kind of path (Exact, RegularExpression, PathPrefix), characters of a prefix or
/// expression, method, headers, query parameters.
///
/// # Errors
/// Why no implementation can use the match.
pub(super) fn http(spec: &HttpMatch, implementation: Implementation) -> Result<Match, String> {
    let mut certainty = Certainty::Certain;
    let length = spec.path.chars().count();
    let (path, rank) = match spec.path_type {
        PathMatchType::Exact => (PathMatcher::Exact(spec.path.clone()), (2, 0)),
        PathMatchType::PathPrefix => (PathMatcher::element_prefix(&spec.path), (0, length)),
        PathMatchType::RegularExpression => {
            certainty = certainty.and(dialect(implementation));
            (super::regex::path(&spec.path)?, (1, length))
        }
    };
    let mut text = format!("{} {}", spec.path_type.as_str(), spec.path);
    let mut conditions = Vec::new();
    if let Some(method) = &spec.method {
        let _ = write!(text, ", method {method}");
        conditions.push(Condition::Method(method.clone()));
    }
    let headers = headers(&spec.headers, implementation, &mut conditions, &mut text, &mut certainty)?;
    for query in &spec.query_params {
        let (value, sign) = value(query, implementation, &mut certainty)?;
        let _ = write!(text, ", query {}{sign}{}", query.name, query.value);
        let name = query.name.clone();
        conditions.push(match implementation {
            Implementation::Text => Condition::Query { name, value },
            Implementation::Traefik => Condition::AnyQuery { name, value },
        });
    }
    Ok(Match {
        path,
        value: spec.path.clone(),
        conditions,
        weight: [rank.0, rank.1, usize::from(spec.method.is_some()), headers, spec.query_params.len()],
        text,
        certainty,
    })
}

/// Weights: characters of the service, of the method, headers.
///
/// # Errors
/// Why no implementation can use the match.
pub(super) fn grpc(spec: &GrpcMatch, implementation: Implementation) -> Result<Match, String> {
    let mut certainty = Certainty::Likely(
        "gRPC clients see a gRPC status in place of an HTTP one: UNIMPLEMENTED for 404, UNAVAILABLE for 500 and 503"
            .to_owned(),
    );
    if spec.regex {
        certainty = certainty.and(dialect(implementation));
    }
    let (service, method) = (spec.service.as_deref(), spec.method.as_deref());
    let quoted = |part: Option<&str>| match part {
        Some(part) if spec.regex => part.to_owned(),
        Some(part) => super::regex::quote(part),
        None => "[^/]+".to_owned(),
    };
    let path = match (service, method, spec.regex) {
        (None, None, _) => PathMatcher::Any,
        // buildGRPCMethodRule: an expression that is neither anchored nor escaped.
        _ if implementation == Implementation::Traefik => {
            let [service, method] = [service, method].map(|part| part.unwrap_or("[^/]+"));
            super::regex::path(&format!("/{service}/{method}"))?
        }
        (Some(service), Some(method), false) => PathMatcher::Exact(format!("/{service}/{method}")),
        (Some(service), None, false) => PathMatcher::StringPrefix(format!("/{service}/")),
        _ => super::regex::path(&format!("^/{}/{}$", quoted(service), quoted(method)))?,
    };
    let mut text = format!("method {}/{}", service.unwrap_or("*"), method.unwrap_or("*"));
    let mut conditions = Vec::new();
    let headers = headers(&spec.headers, implementation, &mut conditions, &mut text, &mut certainty)?;
    let characters = |part: Option<&str>| part.map_or(0, |p| p.chars().count());
    let weight = [characters(service), characters(method), headers, 0, 0];
    Ok(Match { path, value: String::new(), conditions, weight, text, certainty })
}

fn dialect(implementation: Implementation) -> Certainty {
    match implementation {
        Implementation::Text => Certainty::Likely(DIALECT.to_owned()),
        Implementation::Traefik => Certainty::Certain,
    }
}

/// Adds the header conditions, and says how many count. Of names that differ only in case the
/// first alone counts.
fn headers(
    specs: &[ValueMatch],
    implementation: Implementation,
    conditions: &mut Vec<Condition>,
    text: &mut String,
    certainty: &mut Certainty,
) -> Result<usize, String> {
    let mut count = 0;
    for (i, header) in specs.iter().enumerate() {
        let repeats = |earlier: &ValueMatch| earlier.name.eq_ignore_ascii_case(&header.name);
        if implementation == Implementation::Text && specs.iter().take(i).any(repeats) {
            continue;
        }
        let (value, sign) = value(header, implementation, certainty)?;
        let _ = write!(text, ", header {}{sign}{}", header.name, header.value);
        let name = header.name.clone();
        conditions.push(match implementation {
            Implementation::Text => Condition::JoinedHeader { name, value },
            Implementation::Traefik => Condition::AnyHeader { name, value },
        });
        count += 1;
    }
    Ok(count)
}

fn value(
    spec: &ValueMatch,
    implementation: Implementation,
    certainty: &mut Certainty,
) -> Result<(TextMatch, char), String> {
    if !spec.regex {
        return Ok((TextMatch::Exact(spec.value.clone()), '='));
    }
    *certainty = std::mem::take(certainty).and(dialect(implementation));
    Ok((super::regex::text(&spec.value)?, '~'))
}
