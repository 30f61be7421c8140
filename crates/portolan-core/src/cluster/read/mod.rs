//! Objects of a manifest to typed objects: conversion, defaults, validation.
//!
//! An object is first held against its type's fields ([`schema`], [`shape`]), as the API server's
//! decoder does, then read leniently and validated by its kind's reader. Whatever the API server
//! would refuse the object for clears [`Cx::admitted`].

mod context;
mod convert;
mod edit;
mod endpoints;
mod gateway_api;
mod ingress;
mod ingress_class;
mod meta;
mod names;
mod objects;
mod schema;
mod service;
mod service_rules;
mod shape;
mod workload;

use super::{Cluster, OtherObject, codes};
use crate::manifest::{Manifest, Node, Object};
use crate::problem::{Problem, Severity};
use crate::span::Sources;
use context::MAX_PROBLEMS;
use context::{At, Cx};
use hashbrown::{HashMap, HashSet};
pub(super) use ingress::CLASS_ANNOTATION;
use meta::Identity;

const GATEWAY_V1: &str = "gateway.networking.k8s.io/v1";
const GATEWAY_BETA: &str = "gateway.networking.k8s.io/v1beta1";
/// Served no more; it differs from v1 in nothing that is read here.
const GATEWAY_ALPHA: &str = "gateway.networking.k8s.io/v1alpha2";

/// Reads all objects into their lists.
pub(super) fn objects(cluster: &mut Cluster, manifest: &Manifest) {
    let mut earlier: HashMap<Identity, Earlier> = HashMap::new();
    let mut replaced: HashSet<usize> = HashSet::new();
    for object in &manifest.objects {
        if object.root.is_null() {
            continue;
        }
        let (id, known) = match meta::identity(&object.root, &manifest.sources) {
            Ok(identity) => identity,
            Err(problem) => {
                if cluster.problems.len() < MAX_PROBLEMS {
                    cluster.problems.push(*problem);
                }
                continue;
            }
        };
        let admitted = one(cluster, object, id, known, &manifest.sources);
        if id.generated {
            continue;
        }
        let now = Earlier { object, admitted };
        // Versions of one kind are one object to the API server.
        let key = Identity {
            api_version: if known.is_some() {
                ""
            } else {
                id.api_version.split('/').next().unwrap_or_default()
            },
            namespace: if id.namespace.is_empty() { "default" } else { id.namespace },
            ..id
        };
        let Some(before) = earlier.get_mut(&key) else {
            earlier.insert(key, now);
            continue;
        };
        // An update that is refused leaves the object as it was.
        if admitted || !before.admitted {
            let (old, new) = (before.object, object);
            replaced.insert(old.index);
            let mut cx = Cx::new((id.kind, id.namespace, id.name), &manifest.sources, &mut cluster.problems);
            cx.warn(
                codes::REPLACED,
                &At::ROOT,
                place(old),
                format_args!("a later {} of this name replaces this one", id.kind),
            )
            .help("`kubectl apply` keeps the later one; rename one of them, or delete one")
            .related(place(new), "the later one");
            *before = now;
        }
    }
    if !replaced.is_empty() {
        cluster.forget(&replaced);
    }
}

/// An object of the same identity that came before.
struct Earlier<'a> {
    object: &'a Object,
    admitted: bool,
}

/// Where an object's name stands.
fn place(object: &Object) -> crate::span::Span {
    let name = object.root.get("metadata").and_then(|m| m.get("name"));
    name.map_or(object.root.span, |n| n.span)
}

