//! Traefik 3.7, provider `kubernetesIngressNGINX`: its emulation of ingress-nginx.
//!
//! Sources: traefik/traefik `pkg/provider/kubernetes/ingress-nginx/{build,translator,middleware,
//! annotations}.go` and `pkg/middlewares/ingressnginx/`. All of it was checked against the binary of
//! Traefik 3.7.15; where sources of other versions say otherwise, the binary is right. What differs
//! most from ingress-nginx itself:
//!
//! * Rules are Traefik's: the longest text wins. `Exact` loses to `Prefix` of the same path, and even
//!   to shorter prefixes, whose text holds the path twice.
//! * A regular expression is RE2, and one that cannot be compiled loses its router only.
//! * `rewrite-target` replaces every match in the escaped path, not the whole of it. A result with an
//!   empty or a dot segment (`//x`) is answered by 400, an empty one by 500.
//! * On a host with regular expressions, `permanent-redirect` and `temporal-redirect` replace only
//!   the start of the URL that the path matches, with case; the rest is appended, and a URL that does
//!   not start so goes to the backend.
//! * `app-root` is the host's: whoever has `/` redirects, and where nobody has it, a router is made.
//! * A canary belongs to the Service port that it stands beside, on every path that uses it.
//! * Every Ingress answers HTTPS, except those with `ssl-passthrough`, whose hosts' TLS connections
//!   go to the Service of path `/` as they are.
//!
//! * A location whose middlewares are in error has no router, but its `www.` redirect stays. So it is
//!   with `custom-http-errors` and a `default-backend` that does not exist.
//! * A path that `rewrite-target` cannot rewrite is refused even where nobody stands behind the
//!   Service.
//!
//! Undefined in Traefik, and said so: equal priorities, and which host of an Ingress with several
//! hosts and a default backend gets its catch-all, since all of them have one name.

mod annotations;
mod auth;
mod beside;
mod dropped;
mod endpoints;
mod location;
mod middlewares;
mod model;
mod options;
mod snippet;
mod steps;
mod variables;

use super::LOWEST;
use super::backend::{Servers, Services};
use super::entry_points::EntryPoints;
use super::routers::{self, Audience, Router, Rule};
use super::rule::{self, PathRule};
use super::view::{self, Service, Shown, Tls};
use crate::cluster::{Cluster, Ingress, PathType};
use crate::controller::backends::Backends;
use crate::controller::{Compiled, Controller, Grounds, LeftOut, Settings, ViewLine};
use crate::routing::{
    Action, Backend, BackendId, Cause, Certainty, Condition, Dropped, Forward, HostPattern, HostSet, Origin,
    PathMatcher, Readiness, RouteTable, Step, Weighted,
};
use annotations::Config;
use endpoints::{Endpoints, Reference};
use location::Location;
use model::{Model, Taken, host_of, text_of, type_of};
use options::Options;
use std::collections::HashSet;
use std::sync::Arc;
use steps::{Chain, End, ErrorPages};

pub(in crate::controller) const CONTROLLER: Controller = Controller {
    name: "traefik-ingress-nginx",
    title: "Traefik 3.7 as ingress-nginx",
    about: "Traefik's provider for Ingresses written for ingress-nginx: nginx' annotations, Traefik's rules.",
    settings: || &options::SETTINGS,
    idle_settings: || super::idle::IDLE,
    compile,
    left_out,
    view: Some(view),
};

fn compile(cluster: &Cluster, settings: &Settings) -> Compiled {
    let table = with_routers(cluster, settings, |compiler| compiler.finish());
    Compiled { table, problems: Vec::new(), version: None }
}

fn left_out(cluster: &Cluster, settings: &Settings) -> Vec<LeftOut> {
    let options = Options::new(settings);
    let services = Services::new(cluster);
    let classes = Model::classes(cluster, &options);
    let left_out = Model::new(cluster, &services, &options).left_out;
    let reason = |(ingress, reason): (&Ingress, String)| {
        let cause = match options.takes(ingress, &classes) {
            Err(why) if why == reason && options.elsewhere(ingress) => Grounds::Scope,
            Err(why) if why == reason => Grounds::Class,
            _ => Grounds::Fault,
        };
        LeftOut::ingress(ingress, reason, cause)
    };
    left_out.into_iter().map(reason).collect()
}

