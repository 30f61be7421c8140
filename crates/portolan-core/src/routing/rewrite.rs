//! What becomes of a path on its way to the backend.

use super::Captured;
use super::reading::{Refusal, Sent};
use std::borrow::Cow;

/// What path the backend receives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rewrite {
    /// The request's own, as the proxy passes it on.
    Keep,
    /// This path; the query stays.
    Path(String),
    /// Another prefix; the rest of the path and the query stay.
    Prefix {
        /// The text to take off. A path that lacks nothing of it but its trailing slash is taken
        /// off as a whole; one that does not start with it stays as it is behind the new prefix.
        prefix: String,
        /// The text to put in front of the rest. If both are empty, the path is `/`.
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
}
