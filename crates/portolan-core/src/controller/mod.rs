//! What each real controller makes of a cluster. A new controller is one file here, one line in
//! [`all`] and its cases.

mod backends;
mod gateway_api;
mod guess;
mod images;
pub(crate) mod ingress_nginx;
mod kubernetes;
mod settings;
pub(crate) mod traefik;
mod words;

pub use guess::{Guess, guess};
pub use images::of_image;
pub use settings::{Check, Setting, SettingError, SettingKind, Settings, as_flag};
pub use words::Words;

use crate::cluster::{Cluster, Ingress};
use crate::problem::Problem;
use crate::routing::{Origin, RouteTable};
use crate::span::Span;

/// A controller that Portolan answers as.
#[derive(Debug)]
pub struct Controller {
    /// Its name on the command line and in links: `kubernetes`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What its answers stand for, in a sentence or two.
    pub about: &'static str,
    // Functions and no tables, so that who asks for one controller's needs no other's at hand.
    settings: fn() -> &'static [Setting],
    /// Settings of its own that change no answer. One that ends in `-` or `.` stands for all that begin
    /// with it.
    idle_settings: fn() -> &'static [&'static str],
    compile: fn(&Cluster, &Settings) -> Compiled,
    left_out: fn(&Cluster, &Settings) -> Vec<LeftOut>,
    /// What it writes for its proxy, where it writes something that can be shown.
    view: Option<fn(&Cluster, &Settings) -> Vec<ViewLine>>,
}

/// A line of the configuration that a controller writes for its proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewLine {
    /// The line, indented, without its line feed.
    pub text: String,
    /// What made it; `None` for what the controller adds by itself.
    pub origin: Option<Origin>,
}

/// An object that a controller does not look at, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The object, by its place in the reading ([`Meta::index`](crate::cluster::Meta::index)).
    pub object: usize,
    /// The API's field path of what is left out; empty for the whole object.
    pub field: String,
    /// Where that stands.
    pub span: Span,
    /// The controller's reason.
    pub reason: String,
    /// What kind of reason that is.
    pub cause: Grounds,
}

/// What kind of reason a controller has not to look at something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grounds {
    /// The Ingress' class: it is for another controller, or could be.
    Class,
    /// The controller is set to watch something else: other namespaces, other labels.
    Scope,
    /// Something in the object.
    Fault,
}

impl LeftOut {
    /// A whole Ingress.
    fn ingress(ingress: &Ingress, reason: String, cause: Grounds) -> Self {
        let (object, span) = (ingress.meta.index, ingress.meta.name.span);
        Self { object, field: String::new(), span, reason, cause }
    }
}

/// What a controller makes of a cluster.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The table that answers requests.
    pub table: RouteTable,
    /// What the controller would complain about.
    pub problems: Vec<Problem>,
    /// The version that answers, where the controller has several and somebody chose one: a setting,
    /// or the image that the manifests run.
    pub version: Option<String>,
}

/// There is no controller of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownController {
    /// The name that was asked for.
    pub name: String,
}

impl std::fmt::Display for UnknownController {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known: Vec<_> = all().iter().map(|c| c.name).collect();
        write!(f, "there is no controller {:?}; known are: {}", self.name, known.join(", "))
    }
}

impl std::error::Error for UnknownController {}

/// Every controller, the default first.
pub fn all() -> &'static [Controller] {
    &[
        kubernetes::CONTROLLER,
        ingress_nginx::CONTROLLER,
        traefik::CONTROLLER,
        traefik::nginx::CONTROLLER,
        gateway_api::CONTROLLER,
    ]
}

/// The controller of this name.
///
/// # Errors
/// When there is none.
pub fn find(name: &str) -> Result<&'static Controller, UnknownController> {
    all().iter().find(|c| c.name == name).ok_or_else(|| UnknownController { name: name.to_owned() })
}

impl Controller {
    /// The settings of its own that change answers.
    pub fn settings(&self) -> &'static [Setting] {
        (self.settings)()
    }

    /// Whether the controller has a setting of this name, and it changes no answer: a buffer's size, a
    /// log's format.
    pub fn ignores(&self, name: &str) -> bool {
        (self.idle_settings)().iter().any(|idle| match idle.ends_with(['-', '.']) {
            true => name.len() > idle.len() && name.starts_with(idle),
            false => *idle == name,
        })
    }

    /// Compiles a cluster into the table of this controller.
    pub fn compile(&self, cluster: &Cluster, settings: &Settings) -> Compiled {
        (self.compile)(cluster, settings)
    }

    /// What it does not look at, of the objects that are for controllers of its kind: Ingresses of
    /// another class, parentRefs of routes that attach nowhere. In the order of the lists.
    pub fn left_out(&self, cluster: &Cluster, settings: &Settings) -> Vec<LeftOut> {
        (self.left_out)(cluster, settings)
    }

    /// Whether it writes a configuration for its proxy.
    pub fn writes_configuration(&self) -> bool {
        self.view.is_some()
    }

    /// The configuration that this controller writes for its proxy: what decides where requests go.
    /// `None` for controllers that write none.
    pub fn view(&self, cluster: &Cluster, settings: &Settings) -> Option<Vec<ViewLine>> {
        self.view.map(|view| view(cluster, settings))
    }
}
