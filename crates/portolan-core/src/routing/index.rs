//! A table made ready: hash tables for hosts and paths, so that an answer costs the same at ten
//! rules and at a hundred thousand.
//!
//! Routes with the same host and path matcher form a *bucket*, chained in rank order. A look-up
//! visits the exact bucket, then the element prefixes from the longest to the shortest, then string
//! prefixes likewise, then the host's catch-all, and keeps the best rank. Each bucket knows its
//! *floor*: the best rank among everything visited after it. A winner below the floor ends the
//! look-up early, whatever order the controller ranks by.

use super::{HostId, HostPattern, HostPolicy, PathMatcher, Read, Request, Route, RouteId, RouteTable};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::hash::BuildHasher;

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

const NONE: u32 = u32::MAX;
/// Paths with more elements than this get no floor: their look-ups never end early, and building
/// stays linear whatever is pasted.
const MAX_ELEMENTS_FOR_FLOOR: usize = 64;

/// A route table with its indexes. Build it once, ask it often; it is `Send` and `Sync`.
#[derive(Debug)]
pub struct Router {
    table: RouteTable,
    hasher: DefaultHashBuilder,
    exact_hosts: HashTable<u32>,
    one_label: HashTable<u32>,
    many_labels: HashTable<u32>,
    many_labels_lengths: Lengths,
    any_host: Option<HostId>,
    hosts: Vec<HostIndex>,
    buckets: HashTable<Bucket>,
    /// The next route of the same bucket, for each route.
    next: Vec<u32>,
}

/// The best-ranked routes found so far: one, or several of equal rank.
#[derive(Debug, Default)]
pub(super) struct Best {
    pub(super) first: Option<(u32, RouteId)>,
    pub(super) tied: Vec<RouteId>,
}

impl Best {
    /// Whether a route of this rank would still count.
    fn wants(&self, rank: u32) -> bool {
        self.first.is_none_or(|(best, _)| rank <= best)
    }

    fn is_below(&self, floor: u32) -> bool {
        self.first.is_some_and(|(best, _)| best < floor)
    }

    fn take(&mut self, rank: u32, id: RouteId) {
        match self.first {
            Some((best, _)) if best == rank => self.tied.push(id),
            _ => {
                self.first = Some((rank, id));
                self.tied.clear();
            }
        }
    }
}

/// What the look-up needs to know of one virtual host.
#[derive(Debug, Default)]
struct HostIndex {
    element_lengths: Lengths,
    string_lengths: Lengths,
    /// First of the routes for every path.
    any: Option<RouteId>,
    /// Best rank of all, of the string prefixes, and of the routes for every path.
    best: Floor,
    best_string: Floor,
    best_any: Floor,
}

/// A rank, or none: nothing is better than none.
#[derive(Debug, Clone, Copy)]
struct Floor(u32);

impl Default for Floor {
    fn default() -> Self {
        Floor(NONE)
    }
}

impl Floor {
    fn lower(&mut self, rank: u32) {
        self.0 = self.0.min(rank);
    }
}

#[derive(Debug)]
struct Bucket {
    head: u32,
    tail: u32,
    floor: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Exact,
    Element,
    String,
}

/// A set of text lengths: long requests only try the lengths that some pattern has.
#[derive(Debug, Default)]
struct Lengths {
    short: u128,
    long: Vec<usize>,
}

impl Lengths {
    fn insert(&mut self, length: usize) {
        if length < 128 {
            self.short |= 1 << length;
        } else if let Err(at) = self.long.binary_search(&length) {
            self.long.insert(at, length);
        }
    }

    fn contains(&self, length: usize) -> bool {
        if length < 128 { self.short & (1 << length) != 0 } else { self.long.binary_search(&length).is_ok() }
    }

    /// The lengths up to `most`, the longest first.
    fn descending(&self, most: usize) -> impl Iterator<Item = usize> + '_ {
        let long = self.long.iter().rev().copied().filter(move |&l| l <= most);
        long.chain((0..=most.min(127)).rev().filter(|&l| self.short & (1 << l) != 0))
    }
}

fn key(path: &PathMatcher) -> Option<(Kind, &str)> {
    match path {
        PathMatcher::Exact(p) => Some((Kind::Exact, p)),
        PathMatcher::ElementPrefix(p) => Some((Kind::Element, p)),
        PathMatcher::StringPrefix(p) => Some((Kind::String, p)),
        PathMatcher::Any => None,
    }
}

/// The offsets at which an element of `path` ends, the longest first.
fn element_ends(path: &str) -> impl Iterator<Item = usize> + '_ {
    std::iter::once(path.len())
        .chain(path.bytes().enumerate().rev().filter(|&(_, b)| b == b'/').map(|(i, _)| i))
        .filter(|&end| end > 0)
}

