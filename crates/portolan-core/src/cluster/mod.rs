//! Objects to what the API server would hold: typed, converted, defaulted, validated, indexed.
//! The only room that knows API versions, defaults and the API server's validation.

mod admission;
mod backend;
pub mod codes;
mod endpoints;
mod gateway;
mod gateway_route;
mod hints;
mod index;
mod ingress;
mod matching;
mod meta;
mod objects;
mod read;
mod service;
mod workload;

pub use backend::{BackendState, Knowledge, NearMiss, PortMixUp, ServiceEndpoints, Target, WithoutPort};
pub use endpoints::{Endpoint, EndpointPort, EndpointSet, EndpointSubset};
pub use gateway::{
    AllowedRoutes, CertificateRef, FromNamespaces, GATEWAY_GROUP, Gateway, GatewayClass, GrantFrom, GrantTo,
    LabelOperator, LabelSelector, Listener, ListenerProtocol, ListenerSet, ListenerTls, ReferenceGrant,
};
pub use gateway_route::{
    FilterAction, GrpcMatch, GrpcRoute, HeaderModifier, HttpMatch, HttpRoute, ParentRef, PathMatchType,
    PathModifier, RequestRedirect, RouteBackendRef, RouteCommon, RouteFilter, RouteRule, ValueMatch,
};
pub use ingress::{
    Backend, BackendTarget, Ingress, IngressClass, IngressPath, IngressRule, IngressTls, PathType, PortRef,
};
pub use meta::{Annotation, Meta};
pub use objects::{ConfigMap, Namespace, Node, OtherObject, Secret};
pub use service::{LoadBalancerIngress, Protocol, Service, ServicePort, ServiceType, TrafficPolicy};
pub use workload::{Container, ContainerPort, Pod, PodPhase, PodSpec, Workload};

use crate::manifest::Manifest;
use crate::problem::Problem;

/// What the API server would hold, had all the manifests been created in an empty cluster, in the
/// order given. Objects that it would refuse are in the lists too, with `admitted: false`; look-ups
/// do not find them.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    /// Ingresses of all versions.
    pub ingresses: Vec<Ingress>,
    /// IngressClasses.
    pub ingress_classes: Vec<IngressClass>,
    /// Services.
    pub services: Vec<Service>,
    /// EndpointSlices and Endpoints.
    pub endpoints: Vec<EndpointSet>,
    /// Pods.
    pub pods: Vec<Pod>,
    /// Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs.
    pub workloads: Vec<Workload>,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Namespaces.
    pub namespaces: Vec<Namespace>,
    /// Secrets, without their values but for password files that only answer questions.
    pub secrets: Vec<Secret>,
    /// ConfigMaps.
    pub config_maps: Vec<ConfigMap>,
    /// GatewayClasses.
    pub gateway_classes: Vec<GatewayClass>,
    /// Gateways.
    pub gateways: Vec<Gateway>,
    /// ListenerSets.
    pub listener_sets: Vec<ListenerSet>,
    /// HTTPRoutes.
    pub http_routes: Vec<HttpRoute>,
    /// GRPCRoutes.
    pub grpc_routes: Vec<GrpcRoute>,
    /// ReferenceGrants.
    pub reference_grants: Vec<ReferenceGrant>,
    /// Objects of all other kinds.
    pub others: Vec<OtherObject>,
    /// What is wrong with the objects, in their order.
    pub problems: Vec<Problem>,
    index: index::Index,
}

impl Cluster {
    /// Reads the objects of a manifest. Never fails: what cannot be read is a problem.
    pub fn build(manifest: &Manifest) -> Cluster {
        let mut cluster = Cluster::default();
        read::objects(&mut cluster, manifest);
        cluster.allocate();
        cluster.default_class();
        cluster.index = index::Index::of(&cluster);
        cluster
    }

    /// Takes objects out of the lists, by their place in the reading.
    fn forget(&mut self, objects: &hashbrown::HashSet<usize>) {
        let keeps = |meta: &Meta| !objects.contains(&meta.index);
        self.ingresses.retain(|o| keeps(&o.meta));
        self.ingress_classes.retain(|o| keeps(&o.meta));
        self.services.retain(|o| keeps(&o.meta));
        self.endpoints.retain(|o| keeps(&o.meta));
        self.pods.retain(|o| keeps(&o.meta));
        self.workloads.retain(|o| keeps(&o.meta));
        self.nodes.retain(|o| keeps(&o.meta));
        self.namespaces.retain(|o| keeps(&o.meta));
        self.secrets.retain(|o| keeps(&o.meta));
        self.config_maps.retain(|o| keeps(&o.meta));
        self.gateway_classes.retain(|o| keeps(&o.meta));
        self.gateways.retain(|o| keeps(&o.meta));
        self.listener_sets.retain(|o| keeps(&o.meta));
        self.http_routes.retain(|o| keeps(&o.common.meta));
        self.grpc_routes.retain(|o| keeps(&o.common.meta));
        self.reference_grants.retain(|o| keeps(&o.meta));
        self.others.retain(|o| keeps(&o.meta));
    }
}
