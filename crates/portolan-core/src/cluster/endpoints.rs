//! Endpoints and EndpointSlice, in one shape.

use super::{Meta, Protocol};
use crate::span::{Span, Spanned};

/// An EndpointSlice or an Endpoints object. A Service may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSet {
    /// Its metadata; its `kind` says which of the two it is.
    pub meta: Meta,
    /// The Service it belongs to: the label `kubernetes.io/service-name` of a slice, the own name
    /// of an Endpoints object.
    pub service: Option<String>,
    /// An EndpointSlice has one subset; an Endpoints object one for each entry of `subsets`.
    pub subsets: Vec<EndpointSubset>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// Addresses times ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSubset {
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
    /// The ports that each of them has.
    pub ports: Vec<EndpointPort>,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `addresses`; consumers use the first.
    pub addresses: Vec<String>,
    /// `conditions.ready`; left out means yes.
    pub ready: bool,
    /// `conditions.ready` is written down. Traefik's Gateway provider asks for that.
    pub ready_is_written: bool,
    /// `conditions.serving`; left out it means the same as ready to Kubernetes, and to Traefik yes.
    pub serving: Option<bool>,
    /// `conditions.terminating`; left out means no.
    pub terminating: bool,
    /// `nodeName`.
    pub node: Option<String>,
    /// `targetRef`'s name, where it is a Pod.
    pub pod: Option<String>,
    /// `zone`.
    pub zone: Option<String>,
    /// The entry.
    pub span: Span,
}

/// One port of a subset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPort {
    /// `name`: that of the Service's port; empty where left out.
    pub name: String,
    /// `port`; left out means every port.
    pub port: Option<Spanned<u16>>,
    /// `protocol`, `TCP` where left out.
    pub protocol: Protocol,
    /// `appProtocol`.
    pub app_protocol: Option<String>,
    /// The entry.
    pub span: Span,
}
