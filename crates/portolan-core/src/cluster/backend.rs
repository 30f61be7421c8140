//! What stands behind a backend: Service, port, endpoints.

use super::{Service, ServicePort};
use crate::span::Span;

/// What an Ingress' backend leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum BackendState<'a> {
    /// The namespace has no such Service.
    NoService {
        /// One of that name which the API server would refuse, and which therefore is not there.
        refused: Option<&'a Service>,
    },
    /// The Service has no such port.
    NoPort {
        /// The Service; its `ports` are what there is.
        service: &'a Service,
        /// The port that was probably meant.
        meant: Option<(&'a ServicePort, PortMixUp)>,
    },
    /// The backend names another object (`resource`).
    Resource,
    /// The backend could not be read; the problems say why.
    Unreadable,
    /// Service and port exist.
    Resolved {
        /// The Service.
        service: &'a Service,
        /// Its port.
        port: &'a ServicePort,
        /// What is behind them.
        endpoints: ServiceEndpoints,
    },
}

/// How a backend came to name a port that the Service does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortMixUp {
    /// It is the port's `targetPort`.
    TargetPort,
    /// It is the port's `nodePort`.
    NodePort,
    /// The name differs by a letter or two.
    Spelling,
    /// It is the number, in quotes or as `name`.
    NumberAsName,
    /// The Service has one port only.
    OnlyPort,
}

/// The endpoints of one Service port.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceEndpoints {
    /// The endpoints, in the manifests' order, without repetition; at most
    /// [`ServiceEndpoints::MAX_TARGETS`]. Empty for [`Knowledge::NoMatch`], [`Knowledge::Assumed`]
    /// and [`Knowledge::External`].
    pub targets: Vec<Target>,
    /// How many more there are.
    pub omitted: usize,
    /// Where this was learnt from.
    pub knowledge: Knowledge,
    /// Endpoints or pods that match but are left out since they do not have the port: a slice
    /// without a port of this name, a pod without a container port of the target port's name. At
    /// most ten are named.
    pub without_port: Vec<WithoutPort>,
}

impl ServiceEndpoints {
    /// How many targets are listed at most, so that a hostile `replicas` costs nothing. A thousand
    /// is what a legacy Endpoints object holds at most, too.
    pub const MAX_TARGETS: usize = 1000;

    /// Whether a request would find somebody who answers: a ready target, or else (as kube-proxy
    /// does) one that still serves while it terminates; or it is assumed so.
    pub fn available(&self) -> bool {
        match self.knowledge {
            Knowledge::Assumed | Knowledge::External => true,
            _ => self.targets.iter().any(|t| t.ready || (t.serves() && t.terminating)),
        }
    }
}

/// One endpoint of a Service port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address, where the manifests have one.
    pub address: Option<String>,
    /// The port on the pod; `None` where the endpoint is open for every port.
    pub port: Option<u16>,
    /// The pod. One that a workload will make is called `web#1`, a StatefulSet's `web-0`.
    pub pod: Option<String>,
    /// Its node.
    pub node: Option<String>,
    /// It gets traffic.
    pub ready: bool,
    /// An EndpointSlice says so, and not by leaving it out.
    pub ready_is_written: bool,
    /// It would answer, even while it terminates.
    pub serving: Option<bool>,
    /// It is on its way out.
    pub terminating: bool,
    /// The object's or endpoint's place in the manifests.
    pub span: Span,
}

impl Target {
    /// `serving`, as Kubernetes takes it where it is left out.
    pub fn serves(&self) -> bool {
        self.serving.unwrap_or(self.ready)
    }
}

/// Where the endpoints of a Service were learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Knowledge {
    /// From EndpointSlices or Endpoints: they say it all.
    Known,
    /// From Pods whose labels the Service selects.
    FromPods,
    /// From the templates of workloads: those pods will be there, and are assumed ready.
    FromWorkload,
    /// The manifests have pods, workloads or endpoints in this namespace, but none for this Service:
    /// it has no endpoints, as far as the manifests tell.
    NoMatch,
    /// The manifests say nothing about what stands behind the Service: assumed ready.
    Assumed,
    /// An ExternalName: DNS knows.
    External,
}

/// Something that belongs to a Service but does not have the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutPort {
    /// `EndpointSlice default/web-x7k2p`, `Deployment default/web`.
    pub object: String,
    /// The port names that it has, in order.
    pub names: Vec<String>,
    /// Its place.
    pub span: Span,
}

/// A pod or workload that a selector misses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss<'a> {
    /// `Deployment default/web`.
    pub object: String,
    /// What differs: the label's key, the value that the selector wants, the value there.
    pub differences: Vec<(&'a str, &'a str, Option<&'a str>)>,
    /// The selector matches the workload's own labels: they were not put on the template.
    pub matches_own_labels: bool,
    /// The labels' place.
    pub span: Span,
}
