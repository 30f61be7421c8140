//! `cargo xtask prove`: the real programs on loopback, asked what Portolan is asked
//! (`crates/portolan-proving`).

use crate::command::{Cmd, announce, cargo};
use crate::steps::Outcome;
use crate::{Result, tools};
use std::time::Duration;

/// Requests for each controller when somebody asks by hand.
const MANY: &str = "10000";
/// Requests for each controller within the tests: some ten seconds for each.
const FEW: &str = "500";

/// Proves what is asked for; whatever is not said has a default.
pub fn prove(arguments: &[String]) -> Result {
    let (traefik, nginx) = wanted(arguments);
    let programs = Programs {
        traefik: traefik.then(tools::traefik).transpose()?,
        nginx: nginx.then(tools::nginx).transpose()?,
    };
    let counted = arguments.iter().any(|argument| argument == "--cases");
    let count: &[&str] = if counted { &[] } else { &["--cases", MANY] };
    programs.command().args(count).args(arguments).deadline(Duration::from_secs(4 * 3600)).run()
}

/// The step of the tests: a few requests, the same ones each time, for whatever program is there.
pub fn step() -> Result<Outcome> {
    let mut missing = Vec::new();
    let mut take = |found: Result<_>| found.map_err(|reason| missing.push(reason)).ok();
    let programs = Programs { traefik: take(tools::traefik()), nginx: take(tools::nginx()) };
    let missing = missing.join("; ");
    if programs.traefik.is_none() && programs.nginx.is_none() {
        return Ok(Outcome::Skipped(missing));
    }
    if !missing.is_empty() {
        announce(&format!("Left out: {missing}"));
    }
    programs.command().args(["--cases", FEW, "--seed", "1"]).deadline(Duration::from_secs(600)).run()?;
    Ok(Outcome::Passed)
}

#[derive(Default)]
struct Programs {
    traefik: Option<std::path::PathBuf>,
    nginx: Option<std::path::PathBuf>,
}

impl Programs {
    fn command(&self) -> Cmd {
        let mut command = cargo("run").args(["--quiet", "--locked", "--package", "portolan-proving", "--"]);
        for (name, path) in [("--traefik", &self.traefik), ("--nginx", &self.nginx)] {
            if let Some(path) = path {
                command = command.arg(name).arg(path);
            }
        }
        command
    }
}

/// Whether Traefik and whether nginx is needed for the controllers named, all where none is.
fn wanted(arguments: &[String]) -> (bool, bool) {
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    let traefik = ["traefik", "traefik-ingress-nginx", "gateway-api"].into_iter().any(named);
    let nginx = named("ingress-nginx");
    match (traefik, nginx) {
        (false, false) => (true, true),
        both => both,
    }
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn only_the_programs_of_the_controllers_named_are_needed() {
        let wanted = |text: &str| wanted(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(wanted("--seed 1"), (true, true));
        assert_eq!(wanted("gateway-api --seed 1"), (true, false));
        assert_eq!(wanted("ingress-nginx"), (false, true));
    }
}
