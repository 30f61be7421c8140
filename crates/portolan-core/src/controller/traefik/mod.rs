//! Traefik 3.7, provider `kubernetesIngress`.
//!
//! Sources: traefik/traefik `pkg/provider/kubernetes/ingress/kubernetes.go` (which Ingresses, Services
//! and rules), `pkg/muxer/http/{mux,matcher}.go` (rules, priorities, the path that is matched),
//! `pkg/server/server_entrypoint_tcp.go` (what happens to a request before routing). All of it was
//! checked against the binary of Traefik 3.7.15; where its documentation says otherwise, the binary
//! is right:
//!
//! * `Exact` is no better than `Prefix`: the longer rule text wins, and `PathPrefix` is the longer
//!   word. An Exact path of up to 6 bytes loses to Prefix `/`, one of 7 ties with it.
//! * One annotation below `router.` that cannot be read or is not known drops the whole Ingress.
//! * The same rule twice in one Ingress: the last one wins, since both have one name. Names are made
//!   of namespace, Ingress, host and path, all other characters replaced by dashes, so that Ingresses
//!   of different namespaces can collide; one of them is lost then, nobody knows which.
//! * `*.foo.com` matches `.foo.com` as well; a request whose target is a whole URL is routed by that
//!   URL's host.
//!
//! Undefined in Traefik, and said so: routers of equal priority that both match, and which of several
//! Ingresses with a default backend gives it.

pub(crate) mod annotations;
mod backend;
mod class;
mod entry_points;
mod idle;
pub(super) mod nginx;
mod routers;
mod rule;
mod view;

use super::backends::Backends;
use super::{Compiled, Controller, Grounds, LeftOut, Setting, Settings, ViewLine};
use crate::cluster::{BackendTarget, Cluster, Ingress, IngressPath, IngressRule, LabelSelector, PathType};
use crate::routing::{
    Action, Backend, Cause, Certainty, Condition, Dropped, Forward, Origin, Pattern, Respond, Rewrite, Step,
    Weighted,
};
use annotations::RouterConfig;
use backend::{Found, Servers, ServiceSettings, Services};
use entry_points::{EntryPoints, flag, setting};
use routers::{Audience, Router, Rule};
use rule::PathRule;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use view::{Middleware, Shown, Tls};

/// The controller of IngressClasses that are Traefik's.
const CONTROLLER_NAME: &str = "traefik.io/ingress-controller";
/// The value of the class annotation that is taken where no class is set.
const DEFAULT_CLASS: &str = "traefik";
/// The priority of the default backend.
const LOWEST: i64 = i32::MIN as i64;
/// Priorities above are Traefik's own.
const HIGHEST: i64 = i64::MAX - 1000;

pub(super) const CONTROLLER: Controller = Controller {
    name: "traefik",
    title: "Traefik 3.7",
    about: "Traefik's own Ingress provider: the longest rule text wins, prefixes are plain text, and rules without a \
            ready Service do not exist.",
    settings: || &SETTINGS,
    idle_settings: || idle::IDLE,
    compile,
    left_out,
    view: Some(view),
};

const SETTINGS: [Setting; OWN_SETTINGS.len() + entry_points::SETTINGS.len()] =
    entry_points::behind(OWN_SETTINGS);

const OWN_SETTINGS: [Setting; 9] = [
    setting(
        "strictPrefixMatching",
        "Prefixes match whole path elements, as the Ingress API says, instead of plain text.",
        "false",
    ),
    setting("allowEmptyServices", "Services without endpoints keep their rules and answer 503.", "false"),
    setting("allowExternalNameServices", "Take Services of type ExternalName.", "false"),
    setting("nativeLBByDefault", "Send to the Service's cluster IP instead of to its pods.", "false"),
    setting(
        "ingressClass",
        "Only Ingresses of this class; without it those of any class of Traefik's, and those of none.",
        "",
    ),
    setting(
        "disableIngressClassLookup",
        "IngressClasses are not read: Ingresses with an ingressClassName are left out.",
        "false",
    ),
    setting("namespaces", "Only Ingresses of these namespaces, with commas between.", ""),
    setting("labelSelector", "Only Ingresses whose labels match: key=value, key in (a,b) …", ""),
    setting("disableClusterScopeResources", "Neither IngressClasses nor nodes are read.", "false"),
];

