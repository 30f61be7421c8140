//! A table made ready: hash tables for hosts and paths, so that an answer costs the same at ten
//! rules and at a hundred thousand.
//!
//! Routes with the same host and path matcher form a *bucket*, chained in rank order. A look-up
//! visits the exact bucket, then the element prefixes from the longest to the shortest, then string
//! prefixes likewise, then regular expressions by the text that all their matches begin with, then
//! the host's catch-all, and keeps the best rank. Each bucket knows its *floor*: the best rank among everything visited after it. A winner below the floor ends the
//! look-up early, whatever order the controller ranks by.
//!
//! What a look-up touches is kept small and together: pattern texts in one string, ranks in a list
//! of their own. A [`Route`] itself is only read where it has conditions.

use super::lengths::Lengths;
use super::starts::{Start, Starts};
use super::{HostId, HostPattern, HostPolicy, PathMatcher, Read, Request, Route, RouteId, RouteTable};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

/// Which route a request takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The request is refused before any rule is looked at.
    Refused,
    /// No route matches.
    Unmatched,
    /// This one.
    Matched {
        /// The route.
        route: RouteId,
        /// Index of the step that ends the request.
        step: usize,
    },
    /// One of these, each with its step; the controller's choice is not known.
    Tied(Vec<(RouteId, usize)>),
}

/// No route: the end of a chain. As a rank: worse than any.
const NONE: u32 = u32::MAX;
/// Paths with more pattern lengths below theirs than this get no floor: their look-ups never end
/// early, and building stays linear whatever is pasted.
const MAX_LENGTHS_FOR_FLOOR: usize = 64;

/// A route table with its indexes. Build it once, ask it often; it is `Send` and `Sync`.
#[derive(Debug)]
pub struct Router {
    table: RouteTable,
    hasher: DefaultHashBuilder,
    /// The texts of all patterns, one after the other. Bytes, to be compared without another look at
    /// character boundaries.
    texts: Vec<u8>,
    exact_hosts: HashTable<HostSlot>,
    one_label: HashTable<HostSlot>,
    first_label: HashTable<HostSlot>,
    many_labels: HashTable<HostSlot>,
    many_labels_lengths: Lengths,
    word_label: HashTable<HostSlot>,
    /// The virtual hosts whose patterns are asked one by one, in order.
    other_hosts: Vec<HostId>,
    any_host: Option<HostId>,
    hosts: Vec<HostIndex>,
    buckets: HashTable<Bucket>,
    links: Vec<Link>,
}

/// A piece of [`Router::texts`].
#[derive(Debug, Clone, Copy)]
struct Text {
    start: usize,
    length: u32,
}

#[derive(Debug)]
struct HostSlot {
    text: Text,
    host: HostId,
}

/// What a look-up needs to know of one route.
#[derive(Debug, Clone, Copy)]
struct Link {
    rank: u32,
    /// The next route of the same bucket.
    next: u32,
    /// It asks nothing beside host and path, the index vouches for its path, and its first step is
    /// always done.
    plain: bool,
}

/// What a look-up needs to know of one virtual host.
#[derive(Debug)]
struct HostIndex {
    exact_lengths: Lengths,
    element_lengths: Lengths,
    string_lengths: Lengths,
    /// The routes with a regular expression.
    starts: Starts,
    /// First and last of the routes for every path.
    any: (u32, u32),
    /// Best rank of all routes, of those with a string prefix, of those with a regular expression,
    /// and of those for every path.
    best: u32,
    best_string: u32,
    best_regex: u32,
    best_any: u32,
}

#[derive(Debug)]
struct Bucket {
    text: Text,
    host: HostId,
    head: u32,
    tail: u32,
    /// The head's own link: most buckets hold one route, and a look-up then needs nothing else.
    link: Link,
    floor: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Exact,
    Element,
    String,
}

/// The best-ranked routes found so far, each with the step that ends the request: one, or several
/// of equal rank.
#[derive(Debug, Default)]
pub(super) struct Best {
    first: Option<Found>,
    tied: Vec<(RouteId, usize)>,
}

