//! The examples, taken from `examples/` when the page was built.

use crate::state::{Answerer, Work};
use serde::Deserialize;
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

/// `example.json`. The expected answers in it are for the tests.
#[derive(Deserialize)]
struct About {
    title: String,
    text: String,
    controller: String,
    files: Vec<String>,
    requests: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    request: String,
}

/// Every example, in order; the first one is what a new visitor sees.
pub fn all() -> Vec<Example> {
    EMBEDDED.iter().filter_map(read).collect()
}

fn read(embedded: &Embedded) -> Option<Example> {
    let about: About = serde_json::from_str(embedded.about).ok()?;
    let files = about.files.iter().filter_map(|name| embedded.files.iter().find(|(n, _)| n == name));
    let mut work = Work::new(files.copied(), about.requests.iter().map(|r| &r.request));
    work.answerers = Rc::new(vec![Answerer::new(&about.controller)]);
    Some(Example { name: embedded.name, title: about.title, text: about.text, work })
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
