//! The virtual hosts that a host name belongs to: one look-up for each kind of pattern that the table
//! has.

use super::lengths::Lengths;
use super::{Text, hash};
use crate::routing::plain::is_plain_host;
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
    /// Some exact host is one that readings may make something else of.
    has_odd: bool,
    /// There is something beside exact hosts and the one for every host.
    has_patterns: bool,
}

#[derive(Debug)]
struct Slot {
    text: Text<52>,
    host: HostId,
    /// Its text is one that every reading leaves as it is.
    is_plain: bool,
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
            all.has_odd |= matches!(&host.pattern, HostPattern::Exact(text) if !is_plain_host(text));
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
            let Some(text) = Text::new(pattern.as_bytes(), texts) else { continue };
            hosts.insert_unique(
                hash(hasher, pattern.as_bytes()),
                Slot { text, host: id, is_plain: is_plain_host(pattern) },
                |slot| hash(hasher, slot.text.of(texts)),
            );
        }
        all
    }

    /// The virtual host of exactly this name.
    #[inline(always)]
    pub(super) fn exact(&self, host: &str, texts: Texts<'_>) -> Option<HostId> {
        find(&self.exact, host, texts).map(|slot| slot.host)
    }

    /// The same for a host as it was sent, where no reading makes anything else of it.
    #[inline(always)]
    pub(super) fn plain(&self, host: &str, texts: Texts<'_>) -> Option<HostId> {
        find(&self.exact, host, texts).filter(|slot| slot.is_plain).map(|slot| slot.host)
    }

    /// The same for a host that [`Hosts::plain`] does not know, and that is read as it was sent.
    #[inline(always)]
    pub(super) fn odd(&self, host: &str, texts: Texts<'_>) -> Option<HostId> {
        if self.has_odd { self.exact(host, texts) } else { None }
    }

    /// The virtual hosts that match, in no particular order; `exact` is the one of exactly this name.
    #[inline(always)]
    pub(super) fn for_each(
        &self,
        host: &str,
        exact: Option<HostId>,
        texts: Texts<'_>,
        table: &RouteTable,
        mut f: impl FnMut(HostId),
    ) {
        if let Some(id) = exact {
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
                && let Some(Slot { host: id, .. }) = find(&self.one_label, suffix, texts)
            {
                f(*id);
            }
            if let Some(Slot { host: id, .. }) = find(&self.first_label, suffix, texts) {
                f(*id);
            }
        }
        if !self.many_labels.is_empty() {
            for (dot, _) in host.match_indices('.').filter(|&(dot, _)| dot > 0) {
                if let Some(suffix) = host.get(dot..).filter(|s| self.many_labels_lengths.contains(s.len()))
                    && let Some(Slot { host: id, .. }) = find(&self.many_labels, suffix, texts)
                {
                    f(*id);
                }
            }
        }
        if !self.word_label.is_empty()
            && let Some((label, suffix)) = first_dot.map(|dot| host.split_at(dot))
            && host::is_word(label)
            && let Some(Slot { host: id, .. }) = find(&self.word_label, suffix, texts)
        {
            f(*id);
        }
        for id in &self.others {
            if table.host(*id).is_some_and(|h| h.pattern.matches(host)) {
                f(*id);
            }
        }
    }
}

#[inline(always)]
fn find<'h>(hosts: &'h HashTable<Slot>, text: &str, all: Texts<'_>) -> Option<&'h Slot> {
    if hosts.is_empty() {
        return None;
    }
    let text = text.as_bytes();
    hosts.find(hash(all.hasher, text), |slot| slot.text.of(all.texts) == text)
}
