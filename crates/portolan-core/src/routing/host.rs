//! Host patterns.

use super::Pattern;

/// Which hosts a virtual host answers for. Patterns are lower-case and carry no port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum HostPattern {
    /// This host.
    Exact(String),
    /// `*.` and exactly one label; the text is the rest with its dot: `.foo.com`.
    OneLabel(String),
    /// `*.` and exactly one label, which may be empty: `.foo.com` matches as well. The text is the
    /// rest with its dot.
    FirstLabel(String),
    /// `*.` and one label or more; the text is the rest with its dot.
    ManyLabels(String),
    /// `*.` and exactly one label of ASCII letters, digits, `_` and `-`; the text is the rest with
    /// its dot.
    WordLabel(String),
    /// These labels and one label or more; the text ends with its dot: `www.foo.`.
    Start(String),
    /// What this expression matches.
    Regex(Pattern),
    /// Every host, and no host at all.
    Any,
}

impl HostPattern {
    /// Whether `host` (lower-case, no port; empty when the request names none) matches.
    pub fn matches(&self, host: &str) -> bool {
        match self {
            HostPattern::Exact(h) => h == host,
            HostPattern::OneLabel(suffix) => host
                .strip_suffix(suffix.as_str())
                .is_some_and(|label| !label.is_empty() && !label.contains('.')),
            HostPattern::FirstLabel(suffix) => {
                host.strip_suffix(suffix.as_str()).is_some_and(|label| !label.contains('.'))
            }
            HostPattern::ManyLabels(suffix) => {
                host.strip_suffix(suffix.as_str()).is_some_and(|labels| !labels.is_empty())
            }
            HostPattern::WordLabel(suffix) => host.strip_suffix(suffix.as_str()).is_some_and(is_word),
            HostPattern::Start(start) => {
                host.strip_prefix(start.as_str()).is_some_and(|rest| !rest.is_empty())
            }
            HostPattern::Regex(pattern) => pattern.is_match(host),
            HostPattern::Any => true,
        }
    }
}

/// Whether a label is one that [`HostPattern::WordLabel`] takes.
pub(super) fn is_word(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            HostPattern::Exact(h) => f.write_str(h),
            HostPattern::OneLabel(s)
            | HostPattern::FirstLabel(s)
            | HostPattern::ManyLabels(s)
            | HostPattern::WordLabel(s) => write!(f, "*{s}"),
            HostPattern::Start(s) => write!(f, "{s}*"),
            HostPattern::Regex(p) => write!(f, "~{p}"),
            HostPattern::Any => f.write_str("*"),
        }
    }
}
