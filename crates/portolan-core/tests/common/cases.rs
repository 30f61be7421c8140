//! The routing cases, as they are written: `cases/FORMAT.md` says what a case is.
#![allow(dead_code, reason = "no test needs all of a case")]

use portolan_core::routing::Request;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// A file of `cases/`. What is expected of the answers is for one test, and read as `E`.
#[derive(Deserialize)]
pub struct Suite<E = IgnoredAny> {
    pub controller: String,
    pub cases: Vec<Case<E>>,
}

#[derive(Deserialize)]
pub struct Case<E> {
    pub id: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    options: BTreeMap<String, serde_json::Value>,
    pub manifests: String,
    pub requests: Vec<Exchange<E>>,
}

#[derive(Deserialize)]
pub struct Exchange<E> {
    pub request: Request,
    pub expect: E,
}

impl<E> Case<E> {
    /// The controller's settings, as the command line would have them.
    pub fn set(&self) -> impl Iterator<Item = String> {
        self.options.iter().map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name}={text}"),
            None => format!("{name}={value}"),
        })
    }
}

/// Every file with its name, sorted.
#[cfg(not(target_arch = "wasm32"))]
pub fn suites() -> Vec<(String, Suite)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned();
        let text = std::fs::read_to_string(path).expect("readable");
        let suite = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, suite)
    };
    paths.iter().map(read).collect()
}
