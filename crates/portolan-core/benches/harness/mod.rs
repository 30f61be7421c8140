//! A harness for benchmarks that are worth something only beside their floor: each contestant runs
//! in turn in the same loop, so that a busy machine slows all of them, and the best time counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One thing to measure. It returns something, so that the work cannot be left out.
pub struct Contestant<'a> {
    name: &'a str,
    run: Box<dyn FnMut() -> usize + 'a>,
    best: Duration,
}

impl<'a> Contestant<'a> {
    /// A contestant with a name.
    pub fn new(name: &'a str, run: impl FnMut() -> usize + 'a) -> Self {
        Self { name, run: Box::new(run), best: Duration::MAX }
    }
}

/// Runs all contestants `rounds` times, and prints for each its best time, how much of `amount` it
/// did in a second, and its time as a multiple of the first one's.
pub fn race(title: &str, amount: f64, unit: &str, rounds: usize, mut contestants: Vec<Contestant>) {
    for _ in 0..rounds {
        for contestant in &mut contestants {
            let start = Instant::now();
            black_box((contestant.run)());
            contestant.best = contestant.best.min(start.elapsed());
        }
    }
    println!("{title} (best of {rounds})");
    let floor = contestants.first().map_or(1.0, |c| c.best.as_secs_f64());
    for Contestant { name, best, .. } in &contestants {
        let seconds = best.as_secs_f64();
        println!(
            "  {name:<44} {:>9.2} ms {:>9.1} {unit}/s {:>6.2} x",
            seconds * 1e3,
            amount / seconds,
            seconds / floor
        );
    }
}
