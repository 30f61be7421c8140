//! The two modules that the parts become. They share memory, tables and globals; the rest takes them, and
//! the functions of the first part, from what the first part exports.
//!
//! Where the first part knows a function of the rest, it has a *door* in its place: a function of the same
//! type that has the rest fetched if it is not here yet, and then calls what stands in the table. So
//! nothing can be called too early, whatever the rules say; it only has to wait.

use crate::choose::Choice;
use crate::links::Links;
use crate::module::{Module, Result, Segment};
use std::collections::HashMap;
use std::ops::Range;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, TableSection,
    TableType, TypeSection, ValType,
};

/// The import that fetches the rest and waits for it: a function without parameters whose name, as
/// wasm-bindgen writes it, holds this.
pub const FETCH: &str = "fetchRest";
/// The exported global that is zero until the rest is here.
pub const READY: &str = "restReady";
/// The module that the rest imports from.
const FIRST: &str = "first";

/// The parts, as files.
pub struct Parts {
    /// What is loaded first.
    pub first: Vec<u8>,
    /// What comes after.
    pub rest: Vec<u8>,
}

/// Writes both parts.
///
/// # Errors
/// Where the module lacks [`FETCH`], or has what cannot be written.
pub fn write(module: &Module<'_>, links: &Links<'_>, choice: &Choice) -> Result<Parts> {
    let fetch = module.imports.iter().position(|i| i.name.contains(FETCH));
    let fetch = fetch.ok_or_else(|| format!("nothing called {FETCH} is imported"))? as u32;
    let plan = Plan::new(module, choice, fetch)?;
    Ok(Parts { first: plan.first(links, choice)?, rest: plan.rest(links, choice)? })
}

/// Which function has which number where.
struct Plan<'m, 'a> {
    module: &'m Module<'a>,
    fetch: u32,
    /// The functions of the first part that have bodies, in order.
    kept: Vec<u32>,
    /// Those of the rest.
    moved: Vec<u32>,
    /// Functions of the rest that the first part has doors for, with the slot in the table where each lies.
    doors: Vec<(u32, u32)>,
    /// Every filled slot of the table, doors without one of their own included.
    slots: Vec<(u32, u32)>,
    /// What the rest imports: functions of the first part and of JavaScript.
    shared: Vec<u32>,
}

impl<'m, 'a> Plan<'m, 'a> {
    fn new(module: &'m Module<'a>, choice: &Choice, fetch: u32) -> Result<Self> {
        let defined = module.imports.len() as u32..module.count();
        let (kept, moved): (Vec<u32>, Vec<u32>) = defined.partition(|f| choice.functions.contains(f));
        let mut slots: Vec<(u32, u32)> = module.slots().collect();
        slots.sort_unstable();
        let mut place: HashMap<u32, u32> = slots.iter().map(|&(slot, f)| (f, slot)).collect();
        let mut free = slots.last().map_or(1, |(slot, _)| slot + 1);
        free = free.max(module.tables.first().map_or(0, |t| t.ty.initial as u32));
        let mut doors: Vec<u32> = choice.doors.iter().copied().collect();
        doors.sort_unstable();
        let doors = doors.into_iter().map(|function| {
            let slot = *place.entry(function).or_insert_with(|| {
                slots.push((free, function));
                free += 1;
                free - 1
            });
            (function, slot)
        });
        let doors: Vec<(u32, u32)> = doors.collect();
        let mut shared = Vec::new();
        for &function in &moved {
            shared.extend(module.mentions(function)?);
        }
        shared.retain(|f| choice.functions.contains(f) || module.body(*f).is_none());
        shared.sort_unstable();
        shared.dedup();
        Ok(Plan { module, fetch, kept, moved, doors, slots, shared })
    }

    /// The number of the function that fetches the rest if need be.
    fn ensure(&self) -> u32 {
        self.module.imports.len() as u32
    }

