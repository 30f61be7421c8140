//! What compiles for wasm32: rustup's target where it is or can be had, else Debian's own Rust with
//! the standard library built from source.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::command::{announce, cargo, on_path, path_with, program};
use crate::{Result, debian, tools};

const TARGET: &str = "wasm32-unknown-unknown";
const LINKER: &str = "wasm-ld-22";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_BIN: &str = "/usr/bin";
/// The workspace's `rust-version`: Debian also has a Rust 1.63, which is too old.
const OLDEST_MINOR: u32 = 88;
/// The first Rust that the options of [`SMALL`] are known to work with.
const OLDEST_SMALL_MINOR: u32 = 95;

/// Which compiler makes the WASM.
enum Compiler {
    /// The one on the PATH: it has the target's standard library.
    Installed,
    /// Debian's in /usr/bin, which must build the standard library first.
    Debian,
}

/// Installs whatever compiling for WASM needs.
pub fn setup() -> Result {
    environment(&[]).map(drop)
}

/// The environment in which cargo, Trunk and wasm-bindgen build for wasm32, with `folders` leading
/// the PATH. It is for child processes alone: nothing of it may stand in `.cargo/config.toml`, for
/// there it would reach contributors who have an ordinary tool chain.
pub fn environment(folders: &[PathBuf]) -> Result<Vec<(String, OsString)>> {
    let compiler = compiler()?;
    let bindgen = tools::require(&tools::WASM_BINDGEN)?;
    let runner = bindgen.join("wasm-bindgen-test-runner");
    let mut path = folders.to_vec();
    path.push(bindgen);
    let mut variables =
        vec![("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER".to_owned(), runner.into_os_string())];
    if let Compiler::Debian = compiler {
        // Trunk calls plain `cargo`, so Debian's must come before rustup's.
        path.push(PathBuf::from(DEBIAN_BIN));
        for (name, value) in [
            ("RUSTC", "/usr/bin/rustc"),
            ("RUSTDOC", "/usr/bin/rustdoc"),
            ("RUSTC_BOOTSTRAP", "1"),
            ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
            ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", LINKER),
            ("LD_LIBRARY_PATH", ""),
        ] {
            variables.push((name.to_owned(), value.into()));
        }
    }
    variables.push(("PATH".to_owned(), path_with(&path)?));
    Ok(variables)
}

/// What makes the published page as it is, on top of [`environment`]. The linker leaves what parting it needs
/// (`crates/portolan-parts`), and where it can be had, the standard library is built along with it, for size and
/// without the words of panics. (The page says that it ran aground all the same; the words are for the developer,
/// and `trunk build --release` has them.)
pub fn published() -> Vec<(String, OsString)> {
    let mut flags = RELOCATIONS.to_owned();
    let mut variables: Vec<(String, OsString)> = vec![("CARGO_PROFILE_WEB_STRIP".into(), "none".into())];
    if let Some(small) = small() {
        flags = format!("{flags} {SMALL_FLAGS}");
        variables.extend(owned(small));
    }
    variables.push(("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS".into(), flags.into()));
    variables
}

const RELOCATIONS: &str = "-Clink-args=--emit-relocs";
/// No file names and lines for panics; no Debug of our own types, which no text on the page needs. That of strings
/// stays.
const SMALL_FLAGS: &str = "-Zlocation-detail=none -Zfmt-debug=shallow";

type Variables = &'static [(&'static str, &'static str)];

/// Unstable options, for child processes alone.
const SMALL: Variables = &[
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    // Small sorts and searches in place of fast ones.
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true"),
    ("CARGO_PROFILE_WEB_PANIC", "immediate-abort"),
];

/// The options that build the standard library for size. They are tried and not taken for granted: none where
/// it cannot be had, and the page is then a tenth heavier. PORTOLAN_STD=installed does without.
pub fn small() -> Option<Variables> {
    static SMALL: OnceLock<Option<Variables>> = OnceLock::new();
    *SMALL.get_or_init(find_small)
}

