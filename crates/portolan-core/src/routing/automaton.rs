//! Matching without an engine: Glushkov's automaton of a short expression, all its states in the bits
//! of one word. A text is walked once, whatever the expression, and nothing is allocated.

use super::expression::{Node, Set};

/// The automaton of an expression of at most 64 signs, for ASCII text. It says whether there is a
/// match, not where.
#[derive(Debug)]
pub(super) struct Automaton {
    /// What each place of the expression takes, and the places that may follow it.
    places: Box<[(Takes, u64)]>,
    /// The places that a match may begin with, and end with.
    first: u64,
    last: u64,
    /// The places that stand for the start and for the end of the text.
    starts: u64,
    ends: u64,
    /// What matches begin with, where they may begin anywhere: nothing else is looked at before it is
    /// found. And the places that are open behind it; `None` where it is all of a match.
    literal: Box<[u8]>,
    behind_literal: Option<u64>,
    /// Nothing at all is a match.
    empty: bool,
    /// Matches begin where the search does.
    anchored: bool,
    ignore_case: bool,
}

#[derive(Debug, Clone, Copy)]
enum Takes {
    Byte(u8),
    Set(Set),
    /// No sign: the start or the end.
    Nothing,
}

/// A part of the automaton under construction.
#[derive(Debug, Clone, Copy)]
struct Part {
    empty: bool,
    first: u64,
    last: u64,
}

/// How many nodes are visited for one automaton, repetitions counted as often as they repeat.
const MAX_WORK: u32 = 1_000;

impl Automaton {
    /// `None` for an expression that has too many places. `anchored`: matches begin where the search
    /// does.
    pub(super) fn new(nodes: &[Node], anchored: bool, ignore_case: bool) -> Option<Automaton> {
        let mut builder = Builder::default();
        let Part { empty, first, last } = builder.all(nodes)?;
        let Builder { places, starts, ends, .. } = builder;
        let mut automaton = Automaton {
            places: places.into(),
            first,
            last,
            starts,
            ends,
            literal: Box::default(),
            behind_literal: None,
            empty,
            anchored,
            ignore_case,
        };
        if !anchored {
            let byte = |node: &Node| match node {
                Node::Byte(b) => Some(*b),
                _ => None,
            };
            automaton.literal = nodes.iter().map_while(byte).collect();
            automaton.behind_literal = automaton.walk(&automaton.literal, first);
        }
        Some(automaton)
    }

    /// Whether an engine that goes back may need time without end for a text that does not match: where
    /// it can come from one place to the next in two ways again and again, as by `(a+)+`, and has still
    /// to find something behind it. Of what is ambiguous, that is what nested repetitions are.
    pub(super) fn explodes(nodes: &[Node]) -> bool {
        let mut builder = Builder::default();
        builder.all(nodes).is_some_and(|whole| builder.doubled & !whole.last != 0)
    }

    /// Whether it matches in this text; `at_start` where the text is not the rest of a longer one.
    pub(super) fn is_match(&self, text: &[u8], at_start: bool) -> bool {
        if self.empty {
            return true;
        }
        let starts = if at_start { self.starts } else { 0 };
        let (open, rest) = if self.literal.is_empty() {
            (self.settle(self.first, starts), text)
        } else {
            let Some(rest) = self.behind_literal(text) else { return false };
            (self.behind_literal, rest)
        };
        let Some(open) = open.and_then(|open| self.walk(rest, open)) else { return true };
        self.settle(open, self.ends | if text.is_empty() { starts } else { 0 }).is_none()
    }

    /// The open places before a text, or behind what the text began with; `None` where nothing at all
    /// is a match. For those who walk by themselves: see [`Automaton::step`] and [`Automaton::ends`].
    pub(super) fn begin(&self, at_start: bool) -> Option<u64> {
        if self.empty { None } else { self.settle(self.first, if at_start { self.starts } else { 0 }) }
    }

    /// The open places behind one more sign; `None` where a match ends there.
    pub(super) fn step(&self, open: u64, sign: u8) -> Option<u64> {
        self.walk(&[sign], open)
    }

    /// Whether a match ends where the text does; `at_start` where that is where it began.
    pub(super) fn ends(&self, open: u64, at_start: bool) -> bool {
        self.settle(open, self.ends | if at_start { self.starts } else { 0 }).is_none()
    }

