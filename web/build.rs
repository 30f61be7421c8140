//! Takes the first lesson into the page, the one that a new visitor sees. The others are fetched.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const WELCOME: &str = "../examples/07-ingress-2017";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join(WELCOME).canonicalize()?;
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut code = format!("(include_str!({:?}), &[\n", folder.join("lesson.yaml"));
    let mut files = std::fs::read_dir(folder.join("manifests"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        writeln!(code, "    ({name:?}, include_str!({file:?})),")?;
    }
    code.push_str("])\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("welcome.rs"), code)?;
    Ok(())
}
