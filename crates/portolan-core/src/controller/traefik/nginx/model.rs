//! What all Ingresses together say before the first location is made: their order, hosts that compare
//! by regular expression, aliases, app roots, canaries
//! (traefik/traefik `pkg/provider/kubernetes/ingress-nginx/build.go`, the first two passes).

use super::annotations::Config;
use super::endpoints::{self, Endpoints, Reference};
use super::options::Options;
use crate::cluster::{Cluster, Ingress, IngressPath, IngressRule, PathType};
use crate::controller::traefik::backend::{Servers, Services};
use crate::controller::traefik::class;
use crate::routing::Certainty;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The controller of IngressClasses that are taken.
pub(super) const CONTROLLER_CLASS: &str = "k8s.io/ingress-nginx";

/// An Ingress that is taken.
pub(super) struct Taken<'c> {
    pub(super) ingress: &'c Ingress,
    pub(super) config: Config,
    pub(super) certainty: Certainty,
}

/// One canary, for a Service port of a namespace.
#[derive(Clone)]
pub(super) struct Canary {
    pub(super) endpoints: Endpoints,
    pub(super) weight: u32,
    pub(super) total: u32,
    pub(super) config: Config,
}

/// What all Ingresses together say.
#[derive(Default)]
pub(super) struct Model<'c> {
    /// Regular Ingresses, the oldest first.
    pub(super) regular: Vec<Taken<'c>>,
    pub(super) canaries: Vec<Taken<'c>>,
    /// Ingresses that are not taken, and why.
    pub(super) left_out: Vec<(&'c Ingress, String)>,
    /// Canary paths that change nothing, and why.
    pub(super) idle: Vec<(&'c Ingress, usize, usize, String)>,
    pub(super) hosts: HashSet<String>,
    pub(super) regex_hosts: HashSet<String>,
    pub(super) root_hosts: HashSet<String>,
    pub(super) app_roots: HashMap<String, String>,
    pub(super) server_snippets: HashMap<String, String>,
    /// Aliases, and the Ingress that has each.
    aliases: HashMap<String, String>,
    /// By namespace and Service port.
    by_service: HashMap<(String, Reference), Canary>,
}

impl<'c> Model<'c> {
    /// The names of the classes that are served.
    pub(super) fn classes(cluster: &'c Cluster, options: &Options<'c>) -> HashSet<&'c str> {
        class::classes(cluster, options.controller_class)
            .into_iter()
            .map(|c| c.meta.name.value.as_str())
            .chain(options.class_by_name.then_some(options.ingress_class))
            .collect()
    }

    pub(super) fn new(cluster: &'c Cluster, services: &Services<'c>, options: &Options<'c>) -> Self {
        let mut model = Model::default();
        let admission = class::Admission::new(cluster);
        let classes = Model::classes(cluster, options);
        let mut ingresses: Vec<&Ingress> = cluster.ingresses.iter().collect();
        // The oldest first; of those of one age, the last in the alphabet.
        ingresses.sort_by_cached_key(|i| (i.meta.created.unwrap_or(i64::MIN), Reverse(i.meta.full_name())));
        let taken: Vec<_> = ingresses
            .into_iter()
            .map(|ingress| {
                let config = Config::of(&ingress.meta);
                let certainty = admission.of(ingress).and_then(|certainty| {
                    options.takes(ingress, &classes)?;
                    options.validate(ingress, &config)?;
                    Ok(certainty)
                });
                (ingress, config, certainty)
            })
            .collect();
        for (ingress, config, certainty) in taken {
            match certainty {
                Err(reason) => model.left_out.push((ingress, reason)),
                Ok(certainty) if config.canary => model.canaries.push(Taken { ingress, config, certainty }),
                Ok(certainty) => {
                    model.note(ingress, &config);
                    model.regular.push(Taken { ingress, config, certainty });
                }
            }
        }
        model.find_canaries(services, options);
        model
    }

    /// Notes what a regular Ingress says about its hosts.
    fn note(&mut self, ingress: &Ingress, config: &Config) {
        let owner = ingress.meta.full_name();
        for alias in &config.server_alias {
            self.aliases.entry(alias.to_lowercase()).or_insert_with(|| owner.clone());
        }
        for rule in &ingress.rules {
            let host = host_of(rule);
            self.hosts.insert(host.to_owned());
            if config.makes_regex_hosts() {
                self.regex_hosts.insert(host.to_owned());
            }
            if let Some(root) = &config.app_root {
                self.app_roots.entry(host.to_owned()).or_insert_with(|| root.clone());
            }
            if !config.server_snippet.is_empty() {
                self.server_snippets.entry(host.to_owned()).or_insert_with(|| config.server_snippet.clone());
            }
            let has_default =
                ingress.default_backend.as_ref().is_some_and(|b| Reference::of(&b.target).is_some());
            let is_root = |path: &IngressPath| {
                matches!(text_of(path), "" | "/") && Reference::of(&path.backend.target).is_some()
            };
            if has_default || rule.paths.iter().flatten().any(is_root) {
                self.root_hosts.insert(host.to_owned());
            }
        }
    }

    /// Finds out for which Service ports there are canaries.
    fn find_canaries(&mut self, services: &Services<'c>, options: &Options<'_>) {
        type Key<'k> = (&'k str, &'k str, &'k str, PathType);
        let mut main: HashMap<Key<'_>, (Reference, &Config)> = HashMap::new();
        for taken in &self.regular {
            for (rule, path) in paths(taken.ingress) {
                if let Some(reference) = Reference::of(&path.backend.target) {
                    let namespace = taken.ingress.meta.namespace.as_str();
                    main.insert(
                        (namespace, host_of(rule), text_of(path), type_of(path)),
                        (reference, &taken.config),
                    );
                }
            }
        }
        let mut matched: HashSet<Key<'_>> = HashSet::new();
        let mut by_service = HashMap::new();
        let mut idle = Vec::new();
        for taken in &self.canaries {
            let namespace = taken.ingress.meta.namespace.as_str();
            for (r, rule) in taken.ingress.rules.iter().enumerate() {
                for (p, path) in rule.paths.iter().flatten().enumerate() {
                    let key = (namespace, host_of(rule), text_of(path), type_of(path));
                    let mut leave = |reason: String| idle.push((taken.ingress, r, p, reason));
                    let Some((primary, main_config)) = main.get(&key) else {
                        leave(
                            "no other Ingress of the namespace has the same host, path and path type"
                                .to_owned(),
                        );
                        continue;
                    };
                    if matched.contains(&key) {
                        leave("an older canary has the same host, path and path type".to_owned());
                        continue;
                    }
                    let Some(reference) = Reference::of(&path.backend.target) else { continue };
                    if reference == *primary {
                        leave("it leads to the same Service port as what it is a canary of".to_owned());
                        continue;
                    }
                    let found = endpoints::resolve(
                        services,
                        namespace,
                        &reference,
                        main_config,
                        options.external_names,
                    );
                    let endpoints = found.unwrap_or_else(|none| *none);
                    if endpoints.servers == Servers::None {
                        leave(endpoints.why);
                        continue;
                    }
                    matched.insert(key);
                    let total = taken.config.canary_weight_total.clamp(100, i64::from(u32::MAX));
                    let weight = taken.config.canary_weight.clamp(0, total);
                    let canary = Canary {
                        endpoints,
                        weight: weight as u32,
                        total: total as u32,
                        config: taken.config.clone(),
                    };
                    by_service.insert((namespace.to_owned(), primary.clone()), canary);
                }
            }
        }
        self.by_service = by_service;
        self.idle = idle;
    }

    /// The canary of a Service port.
    pub(super) fn canary(&self, namespace: &str, reference: &Reference) -> Option<&Canary> {
        self.by_service.get(&(namespace.to_owned(), reference.clone()))
    }

    /// The aliases that an Ingress really has: those that are no host of their own and that no older
    /// Ingress claimed.
    pub(super) fn aliases_of<'t>(&self, taken: &'t Taken<'_>) -> Vec<&'t str> {
        let owner = taken.ingress.meta.full_name();
        let aliases = taken.config.server_alias.iter().map(String::as_str);
        aliases
            .filter(|alias| {
                let lower = alias.to_lowercase();
                !self.hosts.contains(&lower) && self.aliases.get(&lower).is_none_or(|o| *o == owner)
            })
            .collect()
    }
}

/// Rules with their paths.
fn paths(ingress: &Ingress) -> impl Iterator<Item = (&IngressRule, &IngressPath)> {
    ingress.rules.iter().flat_map(|rule| rule.paths.iter().flatten().map(move |path| (rule, path)))
}

/// A rule's host; empty for every host.
pub(super) fn host_of(rule: &IngressRule) -> &str {
    rule.host.as_ref().map_or("", |h| h.value.as_str())
}

/// A path as written.
pub(super) fn text_of(path: &IngressPath) -> &str {
    path.path.as_ref().map_or("", |p| p.value.as_str())
}

/// A path's type; one that was left out counts as Prefix.
pub(super) fn type_of(path: &IngressPath) -> PathType {
    if path.path_type_defaulted { PathType::Prefix } else { path.path_type.value }
}
