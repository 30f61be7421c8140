//! Services as Traefik's Ingress provider loads them
//! (traefik/traefik `pkg/provider/kubernetes/ingress/kubernetes.go`, `loadService`).

use super::annotations::{self, ServiceConfig};
use crate::cluster::{
    Backend as IngressBackend, BackendTarget, Cluster, Knowledge, PortRef, Service, ServiceEndpoints,
    ServicePort, ServiceType, Target,
};
use crate::routing::{Certainty, Part, Readiness, Template};
use std::collections::HashSet;

/// A cluster, and where its manifests are taken to be complete.
pub(super) struct Services<'c> {
    pub(super) cluster: &'c Cluster,
    /// Namespaces with EndpointSlices: a Service without one has no endpoints there.
    with_slices: HashSet<&'c str>,
    /// Whether the manifests are taken for the whole cluster. Those that bring an IngressClass are:
    /// whoever pastes that has pasted more than an application's own files.
    whole: bool,
}

/// What stands behind a Service port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Servers {
    /// Somebody who answers.
    Some(Readiness),
    /// Nobody but pods on their way out: they keep their sessions and get no new ones.
    Fenced,
    /// Nobody.
    None,
}

/// A Service that was found.
pub(super) struct Found<'c> {
    pub(super) service: &'c Service,
    /// The port's number.
    pub(super) port: Option<u16>,
    pub(super) servers: Servers,
    /// Traefik asks the Service's address, not its endpoints.
    pub(super) by_address: bool,
    /// What `Host` the servers receive, where not the client's.
    pub(super) host: Option<Template>,
    pub(super) certainty: Certainty,
    pub(super) config: ServiceConfig,
}

/// The provider's settings about Services.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ServiceSettings {
    pub(super) allow_external_name: bool,
    pub(super) native_lb_by_default: bool,
    /// Nodes are not looked up.
    pub(super) no_nodes: bool,
}

impl<'c> Services<'c> {
    pub(super) fn new(cluster: &'c Cluster) -> Self {
        let slices = cluster.endpoints.iter().filter(|set| set.admitted);
        Services {
            cluster,
            with_slices: slices.map(|set| set.meta.namespace.as_str()).collect(),
            whole: cluster.ingress_classes.iter().any(|c| c.admitted),
        }
    }

