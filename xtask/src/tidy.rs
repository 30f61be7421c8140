//! What the repository's files say of each other must be true.

use std::fs::read_to_string;

use crate::command::root;
use crate::{steps, tools};

fn read(path: &str) -> String {
    read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The dependencies that a manifest names, in whatever table.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies");
            if let Some((_, name)) = table.split_once("dependencies.") {
                names.push(name);
            }
        } else if inside && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            names.push(name);
        }
    }
    names.retain(|name| !name.is_empty() && !name.starts_with('#') && !name.starts_with("portolan-"));
    names
}

#[test]
fn dependencies_are_read_from_every_table() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\none.workspace = true\n# a remark\ntwo = \"1\"\n\
                    [target.'cfg(unix)'.dev-dependencies]\nthree = { version = \"1\" }\n[dependencies.four]\nversion = \"1\"\n";
    assert_eq!(dependencies(manifest), ["one", "two", "three", "four"]);
}

#[test]
fn every_dependency_has_its_reason_in_contributing() {
    let reasons = read("CONTRIBUTING.md");
    for manifest in ["crates/portolan-core", "crates/portolan-cli", "crates/portolan-proving", "web", "xtask"]
    {
        let text = read(&format!("{manifest}/Cargo.toml"));
        for name in dependencies(&text) {
            assert!(
                reasons.contains(&format!("`{name}`")),
                "{manifest} depends on {name}; say why in CONTRIBUTING.md's table"
            );
        }
    }
}

#[test]
fn the_wasm_bindgen_tool_and_library_are_of_one_version() {
    let pin = format!("wasm-bindgen = \"={}\"", tools::WASM_BINDGEN.version);
    assert!(read("Cargo.toml").contains(&pin), "Cargo.toml has no `{pin}`");
}

#[test]
fn contributing_lists_every_step() {
    let text = read("CONTRIBUTING.md");
    for step in &steps::ALL {
        assert!(
            text.contains(&format!("| `{}` |", step.name)),
            "CONTRIBUTING.md does not list {}",
            step.name
        );
    }
}
