//! What several rules want to know of a table: the rules of the manifests, each with the routes that it
//! became.

use super::nginx;
use crate::cluster::{Ingress, PathMatchType, PathType};
use crate::lint::Context;
use crate::problem::Problem;
use crate::routing::{Origin, Reach, Reaches, Request, Route, RouteId, Router};
use crate::span::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// The rules of the manifests.
#[derive(Debug)]
pub(in crate::lint) struct Routes {
    /// The table, ready to be asked.
    pub router: Router,
    /// Every path of an Ingress, match of an HTTPRoute or GRPCRoute and default backend that became
    /// routes, in the order of the text.
    pub rules: Vec<Declared>,
    places: HashMap<(u32, u32), usize>,
    /// The rules that have routes, by their hosts.
    hosts: HashMap<String, Vec<usize>>,
    /// Of each host that an annotation puts into regex mode, a rule of the Ingress that has it.
    switches: HashMap<String, usize>,
}

/// One of them.
#[derive(Debug)]
pub(in crate::lint) struct Declared {
    /// The object: `Ingress default/web`.
    pub object: Arc<str>,
    /// Its index among the cluster's Ingresses, where it is one.
    pub ingress: Option<usize>,
    /// The field.
    pub field: String,
    /// The whole entry.
    pub span: Span,
    /// The path in it, or the entry.
    pub at: Span,
    /// The hosts as written; `*` for every host.
    pub host: String,
    /// How the path is compared.
    pub kind: Kind,
    /// The path as written, `/` where it was left out.
    pub path: String,
    /// The routes that it became.
    pub routes: Vec<RouteId>,
    /// Whether any of them can win.
    pub reach: Reach,
}

/// How a path is compared, by the API's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lint) enum Kind {
    Exact,
    Prefix,
    Specific,
    Expression,
    Method,
    DefaultBackend,
}

impl Routes {
    fn of(cx: &Context) -> Routes {
        let mut rules: Vec<Declared> = Vec::new();
        for (index, ingress) in cx.cluster.ingresses.iter().enumerate() {
            of_ingress(index, ingress, &mut rules);
        }
        let common = |c: &crate::cluster::RouteCommon| {
            let hosts: Vec<&str> = c.hostnames.iter().map(|h| h.value.as_str()).collect();
            (Arc::from(c.meta.title()), if hosts.is_empty() { "*".to_owned() } else { hosts.join(", ") })
        };
        let mut add =
            |object: &Arc<str>, host: &str, (r, m): (usize, usize), span: Span, kind, path: String| {
                let field = format!("spec.rules[{r}].matches[{m}]");
                rules.push(Declared::new(object.clone(), field, (span, span), host, kind, &path));
            };
        for route in &cx.cluster.http_routes {
            let (object, host) = common(&route.common);
            for (r, rule) in route.rules.iter().enumerate() {
                for (m, spec) in rule.matches.iter().enumerate() {
                    let kind = match spec.path_type {
                        PathMatchType::Exact => Kind::Exact,
                        PathMatchType::PathPrefix => Kind::Prefix,
                        PathMatchType::RegularExpression => Kind::Expression,
                    };
                    add(&object, &host, (r, m), spec.span, kind, spec.path.clone());
                }
            }
        }
        for route in &cx.cluster.grpc_routes {
            let (object, host) = common(&route.common);
            for (r, rule) in route.rules.iter().enumerate() {
                for (m, spec) in rule.matches.iter().enumerate() {
                    let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
                    let path = format!("{}/{}", part(&spec.service), part(&spec.method));
                    add(&object, &host, (r, m), spec.span, Kind::Method, path);
                }
            }
        }
        let router = Router::new(cx.table().clone());
        let key = |span: Span| (span.file.0, span.start);
        let mut places: HashMap<(u32, u32), usize> = HashMap::with_capacity(rules.len());
        for (place, rule) in rules.iter().enumerate() {
            places.entry(key(rule.span)).or_insert(place);
        }
        for (id, route) in router.table().iter() {
            let Some(place) = route.origin.span.and_then(|span| places.get(&key(span))) else { continue };
            if let Some(rule) = rules.get_mut(*place)
                && rule.field == route.origin.field
            {
                rule.routes.push(id);
            }
        }
        let reaches = Reaches::new(&router);
        for rule in &mut rules {
            rule.reach = together(&reaches, &rule.routes);
        }
        let mut hosts: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, rule) in rules.iter().enumerate().filter(|(_, r)| !r.routes.is_empty()) {
            match hosts.get_mut(&rule.host) {
                Some(places) => places.push(place),
                None => {
                    hosts.insert(rule.host.clone(), vec![place]);
                }
            }
        }
        let mut switches: HashMap<String, usize> = HashMap::new();
        for (place, rule) in rules.iter().enumerate().filter(|_| nginx::is_read(cx)) {
            let Some(ingress) = rule.ingress.and_then(|at| cx.cluster.ingresses.get(at)) else { continue };
            if nginx::flag(cx, ingress, "canary").is_some() || rule.routes.is_empty() {
                continue;
            }
            // The plainer word for it is the better place to point at.
            if nginx::flag(cx, ingress, "use-regex").is_some() {
                switches.insert(rule.host.clone(), place);
            } else if nginx::annotation(cx, ingress, "rewrite-target").is_some() {
                switches.entry(rule.host.clone()).or_insert(place);
            }
        }
        Routes { router, rules, places, hosts, switches }
    }

    /// One route of a rule.
    pub fn route(&self, rule: &Declared) -> Option<&Route> {
        rule.routes.first().and_then(|id| self.router.table().route(*id))
    }

    /// The rules for a host as written, in the order of the text; a default backend is for `*`.
    pub fn of_host(&self, host: &str) -> impl Iterator<Item = &Declared> {
        self.hosts.get(host).into_iter().flatten().filter_map(|place| self.rules.get(*place))
    }

    /// A rule of an Ingress that puts a host into regex mode.
    pub fn switch(&self, host: &str) -> Option<&Declared> {
        self.rules.get(*self.switches.get(host)?)
    }

    /// The rule that stands there.
    pub fn at(&self, origin: &Origin) -> Option<&Declared> {
        let span = origin.span?;
        let rule = self.rules.get(*self.places.get(&(span.file.0, span.start))?)?;
        (rule.field == origin.field).then_some(rule)
    }

    /// The rule that a route comes from.
    pub fn rule_of(&self, id: RouteId) -> Option<&Declared> {
        let span = self.router.table().route(id)?.origin.span?;
        let rule = self.rules.get(*self.places.get(&(span.file.0, span.start))?)?;
        rule.routes.contains(&id).then_some(rule)
    }
}

