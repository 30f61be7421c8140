//! The Kubernetes API's own words, taken as if they were a controller.
//!
//! Sources: the doc comments of `IngressSpec`, `IngressRule`, `HTTPIngressPath` and `PathType` in
//! kubernetes/kubernetes `staging/src/k8s.io/api/networking/v1/types.go`; the tables of path types
//! and of host names in kubernetes/website
//! `content/en/docs/concepts/services-networking/ingress.md`; and the features of
//! kubernetes-sigs/ingress-controller-conformance.
//!
//! Said by them, and certain here: hosts compare without port and without case; `*.` stands for
//! exactly one label; `Exact` compares bytes, `Prefix` compares elements; the longest path wins and
//! `Exact` goes before `Prefix`; what no rule matches goes to `spec.defaultBackend`, else to the
//! controller's own not-found answer, which the conformance features expect to be 404.
//!
//! Left open by them, and said to be open: `ImplementationSpecific` (read as `Prefix` here), which
//! of several matching hosts answers (the most specific one here, as most controllers do), the same
//! path twice, paths that proxies normalise, and what a Service without endpoints answers.

use super::backends::Backends;
use super::{Compiled, Controller, Grounds, LeftOut, Setting, Settings};
use crate::cluster::{
    Backend as IngressBackend, BackendState, BackendTarget, Cluster, Ingress, Knowledge, PathType, PortRef,
    Service, ServiceEndpoints,
};
use crate::routing::{
    Action, Backend, BackendId, Cause, Certainty, Doubts, Dropped, Fallback, Forward, HostId, HostPattern,
    HostPolicy, OpenHosts, Origin, PathMatcher, Readiness, Reading, Respond, Rewrite, Route, RouteTable,
    Step, VirtualHost, Weighted,
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

const SETTINGS: &[Setting] =
    &[Setting::new("ingressClassName", "Only Ingresses of this class. All of them where left out.", "")];

pub(super) const CONTROLLER: Controller = Controller {
    name: "kubernetes",
    title: "Kubernetes API",
    about: "What the Ingress API itself promises. Where it leaves the choice to the controller, the answer says so.",
    idle_settings: || &[],
    settings: || SETTINGS,
    compile,
    left_out,
    view: None,
};

fn compile(cluster: &Cluster, settings: &Settings) -> Compiled {
    let mut compiler = Compiler::new(cluster, settings);
    for ingress in &cluster.ingresses {
        compiler.add(ingress);
    }
    Compiled { table: compiler.finish(), problems: Vec::new(), version: None }
}

fn left_out(cluster: &Cluster, settings: &Settings) -> Vec<LeftOut> {
    let compiler = Compiler::new(cluster, settings);
    let reason = |i: &Ingress| {
        let cause = if i.admitted { Grounds::Class } else { Grounds::Fault };
        Some(LeftOut::ingress(i, compiler.why_left_out(i)?, cause))
    };
    cluster.ingresses.iter().filter_map(reason).collect()
}

/// A route before its place in the order is known.
struct Draft {
    pattern: HostPattern,
    /// Characters of the path as declared; the trailing slash counts.
    length: usize,
    exact: bool,
    route: Route,
}

struct Compiler<'c> {
    cluster: &'c Cluster,
    class: Option<&'c str>,
    drafts: Vec<Draft>,
    backends: Backends,
    dropped: Vec<Dropped>,
}

impl<'c> Compiler<'c> {
    fn new(cluster: &'c Cluster, settings: &'c Settings) -> Self {
        Self {
            cluster,
            class: settings.get("ingressClassName"),
            drafts: Vec::new(),
            backends: Backends::default(),
            dropped: Vec::new(),
        }
    }

