//! A table made ready: hash tables for hosts and paths, so that an answer costs the same at ten
//! rules and at a hundred thousand.
//!
//! Routes with the same host and path matcher form a *bucket*, chained in rank order. A look-up
//! visits the exact bucket, then the element prefixes from the longest to the shortest, then string
//! prefixes likewise, then regular expressions by the elements that all their matches begin with or by
//! a text that they hold, then the host's catch-all, and keeps the best rank. Each bucket knows its
//! *floor*: the best rank among everything visited after it. A winner below the floor ends the
//! look-up early, whatever order the controller ranks by.
//!
//! What a look-up touches is kept small and together: pattern texts in one string, ranks in a list
//! of their own. Where elements of the path end is found once, for all buckets. A [`Route`] itself is
//! only read where it has conditions, and a request is only read as a whole where its bytes do not
//! show what its host and path are.

mod best;
mod build;
mod expressions;
mod filter;
mod hosts;
mod lengths;

pub(super) use best::Best;
pub use best::Resolution;

use super::plain::{Plain, any, places};
use super::{HostId, HostPolicy, PathMatcher, Read, Reading, Request, Route, RouteId, RouteTable, Scheme};
use best::Found;
use expressions::Expressions;
use filter::Filter;
use hashbrown::{DefaultHashBuilder, HashTable};
use hosts::{Hosts, Texts};
use lengths::{Bits, Lengths};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::hash::{BuildHasher, Hasher};

/// No route: the end of a chain. As a rank: worse than any.
const NONE: u32 = u32::MAX;

/// A route table with its indexes. Build it once, ask it often; it is `Send` and `Sync`.
#[derive(Debug)]
pub struct Router {
    table: RouteTable,
    hasher: DefaultHashBuilder,
    /// The texts of all patterns, one after the other. Bytes, to be compared without another look at
    /// character boundaries.
    texts: Vec<u8>,
    hosts: Hosts,
    indexes: Vec<HostIndex>,
    buckets: HashTable<Bucket>,
    filter: Filter,
    links: Vec<Link>,
}

/// A text of up to `N` bytes, or a piece of [`Router::texts`]. What is compared lies beside what is
/// found: a look-up in a big table costs what it has to fetch.
#[derive(Debug, Clone, Copy)]
struct Text<const N: usize> {
    length: u32,
    /// The text itself; where it is too long for that, its place in the others.
    bytes: [u8; N],
}

/// What a look-up needs to know of one route.
#[derive(Debug, Clone, Copy)]
struct Link {
    rank: u32,
    /// The next route of the same bucket.
    next: u32,
    asks: Asks,
    /// The index vouches for its path.
    vouched: bool,
}

/// What a route asks beside host and path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Nothing, and its first step is always done.
    Nothing,
    /// The scheme of the connection, and its first step is always done.
    Scheme(Scheme),
    /// What only the route itself can tell.
    More,
}

/// What a look-up needs to know of one virtual host: one line of the processor's cache.
#[derive(Debug)]
#[repr(align(64))]
struct HostIndex {
    exact: Lengths,
    elements: Lengths,
    /// The shapes of the element prefixes that are shorter than 64 bytes: see [`shape`].
    shapes: u64,
    /// What most virtual hosts do not have.
    more: Option<Box<More>>,
    /// First of the routes for every path.
    any: u32,
    /// Best rank of all routes.
    best: u32,
}

/// What else there is in a virtual host.
#[derive(Debug)]
struct More {
    strings: Lengths,
    /// Best rank of those with a string prefix.
    best_string: u32,
    expressions: Option<Expressions>,
}

/// One line of the processor's cache.
#[derive(Debug)]
#[repr(align(64))]
struct Bucket {
    text: Text<28>,
    host: HostId,
    head: u32,
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
    /// The elements that the matches of an expression begin with, in lower case.
    Start,
}

/// A request as a look-up asks about it.
pub(super) struct Asked<'r> {
    request: &'r Request,
    host: &'r str,
    path: &'r str,
    /// Where elements of the path end, among its first 64 bytes: bit `n` for the end of the first `n`.
    ends: u64,
    read: WholeRead<'r>,
}

/// All of the request as read, which only conditions ask for.
enum WholeRead<'r> {
    Known(&'r Read<'r>),
    Later(&'r Reading, OnceCell<Option<Box<Read<'r>>>>),
}

impl<'r> Asked<'r> {
    #[inline]
    fn new(request: &'r Request, host: &'r str, path: &'r str, read: WholeRead<'r>) -> Self {
        let whole = 1_u64.checked_shl(path.len() as u32).filter(|_| path.len() < 64).unwrap_or(0);
        Asked { request, host, path, ends: places(path.as_bytes(), b'/') | whole, read }
    }

    /// About a request as read.
    pub(super) fn of(request: &'r Request, read: &'r Read<'r>) -> Self {
        Self::new(request, &read.host, &read.path, WholeRead::Known(read))
    }

