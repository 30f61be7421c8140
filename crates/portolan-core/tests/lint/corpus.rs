//! All rules on every manifest that the repository has: the routing cases, each under its own
//! controller and settings, and the examples. Every report there is right or a bug; the counts are
//! kept so that a change of them is looked at.
//!
//! `cargo test -p portolan-core --test lint -- --ignored --nocapture show` prints what is said, one line
//! a problem; `PORTOLAN_CODE=PT0301` chooses.

use super::common::suites;
use super::{Config, judge};
use portolan_core::lint;
use portolan_core::problem::{Problem, Severity};
use portolan_core::span::Sources;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Example {
    controller: String,
    files: Vec<String>,
}

/// Manifests and whose they are.
pub struct Work {
    pub name: String,
    pub controller: String,
    pub settings: Vec<String>,
    pub files: Vec<(String, String)>,
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("readable").path()).collect();
    paths.sort();
    paths
}

/// Everything.
pub fn all() -> Vec<Work> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| std::fs::read_to_string(path).expect("readable");
    let mut all = Vec::new();
    for (name, suite) in suites() {
        let name = name.trim_end_matches(".json");
        for case in suite.cases {
            all.push(Work {
                name: format!("{name}/{}", case.id),
                controller: suite.controller.clone(),
                settings: case.set().collect(),
                files: vec![("m.yaml".to_owned(), case.manifests)],
            });
        }
    }
    for folder in sorted(&root.join("../../examples")).iter().filter(|p| p.join("lesson.yaml").is_file()) {
        let example: Example = serde_yaml::from_str(&read(&folder.join("lesson.yaml"))).expect("a lesson");
        let path = |name: &str| folder.join("manifests").join(name);
        let files = example.files.into_iter().map(|name| (name.clone(), read(&path(&name))));
        all.push(Work {
            name: format!("examples/{}", folder.file_name().expect("a name").to_string_lossy()),
            controller: example.controller,
            settings: Vec::new(),
            files: files.collect(),
        });
    }
    all
}

/// What the rules say of it.
fn said(work: &Work) -> (Sources, Vec<Problem>) {
    let (sources, verdict) = judge(&work.files, &work.controller, &work.settings, &Config::default());
    let mut problems = verdict.problems;
    problems.retain(|p| lint::all().any(|rule| rule.code == p.code));
    (sources, problems)
}

#[test]
fn counts() {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    let mut works = 0;
    for work in all() {
        works += 1;
        for problem in said(&work).1 {
            *counts.entry((problem.code.0, problem.severity)).or_default() += 1;
        }
    }
    let mut text = format!("{works} sets of manifests\n");
    for (code, name) in lint::codes() {
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            if let Some(count) = counts.get(&(code, severity)) {
                writeln!(text, "{code} {name} {severity:?} {count}").expect("a String takes all");
            }
        }
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("lint_counts", text);
    });
}

#[test]
#[ignore = "for people: it prints"]
fn show() {
    let wanted = std::env::var("PORTOLAN_CODE").ok();
    for work in all() {
        let (sources, problems) = said(&work);
        for p in problems.iter().filter(|p| wanted.as_ref().is_none_or(|w| w == p.code.0)) {
            let line = sources.location(p.span).line;
            let object = p.object.as_deref().unwrap_or_default();
            println!(
                "{} {:?} {}:{line} [{} {}] {object}: {} ({})",
                p.code,
                p.severity,
                work.name,
                work.controller,
                work.settings.join(" "),
                p.message,
                p.help.as_deref().unwrap_or_default()
            );
        }
    }
}