fn view(cluster: &Cluster, settings: &Settings) -> Vec<ViewLine> {
    with_routers(cluster, settings, |mut compiler| {
        let with_tls = compiler.entry_points.with_tls();
        compiler.routers.extend(compiler.entry_points.redirection());
        view::lines(compiler.routers, &compiler.backends, &with_tls)
    })
}

/// Makes all routers, and of them what is wanted.
fn with_routers<T>(cluster: &Cluster, settings: &Settings, then: impl FnOnce(Compiler<'_>) -> T) -> T {
    let options = Options::new(settings);
    let services = Services::new(cluster);
    let model = Model::new(cluster, &services, &options);
    let mut compiler = Compiler {
        cluster,
        services,
        options,
        model: &model,
        entry_points: EntryPoints::new(settings),
        routers: Vec::new(),
        backends: Backends::default(),
        dropped: Vec::new(),
        default_backend: false,
        app_root_routers: HashSet::new(),
        www_routers: HashSet::new(),
    };
    compiler.add_provider_default_backend();
    for taken in &model.regular {
        compiler.add(taken);
    }
    compiler.list_left_out();
    then(compiler)
}

struct Compiler<'c> {
    cluster: &'c Cluster,
    services: Services<'c>,
    options: Options<'c>,
    model: &'c Model<'c>,
    entry_points: EntryPoints,
    routers: Vec<Router>,
    backends: Backends,
    dropped: Vec<Dropped>,
    /// There is a default backend already.
    default_backend: bool,
    app_root_routers: HashSet<String>,
    www_routers: HashSet<String>,
}

const EVERYBODY: Audience = Audience { http: true, https: true };

impl<'c> Compiler<'c> {
    fn add(&mut self, taken: &'c Taken<'c>) {
        let ingress = taken.ingress;
        let object: Arc<str> = ingress.meta.title().into();
        let broken = auth::check_client_tls(taken, self.cluster, &self.options).err();
        if taken.config.ssl_passthrough {
            self.add_passthrough(taken, &object);
        }
        for (r, rule) in ingress.rules.iter().enumerate() {
            for (p, path) in rule.paths.iter().flatten().enumerate() {
                let field = format!("spec.rules[{r}].http.paths[{p}]");
                let origin = Origin { object: object.clone(), field, span: Some(path.span), note: None };
                let reference = match (&broken, Reference::of(&path.backend.target)) {
                    (Some(reason), _) => Err(reason.clone()),
                    (None, reference) => reference.ok_or_else(|| "the backend is no Service".to_owned()),
                };
                let name =
                    format!("{}-{}-rule-{r}-path-{p}", ingress.meta.namespace, ingress.meta.name.value);
                match reference {
                    Ok(reference) => {
                        // A canary stands beside a Service port, whatever path leads there.
                        let canary = self.model.canary(&ingress.meta.namespace, &reference);
                        let location =
                            self.location(taken, host_of(rule), text_of(path), type_of(path), reference);
                        self.add_location(Location { canary, ..location }, name, origin, Certainty::Certain);
                    }
                    Err(reason) => self.drop(super::shown(path), host_of(rule), origin, reason, Cause::Rule),
                }
            }
        }
        self.add_default_backend(taken, &object, broken);
    }

    fn resolve(&self, namespace: &str, reference: &Reference, config: &Config) -> Endpoints {
        let found =
            endpoints::resolve(&self.services, namespace, reference, config, self.options.external_names);
        found.unwrap_or_else(|none| *none)
    }

    fn backend(&mut self, endpoints: &Endpoints) -> BackendId {
        let readiness = match endpoints.servers {
            Servers::Some(readiness) => readiness,
            Servers::Fenced | Servers::None => Readiness::None,
        };
        self.backends.id(Backend {
            service: endpoints.service.clone(),
            port: endpoints.port,
            readiness,
            by_address: endpoints.by_address,
            span: endpoints.span,
        })
    }

