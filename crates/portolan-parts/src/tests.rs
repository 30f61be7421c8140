//! The law of parting: whatever goes where, the parts give what the whole gives. Modules are made at random,
//! parted by random rules, and run.

use crate::choose::choose;
use crate::links::{Chunk, Links, Target};
use crate::module::Module;
use crate::rules::Rules;
use crate::write::{FETCH, READY, write};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write as _;
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemArg, MemArgTarget, MemorySection,
    MemoryType, NameMap, NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmi::{AsContextMut, Caller, Engine, Extern, Linker, Store, Val};

/// What one function does: it adds up a number of its own in the memory, which it then doubles, how often any
/// was called so far, and what those functions give that it calls: by name, by the table, or by a number that lies in the memory.
#[derive(Debug, Clone)]
struct Doing {
    calls: Vec<(usize, Way)>,
    is_later: bool,
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Name,
    Table,
    Memory,
}

const ADDRESS: u32 = 64;
/// A function's chunk: its number, and the slots of those it calls by way of the memory.
const CHUNK: u32 = 16;
const MOST_CALLS: usize = 3;
/// No slot of the table is nobody's.
const FIRST_SLOT: u32 = 1;

fn programs() -> impl Strategy<Value = Vec<Doing>> {
    let way = prop_oneof![Just(Way::Name), Just(Way::Table), Just(Way::Memory)];
    let doing = (vec((any::<prop::sample::Index>(), way), 0..=MOST_CALLS), any::<bool>());
    vec(doing, 1..12).prop_map(|all| {
        let count = all.len();
        let of = |(at, (calls, is_later)): (usize, (Vec<(prop::sample::Index, Way)>, bool))| Doing {
            // Only to later ones, so that it ends.
            calls: calls
                .into_iter()
                .filter(|_| at + 1 < count)
                .map(|(to, way)| (at + 1 + to.index(count - at - 1), way))
                .collect(),
            is_later,
        };
        all.into_iter().enumerate().map(of).collect()
    })
}

fn place(offset: u64) -> MemArg {
    MemArg { offset, align: 2, target: MemArgTarget::Memory(0), ordering: None }
}

/// The program as wasm-bindgen would leave it: one import that fetches the rest, and `f0` exported.
fn module(program: &[Doing]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("js", &format!("__wbg_{FETCH}_0123"), EntityType::Function(0));
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    let mut data = DataSection::new();
    let mut names = NameMap::new();
    for (at, doing) in program.iter().enumerate() {
        functions.function(1);
        names.append(at as u32 + 1, &format!("kit::f{at}"));
        let chunk = ADDRESS + at as u32 * CHUNK;
        let mut bytes = (at as u32 * 7 + 1).to_le_bytes().to_vec();
        let mut body = Function::new([]);
        let mut ins = body.instructions();
        ins.i32_const(chunk as i32).i32_load(place(0)).local_get(0).i32_add();
        ins.i32_const(chunk as i32).i32_const(chunk as i32).i32_load(place(0)).i32_const(2).i32_mul();
        ins.i32_store(place(0));
        ins.global_get(0).i32_const(1).i32_add().global_set(0).global_get(0).i32_add();
        for (n, &(to, way)) in doing.calls.iter().enumerate() {
            let slot = FIRST_SLOT + to as u32;
            bytes.extend(if matches!(way, Way::Memory) { slot } else { 0 }.to_le_bytes());
            ins.local_get(0).i32_const(1).i32_add();
            match way {
                Way::Name => ins.call(to as u32 + 1),
                Way::Table => ins.i32_const(slot as i32).call_indirect(0, 1),
                Way::Memory => {
                    ins.i32_const(chunk as i32).i32_load(place(4 + 4 * n as u64)).call_indirect(0, 1)
                }
            };
            ins.i32_add();
        }
        ins.end();
        code.function(&body);
        bytes.resize(CHUNK as usize, 0);
        data.active(0, &ConstExpr::i32_const(chunk as i32), bytes);
    }
    let most = FIRST_SLOT as u64 + program.len() as u64;
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: most,
        maximum: Some(most),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let counter = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    globals.global(counter, &ConstExpr::i32_const(0));
    let mut exports = ExportSection::new();
    exports.export("f0", ExportKind::Func, 1).export("memory", ExportKind::Memory, 0);
    let all: Vec<u32> = (1..=program.len() as u32).collect();
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(FIRST_SLOT as i32), Elements::Functions(all.into()));
    let mut naming = NameSection::new();
    naming.functions(&names);
    let mut out = wasm_encoder::Module::new();
    out.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
    out.section(&globals).section(&exports).section(&elements).section(&code).section(&data).section(&naming);
    out.finish()
}

