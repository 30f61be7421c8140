//! For people: each problem with its lines, as the compiler shows them.

use super::Judged;
use crate::failure::Failure;
use crate::render::{self, problems};
use crate::route::write;
use std::io::Write;

pub(super) fn print(mut out: impl Write, judged: &Judged) -> Result<(), Failure> {
    let title = judged.controller.title;
    match &judged.guessed {
        Some(by) => {
            render::note(&format!("judged as for {title}, which {by} points to; --controller names another"));
        }
        None if judged.controller.name == "kubernetes" => {
            render::note(&format!("judged as for {title}; --controller names a real one"));
        }
        None => {}
    }
    for problem in &judged.problems {
        write(&mut out, format_args!("{}\n\n", problems::render(&judged.sources, problem)))?;
    }
    write(&mut out, format_args!("{}\n", judged.summary()))?;
    out.flush().map_err(Failure::Output)
}