fn compile(cluster: &Cluster, settings: &Settings) -> Compiled {
    Compiled { table: Compiler::run(cluster, settings).finish(), problems: Vec::new(), version: None }
}

fn left_out(cluster: &Cluster, settings: &Settings) -> Vec<LeftOut> {
    let compiler = Compiler::new(cluster, settings);
    let reason = |i: &Ingress| {
        let refused = compiler.admission.of(i).err().map(|reason| (reason, Grounds::Fault));
        let scope = || compiler.why_not_watched(i).map(|reason| (reason, Grounds::Scope));
        let class = || compiler.why_not_ours(i).map(|reason| (reason, Grounds::Class));
        let (reason, cause) = refused.or_else(scope).or_else(class)?;
        Some(LeftOut::ingress(i, reason, cause))
    };
    cluster.ingresses.iter().filter_map(reason).collect()
}

fn view(cluster: &Cluster, settings: &Settings) -> Vec<ViewLine> {
    let mut compiler = Compiler::run(cluster, settings);
    let with_tls = compiler.entry_points.with_tls();
    compiler.routers.extend(compiler.entry_points.redirection());
    view::lines(compiler.routers, &compiler.backends, &with_tls)
}

struct Compiler<'c> {
    services: Services<'c>,
    admission: class::Admission,
    entry_points: EntryPoints,
    service_settings: ServiceSettings,
    strict: bool,
    allow_empty: bool,
    ingress_class: Option<&'c str>,
    classes: HashSet<&'c str>,
    namespaces: Vec<&'c str>,
    selector: Option<LabelSelector>,
    routers: Vec<Router>,
    backends: Backends,
    dropped: Vec<Dropped>,
    /// Ingresses whose default backend is a router in error.
    broken_defaults: Vec<Arc<str>>,
}

/// Where a rule stands, and how it is shown if it is dropped.
struct Place {
    rule: String,
    host: Option<String>,
    origin: Origin,
}

impl<'c> Compiler<'c> {
    fn run(cluster: &'c Cluster, settings: &'c Settings) -> Self {
        let mut compiler = Compiler::new(cluster, settings);
        for ingress in &cluster.ingresses {
            compiler.add(ingress);
        }
        compiler
    }

    fn new(cluster: &'c Cluster, settings: &'c Settings) -> Self {
        let on = |name| flag(settings, name, false);
        let no_cluster_scope = on("disableClusterScopeResources");
        let ingress_class = settings.get("ingressClass");
        let classes = match no_cluster_scope || on("disableIngressClassLookup") {
            true => HashSet::new(),
            false => class::classes(cluster, CONTROLLER_NAME)
                .into_iter()
                .map(|c| c.meta.name.value.as_str())
                .filter(|name| ingress_class.is_none_or(|wanted| wanted == *name))
                .collect(),
        };
        let namespaces = settings.get("namespaces").unwrap_or_default().split(',');
        Compiler {
            namespaces: namespaces.map(str::trim).filter(|n| !n.is_empty()).collect(),
            selector: settings.get("labelSelector").and_then(LabelSelector::parse),
            services: Services::new(cluster),
            admission: class::Admission::new(cluster),
            entry_points: EntryPoints::new(settings),
            service_settings: ServiceSettings {
                allow_external_name: on("allowExternalNameServices"),
                native_lb_by_default: on("nativeLBByDefault"),
                no_nodes: no_cluster_scope,
            },
            strict: on("strictPrefixMatching"),
            allow_empty: on("allowEmptyServices"),
            ingress_class,
            classes,
            routers: Vec::new(),
            backends: Backends::default(),
            dropped: Vec::new(),
            broken_defaults: Vec::new(),
        }
    }

