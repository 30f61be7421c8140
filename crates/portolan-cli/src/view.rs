//! `portolan view`.

use crate::args::{Output, View};
use crate::chart::World;
use crate::failure::{Exit, Failure};
use crate::render::json::{Objects, Rule};
use crate::render::{self, printable};
use crate::route::{check_stdin, print_problems, read_files, write};
use serde::Serialize;
use std::io::{BufWriter, Write};

#[derive(Serialize)]
struct LineRecord<'a> {
    line: usize,
    text: &'a str,
    origin: Option<Rule<'a>>,
}

/// Prints the configuration of one controller.
pub fn run(args: &View) -> Result<Exit, Failure> {
    check_stdin(&args.manifests.file)?;
    let (controller, settings) = args.answering.chosen()?;
    if !controller.writes_configuration() {
        return Err(Failure::NoView(controller.name));
    }
    let world = World::read(read_files(&args.manifests.file)?);
    let chart = world.chart(controller, &settings);
    print_problems(&chart, &args.manifests);
    if !chart.has_objects {
        render::warn("the manifests hold no Kubernetes object: nothing is configured");
    }
    let lines = controller.view(&world.cluster, &settings).unwrap_or_default();
    let mut out = BufWriter::new(std::io::stdout().lock());
    match args.output {
        Output::Human => {
            for line in &lines {
                write(&mut out, format_args!("{}\n", printable(&line.text)))?;
            }
            out.flush().map_err(Failure::Output)?;
        }
        Output::Json | Output::Jsonl => {
            let mut objects = Objects::new(out, args.output == Output::Json);
            for (line, text) in (1..).zip(&lines) {
                let origin = text.origin.as_ref().map(|o| Rule::from(&chart, o, None));
                objects.write(&LineRecord { line, text: &text.text, origin })?;
            }
            objects.finish()?;
        }
    }
    Ok(if chart.has_objects { Exit::Answered } else { Exit::NoObjects })
}
