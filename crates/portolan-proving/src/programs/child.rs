//! A child process that ends with us.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running program, killed when it is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Starts a program, its output going to a file.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, arguments: &[String], log: &Path) -> Result<Running, String> {
        let name = program.display().to_string();
        let file = std::fs::File::create(log).map_err(|e| format!("{}: {e}", log.display()))?;
        let errors = file.try_clone().map_err(|e| format!("{}: {e}", log.display()))?;
        // Where it is there, `setpriv` has the kernel kill the child when we are killed ourselves.
        let mut command = match Path::new("/usr/bin/setpriv").is_file() {
            true => {
                let mut command = Command::new("/usr/bin/setpriv");
                command.args(["--pdeathsig", "KILL"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        let child = command
            .args(arguments)
            .env_remove("KUBERNETES_SERVICE_HOST")
            .env_remove("KUBERNETES_SERVICE_PORT")
            .env_remove("KUBECONFIG")
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(|e| format!("cannot start {name}: {e}"))?;
        Ok(Running { child, name })
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// When the program has ended, or is not ready in time.
    pub fn wait_until(&mut self, patience: Duration, mut ready: impl FnMut() -> bool) -> Result<(), String> {
        let started = Instant::now();
        let mut pause = Duration::from_micros(500);
        loop {
            if ready() {
                return Ok(());
            }
            match self.child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => return Err(format!("{} ended ({status})", self.name)),
                Err(error) => return Err(format!("lost track of {}: {error}", self.name)),
            }
            if started.elapsed() > patience {
                return Err(format!("{} is not ready after {} s", self.name, patience.as_secs()));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
