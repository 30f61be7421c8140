//! `portolan`: where does this request land in a Kubernetes cluster, and why?

#[macro_use]
mod language;

mod args;
mod chart;
mod check;
mod compare;
mod controllers;
mod draw;
mod examples;
mod explain;
mod failure;
mod help;
mod pages;
mod read;
mod render;
mod requests;
mod route;
mod trace;
mod view;

use failure::Failure;
use language::t;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = help::read(std::env::args_os().collect());
    args.color.apply();
    let done = match &args.command {
        args::Command::Route(route) => route::run(route),
        args::Command::Compare(compare) => compare::run(compare),
        args::Command::Trace(trace) => trace::run(trace),
        args::Command::Check(check) => check::run(check),
        args::Command::Explain(explain) => explain::run(explain),
        args::Command::View(view) => view::run(view),
        args::Command::Chart(chart) => draw::run(chart),
        args::Command::Controllers(list) => controllers::run(list),
        args::Command::Examples(examples) => examples::run(examples, language::tag()),
    };
    match done {
        Ok(code) => code.into(),
        // Whoever read our output has read enough.
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            failure.exit_code().into()
        }
    }
}

fn report(failure: &Failure) {
    let style = anstyle::AnsiColor::BrightRed.on_default().bold();
    anstream::eprintln!("{style}{}{style:#}: {}", t("error"), t!("{failure}"));
    if let Some(details) = failure.details() {
        anstream::eprintln!("\n{details}");
    }
    if let Some(help) = failure.help() {
        anstream::eprintln!("{}", render::indented(&format!("{}: ", t("help")), &t(&help)));
    }
}
