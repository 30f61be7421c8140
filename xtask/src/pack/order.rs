//! In which order functions resemble their neighbours most.

use std::collections::HashMap;

/// How many bytes in a row count as something in common.
const LENGTH: usize = 6;
/// What more functions than this have in common tells nothing.
const COMMON: usize = 200;
/// How much what a candidate has in common with the last functions counts, the very last one first.
const WEIGHTS: [u64; 3] = [4, 2, 1];
/// Keeps very short functions from being everybody's best neighbours.
const PENALTY: u64 = 30;

/// An order of these function bodies: from the first, always on to the one that has most in common
/// with those just before it.
pub fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<Vec<u64>> = bodies.iter().map(|body| pieces(body)).collect();
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            holders.entry(*piece).or_default().push(index);
        }
    }
    holders.retain(|_, holders| (2..=COMMON).contains(&holders.len()));

    let mut order = Vec::with_capacity(bodies.len());
    let mut is_placed = vec![false; bodies.len()];
    let mut scores = vec![0_u64; bodies.len()];
    let mut first_left = 0;
    while order.len() < bodies.len() {
        let mut touched = Vec::new();
        for (last, weight) in order.iter().rev().zip(WEIGHTS) {
            let last: &usize = last;
            for holder in pieces[*last].iter().filter_map(|piece| holders.get(piece)).flatten() {
                if !is_placed[*holder] {
                    if scores[*holder] == 0 {
                        touched.push(*holder);
                    }
                    scores[*holder] += weight;
                }
            }
        }
        while is_placed.get(first_left) == Some(&true) {
            first_left += 1;
        }
        // Compared without division; of equals, the first one.
        let size = |index: usize| pieces[index].len() as u64 + PENALTY;
        let better = |a: usize, b: usize| {
            let (x, y) = (scores[a] * size(b), scores[b] * size(a));
            x > y || x == y && a < b
        };
        let next = touched.iter().copied().reduce(|a, b| if better(b, a) { b } else { a });
        let next = next.unwrap_or(first_left);
        for index in touched {
            scores[index] = 0;
        }
        is_placed[next] = true;
        order.push(next);
    }
    order
}

/// All runs of bytes of one length, each once.
fn pieces(body: &[u8]) -> Vec<u64> {
    let number = |run: &[u8]| run.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let mut pieces: Vec<u64> = body.windows(LENGTH).map(number).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

#[cfg(test)]
mod tests {
    use super::by_likeness;

    #[test]
    fn like_stands_by_like_and_nothing_is_lost() {
        let bodies: [&[u8]; 5] = [b"0123456789", b"abcdefghij", b"x123456789", b"", b"abcdefghiz"];
        assert_eq!(by_likeness(&bodies), [0, 2, 1, 4, 3]);
        assert!(by_likeness(&[]).is_empty());
    }
}
