//! Regular expressions, which the API leaves to the implementation: RE2 here, as most of them have.

use crate::routing::{PathMatcher, Pattern, TextMatch};

/// A path matcher.
///
/// # Errors
/// When the expression cannot be read.
pub(super) fn path(expression: &str) -> Result<PathMatcher, String> {
    pattern(expression).map(PathMatcher::Regex)
}

/// A text match.
///
/// # Errors
/// When the expression cannot be read.
pub(super) fn text(expression: &str) -> Result<TextMatch, String> {
    pattern(expression).map(TextMatch::Regex)
}

/// An expression, compiled.
///
/// # Errors
/// When the expression cannot be read.
pub(super) fn pattern(expression: &str) -> Result<Pattern, String> {
    let shown: String = expression.chars().take(80).collect();
    Pattern::re2(expression).map_err(|e| format!("the expression {shown:?} cannot be read: {e}"))
}

/// Text as an expression that matches it and nothing else.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !(c.is_alphanumeric() || c == '_') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