    fn read(&self) -> Option<&Read<'r>> {
        match &self.read {
            WholeRead::Known(read) => Some(read),
            WholeRead::Later(reading, read) => {
                read.get_or_init(|| reading.read(self.request).ok().map(Box::new)).as_deref()
            }
        }
    }
}

impl Router {
    /// The table.
    pub fn table(&self) -> &RouteTable {
        &self.table
    }

    /// The route that the request takes.
    pub fn resolve(&self, request: &Request) -> Resolution {
        let reading = &self.table.reading;
        let exact = self.hosts.plain(&request.host, self.texts());
        match reading.plain(request, exact.is_some()) {
            Some(Plain { host, path }) => {
                let exact = exact.or_else(|| self.hosts.odd(host, self.texts()));
                self.find(&Asked::new(request, host, path, WholeRead::Later(reading, OnceCell::new())), exact)
            }
            None => self.resolve_read(request),
        }
    }

    /// The same for a request that has to be read.
    #[inline(never)]
    fn resolve_read(&self, request: &Request) -> Resolution {
        match self.table.reading.read(request) {
            Ok(read) => self.find(&Asked::of(request, &read), self.hosts.exact(&read.host, self.texts())),
            Err(_) => Resolution::Refused,
        }
    }

    #[inline(always)]
    fn find(&self, asked: &Asked<'_>, exact: Option<HostId>) -> Resolution {
        let mut best = Best::default();
        let texts = self.texts();
        match self.table.host_policy {
            HostPolicy::Exclusive => {
                let mut chosen: Option<HostId> = None;
                self.hosts.for_each(asked.host, exact, texts, &self.table, |host| {
                    chosen = Some(chosen.map_or(host, |c| c.min(host)));
                });
                if let Some(host) = chosen {
                    self.best_in_host(self.table.routes_of(host), asked, &mut best);
                }
            }
            HostPolicy::FallThrough => {
                self.hosts.for_each(asked.host, exact, texts, &self.table, |host| {
                    self.best_in_host(host, asked, &mut best);
                });
            }
        }
        best.into_resolution()
    }

    /// The virtual hosts that match, in no particular order.
    pub(super) fn matching_hosts(&self, host: &str) -> Vec<HostId> {
        let mut hosts = Vec::new();
        let exact = self.hosts.exact(host, self.texts());
        self.hosts.for_each(host, exact, self.texts(), &self.table, |id| hosts.push(id));
        hosts
    }

    /// Looks for better routes in one virtual host.
    pub(super) fn best_in_host(&self, host: HostId, asked: &Asked<'_>, best: &mut Best) {
        let Some(index) = self.indexes.get(host.0 as usize) else { return };
        if !best.wants(index.best) {
            return;
        }
        let path = asked.path.as_bytes();
        if index.exact.contains(path.len()) && self.visit(host, Kind::Exact, path, asked, best) {
            return;
        }
        for end in index.elements.long(path.len()) {
            if let Some(elements) = path.get(..end)
                && matches!(path.get(end), None | Some(b'/'))
                && self.visit(host, Kind::Element, elements, asked, best)
            {
                return;
            }
        }
        for end in Bits(index.elements.short() & asked.ends) {
            if let Some(elements) = path.get(..end)
                && index.shapes & shape(elements) != 0
                && self.visit(host, Kind::Element, elements, asked, best)
            {
                return;
            }
        }
        if let Some(more) = &index.more
            && self.visit_more(host, more, asked, best)
        {
            return;
        }
        if index.any != NONE {
            self.take_chain(index.any, asked, best);
        }
    }

    /// Visits string prefixes and expressions. Whether nothing better can follow.
    fn visit_more(&self, host: HostId, more: &More, asked: &Asked<'_>, best: &mut Best) -> bool {
        let path = asked.path.as_bytes();
        if best.wants(more.best_string) && more.best_string != NONE {
            for length in more.strings.descending(path.len()) {
                if let Some(start) = path.get(..length)
                    && self.filter.may_hold(host, start)
                    && self.visit(host, Kind::String, start, asked, best)
                {
                    return true;
                }
            }
        }
        match &more.expressions {
            Some(expressions) if best.wants(expressions.best) => {
                self.visit_expressions(host, expressions, asked, best)
            }
            _ => false,
        }
    }