/// Reads one object into its list; whether the API server would take it.
fn one(cluster: &mut Cluster, object: &Object, id: Identity, known: Option<Kind>, sources: &Sources) -> bool {
    let root = &object.root;
    let meta = meta::read(object, id);
    let mut cx = Cx::new((id.kind, id.namespace, id.name), sources, &mut cluster.problems);
    let cx = &mut cx;
    let Some(kind) = known else {
        no_such_kind(root, id, cx);
        shape::check_metadata(root, cx);
        let admitted = cx.admitted;
        cluster.others.push(OtherObject { meta });
        return admitted;
    };
    if kind.is_gateway_api() {
        shape::check_metadata(root, cx);
    } else {
        old_version(root, id, cx);
        shape::check(root, schema::of(id.api_version, id.kind), cx);
    }
    meta::check(root, kind, id, cx);
    // None of these readers is inlined: the page fetches those first that it needs first.
    match kind {
        Kind::Ingress => cluster.ingresses.push(ingress::ingress(root, meta, cx)),
        Kind::IngressClass => cluster.ingress_classes.push(ingress_class::class(root, meta, cx)),
        Kind::Service => cluster.services.push(service::service(root, meta, cx)),
        Kind::EndpointSlice => cluster.endpoints.push(endpoints::slice(root, meta, cx)),
        Kind::Endpoints => cluster.endpoints.push(endpoints::endpoints(root, meta, cx)),
        Kind::Pod => cluster.pods.push(workload::pod(root, meta, cx)),
        Kind::Workload => cluster.workloads.push(workload::workload(root, meta, cx)),
        Kind::Node => cluster.nodes.push(objects::node(root, meta, cx)),
        Kind::Namespace => cluster.namespaces.push(objects::namespace(meta, cx)),
        Kind::Secret => cluster.secrets.push(objects::secret(root, meta, cx)),
        Kind::ConfigMap => cluster.config_maps.push(objects::config_map(root, meta, cx)),
        Kind::GatewayClass => cluster.gateway_classes.push(gateway_api::class(root, meta, At::ROOT, cx)),
        Kind::Gateway => cluster.gateways.push(gateway_api::gateway(root, meta, At::ROOT, cx)),
        Kind::ListenerSet => {
            cluster.listener_sets.push(gateway_api::listener_set(root, meta, At::ROOT, cx));
        }
        Kind::HttpRoute => cluster.http_routes.push(gateway_api::http_route(root, meta, At::ROOT, cx)),
        Kind::GrpcRoute => cluster.grpc_routes.push(gateway_api::grpc_route(root, meta, At::ROOT, cx)),
        Kind::ReferenceGrant => cluster.reference_grants.push(gateway_api::grant(root, meta, At::ROOT, cx)),
    }
    cx.admitted
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
    ListenerSet,
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
            (GATEWAY_V1 | GATEWAY_BETA | GATEWAY_ALPHA, "GatewayClass") => Kind::GatewayClass,
            (GATEWAY_V1 | GATEWAY_BETA | GATEWAY_ALPHA, "Gateway") => Kind::Gateway,
            (GATEWAY_V1, "ListenerSet") | ("gateway.networking.x-k8s.io/v1alpha1", "XListenerSet") => {
                Kind::ListenerSet
            }
            (GATEWAY_V1 | GATEWAY_BETA | GATEWAY_ALPHA, "HTTPRoute") => Kind::HttpRoute,
            (GATEWAY_V1 | GATEWAY_ALPHA, "GRPCRoute") => Kind::GrpcRoute,
            (GATEWAY_V1 | GATEWAY_BETA | GATEWAY_ALPHA, "ReferenceGrant") => Kind::ReferenceGrant,
            _ => return None,
        })
    }

    /// The version in which Kubernetes has this kind today.
    fn newest_version(kind: &str) -> Option<&'static str> {
        Some(match kind {
            "Ingress" | "IngressClass" => "networking.k8s.io/v1",
            "EndpointSlice" => "discovery.k8s.io/v1",
            "Service" | "Endpoints" | "Pod" | "Node" | "Namespace" | "Secret" | "ConfigMap" => "v1",
            "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" => "apps/v1",
            "Job" | "CronJob" => "batch/v1",
            _ => return None,
        })
    }

    /// Whether objects of this kind live in a namespace.
    fn namespaced(self) -> bool {
        !matches!(self, Kind::IngressClass | Kind::Node | Kind::Namespace | Kind::GatewayClass)
    }

    /// Whether a custom resource definition describes this kind, and not Kubernetes itself.
    fn is_gateway_api(self) -> bool {
        use Kind::{Gateway, GatewayClass, GrpcRoute, HttpRoute, ListenerSet, ReferenceGrant};
        matches!(self, GatewayClass | Gateway | ListenerSet | HttpRoute | GrpcRoute | ReferenceGrant)
    }
}

/// A kind of Kubernetes' own in a version that does not have it. Groups with a domain of their own
/// may well have a kind of that name: Knative has a Service.
#[inline(never)]
fn no_such_kind(root: &Node, id: Identity, cx: &mut Cx) {
    let Some(newest) = Kind::newest_version(id.kind) else { return };
    let group = id.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    let own = !group.contains('.') || matches!(group, "networking.k8s.io" | "discovery.k8s.io");
    if !own {
        return;
    }
    let span = root.get("apiVersion").map_or(root.span, |n| n.span);
    let edits = cx.replace(span, newest);
    cx.reject(
        codes::NO_SUCH_KIND,
        &At::ROOT.field("apiVersion"),
        span,
        format_args!("`{}` has no kind {}", context::Clip(id.api_version), id.kind),
    )
    .help(format!("{} is in `{newest}`", id.kind))
    .fix(format!("Write `{newest}`"), edits);
}

/// Says that a version is gone from Kubernetes, and how to leave it.
fn old_version(root: &Node, id: Identity, cx: &mut Cx) {
    let Some(newest) = Kind::newest_version(id.kind) else { return };
    if id.api_version == newest {
        return;
    }
    let removed = match id.kind {
        "Ingress" | "IngressClass" => "1.22",
        "EndpointSlice" | "CronJob" => "1.25",
        _ => "1.16",
    };
    let span = root.get("apiVersion").map_or(root.span, |n| n.span);
    let edits = match id.kind {
        "Ingress" => convert::ingress(root, cx),
        "IngressClass" | "CronJob" => cx.replace(span, newest),
        // The selector was optional, and `topology` became other fields.
        "EndpointSlice" => {
            let plain = context::items(root, "endpoints").iter().all(|e| e.get("topology").is_none());
            if plain { cx.replace(span, newest) } else { None }
        }
        _ => root.get("spec").and_then(|s| s.get("selector")).and_then(|_| cx.replace(span, newest)),
    };
    let message = format_args!(
        "{} of {} was removed in Kubernetes {removed}; read as {newest}",
        id.api_version, id.kind
    );
    cx.warn(codes::OLD_VERSION, &At::ROOT.field("apiVersion"), span, message)
        .help("API servers of today refuse it")
        .fix(format!("Convert it to {newest}"), edits);
}

/// Notes about objects that are read already.
pub(super) fn push(problems: &mut Vec<Problem>, problem: Problem) {
    if problems.len() < MAX_PROBLEMS {
        problems.push(problem);
    }
}

/// An error about an object that is read already.
pub(super) fn error(code: crate::problem::Code, span: crate::span::Span, message: String) -> Problem {
    Problem::new(code, Severity::Error, span, message)
}
