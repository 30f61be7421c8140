//! Who answers for a backend (traefik/traefik `pkg/provider/kubernetes/ingress-nginx/build.go`,
//! `getBackendEndpoints`).

use super::annotations::Config;
use super::steps::End;
use crate::cluster::{BackendTarget, PortRef, Service, ServicePort, ServiceType};
use crate::controller::traefik::backend::{Servers, Services, addresses, certainty};
use crate::routing::{BackendId, Certainty, Readiness, Weighted};
use crate::span::Span;

/// What stands behind a backend.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    /// `namespace/name` of the Service that answers.
    pub(super) service: String,
    pub(super) port: Option<u16>,
    pub(super) servers: Servers,
    /// Traefik asks the Service's address, not its endpoints.
    pub(super) by_address: bool,
    /// The addresses of those that answer, where they are known.
    pub(super) addresses: Vec<String>,
    pub(super) span: Option<Span>,
    pub(super) certainty: Certainty,
    /// Why nobody answers, where nobody does.
    pub(super) why: String,
}

impl Endpoints {
    /// What becomes of a request that comes this far; `id` is the backend.
    pub(super) fn end(&self, id: BackendId) -> End {
        match self.servers {
            Servers::Some(_) => {
                End::Backends(vec![Weighted { backend: id, weight: 1 }], self.addresses.clone())
            }
            Servers::Fenced | Servers::None => End::Nobody(self.why.clone()),
        }
    }

    /// The backend, where somebody answers.
    pub(super) fn reach(&self, id: BackendId) -> Option<BackendId> {
        matches!(self.servers, Servers::Some(_)).then_some(id)
    }
}

/// A backend as written: a Service of the Ingress' namespace and its port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Reference {
    pub(super) service: String,
    /// None for the Service's first port.
    pub(super) port: Option<PortRef>,
}

impl Reference {
    /// The Service that a backend names, if it names one.
    pub(super) fn of(target: &BackendTarget) -> Option<Reference> {
        match target {
            BackendTarget::Service { name, port } => {
                Some(Reference { service: name.value.clone(), port: Some(port.value.clone()) })
            }
            BackendTarget::Resource { .. } | BackendTarget::Unreadable => None,
        }
    }

    /// The port as text.
    pub(super) fn port_text(&self) -> String {
        self.port.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string)
    }
}

/// Nobody, and why.
fn nobody(namespace: &str, reference: &Reference, why: String) -> Endpoints {
    let port = match reference.port {
        Some(PortRef::Number(n)) => Some(n),
        _ => None,
    };
    Endpoints {
        service: format!("{namespace}/{}", reference.service),
        port,
        servers: Servers::None,
        by_address: false,
        addresses: Vec::new(),
        span: None,
        certainty: Certainty::Certain,
        why,
    }
}

/// Who answers. `Err` where the Service or its port is missing: a default backend does not help then.
pub(super) fn resolve(
    services: &Services<'_>,
    namespace: &str,
    reference: &Reference,
    config: &Config,
    external_names: bool,
) -> Result<Endpoints, Box<Endpoints>> {
    let fail = |why: String| Box::new(nobody(namespace, reference, why));
    let service = services.service(namespace, &reference.service).map_err(fail)?;
    let full_name = service.meta.full_name();
    let external = service.service_type == ServiceType::ExternalName;
    if external && !external_names {
        return Err(fail(format!(
            "Service {full_name} is an ExternalName, and disableSvcExternalName is set"
        )));
    }
    let port = port(services, service, reference);
    if external {
        let number = match (&port, &reference.port) {
            (Some(port), _) => Some(port.port.value),
            (None, Some(PortRef::Number(n))) => Some(*n),
            _ => None,
        };
        return Ok(found(service, number, Servers::Some(Readiness::Assumed), Certainty::Certain));
    }
    let Some(port) = port else {
        return Err(fail(format!("Service {full_name} has no port {}", reference.port_text())));
    };
    let number = Some(port.port.value);
    let endpoints = services.cluster.endpoints_of(service, port);
    if config.service_upstream {
        let ready = if endpoints.available() { Readiness::Assumed } else { Readiness::None };
        let asked = found(service, number, Servers::Some(ready), Certainty::Certain);
        return Ok(Endpoints { by_address: true, ..asked });
    }
    let servers = services.servers(service, &endpoints);
    let sure = certainty(service, &endpoints, &servers);
    let own = Endpoints { addresses: addresses(&endpoints), ..found(service, number, servers, sure) };
    if own.servers != Servers::None
        || config.default_backend.is_empty()
        || config.default_backend == reference.service
    {
        return Ok(own);
    }
    let fallback = Reference { service: config.default_backend.clone(), port: None };
    let without = Config::default();
    resolve(services, namespace, &fallback, &without, external_names).map_err(|_| Box::new(own))
}

fn found(service: &Service, port: Option<u16>, servers: Servers, certainty: Certainty) -> Endpoints {
    let service_name = service.meta.full_name();
    let why = match servers {
        Servers::Fenced => format!("all endpoints of Service {service_name} are terminating"),
        _ => format!("Service {service_name} has no endpoint"),
    };
    Endpoints {
        service: service_name,
        port,
        servers,
        by_address: false,
        addresses: Vec::new(),
        span: Some(service.meta.span),
        certainty,
        why,
    }
}

fn port<'c>(services: &Services<'c>, service: &'c Service, reference: &Reference) -> Option<&'c ServicePort> {
    match &reference.port {
        Some(port) => services.port(service, port),
        None => service.ports.first(),
    }
}
