//! Looks for a path that one machine takes, and that others do not all take: breadth first through the
//! states of all of them together, so that the shortest is found.

use super::machine::{Machine, State};
use std::collections::HashSet;

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A path that was taken.
    Path,
    /// There is none.
    Nothing,
    /// That would be too much work.
    TooMuch,
}

/// How many states one search may visit.
const MOST_STATES: usize = 4_000;
/// How many paths may be refused before a search gives up.
const MOST_REFUSED: u32 = 40;

/// The signs, those that look best first. 0 stands for all outside of ASCII.
fn signs() -> impl Iterator<Item = u8> {
    let best = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z');
    let rest = (1..128).chain([0]).filter(|b: &u8| !b.is_ascii_alphanumeric());
    best.chain(rest)
}

/// A state of all machines that was reached, from where and by which sign.
struct Reached {
    states: Vec<State>,
    from: usize,
    sign: u8,
}

/// Looks among the paths that `own` takes. `may`: whether a path is wanted that just these of the other
/// machines take (a bit for each). `take`: takes such a path, or refuses it.
pub(super) fn paths(
    own: &Machine,
    others: &[Machine],
    work: &mut u32,
    may: &mut dyn FnMut(u64) -> Option<bool>,
    take: &mut dyn FnMut(u64, &str) -> bool,
) -> Found {
    let machines: Vec<&Machine> = [own].into_iter().chain(others).collect();
    let start = machines.iter().map(|m| m.step(m.start(), b'/')).collect();
    walk(&machines, start, b'/', work, may, take)
}

/// The shortest text that a machine takes, of printable signs.
pub(super) fn text(machine: &Machine) -> Option<String> {
    let (mut text, mut work) = (None, 200_000);
    let mut take = |_: u64, found: &str| {
        let printable = found.bytes().all(|b| (b' '..=b'~').contains(&b));
        if printable {
            text = Some(found.to_owned());
        }
        printable
    };
    walk(&[machine], vec![machine.start()], 0, &mut work, &mut |_| Some(true), &mut take);
    text
}

fn walk(
    machines: &[&Machine],
    start: Vec<State>,
    first: u8,
    work: &mut u32,
    may: &mut dyn FnMut(u64) -> Option<bool>,
    take: &mut dyn FnMut(u64, &str) -> bool,
) -> Found {
    let mut seen: HashSet<Vec<State>> = HashSet::from([start.clone()]);
    let mut all = vec![Reached { states: start, from: usize::MAX, sign: first }];
    let (mut at, mut refused) = (0, 0);
    while let Some(Reached { states, .. }) = all.get(at) {
        let Some((&own, others)) = states.split_first() else { return Found::Nothing };
        let states = states.clone();
        // What matches whatever follows, and what matches if nothing does.
        let mask = |matches: &dyn Fn(&Machine, State) -> bool| {
            let pairs = machines.iter().skip(1).zip(others).enumerate();
            pairs.fold(0_u64, |mask, (bit, (m, s))| mask | u64::from(matches(m, *s)) << bit)
        };
        let ends = mask(&|m, s| m.accepts(s));
        let taken = mask(&|_, s| s.is_taken());
        let accepts = machines.first().is_some_and(|m| m.accepts(own));
        if accepts {
            match may(ends) {
                None => return Found::TooMuch,
                Some(true) if take(ends, &path(&all, at)) => return Found::Path,
                Some(true) => refused += 1,
                Some(false) => {}
            }
        }
        if refused > MOST_REFUSED {
            return Found::TooMuch;
        }
        let goes_on = !own.is_dead() && may(taken) != Some(false);
        for sign in signs().filter(|_| goes_on) {
            let Some(left) = work.checked_sub(machines.len() as u32) else { return Found::TooMuch };
            *work = left;
            let next: Vec<State> = machines.iter().zip(&states).map(|(m, s)| m.step(*s, sign)).collect();
            if next.first().is_some_and(|s| !s.is_dead()) && !seen.contains(&next) {
                seen.insert(next.clone());
                all.push(Reached { states: next, from: at, sign });
            }
        }
        if all.len() > MOST_STATES {
            return Found::TooMuch;
        }
        at += 1;
    }
    Found::Nothing
}

/// The signs that led to a state.
fn path(all: &[Reached], mut at: usize) -> String {
    let mut signs = Vec::new();
    while let Some(reached) = all.get(at) {
        // Whatever stands for all outside of ASCII, this is.
        match reached.sign {
            0 if reached.from == usize::MAX => {}
            0 => signs.push('\u{e9}'),
            sign => signs.push(char::from(sign)),
        }
        at = reached.from;
    }
    signs.iter().rev().collect()
}