    /// `custom-http-errors` with its `default-backend`.
    ///
    /// # Errors
    /// When that Service does not exist: the router is in error, whatever the request's answer is.
    fn error_pages(&mut self, location: &Location<'_>) -> Result<Option<ErrorPages>, String> {
        let config = location.config;
        if config.custom_http_errors.is_empty() {
            return Ok(None);
        }
        let (namespace, service) = match (config.default_backend.as_str(), self.options.default_backend) {
            ("", service) => match service.and_then(|s| s.split_once('/')) {
                Some(named) => named,
                None => return Ok(None),
            },
            (service, _) => (location.taken.ingress.meta.namespace.as_str(), service),
        };
        let reference = Reference { service: service.to_owned(), port: None };
        // Observed on 3.7.15. A Service without endpoints is another thing.
        self.services.service(namespace, service).map_err(|why| format!("custom-http-errors: {why}"))?;
        let endpoints = self.resolve(namespace, &reference, &Config::default());
        Ok(matches!(endpoints.servers, Servers::Some(_)).then(|| ErrorPages {
            statuses: config.custom_http_errors.clone(),
            backend: self.backend(&endpoints),
            address: match endpoints.addresses.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
        }))
    }

    /// The routers of a location.
    fn add_location(&mut self, location: Location<'c>, name: String, origin: Origin, sure: Certainty) {
        let text = || location.rule().map_or_else(|(text, _)| text, |rule| rule.text);
        let audience = Audience { https: !location.config.ssl_passthrough, ..EVERYBODY };
        let certainty = sure.and(location.taken.certainty.clone()).and(location.endpoints.certainty.clone());
        let shown = Shown {
            entry_points: self.entry_points.names(&[]),
            tls: Tls::Both,
            ending: "",
            service: Service::default(),
            middlewares: middlewares::of(&location),
        };
        let make =
            |name: String, rule: Rule, steps: Vec<Step>, certainty: Certainty, note: Option<String>| Router {
                name,
                priority: rule.priority(),
                rule,
                audience,
                steps,
                origin: Origin { note, ..origin.clone() },
                certainty,
                last_resort: false,
                shown: shown.clone(),
            };
        if let Some(kind) = &location.config.auth_type
            && let Err(reason) = auth::users(location.taken, kind, self.cluster, &self.options)
        {
            return self.drop(text(), location.host, origin, reason, Cause::Rule);
        }
        // These are there even where the location's own middlewares are in error.
        self.add_helpers(&location, &name, &make);
        // The location's own router has no other middleware then, and so none can be in error there; those of its
        // canary are as ever (observed on 3.7.15).
        let failing = self.custom_headers_fail(&location).then(|| {
            let why = "custom-headers cannot be loaded, and Traefik answers 503 for that".to_owned();
            // 400 was seen as well, where a rewrite stood beside it and nobody behind the Service.
            let open =
                "custom-headers cannot be loaded: beside a rewrite-target Traefik may refuse the path first";
            let open = match location.config.rewrite_target.is_empty() {
                true => Certainty::Certain,
                false => Certainty::Likely(open.to_owned()),
            };
            Chain::answering(steps::respond(503, why), open)
        });
        let chain = self
            .error_pages(&location)
            .and_then(|errors| Chain::new(&location, self.cluster, &self.options, errors));
        if let (Err(reason), None) = (&chain, &failing) {
            return self.drop(text(), location.host, origin, reason.clone(), Cause::Rule);
        }
        let rule = match location.rule() {
            Ok(rule) => rule,
            Err((text, reason)) => {
                let cause = if location.regex { Cause::Expression } else { Cause::Rule };
                return self.drop(text, location.host, origin, reason, cause);
            }
        };
        let id = self.backend(&location.endpoints);
        let own = location.endpoints.end(id);
        let service = location.service_name(&name);
        let own_service = Service::one(service.clone(), location.endpoints.reach(id));
        let (canary, chain) = match (location.canary, chain) {
            (Some(canary), Ok(chain)) => (canary, chain),
            (_, chain) => {
                if let Some(chain) = failing.or(chain.ok()) {
                    self.push(make(name, rule, chain.steps(&own), certainty, None), own_service);
                }
                return;
            }
        };
        let canary_id = self.backend(&canary.endpoints);
        let canary_service = Service::one(format!("{service}-canary"), canary.endpoints.reach(canary_id));
        let both_services = Service {
            name: format!("{service}-wrr"),
            of: (own_service.of.iter().map(|(name, id, _)| (name, id, canary.total - canary.weight)))
                .chain(canary_service.of.iter().map(|(name, id, _)| (name, id, canary.weight)))
                .map(|(name, id, weight)| (name.clone(), *id, weight))
                .collect(),
        };
        let to_canary = canary.endpoints.end(canary_id);
        let note = |what: &str| Some(format!("{what} of the canary for {}", location.endpoints.service));
        match location::canary_rule(&rule, &canary.config) {
            Some(Ok(rule)) => {
                let steps = chain.steps(&to_canary);
                let (name, note) = (format!("{name}-canary"), note("the header or cookie"));
                self.push(make(name, rule, steps, certainty.clone(), note), canary_service);
            }
            Some(Err(reason)) => self.drop(
                format!("{} and the canary's header", rule.text),
                location.host,
                origin.clone(),
                reason,
                Cause::Expression,
            ),
            None => {}
        }
        if let Some(Ok(rule)) = location::main_rule(&rule, &canary.config, canary.weight) {
            let (name, note) = (format!("{name}-non-canary"), note("the opposite header or cookie"));
            self.push(make(name, rule, chain.steps(&own), certainty.clone(), note), own_service);
        }
        let (both, open) = match (&own, canary.weight) {
            (_, weight) if weight == canary.total => (to_canary, Certainty::Certain),
            (_, 0) => (own, Certainty::Certain),
            (End::Backends(_, addresses), weight) => {
                let main = Weighted { backend: id, weight: canary.total - weight };
                // Where one of them is not known, none is.
                let known = [addresses.as_slice(), &canary.endpoints.addresses];
                let known = if known.iter().any(|a| a.is_empty()) { Vec::new() } else { known.concat() };
                let both = vec![main, Weighted { backend: canary_id, weight }];
                (End::Backends(both, known), Certainty::Certain)
            }
            (End::Nobody(why), _) => {
                let open = format!("{why}: what the canary does not get is answered by 503");
                (to_canary, Certainty::Unknowable(open))
            }
        };
        let (chain, open) = match failing {
            Some(failing) => (failing, Certainty::Certain),
            None => (chain, open),
        };
        self.push(make(name, rule, chain.steps(&both), certainty.and(open), None), both_services);
    }

