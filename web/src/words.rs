//! What is said about answers, on every part of the page alike.

use crate::analysis::Analysis;
use crate::language::{t, tr};
use crate::t;
use portolan_core::routing::{Answer, Certainty, Outcome, Request, Target};
use yew::AttrValue;

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
            [] => t("no backend").to_string(),
            targets => targets.iter().map(target).collect::<Vec<_>>().join(&format!(" {} ", t("or"))),
        },
        Answer::Redirect { status, location } => t!("{status} to {location}").to_string(),
        Answer::Respond { status, .. } => status_line(*status),
        _ => String::new(),
    }
}

/// A target as `namespace/name:port`, with its share where weights decide.
pub fn target(target: &Target) -> String {
    let port = target.port.map(|p| format!(":{p}")).unwrap_or_default();
    match target.weight {
        Some(weight) => t!("{}{port} (weight {weight})", target.service).to_string(),
        None => format!("{}{port}", target.service),
    }
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

/// The whole answer in a sentence or two.
pub fn sentence(request: &Request, outcome: &Outcome, analysis: &Analysis) -> String {
    let table = analysis.router.table();
    let own = analysis.words();
    let by = outcome.routes.first().and_then(|&id| table.route(id)).map(|route| {
        let rule = tr(&route.rule);
        // nginx' text begins with the word itself.
        match route.rule.starts_with(own.route) {
            true => t!("{rule} of {}", route.origin.object),
            false => t!("the {} {rule} of {}", own.route, route.origin.object),
        }
    });
    let (said, more) = match &outcome.answer {
        Answer::Forward { targets, path, host } => {
            let to = targets.iter().map(target).collect::<Vec<_>>().join(&format!(" {} ", t("or")));
            let said = match by {
                Some(by) => t!("Goes to Service {to} by {by}."),
                None => t!("Goes to Service {to}."),
            };
            let more = match (*path != request.target, *host != request.host) {
                (false, false) => None,
                (true, false) => Some(t!("It receives the target {path}.")),
                (false, true) => Some(t!("It receives the host {host}.")),
                (true, true) => Some(t!("It receives the host {host} and the target {path}.")),
            };
            (said, more)
        }
        Answer::Redirect { status, location } => {
            let status = status_line(*status);
            let said = match by {
                Some(by) => t!("The client is sent to {location} with {status} by {by}."),
                None => t!("The client is sent to {location} with {status}."),
            };
            (said, None)
        }
        Answer::Respond { status, why } => {
            let (proxy, status) = (own.proxy, status_line(*status));
            let said = match by {
                Some(by) => t!("{proxy} itself answers {status} by {by}: {why}."),
                None => t!("{proxy} itself answers {status}: {why}."),
            };
            (said, None)
        }
        _ => return String::new(),
    };
    match more {
        Some(more) => format!("{said} {more}"),
        None => said.to_string(),
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

/// A word as a title: with a capital in front, where the language has such.
pub fn title(word: &str) -> String {
    let word = tr(word);
    let mut characters = word.chars();
    let first: String = characters.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

/// A reason as a sentence of its own.
pub fn sentence_of(text: &str) -> String {
    let text = title(text);
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    text + end
}

/// `1 rule`, `2 rules`.
pub fn count(n: usize, one: &str, many: &str) -> AttrValue {
    t!("{n} {}", if n == 1 { one } else { many })
}