#[derive(Debug, Clone, Copy)]
struct Found {
    rank: u32,
    route: RouteId,
    step: usize,
}

impl Best {
    /// One of the best routes.
    pub(super) fn route(&self) -> Option<RouteId> {
        self.first.map(|f| f.route)
    }

    /// Whether a route of this rank would still count.
    fn wants(&self, rank: u32) -> bool {
        self.first.is_none_or(|best| rank <= best.rank)
    }

    fn is_below(&self, floor: u32) -> bool {
        self.first.is_some_and(|best| best.rank < floor)
    }

    fn take(&mut self, found: Found) {
        match self.first {
            Some(best) if best.rank == found.rank => self.tied.push((found.route, found.step)),
            _ => {
                self.first = Some(found);
                self.tied.clear();
            }
        }
    }

    fn into_resolution(self) -> Resolution {
        match self.first {
            None => Resolution::Unmatched,
            Some(Found { route, step, .. }) if self.tied.is_empty() => Resolution::Matched { route, step },
            Some(Found { route, step, .. }) => {
                let mut tied = self.tied;
                tied.push((route, step));
                tied.sort_unstable();
                Resolution::Tied(tied)
            }
        }
    }
}

impl Router {
    /// Makes a table ready.
    pub fn new(table: RouteTable) -> Self {
        let mut router = Router {
            hosts: table.hosts.iter().map(|_| HostIndex::new()).collect(),
            links: table.routes.iter().map(Link::new).collect(),
            hasher: DefaultHashBuilder::default(),
            texts: Vec::new(),
            exact_hosts: HashTable::new(),
            one_label: HashTable::new(),
            first_label: HashTable::new(),
            many_labels: HashTable::new(),
            many_labels_lengths: Lengths::default(),
            word_label: HashTable::new(),
            other_hosts: Vec::new(),
            any_host: None,
            buckets: HashTable::with_capacity(table.routes.len()),
            table,
        };
        router.index_hosts();
        router.index_routes();
        router.set_floors();
        router
    }

    /// The table.
    pub fn table(&self) -> &RouteTable {
        &self.table
    }

    /// The route that the request takes.
    pub fn resolve(&self, request: &Request) -> Resolution {
        let Ok(read) = self.table.reading.read(request) else { return Resolution::Refused };
        let mut best = Best::default();
        match self.table.host_policy {
            HostPolicy::Exclusive => {
                let mut chosen: Option<HostId> = None;
                self.for_each_host(&read.host, |host| chosen = Some(chosen.map_or(host, |c| c.min(host))));
                if let Some(host) = chosen {
                    self.best_in_host(self.table.routes_of(host), request, &read, &mut best);
                }
            }
            HostPolicy::FallThrough => {
                self.for_each_host(&read.host, |host| self.best_in_host(host, request, &read, &mut best));
            }
        }
        best.into_resolution()
    }

    /// The virtual hosts that match, in no particular order.
    pub(super) fn matching_hosts(&self, host: &str) -> Vec<HostId> {
        let mut hosts = Vec::new();
        self.for_each_host(host, |id| hosts.push(id));
        hosts
    }

    /// Looks for better routes in one virtual host.
    pub(super) fn best_in_host(&self, host: HostId, request: &Request, read: &Read<'_>, best: &mut Best) {
        let Some(index) = self.hosts.get(host.0 as usize) else { return };
        if !best.wants(index.best) {
            return;
        }
        let path = read.path.as_bytes();
        if index.exact_lengths.contains(path.len())
            && self.visit(host, Kind::Exact, path, request, read, best)
        {
            return;
        }
        for end in index.element_lengths.descending(path.len()) {
            if let Some(elements) = path.get(..end)
                && matches!(path.get(end), None | Some(b'/'))
                && self.visit(host, Kind::Element, elements, request, read, best)
            {
                return;
            }
        }
        if best.wants(index.best_string) {
            for length in index.string_lengths.descending(path.len()) {
                if let Some(start) = path.get(..length)
                    && self.visit(host, Kind::String, start, request, read, best)
                {
                    return;
                }
            }
        }
        if best.wants(index.best_regex) && index.best_regex != NONE {
            for entry in index.starts.of(&super::reading::lower(&read.path)) {
                if let Some(link) = self.links.get(entry.head as usize) {
                    self.take_chain(entry.head, *link, request, read, best);
                }
                if best.is_below(entry.floor) {
                    return;
                }
            }
        }
        if let Some(link) = self.links.get(index.any.0 as usize) {
            self.take_chain(index.any.0, *link, request, read, best);
        }
    }