    /// What follows the literal's first occurrence.
    fn behind_literal<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let mut windows = text.windows(self.literal.len());
        let at = match self.ignore_case {
            true => windows.position(|w| w.eq_ignore_ascii_case(&self.literal)),
            false => windows.position(|w| w == &*self.literal),
        };
        text.get(at? + self.literal.len()..)
    }

    /// The open places behind this text; `None` where a match ends in it.
    fn walk(&self, text: &[u8], mut open: u64) -> Option<u64> {
        let again = if self.anchored { 0 } else { self.first };
        for &byte in text {
            let byte = if self.ignore_case { byte.to_ascii_lowercase() } else { byte };
            let mut next = again;
            while let Some((takes, follow)) = self.places.get(open.trailing_zeros() as usize) {
                let takes = match takes {
                    Takes::Byte(b) => *b == byte,
                    Takes::Set(set) => set.holds(byte),
                    Takes::Nothing => false,
                };
                let place = open & open.wrapping_neg();
                open &= !place;
                if takes {
                    if self.last & place != 0 {
                        return None;
                    }
                    next |= follow;
                }
            }
            open = next;
            if open == 0 {
                break;
            }
        }
        Some(open)
    }

    /// The open places after all of `here` that are open were taken; `None` where that ends a match.
    fn settle(&self, mut open: u64, here: u64) -> Option<u64> {
        let mut taken = 0;
        loop {
            let mut now = open & here & !taken;
            if now & self.last != 0 {
                return None;
            }
            if now == 0 {
                return Some(open);
            }
            taken |= now;
            while let Some((_, follow)) = self.places.get(now.trailing_zeros() as usize) {
                open |= follow;
                now &= now - 1;
            }
        }
    }
}

#[derive(Default)]
struct Builder {
    places: Vec<(Takes, u64)>,
    starts: u64,
    ends: u64,
    work: u32,
    /// The places from which a repetition leads to where another part leads already.
    doubled: u64,
}

impl Builder {
    fn node(&mut self, node: &Node) -> Option<Part> {
        self.work += 1;
        if self.work > MAX_WORK {
            return None;
        }
        match node {
            Node::Byte(byte) => self.place(Takes::Byte(*byte)),
            Node::Set(set) => self.place(Takes::Set(*set)),
            Node::Start => {
                let part = self.place(Takes::Nothing)?;
                self.starts |= part.first;
                Some(part)
            }
            Node::End => {
                let part = self.place(Takes::Nothing)?;
                self.ends |= part.first;
                Some(part)
            }
            Node::All(nodes) => self.all(nodes),
            Node::OneOf(nodes) => {
                let mut whole = Part { empty: false, first: 0, last: 0 };
                for node in nodes {
                    let part = self.node(node)?;
                    whole.empty |= part.empty;
                    whole.first |= part.first;
                    whole.last |= part.last;
                }
                Some(whole)
            }
            Node::Repeat(node, least, most) => self.repeat(node, *least, *most),
        }
    }

    fn repeat(&mut self, node: &Node, least: u32, most: Option<u32>) -> Option<Part> {
        let mut whole = Part { empty: true, first: 0, last: 0 };
        // Without a bound, the last copy repeats itself.
        let copies = most.unwrap_or(least.max(1));
        for copy in 1..=copies {
            let mut part = self.node(node)?;
            if most.is_none() && copy == copies {
                for (at, (_, follow)) in self.places.iter().enumerate() {
                    if part.last & (1 << at) != 0 && follow & part.first != 0 {
                        self.doubled |= 1 << at;
                    }
                }
                self.follow(part.last, part.first);
            }
            part.empty |= copy > least;
            whole = self.then(whole, part);
        }
        Some(whole)
    }

    fn all(&mut self, nodes: &[Node]) -> Option<Part> {
        let mut whole = Part { empty: true, first: 0, last: 0 };
        for node in nodes {
            let part = self.node(node)?;
            whole = self.then(whole, part);
        }
        Some(whole)
    }

    fn place(&mut self, takes: Takes) -> Option<Part> {
        let place = 1_u64.checked_shl(u32::try_from(self.places.len()).ok()?)?;
        self.places.push((takes, 0));
        Some(Part { empty: false, first: place, last: place })
    }

    fn then(&mut self, a: Part, b: Part) -> Part {
        self.follow(a.last, b.first);
        Part {
            empty: a.empty && b.empty,
            first: if a.empty { a.first | b.first } else { a.first },
            last: if b.empty { a.last | b.last } else { b.last },
        }
    }

    fn follow(&mut self, last: u64, first: u64) {
        for (at, (_, follow)) in self.places.iter_mut().enumerate() {
            if last & (1 << at) != 0 {
                *follow |= first;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Automaton;
    use crate::routing::expression::Expression;

    #[test]
    fn nested_repetitions_explode_where_something_has_to_follow() {
        let explodes = |source| {
            let expression = Expression::parse(source, true).expect("it can be taken apart");
            Automaton::explodes(&expression.nodes)
        };
        for bad in ["^/(a+)+$", "^/(.*)*x", "^/([a-z]+)*-x", "^/([a-z]+-?)*$", r"^/(\w*)+/b", "^/(a?b?)*c"] {
            assert!(explodes(bad), "{bad}");
        }
        for good in
            ["^/(a+)+", "^(/[a-z]+)*$", "^/a(/|$)(.*)", "^/.*a.*b", "^/(a|b)*c", "^/(a{2})+b", "^/a+b+$"]
        {
            assert!(!explodes(good), "{good}");
        }
    }
}
