//! Portolan's chores. `cargo xtask serve` opens the playground, `cargo xtask test` runs every test;
//! both install what is missing first and say so.

mod command;
mod debian;
mod page;
mod prove;
mod serve;
mod steps;
mod suite;
#[cfg(test)]
mod tidy;
mod tools;
mod wasm;

use std::process::ExitCode;

/// What went wrong, as one message for the person at the terminal.
pub type Result<T = ()> = std::result::Result<T, String>;

const HELP: &str = "\
Portolan's chores. Each installs what it is missing, saying first what and where.

    cargo xtask serve [--dev] [--port N] [--no-open]
                              build the playground, serve it on this machine, open the browser;
                              rebuilds when a file changes (--dev: faster to rebuild, larger)
    cargo xtask test [--only STEP,…] [--skip STEP,…] [--list]
                              run every test, or the steps named
    cargo xtask build         build the site into dist/
    cargo xtask lint          formatting, clippy, documentation, dependency rules
    cargo xtask budget        build the site and weigh it against budget.json
    cargo xtask parts         note what the page's first view calls, and make web/parts.txt anew
    cargo xtask bench [ARGS]  run the benchmarks; arguments go to `cargo bench`
    cargo xtask fuzz [SECONDS] [TARGET…]
                              fuzz each target, or those named, for so long (default 60)
    cargo xtask prove [--cases N] [--seed S] [CONTROLLER…]
                              ask the real Traefik and nginx and Portolan the same N random requests per
                              controller (default 10000), and count where they agree
    cargo xtask shot          screenshots of the site into target/shots/
    cargo xtask setup         install everything that the above need

Tools that are not on the PATH go to ~/.cache/portolan/tools; PORTOLAN_TOOLS names another place.
CHROME names the browser for the browser tests.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match arguments.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &[][..]),
    };
    match run(verb, rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: &str, rest: &[String]) -> Result {
    match verb {
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        "serve" => serve::serve(rest),
        "test" => suite::test(rest),
        "lint" => without_arguments(verb, rest).and_then(|()| suite::lint()),
        "build" => without_arguments(verb, rest).and_then(|()| page::build()),
        "budget" => without_arguments(verb, rest).and_then(|()| page::build()).and_then(|()| page::budget()),
        "bench" => bench(rest),
        "fuzz" => fuzz(rest),
        "prove" => prove::prove(rest),
        "parts" => without_arguments(verb, rest).and_then(|()| page::record()),
        "shot" => without_arguments(verb, rest).and_then(|()| page::shots()),
        "setup" => without_arguments(verb, rest).and_then(|()| setup()),
        other => Err(format!("there is no `cargo xtask {other}`; `cargo xtask` alone lists what there is")),
    }
}

fn without_arguments(verb: &str, rest: &[String]) -> Result {
    match rest.first() {
        None => Ok(()),
        Some(unknown) => Err(format!("`cargo xtask {verb}` takes no `{unknown}`")),
    }
}

fn bench(arguments: &[String]) -> Result {
    command::cargo("bench").args(["--locked", "--package", "portolan-core"]).args(arguments).run()
}

fn fuzz(arguments: &[String]) -> Result {
    let (seconds, targets) = match arguments.split_first() {
        None => (60, &[][..]),
        Some((first, rest)) => {
            let seconds = first.parse().map_err(|_| format!("`{first}` is no number of seconds"))?;
            (seconds, rest)
        }
    };
    match steps::fuzz(seconds, targets, &[])? {
        steps::Outcome::Passed => Ok(()),
        steps::Outcome::Skipped(reason) => Err(reason),
    }
}

fn setup() -> Result {
    wasm::setup()?;
    tools::require(&tools::TRUNK)?;
    tools::require(&tools::CARGO_DENY)?;
    tools::node_modules("web/editor")?;
    tools::node_modules("web/tests")?;
    tools::chromium()?;
    println!("Everything is in place.");
    Ok(())
}
