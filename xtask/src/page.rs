//! The page: building it with Trunk, weighing it, testing it in a browser.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::command::{Cmd, announce, cargo, program, root};
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
    build_whole()?;
    part()
}

/// The same in one piece, as Trunk leaves it.
pub fn build_whole() -> Result {
    let trunk = trunk()?.envs(&wasm::published());
    // Trunk copies into the site whatever an earlier build left here.
    std::fs::remove_dir_all(root().join("target/wasm-bindgen/release/snippets")).ok();
    trunk.args(["build", "--release"]).run()
}

/// What wasm-bindgen made of the page, and what Trunk then copied into the site.
const BOUND: &str = "target/wasm-bindgen/release/portolan-web_bg.wasm";

/// Parts the page's WebAssembly in two: what the first view needs, and the rest, which comes after it.
fn part() -> Result {
    let dist = root().join("dist");
    let whole = wasm_in(&dist)?;
    let (first, rest) = (root().join("target/first.wasm"), root().join("target/rest.wasm"));
    let linked = "target/wasm32-unknown-unknown/web/portolan-web.wasm";
    let done = parts().args(["part", "web/parts.txt", linked, BOUND]).args([&first, &rest]).run();
    if let Err(why) = done {
        // It works as well in one piece; only its weight says otherwise.
        announce(&format!("The page stays in one piece: {why}"));
        return Ok(());
    }
    // A name of its own for these contents: what goes with the old name may lie in somebody's cache.
    let mut hash = DefaultHasher::new();
    for file in [&first, &rest] {
        std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?.hash(&mut hash);
    }
    let stem = format!("portolan-web-{:016x}", hash.finish());
    let moved = |from: &Path, to: String| {
        std::fs::copy(from, dist.join(to)).map_err(|error| format!("{}: {error}", from.display()))
    };
    moved(&first, format!("{stem}_bg.wasm"))?;
    moved(&rest, format!("{stem}_rest.wasm"))?;
    let index = dist.join("index.html");
    let html = std::fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    let wasm = format!("data-wasm=\"{name}\"");
    let html = html.replace(&wasm, &format!("{wasm} data-rest=\"{stem}_rest.wasm\""));
    let written = std::fs::write(&index, html.replace(&*name, &format!("{stem}_bg.wasm")));
    written.map_err(|error| format!("{}: {error}", index.display()))?;
    std::fs::remove_file(&whole).map_err(|error| format!("{}: {error}", whole.display()))
}

/// Notes what the first view calls and makes web/parts.txt anew.
pub fn record() -> Result {
    let environment = browser()?;
    build()?;
    let (marked, marks) = (root().join("target/marked.wasm"), root().join("target/marks.txt"));
    parts().args(["mark", BOUND]).args([&marked]).run()?;
    program("node").arg("web/tests/first-view.mjs").args([&marked, &marks]).envs(&environment).run()?;
    let rules = parts().args(["rules", BOUND]).args([&marks]).read();
    let rules = rules.ok_or("the marks could not be read")?;
    let file = root().join("web/parts.txt");
    std::fs::write(&file, rules + "\n").map_err(|error| format!("{}: {error}", file.display()))?;
    build()?;
    budget()
}

fn parts() -> Cmd {
    cargo("run").args(["--locked", "--quiet", "--release", "--package", "portolan-parts", "--"])
}

/// The one WebAssembly file in the site.
fn wasm_in(dist: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let found = paths.find(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    found.ok_or_else(|| format!("{} holds no WebAssembly", dist.display()))
}

/// Weighs the site in `dist/` against budget.json.
pub fn budget() -> Result {
    tools::node()?;
    let weigh = program("node").arg("web/tests/budget.mjs");
    if wasm::small().is_none() { weigh.arg("--installed").run() } else { weigh.run() }
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
