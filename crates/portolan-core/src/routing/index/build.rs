//! Making a table ready.

use super::expressions::{Expressed, Expressions, Sorted};
use super::filter::Filter;
use super::hosts::Hosts;
use super::lengths::Lengths;
use super::{Asks, Bucket, HostIndex, Kind, Link, More, NONE, Router, Text, hash, hash_path, shape};
use crate::routing::{Condition, HostId, PathMatcher, Route, RouteTable};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::HashMap;

/// Paths with more pattern lengths below theirs than this get no floor: their look-ups never end
/// early, and building stays linear whatever is pasted.
const MAX_LENGTHS_FOR_FLOOR: usize = 64;

impl Router {
    /// Makes a table ready.
    pub fn new(table: RouteTable) -> Self {
        let hasher = DefaultHashBuilder::default();
        let mut texts = Vec::new();
        let hosts = Hosts::new(&table, &hasher, &mut texts);
        let mut builder = Builder {
            tails: vec![NONE; table.routes.len()],
            router: Router {
                indexes: table.hosts.iter().map(|_| HostIndex::new()).collect(),
                links: table.routes.iter().map(Link::new).collect(),
                buckets: HashTable::with_capacity(table.routes.len()),
                filter: Filter::default(),
                hasher,
                texts,
                hosts,
                table,
            },
        };
        builder.index_routes();
        builder.router.set_floors();
        let router = &mut builder.router;
        let seed = hash(&router.hasher, b"filter");
        router.filter =
            Filter::new(router.buckets.iter().filter(|b| b.kind == Kind::String), &router.texts, seed);
        builder.router
    }
}

struct Builder {
    router: Router,
    /// For the first route of a chain, the last one.
    tails: Vec<u32>,
}

impl Builder {
    fn index_routes(&mut self) {
        let mut order: Vec<u32> = (0u32..).zip(&self.router.links).map(|(id, _)| id).collect();
        order.sort_by_key(|&id| self.router.links.get(id as usize).map_or(NONE, |l| l.rank));
        // Taken out for the time being: its texts are read while the index is written.
        let routes = std::mem::take(&mut self.router.table.routes);
        let mut expressions: HashMap<HostId, Vec<Expressed<'_>>> = HashMap::new();
        for route in order {
            let Some(Route { host, rank, path, steps, .. }) = routes.get(route as usize) else { continue };
            debug_assert!(!steps.is_empty(), "every route has a step");
            let Some(index) = self.router.indexes.get_mut(host.0 as usize) else { continue };
            index.best = index.best.min(*rank);
            match path {
                PathMatcher::Exact(p) => {
                    index.exact.insert(p.len());
                    self.insert(*host, Kind::Exact, p, route);
                }
                PathMatcher::ElementPrefix(p) => {
                    index.elements.insert(p.len());
                    index.shapes |= shape(p.as_bytes());
                    self.insert(*host, Kind::Element, p, route);
                }
                PathMatcher::StringPrefix(p) => {
                    let more = index.more.get_or_insert_default();
                    more.strings.insert(p.len());
                    more.best_string = more.best_string.min(*rank);
                    self.insert(*host, Kind::String, p, route);
                }
                PathMatcher::Regex(pattern) => {
                    expressions.entry(*host).or_default().push(Expressed { route, rank: *rank, pattern });
                }
                PathMatcher::Any if index.any == NONE => {
                    index.any = route;
                    self.chain(route, route);
                }
                PathMatcher::Any => {
                    let head = index.any;
                    self.chain(head, route);
                }
            }
        }
        for (host, all) in expressions {
            self.index_expressions(host, &all);
        }
        self.router.table.routes = routes;
    }

    fn index_expressions(&mut self, host: HostId, all: &[Expressed<'_>]) {
        let Sorted { expressions, keyed, others } = Expressions::sort(all);
        for (key, expressed) in keyed {
            if expressed.pattern.is_path_and_below()
                && let Some(link) = self.router.links.get_mut(expressed.route as usize)
            {
                link.vouched = true;
            }
            self.insert(host, Kind::Start, key, expressed.route);
        }
        for &route in &others {
            self.chain(expressions.others, route);
        }
        if let Some(index) = self.router.indexes.get_mut(host.0 as usize) {
            index.more.get_or_insert_default().expressions = Some(expressions);
        }
    }

    /// Adds a route to the bucket of its text.
    fn insert(&mut self, host: HostId, kind: Kind, pattern: &str, route: u32) {
        let pattern = pattern.as_bytes();
        let Router { hasher, texts, buckets, .. } = &mut self.router;
        let hash = hash_path(hasher, host, kind, pattern);
        let known = |b: &Bucket| b.host == host && b.kind == kind && b.text.of(texts) == pattern;
        if let Some(bucket) = buckets.find(hash, known) {
            let head = bucket.head;
            self.chain(head, route);
            return;
        }
        let Some(text) = Text::new(pattern, texts) else { return };
        let bucket = Bucket { text, host, head: route, link: Link::END, floor: 0, kind };
        buckets.insert_unique(hash, bucket, |b| hash_path(hasher, b.host, b.kind, b.text.of(texts)));
        self.chain(route, route);
    }

    /// Puts a route at the end of a chain.
    fn chain(&mut self, head: u32, route: u32) {
        let Some(tail) = self.tails.get_mut(head as usize) else { return };
        let last = std::mem::replace(tail, route);
        if let Some(link) = self.router.links.get_mut(last as usize) {
            link.next = route;
        }
    }
}

impl Router {
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
        let index = self.indexes.get(bucket.host.0 as usize)?;
        let path = bucket.text.of(&self.texts);
        let rank_of = |head: u32| self.links.get(head as usize).map_or(NONE, |l| l.rank);
        let rank = |kind, text| rank_of(self.bucket(bucket.host, kind, text).map_or(NONE, |b| b.head));
        let mut floor = rank_of(index.any);
        let more = index.more.as_deref();
        let expressions = more.and_then(|m| m.expressions.as_ref());
        // Any pattern of a later kind may be longer than this bucket's text and still follow.
        let (kind, lengths) = match bucket.kind {
            Kind::Start => {
                let expressions = expressions?;
                floor = floor.min(expressions.best_held).min(expressions.best_others);
                (Kind::Start, &expressions.lengths)
            }
            Kind::String => (Kind::String, &more?.strings),
            Kind::Exact | Kind::Element => {
                floor = floor.min(more.map_or(NONE, |m| m.best_string));
                (Kind::Element, &index.elements)
            }
        };
        if bucket.kind != Kind::Start {
            floor = floor.min(expressions.map_or(NONE, |e| e.best));
        }
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

impl Link {
    fn new(route: &Route) -> Self {
        let asks = match route.conditions.as_slice() {
            _ if route.steps.first().is_none_or(|s| !s.when.is_empty()) => Asks::More,
            [] => Asks::Nothing,
            [Condition::Scheme(scheme)] => Asks::Scheme(*scheme),
            _ => Asks::More,
        };
        let vouched = !matches!(route.path, PathMatcher::Regex(_));
        Link { rank: route.rank, next: NONE, asks, vouched }
    }
}

impl HostIndex {
    fn new() -> Self {
        HostIndex {
            exact: Lengths::default(),
            elements: Lengths::default(),
            shapes: 0,
            more: None,
            any: NONE,
            best: NONE,
        }
    }
}

impl Default for More {
    fn default() -> Self {
        More { strings: Lengths::default(), best_string: NONE, expressions: None }
    }
}