    fn first(&self, links: &Links<'_>, choice: &Choice) -> Result<Vec<u8>> {
        let module = self.module;
        let mut numbers = Numbers::new(module);
        let imported = 0..module.imports.len() as u32;
        numbers.functions.extend(imported.map(|f| (f, f)));
        let after = self.ensure() + 1;
        numbers.functions.extend(self.kept.iter().zip(after..).map(|(&f, n)| (f, n)));
        let first_door = after + self.kept.len() as u32;
        numbers.functions.extend(self.doors.iter().zip(first_door..).map(|(&(f, _), n)| (f, n)));

        let mut imports = ImportSection::new();
        for (import, &ty) in module.imports.iter().zip(&module.functions) {
            imports.import(import.module, import.name, EntityType::Function(numbers.ty(ty)));
        }
        let mut functions = FunctionSection::new();
        functions.function(numbers.ty(module.functions[self.fetch as usize]));
        let mut code = CodeSection::new();
        code.function(&self.ensuring(module.globals.len() as u32));
        for &function in &self.kept {
            functions.function(numbers.ty(module.functions[function as usize]));
            code.function(&numbers.body(function)?);
        }
        for &(function, slot) in &self.doors {
            let ty = module.functions[function as usize];
            functions.function(numbers.ty(ty));
            code.function(&self.door(&mut numbers, ty, slot));
        }

        let mut tables = TableSection::new();
        for n in 0..module.tables.len() {
            let ty = self.table(&mut numbers, n)?;
            tables.table(ty);
        }
        let mut memories = MemorySection::new();
        for memory in &module.memories {
            memories.memory(numbers.memory_type(*memory).map_err(words)?);
        }
        let mut globals = GlobalSection::new();
        for global in &module.globals {
            let value = numbers.const_expr(global.init_expr.clone()).map_err(words)?;
            globals.global(numbers.global_type(global.ty).map_err(words)?, &value);
        }
        let flag = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(flag, &ConstExpr::i32_const(0));

        let mut exports = ExportSection::new();
        for export in &module.exports {
            let kind = numbers.export_kind(export.kind).map_err(words)?;
            let index = match kind {
                ExportKind::Func => numbers.function(export.index)?,
                _ => export.index,
            };
            exports.export(export.name, kind, index);
        }
        exports.export(READY, ExportKind::Global, module.globals.len() as u32);
        for (n, &function) in self.shared.iter().enumerate() {
            exports.export(&name('f', n), ExportKind::Func, numbers.function(function)?);
        }
        for n in 0..module.memories.len() {
            exports.export(&name('m', n), ExportKind::Memory, n as u32);
        }
        for n in 0..module.tables.len() {
            exports.export(&name('t', n), ExportKind::Table, n as u32);
        }
        for n in 0..module.globals.len() {
            exports.export(&name('g', n), ExportKind::Global, n as u32);
        }

        // A slot that nothing here knows of stays empty: only the rest can ask for it, and fills it.
        let here = |function: u32| numbers.functions.get(&function).copied();
        let elements = elements(self.slots.iter().filter_map(|&(slot, f)| Some((slot, here(f)?))));
        let data = data(module, SEGMENT, |piece| {
            links.chunk_at(piece).is_none_or(|chunk| choice.chunks.contains(&chunk))
        });

        let mut out = wasm_encoder::Module::new();
        out.section(&numbers.types).section(&imports).section(&functions).section(&tables);
        out.section(&memories).section(&globals).section(&exports).section(&elements);
        out.section(&code).section(&data);
        Ok(out.finish())
    }

    fn rest(&self, links: &Links<'_>, choice: &Choice) -> Result<Vec<u8>> {
        let module = self.module;
        let mut numbers = Numbers::new(module);
        numbers.functions.extend(self.shared.iter().zip(0..).map(|(&f, n)| (f, n)));
        let after = self.shared.len() as u32;
        numbers.functions.extend(self.moved.iter().zip(after..).map(|(&f, n)| (f, n)));

        let mut imports = ImportSection::new();
        for (n, &function) in self.shared.iter().enumerate() {
            let ty = numbers.ty(module.functions[function as usize]);
            imports.import(FIRST, &name('f', n), EntityType::Function(ty));
        }
        for (n, memory) in module.memories.iter().enumerate() {
            imports.import(FIRST, &name('m', n), numbers.memory_type(*memory).map_err(words)?);
        }
        for n in 0..module.tables.len() {
            let ty = self.table(&mut numbers, n)?;
            imports.import(FIRST, &name('t', n), ty);
        }
        for (n, global) in module.globals.iter().enumerate() {
            imports.import(FIRST, &name('g', n), numbers.global_type(global.ty).map_err(words)?);
        }
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for &function in &self.moved {
            functions.function(numbers.ty(module.functions[function as usize]));
            code.function(&numbers.body(function)?);
        }
        let moved = |function: u32| (!choice.functions.contains(&function)).then_some(());
        let here = |function: u32| moved(function).and_then(|()| numbers.functions.get(&function).copied());
        let elements = elements(self.slots.iter().filter_map(|&(slot, f)| Some((slot, here(f)?))));
        // What the first part has must not be written again: it may have changed since.
        let data = data(module, 0, |piece| {
            links.chunk_at(piece).is_some_and(|chunk| !choice.chunks.contains(&chunk))
        });

        let mut out = wasm_encoder::Module::new();
        out.section(&numbers.types).section(&imports).section(&functions);
        out.section(&elements).section(&code).section(&data);
        Ok(out.finish())
    }

    /// A table's type, with room for the doors' slots in the first one.
    fn table(&self, numbers: &mut Numbers<'_, '_>, n: usize) -> Result<TableType> {
        let mut ty = numbers.table_type(self.module.tables[n].ty).map_err(words)?;
        if n == 0 {
            let room = self.slots.iter().map(|&(slot, _)| u64::from(slot) + 1).max().unwrap_or(0);
            ty.minimum = ty.minimum.max(room);
            ty.maximum = ty.maximum.map(|most| most.max(ty.minimum));
        }
        Ok(ty)
    }

