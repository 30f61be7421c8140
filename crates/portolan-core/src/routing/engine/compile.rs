//! From the parts of an expression to a program.

use super::parse::{Node, Parsed, Place};
use super::set::{Chars, Set};

/// What the machine does.
#[derive(Debug)]
pub(super) enum Step {
    Byte(u8),
    Set(Box<Set>),
    Char(Box<Chars>),
    At(Place),
    /// Writes the place into a slot.
    Save(usize),
    /// Writes what one slot holds into another.
    Copy(usize, usize),
    Jump(usize),
    /// Goes the first way, and the second one should that fail. The last number counts these steps.
    Split(usize, usize, usize),
    /// Leaves a loop, if nothing was matched since the slot was written.
    Leave(usize, usize),
    Back {
        group: usize,
        fold: bool,
    },
    /// The steps up to the `Done` before the place given, as one step.
    Atomic(usize),
    /// The same, this many bytes further back, without going anywhere.
    Around {
        back: usize,
        negated: bool,
        end: usize,
    },
    /// The end of the match, or of the inside of one of the two above.
    Done,
}

#[derive(Debug)]
pub(super) struct Program {
    pub steps: Vec<Step>,
    /// How many of its steps are `Split`; 0 where places cannot be remembered.
    pub splits: usize,
    /// How many slots belong to groups, two each, and how many there are in all.
    pub group_slots: usize,
    pub slots: usize,
    /// Whether a match can begin at the start of the text alone.
    pub anchored: bool,
}

/// Bound on the length of a program, so that a hostile expression is refused.
const LONGEST: usize = 20_000;

pub(super) fn compile(parsed: &Parsed) -> Result<Program, String> {
    let group_slots = parsed.groups * 2;
    let mut compiler =
        Compiler { steps: Vec::new(), splits: 0, slots: group_slots, is_hard: is_hard(&parsed.node) };
    compiler.node(&parsed.node)?;
    compiler.push(Step::Done)?;
    Ok(Program {
        steps: compiler.steps,
        splits: if compiler.is_hard { 0 } else { compiler.splits + 1 },
        group_slots,
        slots: compiler.slots,
        anchored: is_anchored(&parsed.node),
    })
}

/// Whether how a place was reached decides what follows, so that it may be worth coming back.
fn is_hard(node: &Node) -> bool {
    match node {
        Node::Atomic(_) | Node::Around { .. } | Node::Back { .. } => true,
        Node::Group(_, node) | Node::Repeat { node, .. } => is_hard(node),
        Node::Concat(nodes) | Node::Either(nodes) => nodes.iter().any(is_hard),
        _ => false,
    }
}

fn is_anchored(node: &Node) -> bool {
    match node {
        Node::At(Place::Start) => true,
        Node::Group(_, node) | Node::Atomic(node) => is_anchored(node),
        Node::Concat(nodes) => nodes.first().is_some_and(is_anchored),
        Node::Either(nodes) => nodes.iter().all(is_anchored),
        _ => false,
    }
}

/// Whether it can match nothing.
fn may_be_empty(node: &Node) -> bool {
    match node {
        Node::Byte(_) | Node::Set(_) | Node::Char(_) => false,
        Node::At(_) | Node::Around { .. } | Node::Back { .. } | Node::Keep => true,
        Node::Group(_, node) | Node::Atomic(node) => may_be_empty(node),
        Node::Concat(nodes) => nodes.iter().all(may_be_empty),
        Node::Either(nodes) => nodes.iter().any(may_be_empty),
        Node::Repeat { node, min, .. } => *min == 0 || may_be_empty(node),
    }
}

/// How many bytes it matches, where that is always the same.
fn length(node: &Node) -> Option<usize> {
    match node {
        Node::Byte(_) | Node::Set(_) => Some(1),
        Node::At(_) | Node::Around { .. } | Node::Keep => Some(0),
        Node::Char(_) | Node::Back { .. } => None,
        Node::Group(_, node) | Node::Atomic(node) => length(node),
        Node::Concat(nodes) => nodes.iter().try_fold(0_usize, |sum, node| sum.checked_add(length(node)?)),
        Node::Either(nodes) => {
            let mut lengths = nodes.iter().map(length);
            let first = lengths.next()??;
            lengths.all(|l| l == Some(first)).then_some(first)
        }
        Node::Repeat { node, min, max, .. } => match max {
            Some(max) if max == min => length(node)?.checked_mul(*min),
            _ => None,
        },
    }
}

struct Compiler {
    steps: Vec<Step>,
    splits: usize,
    slots: usize,
    is_hard: bool,
}