    fn add(&mut self, ingress: &Ingress) {
        let object: Arc<str> = ingress.meta.title().into();
        let config = self.admission.of(ingress).and_then(|certainty| match self.why_left_out(ingress) {
            Some(reason) => Err(reason),
            None => match annotations::router(&ingress.meta) {
                Ok(config) => Ok((config, certainty)),
                Err(fault) => Err(fault.reason),
            },
        });
        if let Some(backend) = &ingress.default_backend {
            let field = "spec.defaultBackend".to_owned();
            let origin = Origin { object: object.clone(), field, span: Some(backend.span), note: None };
            let place = Place { rule: "default backend".to_owned(), host: None, origin };
            match &config {
                Err(reason) => self.drop(place, reason.clone(), Cause::Object),
                Ok(_) if !ingress.rules.is_empty() => {
                    let reason = "Traefik takes the default backend of Ingresses without rules only";
                    self.drop(place, reason.to_owned(), Cause::DefaultBackend);
                }
                Ok((config, _)) => self.add_default_backend(ingress, config, place),
            }
        }
        let mut routers: Vec<Router> = Vec::new();
        for (r, rule) in ingress.rules.iter().enumerate() {
            for (p, path) in rule.paths.iter().flatten().enumerate() {
                let field = format!("spec.rules[{r}].http.paths[{p}]");
                let origin = Origin { object: object.clone(), field, span: Some(path.span), note: None };
                let place =
                    Place { rule: shown(path), host: rule.host.as_ref().map(|h| h.value.clone()), origin };
                match &config {
                    Err(reason) => self.drop(place, reason.clone(), Cause::Object),
                    Ok((config, admitted)) => {
                        let router = self.router(ingress, config, rule, path, place);
                        routers.extend(
                            router.map(|r| Router { certainty: r.certainty.and(admitted.clone()), ..r }),
                        );
                    }
                }
            }
        }
        self.keep_last_of_each_name(routers);
    }

    /// Of routers with one name and one rule text the last remains; those that differ in their text
    /// get names of their own.
    fn keep_last_of_each_name(&mut self, routers: Vec<Router>) {
        let mut count: HashMap<String, usize> = HashMap::new();
        for router in &routers {
            *count.entry(router.name.clone()).or_default() += 1;
        }
        let mut kept: HashMap<String, usize> = HashMap::new();
        let first = self.routers.len();
        for mut router in routers {
            if count.get(&router.name).is_some_and(|n| *n > 1) {
                // Traefik appends a hash of the text.
                router.name = format!("{} {}", router.name, router.rule.text);
            }
            match kept.get(&router.name).and_then(|&at| self.routers.get_mut(at)) {
                Some(earlier) => {
                    let replaced = std::mem::replace(earlier, router);
                    let host = replaced.rule.hosts.first().map(ToString::to_string);
                    self.dropped.push(Dropped {
                        rule: replaced.rule.text,
                        host,
                        origin: replaced.origin,
                        reason:
                            "the same rule stands once more in this Ingress, and the last one replaces it"
                                .to_owned(),
                        cause: Cause::Taken(earlier.origin.clone()),
                    });
                }
                None => {
                    kept.insert(router.name.clone(), self.routers.len());
                    self.routers.push(router);
                }
            }
        }
        debug_assert!(first <= self.routers.len());
    }

    fn drop(&mut self, place: Place, reason: String, cause: Cause) {
        self.dropped.push(Dropped {
            rule: place.rule,
            host: place.host,
            origin: place.origin,
            reason,
            cause,
        });
    }

    /// Why an Ingress makes no routers, if it makes none.
    fn why_left_out(&self, ingress: &Ingress) -> Option<String> {
        self.why_not_watched(ingress).or_else(|| self.why_not_ours(ingress))
    }

    fn why_not_watched(&self, ingress: &Ingress) -> Option<String> {
        let namespace = ingress.meta.namespace.as_str();
        if !self.namespaces.is_empty() && !self.namespaces.contains(&namespace) {
            return Some(format!("Traefik does not watch namespace {namespace} (namespaces)"));
        }
        if self.selector.as_ref().is_some_and(|s| !s.matches(&ingress.meta.labels)) {
            return Some("its labels do not match labelSelector".to_owned());
        }
        None
    }