impl Router {
    /// Makes a table ready.
    pub fn new(table: RouteTable) -> Self {
        let mut router = Router {
            hosts: table.hosts.iter().map(|_| HostIndex::default()).collect(),
            next: vec![NONE; table.routes.len()],
            hasher: DefaultHashBuilder::default(),
            exact_hosts: HashTable::new(),
            one_label: HashTable::new(),
            many_labels: HashTable::new(),
            many_labels_lengths: Lengths::default(),
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
                    self.best_in_host(host, request, &read, &mut best);
                }
            }
            HostPolicy::FallThrough => {
                self.for_each_host(&read.host, |host| self.best_in_host(host, request, &read, &mut best));
            }
        }
        let step = |id: RouteId| step_of(self.table.route(id)?, request, &read);
        match best.first.and_then(|(_, route)| Some((route, step(route)?))) {
            None => Resolution::Unmatched,
            Some((route, step)) if best.tied.is_empty() => Resolution::Matched { route, step },
            Some(first) => {
                let mut tied = vec![first];
                tied.extend(best.tied.iter().filter_map(|&id| Some((id, step(id)?))));
                tied.sort_unstable();
                Resolution::Tied(tied)
            }
        }
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
        if !best.wants(index.best.0) {
            return;
        }
        let path: &str = &read.path;
        if let Some(bucket) = self.bucket(host, Kind::Exact, path) {
            self.take_chain(bucket.head, request, read, best);
            if best.is_below(bucket.floor) {
                return;
            }
        }
        for end in element_ends(path) {
            if index.element_lengths.contains(end)
                && let Some(bucket) = path.get(..end).and_then(|p| self.bucket(host, Kind::Element, p))
            {
                self.take_chain(bucket.head, request, read, best);
                if best.is_below(bucket.floor) {
                    return;
                }
            }
        }
        if best.wants(index.best_string.0) {
            for length in index.string_lengths.descending(path.len()) {
                if let Some(bucket) = path.get(..length).and_then(|p| self.bucket(host, Kind::String, p)) {
                    self.take_chain(bucket.head, request, read, best);
                    if best.is_below(bucket.floor) {
                        return;
                    }
                }
            }
        }
        if let Some(any) = index.any {
            self.take_chain(any.0, request, read, best);
        }
    }

    /// Takes from a chain, which is in rank order, what is as good as the best or better.
    fn take_chain(&self, head: u32, request: &Request, read: &Read<'_>, best: &mut Best) {
        let mut at = head;
        while let Some(route) = self.table.routes.get(at as usize).filter(|r| best.wants(r.rank)) {
            if step_of(route, request, read).is_some() {
                best.take(route.rank, RouteId(at));
            }
            at = self.next.get(at as usize).copied().unwrap_or(NONE);
        }
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
        if !self.many_labels.is_empty() {
            for (dot, _) in host.match_indices('.').filter(|&(dot, _)| dot > 0) {
                if let Some(suffix) = host.get(dot..).filter(|s| self.many_labels_lengths.contains(s.len()))
                    && let Some(id) = self.find_host(&self.many_labels, suffix)
                {
                    f(id);
                }
            }
        }
        if let Some(id) = self.any_host {
            f(id);
        }
    }

    fn find_host(&self, hosts: &HashTable<u32>, text: &str) -> Option<HostId> {
        let hash = self.hasher.hash_one(text);
        let found = hosts.find(hash, |&id| {
            matches!(self.table.hosts.get(id as usize).map(|h| &h.pattern),
                Some(HostPattern::Exact(t) | HostPattern::OneLabel(t) | HostPattern::ManyLabels(t)) if t == text)
        });
        found.map(|&id| HostId(id))
    }

    fn bucket(&self, host: HostId, kind: Kind, path: &str) -> Option<&Bucket> {
        let hash = hash_path(&self.hasher, host, kind, path);
        self.buckets.find(hash, |b| is_bucket(&self.table, b, host, kind, path))
    }

    fn index_hosts(&mut self) {
        for (id, host) in (0u32..).zip(&self.table.hosts) {
            let (hosts, text) = match &host.pattern {
                HostPattern::Exact(text) => (&mut self.exact_hosts, text),
                HostPattern::OneLabel(text) => (&mut self.one_label, text),
                HostPattern::ManyLabels(text) => {
                    self.many_labels_lengths.insert(text.len());
                    (&mut self.many_labels, text)
                }
                HostPattern::Any => {
                    debug_assert!(self.any_host.is_none(), "host patterns are unique");
                    self.any_host = Some(HostId(id));
                    continue;
                }
            };
            let hash = self.hasher.hash_one(text.as_str());
            let patterns = &self.table.hosts;
            hosts.insert_unique(hash, id, |&other| {
                patterns.get(other as usize).map_or(0, |h| match &h.pattern {
                    HostPattern::Exact(t) | HostPattern::OneLabel(t) | HostPattern::ManyLabels(t) => {
                        self.hasher.hash_one(t.as_str())
                    }
                    HostPattern::Any => 0,
                })
            });
        }
    }

    fn index_routes(&mut self) {
        let mut order: Vec<u32> = (0..self.table.routes.len() as u32).collect();
        let rank = |id: &u32| self.table.routes.get(*id as usize).map_or(NONE, |r| r.rank);
        order.sort_by_key(rank);
        let mut last_any: Vec<u32> = vec![NONE; self.hosts.len()];
        for id in order {
            let Some(route) = self.table.routes.get(id as usize) else { continue };
            let host = route.host;
            let Some(index) = self.hosts.get_mut(host.0 as usize) else { continue };
            debug_assert!(!route.steps.is_empty(), "every route has a step");
            index.best.lower(route.rank);
            let Some((kind, path)) = key(&route.path) else {
                index.best_any.lower(route.rank);
                if index.any.is_none() {
                    index.any = Some(RouteId(id));
                }
                if let Some(last) = last_any.get_mut(host.0 as usize) {
                    if let Some(next) = self.next.get_mut(*last as usize) {
                        *next = id;
                    }
                    *last = id;
                }
                continue;
            };
            match kind {
                Kind::Exact => {}
                Kind::Element => index.element_lengths.insert(path.len()),
                Kind::String => {
                    index.string_lengths.insert(path.len());
                    index.best_string.lower(route.rank);
                }
            }
            let hash = hash_path(&self.hasher, host, kind, path);
            let table = &self.table;
            let bucket = self.buckets.find_mut(hash, |b| is_bucket(table, b, host, kind, path));
            if let Some(bucket) = bucket {
                if let Some(next) = self.next.get_mut(bucket.tail as usize) {
                    *next = id;
                }
                bucket.tail = id;
            } else {
                let hasher = &self.hasher;
                self.buckets.insert_unique(hash, Bucket { head: id, tail: id, floor: 0 }, |b| {
                    table.routes.get(b.head as usize).map_or(0, |r| {
                        key(&r.path).map_or(0, |(kind, path)| hash_path(hasher, r.host, kind, path))
                    })
                });
            }
        }
    }

    fn set_floors(&mut self) {
        let floors: Vec<(u32, u32)> =
            self.buckets.iter().map(|bucket| (bucket.head, self.floor_after(bucket).unwrap_or(0))).collect();
        let floors: HashMap<u32, u32> = floors.into_iter().collect();
        for bucket in self.buckets.iter_mut() {
            bucket.floor = floors.get(&bucket.head).copied().unwrap_or(0);
        }
    }

    /// The best rank among all that a look-up visits after this bucket; `None` where it would
    /// take too long to say.
    fn floor_after(&self, bucket: &Bucket) -> Option<u32> {
        let route = self.table.routes.get(bucket.head as usize)?;
        let index = self.hosts.get(route.host.0 as usize)?;
        let (kind, path) = key(&route.path)?;
        let rank_of = |kind: Kind, path: &str| {
            self.bucket(route.host, kind, path)
                .and_then(|b| self.table.routes.get(b.head as usize))
                .map_or(NONE, |r| r.rank)
        };
        let mut floor = index.best_any.0;
        if kind != Kind::String {
            floor = floor.min(index.best_string.0);
            if path.bytes().filter(|&b| b == b'/').count() > MAX_ELEMENTS_FOR_FLOOR {
                return None;
            }
            for end in element_ends(path).filter(|&end| index.element_lengths.contains(end)) {
                if (kind == Kind::Exact || end < path.len())
                    && let Some(shorter) = path.get(..end)
                {
                    floor = floor.min(rank_of(Kind::Element, shorter));
                }
            }
        } else {
            for length in index.string_lengths.descending(path.len()).take(MAX_ELEMENTS_FOR_FLOOR + 1) {
                if length < path.len()
                    && let Some(shorter) = path.get(..length)
                {
                    floor = floor.min(rank_of(Kind::String, shorter));
                }
            }
            if index.string_lengths.descending(path.len()).count() > MAX_ELEMENTS_FOR_FLOOR {
                return None;
            }
        }
        Some(floor)
    }
}

fn hash_path(hasher: &DefaultHashBuilder, host: HostId, kind: Kind, path: &str) -> u64 {
    // One hash of the text, host and kind mixed in, spares the rounds that a tuple would take.
    hasher.hash_one(path) ^ (u64::from(host.0) << 2 | kind as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn is_bucket(table: &RouteTable, bucket: &Bucket, host: HostId, kind: Kind, path: &str) -> bool {
    let route = table.routes.get(bucket.head as usize);
    route.is_some_and(|r| r.host == host && key(&r.path) == Some((kind, path)))
}

/// Index of the step that ends the request, if the route's conditions hold.
pub(super) fn step_of(route: &Route, request: &Request, read: &Read<'_>) -> Option<usize> {
    if !route.conditions.iter().all(|c| c.holds(request, read)) {
        return None;
    }
    route.steps.iter().position(|step| step.when.iter().all(|c| c.holds(request, read)))
}