    fn add(&mut self, ingress: &Ingress) {
        let object: Arc<str> = ingress.meta.title().into();
        let left_out = self.why_left_out(ingress);
        for (r, rule) in ingress.rules.iter().enumerate() {
            for (p, path) in rule.paths.iter().flatten().enumerate() {
                let text = path.path.as_ref().map_or("", |p| p.value.as_str());
                let path_type = path.path_type.value;
                let origin = Origin {
                    object: object.clone(),
                    field: format!("spec.rules[{r}].http.paths[{p}]"),
                    span: Some(path.span),
                    note: None,
                };
                let rule_text = rule_text(path_type, text);
                if let Some(reason) = &left_out {
                    let host = rule.host.as_ref().map(|h| h.value.clone());
                    self.dropped.push(Dropped {
                        rule: rule_text,
                        host,
                        origin,
                        reason: reason.clone(),
                        cause: Cause::Object,
                    });
                    continue;
                }
                let (action, backend_certainty) = self.action(ingress, &path.backend);
                let certainty = path_type_certainty(path_type).and(backend_certainty);
                self.drafts.push(Draft {
                    pattern: host_pattern(rule.host.as_ref().map_or("", |h| h.value.as_str())),
                    length: text.chars().count(),
                    exact: path_type == PathType::Exact,
                    route: Route {
                        host: HostId(0),
                        path: matcher(path_type, text),
                        conditions: Vec::new(),
                        rank: 0,
                        priority: None,
                        last_resort: false,
                        steps: vec![Step::always(action)],
                        rule: rule_text,
                        origin,
                        certainty,
                    },
                });
            }
        }
        if let Some(backend) = &ingress.default_backend {
            self.add_default_backend(ingress, object, backend, left_out);
        }
    }

    fn add_default_backend(
        &mut self,
        ingress: &Ingress,
        object: Arc<str>,
        backend: &IngressBackend,
        left_out: Option<String>,
    ) {
        let origin =
            Origin { object, field: "spec.defaultBackend".to_owned(), span: Some(backend.span), note: None };
        let rule = "default backend".to_owned();
        if let Some(reason) = left_out {
            self.dropped.push(Dropped { rule, host: None, origin, reason, cause: Cause::Object });
            return;
        }
        let (action, certainty) = self.action(ingress, backend);
        self.drafts.push(Draft {
            pattern: HostPattern::Any,
            length: 0,
            exact: false,
            route: Route {
                host: HostId(0),
                path: PathMatcher::Any,
                conditions: Vec::new(),
                rank: 0,
                priority: None,
                last_resort: true,
                steps: vec![Step::always(action)],
                rule,
                origin,
                certainty,
            },
        });
    }

    /// Why an Ingress makes no routes, if it makes none.
    fn why_left_out(&self, ingress: &Ingress) -> Option<String> {
        if !ingress.admitted {
            return Some(
                "the API server refuses this Ingress, so it does not exist in the cluster".to_owned(),
            );
        }
        let named = ingress.class_name.as_ref().map(|c| c.value.as_str());
        let by_annotation =
            ingress.meta.annotation("kubernetes.io/ingress.class").map(|a| a.value.value.as_str());
        let class = named.or(by_annotation).or(ingress.class_defaulted.as_deref());
        if let Some(wanted) = self.class {
            return match class {
                Some(class) if class == wanted => None,
                Some(class) => Some(format!("its class is {class}, not {wanted}")),
                None => Some(format!("it has no class, and only class {wanted} was asked for")),
            };
        }
        let classes = &self.cluster.ingress_classes;
        match named {
            Some(class) if !classes.is_empty() && !classes.iter().any(|c| c.meta.name.value == class) => {
                Some(format!("no IngressClass is named {class}, so no controller serves it"))
            }
            _ => None,
        }
    }

    fn action(&mut self, ingress: &Ingress, backend: &IngressBackend) -> (Action, Certainty) {
        let namespace = ingress.meta.namespace.as_str();
        let unavailable = |why: String| {
            let open = "the API does not say what a controller answers here; most answer 503";
            (Action::Respond(Respond { status: 503, why }), Certainty::Likely(open.to_owned()))
        };
        let (name, port) = match &backend.target {
            BackendTarget::Service { name, port } => (name.value.as_str(), &port.value),
            BackendTarget::Resource { kind, name, .. } => {
                let why = format!("the backend is {kind} {}, not a Service", name.value);
                let open = "what a resource backend answers is the controller's affair";
                return (
                    Action::Respond(Respond { status: 503, why }),
                    Certainty::Unknowable(open.to_owned()),
                );
            }
            BackendTarget::Unreadable => return unavailable("the backend cannot be read".to_owned()),
        };
        match self.cluster.backend(namespace, backend) {
            BackendState::Resolved { service, port, endpoints } => {
                let (readiness, certainty) = readiness(self.cluster, service, &endpoints);
                if readiness == Readiness::None {
                    return unavailable(format!("Service {namespace}/{name} has no ready endpoint"));
                }
                let id = self.backends.id(Backend {
                    service: service.meta.full_name(),
                    port: Some(port.port.value),
                    readiness,
                    by_address: false,
                    span: Some(service.meta.span),
                });
                (forward(id), certainty)
            }
            BackendState::NoService { refused: None } if self.cluster.services.is_empty() => {
                let number = match port {
                    PortRef::Number(n) => Some(*n),
                    PortRef::Name(_) => None,
                };
                let id = self.backends.id(Backend {
                    service: format!("{namespace}/{name}"),
                    port: number,
                    readiness: Readiness::Assumed,
                    by_address: false,
                    span: None,
                });
                let open = "no Service is in the manifests; this one is assumed to exist and to be ready";
                (forward(id), Certainty::Likely(open.to_owned()))
            }
            BackendState::NoService { refused: None } => {
                unavailable(format!("there is no Service {namespace}/{name}"))
            }
            BackendState::NoService { refused: Some(_) } => {
                unavailable(format!("the API server refuses Service {namespace}/{name}, so it is not there"))
            }
            BackendState::NoPort { .. } => {
                unavailable(format!("Service {namespace}/{name} has no port {port}"))
            }
            BackendState::Resource | BackendState::Unreadable => {
                unavailable("the backend is no Service".to_owned())
            }
        }
    }

