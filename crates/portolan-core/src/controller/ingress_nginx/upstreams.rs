//! Upstreams: one for each `namespace-service-port` that an Ingress names. Canaries hang on them,
//! not on hosts or paths.
//!
//! Source: `internal/ingress/controller/controller.go` (createUpstreams, serviceEndpoints,
//! externalNamePorts, mergeAlternativeBackends), `util.go` (upstreamName).

use super::annotations::{Annotations, Canary};
use super::context::Context;
use super::model::{DEFAULT_SERVER, Server, Source, declared};
use super::version::Version;
use crate::cluster::{
    Backend, BackendTarget, Knowledge, PortRef, Protocol, Service, ServicePort, ServiceType,
};
use crate::routing::{Certainty, Readiness};
use crate::span::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// The global default backend.
pub(super) const DEFAULT: usize = 0;

/// One upstream.
#[derive(Debug, Clone)]
pub(super) struct Upstream {
    /// `namespace-service-port`.
    pub name: String,
    /// `namespace/name` of its Service; empty for the controller's own default backend.
    pub service: String,
    pub endpoints: Endpoints,
    /// It belongs to a canary: no location leads to it.
    pub no_server: bool,
    pub canary: Option<Canary>,
    /// The canary Ingress, for words.
    pub canary_of: Option<Arc<str>>,
    /// Upstreams that a canary sends some requests to instead; only the first is used.
    pub alternatives: Vec<usize>,
    pub affinity_cookie: Option<String>,
    /// A canary without a counterpart.
    pub deleted: bool,
}

/// Who answers behind a Service port.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    /// The Service port's number, where it is known.
    pub port: Option<u16>,
    pub readiness: Readiness,
    /// nginx asks the Service's address, not its endpoints.
    pub by_address: bool,
    /// Why nobody does.
    pub nobody: Option<String>,
    pub certainty: Certainty,
    pub span: Option<Span>,
}

impl Endpoints {
    fn none(why: impl Into<String>) -> Self {
        Self {
            port: None,
            readiness: Readiness::None,
            by_address: false,
            nobody: Some(why.into()),
            certainty: Certainty::Certain,
            span: None,
        }
    }

    fn of(service: &Service, port: Option<u16>) -> Self {
        Self {
            port,
            readiness: Readiness::Assumed,
            by_address: false,
            nobody: None,
            certainty: Certainty::Certain,
            span: Some(service.meta.span),
        }
    }

    fn and_nobody(mut self, why: String) -> Self {
        self.readiness = Readiness::None;
        self.nobody = Some(why);
        self
    }

    fn likely(mut self, why: String) -> Self {
        self.certainty = Certainty::Likely(why);
        self
    }
}

/// All upstreams, the global default backend first.
pub(super) struct Upstreams {
    pub list: Vec<Upstream>,
    names: HashMap<(String, String, PortRef), usize>,
}

impl Upstreams {
    /// createUpstreams: a path's Service keeps what the first Ingress made of it, a default
    /// backend's is made anew each time.
    pub(super) fn create(cx: &Context, sources: &[Source]) -> Self {
        let mut upstreams = Self { list: vec![default_backend(cx)], names: HashMap::new() };
        for source in sources {
            if let Some(backend) = &source.ingress.default_backend {
                upstreams.make(cx, source, backend, true);
            }
            for path in source.ingress.rules.iter().flat_map(|r| r.paths.iter().flatten()) {
                upstreams.make(cx, source, &path.backend, false);
            }
        }
        upstreams
    }

    fn make(&mut self, cx: &Context, source: &Source, backend: &Backend, anew: bool) {
        let BackendTarget::Service { name, port } = &backend.target else { return };
        let namespace = &source.ingress.meta.namespace;
        let key = (namespace.clone(), name.value.clone(), port.value.clone());
        let known = self.names.get(&key).copied();
        if known.is_some() && !anew {
            return;
        }
        let annotations = &source.annotations;
        let upstream = Upstream {
            name: format!("{namespace}-{}-{}", name.value, port.value),
            service: format!("{namespace}/{}", name.value),
            endpoints: endpoints(cx, namespace, &name.value, &port.value, annotations.service_upstream),
            no_server: annotations.canary.is_some(),
            canary: annotations.canary.clone(),
            canary_of: annotations.canary.is_some().then(|| source.object.clone()),
            alternatives: Vec::new(),
            affinity_cookie: None,
            deleted: false,
        };
        match known.and_then(|at| self.list.get_mut(at)) {
            Some(place) => *place = upstream,
            None => {
                self.names.insert(key, self.list.len());
                self.list.push(upstream);
            }
        }
    }

