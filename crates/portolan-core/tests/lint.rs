//! The rules: each by the examples of its page in `docs/problems`, all of them on every manifest that
//! the repository has.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cases.rs"]
mod common;
#[path = "lint/corpus.rs"]
mod corpus;
#[path = "lint/fixes.rs"]
mod fixes;
#[path = "lint/pages.rs"]
mod pages;
#[path = "lint/robust.rs"]
mod robust;
#[path = "lint/silence.rs"]
mod silence;

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::lint::{self, Config, Context, Verdict};
use portolan_core::manifest::{self, Limits};
use portolan_core::span::Sources;

/// Judges files as one controller would answer for them.
fn judge(
    files: &[(String, String)],
    controller: &str,
    set: &[String],
    config: &Config,
) -> (Sources, Verdict) {
    judge_within(files, controller, set, config, &Limits::default())
}

/// As [`judge`], with limits of the reading.
fn judge_within(
    files: &[(String, String)],
    controller: &str,
    set: &[String],
    config: &Config,
    limits: &Limits,
) -> (Sources, Verdict) {
    let manifest = manifest::read_with(files.iter().cloned(), limits);
    let cluster = Cluster::build(&manifest);
    let controller = controller::find(controller).expect("a controller");
    let mut settings = Settings::new();
    for pair in set {
        settings.set(controller, pair).unwrap_or_else(|error| panic!("{error}"));
    }
    let compiled = controller.compile(&cluster, &settings);
    let mut read = manifest.problems;
    read.extend(cluster.problems.iter().cloned());
    read.extend(compiled.problems.iter().cloned());
    let sources = &manifest.sources;
    let cx = Context::new(sources, &cluster, controller, &settings, &compiled);
    let verdict = lint::check(&cx, config, read);
    (manifest.sources, verdict)
}

/// Judges one file, without configuration.
fn of(text: &str, controller: &str, set: &[String]) -> (Sources, Verdict) {
    judge(&[("m.yaml".to_owned(), text.to_owned())], controller, set, &Config::default())
}