    fn finish(mut self) -> RouteTable {
        let mut patterns: Vec<&HostPattern> = self.drafts.iter().map(|d| &d.pattern).collect();
        patterns.sort_by(|a, b| host_key(a).cmp(&host_key(b)));
        patterns.dedup();
        let hosts: Vec<_> = patterns.into_iter().map(|p| VirtualHost::new(p.clone())).collect();
        let ids: HashMap<&HostPattern, HostId> =
            (0u32..).zip(&hosts).map(|(id, h)| (&h.pattern, HostId(id))).collect();
        for draft in &mut self.drafts {
            if let Some(&id) = ids.get(&draft.pattern) {
                draft.route.host = id;
            }
        }
        // The best first: the more specific host, the longer path, Exact before Prefix. Only the
        // same matcher on the same host is a tie. The sort is stable: the order of the manifests
        // stays visible in the table.
        self.drafts.sort_by(|a, b| order_key(a).cmp(&order_key(b)));
        let mut rank = 0;
        let mut routes: Vec<Route> = Vec::with_capacity(self.drafts.len());
        let mut drafts = self.drafts.into_iter().peekable();
        while let Some(mut draft) = drafts.next() {
            draft.route.rank = rank;
            if drafts.peek().is_some_and(|next| order_key(next) != order_key(&draft)) {
                rank += 1;
            }
            routes.push(draft.route);
        }
        let mut open_hosts: Vec<HostId> = routes
            .iter()
            .filter(|r| r.rule.starts_with(PathType::ImplementationSpecific.as_str()))
            .map(|r| r.host)
            .collect();
        open_hosts.sort_unstable();
        open_hosts.dedup();
        RouteTable {
            controller: CONTROLLER.name,
            reading: Reading::AsSent,
            host_policy: HostPolicy::FallThrough,
            hosts,
            routes,
            backends: self.backends.into_list(),
            fallback: Fallback {
                status: 404,
                why: "no rule matches and no default backend is set".to_owned(),
                certainty: Certainty::Certain,
            },
            dropped: self.dropped,
            doubts: Doubts {
                hosts: Some(
                    "the API does not say which one answers when rules for several hosts match a request"
                        .to_owned(),
                ),
                path: Some(
                    "the API does not say whether a path is normalised before it is matched".to_owned(),
                ),
                ties: Some("the API does not say which of several equal rules wins".to_owned()),
                unmatched: (!open_hosts.is_empty()).then(|| OpenHosts {
                    hosts: open_hosts,
                    reason:
                        "read as Prefix, no path matches; but a path of this host is ImplementationSpecific, \
                             and the controller may read it in another way"
                            .to_owned(),
                }),
            },
            precedence,
        }
    }
}