/// What the linker would have said of it.
fn links<'a>(program: &[Doing], names: &'a [String]) -> Links<'a> {
    let mut links = Links::default();
    for (at, doing) in program.iter().enumerate() {
        let start = ADDRESS + at as u32 * CHUNK;
        let taken = |wanted: fn(Way) -> bool| {
            let calls = doing.calls.iter().filter(move |&&(_, way)| wanted(way));
            calls.map(|&(to, _)| Target::Function(names[to].as_str())).collect::<Vec<_>>()
        };
        let mut of_code = taken(|way| matches!(way, Way::Table));
        of_code.push(Target::Data(at));
        let targets = taken(|way| matches!(way, Way::Memory));
        links.functions.insert(&names[at], of_code);
        links.chunks.push(Chunk { range: start..start + CHUNK, targets });
    }
    // Otherwise all of them would count as known to wasm-bindgen alone.
    links.taken.extend(names.iter().map(String::as_str));
    links
}

/// Runs `f0` three times, with the rest at hand whenever it is asked for; the results, and how often it was.
fn run(first: &[u8], rest: Option<&[u8]>) -> (Vec<i32>, u32) {
    let engine = Engine::default();
    let mut store = Store::new(&engine, 0u32);
    let mut linker = Linker::new(&engine);
    let rest = rest.map(|bytes| wasmi::Module::new(&engine, bytes).expect("the rest is a module"));
    linker
        .func_wrap("js", &format!("__wbg_{FETCH}_0123"), move |mut caller: Caller<'_, u32>| {
            *caller.data_mut() += 1;
            let rest = rest.as_ref().expect("a whole module fetches nothing");
            let mut linker = Linker::new(caller.engine());
            for import in rest.imports() {
                let there = caller.get_export(import.name()).expect("the first part exports it");
                linker.define(import.module(), import.name(), there).expect("no name comes twice");
            }
            linker.instantiate_and_start(caller.as_context_mut(), rest).expect("the rest fits");
            if let Some(Extern::Global(ready)) = caller.get_export(READY) {
                ready.set(caller.as_context_mut(), Val::I32(1)).expect("a number that changes");
            }
        })
        .expect("one import");
    let module = wasmi::Module::new(&engine, first).expect("a module");
    let instance = linker.instantiate_and_start(&mut store, &module).expect("it starts");
    let f0 = instance.get_typed_func::<i32, i32>(&store, "f0").expect("f0 is exported");
    let results = (0..3).map(|given| f0.call(&mut store, given).expect("no trap")).collect();
    (results, *store.data())
}

proptest! {
    #[test]
    fn the_parts_give_what_the_whole_gives(program in programs()) {
        let bytes = module(&program);
        let names: Vec<String> = (0..program.len()).map(|at| format!("kit::f{at}")).collect();
        let mut list = String::new();
        for (name, _) in names.iter().zip(&program).filter(|(_, doing)| doing.is_later) {
            writeln!(list, "{name}").expect("a String takes all");
        }
        let rules = Rules::read(&list).expect("rules");
        let links = links(&program, &names);
        let read = Module::read(&bytes).expect("a module");
        let choice = choose(&read, &links, &rules).expect("a choice");
        let parts = write(&read, &links, &choice).expect("parts");
        let (whole, _) = run(&bytes, None);
        let (parted, fetched) = run(&parts.first, Some(&parts.rest));
        prop_assert_eq!(whole, parted);
        // Once, and only where something of the rest is called.
        let mut reached = vec![false; program.len()];
        let mut waiting = vec![0];
        while let Some(at) = waiting.pop() {
            if !std::mem::replace(&mut reached[at], true) {
                waiting.extend(program[at].calls.iter().map(|&(to, _)| to));
            }
        }
        let needed = program.iter().zip(&reached).any(|(doing, &reached)| reached && doing.is_later);
        prop_assert_eq!(fetched, u32::from(needed));
    }

    #[test]
    fn a_marked_module_marks_what_is_called(program in programs()) {
        let marked = crate::mark::mark(&module(&program)).expect("a module");
        let engine = Engine::default();
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("js", &format!("__wbg_{FETCH}_0123"), || ()).expect("one import");
        let module = wasmi::Module::new(&engine, &marked[..]).expect("a module");
        let instance = linker.instantiate_and_start(&mut store, &module).expect("it starts");
        let f0 = instance.get_typed_func::<i32, i32>(&store, "f0").expect("f0 is exported");
        f0.call(&mut store, 0).expect("no trap");
        let number = |name: &str| match instance.get_global(&store, name).map(|g| g.get(&store)) {
            Some(Val::I32(n)) => n as usize,
            other => panic!("{name}: {other:?}"),
        };
        let (start, count) = (number("marks"), number("markCount"));
        let mut reached = vec![0u8; program.len()];
        for at in 0..program.len() {
            if at == 0 || (0..at).any(|from| reached[from] == 1 && program[from].calls.iter().any(|c| c.0 == at)) {
                reached[at] = 1;
            }
        }
        let memory = instance.get_memory(&store, "memory").expect("the memory is exported");
        prop_assert_eq!(&memory.data(&store)[start..start + count], &reached[..]);
    }
}
