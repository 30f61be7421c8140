//! A request for which conditions have the values that were decided.

use super::machine::Machine;
use super::search;
use super::solve::target;
use crate::routing::{
    Condition, HostPattern, HostSet, PathMatcher, Pattern, Reading, Request, Scheme, TextMatch,
};

/// Why there is no such request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// It is not known how to make the conditions true.
    Conditions,
    /// The proxy never reads this host.
    Host,
    /// The proxy never reads this path.
    Path,
}

/// A request that is read with this host and this path, and for which each of these conditions has
/// this value.
pub(super) fn request(
    reading: &Reading,
    literals: &[(&Condition, bool)],
    host: &str,
    path: &str,
) -> Result<Request, Failed> {
    let mut request = Request::get(host, target(reading, path));
    let mut query = String::new();
    // What asks for less takes what is there already.
    for vague in 0..3 {
        for &(condition, value) in literals.iter().filter(|(c, _)| vagueness(c) == vague) {
            set(&mut request, &mut query, condition, value).ok_or(Failed::Conditions)?;
        }
    }
    if request.method.is_empty() {
        let free = |method: &&str| {
            !literals.iter().any(|(c, is)| !is && matches!(c, Condition::Method(m) if m == method))
        };
        request.method =
            ["GET", "POST", "PUT", "DELETE", "X"].into_iter().find(free).unwrap_or("Y").to_owned();
    }
    if !query.is_empty() {
        request.target.push('?');
        request.target.push_str(query.trim_end_matches('&'));
    }
    match reading.read(&request) {
        Ok(read) if *read.path != *path => return Err(Failed::Path),
        Ok(read) if *read.host != *host => return Err(Failed::Host),
        Ok(_) => {}
        Err(_) if host.is_empty() => return Err(Failed::Host),
        Err(_) => {
            // Which of both it was, a request that is known to be read says.
            let mut plain = Request::get("host", request.target.clone());
            plain.scheme = request.scheme;
            return Err(if reading.read(&plain).is_ok() { Failed::Host } else { Failed::Path });
        }
    }
    let holds = |request: &Request| {
        reading.read(request).is_ok_and(|read| {
            literals.iter().all(|(condition, value)| condition.holds(request, &read) == *value)
        })
    };
    if holds(&request) {
        return Ok(request);
    }
    // What a host's expression says may hang on a dot at its end.
    let mut names: Vec<Option<String>> = vec![None];
    for (condition, _) in literals {
        if let Condition::ServerName(set) = condition {
            names.extend(server_names(set).map(Some));
        }
    }
    names.push(Some("no-such-name.invalid".to_owned()));
    for dot in ["", "."] {
        for name in &names {
            for address in [None, Some([192, 0, 2, 1].into())] {
                let mut other = request.clone();
                other.host.push_str(dot);
                other.sni.clone_from(name);
                other.client_ip = other.client_ip.or(address);
                if holds(&other) {
                    return Ok(other);
                }
            }
        }
    }
    Err(Failed::Conditions)
}

/// How little a condition says of the text that it asks for.
fn vagueness(condition: &Condition) -> u8 {
    match condition {
        Condition::Header { value, .. }
        | Condition::AnyHeader { value, .. }
        | Condition::JoinedHeader { value, .. }
        | Condition::Query { value, .. }
        | Condition::AnyQuery { value, .. }
        | Condition::Cookie { value, .. } => match value {
            TextMatch::Exact(_) => 0,
            TextMatch::Regex(_) => 1,
            TextMatch::Present => 2,
        },
        _ => 0,
    }
}

/// Some names of a set.
fn server_names(set: &HostSet) -> impl Iterator<Item = String> + '_ {
    set.patterns().iter().take(8).filter_map(|pattern| match pattern {
        HostPattern::Exact(host) => Some(host.clone()),
        pattern => {
            super::cells::names(pattern, "any").and_then(|names| names.into_iter().next()).map(|h| h.name)
        }
    })
}

/// Gives a condition its value, as far as that takes adding something. `None` where it is not known how.
fn set(request: &mut Request, query: &mut String, condition: &Condition, value: bool) -> Option<()> {
    match (condition, value) {
        (Condition::Scheme(scheme), _) => {
            request.scheme = if value == (*scheme == Scheme::Https) { Scheme::Https } else { Scheme::Http };
        }
        (Condition::BelievedScheme(text), true) => {
            if text == "https" {
                request.scheme = Scheme::Https;
            }
            request.headers.push(("x-forwarded-proto".to_owned(), text.clone()));
        }
        (Condition::BelievedScheme(text), false) if text == "http" => request.scheme = Scheme::Https,
        (Condition::Method(method), true) => request.method.clone_from(method),
        (Condition::Method(method), false) if request.method == *method => request.method.clear(),
        (Condition::Port(port), true) => request.port = Some(*port),
        (Condition::Port(port), false) => {
            request.port = request.port.or(if matches!(port, 80 | 443) { Some(8) } else { None });
        }
        (
            Condition::Header { name, value }
            | Condition::AnyHeader { name, value }
            | Condition::JoinedHeader { name, value },
            true,
        ) if vagueness(condition) == 0 || request.header(name).is_none() => {
            request.headers.push((name.clone(), text(value)?));
        }
        (Condition::Query { name, value } | Condition::AnyQuery { name, value }, true) => {
            let mut start = String::new();
            add(&mut start, name, "");
            let start = start.trim_end_matches('&');
            if vagueness(condition) == 0 || !query.split_inclusive('&').any(|pair| pair.starts_with(start)) {
                add(query, name, &text(value)?);
            }
        }
        (Condition::RepeatedQuery(name), true) => {
            let more = if query.is_empty() { 2 } else { 1 };
            (0..more).for_each(|_| add(query, name, "x"));
        }
        (Condition::Cookie { name, any_case, value }, true)
            if vagueness(condition) == 0 || request.cookie_named(name, *any_case).is_none() =>
        {
            request.headers.push(("cookie".to_owned(), format!("{name}={}", text(value)?)));
        }
        (Condition::Client { ranges, inside }, true) if *inside => {
            request.client_ip = ranges.first().map(|r| r.first());
        }
        _ => {}
    }
    Some(())
}

fn add(query: &mut String, name: &str, value: &str) {
    for (text, end) in [(name, '='), (value, '&')] {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                query.push(char::from(byte));
            } else {
                query.push_str(&format!("%{byte:02X}"));
            }
        }
        query.push(end);
    }
}

/// A text that is what it must be.
fn text(value: &TextMatch) -> Option<String> {
    match value {
        TextMatch::Present => Some("x".to_owned()),
        TextMatch::Exact(text) => Some(text.clone()),
        TextMatch::Regex(pattern) => sample(pattern),
    }
}

/// A text that an expression matches.
fn sample(pattern: &Pattern) -> Option<String> {
    let matcher = PathMatcher::Regex(pattern.clone());
    let machine = Machine::new(&matcher)?;
    search::text(&machine)
}
