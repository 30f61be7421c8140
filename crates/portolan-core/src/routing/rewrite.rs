//! What becomes of a path on its way to the backend.

use super::go;
use super::reading::{Refusal, Sent};
use super::{Captured, Pattern, Read};
use std::borrow::Cow;

/// What path the backend receives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rewrite {
    /// The request's own, as the proxy passes it on.
    Keep,
    /// This path; the query stays.
    Path(String),
    /// This path and query; nothing of the request's stays.
    Target(String),
    /// Another prefix; the rest of the path and the query stay.
    Prefix {
        /// The text to take off. A path that lacks nothing of it but its trailing slash is taken
        /// off as a whole; one that does not start with it stays as it is behind the new prefix.
        prefix: String,
        /// The text to put in front of the rest. If both are empty, the path is `/`.
        with: String,
    },
    /// Every match of the expression replaced, as Traefik's `RewriteTarget` does it. A path that does
    /// not match stays; a result that holds empty or dot segments is answered by 400, an empty or
    /// wrongly escaped one by 500.
    Replace {
        /// The expression.
        pattern: Pattern,
        /// What stands for a match; `$1` is a group.
        with: String,
    },
    /// Made anew from the groups of an expression; an empty query loses its question mark.
    Captured(Captured),
}

impl Rewrite {
    /// Replaces whole elements, as Gateway API's `ReplacePrefixMatch` does: trailing slashes of the
    /// prefix and of its replacement do not count.
    pub fn elements(prefix: &str, with: &str) -> Self {
        let trimmed = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
        Rewrite::Prefix { prefix: trimmed(prefix), with: trimmed(with) }
    }

    /// Path and query for one request.
    ///
    /// # Errors
    /// When the proxy answers by itself because the rewrite has no usable result.
    pub(super) fn target(&self, sent: &Sent<'_>) -> Result<String, Refusal> {
        match self {
            Rewrite::Captured(captured) => captured.target(sent),
            Rewrite::Target(target) => Ok(target.clone()),
            _ => Ok(sent.passed.with_path(&self.path(sent)?)),
        }
    }

    /// The path for one request.
    ///
    /// # Errors
    /// When the proxy answers by itself because the rewrite has no usable result.
    pub(super) fn path<'s>(&self, sent: &'s Sent<'_>) -> Result<Cow<'s, str>, Refusal> {
        let passed = sent.passed;
        Ok(match self {
            Rewrite::Captured(captured) => Cow::Owned(captured.path(sent)?),
            Rewrite::Keep => Cow::Borrowed(&passed.path),
            Rewrite::Path(path) => Cow::Owned(path.clone()),
            Rewrite::Target(target) => Cow::Owned(target.split('?').next().unwrap_or_default().to_owned()),
            Rewrite::Replace { pattern, with } => {
                let replaced = replace(sent.read.raw.as_deref().unwrap_or(&passed.path), pattern, with)?;
                replaced.map_or(Cow::Borrowed(&*passed.path), Cow::Owned)
            }
            Rewrite::Prefix { prefix, with } => {
                let path: &str = &passed.path;
                let rest = match path.strip_prefix(prefix.as_str()) {
                    Some(rest) => rest,
                    None if prefix.strip_suffix('/') == Some(path) => "",
                    None => path,
                };
                Cow::Owned(if with.is_empty() && rest.is_empty() {
                    "/".to_owned()
                } else {
                    format!("{with}{rest}")
                })
            }
        })
    }
}

/// Whether [`Rewrite::Replace`] has no usable result for the path of a request.
pub(super) fn is_refused(read: &Read<'_>, pattern: &Pattern, with: &str) -> bool {
    let path = read.raw.as_deref().or(read.escaped.as_deref()).unwrap_or(&read.path);
    replace(path, pattern, with).is_err()
}

