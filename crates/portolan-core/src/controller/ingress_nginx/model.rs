//! Servers and locations, as the controller builds them before nginx sees any of it.
//!
//! Source: `internal/ingress/controller/controller.go` (createServers, getBackendServers),
//! `internal/k8s/main.go` (SetDefaultNGINXPathType).

use super::access::ClientCertificate;
use super::annotations::{Annotations, Rewriting};
use super::context::Context;
use super::upstreams::{DEFAULT, Upstreams};
use super::version::{Certificate, Version};
use crate::cluster::{Ingress, IngressPath, PathType};
use crate::routing::{Cause, Dropped, Origin};
use std::collections::HashMap;
use std::sync::Arc;

/// The name of nginx' default server.
pub(super) const DEFAULT_SERVER: &str = "_";

/// An Ingress that the controller looks at.
pub(super) struct Source<'c> {
    pub ingress: &'c Ingress,
    /// `Ingress default/web`.
    pub object: Arc<str>,
    pub annotations: Arc<Annotations>,
}

/// One server: what nginx answers for one host.
#[derive(Debug)]
pub(super) struct Server {
    pub host: String,
    /// In the order in which they were added; the synthetic `/` is the first.
    pub locations: Vec<Location>,
    /// The places in `locations` of each path.
    places: HashMap<String, Vec<usize>>,
    pub aliases: Vec<String>,
    /// The host has a certificate, be it the default one.
    pub tls: bool,
    /// Why that is not sure.
    pub tls_doubt: Option<String>,
    pub from_to_www: bool,
    pub client_certificate: Option<ClientCertificate>,
    pub passthrough: bool,
}

/// One location.
#[derive(Debug, Clone)]
pub(super) struct Location {
    pub path: String,
    pub exact: bool,
    /// Index of the upstream.
    pub backend: usize,
    /// The `/` that no rule asked for.
    pub synthetic: bool,
    pub annotations: Arc<Annotations>,
    pub origin: Origin,
    /// The Ingress' namespace, for Services that annotations name.
    pub namespace: String,
    /// `metadata.creationTimestamp` of its Ingress.
    created: Option<i64>,
    /// Another Ingress has the same path, and it is not sure that this one went first.
    pub contested: bool,
}

/// Servers by host, and the rules that made no location.
pub(super) struct Model {
    pub servers: HashMap<String, Server>,
    pub upstreams: Upstreams,
    pub dropped: Vec<Dropped>,
}

/// A declared path and whether it is Exact: nothing is `/`, and ImplementationSpecific is Prefix.
/// Versions before 0.31 know no path types.
pub(super) fn declared(path: &IngressPath, version: Version) -> (&str, bool) {
    let text = path.path.as_ref().map_or("", |p| p.value.as_str());
    let exact = path.path_type.value == PathType::Exact && version.reads_path_type();
    (if text.is_empty() { "/" } else { text }, exact)
}

/// Builds the servers of these Ingresses, the first in order first.
pub(super) fn build(cx: &Context, sources: &[Source], upstreams: Upstreams) -> Model {
    let version = cx.config.version;
    let mut model = Model { servers: HashMap::new(), upstreams, dropped: Vec::new() };
    model.create_servers(cx, sources);
    for source in sources {
        for (r, rule) in source.ingress.rules.iter().enumerate() {
            let host = rule.host.as_ref().map_or(DEFAULT_SERVER, |h| h.value.as_str());
            model.client_certificate(host, rule.paths.is_some(), source);
            for (p, path) in rule.paths.iter().flatten().enumerate() {
                let field = format!("spec.rules[{r}].http.paths[{p}]");
                model.add_path(version, source, rule.host.as_ref().map(|h| h.value.as_str()), path, field);
            }
        }
    }
    model.upstreams.merge_canaries(version, sources, &model.servers);
    model
}

impl Model {
    fn create_servers(&mut self, cx: &Context, sources: &[Source]) {
        let version = cx.config.version;
        let nothing = Origin { object: "ingress-nginx".into(), field: String::new(), span: None, note: None };
        let root = Location {
            path: "/".to_owned(),
            exact: false,
            backend: DEFAULT,
            synthetic: true,
            annotations: Arc::default(),
            origin: Origin { note: Some("no rule names this host".to_owned()), ..nothing },
            namespace: String::new(),
            created: None,
            contested: false,
        };
        let mut default_server = Server::new(DEFAULT_SERVER, root);
        default_server.tls = version.default_server_has_certificate();
        self.servers.insert(DEFAULT_SERVER.to_owned(), default_server);
        for source in sources.iter().filter(|s| s.annotations.canary.is_none()) {
            self.create_servers_of(version, source);
        }
        for source in sources.iter().filter(|s| s.annotations.canary.is_none()) {
            self.configure_servers_of(cx, source);
        }
        let hosts: Vec<String> = self.servers.keys().cloned().collect();
        for host in hosts {
            let aliases = self.servers.get(&host).map(|s| s.aliases.clone()).unwrap_or_default();
            let kept = aliases.into_iter().filter(|a| *a != host && !self.servers.contains_key(a)).collect();
            if let Some(server) = self.servers.get_mut(&host) {
                server.aliases = kept;
            }
        }
    }

