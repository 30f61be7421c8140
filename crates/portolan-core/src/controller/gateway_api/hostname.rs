//! Hostnames: what a listener and a route have in common, and which is more specific.

use crate::routing::HostPattern;
use std::cmp::Reverse;

/// The pattern of a `hostname`: `*.` stands for one label or more.
pub(super) fn pattern(hostname: &str) -> HostPattern {
    match hostname.strip_prefix('*') {
        Some(suffix) => HostPattern::ManyLabels(suffix.to_ascii_lowercase()),
        None => HostPattern::Exact(hostname.to_ascii_lowercase()),
    }
}

/// The hosts that both patterns match, if there are any.
pub(super) fn intersect(a: &HostPattern, b: &HostPattern) -> Option<HostPattern> {
    if covers(a, b) {
        Some(b.clone())
    } else if covers(b, a) {
        Some(a.clone())
    } else {
        None
    }
}

/// Whether `wide` matches every host that `narrow` matches.
pub(super) fn covers(wide: &HostPattern, narrow: &HostPattern) -> bool {
    match (wide, narrow) {
        (HostPattern::Any, _) => true,
        (HostPattern::ManyLabels(wide), HostPattern::ManyLabels(narrow)) => narrow.ends_with(wide.as_str()),
        (wide, HostPattern::Exact(host)) => wide.matches(host),
        _ => false,
    }
}

/// The more specific pattern has the lesser key: names before wildcards, and of each the longer.
pub(super) fn specificity(pattern: &HostPattern) -> (u8, Reverse<usize>) {
    match pattern {
        HostPattern::Exact(host) => (0, Reverse(host.len())),
        HostPattern::Any => (2, Reverse(0)),
        // The asterisk counts as a character of the hostname.
        HostPattern::ManyLabels(suffix) => (1, Reverse(suffix.len() + 1)),
        _ => (1, Reverse(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intersections_of_the_specification() {
        let any = HostPattern::Any;
        let of = |a: &str, b: &str| intersect(&pattern(a), &pattern(b)).map(|p| p.to_string());
        assert_eq!(of("very.specific.com", "very.specific.com").as_deref(), Some("very.specific.com"));
        assert_eq!(of("very.specific.com", "*.specific.com").as_deref(), Some("very.specific.com"));
        assert_eq!(of("*.wildcard.io", "foo.bar.wildcard.io").as_deref(), Some("foo.bar.wildcard.io"));
        assert_eq!(of("*.wildcard.io", "wildcard.io"), None);
        assert_eq!(of("*.test", "*.a.test").as_deref(), Some("*.a.test"));
        assert_eq!(of("*.a.test", "*.b.test"), None);
        assert_eq!(of("a.test", "b.test"), None);
        assert_eq!(intersect(&any, &pattern("a.test")), Some(pattern("a.test")));
        assert_eq!(intersect(&pattern("*.a.test"), &any), Some(pattern("*.a.test")));
    }

    #[test]
    fn names_go_before_wildcards_and_long_ones_before_short_ones() {
        let mut patterns = [
            HostPattern::Any,
            pattern("*.test"),
            pattern("a.test"),
            pattern("*.a.test"),
            pattern("b.a.test"),
        ];
        patterns.sort_by_key(specificity);
        let order: Vec<_> = patterns.iter().map(ToString::to_string).collect();
        assert_eq!(order, ["b.a.test", "a.test", "*.a.test", "*.test", "*"]);
    }
}
