//! Runs the built binary.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The binary with these arguments, in this crate's folder, without colours or a language from the outside.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("CLICOLOR_FORCE");
    command.env("PORTOLAN_LANGUAGE", "en");
    command
}

/// Exit code, standard output, standard error.
pub fn run(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary is built");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // From another thread: a full pipe on either side must not stop both.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    // It may end without having read everything.
    let _ = writer.join().expect("no panic");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}
