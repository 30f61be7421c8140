//! The examples, taken from `examples/` when the page was built.

use crate::json;
use crate::state::{Answerer, Work};
use portolan_core::manifest::Node;
use std::rc::Rc;

struct Embedded {
    name: &'static str,
    about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// One example.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Name of its folder.
    pub name: &'static str,
    /// In a few words.
    pub title: String,
    /// What it shows.
    pub text: String,
    /// What it puts on the page.
    pub work: Work,
}

/// Every example, in order; the first one is what a new visitor sees.
pub fn all() -> Vec<Example> {
    EMBEDDED.iter().filter_map(read).collect()
}

/// Reads `example.json`. The expected answers in it are for the tests.
fn read(embedded: &Embedded) -> Option<Example> {
    let about = json::read(embedded.about)?;
    let names = json::list(&about, "files", Node::as_str)?;
    let files = names.iter().filter_map(|name| embedded.files.iter().find(|(n, _)| n == name));
    let mut work =
        Work::new(files.copied(), json::list(&about, "requests", |asked| json::text(asked, "request"))?);
    work.answerers = Rc::new(vec![Answerer::new(json::text(&about, "controller")?)]);
    let of = |key| json::text(&about, key).map(str::to_owned);
    Some(Example { name: embedded.name, title: of("title")?, text: of("text")?, work })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_an_example_with_all_its_files() {
        let examples = all();
        assert_eq!(examples.len(), EMBEDDED.len());
        for (example, embedded) in examples.iter().zip(EMBEDDED) {
            assert_eq!(example.work.files.len(), embedded.files.len(), "{}", example.name);
            assert!(!example.work.asks.is_empty(), "{}", example.name);
            let answers = example.work.answerer();
            assert!(portolan_core::controller::find(&answers.controller).is_ok());
        }
    }
}
