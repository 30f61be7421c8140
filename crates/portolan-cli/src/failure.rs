//! What keeps the tool from answering at all, and the codes that it exits with.

use portolan_core::controller::{SettingError, UnknownController};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// How a run ends. The codes are documented in the help and in README.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Every request has its answer.
    Answered,
    /// Some requests could not be read; the others have their answers.
    BadRequest,
    /// Nothing was answered.
    Failed,
    /// Every request has its answer, but no Kubernetes object stood behind any of them.
    NoObjects,
    /// Every request has its answers, and some of them differ.
    Differs,
    /// There are problems.
    Problems,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Answered => 0,
            Exit::BadRequest | Exit::Problems => 1,
            Exit::Failed => 2,
            Exit::NoObjects => 3,
            Exit::Differs => 4,
        })
    }
}

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder without manifests.
    #[error("{} holds no *.yaml, *.yml or *.json file", .0.display())]
    EmptyFolder(PathBuf),
    /// Of all files, none is text; a sentence for each.
    #[error("{}", .0.join("\n"))]
    NoText(Vec<String>),
    /// Standard input is named twice.
    #[error("standard input can be read once, but several options name it")]
    StdinTwice,
    /// No such controller.
    #[error(transparent)]
    Controller(#[from] UnknownController),
    /// No such setting.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A controller without a configuration to show.
    #[error("controller {0} writes no configuration")]
    NoView(&'static str),
    /// Less than two controllers to compare.
    #[error("one controller cannot be compared: give --controller twice or more")]
    OneController,
    /// A configuration that is none; the problems with their places, rendered.
    #[error("the configuration cannot be used")]
    Config(String),
    /// Manifests without an object.
    #[error("the manifests hold no Kubernetes object: there is nothing to judge")]
    NoObjects,
    /// No such code or name.
    #[error("there is no problem {word:?}")]
    NoCode {
        /// As given.
        word: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// Standard input cannot be mended in place.
    #[error("standard input cannot be mended: there is no file to write to")]
    FixStdin,
    /// Two columns with one label.
    #[error("two controllers are called {0:?}")]
    LabelTwice(String),
    /// A setting that names none of the compared controllers.
    #[error("{pair:?} is no setting of one of the compared controllers: {}", labels.join(", "))]
    NoColumn {
        /// As given.
        pair: String,
        /// What the columns are called.
        labels: Vec<String>,
    },
    /// No such lesson or example.
    #[error("there is no example {0:?}")]
    NoExample(String),
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// The answer cannot be put into JSON.
    #[error("cannot write the answer as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Failure {
    /// Whether somebody closed the pipe that the output goes to.
    pub fn is_closed_pipe(&self) -> bool {
        match self {
            Failure::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Failure::Json(error) => error.io_error_kind() == Some(io::ErrorKind::BrokenPipe),
            _ => false,
        }
    }

    /// What is said below the message: it is in the language that is spoken.
    pub fn details(&self) -> Option<&str> {
        match self {
            Failure::Config(problems) => Some(problems),
            _ => None,
        }
    }

    /// A way out.
    pub fn help(&self) -> Option<String> {
        match self {
            Failure::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("-f takes a file, a folder, or - for standard input".to_owned())
            }
            Failure::StdinTwice => Some("put the manifests or the requests into a file".to_owned()),
            Failure::NoView(_) => {
                let all = portolan_core::controller::all().iter();
                let those: Vec<_> = all.filter(|c| c.writes_configuration()).map(|c| c.name).collect();
                Some(format!("these do: {}", those.join(", ")))
            }
            Failure::LabelTwice(_) => Some("a label tells them apart: --controller mine=traefik".to_owned()),
            Failure::NoColumn { .. } => Some("write --set LABEL:KEY=VALUE".to_owned()),
            Failure::NoExample(_) => Some("portolan examples lists them".to_owned()),
            Failure::Unwritable { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                Some("name a folder that does not hold such a file yet".to_owned())
            }
            Failure::NoCode { meant: Some(meant), .. } => Some(format!("did you mean {meant}?")),
            Failure::NoCode { .. } => Some("portolan explain lists all of them".to_owned()),
            Failure::FixStdin => Some("--diff prints what would change".to_owned()),
            Failure::NoText(_) => Some("save them as UTF-8".to_owned()),
            Failure::Controller(_) | Failure::Setting(_) => {
                Some("portolan controllers lists the controllers and their settings".to_owned())
            }
            _ => None,
        }
    }

    /// The code to exit with.
    pub fn exit_code(&self) -> Exit {
        Exit::Failed
    }
}
