//! The proving ground: real proxies on loopback and Portolan are asked the same questions.
//!
//! README.md beside says what it is for and how to read what it prints. `cargo xtask prove` gets the
//! programs and runs it.

mod api_server;
mod case;
mod compare;
mod echo;
mod generate;
mod kubernetes;
mod options;
mod programs;
mod prove;
mod report;
mod rng;
mod shrink;
mod suite;
mod wire;
mod yaml;

use compare::Verdict;
use generate::SUBJECTS;
use options::Options;
use programs::Program;
use prove::{Effort, Settings, Start};
use report::Report;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing disagreed.
fn run(options: &Options) -> Result<bool, String> {
    let logs = std::env::temp_dir().join(format!("portolan-proving-{}", std::process::id()));
    std::fs::create_dir_all(&logs).map_err(|e| format!("{}: {e}", logs.display()))?;
    let mut reports = Vec::new();
    for subject in SUBJECTS.iter().filter(|s| options.files.is_empty() && options.wants(s.controller)) {
        let Some(program) = options.program(subject.controller) else { continue };
        let report = ground(subject.controller, program, &logs, |name, start| {
            prove::prove(subject, name, start, options.effort)
        })?;
        tell(&report, options)?;
        reports.push(report);
    }
    // What somebody wrote is small already.
    let as_written = Effort { as_they_are: true, ..options.effort };
    for file in &options.files {
        let (cases, left_out) = suite::read(file)?;
        let Some(controller) = cases.first().map(|c| c.controller) else { continue };
        let Some(program) = options.program(controller) else { continue };
        let report = ground(controller, program, &logs, |name, start| {
            prove::prove_cases(
                &cases,
                name,
                start,
                as_written,
                format!(
                    "{left_out} requests over TLS, from elsewhere, to addresses of Services, or to what the API server refuses"
                ),
            )
        })?;
        tell(&report, options)?;
        reports.push(report);
    }
    println!("\nseed {}\n\n{}", options.effort.seed, report::table(&reports));
    let agreed = reports.iter().all(|r| r.count(Verdict::Disagreed) == 0);
    if agreed {
        // What the programs said is of use only when something went wrong.
        std::fs::remove_dir_all(&logs).ok();
    } else {
        println!("\nThe programs' own logs are in {}", logs.display());
    }
    Ok(agreed)
}

/// Proves one controller.
fn ground(
    controller: &'static str,
    program: &Path,
    logs: &Path,
    prove: impl FnOnce(String, Start<'_>) -> Result<Report, String>,
) -> Result<Report, String> {
    let name = programs::version(controller, program)?;
    eprintln!("{name} as {controller} …");
    let log = logs.join(format!("{controller}.log"));
    let start = |settings: &Settings| -> Result<Box<dyn Program>, String> {
        programs::start(controller, program, settings, &log)
    };
    prove(name, &start).map_err(|e| format!("{e}; its log is {}", log.display()))
}

/// Prints what did not agree.
fn tell(report: &Report, options: &Options) -> Result<(), String> {
    if report.wavered > 0 {
        println!(
            "{}: {} answers were others when asked again; the second counts",
            report.controller, report.wavered
        );
    }
    if options.effort.likely {
        for (reason, count) in &report.reasons {
            println!("{}: {count} × {reason}", report.controller);
        }
    }
    let mut cases = Vec::new();
    for (number, (finding, ports)) in report.findings.iter().enumerate() {
        let note = format!("seed {}, made small", options.effort.seed);
        let case = report::case(finding, number + 1, &note, ports);
        println!(
            "\n{:?}: {} was observed, Portolan says\n  {:?}\n  {:?}\n{}",
            finding.verdict,
            finding.observed.to_json(),
            finding.said.answer,
            finding.said.certainty,
            serde_json::to_string_pretty(&case).unwrap_or_default()
        );
        // Once more, for people.
        println!("{}", case["manifests"].as_str().unwrap_or_default());
        cases.push(case);
    }
    match options.out.as_deref().filter(|_| !cases.is_empty()) {
        Some(folder) => report::write(folder, report, &cases),
        None => Ok(()),
    }
}
