//! The steps of `cargo xtask test`, each a few commands.

use crate::command::{cargo, program, root};
use crate::{Result, page, prove, tools, wasm};

/// How a step that did not fail ended.
pub enum Outcome {
    /// It ran.
    Passed,
    /// It could not run here, for this reason, and nothing is wrong with that.
    Skipped(String),
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Outcome::Passed
    }
}

/// One step.
pub struct Step {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn() -> Result<Outcome>,
    /// Whether it looks at the site in `dist/`.
    pub needs_site: bool,
}

const fn step(name: &'static str, what: &'static str, run: fn() -> Result<Outcome>) -> Step {
    Step { name, what, run, needs_site: false }
}

const fn site_step(name: &'static str, what: &'static str, run: fn() -> Result<Outcome>) -> Step {
    Step { name, what, run, needs_site: true }
}

/// The step that makes the site the others look at.
pub const SITE: &str = "page";

/// How long each fuzz target runs within the tests.
const FUZZ_SECONDS: u32 = 15;

/// All steps, the quick ones first.
pub const ALL: [Step; 12] = [
    step("fmt", "the formatting of the Rust sources", || Ok(fmt()?.into())),
    step("clippy", "clippy over all crates, warnings denied", || Ok(clippy()?.into())),
    step("test", "unit, property, case and documentation tests", || Ok(test()?.into())),
    step("doc", "the documentation, broken links denied", || Ok(doc()?.into())),
    step("deny", "the dependencies' licences, sources and bans", || Ok(deny()?.into())),
    step("wasm", "the routing cases again, in WASM", || Ok(wasm::test()?.into())),
    step("bundle", "the committed editor bundle is what its sources give", || Ok(page::bundle()?.into())),
    step(SITE, "the page builds as it is published", || Ok(page::build()?.into())),
    site_step("budget", "the page's weight", || Ok(page::budget()?.into())),
    site_step("browser", "the page in a real Chromium", || Ok(page::browser_tests()?.into())),
    step("prove", "the real Traefik and nginx, asked the same requests", prove::step),
    step("fuzz", "every fuzz target, briefly", || {
        fuzz(FUZZ_SECONDS, &[], &["-verbosity=0", "-print_final_stats=1"])
    }),
];

/// The steps of `cargo xtask lint`.
pub const LINT: [&str; 4] = ["fmt", "clippy", "doc", "deny"];

fn fmt() -> Result {
    cargo("fmt").args(["--all", "--check"]).run()
}

fn clippy() -> Result {
    cargo("clippy").args(["--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]).run()
}

fn test() -> Result {
    cargo("test").args(["--workspace", "--locked"]).run()
}

fn doc() -> Result {
    cargo("doc")
        .args(["--no-deps", "--locked", "--package", "portolan-core", "--package", "portolan-cli"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

fn deny() -> Result {
    let folder = tools::require(&tools::CARGO_DENY)?;
    // Advisories need a database from the network at every run, and fail without a change here.
    program(folder.join("cargo-deny")).args(["--locked", "check", "bans", "licenses", "sources"]).run()
}

/// Fuzzes the targets named, or all, for `seconds` each, with libFuzzer's `flags`.
pub fn fuzz(seconds: u32, named: &[String], flags: &[&str]) -> Result<Outcome> {
    let folder = match tools::fuzzer() {
        Ok(folder) => folder,
        Err(reason) => return Ok(Outcome::Skipped(format!("{reason}; the property tests stand in"))),
    };
    let targets = match named {
        [] => fuzz_targets()?,
        named => named.to_vec(),
    };
    let length = format!("-max_total_time={seconds}");
    for target in targets {
        // What was found goes to the first folder; the second is there where nothing comes of nothing.
        let corpora = [format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}")];
        std::fs::create_dir_all(root().join(&corpora[0]))
            .map_err(|error| format!("{}: {error}", corpora[0]))?;
        program(folder.join("cargo-fuzz"))
            .args(["fuzz", "run", &target])
            .args(corpora.iter().filter(|corpus| root().join(corpus).is_dir()))
            .args(["--", &length, "-timeout=10", "-rss_limit_mb=2048"])
            .args(flags)
            .env("RUSTUP_TOOLCHAIN", "nightly")
            .run()?;
    }
    Ok(Outcome::Passed)
}

fn fuzz_targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let files = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}
