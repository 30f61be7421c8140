//! The routes of one virtual host that have expressions: which of them is worth asking for a path?
//!
//! Most expressions begin with some path, and are found by its whole elements like any other route
//! (see [`key`]). Where too many share those elements, or an expression begins anywhere, it is found by
//! a short text that all its matches hold: the path is walked once, and a filter in the size of a few
//! cache lines says which of its places to look up. What is left is asked for every path.

use super::NONE;
use super::lengths::Lengths;
use crate::routing::{Pattern, RouteId};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::collections::HashMap;
use std::hash::BuildHasher;

/// So many expressions may begin with the same elements before they are found by what they hold.
const CROWD: usize = 4;
/// The lengths of the texts that are looked for: the longer one where a text is long enough.
const LONG: usize = 6;
const SHORT: usize = 3;

/// The routes with expressions.
#[derive(Debug)]
pub(super) struct Expressions {
    /// The lengths of the keys.
    pub lengths: Lengths,
    /// First of those that are asked for every path.
    pub others: u32,
    pub held: Held,
    /// Best rank of all, of those found by what they hold, and of those asked for every path.
    pub best: u32,
    pub best_held: u32,
    pub best_others: u32,
}

/// Routes by a text that their matches hold.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// One bit for each text, by a quick hash: it may say yes too often, which only costs a look-up.
    filter: Vec<u64>,
    seed: u64,
    texts: HashTable<Entry>,
    hasher: DefaultHashBuilder,
    has_long: bool,
    has_short: bool,
}

#[derive(Debug)]
struct Entry {
    text: u64,
    /// In rank order.
    routes: Vec<RouteId>,
}

/// A route's expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expressed<'t> {
    pub route: u32,
    pub rank: u32,
    pub pattern: &'t Pattern,
}

/// Where routes with expressions go.
#[derive(Debug)]
pub(super) struct Sorted<'t> {
    pub expressions: Expressions,
    /// Those that are found by their key, in rank order, and the key.
    pub keyed: Vec<(&'t str, Expressed<'t>)>,
    /// Those that are asked for every path, in rank order.
    pub others: Vec<u32>,
}

/// The whole elements that every path with a match begins with, in lower case: such a path goes on
/// with a slash or ends behind them, or a line feed is all that follows. `None` where there is no
/// telling.
fn key(pattern: &Pattern) -> Option<&str> {
    let start = pattern.start()?;
    if pattern.is_path_and_below() { Some(start) } else { start.get(..start.rfind('/')?) }
}

impl Expressions {
    /// Sorts expressions in rank order.
    pub(super) fn sort<'t>(all: &[Expressed<'t>]) -> Sorted<'t> {
        let mut crowds: HashMap<&str, usize> = HashMap::new();
        for key in all.iter().filter_map(|e| key(e.pattern)) {
            *crowds.entry(key).or_default() += 1;
        }
        let (mut keyed, mut holding, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for &expressed in all {
            let key = key(expressed.pattern);
            let is_crowded = key.is_none_or(|key| crowds.get(key).is_some_and(|&n| n > CROWD));
            let mut lists = Vec::new();
            // One that the index vouches for is not asked, whatever its neighbours.
            if is_crowded && !(key.is_some() && expressed.pattern.is_path_and_below()) {
                lists = expressed.pattern.required();
                lists.retain(|texts| texts.iter().all(|t| t.len() >= SHORT));
            }
            match key {
                _ if !lists.is_empty() => holding.push((expressed, lists)),
                Some(key) => keyed.push((key, expressed)),
                None => others.push(expressed),
            }
        }
        let best_of = |mut all: std::slice::Iter<'_, Expressed<'_>>| all.next().map_or(NONE, |e| e.rank);
        let mut expressions = Expressions {
            lengths: Lengths::default(),
            others: others.first().map_or(NONE, |e| e.route),
            best: best_of(all.iter()),
            best_held: holding.first().map_or(NONE, |(e, _)| e.rank),
            best_others: best_of(others.iter()),
            held: Held::new(&holding),
        };
        for (key, _) in &keyed {
            expressions.lengths.insert(key.len());
        }
        Sorted { expressions, keyed, others: others.iter().map(|e| e.route).collect() }
    }
}