    fn push(&mut self, router: Router, service: Service) {
        self.routers.push(Router { shown: Shown { service, ..router.shown }, ..router });
    }

    /// TLS connections to the hosts of an Ingress with `ssl-passthrough`.
    fn add_passthrough(&mut self, taken: &'c Taken<'c>, object: &Arc<str>) {
        for (r, rule) in taken.ingress.rules.iter().enumerate() {
            let host = host_of(rule);
            let backend = match &rule.paths {
                Some(paths) => paths.iter().find(|p| text_of(p) == "/").map(|p| &p.backend),
                None => taken.ingress.default_backend.as_ref(),
            };
            let Some(reference) = backend.filter(|_| !host.is_empty()).and_then(|b| Reference::of(&b.target))
            else {
                continue;
            };
            let endpoints = self.resolve(&taken.ingress.meta.namespace, &reference, &taken.config);
            let id = self.backend(&endpoints);
            let end = endpoints.end(id);
            let service =
                format!("{}-{}-{}", taken.ingress.meta.namespace, reference.service, reference.port_text());
            let rule = Rule {
                text: format!("HostSNI({})", rule::quote(host)),
                hosts: vec![HostPattern::Any],
                path: PathMatcher::Any,
                conditions: vec![Condition::ServerName(HostSet::new(rule::patterns(&[host])))],
            };
            self.routers.push(Router {
                name: super::normalized(&format!(
                    "{}-{}-{host}",
                    taken.ingress.meta.namespace, taken.ingress.meta.name.value
                )),
                rule,
                priority: i64::MAX,
                audience: Audience { http: false, https: true },
                steps: steps::passed_through(end),
                origin: Origin {
                    object: object.clone(),
                    field: format!("spec.rules[{r}]"),
                    span: taken.ingress.rules.get(r).map(|rule| rule.span),
                    note: Some("ssl-passthrough: by the TLS server name, before any rule is looked at".to_owned()),
                },
                certainty: Certainty::Likely(
                    "ssl-passthrough: the backend itself has to answer TLS, and reads the request in its own way".to_owned(),
                ),
                last_resort: false,
                shown: Shown {
                    entry_points: self.entry_points.names(&[]),
                    tls: Tls::Passthrough,
                    service: Service::one(service, endpoints.reach(id)),
                    ..Shown::default()
                },
            });
        }
    }