/// [`Rewrite::Replace`], observed on Traefik 3.7.15. `None` for a path that does not match.
fn replace(path: &str, pattern: &Pattern, with: &str) -> Result<Option<String>, Refusal> {
    if !pattern.is_match(path) {
        return Ok(None);
    }
    let refused = |status, why: &str| Refusal { status, why: format!("the rewrite of {path} {why}") };
    let result = pattern.replace_all(path, with);
    if result.is_empty() {
        return Err(refused(500, "is empty"));
    }
    let wire =
        go::wire_path(&result).ok_or_else(|| refused(500, "holds a % without two hexadecimal digits"))?;
    let mut segments = wire.strip_prefix('/').unwrap_or(&wire).split('/').peekable();
    while let Some(segment) = segments.next() {
        let inner = segments.peek().is_some();
        if matches!(segment, "." | "..") || (segment.is_empty() && inner) {
            return Err(refused(400, &format!("is {wire}, which holds an empty or a dot segment")));
        }
    }
    Ok(Some(wire))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::reading::Passed;
    use crate::routing::{Reading, Request};

    fn path(rewrite: &Rewrite, path: &str) -> String {
        let request = Request::get("h", "/");
        let read = Reading::AsSent.read(&request).expect("readable");
        let passed = Passed { authority: "h", path: path.into(), query: None, splits_at_semicolons: false };
        rewrite
            .path(&Sent { request: &request, read: &read, passed: &passed })
            .expect("always a path")
            .into_owned()
    }

    /// The table of `ReplacePrefixMatch` in Gateway API's `HTTPPathModifier`, and what follows from it.
    #[test]
    fn prefixes_as_in_the_specification() {
        for (path, prefix, with, expected) in [
            ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
            ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
            ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
            ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
            ("/foo", "/foo", "/xyz", "/xyz"),
            ("/foo/", "/foo", "/xyz", "/xyz/"),
            ("/foo/bar", "/foo", "", "/bar"),
            ("/foo/", "/foo", "", "/"),
            ("/foo", "/foo", "", "/"),
            ("/foo/", "/foo", "/", "/"),
            ("/foo", "/foo", "/", "/"),
            ("/foo", "/foo/", "/xyz", "/xyz"),
            ("/x", "/", "/app", "/app/x"),
            ("/", "/", "/app", "/app/"),
        ] {
            assert_eq!(
                self::path(&Rewrite::elements(prefix, with), path),
                expected,
                "{path} {prefix} {with}"
            );
        }
    }

    #[test]
    fn a_text_prefix_may_leave_no_slash() {
        let rewrite = Rewrite::Prefix { prefix: "/emp/".into(), with: String::new() };
        for (path, expected) in [("/emp/x", "x"), ("/emp", "/"), ("/emp/", "/"), ("/other", "/other")] {
            assert_eq!(self::path(&rewrite, path), expected);
        }
    }

    /// Observed on Traefik 3.7.15: path `/x(.*)`, what `/x` and `/x/y` become.
    #[test]
    fn replacements_as_observed() {
        for (with, x, xy) in [
            ("$1", Err(500), Ok("/y")),
            ("foo$1", Ok("foo"), Ok("foo/y")),
            ("/x/../$1", Err(400), Err(400)),
            ("/a//b", Err(400), Err(400)),
            ("/a b", Ok("/a%20b"), Ok("/a%20b")),
            ("/q?x=1", Ok("/q%3Fx=1"), Ok("/q%3Fx=1")),
            ("/é", Ok("/%C3%A9"), Ok("/%C3%A9")),
            ("/%zz", Err(500), Err(500)),
            ("/%2F", Ok("/%2F"), Ok("/%2F")),
            ("/./x", Err(400), Err(400)),
            ("/x/", Ok("/x/"), Ok("/x/")),
            ("/..", Err(400), Err(400)),
            ("/a#b", Ok("/a%23b"), Ok("/a%23b")),
            ("/$1", Ok("/"), Err(400)),
            ("/a//", Err(400), Err(400)),
            ("/%2F?", Err(400), Err(400)),
        ] {
            let pattern = Pattern::re2("(?i)/x(.*)").expect("valid");
            for (path, expected) in [("/x", x), ("/x/y", xy)] {
                let got = replace(path, &pattern, with);
                let got = got.map(Option::unwrap_or_default);
                assert_eq!(got.as_deref().map_err(|r| r.status), expected, "{with} on {path}");
            }
        }
    }
}
