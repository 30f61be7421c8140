//! The command line.

use crate::generate::SUBJECTS;
use crate::prove::Effort;
use std::path::{Path, PathBuf};

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    /// How much.
    pub effort: Effort,
    /// Where cases of disagreements are written.
    pub out: Option<PathBuf>,
    /// Files of cases to be asked about, in place of random ones.
    pub files: Vec<PathBuf>,
    traefik: Option<PathBuf>,
    nginx: Option<PathBuf>,
    controllers: Vec<String>,
}

impl Options {
    /// Whether a controller is to be proved: all of them where none was named.
    pub fn wants(&self, controller: &str) -> bool {
        self.controllers.is_empty() || self.controllers.iter().any(|c| c == controller)
    }

    /// The program that stands for a controller, if there is one.
    pub fn program(&self, controller: &str) -> Option<&Path> {
        match controller {
            "ingress-nginx" => self.nginx.as_deref(),
            _ => self.traefik.as_deref(),
        }
    }
}

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        effort: Effort {
            requests: 2000,
            seed: 1,
            findings: 5,
            as_they_are: false,
            likely: false,
            answers: false,
        },
        out: None,
        files: Vec::new(),
        traefik: None,
        nginx: None,
        controllers: Vec::new(),
    };
    let mut rest = arguments;
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
        let number = |text: String| text.parse().map_err(|_| format!("{text:?} is no number"));
        match argument.as_str() {
            "--cases" => options.effort.requests = number(value()?)? as usize,
            "--seed" => options.effort.seed = number(value()?)?,
            "--findings" => options.effort.findings = number(value()?)? as usize,
            "--likely" => options.effort.likely = true,
            "--answers" => options.effort.answers = true,
            "--out" => options.out = Some(value()?.into()),
            "--file" => options.files.push(value()?.into()),
            "--traefik" => options.traefik = Some(value()?.into()),
            "--nginx" => options.nginx = Some(value()?.into()),
            name if SUBJECTS.iter().any(|s| s.controller == name) => options.controllers.push(argument),
            other => {
                let known: Vec<&str> = SUBJECTS.iter().map(|s| s.controller).collect();
                return Err(format!("there is no {other:?}; what can be proved is: {}", known.join(", ")));
            }
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn options(text: &str) -> Result<super::Options, String> {
        parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_are_read() {
        let read = options("--cases 10 --seed 3 traefik --traefik /t").expect("fine");
        assert_eq!((read.effort.requests, read.effort.seed), (10, 3));
        assert!(read.wants("traefik") && !read.wants("ingress-nginx"));
        assert!(read.program("traefik").is_some() && read.program("ingress-nginx").is_none());
        assert!(options("").expect("fine").wants("ingress-nginx"));
        for wrong in ["--cases", "--cases x", "caddy"] {
            assert!(options(wrong).is_err(), "{wrong}");
        }
    }
}
