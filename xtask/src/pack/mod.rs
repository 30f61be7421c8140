//! Packs a WASM module for the wire: puts functions that resemble each other side by side. Gzip
//! looks back over 32 KB only, and code made from one generic function for many types is much alike;
//! the compressed page is three percent smaller for it. The module does the same as before.

mod module;
mod order;

use std::path::Path;

use crate::Result;
use crate::command::announce;

/// Packs every module in a folder. One that uses what is not known here stays as it is.
pub fn pack(folder: &Path) -> Result {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let before = std::fs::read(&path).map_err(failed)?;
        match module::reorder(&before, order::by_likeness) {
            Ok(after) => std::fs::write(&path, after).map_err(failed)?,
            Err(why) => announce(&format!("{} is not packed: {why}", path.display())),
        }
    }
    Ok(())
}