    /// Why an Ingress' class is not Traefik's, if it is not.
    fn why_not_ours(&self, ingress: &Ingress) -> Option<String> {
        if let Some(class) = class::class_name(ingress) {
            return (!self.classes.contains(class)).then(|| match self.ingress_class {
                Some(wanted) if wanted != class => {
                    format!("its class is {class}, and Traefik is set to {wanted}")
                }
                _ => format!("no IngressClass {class} with controller {CONTROLLER_NAME} is known to Traefik"),
            });
        }
        let annotated = class::annotated(ingress).unwrap_or_default();
        let taken = match self.ingress_class {
            Some(wanted) => annotated == wanted,
            None => annotated.is_empty() || annotated == DEFAULT_CLASS,
        };
        (!taken).then(|| match (annotated, self.ingress_class) {
            ("", wanted) => format!("it has no class, and Traefik is set to {}", wanted.unwrap_or_default()),
            (class, wanted) => {
                format!("its class is {class}, and Traefik takes {}", wanted.unwrap_or(DEFAULT_CLASS))
            }
        })
    }

    fn add_default_backend(&mut self, ingress: &Ingress, config: &RouterConfig, place: Place) {
        let Some(backend) = &ingress.default_backend else { return };
        let rule = match rule::rule(&[], &PathRule::Prefix("/")) {
            Ok(rule) => rule,
            Err((_, reason)) => return self.drop(place, reason, Cause::Rule),
        };
        match self.action(ingress, backend, config) {
            Ok((audience, action, certainty)) => self.routers.push(Router {
                name: "default-router".to_owned(),
                rule,
                priority: LOWEST,
                audience,
                shown: self.shown(config, "default-backend".to_owned(), &action),
                steps: vec![Step::always(action)],
                origin: Origin {
                    note: Some(
                        "the default backend of an Ingress without rules takes what no router matches"
                            .to_owned(),
                    ),
                    ..place.origin
                },
                certainty,
                last_resort: true,
            }),
            Err(reason) => {
                // A router in error has the one name all the same, and may be the one that stays.
                let loaded = self.services.load(&ingress.meta.namespace, backend, self.service_settings);
                if loaded.is_ok_and(|found| self.allow_empty || found.servers != Servers::None) {
                    self.broken_defaults.push(place.origin.object.clone());
                }
                self.drop(place, reason, Cause::Backend);
            }
        }
    }

    fn router(
        &mut self,
        ingress: &Ingress,
        config: &RouterConfig,
        ingress_rule: &IngressRule,
        path: &IngressPath,
        place: Place,
    ) -> Option<Router> {
        let action = self.action(ingress, &path.backend, config).map_err(|reason| (reason, Cause::Backend));
        let made = action.and_then(|served| {
            let is_regexp = config.path_matcher.as_deref() == Some("PathRegexp");
            let cause = if is_regexp { Cause::Expression } else { Cause::Rule };
            let rule = self.rule(config, ingress_rule, path).map_err(|reason| (reason, cause))?;
            Ok((served, rule))
        });
        let ((audience, action, certainty), rule) = match made {
            Ok(made) => made,
            Err((reason, cause)) => {
                self.drop(place, reason, cause);
                return None;
            }
        };
        if config.priority > HIGHEST {
            let reason =
                format!("its priority {} is above {HIGHEST}, where Traefik's own begin", config.priority);
            self.drop(place, reason, Cause::Rule);
            return None;
        }
        let host = ingress_rule.host.as_ref().map_or("", |h| h.value.as_str());
        let text = path.path.as_ref().map_or("", |p| p.value.as_str());
        let meta = &ingress.meta;
        Some(Router {
            name: normalized(&format!("{}-{}-{host}{text}", meta.namespace, meta.name.value)),
            priority: if config.priority == 0 { rule.priority() } else { config.priority },
            rule,
            audience,
            shown: self.shown(config, service_name(&meta.namespace, &path.backend), &action),
            steps: vec![Step::always(action)],
            origin: place.origin,
            certainty,
            last_resort: false,
        })
    }

    fn shown(&self, config: &RouterConfig, service: String, action: &Action) -> Shown {
        let backend = match action {
            Action::Forward(Forward { backends, .. }) => backends.first().map(|w| w.backend),
            _ => None,
        };
        let middleware =
            |name: &String| Middleware { ending: "", plain_only: false, lines: vec![name.clone()] };
        Shown {
            entry_points: self.entry_points.names(&config.entry_points),
            tls: if config.tls { Tls::Yes } else { Tls::No },
            ending: "",
            service: view::Service::one(service, backend),
            middlewares: config.middlewares.iter().map(middleware).collect(),
        }
    }

