//! Every reference of an Ingress or route to a Service.

use crate::cluster::{
    Backend, BackendTarget, Cluster, FilterAction, GrpcRoute, HttpRoute, Ingress, Meta, PortRef,
    RouteBackendRef, RouteCommon, RouteFilter, RouteRule,
};
use crate::span::Spanned;

/// One reference.
#[derive(Debug, Clone)]
pub(in crate::lint) struct Reference<'c> {
    /// The object that refers.
    pub meta: &'c Meta,
    /// The namespace of the Service.
    pub namespace: &'c str,
    /// Its name.
    pub name: &'c Spanned<String>,
    /// Its port, where one is given.
    pub port: Option<Spanned<PortRef>>,
    place: Place,
}

/// Where a reference stands in its object.
#[derive(Debug, Clone, Copy)]
enum Place {
    Path(usize, usize),
    DefaultBackend,
    BackendRef(usize, usize),
    RuleFilter(usize, usize),
    BackendFilter(usize, usize, usize),
}

impl Reference<'_> {
    /// Whether an Ingress refers.
    pub fn is_ingress(&self) -> bool {
        matches!(self.place, Place::Path(..) | Place::DefaultBackend)
    }

    /// The field of the object's API that refers: `spec.defaultBackend`.
    pub fn field(&self) -> String {
        match self.place {
            Place::Path(rule, path) => format!("spec.rules[{rule}].http.paths[{path}].backend"),
            Place::DefaultBackend => "spec.defaultBackend".to_owned(),
            Place::BackendRef(rule, backend) => format!("spec.rules[{rule}].backendRefs[{backend}]"),
            Place::RuleFilter(rule, filter) => {
                format!("spec.rules[{rule}].filters[{filter}].requestMirror.backendRef")
            }
            Place::BackendFilter(rule, backend, filter) => {
                format!(
                    "spec.rules[{rule}].backendRefs[{backend}].filters[{filter}].requestMirror.backendRef"
                )
            }
        }
    }
}

/// Calls `f` with every reference to a Service, in the order of the lists.
pub(in crate::lint) fn each<'c>(cluster: &'c Cluster, f: &mut dyn FnMut(Reference<'c>)) {
    for ingress in &cluster.ingresses {
        of_ingress(ingress, f);
    }
    for HttpRoute { common, rules } in &cluster.http_routes {
        of_route(common, rules, f);
    }
    for GrpcRoute { common, rules } in &cluster.grpc_routes {
        of_route(common, rules, f);
    }
}

fn of_ingress<'c>(ingress: &'c Ingress, f: &mut dyn FnMut(Reference<'c>)) {
    let mut see = |backend: &'c Backend, place| {
        if let BackendTarget::Service { name, port } = &backend.target {
            let meta = &ingress.meta;
            f(Reference { meta, namespace: &meta.namespace, name, port: Some(port.clone()), place });
        }
    };
    for (r, rule) in ingress.rules.iter().enumerate() {
        for (p, path) in rule.paths.iter().flatten().enumerate() {
            see(&path.backend, Place::Path(r, p));
        }
    }
    if let Some(backend) = &ingress.default_backend {
        see(backend, Place::DefaultBackend);
    }
}

fn of_route<'c, M>(common: &'c RouteCommon, rules: &'c [RouteRule<M>], f: &mut dyn FnMut(Reference<'c>)) {
    for (r, rule) in rules.iter().enumerate() {
        of_rule(&common.meta, r, &rule.backend_refs, &rule.filters, f);
    }
}

fn of_rule<'c>(
    meta: &'c Meta,
    r: usize,
    backends: &'c [RouteBackendRef],
    filters: &'c [RouteFilter],
    f: &mut dyn FnMut(Reference<'c>),
) {
    let mut see = |to: &'c RouteBackendRef, place| {
        if to.group.is_empty() && to.kind == "Service" {
            f(Reference {
                meta,
                namespace: to.namespace.as_deref().unwrap_or(&meta.namespace),
                name: &to.name,
                port: to.port.as_ref().map(|p| Spanned::new(PortRef::Number(p.value), p.span)),
                place,
            });
        }
    };
    for (b, backend) in backends.iter().enumerate() {
        see(backend, Place::BackendRef(r, b));
        for (i, filter) in backend.filters.iter().enumerate() {
            if let FilterAction::Mirror(Some(to)) = &filter.action {
                see(to, Place::BackendFilter(r, b, i));
            }
        }
    }
    for (i, filter) in filters.iter().enumerate() {
        if let FilterAction::Mirror(Some(to)) = &filter.action {
            see(to, Place::RuleFilter(r, i));
        }
    }
}
