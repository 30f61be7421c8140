//! What is said about answers, on every part of the page alike.

use crate::analysis::Analysis;
use portolan_core::routing::{Answer, Certainty, Outcome, Request, Target};

/// What kind of answer, for its colour and its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A backend receives the request.
    Forward,
    /// The client is sent elsewhere.
    Redirect,
    /// The controller answers by itself.
    Respond,
}

/// The kind of an answer.
pub fn kind(answer: &Answer) -> Kind {
    match answer {
        Answer::Forward { .. } => Kind::Forward,
        Answer::Redirect { .. } => Kind::Redirect,
        _ => Kind::Respond,
    }
}

/// An answer in a few words: `default/s1:80`, `404 Not Found`.
pub fn short(answer: &Answer) -> String {
    match answer {
        Answer::Forward { targets, .. } => match targets.as_slice() {
            [] => "no backend".to_owned(),
            targets => targets.iter().map(target).collect::<Vec<_>>().join(" or "),
        },
        Answer::Redirect { status, location } => format!("{status} to {location}"),
        Answer::Respond { status, .. } => status_line(*status),
        _ => String::new(),
    }
}

/// A target as `namespace/name:port`, with its share where weights decide.
pub fn target(target: &Target) -> String {
    let port = target.port.map(|p| format!(":{p}")).unwrap_or_default();
    let weight = target.weight.map(|w| format!(" (weight {w})")).unwrap_or_default();
    format!("{}{port}{weight}", target.service)
}

/// A status with its reason phrase.
pub fn status_line(status: u16) -> String {
    let phrase = match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        421 => "Misdirected Request",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return status.to_string(),
    };
    format!("{status} {phrase}")
}

/// The whole answer in one sentence or two.
pub fn sentence(request: &Request, outcome: &Outcome, analysis: &Analysis) -> String {
    let table = analysis.router.table();
    let own = analysis.words();
    let by = match outcome.routes.first().and_then(|&id| table.route(id)) {
        // nginx' text begins with the word itself.
        Some(route) if route.rule.starts_with(own.route) => {
            format!(" by {} of {}", route.rule, route.origin.object)
        }
        Some(route) => format!(" by the {} {} of {}", own.route, route.rule, route.origin.object),
        None => String::new(),
    };
    match &outcome.answer {
        Answer::Forward { targets, path, host } => {
            let to = targets.iter().map(target).collect::<Vec<_>>().join(" or ");
            let rewritten = match (*path != request.target, *host != request.host) {
                (false, false) => String::new(),
                (true, false) => format!(" It receives the target {path}."),
                (false, true) => format!(" It receives the host {host}."),
                (true, true) => format!(" It receives the host {host} and the target {path}."),
            };
            format!("Goes to Service {to}{by}.{rewritten}")
        }
        Answer::Redirect { status, location } => {
            format!("The client is sent to {location} with {}{by}.", status_line(*status))
        }
        Answer::Respond { status, why } => {
            format!("{} itself answers {}{by}: {why}.", own.proxy, status_line(*status))
        }
        _ => String::new(),
    }
}

/// What a certainty means.
pub fn certainty(certainty: &Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "The controller's specification says so.",
        Certainty::Likely(_) => "Probably so, but it is not promised.",
        Certainty::Unknowable(_) => "It cannot be known from manifests.",
    }
}

/// A text with a capital in front.
pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

/// A reason as a sentence of its own.
pub fn sentence_of(text: &str) -> String {
    capital(text) + if text.ends_with(['.', '!', '?']) { "" } else { "." }
}

/// `1 rule`, `2 rules`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
