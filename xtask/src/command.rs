//! Running other programs: in the repository's root, without standard input, with a deadline, and
//! with an error that names the command.

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// No step of a test run takes this long; a command that does hangs.
const DEADLINE: Duration = Duration::from_secs(30 * 60);

/// The repository's root: this crate's parent.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Prints a line that stands out from the output of the commands around it.
pub fn announce(text: &str) {
    if stdout().is_terminal() {
        println!("\x1b[1m{text}\x1b[0m");
    } else {
        println!("{text}");
    }
}

/// Whether a person could answer a question: not in CI, and with a terminal.
pub fn is_interactive() -> bool {
    std::env::var_os("CI").is_none() && std::io::stdin().is_terminal()
}

/// A command about to run.
pub struct Cmd {
    inner: Command,
    deadline: Duration,
}

/// `program`, found on the PATH.
pub fn program(program: impl AsRef<OsStr>) -> Cmd {
    let mut inner = Command::new(program);
    inner.current_dir(root()).stdin(Stdio::null());
    // Set by the `cargo run` around us; they describe this crate, not what the child builds.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO" {
            inner.env_remove(&name);
        }
    }
    Cmd { inner, deadline: DEADLINE }
}

/// `cargo SUBCOMMAND`.
pub fn cargo(subcommand: &str) -> Cmd {
    program("cargo").arg(subcommand)
}

impl Cmd {
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.inner.arg(argument);
        self
    }

    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.inner.args(arguments);
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    pub fn envs(mut self, variables: &[(String, OsString)]) -> Self {
        self.inner.envs(variables.iter().map(|(name, value)| (name, value)));
        self
    }

    /// Sets the directory, relative to the root.
    pub fn dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.inner.current_dir(root().join(directory));
        self
    }

    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Lets the command ask the person at the terminal, when there is one (`sudo` does).
    pub fn may_ask(mut self) -> Self {
        if is_interactive() {
            self.inner.stdin(Stdio::inherit());
        }
        self
    }

    /// Runs it with its output shown, and fails when it does.
    pub fn run(mut self) -> Result {
        let text = self.text();
        println!("$ {text}");
        let mut child = self.inner.spawn().map_err(|error| cannot_start(&text, &error))?;
        let started = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(format!("`{text}` failed ({status})")),
                Ok(None) => {}
                Err(error) => return Err(format!("lost track of `{text}`: {error}")),
            }
            if started.elapsed() > self.deadline {
                // Best effort: it may have ended in this very moment.
                child.kill().ok();
                child.wait().ok();
                return Err(format!("`{text}` was stopped after {} s", self.deadline.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs it silently; what it printed to standard output, or None when it failed or is not there.
    pub fn read(mut self) -> Option<String> {
        let output = self.inner.stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// Becomes the command, where the system can, so that a signal sent here reaches it.
    pub fn become_it(mut self) -> Result {
        let text = self.text();
        println!("$ {text}");
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            Err(cannot_start(&text, &self.inner.exec()))
        }
        #[cfg(not(unix))]
        {
            let status = self.inner.status().map_err(|error| cannot_start(&text, &error))?;
            status.success().then_some(()).ok_or_else(|| format!("`{text}` failed ({status})"))
        }
    }

    fn text(&self) -> String {
        let name = Path::new(self.inner.get_program()).file_name().unwrap_or_default();
        let words = std::iter::once(name).chain(self.inner.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}

fn cannot_start(text: &str, error: &std::io::Error) -> String {
    format!("cannot run `{text}`: {error}")
}

/// The file that running `name` would start.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

/// The PATH with `folders` before all others.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(folders.iter().cloned().chain(std::env::split_paths(&path)))
        .map_err(|error| format!("a tool's folder cannot stand in PATH: {error}"))
}
