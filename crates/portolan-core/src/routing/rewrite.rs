//! What becomes of a path on its way to the backend.

use super::reading::{Passed, Refusal};
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
}

impl Rewrite {
    /// Replaces whole elements, as Gateway API's `ReplacePrefixMatch` does: trailing slashes of the
    /// prefix and of its replacement do not count.
    pub fn elements(prefix: &str, with: &str) -> Self {
        let trimmed = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
        Rewrite::Prefix { prefix: trimmed(prefix), with: trimmed(with) }
    }

    /// The path for one request.
    ///
    /// # Errors
    /// When the proxy answers by itself because the rewrite has no usable result.
    pub(super) fn path<'p>(&self, passed: &'p Passed<'_>) -> Result<Cow<'p, str>, Refusal> {
        Ok(match self {
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
            let passed =
                Passed { authority: "h", path: path.into(), query: None, splits_at_semicolons: false };
            let rewritten = Rewrite::elements(prefix, with).path(&passed).expect("always a path");
            assert_eq!(rewritten, expected, "{path} {prefix} {with}");
        }
    }

    #[test]
    fn a_text_prefix_may_leave_no_slash() {
        let rewrite = Rewrite::Prefix { prefix: "/emp/".into(), with: String::new() };
        for (path, expected) in [("/emp/x", "x"), ("/emp", "/"), ("/emp/", "/"), ("/other", "/other")] {
            let passed =
                Passed { authority: "h", path: path.into(), query: None, splits_at_semicolons: false };
            assert_eq!(rewrite.path(&passed).expect("always a path"), expected);
        }
    }
}
