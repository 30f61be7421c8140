//! The Gateway API's own text, and one implementation of it.
//!
//! Sources: the doc comments and validation markers of kubernetes-sigs/gateway-api
//! `apis/v1/{gateway,httproute,grpcroute,shared,referencegrant}_types.go` at 4564255ac2 (about v1.6),
//! and its conformance tests `conformance/tests/httproute-*.{go,yaml}`.
//!
//! Said by them, and certain here: attachment (parentRefs, sectionName, port, allowedRoutes), the
//! intersection of hostnames, precedence (host, Exact, longest prefix, method, headers, query
//! parameters, age, name, order), filters of the core, ReferenceGrants, weights, 404 for what no
//! rule matches and 500 for what has no usable backend.
//!
//! Left open by them, and said to be open: regular expressions, repeated query parameters, paths
//! that proxies normalise, a Service without endpoints (should be 503), Services of type
//! ExternalName, Extended features. HTTP listeners are isolated here, and misdirected requests on
//! HTTPS listeners get 421, as the Extended conformance tests ask for.
//!
//! With `implementation=traefik` the answers are those of Traefik 3.7's provider kubernetesGateway
//! (traefik/traefik `pkg/provider/kubernetes/gateway/httproute.go`), as observed on 3.7.15; see
//! `traefik`.

mod action;
mod attach;
mod backend;
mod doubt;
mod filter;
mod grant;
mod guard;
mod hostname;
mod listener;
mod matches;
mod order;
mod regex;
mod table;
mod traefik;

use super::{Compiled, Controller, LeftOut, Setting, Settings};
use crate::cluster::Cluster;

const SETTINGS: &[Setting] = &[
    Setting::new(
        "implementation",
        "Answer as this implementation does, where it differs from the API: traefik.",
        "",
    )
    .one_of(&["traefik"]),
    Setting::new(
        "gateway",
        "Requests go to this Gateway only, namespace/name. To all of them where left out.",
        "",
    ),
    Setting::new("gatewayClassName", "Only Gateways of this class. All of them where left out.", ""),
];

pub(super) const CONTROLLER: Controller = Controller {
    name: "gateway-api",
    title: "Gateway API",
    about: "What the Gateway API itself promises. Where it leaves the choice to the implementation, the answer says so.",
    idle_settings: || &[],
    settings: || SETTINGS,
    compile,
    left_out,
    view: None,
};

/// The `controllerName` that Traefik answers to.
const TRAEFIK_CONTROLLER: &str = "traefik.io/gateway-controller";

/// Whose answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Implementation {
    /// The API's own text.
    Text,
    /// Traefik's provider kubernetesGateway.
    Traefik,
}

fn implementation(settings: &Settings) -> Implementation {
    match settings.get("implementation") {
        Some(name) if name.eq_ignore_ascii_case("traefik") => Implementation::Traefik,
        _ => Implementation::Text,
    }
}

fn left_out(cluster: &Cluster, settings: &Settings) -> Vec<LeftOut> {
    table::left_out(cluster, settings, implementation(settings))
}

fn compile(cluster: &Cluster, settings: &Settings) -> Compiled {
    let implementation = implementation(settings);
    Compiled { table: table::compile(cluster, settings, implementation), problems: Vec::new(), version: None }
}
