//! One controller: case after case, until enough has been asked.

use crate::compare::{Observed, Verdict, compare};
use crate::generate::{self, Flavour, Subject};
use crate::programs::Program;
use crate::report::Report;
use crate::shrink::{Finding, put, shrink};
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
    /// Answers that were thought likely and were not right are findings too.
    pub likely: bool,
}

/// Starts a program for a flavour.
pub type Start<'s> = &'s dyn Fn(Flavour) -> Result<Box<dyn Program>, String>;

/// Asks about one controller. The second of what it gives is the port of each finding's program.
///
/// # Errors
/// When the program does not start, or ends.
pub fn prove(
    subject: &Subject,
    program: String,
    start: Start<'_>,
    effort: Effort,
) -> Result<(Report, Vec<u16>), String> {
    let mut report = Report {
        program,
        controller: subject.controller,
        cases: 0,
        verdicts: BTreeMap::new(),
        left_out: subject.left_out,
        took: Duration::ZERO,
        findings: Vec::new(),
    };
    let mut ports = Vec::new();
    for (at, flavour) in subject.flavours.iter().enumerate() {
        let started = Instant::now();
        let mut shrinking = Duration::ZERO;
        let mut program = start(flavour)?;
        let wanted = share(effort.requests, subject.flavours.len(), at);
        let mut asked = 0;
        let mut number = 0;
        while asked < wanted {
            let case = generate::case(subject, at, effort.seed, number, program.port());
            number += 1;
            let model = case.model()?;
            let taken = program.load(&case, &model)?;
            report.cases += 1;
            let mut different = Vec::new();
            for request in case.requests.iter().take(wanted - asked) {
                let (observed, verdict, said) = match (taken, model.rejected) {
                    (true, false) => {
                        let observed =
                            program.ask(&case, request).map_err(|e| format!("{e}: {request:?}"))?;
                        let (verdict, said) = compare(&observed, &model.router, request);
                        (observed, verdict, said)
                    }
                    (false, true) => (Observed::Refused, Verdict::Agreed, model.router.answer(request)),
                    _ => (Observed::Refused, Verdict::Disagreed, model.router.answer(request)),
                };
                asked += 1;
                *report.verdicts.entry(verdict).or_default() += 1;
                let telling =
                    verdict == Verdict::Disagreed || effort.likely && verdict == Verdict::LikelyDiffered;
                if telling {
                    let alone = crate::case::Case { requests: vec![request.clone()], ..case.clone() };
                    different.push(Finding { case: alone, observed, said, verdict });
                }
            }
            let began = Instant::now();
            // One of each cluster: the others are likely to be the same once more.
            if let Some(finding) =
                different.into_iter().next().filter(|_| report.findings.len() < effort.findings)
            {
                // Once more, to be sure that it is not a matter of the moment.
                let again = put(&mut *program, &finding.case)?;
                let found = match again.filter(|f| f.verdict == finding.verdict) {
                    Some(again) => shrink(&mut *program, again)?,
                    None => finding,
                };
                ports.push(program.port());
                report.findings.push(found);
            }
            shrinking += began.elapsed();
        }
        report.took += started.elapsed().saturating_sub(shrinking);
    }
    Ok((report, ports))
}

/// How many requests a flavour gets: the first half of all, where there are others.
fn share(all: usize, flavours: usize, at: usize) -> usize {
    let others = flavours.saturating_sub(1);
    let each = if others == 0 { 0 } else { all / 2 / others };
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
