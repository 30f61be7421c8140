//! Text to objects, with a place for every value. The only room that knows YAML and JSON.

mod node;

pub use node::{Entry, Node, Value};

use crate::problem::Problem;
use crate::span::{FileId, Sources};

/// One object: a document, or an item of a `kind: List`.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The file it stands in.
    pub file: FileId,
    /// Its place in the whole reading, from 0; later controllers break ties with it.
    pub index: usize,
    /// The object's mapping.
    pub root: Node,
}

/// What reading gives: always something, never an error as a whole.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// The files that were read.
    pub sources: Sources,
    /// The objects that could be read, in order.
    pub objects: Vec<Object>,
    /// What was wrong with the text.
    pub problems: Vec<Problem>,
}
