//! What goes into which part.

use crate::links::{Links, Target};
use crate::module::{Module, Result};
use crate::rules::{Rules, plain};
use std::collections::{HashMap, HashSet};

/// What is in the first part; everything else is in the rest.
#[derive(Debug, Default)]
pub struct Choice {
    /// Its functions.
    pub functions: HashSet<u32>,
    /// Functions of the rest that the first part calls or knows the address of.
    pub doors: HashSet<u32>,
    /// Its pieces of memory, as numbers of [`Links::chunks`].
    pub chunks: HashSet<usize>,
}

/// Chooses: the first part is whatever can be reached from outside without passing through a function that
/// the rules leave to the rest.
///
/// # Errors
/// Where the module's code cannot be read.
pub fn choose(module: &Module<'_>, links: &Links<'_>, rules: &Rules) -> Result<Choice> {
    let mut walk = Walk { choice: Choice::default(), by_name: HashMap::new(), waiting: Vec::new() };
    let mut later = HashSet::new();
    for (&function, &name) in &module.names {
        walk.by_name.entry(name).or_default().push(function);
        if module.body(function).is_some() && rules.is_later(&plain(name)) {
            later.insert(function);
        }
    }
    // Where control comes from outside; and whatever wasm-bindgen added or keeps in the table by means
    // that the linker never saw.
    for function in module.exported() {
        walk.reach(function);
    }
    for (_, function) in module.slots() {
        if module.names.get(&function).is_none_or(|name| !links.taken.contains(name)) {
            walk.reach(function);
        }
    }
    while let Some(next) = walk.waiting.pop() {
        match next {
            Reached::Function(function) if later.contains(&function) => {
                walk.choice.doors.insert(function);
            }
            Reached::Function(function) => {
                if !walk.choice.functions.insert(function) {
                    continue;
                }
                for callee in module.mentions(function)? {
                    walk.reach(callee);
                }
                let taken = module.names.get(&function).and_then(|name| links.functions.get(name));
                walk.follow(taken.map(Vec::as_slice).unwrap_or_default());
            }
            Reached::Chunk(chunk) => {
                if walk.choice.chunks.insert(chunk) {
                    walk.follow(&links.chunks[chunk].targets);
                }
            }
        }
    }
    Ok(walk.choice)
}

enum Reached {
    Function(u32),
    Chunk(usize),
}

struct Walk<'a> {
    choice: Choice,
    /// Functions that were made alike may be called alike: then all of them are meant.
    by_name: HashMap<&'a str, Vec<u32>>,
    waiting: Vec<Reached>,
}

impl Walk<'_> {
    fn reach(&mut self, function: u32) {
        self.waiting.push(Reached::Function(function));
    }

    fn follow(&mut self, targets: &[Target<'_>]) {
        for target in targets {
            match target {
                Target::Data(chunk) => self.waiting.push(Reached::Chunk(*chunk)),
                Target::Function(name) => {
                    let functions = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
                    self.waiting.extend(functions.iter().map(|&f| Reached::Function(f)));
                }
            }
        }
    }
}
