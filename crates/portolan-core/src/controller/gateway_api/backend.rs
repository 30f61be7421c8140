//! backendRefs: what stands behind them.

use super::Implementation;
use super::grant::Grants;
use crate::cluster::{Cluster, PortRef, RouteBackendRef, Service, ServiceType};
use crate::controller::{backends, kubernetes::readiness};
use crate::routing::{Backend, BackendId, Certainty, Readiness};
use crate::span::Span;

/// What a backendRef leads to.
pub(super) enum Reached {
    /// A Service that has, or is assumed to have, ready endpoints.
    Service(BackendId, Certainty),
    /// Nothing that answers: the status that takes its place, and why.
    Nothing(u16, String, Certainty),
}

/// The backends of a table under way.
pub(super) struct Backends<'c> {
    cluster: &'c Cluster,
    grants: &'c Grants<'c>,
    implementation: Implementation,
    pub list: backends::Backends,
}

impl<'c> Backends<'c> {
    pub fn new(cluster: &'c Cluster, grants: &'c Grants<'c>, implementation: Implementation) -> Self {
        Self { cluster, grants, implementation, list: backends::Backends::default() }
    }

    /// Resolves a reference of a route.
    pub fn reach(&mut self, kind: &str, own: &str, reference: &RouteBackendRef) -> Reached {
        let namespace = reference.namespace.as_deref().unwrap_or(own);
        let name = reference.name.value.as_str();
        let (group, to_kind) = (reference.group.as_str(), reference.kind.as_str());
        let invalid = |why: String| Reached::Nothing(500, why, Certainty::Certain);
        if !self.grants.permit((kind, own), namespace, (group, to_kind, name)) {
            return invalid(format!(
                "RefNotPermitted: no ReferenceGrant in namespace {namespace} lets {kind}s of {own} use {to_kind} {name}"
            ));
        }
        if !group.is_empty() || to_kind != "Service" {
            let open = format!("an implementation may know backends of kind {to_kind}");
            let why = format!("InvalidKind: the backend is {to_kind}.{group} {name}, not a Service");
            return Reached::Nothing(500, why, Certainty::Likely(open));
        }
        let number = reference.port.as_ref().map(|p| p.value);
        let Some(service) = self.cluster.service(namespace, name) else {
            if self.cluster.services.is_empty() {
                let id = self.id(format!("{namespace}/{name}"), number, Readiness::Assumed, None);
                let open = "no Service is in the manifests; this one is assumed to exist and to be ready";
                return Reached::Service(id, Certainty::Likely(open.to_owned()));
            }
            return invalid(match self.cluster.refused_service(namespace, name) {
                Some(_) => format!(
                    "BackendNotFound: the API server refuses Service {namespace}/{name}, so it is not there"
                ),
                None => format!("BackendNotFound: there is no Service {namespace}/{name}"),
            });
        };
        let Some(number) = number else {
            return invalid(format!("the reference to Service {namespace}/{name} has no port"));
        };
        let Some(port) = service.port(&PortRef::Number(number)) else {
            return invalid(format!("BackendNotFound: Service {namespace}/{name} has no port {number}"));
        };
        if service.service_type == ServiceType::ExternalName {
            return self.external(service);
        }
        let endpoints = self.cluster.endpoints_of(service, port);
        let (mut ready, certainty) = readiness(self.cluster, service, &endpoints);
        if let (Implementation::Traefik, Readiness::Ready(_)) = (self.implementation, ready) {
            // Only those that are said to be ready: neither one that still serves on its way out, nor
            // one of which nothing is said (observed on 3.7.15).
            let said = endpoints.targets.iter().filter(|t| t.ready && t.ready_is_written).count();
            ready = match said + endpoints.omitted {
                0 => Readiness::None,
                n => Readiness::Ready(u32::try_from(n).unwrap_or(u32::MAX)),
            };
        }
        if ready == Readiness::None {
            let certainty = match self.implementation {
                Implementation::Traefik => Certainty::Certain,
                Implementation::Text => {
                    Certainty::Likely("the API says that it should be 503, not that it must".to_owned())
                }
            };
            let why = format!("Service {namespace}/{name} has no ready endpoint");
            return Reached::Nothing(503, why, certainty);
        }
        let id = self.id(service.meta.full_name(), Some(number), ready, Some(service.meta.span));
        Reached::Service(id, certainty)
    }

    /// A Service of type ExternalName has no endpoints of its own.
    fn external(&self, service: &Service) -> Reached {
        let name = service.meta.full_name();
        match self.implementation {
            Implementation::Traefik => {
                let why = format!(
                    "BackendNotFound: Service {name} is of type ExternalName and has no EndpointSlices"
                );
                Reached::Nothing(500, why, Certainty::Certain)
            }
            Implementation::Text => {
                let open =
                    "whether a Service of type ExternalName can be a backend is left to the implementation";
                let why = format!("Service {name} is of type ExternalName and has no endpoints");
                Reached::Nothing(503, why, Certainty::Likely(open.to_owned()))
            }
        }
    }

    fn id(
        &mut self,
        service: String,
        port: Option<u16>,
        readiness: Readiness,
        span: Option<Span>,
    ) -> BackendId {
        self.list.id(Backend { service, port, readiness, by_address: false, span })
    }
}
