//! `portolan chart`.

use crate::args::{Draw, Drawing};
use crate::chart::World;
use crate::failure::{Exit, Failure};
use crate::render;
use crate::route::{check_stdin, print_problems, read_files, write};
use portolan_core::topology;
use std::io::{BufWriter, Write};

/// Prints the chart in a language that others draw.
pub fn run(args: &Draw) -> Result<Exit, Failure> {
    check_stdin(&args.manifests.file)?;
    let (controller, settings) = args.answering.chosen()?;
    let world = World::read(read_files(&args.manifests.file)?);
    let chart = world.chart(controller, &settings);
    print_problems(&chart, &args.manifests);
    if !chart.has_objects {
        render::warn("the manifests hold no Kubernetes object: nothing is drawn");
    }
    let cloud = args.balancers.cloud;
    let drawn = topology::chart(&world.cluster, chart.router.table(), controller.title, cloud);
    let text = match args.format {
        Drawing::Mermaid => topology::mermaid(&drawn),
        Drawing::Dot => topology::dot(&drawn),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    write(&mut out, format_args!("{text}"))?;
    out.flush().map_err(Failure::Output)?;
    Ok(if chart.has_objects { Exit::Answered } else { Exit::NoObjects })
}
