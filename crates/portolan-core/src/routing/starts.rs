//! Texts that matches of expressions begin with: which of them does a path begin with?
//!
//! The texts stand sorted, and each knows the longest other one that it begins with. The one just
//! before a path in that order is, or leads by way of those others to, all that the path begins
//! with: one binary search, however many there are.

/// Texts, each with the chain of routes whose expression's matches begin with it.
#[derive(Debug, Default)]
pub(super) struct Starts {
    entries: Vec<Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    text: Box<str>,
    /// First of the routes, the best-ranked one.
    pub head: u32,
    /// The longest other text that this one begins with.
    shorter: Option<u32>,
    /// The best rank among the routes of all shorter ones.
    pub floor: u32,
}

/// A route's expression.
#[derive(Debug)]
pub(super) struct Start<'s> {
    /// What its matches begin with.
    pub text: &'s str,
    pub route: u32,
    pub rank: u32,
}

impl Starts {
    /// Of routes in rank order; `last` is the best rank of what is asked after all of them. Further,
    /// which route follows which, of those with the same text.
    pub(super) fn new(mut starts: Vec<Start<'_>>, last: u32) -> (Self, Vec<(u32, u32)>) {
        // Stable: routes of the same text stay in rank order.
        starts.sort_by_key(|s| s.text);
        let mut entries: Vec<Entry> = Vec::new();
        // The entries that the current text may begin with, and the rank of each one's first route.
        let mut open: Vec<(u32, u32)> = Vec::new();
        let mut chained = Vec::new();
        let mut before = 0;
        for Start { text, route, rank } in starts {
            if entries.last().is_some_and(|e| *e.text == *text) {
                chained.push((before, route));
                before = route;
                continue;
            }
            let text_of = |at: u32| entries.get(at as usize).map_or("", |e| &e.text);
            while open.last().is_some_and(|&(at, _)| !text.starts_with(text_of(at))) {
                open.pop();
            }
            let shorter = open.last().copied();
            let floor = shorter
                .map_or(last, |(at, rank)| entries.get(at as usize).map_or(last, |e| e.floor).min(rank));
            open.push((entries.len() as u32, rank));
            entries.push(Entry { text: text.into(), head: route, shorter: shorter.map(|(at, _)| at), floor });
            before = route;
        }
        (Self { entries }, chained)
    }

    /// The entries that `path` begins with, the longest first.
    pub(super) fn of<'s>(&'s self, path: &str) -> impl Iterator<Item = &'s Entry> {
        let before = self.entries.partition_point(|e| *e.text <= *path);
        let mut at = before.checked_sub(1);
        while let Some(entry) = at.and_then(|at| self.entries.get(at)).filter(|e| !path.starts_with(&*e.text))
        {
            at = entry.shorter.map(|s| s as usize);
        }
        let first = at.and_then(|at| self.entries.get(at));
        std::iter::successors(first, |e| e.shorter.and_then(|s| self.entries.get(s as usize)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Start, Starts};

    #[test]
    fn all_that_a_path_begins_with_the_longest_first() {
        let texts = ["", "/", "/a", "/a/b", "/ab", "/abc", "/b", "/a"];
        let list = texts.iter().zip(0..).map(|(text, i)| Start { text, route: i, rank: i }).collect();
        let (starts, chained) = Starts::new(list, 99);
        assert_eq!(chained, [(2, 7)]);
        for path in ["/a/b/c", "/abd", "/abc", "/a", "/az", "/c", "x", "", "/a/"] {
            let found: Vec<u32> = starts.of(path).map(|e| e.head).collect();
            let mut expected: Vec<u32> = (0..7).filter(|&i| path.starts_with(texts[i as usize])).collect();
            expected.sort_by_key(|&i| std::cmp::Reverse(texts[i as usize].len()));
            assert_eq!(found, expected, "{path}");
        }
        assert_eq!(starts.of("/a/b").map(|e| e.floor).collect::<Vec<_>>(), [0, 0, 0, 99]);
    }
}