    /// Visits the bucket of this text, if there is one. Whether nothing better can follow.
    fn visit(
        &self,
        host: HostId,
        kind: Kind,
        text: &[u8],
        request: &Request,
        read: &Read<'_>,
        best: &mut Best,
    ) -> bool {
        let Some(bucket) = self.bucket(host, kind, text) else { return false };
        self.take_chain(bucket.head, bucket.link, request, read, best);
        best.is_below(bucket.floor)
    }

    /// Takes from a chain, which is in rank order, what is as good as the best or better.
    fn take_chain(&self, head: u32, link: Link, request: &Request, read: &Read<'_>, best: &mut Best) {
        let (mut at, mut link) = (head, link);
        while best.wants(link.rank) {
            if let Some(step) = self.step(at, link, request, read) {
                best.take(Found { rank: link.rank, route: RouteId(at), step });
            }
            at = link.next;
            match self.links.get(at as usize) {
                Some(next) => link = *next,
                None => return,
            }
        }
    }

    /// Index of the step that ends the request, if the route's conditions hold, and its path where
    /// the index does not vouch for that.
    fn step(&self, id: u32, link: Link, request: &Request, read: &Read<'_>) -> Option<usize> {
        if link.plain {
            return Some(0);
        }
        let route = self.table.routes.get(id as usize)?;
        if matches!(&route.path, PathMatcher::Regex(pattern) if !pattern.is_match(&read.path)) {
            return None;
        }
        step_of(route, request, read)
    }

    fn for_each_host(&self, host: &str, mut f: impl FnMut(HostId)) {
        if let Some(id) = self.find_host(&self.exact_hosts, host) {
            f(id);
        }
        if !self.one_label.is_empty()
            && let Some(dot) = host.find('.').filter(|&dot| dot > 0)
            && let Some(id) = host.get(dot..).and_then(|suffix| self.find_host(&self.one_label, suffix))
        {
            f(id);
        }
        if !self.first_label.is_empty()
            && let Some(dot) = host.find('.')
            && let Some(id) = host.get(dot..).and_then(|suffix| self.find_host(&self.first_label, suffix))
        {
            f(id);
        }
        if !self.many_labels.is_empty() {
            for (dot, _) in host.match_indices('.').filter(|&(dot, _)| dot > 0) {
                if let Some(suffix) = host.get(dot..).filter(|s| self.many_labels_lengths.contains(s.len()))
                    && let Some(id) = self.find_host(&self.many_labels, suffix)
                {
                    f(id);
                }
            }
        }
        if !self.word_label.is_empty()
            && let Some((label, suffix)) = host.find('.').map(|dot| host.split_at(dot))
            && super::host::is_word(label)
            && let Some(id) = self.find_host(&self.word_label, suffix)
        {
            f(id);
        }
        for &id in &self.other_hosts {
            if self.table.host(id).is_some_and(|h| h.pattern.matches(host)) {
                f(id);
            }
        }
        if let Some(id) = self.any_host {
            f(id);
        }
    }

    fn find_host(&self, hosts: &HashTable<HostSlot>, text: &str) -> Option<HostId> {
        let text = text.as_bytes();
        hosts.find(hash(&self.hasher, text), |slot| slot.text.of(&self.texts) == text).map(|slot| slot.host)
    }

    fn bucket(&self, host: HostId, kind: Kind, text: &[u8]) -> Option<&Bucket> {
        self.buckets.find(hash_path(&self.hasher, host, kind, text), |b| {
            b.host == host && b.kind == kind && b.text.of(&self.texts) == text
        })
    }

