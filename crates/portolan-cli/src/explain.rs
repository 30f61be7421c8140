//! `portolan explain`.

use crate::args::Explain;
use crate::failure::{Exit, Failure};
use crate::pages;
use crate::route::write;
use portolan_core::lint;
use portolan_core::text::did_you_mean;
use std::io::Write;

/// Prints the page about a code, or the list of all codes.
pub fn run(args: &Explain) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    let codes = lint::codes();
    let Some(word) = &args.code else {
        for (code, name) in codes {
            let about = pages::about(code).unwrap_or_default();
            write(&mut out, format_args!("{}\n", format!("{code}  {name:<28} {about}").trim_end()))?;
        }
        return Ok(Exit::Answered);
    };
    let found = codes.iter().find(|(code, name)| code.eq_ignore_ascii_case(word) || name == word);
    let Some((code, name)) = found else {
        let meant = did_you_mean(word, codes.iter().map(|(_, name)| *name));
        return Err(Failure::NoCode { word: word.clone(), meant: meant.map(str::to_owned) });
    };
    match pages::of(code) {
        Some(page) => write(&mut out, format_args!("{page}"))?,
        None => write(&mut out, format_args!("# {code} {name}\n\nThere is no page about it yet.\n"))?,
    }
    out.flush().map_err(Failure::Output)?;
    Ok(Exit::Answered)
}