    fn create_servers_of(&mut self, version: Version, source: &Source) {
        let ingress = source.ingress;
        let default_backend = ingress.default_backend.as_ref();
        if let Some(backend) = default_backend.filter(|_| !version.has_default_backends()) {
            let field = "spec.defaultBackend".to_owned();
            let origin =
                Origin { object: source.object.clone(), field, span: Some(backend.span), note: None };
            let reason = format!("ingress-nginx {version} does not read default backends of Ingresses");
            self.dropped.push(Dropped {
                rule: "default backend".to_owned(),
                host: None,
                origin,
                reason,
                cause: Cause::DefaultBackend,
            });
        }
        let default_backend = default_backend.filter(|_| version.has_default_backends());
        let upstream = default_backend.and_then(|b| self.upstreams.find(&ingress.meta.namespace, b));
        let origin = Origin {
            object: source.object.clone(),
            field: if upstream.is_some() { "spec.defaultBackend" } else { "spec.rules" }.to_owned(),
            span: default_backend
                .filter(|_| upstream.is_some())
                .map_or(Some(ingress.meta.name.span), |b| Some(b.span)),
            note: None,
        };
        if let Some(upstream) = upstream
            && ingress.rules.is_empty()
            && let Some(root) = self.servers.get_mut(DEFAULT_SERVER).and_then(|s| s.locations.first_mut())
            && root.synthetic
        {
            // The catch-all has its Ingress' annotations but those about rewriting and redirecting.
            let annotations = Annotations {
                rewrite: Rewriting::default(),
                redirect: None,
                from_to_www: false,
                relative_redirects: false,
                ..(*source.annotations).clone()
            };
            *root = Location {
                backend: upstream,
                synthetic: false,
                annotations: Arc::new(annotations),
                origin: origin.clone(),
                namespace: ingress.meta.namespace.clone(),
                created: ingress.meta.created,
                ..root.clone()
            };
        }
        for (r, rule) in ingress.rules.iter().enumerate() {
            let host = rule.host.as_ref().map_or(DEFAULT_SERVER, |h| h.value.as_str());
            if self.servers.contains_key(host) {
                continue;
            }
            let (note, annotations) = if version.root_has_annotations() {
                let note = "ingress-nginx gives each host a location for everything, with the annotations of the \
                            Ingress that named the host first";
                (note, source.annotations.clone())
            } else {
                ("ingress-nginx gives each host a location for everything", Arc::default())
            };
            let root = Location {
                path: "/".to_owned(),
                exact: false,
                backend: upstream.unwrap_or(DEFAULT),
                synthetic: true,
                annotations,
                origin: Origin {
                    field: if upstream.is_some() { origin.field.clone() } else { format!("spec.rules[{r}]") },
                    span: if upstream.is_some() { origin.span } else { Some(rule.span) },
                    note: Some(note.to_owned()),
                    ..origin.clone()
                },
                namespace: ingress.meta.namespace.clone(),
                created: ingress.meta.created,
                contested: false,
            };
            self.servers.insert(host.to_owned(), Server::new(host, root));
        }
    }

    /// Aliases and certificates: the first Ingress that has some decides.
    fn configure_servers_of(&mut self, cx: &Context, source: &Source) {
        for rule in &source.ingress.rules {
            let host = rule.host.as_ref().map_or(DEFAULT_SERVER, |h| h.value.as_str());
            let Some(server) = self.servers.get_mut(host) else { continue };
            if server.aliases.is_empty() {
                server.aliases.clone_from(&source.annotations.aliases);
            }
            server.passthrough |= source.annotations.ssl_passthrough;
            let (has, doubt) = certificate(cx, source.ingress, host);
            if has && !server.tls {
                server.tls = true;
                server.tls_doubt = doubt;
            }
        }
    }