    fn index_hosts(&mut self) {
        for (id, host) in (0u32..).zip(&self.table.hosts) {
            let (hosts, pattern) = match &host.pattern {
                HostPattern::Exact(text) => (&mut self.exact_hosts, text),
                HostPattern::OneLabel(text) => (&mut self.one_label, text),
                HostPattern::FirstLabel(text) => (&mut self.first_label, text),
                HostPattern::ManyLabels(text) => {
                    self.many_labels_lengths.insert(text.len());
                    (&mut self.many_labels, text)
                }
                HostPattern::WordLabel(text) => (&mut self.word_label, text),
                HostPattern::Start(_) | HostPattern::Regex(_) => {
                    self.other_hosts.push(HostId(id));
                    continue;
                }
                HostPattern::Any => {
                    debug_assert!(self.any_host.is_none(), "host patterns are unique");
                    self.any_host = Some(HostId(id));
                    continue;
                }
            };
            let Some(text) = append(&mut self.texts, pattern) else { continue };
            let (hasher, texts) = (&self.hasher, &self.texts);
            let slot = HostSlot { text, host: HostId(id) };
            hosts.insert_unique(hash(hasher, pattern.as_bytes()), slot, |slot| {
                hash(hasher, slot.text.of(texts))
            });
        }
    }

    fn index_routes(&mut self) {
        let mut order: Vec<u32> = (0u32..).zip(&self.links).map(|(id, _)| id).collect();
        order.sort_by_key(|&id| self.links.get(id as usize).map_or(NONE, |l| l.rank));
        let mut expressions: HashMap<HostId, Vec<Start<'_>>> = HashMap::new();
        for id in order {
            let Some(route) = self.table.routes.get(id as usize) else { continue };
            debug_assert!(!route.steps.is_empty(), "every route has a step");
            let (host, rank) = (route.host, route.rank);
            let Some(index) = self.hosts.get_mut(host.0 as usize) else { continue };
            index.best = index.best.min(rank);
            let (kind, pattern) = match &route.path {
                PathMatcher::Exact(p) => {
                    index.exact_lengths.insert(p.len());
                    (Kind::Exact, p.as_str())
                }
                PathMatcher::ElementPrefix(p) => {
                    index.element_lengths.insert(p.len());
                    (Kind::Element, p.as_str())
                }
                PathMatcher::StringPrefix(p) => {
                    index.string_lengths.insert(p.len());
                    index.best_string = index.best_string.min(rank);
                    (Kind::String, p.as_str())
                }
                PathMatcher::Regex(p) => {
                    index.best_regex = index.best_regex.min(rank);
                    let text = p.start().unwrap_or_default();
                    expressions.entry(host).or_default().push(Start { text, route: id, rank });
                    continue;
                }
                PathMatcher::Any => {
                    index.best_any = index.best_any.min(rank);
                    if index.any.0 == NONE {
                        index.any.0 = id;
                    }
                    let last = std::mem::replace(&mut index.any.1, id);
                    if let Some(link) = self.links.get_mut(last as usize) {
                        link.next = id;
                    }
                    continue;
                }
            };
            let hash = hash_path(&self.hasher, host, kind, pattern.as_bytes());
            let texts = &self.texts;
            let known =
                |b: &Bucket| b.host == host && b.kind == kind && b.text.of(texts) == pattern.as_bytes();
            if let Some(bucket) = self.buckets.find_mut(hash, known) {
                if let Some(link) = self.links.get_mut(bucket.tail as usize) {
                    link.next = id;
                }
                bucket.tail = id;
                continue;
            }
            let Some(text) = append(&mut self.texts, pattern) else { continue };
            let (hasher, texts) = (&self.hasher, &self.texts);
            self.buckets.insert_unique(
                hash,
                Bucket { text, host, head: id, tail: id, link: Link::END, floor: 0, kind },
                |b| hash_path(hasher, b.host, b.kind, b.text.of(texts)),
            );
        }
        for (host, texts) in expressions {
            let Some(index) = self.hosts.get_mut(host.0 as usize) else { continue };
            let (starts, chained) = Starts::new(texts, index.best_any);
            index.starts = starts;
            for (before, id) in chained {
                if let Some(link) = self.links.get_mut(before as usize) {
                    link.next = id;
                }
            }
        }
    }

