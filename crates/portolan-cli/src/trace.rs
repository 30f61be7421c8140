//! `portolan trace`.

use crate::args::{Output, Trace};
use crate::chart::{Chart, World};
use crate::failure::{Exit, Failure};
use crate::render::hops::{self, JourneyRecord};
use crate::render::json::{ErrorRecord, Objects};
use crate::render::{self, Bad, problems};
use crate::route::{check_stdin, joined, print_problems, read_files, write};
use portolan_core::journey::{self, Aim, Journey, What};
use portolan_core::routing::{Request, RequestError};
use serde::Serialize;
use std::io::{BufWriter, Write};

#[derive(Serialize)]
struct Record<'a> {
    kind: &'static str,
    to: &'a str,
    #[serde(flatten)]
    journey: JourneyRecord<'a>,
}

/// A destination that is none.
enum Wrong {
    Aim(String),
    Request(RequestError),
}

#[derive(Serialize)]
struct AimError<'a> {
    kind: &'static str,
    message: &'a str,
    text: &'a str,
}

/// Follows every destination of the command line.
pub fn run(args: &Trace) -> Result<Exit, Failure> {
    check_stdin(&args.manifests.file)?;
    let (controller, settings) = args.answering.chosen()?;
    let chart = World::read(read_files(&args.manifests.file)?).chart(controller, &settings);
    print_problems(&chart, &args.manifests);
    if !chart.has_objects {
        render::warn("the manifests hold no Kubernetes object: there is nothing to reach");
    }
    let stdout = std::io::stdout().lock();
    let bad = match (args.pool, args.output) {
        (Some(software), _) => {
            let mut out = BufWriter::new(stdout);
            write(&mut out, format_args!("{}", journey::pool(&chart.cluster, software)))?;
            out.flush().map_err(Failure::Output)?;
            false
        }
        (None, Output::Human) => human(args, &chart, BufWriter::new(anstream::AutoStream::auto(stdout)))?,
        (None, output) => json(args, &chart, Objects::new(BufWriter::new(stdout), output == Output::Json))?,
    };
    Ok(match (bad, chart.has_objects) {
        (true, _) => Exit::BadRequest,
        (false, true) => Exit::Answered,
        (false, false) => Exit::NoObjects,
    })
}

/// The way to one destination.
fn follow(args: &Trace, chart: &Chart, text: &str) -> Result<Journey, Wrong> {
    let setting = args.client.setting(args.from);
    let scheme = text.trim().split("://").next().unwrap_or_default().to_ascii_lowercase();
    if matches!(scheme.as_str(), "tcp" | "udp" | "sctp" | "service") {
        let aim = Aim::parse(text).map_err(Wrong::Aim)?;
        return Ok(journey::travel(&chart.cluster, &setting, What::Plain(&aim)));
    }
    let request = Request::parse(text).map_err(Wrong::Request)?.request;
    let outcome = chart.router.answer(&request);
    let what = What::Http { request: &request, table: chart.router.table(), outcome: &outcome };
    Ok(journey::travel(&chart.cluster, &setting, what))
}

fn human(args: &Trace, chart: &Chart, mut out: impl Write) -> Result<bool, Failure> {
    let strong = anstyle::Style::new().bold();
    let mut bad = false;
    for (i, text) in joined(&args.to).iter().enumerate() {
        match follow(args, chart, text) {
            Ok(journey) => {
                let gap = if i > 0 { "\n" } else { "" };
                write(&mut out, format_args!("{gap}{strong}{}{strong:#}\n", render::printable(text)))?;
                for line in hops::lines(chart, args.from, &journey) {
                    write(&mut out, format_args!("  {line}\n"))?;
                }
            }
            Err(wrong) => {
                bad = true;
                out.flush().map_err(Failure::Output)?;
                match &wrong {
                    Wrong::Aim(message) => render::error(message),
                    Wrong::Request(error) => problems::print_bad(&Bad::Text { text, error }),
                }
            }
        }
    }
    out.flush().map_err(Failure::Output)?;
    Ok(bad)
}

fn json<W: Write>(args: &Trace, chart: &Chart, mut out: Objects<W>) -> Result<bool, Failure> {
    let mut bad = false;
    for text in joined(&args.to) {
        match follow(args, chart, &text) {
            Ok(journey) => {
                let journey = JourneyRecord::of(chart, &journey);
                out.write(&Record { kind: "journey", to: &text, journey })?;
            }
            Err(wrong) => {
                bad = true;
                match &wrong {
                    Wrong::Aim(message) => {
                        out.write(&AimError { kind: "error", message, text: &text })?;
                    }
                    Wrong::Request(error) => {
                        out.write(&ErrorRecord::of(&Bad::Text { text: &text, error }))?;
                    }
                }
            }
        }
    }
    out.finish()?;
    Ok(bad)
}
