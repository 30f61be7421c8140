//! Parts the page's WebAssembly in two, after wasm-bindgen is done with it:
//!
//! ```text
//! portolan-parts part RULES LINKED BOUND FIRST REST
//! portolan-parts mark BOUND MARKED
//! portolan-parts rules BOUND MARKS
//! ```
//!
//! `RULES` says what comes later (see `rules.rs`), `LINKED` is the module as the linker left it, with
//! relocations and names, `BOUND` the same module after wasm-bindgen; `FIRST` and `REST` are written. The other
//! two make `RULES` (see `mark.rs`).

mod choose;
mod links;
mod mark;
mod module;
mod rules;
#[cfg(test)]
mod tests;
mod write;

use module::Result;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["part", rules, linked, bound, first, rest] => part(rules, linked, bound, first, rest),
        ["mark", bound, marked] => {
            read(bound).and_then(|bound| mark::mark(&bound)).and_then(|bytes| write_to(marked, &bytes))
        }
        ["rules", bound, marks] => rules_of(bound, marks),
        _ => Err("part RULES LINKED BOUND FIRST REST, mark BOUND MARKED, or rules BOUND MARKS".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("portolan-parts: {why}");
            ExitCode::FAILURE
        }
    }
}

fn read(file: &str) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|e| format!("{file}: {e}"))
}

fn write_to(file: &str, bytes: &[u8]) -> Result<()> {
    std::fs::write(file, bytes).map_err(|e| format!("{file}: {e}"))
}

fn rules_of(bound: &str, marks: &str) -> Result<()> {
    let (bytes, marks) = (read(bound)?, read(marks)?);
    let module = module::Module::read(&bytes)?;
    print!("{}", mark::rules(&module, &String::from_utf8_lossy(&marks))?);
    Ok(())
}

fn part(rules: &str, linked: &str, bound: &str, first: &str, rest: &str) -> Result<()> {
    let text = String::from_utf8(read(rules)?).map_err(|e| format!("{rules}: {e}"))?;
    let rules = rules::Rules::read(&text).map_err(|e| format!("{rules}: {e}"))?;
    let (linked, bound) = (read(linked)?, read(bound)?);
    let links = links::Links::read(&linked)?;
    let module = module::Module::read(&bound)?;
    let choice = choose::choose(&module, &links, &rules)?;
    let parts = write::write(&module, &links, &choice)?;
    if std::env::var_os("PORTOLAN_PARTS").is_some_and(|v| v == "list") {
        list(&module, &choice);
    }
    write_to(first, &parts.first)?;
    write_to(rest, &parts.rest)
}

/// Every function with its part and its size, the largest first: what to look at before changing rules.
fn list(module: &module::Module<'_>, choice: &choose::Choice) {
    let mut rows: Vec<(usize, bool, String)> = (0..module.count())
        .filter_map(|function| {
            let body = module.body(function)?.range();
            let name = module.names.get(&function).map(|name| rules::plain(name)).unwrap_or_default();
            Some(((body.end - body.start) as usize, choice.functions.contains(&function), name))
        })
        .collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    for (bytes, is_first, name) in rows {
        println!("{bytes}\t{}\t{name}", if is_first { "first" } else { "rest" });
    }
}