impl Compiler {
    fn push(&mut self, step: Step) -> Result<usize, String> {
        if self.steps.len() == LONGEST {
            return Err("the expression is too big".to_owned());
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn set(&mut self, at: usize, step: Step) {
        if let Some(place) = self.steps.get_mut(at) {
            *place = step;
        }
    }

    /// A place for a `Split` of which `ways` is asked when both are known.
    fn split(&mut self) -> Result<(usize, usize), String> {
        self.splits += 1;
        Ok((self.push(Step::Done)?, self.splits))
    }

    fn ways(&mut self, (at, number): (usize, usize), into: usize, past: usize, greedy: bool) {
        let (first, second) = if greedy { (into, past) } else { (past, into) };
        self.set(at, Step::Split(first, second, number));
    }

    fn node(&mut self, node: &Node) -> Result<(), String> {
        match node {
            Node::Byte(byte) => self.push(Step::Byte(*byte))?,
            Node::Set(set) => self.push(Step::Set(set.clone()))?,
            Node::Char(chars) => self.push(Step::Char(chars.clone()))?,
            Node::At(place) => self.push(Step::At(*place))?,
            Node::Keep => self.push(Step::Save(0))?,
            Node::Back { group, fold } => self.push(Step::Back { group: *group, fold: *fold })?,
            // Until its end, the group is what it was the last time: it may refer to itself.
            Node::Group(group, node) if self.is_hard => {
                self.slots += 1;
                let slot = self.slots - 1;
                self.push(Step::Save(slot))?;
                self.node(node)?;
                self.push(Step::Copy(slot, group * 2))?;
                self.push(Step::Save(group * 2 + 1))?
            }
            Node::Group(group, node) => {
                self.push(Step::Save(group * 2))?;
                self.node(node)?;
                self.push(Step::Save(group * 2 + 1))?
            }
            Node::Concat(nodes) => return nodes.iter().try_for_each(|node| self.node(node)),
            Node::Either(nodes) => return self.either(nodes),
            Node::Repeat { node, min, max, greedy } => return self.repeat(node, *min, *max, *greedy),
            Node::Atomic(node) => {
                let at = self.push(Step::Done)?;
                self.node(node)?;
                let end = self.push(Step::Done)? + 1;
                self.set(at, Step::Atomic(end));
                at
            }
            Node::Around { behind: true, negated, node } => return self.behind(node, *negated),
            Node::Around { negated, node, .. } => self.around(0, *negated, node)?,
        };
        Ok(())
    }

    fn around(&mut self, back: usize, negated: bool, node: &Node) -> Result<usize, String> {
        let at = self.push(Step::Done)?;
        self.node(node)?;
        let end = self.push(Step::Done)? + 1;
        self.set(at, Step::Around { back, negated, end });
        Ok(at)
    }

    /// Look-behind needs a length, one for each of its alternatives.
    fn behind(&mut self, node: &Node, negated: bool) -> Result<(), String> {
        let unknown = || "look-behind assertion without constant size".to_owned();
        if let Some(back) = length(node) {
            return self.around(back, negated, node).map(drop);
        }
        let Node::Either(nodes) = node else { return Err(unknown()) };
        if negated {
            // None of them.
            for node in nodes {
                self.around(length(node).ok_or_else(unknown)?, true, node)?;
            }
            return Ok(());
        }
        self.branches(nodes, |compiler, node| {
            compiler.around(length(node).ok_or_else(unknown)?, false, node).map(drop)
        })
    }

    fn either(&mut self, nodes: &[Node]) -> Result<(), String> {
        self.branches(nodes, |compiler, node| compiler.node(node))
    }

    fn branches(
        &mut self,
        nodes: &[Node],
        mut each: impl FnMut(&mut Self, &Node) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut jumps = Vec::new();
        let Some((last, others)) = nodes.split_last() else { return Ok(()) };
        for node in others {
            let split = self.split()?;
            each(self, node)?;
            jumps.push(self.push(Step::Done)?);
            self.ways(split, split.0 + 1, self.steps.len(), true);
        }
        each(self, last)?;
        for at in jumps {
            self.set(at, Step::Jump(self.steps.len()));
        }
        Ok(())
    }

    fn repeat(&mut self, node: &Node, min: usize, max: Option<usize>, greedy: bool) -> Result<(), String> {
        if max == Some(0) {
            return Ok(());
        }
        let before = if max.is_none() { min.saturating_sub(1) } else { min };
        for _ in 0..before {
            let length = self.steps.len();
            self.node(node)?;
            if self.steps.len() == length {
                break;
            }
        }
        if max.is_none() && min == 0 && !may_be_empty(node) {
            let split = self.split()?;
            self.node(node)?;
            self.push(Step::Jump(split.0))?;
            self.ways(split, split.0 + 1, self.steps.len(), greedy);
            return Ok(());
        }
        let Some(max) = max else {
            // `x*` as `(x+)?` where x may be empty, as `regex` does.
            let skip = if min == 0 { Some(self.split()?) } else { None };
            let start = self.steps.len();
            let mark = if self.is_hard && may_be_empty(node) {
                self.slots += 1;
                self.push(Step::Save(self.slots - 1))?;
                Some(self.slots - 1)
            } else {
                None
            };
            self.node(node)?;
            let leave = if mark.is_some() { Some(self.push(Step::Done)?) } else { None };
            let again = self.split()?;
            let end = self.steps.len();
            self.ways(again, start, end, greedy);
            if let (Some(slot), Some(at)) = (mark, leave) {
                self.set(at, Step::Leave(slot, end));
            }
            if let Some(skip) = skip {
                self.ways(skip, start, end, greedy);
            }
            return Ok(());
        };
        let mut skips = Vec::new();
        for _ in min..max {
            skips.push(self.split()?);
            self.node(node)?;
        }
        for skip in skips {
            self.ways(skip, skip.0 + 1, self.steps.len(), greedy);
        }
        Ok(())
    }
}