fn of_ingress(index: usize, ingress: &Ingress, rules: &mut Vec<Declared>) {
    let object: Arc<str> = ingress.meta.title().into();
    let mut add = |field: String, spans: (Span, Span), host: &str, kind, path: &str| {
        let rule = Declared::new(object.clone(), field, spans, host, kind, path);
        rules.push(Declared { ingress: Some(index), ..rule });
    };
    for (r, rule) in ingress.rules.iter().enumerate() {
        let host = rule.host.as_ref().map_or("*", |h| h.value.as_str());
        for (p, path) in rule.paths.iter().flatten().enumerate() {
            let kind = match path.path_type.value {
                PathType::Exact => Kind::Exact,
                PathType::Prefix => Kind::Prefix,
                PathType::ImplementationSpecific => Kind::Specific,
            };
            let at = path.path.as_ref().map_or(path.span, |p| p.span);
            let text = path.path.as_ref().map_or("/", |p| p.value.as_str());
            add(format!("spec.rules[{r}].http.paths[{p}]"), (path.span, at), host, kind, text);
        }
    }
    if let Some(backend) = &ingress.default_backend {
        let span = (backend.span, backend.span);
        add("spec.defaultBackend".to_owned(), span, "*", Kind::DefaultBackend, "/");
    }
}

impl Declared {
    fn new(
        object: Arc<str>,
        field: String,
        (span, at): (Span, Span),
        host: &str,
        kind: Kind,
        path: &str,
    ) -> Self {
        let host = host.to_owned();
        let path = if path.is_empty() { "/" } else { path }.to_owned();
        let reach = Reach::Shadowed(Vec::new());
        Declared { object, ingress: None, field, span, at, host, kind, path, routes: Vec::new(), reach }
    }

    /// `Prefix /foo`.
    pub fn words(&self) -> String {
        let kind = match self.kind {
            Kind::Exact => "Exact",
            Kind::Prefix => "Prefix",
            Kind::Specific => "ImplementationSpecific",
            Kind::Expression => "RegularExpression",
            Kind::Method => "method",
            Kind::DefaultBackend => return "the default backend".to_owned(),
        };
        format!("{kind} {}", self.path)
    }

    /// A problem that is about it.
    pub fn locate(&self, problem: Problem) -> Problem {
        problem.at(&*self.object, self.field.clone())
    }
}

impl Context<'_> {
    /// The rules of the manifests, each with its routes.
    pub(in crate::lint) fn routes(&self) -> &Routes {
        self.routes.get_or_init(|| Routes::of(self))
    }

    /// The Ingress that a rule belongs to.
    pub(in crate::lint) fn ingress(&self, rule: &Declared) -> Option<&Ingress> {
        self.cluster.ingresses.get(rule.ingress?)
    }
}

/// The same request for another path; its query stays.
pub(super) fn with_path(request: &Request, path: &str) -> Request {
    let target = match request.target.split_once('?') {
        Some((_, query)) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    Request { target, ..request.clone() }
}

/// Whether any of these routes can win.
fn together(reaches: &Reaches, routes: &[RouteId]) -> Reach {
    let (mut before, mut other) = (Vec::new(), None);
    for id in routes {
        match reaches.of(*id) {
            wins @ Reach::Wins(_) => return wins,
            Reach::Shadowed(more) => before.extend(more),
            open @ Reach::Open(_) => other = Some(open),
            // That others take it says more.
            nothing => other = other.or(Some(nothing)),
        }
    }
    before.sort_unstable();
    before.dedup();
    match other {
        Some(open @ Reach::Open(_)) => open,
        Some(other) if before.is_empty() => other,
        _ => Reach::Shadowed(before),
    }
}
