//! Path matchers.

use super::Pattern;

/// Which paths a route is for. The path compared is the one that the table's
/// [`Reading`](super::Reading) made of the request target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum PathMatcher {
    /// Every path.
    Any,
    /// Byte for byte.
    Exact(String),
    /// Starts with these bytes.
    StringPrefix(String),
    /// Starts with these elements; made by [`PathMatcher::element_prefix`], which takes the
    /// trailing slash off (`/foo` and `/foo/` are the same elements; `/` is none: everything).
    ElementPrefix(String),
    /// This expression matches somewhere in the path, unless it says where.
    Regex(Pattern),
}

impl PathMatcher {
    /// Element by element, as Ingress' `Prefix` and Gateway API's `PathPrefix` compare.
    pub fn element_prefix(path: &str) -> Self {
        match path.strip_suffix('/').unwrap_or(path) {
            "" => PathMatcher::Any,
            p => PathMatcher::ElementPrefix(p.to_owned()),
        }
    }

    /// Whether `path` matches.
    pub fn matches(&self, path: &str) -> bool {
        match self {
            PathMatcher::Any => true,
            PathMatcher::Exact(p) => p == path,
            PathMatcher::StringPrefix(p) => path.starts_with(p.as_str()),
            PathMatcher::Regex(pattern) => pattern.is_match(path),
            PathMatcher::ElementPrefix(p) => {
                path.strip_prefix(p.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }
}
