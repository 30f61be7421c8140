//! Several host patterns as one.

use super::HostPattern;
use super::host::is_word;
use std::collections::HashSet;
use std::sync::Arc;

/// Several host patterns, asked with a look-up for each label. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSet(Arc<Sets>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Sets {
    patterns: Vec<HostPattern>,
    any: bool,
    exact: HashSet<String>,
    one_label: HashSet<String>,
    first_label: HashSet<String>,
    many_labels: HashSet<String>,
    word_label: HashSet<String>,
    /// The patterns that are asked one by one.
    others: Vec<HostPattern>,
}

impl HostSet {
    /// The hosts that any of these patterns matches.
    pub fn new(patterns: Vec<HostPattern>) -> Self {
        let mut sets = Sets::default();
        for pattern in &patterns {
            match pattern {
                HostPattern::Any => sets.any = true,
                HostPattern::Exact(host) => {
                    sets.exact.insert(host.clone());
                }
                HostPattern::OneLabel(suffix) => {
                    sets.one_label.insert(suffix.clone());
                }
                HostPattern::FirstLabel(suffix) => {
                    sets.first_label.insert(suffix.clone());
                }
                HostPattern::ManyLabels(suffix) => {
                    sets.many_labels.insert(suffix.clone());
                }
                HostPattern::WordLabel(suffix) => {
                    sets.word_label.insert(suffix.clone());
                }
                HostPattern::Start(_) | HostPattern::Regex(_) => sets.others.push(pattern.clone()),
            }
        }
        sets.patterns = patterns;
        HostSet(Arc::new(sets))
    }

    /// The patterns, in the order given.
    pub fn patterns(&self) -> &[HostPattern] {
        &self.0.patterns
    }

    /// Whether any pattern matches `host` (lower-case, no port; empty when there is none).
    pub fn contains(&self, host: &str) -> bool {
        let sets = &*self.0;
        let suffixes = || host.match_indices('.').filter_map(|(at, _)| host.get(at..).filter(|_| at > 0));
        sets.any
            || sets.exact.contains(host)
            || (!sets.one_label.is_empty()
                && host
                    .find('.')
                    .filter(|dot| *dot > 0)
                    .and_then(|dot| host.get(dot..))
                    .is_some_and(|s| sets.one_label.contains(s)))
            || (!sets.first_label.is_empty()
                && host
                    .find('.')
                    .and_then(|dot| host.get(dot..))
                    .is_some_and(|s| sets.first_label.contains(s)))
            || (!sets.many_labels.is_empty() && suffixes().any(|s| sets.many_labels.contains(s)))
            || (!sets.word_label.is_empty()
                && host
                    .find('.')
                    .map(|dot| host.split_at(dot))
                    .is_some_and(|(label, s)| is_word(label) && sets.word_label.contains(s)))
            || sets.others.iter().any(|p| p.matches(host))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for HostSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.patterns())
    }
}

/// At most a handful of the patterns, then how many there are more.
impl std::fmt::Display for HostSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 5;
        for (i, pattern) in self.patterns().iter().take(SHOWN).enumerate() {
            write!(f, "{}{pattern}", if i > 0 { ", " } else { "" })?;
        }
        match self.patterns().len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A set contains what one of its patterns matches, and nothing else.
    #[test]
    fn a_set_is_its_patterns() {
        let all = [
            HostPattern::Exact("a.test".into()),
            HostPattern::OneLabel(".a.test".into()),
            HostPattern::FirstLabel(".a.test".into()),
            HostPattern::ManyLabels(".b.test".into()),
            HostPattern::WordLabel(".b.test".into()),
            HostPattern::Start("x.".into()),
            HostPattern::Any,
        ];
        for mask in 0..128u32 {
            let chosen: Vec<_> =
                (0..7).filter(|i| mask & (1 << i) != 0).filter_map(|i| all.get(i).cloned()).collect();
            let set = HostSet::new(chosen.clone());
            for host in [
                "",
                ".",
                "x-1.b.test",
                "x!.b.test",
                "a.test",
                "x.a.test",
                "y.x.a.test",
                ".a.test",
                "b.test",
                ".b.test",
                ".x.a.test",
                "y.x.b.test",
            ] {
                let one = chosen.iter().any(|p| p.matches(host));
                assert_eq!(set.contains(host), one, "{host:?} in {set}");
            }
        }
    }
}
