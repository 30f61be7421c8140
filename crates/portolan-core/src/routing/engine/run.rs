//! The machine that runs a program.

use super::compile::{Program, Step};
use super::parse::Place;

/// How many steps back a search may take where places cannot be remembered.
const MOST_BACK: usize = 200_000;
/// How many bits of memory for places where it has been; a search that needs more finds nothing,
/// as with PCRE's own limits. The largest program and a text of 12,000 bytes stay below.
const MOST_PLACES: usize = 1 << 28;

/// The slots of the first match at `from` or later.
pub(super) fn search(program: &Program, text: &[u8], from: usize) -> Option<Vec<usize>> {
    let places = program.splits * (text.len() + 1);
    if places > MOST_PLACES {
        return None;
    }
    let mut machine = Machine {
        program,
        text,
        slots: vec![usize::MAX; program.slots],
        stack: Vec::new(),
        been: vec![0; places / 32 + 1],
        left: MOST_BACK,
    };
    let last = if program.anchored { 0 } else { text.len() };
    for start in from..=last {
        machine.write(0, start);
        if let Some(end) = machine.run(0, start) {
            machine.write(1, end);
            machine.slots.truncate(program.group_slots);
            return Some(machine.slots);
        }
        if machine.left == 0 {
            return None;
        }
        machine.slots.fill(usize::MAX);
        machine.stack.clear();
    }
    None
}

/// What is done on the way back.
enum Undo {
    /// Go on at this step and this place.
    Try(usize, usize),
    /// Give a slot its value back.
    Slot(usize, usize),
}

struct Machine<'r> {
    program: &'r Program,
    text: &'r [u8],
    slots: Vec<usize>,
    stack: Vec<Undo>,
    been: Vec<u32>,
    left: usize,
}

impl Machine<'_> {
    fn slot(&self, slot: usize) -> usize {
        self.slots.get(slot).copied().unwrap_or(usize::MAX)
    }

    fn write(&mut self, slot: usize, value: usize) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    fn save(&mut self, slot: usize, value: usize) {
        self.stack.push(Undo::Slot(slot, self.slot(slot)));
        self.write(slot, value);
    }

    /// Runs from a step to its `Done`, and gives the place reached. What it left on the stack can
    /// be tried afterwards, or dropped.
    fn run(&mut self, mut step: usize, mut at: usize) -> Option<usize> {
        let base = self.stack.len();
        loop {
            let program = self.program;
            let next = match program.steps.get(step)? {
                Step::Done => return Some(at),
                Step::Byte(byte) => (self.text.get(at) == Some(byte)).then_some((step + 1, at + 1)),
                Step::Set(set) => {
                    self.text.get(at).is_some_and(|&b| set.has(b)).then_some((step + 1, at + 1))
                }
                Step::Char(chars) => {
                    character(self.text, at).filter(|&c| chars.has(c)).map(|c| (step + 1, at + c.len_utf8()))
                }
                Step::At(place) => holds(*place, self.text, at).then_some((step + 1, at)),
                Step::Save(slot) => {
                    self.save(*slot, at);
                    Some((step + 1, at))
                }
                Step::Copy(from, to) => {
                    self.save(*to, self.slot(*from));
                    Some((step + 1, at))
                }
                Step::Jump(to) => Some((*to, at)),
                Step::Split(first, second, number) => self.is_new(*number, at).then(|| {
                    self.stack.push(Undo::Try(*second, at));
                    (*first, at)
                }),
                Step::Leave(slot, end) if self.slot(*slot) == at => Some((*end, at)),
                Step::Leave(..) => Some((step + 1, at)),
                Step::Back { group, fold } => {
                    let again = self.text.get(self.slot(group * 2)..self.slot(group * 2 + 1));
                    again.and_then(|again| {
                        let here = self.text.get(at..at + again.len())?;
                        let equal = here == again || *fold && here.eq_ignore_ascii_case(again);
                        equal.then_some((step + 1, at + again.len()))
                    })
                }
                Step::Atomic(end) => self.inside(step + 1, at).map(|at| (*end, at)),
                Step::Around { back, negated, end } => {
                    let depth = self.stack.len();
                    let found = at.checked_sub(*back).and_then(|from| self.inside(step + 1, from)).is_some();
                    if *negated {
                        self.undo(depth);
                    }
                    (found != *negated).then_some((*end, at))
                }
            };
            match next {
                Some(next) => (step, at) = next,
                None => (step, at) = self.undo(base)?,
            }
        }
    }

    /// Runs a part whose alternatives are forgotten once it matched.
    fn inside(&mut self, step: usize, at: usize) -> Option<usize> {
        let base = self.stack.len();
        let end = self.run(step, at)?;
        let mut kept = base;
        for index in base..self.stack.len() {
            if matches!(self.stack.get(index), Some(Undo::Slot(..))) {
                self.stack.swap(kept, index);
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Some(end)
    }

    /// Goes back to the last place where there was another way; None where there is none above
    /// `base`, or the work becomes too much.
    fn undo(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.stack.len() > base {
            match self.stack.pop()? {
                Undo::Slot(slot, value) => self.write(slot, value),
                Undo::Try(step, at) => {
                    if self.program.splits == 0 {
                        self.left = self.left.saturating_sub(1);
                    }
                    if self.left > 0 {
                        return Some((step, at));
                    }
                }
            }
        }
        None
    }

    /// Whether this split is met at this place for the first time.
    fn is_new(&mut self, number: usize, at: usize) -> bool {
        if self.program.splits == 0 {
            return true;
        }
        let place = number * (self.text.len() + 1) + at;
        match self.been.get_mut(place / 32) {
            Some(word) => {
                let bit = 1 << (place % 32);
                let is_new = *word & bit == 0;
                *word |= bit;
                is_new
            }
            None => false,
        }
    }
}

/// The character that stands here.
fn character(text: &[u8], at: usize) -> Option<char> {
    let rest = text.get(at..)?;
    let length = match rest.first()? {
        0..=0x7F => 1,
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    };
    std::str::from_utf8(rest.get(..length)?).ok()?.chars().next()
}

fn holds(place: Place, text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| text.get(i)).copied();
    let after = text.get(at).copied();
    let is_word = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    match place {
        Place::Start => before.is_none(),
        Place::LineStart => before.is_none_or(|b| b == b'\n'),
        Place::End => after.is_none(),
        Place::LineEnd => after.is_none_or(|b| b == b'\n'),
        Place::EndOrLastLine => after.is_none() || after == Some(b'\n') && at + 1 == text.len(),
        Place::Boundary => is_word(before) != is_word(after),
        Place::NoBoundary => is_word(before) == is_word(after),
    }
}
