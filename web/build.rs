//! Takes `examples/` into the page: every folder with an `example.json`, and the files beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../examples").canonicalize()?;
    println!("cargo:rerun-if-changed={}", root.display());
    let mut code = String::from("&[\n");
    for folder in sorted(&root)?.iter().filter(|f| f.join("example.json").is_file()) {
        let files = sorted(folder)?;
        writeln!(code, "    Embedded {{\n        name: {:?},", name(folder))?;
        writeln!(code, "        about: include_str!({:?}),\n        files: &[", folder.join("example.json"))?;
        for file in files.iter().filter(|f| f.is_file() && name(f) != "example.json") {
            writeln!(code, "            ({:?}, include_str!({file:?})),", name(file))?;
        }
        code.push_str("        ],\n    },\n");
    }
    code.push_str("]\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("examples.rs"), code)?;
    Ok(())
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
