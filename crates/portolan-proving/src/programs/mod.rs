//! The real programs.

mod child;
mod nginx;
mod traefik;

use crate::case::{Case, Model};
use crate::compare::Observed;
use portolan_core::routing::Request;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A program that is running and can be asked.
pub trait Program {
    /// The port on loopback where it takes plain HTTP.
    fn port(&self) -> u16;

    /// Settings that follow from where it runs.
    fn facts(&self) -> BTreeMap<String, String>;

    /// The ports that it happens to have, each with the one that is shown in a case.
    fn ports(&self) -> Vec<(u16, u16)>;

    /// Gives it the objects of a case. `false`: it refuses them all.
    ///
    /// # Errors
    /// When it does not take them in time, or has ended.
    fn load(&mut self, case: &Case, model: &Model) -> Result<bool, String>;

    /// Sends it a request.
    ///
    /// # Errors
    /// When it does not answer.
    fn ask(&mut self, case: &Case, request: &Request) -> Result<Observed, String>;
}

/// A program's name and version, from itself.
///
/// # Errors
/// When it does not say.
pub fn version(controller: &str, program: &Path) -> Result<String, String> {
    let (argument, before, name) = match controller {
        "ingress-nginx" => ("-v", "nginx version: nginx/", "nginx"),
        _ => ("version", "Version:", "Traefik"),
    };
    let output = Command::new(program).arg(argument).output();
    let output = output.map_err(|e| format!("cannot run {}: {e}", program.display()))?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let version = text.lines().find_map(|l| l.strip_prefix(before)).map(str::trim);
    version
        .map(|v| format!("{name} {v}"))
        .ok_or_else(|| format!("{} does not say its version", program.display()))
}

/// Starts the program that stands for a controller.
///
/// # Errors
/// When it does not come up.
pub fn start(
    controller: &'static str,
    program: &Path,
    settings: &BTreeMap<String, String>,
    log: &Path,
) -> Result<Box<dyn Program>, String> {
    Ok(match controller {
        "ingress-nginx" => Box::new(nginx::Nginx::new(program, log)?),
        _ => Box::new(traefik::Traefik::start(program, controller, settings, log)?),
    })
}
