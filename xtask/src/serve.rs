//! `cargo xtask serve`: the playground in the browser, in one command.

use std::net::{Ipv4Addr, TcpListener};

use crate::command::{announce, on_path};
use crate::{Result, page, wasm};

/// The first port tried; the next free one after it is taken.
const FIRST_PORT: u16 = 8080;

struct Options {
    dev: bool,
    port: Option<u16>,
    open: bool,
}

/// Builds the page, serves it on loopback and opens it. Ends when it is stopped.
pub fn serve(arguments: &[String]) -> Result {
    let options = parse(arguments)?;
    let port = match options.port {
        Some(port) if is_free(port) => port,
        Some(port) => return Err(format!("port {port} is taken")),
        None => (FIRST_PORT..FIRST_PORT + 100)
            .find(|port| is_free(*port))
            .ok_or("no free port between 8080 and 8179; name one with --port")?,
    };
    let mut trunk = page::trunk()?.args(["serve", "--address", "127.0.0.1", "--port", &port.to_string()]);
    if !options.dev {
        // Building first means that a page that does not build ends the command with an error,
        // where Trunk's server would go on and serve nothing.
        page::build_whole()?;
        // In the same way, so that Trunk finds nothing left to compile.
        trunk = trunk.envs(&wasm::published()).arg("--release");
    }
    if options.open && has_browser() {
        trunk = trunk.arg("--open");
    }
    announce(&format!("\nThe playground: http://127.0.0.1:{port}/    (Ctrl-C stops it)\n"));
    trunk.become_it()
}

fn parse(arguments: &[String]) -> Result<Options> {
    let mut options = Options { dev: false, port: None, open: true };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--dev" => options.dev = true,
            "--no-open" => options.open = false,
            "--port" => {
                let number = rest.next().map(String::as_str).unwrap_or_default();
                options.port = Some(number.parse().map_err(|_| format!("`{number}` is no port"))?);
            }
            other => return Err(format!("`cargo xtask serve` takes no `{other}`")),
        }
    }
    Ok(options)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Whether opening a browser can work: there is a screen, and something that opens addresses.
fn has_browser() -> bool {
    if std::env::var_os("CI").is_some() {
        return false;
    }
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return true;
    }
    let screen = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];
    screen.iter().any(|name| std::env::var_os(name).is_some())
        && ["xdg-open", "gio", "wslview"].iter().any(|opener| on_path(opener).is_some())
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn options(text: &str) -> crate::Result<super::Options> {
        parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read() {
        let parsed = options("--dev --port 9000 --no-open").expect("these are options");
        assert!(parsed.dev && !parsed.open);
        assert_eq!(parsed.port, Some(9000));
    }

    #[test]
    fn what_is_no_option_is_named() {
        for (text, named) in [("--port", "``"), ("--port 99999", "`99999`"), ("--fast", "`--fast`")] {
            let message = options(text).err().expect("not an option");
            assert!(message.contains(named), "{message}");
        }
    }
}
