//! Objects of a manifest to typed objects: conversion, defaults, validation.

mod context;
mod endpoints;
mod gateway_api;
mod ingress;
mod meta;
mod objects;
mod service;
mod workload;

use super::{Cluster, OtherObject};
use crate::manifest::Object;
use crate::problem::{Code, Problem, Severity};
use context::{At, Cx};

/// `apiVersion`, `kind` or `metadata.name` is missing.
const INCOMPLETE: Code = Code("PT0201");

const GATEWAY_V1: &str = "gateway.networking.k8s.io/v1";
const GATEWAY_BETA: &str = "gateway.networking.k8s.io/v1beta1";

/// Reads one object into its list.
pub(super) fn object(cluster: &mut Cluster, object: &Object) {
    let root = &object.root;
    if root.is_null() {
        return;
    }
    let word = |key: &str| root.get(key).and_then(|n| n.as_str()).filter(|s| !s.is_empty());
    let (Some(api_version), Some(kind)) = (word("apiVersion"), word("kind")) else {
        let missing = if word("kind").is_none() { "kind" } else { "apiVersion" };
        cluster.problems.push(
            Problem::new(INCOMPLETE, Severity::Error, root.span, format!("this object has no `{missing}`"))
                .help("every Kubernetes object starts with `apiVersion` and `kind`"),
        );
        return;
    };
    let known = Kind::of(api_version, kind);
    let Some(meta) = meta::read(object, api_version, kind, known, &mut cluster.problems) else { return };
    let namespace = match root.get("metadata").and_then(|m| m.get("namespace")).and_then(|n| n.as_str()) {
        _ if meta.namespace.is_empty() => "",
        Some(namespace) if !namespace.is_empty() => namespace,
        _ => "default",
    };
    let name = root.get("metadata").and_then(|m| m.get("name")).and_then(|n| n.as_str()).unwrap_or_default();
    let mut cx = Cx::new(kind, namespace, name, &mut cluster.problems);
    let at = At::ROOT;
    match known {
        Some(Kind::Ingress) => {
            let ingress = ingress::ingress(root, meta, at, &mut cx);
            cluster.ingresses.push(ingress);
        }
        Some(Kind::IngressClass) => cluster.ingress_classes.push(ingress::class(root, meta, at, &mut cx)),
        Some(Kind::Service) => cluster.services.push(service::service(root, meta, at, &mut cx)),
        Some(Kind::EndpointSlice) => cluster.endpoints.push(endpoints::slice(root, meta, at, &mut cx)),
        Some(Kind::Endpoints) => cluster.endpoints.push(endpoints::endpoints(root, meta, at, &mut cx)),
        Some(Kind::Pod) => cluster.pods.push(workload::pod(root, meta, at, &mut cx)),
        Some(Kind::Workload) => cluster.workloads.push(workload::workload(root, meta, at, &mut cx)),
        Some(Kind::Node) => cluster.nodes.push(objects::node(root, meta, at, &mut cx)),
        Some(Kind::Namespace) => cluster.namespaces.push(objects::namespace(meta, &mut cx)),
        Some(Kind::Secret) => cluster.secrets.push(objects::secret(root, meta, at, &mut cx)),
        Some(Kind::ConfigMap) => cluster.config_maps.push(objects::config_map(root, meta, at, &mut cx)),
        Some(Kind::GatewayClass) => cluster.gateway_classes.push(gateway_api::class(root, meta, at, &mut cx)),
        Some(Kind::Gateway) => cluster.gateways.push(gateway_api::gateway(root, meta, at, &mut cx)),
        Some(Kind::HttpRoute) => cluster.http_routes.push(gateway_api::http_route(root, meta, at, &mut cx)),
        Some(Kind::GrpcRoute) => cluster.grpc_routes.push(gateway_api::grpc_route(root, meta, at, &mut cx)),
        Some(Kind::ReferenceGrant) => {
            cluster.reference_grants.push(gateway_api::grant(root, meta, at, &mut cx))
        }
        None => cluster.others.push(OtherObject { meta }),
    }
}

/// The kinds that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ingress,
    IngressClass,
    Service,
    EndpointSlice,
    Endpoints,
    Pod,
    Workload,
    Node,
    Namespace,
    Secret,
    ConfigMap,
    GatewayClass,
    Gateway,
    HttpRoute,
    GrpcRoute,
    ReferenceGrant,
}

impl Kind {
    /// The kind, if this API version has it.
    fn of(api_version: &str, kind: &str) -> Option<Kind> {
        Some(match (api_version, kind) {
            ("networking.k8s.io/v1" | "networking.k8s.io/v1beta1" | "extensions/v1beta1", "Ingress") => {
                Kind::Ingress
            }
            ("networking.k8s.io/v1" | "networking.k8s.io/v1beta1", "IngressClass") => Kind::IngressClass,
            ("v1", "Service") => Kind::Service,
            ("discovery.k8s.io/v1" | "discovery.k8s.io/v1beta1", "EndpointSlice") => Kind::EndpointSlice,
            ("v1", "Endpoints") => Kind::Endpoints,
            ("v1", "Pod") => Kind::Pod,
            ("v1", "Node") => Kind::Node,
            ("v1", "Namespace") => Kind::Namespace,
            ("v1", "Secret") => Kind::Secret,
            ("v1", "ConfigMap") => Kind::ConfigMap,
            ("apps/v1" | "apps/v1beta2", "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet")
            | ("apps/v1beta1", "Deployment" | "StatefulSet")
            | ("extensions/v1beta1", "Deployment" | "ReplicaSet" | "DaemonSet")
            | ("batch/v1", "Job" | "CronJob")
            | ("batch/v1beta1", "CronJob") => Kind::Workload,
            (GATEWAY_V1 | GATEWAY_BETA, "GatewayClass") => Kind::GatewayClass,
            (GATEWAY_V1 | GATEWAY_BETA, "Gateway") => Kind::Gateway,
            (GATEWAY_V1 | GATEWAY_BETA, "HTTPRoute") => Kind::HttpRoute,
            (GATEWAY_V1, "GRPCRoute") => Kind::GrpcRoute,
            (GATEWAY_V1 | GATEWAY_BETA, "ReferenceGrant") => Kind::ReferenceGrant,
            _ => return None,
        })
    }

    /// Whether objects of this kind live in a namespace.
    fn namespaced(self) -> bool {
        !matches!(self, Kind::IngressClass | Kind::Node | Kind::Namespace | Kind::GatewayClass)
    }
}