    /// Fetches the rest unless it is here; traps where it does not come.
    fn ensuring(&self, ready: u32) -> Function {
        let empty = wasm_encoder::BlockType::Empty;
        let mut body = Function::new([]);
        body.instructions().global_get(ready).i32_eqz().if_(empty).call(self.fetch).end();
        body.instructions().global_get(ready).i32_eqz().if_(empty).unreachable().end().end();
        body
    }

    /// What stands for a function of the rest.
    fn door(&self, numbers: &mut Numbers<'_, '_>, ty: u32, slot: u32) -> Function {
        let mut body = Function::new([]);
        body.instructions().call(self.ensure());
        for parameter in 0..self.module.types[ty as usize].params().len() {
            body.instructions().local_get(parameter as u32);
        }
        body.instructions().i32_const(slot as i32).call_indirect(0, numbers.ty(ty)).end();
        body
    }
}

/// The short name under which the first part exports something to the rest. Neighbours are called alike, which
/// compresses well.
fn name(kind: char, n: usize) -> String {
    let digit = |n: usize| char::from_digit((n % 36) as u32, 36).unwrap_or_default();
    let mut name = String::from(kind);
    let mut weight = 36 * 36;
    while n / weight >= 36 {
        weight *= 36;
    }
    while weight > 0 {
        name.push(digit(n / weight));
        weight /= 36;
    }
    name
}

/// Old numbers to new ones, and the types that are used.
struct Numbers<'m, 'a> {
    module: &'m Module<'a>,
    functions: HashMap<u32, u32>,
    types: TypeSection,
    known: HashMap<u32, u32>,
}

impl<'m, 'a> Numbers<'m, 'a> {
    fn new(module: &'m Module<'a>) -> Self {
        Numbers { module, functions: HashMap::new(), types: TypeSection::new(), known: HashMap::new() }
    }

    fn ty(&mut self, old: u32) -> u32 {
        if let Some(&known) = self.known.get(&old) {
            return known;
        }
        // Function types name no other types, so this order is as good as any.
        let new = self.known.len() as u32;
        self.known.insert(old, new);
        let function = self.module.types[old as usize].clone();
        let translate = |types: &[wasmparser::ValType]| -> Vec<ValType> {
            let mut plain = reencode::RoundtripReencoder;
            types.iter().filter_map(|&ty| plain.val_type(ty).ok()).collect()
        };
        self.types.ty().function(translate(function.params()), translate(function.results()));
        new
    }

    fn function(&self, old: u32) -> Result<u32> {
        self.functions.get(&old).copied().ok_or_else(|| format!("function {old} is in neither part"))
    }

    fn body(&mut self, function: u32) -> Result<Function> {
        let body = self.module.body(function).ok_or("an imported function has no body")?;
        let mut new = self.new_function_with_parsed_locals(body).map_err(words)?;
        let mut operators = body.get_operators_reader().map_err(|e| e.to_string())?;
        while !operators.eof() {
            new.instruction(&self.parse_instruction(&mut operators).map_err(words)?);
        }
        Ok(new)
    }
}

impl Reencode for Numbers<'_, '_> {
    type Error = String;

    fn function_index(&mut self, old: u32) -> Result<u32, reencode::Error<String>> {
        self.function(old).map_err(reencode::Error::UserError)
    }

    fn type_index(&mut self, old: u32) -> Result<u32, reencode::Error<String>> {
        Ok(self.ty(old))
    }
}

fn words(error: reencode::Error<String>) -> String {
    error.to_string()
}

/// Fills slots of the table: a segment for each run of them.
fn elements(slots: impl Iterator<Item = (u32, u32)>) -> ElementSection {
    let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
    for (slot, function) in slots {
        match runs.last_mut() {
            Some((first, run)) if *first + run.len() as u32 == slot => run.push(function),
            _ => runs.push((slot, vec![function])),
        }
    }
    let mut section = ElementSection::new();
    for (first, run) in runs {
        section.active(None, &ConstExpr::i32_const(first as i32), Elements::Functions(run.into()));
    }
    section
}

/// The pieces of memory whose addresses are wanted, along with gaps between them that are shorter than `gap`.
/// Zeros are in the memory anyway.
fn data(module: &Module<'_>, gap: usize, wanted: impl Fn(u32) -> bool) -> DataSection {
    let mut section = DataSection::new();
    for segment in &module.data {
        for run in runs(segment, gap, &wanted) {
            let at = (segment.address as usize + run.start) as i32;
            section.active(0, &ConstExpr::i32_const(at), segment.bytes[run].iter().copied());
        }
    }
    section
}

/// What opening another segment costs, about, in bytes.
const SEGMENT: usize = 8;

fn runs(segment: &Segment<'_>, gap: usize, wanted: &impl Fn(u32) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..segment.bytes.len()).filter(|&at| wanted(segment.address + at as u32)) {
        match runs.last_mut() {
            Some(run) if at <= run.end + gap => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs.retain(|run| segment.bytes[run.clone()].iter().any(|&byte| byte != 0));
    runs
}