    /// Visits expressions. Whether nothing better can follow.
    fn visit_expressions(
        &self,
        host: HostId,
        expressions: &Expressions,
        asked: &Asked<'_>,
        best: &mut Best,
    ) -> bool {
        let path = match any(asked.path.as_bytes(), |b| b.is_ascii_uppercase()) {
            true => Cow::Owned(asked.path.as_bytes().to_ascii_lowercase()),
            false => Cow::Borrowed(asked.path.as_bytes()),
        };
        let mut ends = asked.ends;
        // PCRE's `$` lets a last line feed follow.
        if path.last() == Some(&b'\n') && path.len() <= 64 {
            ends |= 1 << (path.len() - 1);
        }
        for end in expressions.lengths.long(path.len()) {
            let is_end = matches!(path.get(end..), Some([] | [b'/', ..] | b"\n"));
            if let Some(start) = path.get(..end).filter(|_| is_end)
                && self.visit(host, Kind::Start, start, asked, best)
            {
                return true;
            }
        }
        for end in Bits(expressions.lengths.short() & ends) {
            if let Some(start) = path.get(..end)
                && self.visit(host, Kind::Start, start, asked, best)
            {
                return true;
            }
        }
        if best.wants(expressions.best_held) && expressions.best_held != NONE {
            expressions.held.of(&path, |routes| {
                for &RouteId(route) in routes {
                    match self.links.get(route as usize) {
                        Some(link) if best.wants(link.rank) => self.take(route, *link, asked, best),
                        _ => break,
                    }
                }
            });
        }
        self.take_chain(expressions.others, asked, best);
        false
    }

    /// Visits the bucket of this text, if there is one. Whether nothing better can follow.
    fn visit(&self, host: HostId, kind: Kind, text: &[u8], asked: &Asked<'_>, best: &mut Best) -> bool {
        let Some(bucket) = self.bucket(host, kind, text) else { return false };
        if best.wants(bucket.link.rank) {
            self.take(bucket.head, bucket.link, asked, best);
            if bucket.link.next != NONE {
                self.take_chain(bucket.link.next, asked, best);
            }
        }
        best.is_below(bucket.floor)
    }

    /// Takes from a chain, which is in rank order, what is as good as the best or better.
    fn take_chain(&self, mut at: u32, asked: &Asked<'_>, best: &mut Best) {
        while let Some(link) = self.links.get(at as usize).filter(|link| best.wants(link.rank)) {
            self.take(at, *link, asked, best);
            at = link.next;
        }
    }

    /// Takes a route if it matches.
    #[inline(always)]
    fn take(&self, id: u32, link: Link, asked: &Asked<'_>, best: &mut Best) {
        let step = match link.asks {
            Asks::Scheme(scheme) if scheme != asked.request.scheme => return,
            Asks::Nothing | Asks::Scheme(_) if link.vouched => Some(0),
            _ => self.step(id, link, asked),
        };
        if let Some(step) = step {
            best.take(Found { rank: link.rank, route: RouteId(id), step });
        }
    }

    /// Index of the step that ends the request, if the route's conditions hold, and its path where
    /// the index does not vouch for that.
    #[inline(never)]
    fn step(&self, id: u32, link: Link, asked: &Asked<'_>) -> Option<usize> {
        let route = self.table.routes.get(id as usize)?;
        if matches!(&route.path, PathMatcher::Regex(pattern) if !pattern.is_match(asked.path)) {
            return None;
        }
        if link.asks == Asks::More { step_of(route, asked.request, asked.read()?) } else { Some(0) }
    }

    fn texts(&self) -> Texts<'_> {
        Texts { hasher: &self.hasher, texts: &self.texts }
    }

    #[inline(always)]
    fn bucket(&self, host: HostId, kind: Kind, text: &[u8]) -> Option<&Bucket> {
        self.buckets.find(hash_path(&self.hasher, host, kind, text), |b| {
            b.host == host && b.kind == kind && b.text.of(&self.texts) == text
        })
    }
}

impl<const N: usize> Text<N> {
    /// A text, added to the others where it is long. `None` past 4 GiB, which no set of files holds.
    fn new(text: &[u8], texts: &mut Vec<u8>) -> Option<Self> {
        let (start, length) = (u32::try_from(texts.len()).ok()?, u32::try_from(text.len()).ok()?);
        let mut bytes = [0; N];
        match bytes.get_mut(..text.len()) {
            Some(place) => place.copy_from_slice(text),
            None => {
                bytes.get_mut(..4)?.copy_from_slice(&start.to_le_bytes());
                texts.extend_from_slice(text);
            }
        }
        Some(Text { length, bytes })
    }

    #[inline]
    fn of<'t>(&'t self, texts: &'t [u8]) -> &'t [u8] {
        let length = self.length as usize;
        match self.bytes.get(..length) {
            Some(text) => text,
            None => {
                let start = self.bytes.first_chunk().map_or(0, |start| u32::from_le_bytes(*start) as usize);
                texts.get(start..start + length).unwrap_or_default()
            }
        }
    }
}

impl Link {
    /// No route.
    const END: Link = Link { rank: NONE, next: NONE, asks: Asks::Nothing, vouched: false };
}

/// One of 64 bits, by a text's length and last byte: few texts share it with one of a handful of others.
#[inline]
fn shape(text: &[u8]) -> u64 {
    let last = text.last().copied().unwrap_or_default();
    1 << ((text.len() ^ usize::from(last).wrapping_mul(13)) & 63)
}

#[inline]
fn hash(hasher: &DefaultHashBuilder, text: &[u8]) -> u64 {
    // Not `hash_one`: that of a slice or a text hashes a length or an end mark as well.
    let mut state = hasher.build_hasher();
    state.write(text);
    state.finish()
}

#[inline]
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
