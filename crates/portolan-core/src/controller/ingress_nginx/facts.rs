//! What the room `lint` asks about ingress-nginx.

use super::config::Config;
use super::{lifetimes, risk};
use crate::cluster::Cluster;
use crate::controller::Settings;

/// How the controller is set.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// What the names of its annotations begin with, and the slash.
    pub prefix: String,
    /// Whether snippets are in force.
    pub snippets: bool,
    /// Whether the values of annotations are checked.
    pub validation: bool,
    /// Whether clients are told apart before any Ingress does: a list of addresses, external
    /// authentication.
    pub guarded: bool,
    config: Config,
}

impl Facts {
    /// Reads them.
    pub fn of(cluster: &Cluster, settings: &Settings) -> Facts {
        let config = Config::read(cluster, settings);
        Facts {
            prefix: format!("{}/", config.annotations_prefix),
            snippets: config.snippets,
            validation: config.validation,
            guarded: !config.allowlist.is_empty() || config.global_auth_url.is_some(),
            config,
        }
    }

    /// Whether the version that answers reads an annotation, given without its prefix.
    pub fn reads(&self, name: &str) -> bool {
        lifetimes::of(name).is_some_and(|life| life.spans(self.config.version))
    }
}

/// Whether any version reads an annotation, given without its prefix.
pub(crate) fn is_known(name: &str) -> bool {
    lifetimes::of(name).is_some()
}

/// The names of all annotations.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    lifetimes::names()
}

/// The risk that the controller sees in an annotation: `Low`, `Medium`, `High` or `Critical`.
pub(crate) fn risk(name: &str) -> Option<&'static str> {
    risk::Risk::of(name).map(risk::Risk::word)
}

/// What the names of annotations begin with where nobody says otherwise.
pub(crate) const NGINX_PREFIX: &str = "nginx.ingress.kubernetes.io/";
