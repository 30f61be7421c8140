//! Builds the pages of `docs/problems` in, whichever there are.

use std::fmt::Write;
use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map(|entries| entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.retain(|name| name.starts_with("PT") && name.ends_with(".md"));
    names.sort();
    let mut text = String::from("&[\n");
    for name in &names {
        let path = folder.join(name);
        let code = name.trim_end_matches(".md");
        let path = path.display().to_string();
        let _ = writeln!(text, "    ({code:?}, include_str!({path:?})),");
    }
    text.push_str("]\n");
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = std::fs::write(Path::new(&out).join("pages.rs"), text) {
        println!("cargo::error=cannot write the list of pages: {error}");
    }
}