    /// The upstream that a backend of this namespace means; `None` for one that is no Service.
    pub(super) fn find(&self, namespace: &str, backend: &Backend) -> Option<usize> {
        let BackendTarget::Service { name, port } = &backend.target else { return None };
        self.names.get(&(namespace.to_owned(), name.value.clone(), port.value.clone())).copied()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Upstream> {
        self.list.get(at)
    }

    /// mergeAlternativeBackends: a canary's rule looks for a location of the same host, path and
    /// path type, and hangs its upstream on that location's.
    pub(super) fn merge_canaries(
        &mut self,
        version: Version,
        sources: &[Source],
        servers: &HashMap<String, Server>,
    ) {
        let is_canary = |s: &&Source| s.annotations.canary.is_some();
        if sources.iter().filter(is_canary).count() == sources.len() {
            return;
        }
        let mut main = MainUpstreams::default();
        for source in sources.iter().filter(is_canary) {
            let namespace = &source.ingress.meta.namespace;
            if let Some(alternative) =
                source.ingress.default_backend.as_ref().and_then(|b| self.find(namespace, b))
                && let Some(server) = servers.get(DEFAULT_SERVER)
            {
                let everywhere: Vec<usize> = (0..server.locations.len()).collect();
                self.merge(&source.annotations, alternative, server, &everywhere, &mut main);
            }
            for rule in &source.ingress.rules {
                let host = rule.host.as_ref().map_or(DEFAULT_SERVER, |h| h.value.as_str());
                let Some(server) = servers.get(host) else { continue };
                for path in rule.paths.iter().flatten() {
                    let Some(alternative) = self.find(namespace, &path.backend) else { continue };
                    let (text, exact) = declared(path, version);
                    let same = server.places(text).iter().copied();
                    let same = same.filter(|&at| server.locations.get(at).is_some_and(|l| l.exact == exact));
                    let same: Vec<usize> = same.collect();
                    self.merge(&source.annotations, alternative, server, &same, &mut main);
                }
            }
        }
    }

    /// Hangs an upstream on those of these locations.
    fn merge<'s>(
        &mut self,
        annotations: &Annotations,
        alternative: usize,
        server: &'s Server,
        locations: &[usize],
        main: &mut MainUpstreams<'s>,
    ) {
        if self.get(alternative).is_none_or(|u| u.deleted) {
            return;
        }
        // Where it is itself some location's main upstream, the walk ends there: nothing after that
        // is merged, and nothing is deleted.
        let own = main.first_place(server, alternative);
        let mut merged = false;
        for &at in locations.iter().filter(|&&at| own.is_none_or(|own| at < own)) {
            let Some(primary) = server.locations.get(at).map(|l| l.backend) else { continue };
            if primary == DEFAULT || self.get(primary).is_none_or(|u| u.deleted || u.no_server) {
                continue;
            }
            merged = true;
            let cookie = self.get(primary).and_then(|u| u.affinity_cookie.clone());
            let alternatives = self.list.get_mut(primary).map(|u| &mut u.alternatives);
            if let Some(alternatives) = alternatives.filter(|a| !a.contains(&alternative)) {
                alternatives.push(alternative);
                if let Some(upstream) =
                    self.list.get_mut(alternative).filter(|_| !annotations.legacy_canary_affinity)
                {
                    upstream.affinity_cookie = cookie;
                }
            }
        }
        if !merged
            && own.is_none()
            && let Some(upstream) = self.list.get_mut(alternative)
        {
            upstream.deleted = true;
        }
    }
}

/// At which location each upstream of a server is first somebody's main one.
#[derive(Default)]
struct MainUpstreams<'s> {
    servers: HashMap<&'s str, HashMap<usize, usize>>,
}

impl<'s> MainUpstreams<'s> {
    fn first_place(&mut self, server: &'s Server, upstream: usize) -> Option<usize> {
        let places = self.servers.entry(&server.host).or_insert_with(|| {
            // Backwards, so that the first of several stays.
            (0..server.locations.len())
                .rev()
                .zip(server.locations.iter().rev())
                .map(|(at, l)| (l.backend, at))
                .collect()
        });
        places.get(&upstream).copied()
    }
}

/// getDefaultUpstream: the first port of `--default-backend-service`, else an answer of 404.
fn default_backend(cx: &Context) -> Upstream {
    let named = cx.config.default_backend_service.as_ref();
    let found = named.and_then(|(namespace, name)| cx.cluster.service(namespace, name));
    let endpoints = found
        .and_then(|service| Some((service, service.ports.first()?)))
        .map(|(service, port)| port_endpoints(cx, service, port))
        .filter(|e| e.nobody.is_none());
    Upstream {
        name: "upstream-default-backend".to_owned(),
        service: match (&endpoints, named) {
            (Some(_), Some((namespace, name))) => format!("{namespace}/{name}"),
            _ => String::new(),
        },
        endpoints: endpoints.unwrap_or_else(|| Endpoints::none("no rule matches")),
        no_server: false,
        canary: None,
        canary_of: None,
        alternatives: Vec::new(),
        affinity_cookie: None,
        deleted: false,
    }
}

