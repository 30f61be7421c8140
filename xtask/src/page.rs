//! The page: building it with Trunk, weighing it, testing it in a browser.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::command::{Cmd, program, root};
use crate::{Result, tools, wasm};

/// `trunk`, with everything it needs installed.
pub fn trunk() -> Result<Cmd> {
    let folder = tools::require(&tools::TRUNK)?;
    let trunk = folder.join("trunk");
    let environment = wasm::environment(&[folder])?;
    let mut command = program(trunk).envs(&environment).env("TRUNK_SKIP_VERSION_CHECK", "true");
    // By convention any value of NO_COLOR counts; Trunk knows only `true` and `false`.
    if std::env::var_os("NO_COLOR").is_some() {
        command = command.env("NO_COLOR", "true");
    }
    Ok(command)
}

/// Builds the site into `dist/`, as it is published: with a standard library built for size, where
/// one can be built.
pub fn build() -> Result {
    let trunk = trunk()?.envs(wasm::small());
    // Trunk copies into the site whatever an earlier build left here.
    std::fs::remove_dir_all(root().join("target/wasm-bindgen/release/snippets")).ok();
    trunk.args(["build", "--release"]).run()
}

/// Weighs the site in `dist/` against budget.json.
pub fn budget() -> Result {
    tools::node()?;
    let weigh = program("node").arg("web/tests/budget.mjs");
    if wasm::small().is_empty() { weigh.arg("--installed").run() } else { weigh.run() }
}

/// Checks that the committed editor bundle is what its sources give, and the sources' types.
pub fn bundle() -> Result {
    tools::node_modules("web/editor")?;
    program("npm").args(["run", "--silent", "types"]).dir("web/editor").run()?;
    program("npm").args(["run", "--silent", "check"]).dir("web/editor").run()
}

/// Runs the browser tests against the site in `dist/`.
pub fn browser_tests() -> Result {
    let environment = browser()?;
    let folder = root().join("web/tests");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    program("node")
        .args(["--test", "--test-reporter=spec", "--test-timeout=120000"])
        .args(files)
        .envs(&environment)
        .run()
}

/// Takes screenshots of the site into `target/shots/`.
pub fn shots() -> Result {
    let environment = browser()?;
    build()?;
    program("node").args(["web/tests/shots.mjs", "target/shots"]).envs(&environment).run()
}

fn browser() -> Result<Vec<(String, OsString)>> {
    tools::node_modules("web/tests")?;
    Ok(vec![("CHROME".to_owned(), tools::chromium()?.into_os_string())])
}
