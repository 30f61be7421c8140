//! What becomes of a path on its way to the backend.

use super::reading::{Passed, Refusal};
use std::borrow::Cow;

/// What path the backend receives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rewrite {
    /// The request's own, as the proxy passes it on.
    Keep,
}

impl Rewrite {
    /// The path for one request.
    ///
    /// # Errors
    /// When the proxy answers by itself because the rewrite has no usable result.
    pub(super) fn path<'p>(&self, passed: &'p Passed<'_>) -> Result<Cow<'p, str>, Refusal> {
        match self {
            Rewrite::Keep => Ok(Cow::Borrowed(&passed.path)),
        }
    }
}
