//! What the linker knew: which function takes the address of what, and what lies in the memory behind
//! which address. It stands in the module that the linker wrote (`--emit-relocs`), and there alone:
//! wasm-bindgen numbers functions anew, so functions go by their names here.

use crate::module::{Module, Result};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use wasmparser::{
    BinaryReader, Linking, LinkingSectionReader, Parser, Payload, RelocSectionReader, RelocationEntry,
    RelocationType, SymbolInfo,
};

/// Whose address is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target<'a> {
    /// A function's, by name.
    Function(&'a str),
    /// That of a [`Chunk`].
    Data(usize),
}

/// Bytes that belong together: a symbol, or several that overlap.
#[derive(Debug, Default)]
pub struct Chunk<'a> {
    /// Where they lie in the memory.
    pub range: Range<u32>,
    /// Whose addresses stand in them.
    pub targets: Vec<Target<'a>>,
}

/// Who takes whose address.
#[derive(Debug, Default)]
pub struct Links<'a> {
    /// What each function's code takes the address of.
    pub functions: HashMap<&'a str, Vec<Target<'a>>>,
    /// Every symbol in the memory, by address, none overlapping another.
    pub chunks: Vec<Chunk<'a>>,
    /// Every function whose address is taken anywhere.
    pub taken: HashSet<&'a str>,
}

impl<'a> Links<'a> {
    /// Reads what the linker left in a module.
    ///
    /// # Errors
    /// Where it left nothing.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let module = Module::read(bytes)?;
        let mut symbols = Vec::new();
        let (mut code, mut data) = (Vec::new(), Vec::new());
        let words = |e: wasmparser::BinaryReaderError| e.to_string();
        for payload in Parser::new(0).parse_all(bytes) {
            let Payload::CustomSection(section) = payload.map_err(words)? else { continue };
            let reader = || BinaryReader::new(section.data(), section.data_offset());
            match section.name() {
                "linking" => {
                    for part in LinkingSectionReader::new(reader()).map_err(words)? {
                        let Linking::SymbolTable(table) = part.map_err(words)? else { continue };
                        symbols = table.into_iter().collect::<Result<_, _>>().map_err(words)?;
                    }
                }
                name @ ("reloc.CODE" | "reloc.DATA") => {
                    let entries = RelocSectionReader::new(reader()).map_err(words)?.entries();
                    let entries = entries.into_iter().collect::<Result<Vec<_>, _>>().map_err(words)?;
                    *if name == "reloc.CODE" { &mut code } else { &mut data } = entries;
                }
                _ => {}
            }
        }
        if symbols.is_empty() || code.is_empty() {
            return Err("the linker left no relocations (--emit-relocs) or names in it".into());
        }
        let mut links = Links { chunks: chunks(&module, &symbols), ..Links::default() };
        let targets = Targets { module: &module, symbols: &symbols };
        links.follow_code(&targets, &code);
        links.follow_data(&targets, &data);
        Ok(links)
    }

    /// The chunk that an address lies in.
    pub fn chunk_at(&self, address: u32) -> Option<usize> {
        let next = self.chunks.partition_point(|c| c.range.start <= address);
        next.checked_sub(1).filter(|&at| self.chunks[at].range.contains(&address))
    }

    fn follow_code(&mut self, targets: &Targets<'_, 'a>, entries: &[RelocationEntry]) {
        let module = targets.module;
        let starts: Vec<usize> = module.bodies.iter().map(|b| b.range().start as usize).collect();
        for entry in entries {
            let Some(target) = self.target(targets, entry) else { continue };
            let at = module.code.start + entry.offset as usize;
            let Some(body) = starts.partition_point(|&start| start <= at).checked_sub(1) else { continue };
            let Some(&name) = module.names.get(&((body + module.imports.len()) as u32)) else { continue };
            self.functions.entry(name).or_default().push(target);
        }
    }

    fn follow_data(&mut self, targets: &Targets<'_, 'a>, entries: &[RelocationEntry]) {
        for entry in entries {
            let Some(target) = self.target(targets, entry) else { continue };
            let at = targets.module.data_section.start + entry.offset as usize;
            let Some(segment) = targets.module.data.iter().find(|s| s.file.contains(&at)) else { continue };
            let address = segment.address + (at - segment.file.start) as u32;
            if let Some(chunk) = self.chunk_at(address) {
                self.chunks[chunk].targets.push(target);
            }
        }
    }

    /// Whose address a relocation puts in its place; `None` for calls and the like, which the code
    /// itself shows.
    fn target(&mut self, targets: &Targets<'_, 'a>, entry: &RelocationEntry) -> Option<Target<'a>> {
        use RelocationType as R;
        match (entry.ty, targets.symbols.get(entry.index as usize)?) {
            (R::TableIndexSleb | R::TableIndexI32 | R::TableIndexRelSleb, SymbolInfo::Func { index, .. }) => {
                let name = *targets.module.names.get(index)?;
                self.taken.insert(name);
                Some(Target::Function(name))
            }
            (
                R::MemoryAddrLeb | R::MemoryAddrSleb | R::MemoryAddrI32 | R::MemoryAddrRelSleb,
                SymbolInfo::Data { symbol: Some(symbol), .. },
            ) => {
                let address = targets.module.data.get(symbol.index as usize)?.address + symbol.offset;
                self.chunk_at(address).map(Target::Data)
            }
            _ => None,
        }
    }
}

struct Targets<'m, 'a> {
    module: &'m Module<'a>,
    symbols: &'m [SymbolInfo<'a>],
}

/// The symbols in the memory; those that overlap become one.
fn chunks<'a>(module: &Module<'_>, symbols: &[SymbolInfo<'_>]) -> Vec<Chunk<'a>> {
    let mut ranges: Vec<Range<u32>> = symbols
        .iter()
        .filter_map(|symbol| match symbol {
            SymbolInfo::Data { symbol: Some(symbol), .. } if symbol.size > 0 => {
                let start = module.data.get(symbol.index as usize)?.address + symbol.offset;
                Some(start..start + symbol.size)
            }
            _ => None,
        })
        .collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    for range in ranges {
        match chunks.last_mut() {
            Some(last) if range.start < last.range.end => last.range.end = last.range.end.max(range.end),
            _ => chunks.push(Chunk { range, targets: Vec::new() }),
        }
    }
    chunks
}
