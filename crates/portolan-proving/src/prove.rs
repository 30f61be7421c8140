//! One controller: case after case, until enough has been asked.

use crate::case::Case;
use crate::compare::Verdict;
use crate::generate::{self, Subject};
use crate::programs::Program;
use crate::report::Report;
use crate::shrink::{Finding, answer, put, shrink};
use crate::suite;
use portolan_core::routing::Request;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How much is asked, and how much is said of what does not agree.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Requests for each controller.
    pub requests: usize,
    /// Where chance begins.
    pub seed: u64,
    /// So many disagreements are made small.
    pub findings: usize,
    /// They are shown as they are, not made small.
    pub as_they_are: bool,
    /// Answers that were thought likely and were not right are findings too.
    pub likely: bool,
    /// Every answer is told, agreed or not.
    pub answers: bool,
}

/// Starts a program with these settings.
pub type Start<'s> = &'s dyn Fn(&Settings) -> Result<Box<dyn Program>, String>;

/// A controller's settings.
pub type Settings = BTreeMap<String, String>;

/// Asks about one controller what chance makes up.
///
/// # Errors
/// When the program does not start, or ends.
pub fn prove(subject: &Subject, program: String, start: Start<'_>, effort: Effort) -> Result<Report, String> {
    let mut report = Report::new(program, subject.controller, subject.left_out.to_owned());
    for (at, flavour) in subject.flavours.iter().enumerate() {
        let mut clock = Clock::start();
        let mut program = start(&generate::settings(flavour))?;
        let mut left = share(effort.requests, subject.flavours.len(), at);
        let mut number = 0;
        while left > 0 {
            let mut case = generate::case(subject, at, effort.seed, number, program.port());
            case.settings.extend(program.facts());
            number += 1;
            case.requests.truncate(left);
            left -= case.requests.len();
            ask(&mut *program, &case, effort, &mut report, &mut clock)?;
        }
        report.took += clock.took();
    }
    Ok(report)
}

/// Asks about one controller what files say.
///
/// # Errors
/// When the program does not start, or ends.
pub fn prove_cases(
    cases: &[Case],
    program: String,
    start: Start<'_>,
    effort: Effort,
    left_out: String,
) -> Result<Report, String> {
    let controller = cases.first().map_or("", |c| c.controller);
    let mut report = Report::new(program, controller, left_out);
    let mut by_settings: BTreeMap<&Settings, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        by_settings.entry(&case.settings).or_default().push(case);
    }
    for (settings, cases) in by_settings {
        let mut clock = Clock::start();
        let mut program = start(settings)?;
        for case in cases {
            let moved = match case.controller {
                "gateway-api" => suite::at_port(case, program.port()),
                _ => Some(case.clone()),
            };
            let Some(mut case) = moved else { continue };
            case.settings.extend(program.facts());
            ask(&mut *program, &case, effort, &mut report, &mut clock)?;
        }
        report.took += clock.took();
    }
    Ok(report)
}

/// Puts one case to the program and counts.
fn ask(
    program: &mut dyn Program,
    case: &Case,
    effort: Effort,
    report: &mut Report,
    clock: &mut Clock,
) -> Result<(), String> {
    let model = case.model()?;
    let taken = program.load(case, &model)?;
    report.cases += 1;
    let mut different = Vec::new();
    for request in &case.requests {
        let mut finding = answer(program, case, &model, taken, request)?;
        if finding.verdict >= Verdict::LikelyDiffered {
            // Asked again, to be sure that it is not a matter of the moment.
            if let Some(again) = put(program, &finding.case)? {
                report.wavered += usize::from(again.verdict != finding.verdict);
                finding = again;
            }
        }
        if effort.answers {
            tell(&finding, request);
        }
        *report.verdicts.entry(finding.verdict).or_default() += 1;
        if let Some(reason) = finding.said.certainty.reason() {
            *report.reasons.entry(reason.to_owned()).or_default() += 1;
        }
        let is_telling = match finding.verdict {
            Verdict::Disagreed => true,
            Verdict::LikelyDiffered => effort.likely,
            _ => false,
        };
        if is_telling {
            different.push(finding);
        }
    }
    let wanted = effort.findings.saturating_sub(report.findings.len());
    if effort.as_they_are {
        report.findings.extend(different.into_iter().take(wanted).map(|f| (f, program.ports())));
    } else if let Some(finding) = different.into_iter().next().filter(|_| wanted > 0) {
        // One of each cluster: the others are likely to be the same once more.
        let small = clock.pause(|| shrink(program, finding))?;
        report.findings.push((small, program.ports()));
    }
    Ok(())
}

/// What was observed and what Portolan says, in a line each.
fn tell(finding: &Finding, request: &Request) {
    println!("{} {} at {:?}", request.method, request.target, request.host);
    for (name, value) in &request.headers {
        println!("  {name}: {value}");
    }
    println!("  observed {}", finding.observed.to_json());
    println!("  {:?}: {:?}, {:?}", finding.verdict, finding.said.answer, finding.said.certainty);
}

/// Time, but for the pauses.
struct Clock {
    started: Instant,
    paused: Duration,
}

impl Clock {
    fn start() -> Self {
        Clock { started: Instant::now(), paused: Duration::ZERO }
    }

    fn pause<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.paused += began.elapsed();
        done
    }

    fn took(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.paused)
    }
}

/// How many requests a flavour gets: the first half of all, where there are others.
fn share(all: usize, flavours: usize, at: usize) -> usize {
    let others = flavours.saturating_sub(1);
    let each = (all / 2).checked_div(others).unwrap_or(0);
    if at == 0 { all - each * others } else { each }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_add_up() {
        for (all, flavours) in [(500, 1), (500, 3), (7, 4), (10_000, 5)] {
            let shares: Vec<usize> = (0..flavours).map(|at| share(all, flavours, at)).collect();
            assert_eq!(shares.iter().sum::<usize>(), all);
            assert!(shares.iter().all(|s| *s <= shares[0]));
        }
    }
}