    fn rule(&self, config: &RouterConfig, rule: &IngressRule, path: &IngressPath) -> Result<Rule, String> {
        let host = rule.host.as_ref().map_or("", |h| h.value.as_str());
        let hosts: &[&str] = if host.is_empty() { &[] } else { &[host] };
        let text = path.path.as_ref().map_or("", |p| p.value.as_str());
        let prefix = |text| if self.strict { PathRule::Elements(text) } else { PathRule::Prefix(text) };
        let path = match (path.path_type.value, config.path_matcher.as_deref()) {
            _ if text.is_empty() => PathRule::Any,
            (PathType::Exact, _) => PathRule::Exact(text),
            (PathType::Prefix, _) | (_, None | Some("PathPrefix")) => prefix(text),
            (_, Some("Path")) => PathRule::Exact(text),
            (_, Some("PathRegexp")) if config.v2 => {
                return Err("router.rulesyntax is v2, and Traefik 2 has no matcher PathRegexp".to_owned());
            }
            (_, Some("PathRegexp")) => PathRule::Regexp(text),
            (_, Some(other)) => {
                return Err(format!("router.pathmatcher {other} is none of Path, PathPrefix and PathRegexp"));
            }
        };
        let mut made = rule::rule(hosts, &path).map_err(|(_, reason)| reason)?;
        if config.v2 && text.contains(['{', '}']) {
            made.path = rule::template(&path)?;
        }
        if let Some(suffix) = host.strip_prefix("*.").filter(|_| config.v2) {
            let v3 = format!("Host({})", rule::quote(host));
            let v2 = format!("HostRegexp({})", rule::quote(&format!("{{subdomain:[a-zA-Z0-9-]+}}.{suffix}")));
            made.text = made.text.replacen(&v3, &v2, 1);
            // Observed on 3.7.15: the star is one label of letters, digits and hyphens.
            let suffix = suffix.to_ascii_lowercase().replace('.', "\\.");
            let host = Pattern::re2(&format!("^[a-zA-Z0-9-]+\\.{suffix}$")).map_err(|e| e.message)?;
            made.conditions.push(Condition::HostPattern(host));
        }
        Ok(made)
    }

    /// Who reaches a backend by these annotations, and what is done there.
    ///
    /// # Errors
    /// Why there is no router.
    fn action(
        &mut self,
        ingress: &Ingress,
        backend: &crate::cluster::Backend,
        config: &RouterConfig,
    ) -> Result<(Audience, Action, Certainty), String> {
        let found = self.services.load(&ingress.meta.namespace, backend, self.service_settings)?;
        let name = found.service.meta.full_name();
        if found.servers == Servers::None && !self.allow_empty {
            return Err(format!(
                "Service {name} has no endpoint, and Traefik drops such rules (allowEmptyServices is off)"
            ));
        }
        let audience = self.entry_points.audience(&config.entry_points, config.tls)?;
        let mut certainty = found.certainty.clone();
        for middleware in config.middlewares.iter().chain(&found.config.middlewares) {
            certainty = certainty.and(self.middleware(middleware)?);
        }
        if let Some(name) = found.config.servers_transport.as_deref().filter(|n| *n != "default@internal") {
            self.custom_resource("ServersTransport", name)
                .ok_or_else(|| format!("there is no ServersTransport {name}, so the router is in error"))?;
        }
        if let Some(options) = config.tls_options.as_deref().filter(|o| *o != "default") {
            self.custom_resource("TLSOption", options)
                .ok_or_else(|| format!("there is no TLSOption {options}, so the router is in error"))?;
        }
        Ok((audience, self.forward(found), certainty))
    }

    fn forward(&mut self, found: Found<'_>) -> Action {
        let name = found.service.meta.full_name();
        let respond = |why| Action::Respond(Respond { status: 503, why });
        let known = |scheme: &str| ["http", "https", "h2c"].iter().any(|k| scheme.eq_ignore_ascii_case(k));
        let scheme = found.config.servers_scheme.as_deref().unwrap_or("http");
        if matches!(found.servers, Servers::Some(_)) && !known(scheme) {
            // Observed on 3.7.15.
            let why =
                format!("service.serversscheme of Service {name} is {scheme}, which Traefik cannot speak");
            return Action::Respond(Respond { status: 500, why });
        }
        match found.servers {
            Servers::None => respond(format!("Service {name} has no endpoint")),
            Servers::Fenced => respond(format!(
                "all endpoints of Service {name} are terminating: they keep their sessions and get no new ones"
            )),
            Servers::Some(readiness) => {
                let backend = self.backends.id(Backend {
                    service: name,
                    port: found.port,
                    readiness,
                    by_address: found.by_address,
                    span: Some(found.service.meta.span),
                });
                Action::Forward(Forward {
                    backends: vec![Weighted { backend, weight: 1 }],
                    path: Rewrite::Keep,
                    host: found.host,
                })
            }
        }
    }

