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
mod wire;
mod yaml;

use compare::Verdict;
use generate::{SUBJECTS, Subject};
use options::Options;
use programs::Program;
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
    for subject in SUBJECTS.iter().filter(|s| options.wants(s.controller)) {
        let Some(program) = options.program(subject.controller) else { continue };
        let report = ground(subject, program, options, &logs)?;
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

/// Proves one controller and prints what did not agree.
fn ground(subject: &Subject, program: &Path, options: &Options, logs: &Path) -> Result<Report, String> {
    let name = programs::version(subject.controller, program)?;
    eprintln!("{name} as {} …", subject.controller);
    let log = logs.join(format!("{}.log", subject.controller));
    let start = |flavour: generate::Flavour| -> Result<Box<dyn Program>, String> {
        programs::start(subject.controller, program, &generate::settings(flavour), &log)
    };
    let failed = |e: String| format!("{e}; its log is {}", log.display());
    let (report, ports) = prove::prove(subject, name, &start, options.effort).map_err(failed)?;
    let mut cases = Vec::new();
    for (number, (finding, port)) in report.findings.iter().zip(ports).enumerate() {
        let note = format!("seed {}, made small", options.effort.seed);
        let case = report::case(finding, number + 1, &note, port);
        println!(
            "\n{:?}: {} was observed, Portolan says\n  {:?}\n  {:?}\n{}",
            finding.verdict,
            finding.observed.to_json(),
            finding.said.answer,
            finding.said.certainty,
            serde_json::to_string_pretty(&case).unwrap_or_default()
        );
        if let Some(manifests) = case["manifests"].as_str() {
            println!("{manifests}");
        }
        cases.push(case);
    }
    if let Some(folder) = options.out.as_deref().filter(|_| !cases.is_empty()) {
        report::write(folder, &report, &cases)?;
    }
    Ok(report)
}
