//! Contestants over the same requests, in turns.

use portolan_core::routing::Request;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 31;
/// A slow contestant gets fewer of the requests: a turn takes no longer than this.
const TURN_NS: f64 = 2e7;

/// What a contest says.
pub struct Times {
    rounds: Vec<Vec<f64>>,
}

impl Times {
    /// Nanoseconds for one request: the best of all turns.
    pub fn best(&self, contestant: usize) -> f64 {
        self.rounds.iter().map(|round| round[contestant]).fold(f64::MAX, f64::min)
    }

    /// How often the time of another contestant the time of this one is: the median over the rounds, in
    /// each of which both ran, one right after the other.
    pub fn ratio(&self, contestant: usize, to: usize) -> f64 {
        let mut ratios: Vec<f64> = self.rounds.iter().map(|round| round[contestant] / round[to]).collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }
}

/// Lets contestants take turns over the requests: other work on the machine weighs on all alike, and
/// each round begins with another one. A turn begins with a pass that does not count: nobody pays for
/// what the others have left in the caches.
pub fn race(requests: &[Request], contestants: &[&dyn Fn(&Request) -> bool]) -> Times {
    let turn = |contestant: &dyn Fn(&Request) -> bool, requests: &[Request]| {
        let pass = || requests.iter().filter(|request| contestant(black_box(request))).count();
        black_box(pass());
        let started = Instant::now();
        black_box(pass());
        started.elapsed().as_nanos() as f64 / requests.len() as f64
    };
    let few = &requests[..requests.len().min(64)];
    let shares: Vec<&[Request]> = contestants
        .iter()
        .map(|contestant| {
            turn(contestant, few);
            let most = (TURN_NS / turn(contestant, few)) as usize;
            &requests[..most.clamp(few.len(), requests.len())]
        })
        .collect();
    let rounds = (0..ROUNDS)
        .map(|round| {
            let mut times = vec![0.0; contestants.len()];
            for at in 0..contestants.len() {
                let at = (at + round) % contestants.len();
                times[at] = turn(contestants[at], shares[at]);
            }
            times
        })
        .collect();
    Times { rounds }
}
