//! Packages from apt, on the systems that have it.

use crate::Result;
use crate::command::{announce, is_interactive, on_path, program};

/// Whether this system installs packages with apt.
pub fn has_apt() -> bool {
    on_path("apt-get").is_some()
}

/// Installs packages, saying first which and what for. Asks for a password only where a person is
/// there to type it.
pub fn install(packages: &[&str], what_for: &str) -> Result {
    announce(&format!("Installing with apt-get, system-wide: {} ({what_for})", packages.join(" ")));
    // A source of packages that nobody here needs may be out of order: installing will tell.
    if let Err(message) = apt(&["update", "-q"]) {
        announce(&format!("{message}; going on with the lists as they are"));
    }
    let mut arguments = vec!["install", "-q", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

fn apt(arguments: &[&str]) -> Result {
    let is_root = program("id").arg("-u").read().is_some_and(|id| id == "0");
    let command = match (is_root, on_path("sudo").is_some()) {
        (true, _) => program("apt-get"),
        (false, true) if is_interactive() => program("sudo").arg("apt-get").may_ask(),
        (false, true) => program("sudo").args(["--non-interactive", "apt-get"]),
        (false, false) => return Err(format!("run as root: apt-get {}", arguments.join(" "))),
    };
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").run()
}
