//! Text to objects, with a place for every value. The only room that knows YAML and JSON.
//!
//! ```
//! let text = "kind: Service\nmetadata: {name: web}\n---\nkind: [broken\n---\nkind: Ingress\n";
//! let manifest = portolan_core::manifest::read([("web.yaml", text)]);
//! assert_eq!(manifest.objects.len(), 2);
//! assert_eq!(manifest.problems.len(), 1);
//! let place = manifest.sources.location(manifest.problems[0].span);
//! assert_eq!(place.to_string(), "web.yaml:4:7");
//! ```
//!
//! A file goes through these steps:
//!
//! * `documents` cuts it at its `---` lines, so that one broken document leaves the others alone;
//! * `yaml` reads one document and, where it is broken, explains why (`syntax`) and saves what
//!   stands above;
//! * `fast` builds the tree from the YAML that manifests are usually written in, `events` from all
//!   other YAML, `json` from JSON;
//! * `scalar` says what a plain scalar means to Kubernetes;
//! * `objects` opens lists and refuses what is no object.

mod build;
pub mod codes;
mod documents;
mod events;
#[cfg(feature = "fast-reader")]
mod fast;
mod float;
mod json;
mod limits;
mod node;
mod objects;
mod places;
mod scalar;
mod syntax;
mod tags;
mod yaml;

use std::sync::Arc;

pub use limits::Limits;
pub use node::{Entry, Node, Value};
pub(crate) use tags::base64;

use crate::problem::{Problem, Severity};
use crate::span::{FileId, Sources, Span};

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

/// Reads files, given as name and text, in order. Never fails: what is wrong is in
/// [`Manifest::problems`], and everything else is read all the same.
///
/// The objects are the documents whose root is a mapping, and the items of those whose `kind` is
/// `List` or ends with it. JSON is read, too: an object, a list of objects, or several one after
/// the other. Empty documents are skipped.
pub fn read(files: impl IntoIterator<Item = (impl Into<String>, impl Into<Arc<str>>)>) -> Manifest {
    read_with(files, &Limits::default())
}

/// As [`read`], with limits of one's own.
pub fn read_with(
    files: impl IntoIterator<Item = (impl Into<String>, impl Into<Arc<str>>)>,
    limits: &Limits,
) -> Manifest {
    read_through(files, limits, true)
}

/// As [`read_with`], through the general YAML reader alone. The result is the same, only slower;
/// tests compare the two.
#[doc(hidden)]
pub fn read_with_general_reader(
    files: impl IntoIterator<Item = (impl Into<String>, impl Into<Arc<str>>)>,
    limits: &Limits,
) -> Manifest {
    read_through(files, limits, false)
}

fn read_through(
    files: impl IntoIterator<Item = (impl Into<String>, impl Into<Arc<str>>)>,
    limits: &Limits,
    fast: bool,
) -> Manifest {
    let mut sources = Sources::new();
    let mut objects = Vec::new();
    let mut problems = build::Problems::new(limits.max_problems);
    let mut budget = build::Budget::new(limits);
    for (name, text) in files {
        let text: Arc<str> = text.into();
        let file = sources.add(name, Arc::clone(&text));
        if text.len() > limits.bytes() {
            problems.push(too_large(file, text.len(), limits.bytes()));
            continue;
        }
        let mut ctx = build::Context::new(file, &mut budget, &mut problems);
        if ctx.is_over() {
            continue;
        }
        let roots = read_file(&mut ctx, &text, fast);
        let mut into = objects::Objects { file, list: &mut objects, problems: &mut problems };
        for root in roots {
            into.document(root);
        }
    }
    Manifest { sources, objects, problems: problems.into_list() }
}

/// The root values of all documents of a file.
fn read_file(ctx: &mut build::Context, text: &str, fast: bool) -> Vec<Node> {
    let mut roots = Vec::new();
    if json::is_candidate(text) {
        let mark = ctx.problems.mark();
        let budget = *ctx.budget;
        match json::read(ctx, text, &mut roots) {
            Ok(()) | Err(json::Fault::Limit) => return roots,
            Err(json::Fault::Syntax { offset, message })
                if json::is_meant(text) && documents::split(text).len() == 1 =>
            {
                let problem = json::problem(ctx, text, offset, &message);
                ctx.problems.push(problem);
                return roots;
            }
            // YAML in flow style.
            Err(json::Fault::Syntax { .. }) => {
                roots.clear();
                ctx.problems.rewind(mark);
                *ctx.budget = budget;
            }
        }
    }
    for range in documents::split(text) {
        if ctx.is_over() {
            break;
        }
        let document = &text[range.clone()];
        if documents::is_empty(document) {
            continue;
        }
        ctx.base = range.start as u32;
        let (mark, budget) = (ctx.problems.mark(), *ctx.budget);
        match fast.then(|| read_fast(ctx, document)).flatten() {
            Some(root) => roots.push(root),
            None if ctx.budget.exhausted => {}
            None => {
                ctx.problems.rewind(mark);
                *ctx.budget = budget;
                yaml::read(ctx, document, &mut roots);
            }
        }
    }
    roots
}

/// By the fast reader, where it is part of the library.
fn read_fast(ctx: &mut build::Context, document: &str) -> Option<Node> {
    #[cfg(feature = "fast-reader")]
    return fast::read(ctx, document);
    #[cfg(not(feature = "fast-reader"))]
    {
        let _ = (ctx, document);
        None
    }
}

fn too_large(file: FileId, size: usize, limit: usize) -> Problem {
    let message = format!("this file has {} MB, more than the {} MB that are read", size >> 20, limit >> 20);
    Problem::new(codes::TOO_LARGE, Severity::Error, Span::new(file, 0, 0), message)
        .help("give only the manifests that matter for routing: Ingresses, Services, Gateways and routes")
}
