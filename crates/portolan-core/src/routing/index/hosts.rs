//! The virtual hosts that a host name belongs to: one look-up for each kind of pattern that the table
//! has.

use super::build::append;
use super::lengths::Lengths;
use super::{Text, hash};
use crate::routing::{HostId, HostPattern, RouteTable, host};
use hashbrown::{DefaultHashBuilder, HashTable};

/// The virtual hosts of a table by their patterns.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    exact: HashTable<Slot>,
    one_label: HashTable<Slot>,
    first_label: HashTable<Slot>,
    many_labels: HashTable<Slot>,
    many_labels_lengths: Lengths,
    word_label: HashTable<Slot>,
    /// Those that are asked one by one, in order.
    others: Vec<HostId>,
    any: Option<HostId>,
    /// There is something beside exact hosts and the one for every host.
    has_patterns: bool,
}

#[derive(Debug)]
struct Slot {
    text: Text,
    host: HostId,
}

/// What texts are hashed with, and where they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts<'t> {
    pub hasher: &'t DefaultHashBuilder,
    pub texts: &'t [u8],
}

impl Hosts {
    /// Of a table's virtual hosts; their texts are added to the others.
    pub(super) fn new(table: &RouteTable, hasher: &DefaultHashBuilder, texts: &mut Vec<u8>) -> Self {
        let mut all = Hosts::default();
        for (id, host) in (0u32..).zip(&table.hosts) {
            let id = HostId(id);
            all.has_patterns |= !matches!(host.pattern, HostPattern::Exact(_) | HostPattern::Any);
            let (hosts, pattern) = match &host.pattern {
                HostPattern::Exact(text) => (&mut all.exact, text),
                HostPattern::OneLabel(text) => (&mut all.one_label, text),
                HostPattern::FirstLabel(text) => (&mut all.first_label, text),
                HostPattern::ManyLabels(text) => {
                    all.many_labels_lengths.insert(text.len());
                    (&mut all.many_labels, text)
                }
                HostPattern::WordLabel(text) => (&mut all.word_label, text),
                HostPattern::Start(_) | HostPattern::Regex(_) => {
                    all.others.push(id);
                    continue;
                }
                HostPattern::Any => {
                    debug_assert!(all.any.is_none(), "host patterns are unique");
                    all.any = Some(id);
                    continue;
                }
            };
            let Some(text) = append(texts, pattern.as_bytes()) else { continue };
            hosts.insert_unique(hash(hasher, pattern.as_bytes()), Slot { text, host: id }, |slot| {
                hash(hasher, slot.text.of(texts))
            });
        }
        all
    }

    /// The virtual hosts that match, in no particular order.
    #[inline]
    pub(super) fn for_each(
        &self,
        host: &str,
        texts: Texts<'_>,
        table: &RouteTable,
        mut f: impl FnMut(HostId),
    ) {
        if let Some(id) = find(&self.exact, host, texts) {
            f(id);
        }
        if self.has_patterns {
            self.for_each_pattern(host, texts, table, &mut f);
        }
        if let Some(id) = self.any {
            f(id);
        }
    }

    fn for_each_pattern(&self, host: &str, texts: Texts<'_>, table: &RouteTable, f: &mut impl FnMut(HostId)) {
        let first_dot = host.bytes().position(|b| b == b'.');
        let behind_first = first_dot.and_then(|dot| host.get(dot..));
        if let Some(suffix) = behind_first {
            if first_dot != Some(0)
                && let Some(id) = find(&self.one_label, suffix, texts)
            {
                f(id);
            }
            if let Some(id) = find(&self.first_label, suffix, texts) {
                f(id);
            }
        }
        if !self.many_labels.is_empty() {
            for (dot, _) in host.match_indices('.').filter(|&(dot, _)| dot > 0) {
                if let Some(suffix) = host.get(dot..).filter(|s| self.many_labels_lengths.contains(s.len()))
                    && let Some(id) = find(&self.many_labels, suffix, texts)
                {
                    f(id);
                }
            }
        }
        if !self.word_label.is_empty()
            && let Some((label, suffix)) = first_dot.map(|dot| host.split_at(dot))
            && host::is_word(label)
            && let Some(id) = find(&self.word_label, suffix, texts)
        {
            f(id);
        }
        for &id in &self.others {
            if table.host(id).is_some_and(|h| h.pattern.matches(host)) {
                f(id);
            }
        }
    }
}

#[inline]
fn find(hosts: &HashTable<Slot>, text: &str, all: Texts<'_>) -> Option<HostId> {
    if hosts.is_empty() {
        return None;
    }
    let text = text.as_bytes();
    hosts.find(hash(all.hasher, text), |slot| slot.text.of(all.texts) == text).map(|slot| slot.host)
}