    fn set_floors(&mut self) {
        // A pass to compute and a pass to store, since computing looks other buckets up. Both walk
        // the same unchanged table, so they meet the buckets in the same order.
        let floors: Vec<u32> = self.buckets.iter().map(|b| self.floor_after(b).unwrap_or(0)).collect();
        for (bucket, floor) in self.buckets.iter_mut().zip(floors) {
            bucket.floor = floor;
            bucket.link = self.links.get(bucket.head as usize).copied().unwrap_or(Link::END);
        }
    }

    /// The best rank among all that a look-up visits after this bucket; `None` where it would
    /// take too long to say.
    fn floor_after(&self, bucket: &Bucket) -> Option<u32> {
        let index = self.hosts.get(bucket.host.0 as usize)?;
        let path = bucket.text.of(&self.texts);
        let rank = |kind, text| {
            let head = self.bucket(bucket.host, kind, text).map_or(NONE, |b| b.head);
            self.links.get(head as usize).map_or(NONE, |l| l.rank)
        };
        // Any pattern of a later kind may be longer than this bucket's text and still follow.
        let mut floor = index.best_any.min(index.best_regex);
        let (kind, lengths) = match bucket.kind {
            Kind::String => (Kind::String, &index.string_lengths),
            Kind::Exact | Kind::Element => {
                floor = floor.min(index.best_string);
                (Kind::Element, &index.element_lengths)
            }
        };
        for (tried, length) in lengths.descending(path.len()).enumerate() {
            if tried == MAX_LENGTHS_FOR_FLOOR {
                return None;
            }
            let follows = bucket.kind == Kind::Exact || length < path.len();
            let whole = kind != Kind::Element || matches!(path.get(length), None | Some(b'/'));
            if let Some(shorter) = path.get(..length).filter(|_| follows && whole) {
                floor = floor.min(rank(kind, shorter));
            }
        }
        Some(floor)
    }
}

impl Text {
    fn of(self, texts: &[u8]) -> &[u8] {
        texts.get(self.start..self.start + self.length as usize).unwrap_or_default()
    }
}

impl Link {
    /// No route.
    const END: Link = Link { rank: NONE, next: NONE, plain: false };

    fn new(route: &Route) -> Self {
        let plain = route.conditions.is_empty()
            && route.steps.first().is_some_and(|s| s.when.is_empty())
            && !matches!(route.path, PathMatcher::Regex(_));
        Link { rank: route.rank, next: NONE, plain }
    }
}

impl HostIndex {
    fn new() -> Self {
        HostIndex {
            exact_lengths: Lengths::default(),
            element_lengths: Lengths::default(),
            string_lengths: Lengths::default(),
            starts: Starts::default(),
            any: (NONE, NONE),
            best: NONE,
            best_string: NONE,
            best_regex: NONE,
            best_any: NONE,
        }
    }
}

/// Adds a text to the others. `None` for one of 4 GiB, which no file can hold.
fn append(texts: &mut Vec<u8>, text: &str) -> Option<Text> {
    let length = u32::try_from(text.len()).ok()?;
    let start = texts.len();
    texts.extend_from_slice(text.as_bytes());
    Some(Text { start, length })
}

fn hash(hasher: &DefaultHashBuilder, text: &[u8]) -> u64 {
    // Not `hash_one`: that of a slice or a text hashes a length or an end mark as well.
    let mut state = hasher.build_hasher();
    state.write(text);
    state.finish()
}

fn hash_path(hasher: &DefaultHashBuilder, host: HostId, kind: Kind, path: &[u8]) -> u64 {
    hash(hasher, path) ^ (u64::from(host.0) << 2 | kind as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Index of the step that ends the request, if the route's conditions hold.
pub(super) fn step_of(route: &Route, request: &Request, read: &Read<'_>) -> Option<usize> {
    if !route.conditions.iter().all(|c| c.holds(request, read)) {
        return None;
    }
    route.steps.iter().position(|step| step.when.iter().all(|c| c.holds(request, read)))
}