    /// `spec.defaultBackend`: of an Ingress with rules for each of its hosts, else for everything.
    fn add_default_backend(&mut self, taken: &'c Taken<'c>, object: &Arc<str>, broken: Option<String>) {
        let ingress = taken.ingress;
        let Some(backend) = &ingress.default_backend else { return };
        let field = "spec.defaultBackend".to_owned();
        let origin = Origin { object: object.clone(), field, span: Some(backend.span), note: None };
        let Some(reference) = Reference::of(&backend.target) else {
            return self.drop(
                "default backend".to_owned(),
                "",
                origin,
                "the backend is no Service".to_owned(),
                Cause::Backend,
            );
        };
        if let Some(reason) = broken {
            return self.drop("default backend".to_owned(), "", origin, reason, Cause::Rule);
        }
        if ingress.rules.is_empty() {
            if self.default_backend {
                let reason = "there is a default backend already, and the oldest one stays";
                return self.drop(
                    "default backend".to_owned(),
                    "",
                    origin,
                    reason.to_owned(),
                    Cause::DefaultBackend,
                );
            }
            // Of no host, and so of none that compares expressions (observed on 3.7.15).
            let location =
                Location { regex: false, ..self.location(taken, "", "", PathType::Prefix, reference) };
            let chain = self
                .error_pages(&location)
                .and_then(|errors| Chain::new(&location, self.cluster, &self.options, errors));
            let steps = match chain {
                Ok(chain) => {
                    let id = self.backend(&location.endpoints);
                    chain.steps(&location.endpoints.end(id))
                }
                Err(reason) => {
                    return self.drop("default backend".to_owned(), "", origin, reason, Cause::Rule);
                }
            };
            let certainty = taken.certainty.clone().and(location.endpoints.certainty.clone());
            self.push_default_backend(steps, origin, certainty);
            return;
        }
        let mut hosts: Vec<&str> = Vec::new();
        for rule in &ingress.rules {
            if !hosts.contains(&host_of(rule)) {
                hosts.push(host_of(rule));
            }
        }
        let sure = match hosts.len() {
            1 => Certainty::Certain,
            n => Certainty::Unknowable(format!(
                "the catch-alls of the {n} hosts of this Ingress have one name in Traefik, and only one of them stays"
            )),
        };
        for host in hosts {
            let name = format!("{}-{}-default-backend", ingress.meta.namespace, ingress.meta.name.value);
            let location = self.location(taken, host, "", PathType::Prefix, reference.clone());
            self.add_location(location, name, origin.clone(), sure.clone());
        }
    }

    /// The default backend of the provider's settings.
    fn add_provider_default_backend(&mut self) {
        let Some((namespace, service)) = self.options.default_backend.and_then(|s| s.split_once('/')) else {
            return;
        };
        let reference = Reference { service: service.to_owned(), port: None };
        let external = self.options.external_names;
        let found = endpoints::resolve(&self.services, namespace, &reference, &Config::default(), external);
        let Ok(endpoints) = found else { return };
        let id = self.backend(&endpoints);
        let end = endpoints.end(id);
        let origin = Origin {
            object: "setting defaultBackendService".into(),
            field: String::new(),
            span: endpoints.span,
            note: Some("set for the whole provider".to_owned()),
        };
        self.push_default_backend(steps::passed_through(end), origin, endpoints.certainty);
    }

    fn push_default_backend(&mut self, steps: Vec<Step>, origin: Origin, certainty: Certainty) {
        let Ok(rule) = rule::rule(&[], &PathRule::Prefix("/")) else { return };
        self.default_backend = true;
        let backend = match steps.last().map(|step| &step.action) {
            Some(Action::Forward(Forward { backends, .. })) => backends.first().map(|w| w.backend),
            _ => None,
        };
        self.routers.push(Router {
            name: "default-backend".to_owned(),
            shown: Shown {
                entry_points: self.entry_points.names(&[]),
                tls: Tls::Both,
                service: Service::one("default-backend".to_owned(), backend),
                ..Shown::default()
            },
            rule,
            priority: LOWEST,
            audience: EVERYBODY,
            steps,
            origin,
            certainty,
            last_resort: true,
        });
    }

    fn finish(mut self) -> RouteTable {
        let redirection = self.entry_points.redirection();
        let mut routers = self.routers;
        super::mark_collisions(&mut routers);
        routers.extend(redirection);
        routers::table(
            CONTROLLER.name,
            self.entry_points.reading,
            routers,
            self.backends,
            self.dropped,
            Certainty::Certain,
        )
    }
}