    fn client_certificate(&mut self, host: &str, has_paths: bool, source: &Source) {
        if !has_paths && host != DEFAULT_SERVER {
            return;
        }
        let name = if self.servers.contains_key(host) { host } else { DEFAULT_SERVER };
        if let Some(server) = self.servers.get_mut(name)
            && server.client_certificate.is_none()
        {
            server.client_certificate.clone_from(&source.annotations.auth.tls);
        }
    }

    fn add_path(
        &mut self,
        version: Version,
        source: &Source,
        host: Option<&str>,
        path: &IngressPath,
        field: String,
    ) {
        let (text, exact) = declared(path, version);
        let origin = Origin { object: source.object.clone(), field, span: Some(path.span), note: None };
        let mut drop = |reason: String, origin: Origin, cause: Cause| {
            let rule = format!("{} {text}", path.path_type.value.as_str());
            self.dropped.push(Dropped { rule, host: host.map(str::to_owned), origin, reason, cause });
        };
        let namespace = &source.ingress.meta.namespace;
        let Some(upstream) = self.upstreams.find(namespace, &path.backend) else {
            drop("its backend is no Service".to_owned(), origin, Cause::Backend);
            return;
        };
        if self.upstreams.get(upstream).is_some_and(|u| u.no_server) {
            if source.annotations.canary.is_none() {
                let why = "a canary Ingress that came first made this Service port its own: no location leads to it";
                drop(why.to_owned(), origin, Cause::Rule);
            }
            return;
        }
        if let Some(cookie) = &source.annotations.affinity_cookie
            && let Some(upstream) = self.upstreams.list.get_mut(upstream)
        {
            upstream.affinity_cookie = Some(cookie.clone());
        }
        let name = host.filter(|h| self.servers.contains_key(*h)).unwrap_or(DEFAULT_SERVER);
        let Some(server) = self.servers.get_mut(name) else { return };
        let location = Location {
            path: text.to_owned(),
            exact,
            backend: upstream,
            synthetic: false,
            annotations: source.annotations.clone(),
            origin: origin.clone(),
            namespace: namespace.clone(),
            created: source.ingress.meta.created,
            contested: false,
        };
        let first = server.places.get(text).and_then(|places| places.first());
        match first.and_then(|&at| server.locations.get_mut(at)) {
            Some(other) if other.exact == exact && other.synthetic => *other = location,
            Some(other) if other.exact == exact => {
                let is_ordered = version.sorts_by_name()
                    || version.sorts_by_age() && other.created != location.created
                    || other.origin.object == location.origin.object;
                other.contested |= !is_ordered;
                let by = format!("{} has the same path already, and goes first", other.origin.object);
                let cause = Cause::Taken(other.origin.clone());
                drop(by, origin, cause);
                return;
            }
            // A path of another type that stands first ends the search for a duplicate, too.
            _ => {
                server.places.entry(text.to_owned()).or_default().push(server.locations.len());
                server.locations.push(location);
            }
        }
        server.from_to_www |= source.annotations.from_to_www;
    }
}

/// createServers: whether a host has a certificate by the `tls` of an Ingress, and why that is not
/// sure. Since 0.19 it does whatever secrets and hosts say: without a fitting certificate the default
/// one is used, and that counts as having one.
fn certificate(cx: &Context, ingress: &Ingress, host: &str) -> (bool, Option<String>) {
    let listed = ingress.tls.iter().find(|t| t.hosts.iter().any(|h| h.value.eq_ignore_ascii_case(host)));
    let secret = listed.and_then(|t| t.secret_name.as_ref());
    let secret = secret.map(|name| format!("{}/{}", ingress.meta.namespace, name.value));
    match (cx.config.version.certificate(), secret) {
        (Certificate::AnyTls, _) => (!ingress.tls.is_empty(), None),
        (Certificate::Found, None) => (!ingress.tls.is_empty(), None),
        (Certificate::Listed, None) => (false, None),
        // Manifests of an application seldom bring their Secrets along.
        (_, Some(name)) => {
            let is_there = !cx.whole || cx.secret(&name).is_some();
            (is_there, Some(format!("whether Secret {name} has a certificate of the host is not known")))
        }
    }
}

impl Server {
    /// The places in `locations` of a path.
    pub(super) fn places(&self, path: &str) -> &[usize] {
        self.places.get(path).map_or(&[], Vec::as_slice)
    }

    fn new(host: &str, root: Location) -> Self {
        Self {
            host: host.to_owned(),
            places: HashMap::from([(root.path.clone(), vec![0])]),
            locations: vec![root],
            aliases: Vec::new(),
            tls: false,
            tls_doubt: None,
            from_to_www: false,
            client_certificate: None,
            passthrough: false,
        }
    }
}
