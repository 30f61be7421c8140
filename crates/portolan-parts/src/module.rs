//! A WebAssembly module as it is read: borrowed from its bytes, every index as it stands there.

use std::collections::HashMap;
use std::ops::Range;
use wasmparser::{
    ConstExpr, DataKind, ElementItems, ElementKind, Export, ExternalKind, FromReader, FuncType, FunctionBody,
    Global, Import, KnownCustom, MemoryType, Name, Operator, Parser, Payload, SectionLimited, Table, TypeRef,
};

/// What went wrong, in words for whoever builds the page.
pub type Result<T, E = String> = std::result::Result<T, E>;

/// A module.
#[derive(Default)]
pub struct Module<'a> {
    /// Its function types.
    pub types: Vec<FuncType>,
    /// What it imports, in order. Only functions, so that a function's index says which import it is.
    pub imports: Vec<Import<'a>>,
    /// The type of every function, imported ones first.
    pub functions: Vec<u32>,
    /// Its tables.
    pub tables: Vec<Table<'a>>,
    /// Its memories.
    pub memories: Vec<MemoryType>,
    /// Its globals.
    pub globals: Vec<Global<'a>>,
    /// What it exports.
    pub exports: Vec<Export<'a>>,
    /// What fills its tables: slots of table 0 and the functions there.
    pub elements: Vec<(u32, Vec<u32>)>,
    /// The bodies of the functions that are not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    /// What fills its memory.
    pub data: Vec<Segment<'a>>,
    /// What functions are called, mangled.
    pub names: HashMap<u32, &'a str>,
    /// Where the contents of the code section lie in the file: what relocations count from.
    pub code: Range<usize>,
    /// Where the contents of the data section lie.
    pub data_section: Range<usize>,
}

/// Bytes that lie in the memory before the module runs.
#[derive(Debug, Clone)]
pub struct Segment<'a> {
    /// Their address.
    pub address: u32,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where in the file they lie.
    pub file: Range<usize>,
}

impl<'a> Module<'a> {
    /// Reads a module.
    ///
    /// # Errors
    /// Where it is broken, or has what Rust's modules for browsers do not have and this crate cannot part.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(bytes) {
            module.take(payload.map_err(|e| e.to_string())?).map_err(|e| format!("the module: {e}"))?;
        }
        Ok(module)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        let words = |e: wasmparser::BinaryReaderError| e.to_string();
        match payload {
            Payload::TypeSection(section) => {
                for group in section.into_iter_err_on_gc_types() {
                    self.types.push(group.map_err(words)?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(words)?;
                    let TypeRef::Func(ty) = import.ty else {
                        return Err(format!("{} is imported and no function", import.name));
                    };
                    self.functions.push(ty);
                    self.imports.push(import);
                }
            }
            Payload::FunctionSection(section) => self.functions.extend(all(section)?),
            Payload::TableSection(section) => self.tables = all(section)?,
            Payload::MemorySection(section) => self.memories = all(section)?,
            Payload::GlobalSection(section) => self.globals = all(section)?,
            Payload::ExportSection(section) => self.exports = all(section)?,
            Payload::ElementSection(section) => {
                for element in section {
                    let element = element.map_err(words)?;
                    let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind
                    else {
                        return Err("an element segment that is not active in the first table".into());
                    };
                    let ElementItems::Functions(items) = element.items else {
                        return Err("an element segment of expressions".into());
                    };
                    let functions = items.into_iter().collect::<Result<Vec<_>, _>>().map_err(words)?;
                    self.elements.push((constant(&offset_expr)?, functions));
                }
            }
            Payload::CodeSectionStart { unchecked_range, .. } => self.code = section(&unchecked_range),
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(data) => {
                self.data_section = section(&data.range());
                for segment in data {
                    let segment = segment.map_err(words)?;
                    let DataKind::Active { memory_index: 0, offset_expr } = segment.kind else {
                        return Err("a data segment that is not active in the first memory".into());
                    };
                    let end = section(&segment.range).end;
                    self.data.push(Segment {
                        address: constant(&offset_expr)?,
                        bytes: segment.data,
                        file: end - segment.data.len()..end,
                    });
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    for part in names {
                        // A name section may hold anything; only the functions' names matter.
                        let Ok(Name::Function(functions)) = part else { continue };
                        for naming in functions {
                            let naming = naming.map_err(words)?;
                            self.names.insert(naming.index, naming.name);
                        }
                    }
                }
            }
            Payload::StartSection { .. } => return Err("a start function".into()),
            Payload::TagSection(_) => return Err("tags".into()),
            _ => {}
        }
        Ok(())
    }

    /// The body of a function; `None` where it is imported.
    pub fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get((function as usize).checked_sub(self.imports.len())?)
    }

    /// How many functions there are, with the imported ones.
    pub fn count(&self) -> u32 {
        self.functions.len() as u32
    }

    /// The functions that a function's code names.
    pub fn mentions(&self, function: u32) -> Result<Vec<u32>> {
        let Some(body) = self.body(function) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let mut operators = body.get_operators_reader().map_err(|e| e.to_string())?;
        while !operators.eof() {
            match operators.read().map_err(|e| e.to_string())? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => found.push(function_index),
                _ => {}
            }
        }
        Ok(found)
    }

    /// The exported functions.
    pub fn exported(&self) -> impl Iterator<Item = u32> + '_ {
        self.exports.iter().filter(|e| e.kind == ExternalKind::Func).map(|e| e.index)
    }

    /// Every filled slot of the first table.
    pub fn slots(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.elements.iter().flat_map(|(first, functions)| (*first..).zip(functions.iter().copied()))
    }
}

fn all<'a, T: FromReader<'a>>(section: SectionLimited<'a, T>) -> Result<Vec<T>> {
    section.into_iter().collect::<Result<_, _>>().map_err(|error| error.to_string())
}

fn section(range: &Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// The number that an offset is.
fn constant(expression: &ConstExpr<'_>) -> Result<u32> {
    let mut operators = expression.get_operators_reader();
    match operators.read() {
        Ok(Operator::I32Const { value }) => Ok(value as u32),
        _ => Err("an offset that is no constant".into()),
    }
}
