//! What is lit on the chart: the course of the chosen request, as far as it has been followed.

use super::fold::Folded;
use portolan_core::journey::EndKind;
use portolan_core::topology::Leg;
use std::collections::HashSet;

/// What is lit of a box, as bits.
pub mod lit {
    /// On the course, as far as it was followed.
    pub const PASSED: u8 = 1;
    /// On the course, still ahead.
    pub const AHEAD: u8 = 2;
    /// Might have been chosen instead.
    pub const OTHER: u8 = 4;
    /// Where the packet is now.
    pub const NOW: u8 = 8;
    /// Where the packet is stopped.
    pub const STOPPED: u8 = 16;
}

/// The lit parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lights {
    /// For each shown thing the bits of [`lit`].
    pub boxes: Vec<u8>,
    /// The lines of the course in order: from and to which shown thing, and the bits.
    pub lines: Vec<(usize, usize, u8)>,
    /// Where the packet is now.
    pub now: Option<usize>,
    /// Whether the course is being followed hop by hop.
    pub following: bool,
}

/// Whether a journey that ends so is stopped on its way.
pub fn stops(end: EndKind) -> bool {
    matches!(end, EndKind::Dropped | EndKind::Refused | EndKind::Unreachable)
}

/// Lights a course. `hop` is the one that is looked at; none for the course as a whole.
pub fn lights(folded: &Folded, legs: &[Leg], hop: Option<usize>) -> Lights {
    let mut lights =
        Lights { boxes: vec![0; folded.shown.len()], following: hop.is_some(), ..Lights::default() };
    let place = |node: usize| folded.place.get(node).copied().flatten();
    let mut before: Option<usize> = None;
    let mut drawn: HashSet<(usize, usize)> = HashSet::new();
    for (index, leg) in legs.iter().enumerate() {
        let (mine, others) = match hop {
            None => (lit::PASSED, true),
            Some(hop) if index > hop => (lit::AHEAD, false),
            Some(hop) => (lit::PASSED, index == hop),
        };
        for at in leg.others.iter().filter(|_| others).filter_map(|&n| place(n)) {
            lights.light(at, lit::OTHER);
        }
        for at in leg.nodes.iter().filter_map(|&n| place(n)) {
            lights.light(at, mine);
            // What is within a box lights the box.
            if let Some(within) = folded.shown.get(at).and_then(|s| s.within) {
                lights.light(within, mine);
            }
            if let Some(from) = before.filter(|&from| from != at && drawn.insert((from, at))) {
                let now = if hop == Some(index) { lit::NOW } else { 0 };
                lights.lines.push((from, at, mine | now));
            }
            before = Some(at);
        }
        if hop == Some(index)
            && let Some(at) = before
        {
            lights.light(at, lit::NOW);
            lights.now = Some(at);
        }
        if leg.stopped
            && mine == lit::PASSED
            && let Some(at) = before
        {
            lights.light(at, lit::STOPPED);
        }
    }
    lights
}

impl Lights {
    fn light(&mut self, at: usize, bits: u8) {
        if let Some(lit) = self.boxes.get_mut(at) {
            *lit |= bits;
        }
    }

    /// The bits of a box.
    pub fn of(&self, at: usize) -> u8 {
        self.boxes.get(at).copied().unwrap_or(0)
    }

    /// Whether a box is on the course.
    pub fn on_course(&self, at: usize) -> bool {
        self.of(at) & (lit::PASSED | lit::AHEAD) != 0
    }
}
