//! Which functions a view really calls. The module is written again, whole, with a mark that each function
//! leaves in the memory when it is entered; the page is shown, the marks are read (`web/tests/first-view.mjs`),
//! and [`rules`] makes the list of what was not needed out of them.

use crate::module::{Module, Result};
use crate::rules::{Rules, plain};
use crate::write::READY;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ExportKind, ExportSection, Function, GlobalSection, GlobalType, MemArg,
    MemArgTarget, MemorySection, RawSection, SectionId, ValType,
};
use wasmparser::{Parser, Payload};

/// The exported globals: where the marks are, a byte for each function that is not imported, and how many.
const MARKS: [&str; 2] = ["marks", "markCount"];
const PAGE: u64 = 65_536;

/// The module with marks. It also says that a rest is missing, so that the page stays at its first view.
///
/// # Errors
/// Where the module cannot be read.
pub fn mark(bytes: &[u8]) -> Result<Vec<u8>> {
    let module = Module::read(bytes)?;
    let memory = module.memories.first().ok_or("the module has no memory")?;
    let base = memory.initial * PAGE;
    let mut same = RoundtripReencoder;
    let words = |error: wasm_encoder::reencode::Error| error.to_string();

    let mut memories = MemorySection::new();
    let mut ty = same.memory_type(*memory).map_err(words)?;
    ty.minimum += (module.bodies.len() as u64).div_ceil(PAGE);
    memories.memory(ty);

    let mut globals = GlobalSection::new();
    for global in &module.globals {
        let value = same.const_expr(global.init_expr.clone()).map_err(words)?;
        globals.global(same.global_type(global.ty).map_err(words)?, &value);
    }
    let mut exports = ExportSection::new();
    for export in &module.exports {
        exports.export(export.name, same.export_kind(export.kind).map_err(words)?, export.index);
    }
    let added = [(READY, 0), (MARKS[0], base as i32), (MARKS[1], module.bodies.len() as i32)];
    for ((name, value), at) in added.into_iter().zip(module.globals.len() as u32..) {
        let ty = GlobalType { val_type: ValType::I32, mutable: name == READY, shared: false };
        globals.global(ty, &ConstExpr::i32_const(value));
        exports.export(name, ExportKind::Global, at);
    }

    let mut code = CodeSection::new();
    for (body, at) in module.bodies.iter().zip(base..) {
        let operators = body.get_operators_reader().map_err(|e| e.to_string())?;
        let start = (operators.original_position() - body.range().start) as usize;
        let whole = body.as_bytes();
        let mut marking = Function::new([]);
        let place = MemArg { offset: 0, align: 0, target: MemArgTarget::Memory(0), ordering: None };
        marking.instructions().i32_const(at as i32).i32_const(1).i32_store8(place);
        // Without the count of locals, which is none.
        let marking = marking.into_raw_body().split_off(1);
        code.raw(&[&whole[..start], &marking, &whole[start..]].concat());
    }

    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|e| e.to_string())? {
            Payload::MemorySection(_) => out.section(&memories),
            Payload::GlobalSection(_) => out.section(&globals),
            Payload::ExportSection(_) => out.section(&exports),
            Payload::CodeSectionStart { .. } => out.section(&code),
            Payload::CustomSection(_) => continue,
            payload => match payload.as_section() {
                // Bodies of functions come one by one, after the section's start.
                Some((id, range)) if id != SectionId::Code as u8 => {
                    out.section(&RawSection { id, data: &bytes[range.start as usize..range.end as usize] })
                }
                _ => continue,
            },
        };
    }
    Ok(out.finish())
}

/// The list of what was not called, for [`Rules`]: paths wherever nothing below them was called, else the
/// functions by their whole names. `marks` has a character for each function, `1` where it was called.
///
/// # Errors
/// Where there are not as many marks as functions.
pub fn rules(module: &Module<'_>, marks: &str) -> Result<String> {
    if marks.trim().len() != module.bodies.len() {
        return Err(format!("{} marks for {} functions", marks.trim().len(), module.bodies.len()));
    }
    let (mut called, mut idle) = (Vec::new(), Vec::new());
    for ((body, function), mark) in module.bodies.iter().zip(module.imports.len() as u32..).zip(marks.chars())
    {
        let Some(name) = module.names.get(&function) else { continue };
        let list = if mark == '1' { &mut called } else { &mut idle };
        list.push((body.range().end - body.range().start, plain(name)));
    }
    let was_called = |path: &str| called.iter().any(|(_, name)| Rules::fits(path, name));
    let mut chosen: BTreeSet<String> = BTreeSet::new();
    // The largest first: what they bring along need not be looked at again.
    idle.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (size, name) in &idle {
        if chosen.iter().any(|path| Rules::fits(path, name)) {
            continue;
        }
        let whole = (*size >= WORTH_A_LINE && is_steady(name)).then(|| name.clone());
        if let Some(path) = paths(name).into_iter().chain(whole).find(|path| !was_called(path)) {
            chosen.insert(path);
        }
    }
    let mut text = String::from(HEAD);
    for path in &chosen {
        if !chosen.iter().any(|other| other != path && Rules::fits(other, path)) {
            writeln!(text, "{path}").map_err(|e| e.to_string())?;
        }
    }
    Ok(text)
}

/// Whether a name is still the same after a change elsewhere: closures and clones are numbered.
fn is_steady(name: &str) -> bool {
    let numbered = name.rsplit_once('.').is_some_and(|(_, end)| end.chars().all(|c| c.is_ascii_digit()));
    !numbered && !name.contains("{closure#") && name.len() <= LONGEST_LINE
}

/// Longer names are of functions that are too special to stay.
const LONGEST_LINE: usize = 200;

/// Smaller functions get no line of their own, in bytes.
const WORTH_A_LINE: u64 = 64;

const HEAD: &str = "\
# What the page's first view does not need: made by `cargo xtask parts`, which shows that view and notes what is
# not called. A line is a path or the whole name of a function; what holds it comes with the second part of the
# page's WebAssembly. Code that no line names is in the first part, which is never wrong, only heavier.
";

/// The paths in a function's name that are this project's, from short to long.
fn paths(name: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut found: Vec<String> = Vec::new();
    for path in name.split(|c| !is_word(c)).filter(|p| p.starts_with("portolan_") || p.starts_with("granit_"))
    {
        let path = path.trim_end_matches(':');
        let ends = path.match_indices("::").skip(1).map(|(at, _)| at).chain([path.len()]);
        found.extend(ends.map(|end| path[..end].to_owned()).filter(|p| p.contains("::")));
    }
    found.sort_by_key(|path| path.matches("::").count());
    found
}