impl Held {
    fn new(all: &[(Expressed<'_>, Vec<Vec<Vec<u8>>>)]) -> Held {
        let mut held = Held::default();
        held.seed = held.hasher.hash_one(0_u64) | 1;
        let mut counts: HashMap<u64, usize> = HashMap::new();
        for text in all.iter().flat_map(|(_, lists)| lists).flatten() {
            pieces(text, |piece| *counts.entry(piece).or_default() += 1);
        }
        let count = |piece: u64| counts.get(&piece).copied().unwrap_or_default();
        // Of each text its rarest piece; of the lists the one whose commonest such piece is rarest.
        let rarest = |text: &Vec<u8>| {
            let mut best = (usize::MAX, 0);
            pieces(text, |piece| best = best.min((count(piece), piece)));
            best
        };
        for (expressed, lists) in all {
            let lists = lists.iter().map(|texts| texts.iter().map(rarest).collect::<Vec<_>>());
            let Some(list) = lists.min_by_key(|list| list.iter().map(|(count, _)| *count).max()) else {
                continue;
            };
            for (_, piece) in list {
                held.insert(piece, RouteId(expressed.route));
            }
        }
        // Some 32 bits for each text keep wrong guesses to one in thirty.
        let words = (held.texts.len() / 2).next_power_of_two();
        held.filter = if held.texts.is_empty() { Vec::new() } else { vec![0; words] };
        for entry in &held.texts {
            let (word, bit) = place(entry.text, held.seed, words);
            if let Some(bits) = held.filter.get_mut(word) {
                *bits |= bit;
            }
        }
        held
    }

    fn insert(&mut self, piece: u64, route: RouteId) {
        if piece & IS_LONG == 0 {
            self.has_short = true
        } else {
            self.has_long = true
        }
        let hash = self.hasher.hash_one(piece);
        if let Some(entry) = self.texts.find_mut(hash, |e| e.text == piece) {
            if entry.routes.last() != Some(&route) {
                entry.routes.push(route);
            }
            return;
        }
        let entry = Entry { text: piece, routes: vec![route] };
        self.texts.insert_unique(hash, entry, |e| self.hasher.hash_one(e.text));
    }

    /// Walks a path in lower case, and says for each text that it holds which routes ask for it. A route
    /// may come more than once.
    pub(super) fn of(&self, path: &[u8], mut found: impl FnMut(&[RouteId])) {
        let mut last = 0;
        for (at, &byte) in path.iter().enumerate() {
            last = last << 8 | u64::from(byte);
            if self.has_long && at + 1 >= LONG {
                self.ask(long(last), &mut found);
            }
            if self.has_short && at + 1 >= SHORT {
                self.ask(short(last), &mut found);
            }
        }
    }

    #[inline]
    fn ask(&self, piece: u64, found: &mut impl FnMut(&[RouteId])) {
        let (word, bit) = place(piece, self.seed, self.filter.len());
        if self.filter.get(word).is_some_and(|bits| bits & bit != 0)
            && let Some(entry) = self.texts.find(self.hasher.hash_one(piece), |e| e.text == piece)
        {
            found(&entry.routes);
        }
    }
}

const IS_LONG: u64 = 1 << 63;

/// Where a text stands in a filter of so many words, a power of two.
#[inline]
fn place(piece: u64, seed: u64, words: usize) -> (usize, u64) {
    let hash = piece.wrapping_mul(seed);
    ((hash >> 40) as usize & words.wrapping_sub(1), 1 << (hash >> 34 & 63))
}

/// The last bytes of a text as one number.
fn long(last: u64) -> u64 {
    last & ((1 << (8 * LONG)) - 1) | IS_LONG
}

fn short(last: u64) -> u64 {
    last & ((1 << (8 * SHORT)) - 1)
}

/// Every piece of a text that it can be found by.
fn pieces(text: &[u8], mut each: impl FnMut(u64)) {
    let is_long = text.len() >= LONG;
    for window in text.windows(if is_long { LONG } else { SHORT }) {
        let number = window.iter().fold(0, |n, &b| n << 8 | u64::from(b));
        each(if is_long { long(number) } else { short(number) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Vec<String> {
        let mut sources: Vec<String> = (0..40).map(|n| format!("/orders{n}/[0-9]+$")).collect();
        sources.extend((0..10).map(|n| format!("^/shop{n}.*")));
        sources.extend((0..10).map(|n| format!("^/api/v{n}(/|$)(.*)")));
        sources.extend(
            ["^/(en|de)/x", "^/", "[a-z]+", "(news|blog)-", "^/api/(?!v1)", "^/café"].map(str::to_owned),
        );
        sources
    }

    /// Whatever matches is found, and little else is.
    #[test]
    fn what_matches_is_found() {
        let patterns: Vec<Pattern> = sources().iter().filter_map(|s| Pattern::pcre(s, true).ok()).collect();
        let all: Vec<Expressed<'_>> =
            patterns.iter().zip(0..).map(|(pattern, n)| Expressed { route: n, rank: n, pattern }).collect();
        let Sorted { expressions, keyed, others } = Expressions::sort(&all);
        let mut asked = 0;
        let paths = [
            "/",
            "/orders7/12",
            "/x/orders39/1",
            "/shop3",
            "/shop33/a",
            "/api/v1",
            "/api/v1/x",
            "/api/v11",
            "/en/x",
            "/my-blog-1",
            "/caf\u{e9}/x",
            "/orders/1",
            "",
        ];
        for path in paths {
            let mut found = others.clone();
            expressions.held.of(path.as_bytes(), |routes| found.extend(routes.iter().map(|r| r.0)));
            found.extend(keyed.iter().filter(|(key, _)| path.starts_with(key)).map(|(_, e)| e.route));
            asked += found.len();
            for (pattern, n) in patterns.iter().zip(0..) {
                assert!(
                    found.contains(&n) || !pattern.is_match(path),
                    "{pattern:?} is not found for {path:?}"
                );
            }
        }
        assert!(asked < 8 * paths.len(), "{asked} were asked");
    }
}