    /// How sure an answer is that passes this middleware.
    ///
    /// # Errors
    /// When it does not exist: the router is in error.
    fn middleware(&self, name: &str) -> Result<Certainty, String> {
        match self.custom_resource("Middleware", name) {
            Some(title) => Ok(Certainty::Likely(format!(
                "{title} sits before the backend and may answer, redirect or rewrite; Portolan does not read it"
            ))),
            None => Err(format!("there is no middleware {name}, so the router is in error")),
        }
    }

    /// The object that `namespace-name@kubernetescrd` means.
    fn custom_resource(&self, kind: &str, reference: &str) -> Option<String> {
        let name = reference.strip_suffix("@kubernetescrd")?;
        let others = self.services.cluster.others.iter();
        let mut named = others.filter(|o| {
            let namespace = if o.meta.namespace.is_empty() { "default" } else { &o.meta.namespace };
            o.meta.kind == kind
                && o.meta.api_version.starts_with("traefik.")
                && name.strip_prefix(namespace).and_then(|n| n.strip_prefix('-')) == Some(&o.meta.name.value)
        });
        named.next().map(|o| o.meta.title())
    }

    fn finish(mut self) -> crate::routing::RouteTable {
        let redirection = self.entry_points.redirection();
        let mut routers = self.routers;
        mark_collisions(&mut routers);
        if let Some(other) = self.broken_defaults.first() {
            for router in routers.iter_mut().filter(|r| r.last_resort) {
                let open = format!(
                    "{} and {other}, whose router is in error, both have a default backend, and only one of them \
                     counts",
                    router.origin.object
                );
                let certainty = std::mem::take(&mut router.certainty);
                router.certainty = certainty.and(Certainty::Unknowable(open));
            }
        }
        routers.extend(redirection);
        let no_services = self.services.cluster.services.is_empty() && !self.dropped.is_empty();
        let certainty = match no_services {
            true => Certainty::Likely(
                "the manifests hold no Service at all, and Traefik drops every rule whose Service is missing"
                    .to_owned(),
            ),
            false => Certainty::Certain,
        };
        routers::table(
            CONTROLLER.name,
            self.entry_points.reading,
            routers,
            self.backends,
            self.dropped,
            certainty,
        )
    }
}

/// Routers of different Ingresses that share a name: only one of them is there.
fn mark_collisions(routers: &mut [Router]) {
    let mut objects: HashMap<String, Vec<Arc<str>>> = HashMap::new();
    for router in routers.iter() {
        let list = objects.entry(router.name.clone()).or_default();
        if !list.contains(&router.origin.object) {
            list.push(router.origin.object.clone());
        }
    }
    for router in routers {
        let Some(others) = objects.get(&router.name).filter(|o| o.len() > 1) else { continue };
        let names: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
        let open =
            format!("{} give their routers the same name, and only one of them stays", names.join(" and "));
        let certainty = std::mem::take(&mut router.certainty);
        router.certainty = certainty.and(Certainty::Unknowable(open));
    }
}

/// A path as it is written, for rules that make no router.
fn shown(path: &IngressPath) -> String {
    let text = path.path.as_ref().map_or("", |p| p.value.as_str());
    format!("{} {text}", path.path_type.value.as_str()).trim_end().to_owned()
}

/// The name of Traefik's service for a backend: namespace, Service and port as written.
fn service_name(namespace: &str, backend: &crate::cluster::Backend) -> String {
    match &backend.target {
        BackendTarget::Service { name, port } => {
            normalized(&format!("{namespace}-{}-{}", name.value, port.value))
        }
        _ => String::new(),
    }
}

/// Traefik's `provider.Normalize`: runs of anything but letters and digits become one dash.
fn normalized(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}