    /// What a backend leads to.
    ///
    /// # Errors
    /// Why Traefik makes no router for it.
    pub(super) fn load(
        &self,
        namespace: &str,
        backend: &IngressBackend,
        settings: ServiceSettings,
    ) -> Result<Found<'c>, String> {
        let (name, port) = match &backend.target {
            BackendTarget::Service { name, port } => (name.value.as_str(), &port.value),
            BackendTarget::Resource { kind, name, .. } => {
                return Err(format!("the backend is {kind} {}, and Traefik knows Services only", name.value));
            }
            BackendTarget::Unreadable => return Err("the backend cannot be read".to_owned()),
        };
        let service = self.service(namespace, name)?;
        let full_name = service.meta.full_name();
        let external = service.service_type == ServiceType::ExternalName;
        if external && !settings.allow_external_name {
            return Err(format!(
                "Service {full_name} is an ExternalName, and allowExternalNameServices is not set"
            ));
        }
        let port =
            self.port(service, port).ok_or_else(|| format!("Service {full_name} has no port {port}"))?;
        let config = annotations::service(&service.meta).map_err(|fault| fault.reason)?;
        let number = Some(port.port.value);
        let mut addresses = Vec::new();
        let mut found = Found {
            service,
            port: number,
            servers: Servers::None,
            by_address: false,
            host: None,
            certainty: Certainty::Certain,
            config,
        };
        if external {
            found.servers = Servers::Some(Readiness::Assumed);
            found.host = service
                .external_name
                .as_ref()
                .map(|n| format!("{}:{}", n.value, port.port.value))
                .map(own_host);
        } else if found.config.native_lb.unwrap_or(settings.native_lb_by_default) {
            if service.is_headless() {
                return Err(format!(
                    "Service {full_name} is headless: it has no cluster IP for native load balancing"
                ));
            }
            let ready = self.cluster.endpoints_of(service, port).available();
            found.by_address = true;
            found.servers = Servers::Some(if ready { Readiness::Assumed } else { Readiness::None });
            found.host =
                service.cluster_ips.first().map(|ip| format!("{ip}:{}", port.port.value)).map(own_host);
        } else if found.config.node_port_lb && service.service_type == ServiceType::NodePort {
            if settings.no_nodes {
                return Err("nodes are not looked up, so service.nodeportlb has no addresses".to_owned());
            }
            found.servers = Servers::Some(Readiness::Assumed);
        } else {
            let endpoints = self.cluster.endpoints_of(service, port);
            found.servers = self.servers(service, &endpoints);
            found.certainty = certainty(service, &endpoints, &found.servers);
            addresses = self::addresses(&endpoints);
            found.host = addresses.first().cloned().map(own_host);
        }
        if found.config.pass_host_header.unwrap_or(true) {
            found.host = None;
        } else if matches!(found.servers, Servers::Some(_)) && (found.host.is_none() || addresses.len() > 1) {
            let open = "service.passhostheader is off: the backend receives its own address as Host";
            found.certainty = found.certainty.and(own_address(open, &addresses));
        }
        Ok(found)
    }

    /// The Service of this name.
    ///
    /// # Errors
    /// Says that it is not there.
    pub(super) fn service(&self, namespace: &str, name: &str) -> Result<&'c Service, String> {
        self.cluster.service(namespace, name).ok_or_else(|| {
            match self.cluster.refused_service(namespace, name) {
                Some(_) => format!("the API server refuses Service {namespace}/{name}, so it is not there"),
                None => format!("there is no Service {namespace}/{name}"),
            }
        })
    }

    /// The port that a backend means.
    pub(super) fn port(&self, service: &'c Service, port: &PortRef) -> Option<&'c ServicePort> {
        match port {
            PortRef::Name(name) if name.is_empty() => None,
            port => service.port(port),
        }
    }

    /// Who answers at these endpoints.
    pub(super) fn servers(&self, service: &Service, endpoints: &ServiceEndpoints) -> Servers {
        match endpoints.knowledge {
            Knowledge::External => Servers::Some(Readiness::Assumed),
            Knowledge::NoMatch | Knowledge::Assumed
                if self.whole || self.with_slices.contains(service.meta.namespace.as_str()) =>
            {
                Servers::None
            }
            Knowledge::NoMatch | Knowledge::Assumed => Servers::Some(Readiness::Assumed),
            Knowledge::Known | Knowledge::FromPods | Knowledge::FromWorkload => {
                let (mut able, mut fenced) = (endpoints.omitted, 0);
                for target in serving(endpoints) {
                    if target.terminating { fenced += 1 } else { able += 1 }
                }
                match (able, fenced) {
                    (0, 0) => Servers::None,
                    (0, _) => Servers::Fenced,
                    (n, _) => Servers::Some(Readiness::Ready(u32::try_from(n).unwrap_or(u32::MAX))),
                }
            }
        }
    }
}

/// How sure it is that these are the servers.
pub(super) fn certainty(service: &Service, endpoints: &ServiceEndpoints, servers: &Servers) -> Certainty {
    match (endpoints.knowledge, servers) {
        (Knowledge::NoMatch, Servers::Some(_)) => Certainty::Likely(format!(
            "no pod in the manifests has the labels that Service {} selects; some are assumed to exist",
            service.meta.full_name()
        )),
        _ => Certainty::Certain,
    }
}

/// Those that Traefik takes for servers.
fn serving(endpoints: &ServiceEndpoints) -> impl Iterator<Item = &Target> {
    endpoints.targets.iter().filter(|t| t.serving != Some(false) && t.port.is_some())
}

/// The addresses that new requests go to, each once; none where one of them is not known.
pub(super) fn addresses(endpoints: &ServiceEndpoints) -> Vec<String> {
    let mut all = Vec::new();
    if endpoints.omitted > 0 {
        return all;
    }
    for target in serving(endpoints).filter(|t| !t.terminating) {
        let Some((address, port)) = target.address.as_ref().zip(target.port) else { return Vec::new() };
        let text = match address.contains(':') {
            true => format!("[{address}]:{port}"),
            false => format!("{address}:{port}"),
        };
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// How sure it is what a backend receives that receives its own address: of several that are known
/// one is no likelier than another.
pub(super) fn own_address(open: &str, addresses: &[String]) -> Certainty {
    match addresses {
        [_, _, ..] => Certainty::Unknowable(open.to_owned()),
        _ => Certainty::Likely(open.to_owned()),
    }
}

fn own_host(host: String) -> Template {
    Template(vec![Part::Text(host)])
}
