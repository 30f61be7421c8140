//! Snippets, as far as they can be told: one that begins with `return` or `deny all` ends the request
//! there.

use super::steps::{redirect, respond};
use super::variables;
use crate::routing::{Action, Part};

/// What the first directive returns, if it is `return` or `deny all`.
pub(super) fn returned(snippet: &str) -> Option<Action> {
    let code: Vec<&str> = snippet.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    let code = code.join(" ");
    let (directive, _) = code.split_once(';')?;
    let mut words = directive.split_whitespace();
    match words.next() {
        Some("return") => {}
        Some("deny") if words.eq(["all"]) => return Some(respond(403, "a snippet denies all".to_owned())),
        _ => return None,
    }
    let (first, second) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    let to_url = |status, url: &str| {
        let (text, _) = variables::template(url.trim_matches(['"', '\'']), None);
        redirect(status, Part::InAscii(text).into())
    };
    match (first.parse::<u16>(), second) {
        (Ok(status @ (301 | 302 | 303 | 307 | 308)), Some(url)) => Some(to_url(status, url)),
        (Ok(status @ 100..=999), _) => Some(respond(status, format!("a snippet returns {status}"))),
        (Err(_), None) if first.contains("://") => Some(to_url(302, first)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Respond;

    #[test]
    fn only_a_return_at_the_start_is_understood() {
        let status = |text| match returned(text) {
            Some(Action::Respond(Respond { status, .. })) => Some(status),
            Some(Action::Redirect(r)) => Some(r.status),
            _ => None,
        };
        assert_eq!(status("return 204;"), Some(204));
        assert_eq!(status("# a comment\n  return 418;"), Some(418));
        assert_eq!(status("return 301 https://e.org$request_uri;"), Some(301));
        assert_eq!(status("return https://e.org;"), Some(302));
        assert_eq!(status("deny all;"), Some(403));
        assert_eq!(status("deny 10.0.0.1;"), None);
        for text in ["", "more_set_headers x;", "if ($a) { return 204; }", "return;", "return 204"] {
            assert_eq!(status(text), None, "{text}");
        }
    }
}