fn find_small() -> Option<Variables> {
    let without = |why: &str| {
        announce(&format!(
            "The page is built with the standard library as installed, and heavier for it: {why}"
        ));
        None
    };
    if std::env::var_os("PORTOLAN_STD").is_some_and(|value| value == "installed") {
        return without("PORTOLAN_STD says so");
    }
    let compiler = match compiler() {
        Ok(Compiler::Installed) => "rustc",
        Ok(Compiler::Debian) => "/usr/bin/rustc",
        Err(why) => return without(&why),
    };
    let ask = |arguments: &[&str]| program(compiler).args(arguments).read();
    if ask(&["--version"]).is_none_or(|answer| minor_version(&answer) < Some(OLDEST_SMALL_MINOR)) {
        return without(&format!("that needs Rust 1.{OLDEST_SMALL_MINOR} or newer"));
    }
    let has_sources = || ask(&["--print", "sysroot"]).is_some_and(|sysroot| has_library_sources(&sysroot));
    if !has_sources() && on_path("rustup").is_some() {
        announce("Adding the sources of the standard library to the Rust tool chain, with rustup");
        let add = program("rustup").args(["component", "add", "rust-src"]);
        add.deadline(Duration::from_secs(300)).run().ok();
    }
    if !has_sources() {
        return without(
            "its sources are not there; `rustup component add rust-src` is the usual way to get them",
        );
    }
    // The library has dependencies of its own.
    let fetch = cargo("fetch").args(["--locked", "--target", TARGET]).envs(&owned(SMALL));
    match fetch.deadline(Duration::from_secs(300)).read() {
        Some(_) => Some(SMALL),
        None => without("what the library depends on cannot be fetched"),
    }
}

fn owned(variables: Variables) -> Vec<(String, OsString)> {
    variables.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect()
}

fn has_library_sources(sysroot: &str) -> bool {
    Path::new(sysroot).join("lib/rustlib/src/rust/library/Cargo.toml").is_file()
}

/// Finds the compiler, installing one way or the other. PORTOLAN_WASM=debian skips rustup.
fn compiler() -> Result<Compiler> {
    let debian_wanted = std::env::var_os("PORTOLAN_WASM").is_some_and(|value| value == "debian");
    if !debian_wanted {
        if has_target() {
            return Ok(Compiler::Installed);
        }
        if on_path("rustup").is_some() {
            announce(&format!("Adding the {TARGET} standard library to the Rust tool chain, with rustup"));
            let added =
                program("rustup").args(["target", "add", TARGET]).deadline(Duration::from_secs(300)).run();
            if added.is_ok() && has_target() {
                return Ok(Compiler::Installed);
            }
            announce("rustup could not get it here");
        }
    }
    if debian::has_apt() {
        if !debian_is_complete() {
            debian::install(&DEBIAN_PACKAGES, "a Rust that can build for WASM")?;
        }
        if debian_is_complete() {
            return Ok(Compiler::Debian);
        }
    }
    Err(format!(
        "this Rust cannot compile for {TARGET}; `rustup target add {TARGET}` is the usual way to teach it"
    ))
}

/// Whether the Rust on the PATH has the target's standard library.
fn has_target() -> bool {
    let folder = program("rustc").args(["--print", "target-libdir", "--target", TARGET]).read();
    folder.is_some_and(|folder| std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()))
}

fn debian_is_complete() -> bool {
    let ask =
        |arguments: &[&str]| program("/usr/bin/rustc").args(arguments).env("LD_LIBRARY_PATH", "").read();
    let is_new_enough =
        ask(&["--version"]).is_some_and(|answer| minor_version(&answer) >= Some(OLDEST_MINOR));
    let has_source = ask(&["--print", "sysroot"]).is_some_and(|sysroot| has_library_sources(&sysroot));
    is_new_enough && has_source && on_path(LINKER).is_some() && Path::new("/usr/bin/cargo").is_file()
}

/// The 96 of "rustc 1.96.0 (…)".
fn minor_version(answer: &str) -> Option<u32> {
    answer.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// Runs the routing cases in WASM, under Node, with the engine for expressions that the page has.
pub fn test() -> Result {
    tools::node()?;
    let environment = environment(&[])?;
    cargo("test")
        .args(["--locked", "--package", "portolan-core", "--target", TARGET, "--test", "cases"])
        .args(["--no-default-features", "--features", "serde,fast-reader"])
        .envs(&environment)
        .run()
}

#[cfg(test)]
mod tests {
    use super::minor_version;

    #[test]
    fn the_minor_version_is_read_from_what_rustc_says() {
        assert_eq!(
            minor_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"),
            Some(96)
        );
        assert_eq!(minor_version("rustc 1.63.0"), Some(63));
        assert_eq!(minor_version("clang 14"), None);
    }
}