/// What is known of the endpoints, and how sure it is that requests reach one.
pub(super) fn readiness(
    cluster: &Cluster,
    service: &Service,
    endpoints: &ServiceEndpoints,
) -> (Readiness, Certainty) {
    match endpoints.knowledge {
        Knowledge::Assumed | Knowledge::External => (Readiness::Assumed, Certainty::Certain),
        // Pods of other Services say little about this one, unless some were clearly meant for it.
        Knowledge::NoMatch if cluster.near_miss(service).is_some_and(|n| n.matches_own_labels) => {
            (Readiness::None, Certainty::Certain)
        }
        Knowledge::NoMatch => {
            let open = format!(
                "no pod in the manifests has the labels that Service {} selects; some are assumed to exist",
                service.meta.full_name()
            );
            (Readiness::Assumed, Certainty::Likely(open))
        }
        Knowledge::Known | Knowledge::FromPods | Knowledge::FromWorkload => {
            let able = endpoints.targets.iter().filter(|t| t.ready || (t.serves() && t.terminating)).count();
            match able + endpoints.omitted {
                0 => (Readiness::None, Certainty::Certain),
                n => (Readiness::Ready(u32::try_from(n).unwrap_or(u32::MAX)), Certainty::Certain),
            }
        }
    }
}

fn forward(backend: BackendId) -> Action {
    Action::Forward(Forward {
        backends: vec![Weighted { backend, weight: 1 }],
        path: Rewrite::Keep,
        host: None,
    })
}

fn host_pattern(host: &str) -> HostPattern {
    match host.strip_prefix('*') {
        _ if host.is_empty() => HostPattern::Any,
        Some(suffix) => HostPattern::OneLabel(suffix.to_ascii_lowercase()),
        None => HostPattern::Exact(host.to_ascii_lowercase()),
    }
}

fn matcher(path_type: PathType, path: &str) -> PathMatcher {
    match path_type {
        PathType::Exact => PathMatcher::Exact(path.to_owned()),
        PathType::Prefix | PathType::ImplementationSpecific => PathMatcher::element_prefix(path),
    }
}

fn rule_text(path_type: PathType, path: &str) -> String {
    let mut text = String::with_capacity(path_type.as_str().len() + 1 + path.len());
    text.push_str(path_type.as_str());
    if !path.is_empty() {
        text.push(' ');
        text.push_str(path);
    }
    text
}

fn path_type_certainty(path_type: PathType) -> Certainty {
    match path_type {
        PathType::Exact | PathType::Prefix => Certainty::Certain,
        PathType::ImplementationSpecific => Certainty::Likely(
            "ImplementationSpecific means what the controller makes of it; read here as Prefix".to_owned(),
        ),
    }
}

/// Exact hosts, then wildcards, then every host; alphabetically among themselves.
fn host_key(pattern: &HostPattern) -> (u8, &str) {
    match pattern {
        HostPattern::Exact(h) => (0, h),
        HostPattern::OneLabel(s)
        | HostPattern::FirstLabel(s)
        | HostPattern::ManyLabels(s)
        | HostPattern::WordLabel(s)
        | HostPattern::Start(s) => (1, s),
        HostPattern::Regex(p) => (1, p.as_str()),
        HostPattern::Any => (2, ""),
    }
}

type OrderKey<'d> = (bool, HostId, Reverse<usize>, bool, &'d str);

fn order_key(draft: &Draft) -> OrderKey<'_> {
    let path = match &draft.route.path {
        PathMatcher::Exact(p) | PathMatcher::ElementPrefix(p) | PathMatcher::StringPrefix(p) => p.as_str(),
        PathMatcher::Regex(pattern) => pattern.as_str(),
        PathMatcher::Any => "",
    };
    (draft.route.last_resort, draft.route.host, Reverse(draft.length), !draft.exact, path)
}

fn precedence(winner: &Route, loser: &Route, table: &RouteTable) -> String {
    let host = |r: &Route| table.host(r.host).map(|h| h.pattern.to_string()).unwrap_or_default();
    if loser.last_resort {
        return format!("a default backend takes only what no rule matches, and {} does", winner.rule);
    }
    if winner.host != loser.host {
        return format!("host {} is more specific than {}", host(winner), host(loser));
    }
    let exact = |r: &Route| matches!(r.path, PathMatcher::Exact(_));
    let path = |r: &Route| r.rule.split_once(' ').map_or(String::new(), |(_, path)| path.to_owned());
    let (won, lost) = (path(winner), path(loser));
    if won.chars().count() > lost.chars().count() {
        return format!("{won} is the longer path");
    }
    if exact(winner) && !exact(loser) {
        return format!("Exact goes before {} for the same path", loser.rule.split(' ').next().unwrap_or(""));
    }
    format!("{} goes before it", winner.rule)
}