/// The endpoints of the Service that the annotation `default-backend` names: its first port.
pub(super) fn fallback(cx: &Context, namespace: &str, name: &str) -> Option<Upstream> {
    let service = cx.cluster.service(namespace, name)?;
    let endpoints = port_endpoints(cx, service, service.ports.first()?);
    endpoints.nobody.is_none().then(|| Upstream {
        name: format!("custom-default-backend-{namespace}-{name}"),
        service: service.meta.full_name(),
        endpoints,
        no_server: false,
        canary: None,
        canary_of: None,
        alternatives: Vec::new(),
        affinity_cookie: None,
        deleted: false,
    })
}

fn endpoints(cx: &Context, namespace: &str, name: &str, port: &PortRef, by_address: bool) -> Endpoints {
    let number = match port {
        PortRef::Number(n) => Some(*n),
        PortRef::Name(_) => None,
    };
    let Some(service) = cx.cluster.service(namespace, name) else {
        if cx.cluster.refused_service(namespace, name).is_some() {
            return Endpoints::none(format!(
                "the API server refuses Service {namespace}/{name}, so it is not there"
            ));
        }
        if !cx.whole && cx.cluster.services.is_empty() {
            let why = "no Service is in the manifests; this one is assumed to exist and to be ready";
            return Endpoints {
                port: number,
                readiness: Readiness::Assumed,
                by_address: false,
                nobody: None,
                certainty: Certainty::Likely(why.to_owned()),
                span: None,
            };
        }
        return Endpoints::none(format!("there is no Service {namespace}/{name}"));
    };
    if service.service_type == ServiceType::ExternalName {
        return external_name(cx, service, service.port(port).map(|p| p.port.value).or(number));
    }
    // serviceEndpoints: the number, the target port or the name, whichever port has it first.
    let text = port.to_string();
    let found = service.ports.iter().find(|p| {
        p.port.value.to_string() == text || p.target_port.value.to_string() == text || p.name() == text
    });
    if by_address && !service.is_headless() && (number.is_some() || found.is_some()) {
        let why = "service-upstream: nginx asks the Service's address and does not know who is behind it";
        let asked = Endpoints::of(service, found.map(|p| p.port.value).or(number));
        return Endpoints { by_address: true, ..asked }.likely(why.to_owned());
    }
    match found {
        Some(port) => port_endpoints(cx, service, port),
        None => Endpoints::of(service, number)
            .and_nobody(format!("Service {namespace}/{name} has no port {port}")),
    }
}

/// What stands behind one port of a Service that is no ExternalName.
fn port_endpoints(cx: &Context, service: &Service, port: &ServicePort) -> Endpoints {
    let name = service.meta.full_name();
    let mut result = Endpoints::of(service, Some(port.port.value));
    if port.protocol != Protocol::Tcp {
        return result.and_nobody(format!("port {} of Service {name} is not TCP", port.port.value));
    }
    let endpoints = cx.cluster.endpoints_of(service, port);
    let nobody = format!("Service {name} has no ready endpoint");
    match endpoints.knowledge {
        Knowledge::Known | Knowledge::FromPods | Knowledge::FromWorkload => {
            match endpoints.targets.iter().filter(|t| t.ready).count() + endpoints.omitted {
                0 => return result.and_nobody(nobody),
                n => result.readiness = Readiness::Ready(u32::try_from(n).unwrap_or(u32::MAX)),
            }
        }
        Knowledge::NoMatch | Knowledge::Assumed if cx.whole => {
            let why = format!("the manifests hold no endpoint and no pod for Service {name}");
            return result.and_nobody(nobody).likely(why);
        }
        Knowledge::NoMatch => {
            return result.likely(format!(
                "no pod in the manifests has the labels that Service {name} selects; some are assumed to exist"
            ));
        }
        Knowledge::Assumed | Knowledge::External => {}
    }
    result
}

/// An ExternalName: nginx asks DNS for it.
fn external_name(cx: &Context, service: &Service, number: Option<u16>) -> Endpoints {
    let name = service.meta.full_name();
    let result = Endpoints::of(service, number);
    if cx.config.disable_external_name {
        return result.and_nobody(format!("Service {name} is an ExternalName, which is switched off"));
    }
    let target = service.external_name.as_ref().map_or("", |n| n.value.as_str());
    let is_dns_name = !target.is_empty()
        && target.len() <= 253
        && target.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        });
    if target == "localhost" || target.parse::<std::net::IpAddr>().is_ok() || !is_dns_name {
        return result.and_nobody(format!("{target:?}, the external name of Service {name}, is refused"));
    }
    result
}
