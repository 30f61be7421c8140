//! Routes, listeners and backends to a route table.

use super::action::steps;
use super::attach::{Attached, Attachment, Namespaces, age, attach, separate_kinds};
use super::backend::Backends;
use super::filter::{Extensions, Scene};
use super::grant::Grants;
use super::hostname::{covers, specificity};
use super::listener::{Listeners, Live};
use super::matches::{Match, grpc, http};
use super::{CONTROLLER, Implementation, order, traefik};
use crate::cluster::{Cluster, GrpcMatch, HttpMatch, RouteCommon, RouteRule};
use crate::controller::{Grounds, LeftOut, Settings};
use crate::routing::{
    Cause, Certainty, Condition, Doubts, Dropped, Fallback, GoReading, HostId, HostPattern, HostPolicy,
    Origin, Reading, Route, RouteTable, Step, VirtualHost,
};
use crate::span::Span;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// How many routes a table may have: every match counts for every listener and hostname.
const MAX_ROUTES: usize = 1 << 18;

pub(super) fn compile(cluster: &Cluster, settings: &Settings, implementation: Implementation) -> RouteTable {
    let grants = Grants::of(cluster);
    let namespaces = Namespaces::of(cluster);
    let mut listeners = Listeners::of(cluster, settings, implementation, &grants, &namespaces);
    if implementation == Implementation::Text {
        listeners.doubt_shared_ports();
    }
    let routes = attached(cluster, &listeners, &namespaces);
    let mut compiler = Compiler {
        extensions: Extensions::of(cluster),
        implementation,
        listeners: &listeners,
        backends: Backends::new(cluster, &grants, implementation),
        drafts: Vec::new(),
        dropped: Vec::new(),
        claimed: HashMap::new(),
        served: vec![false; listeners.list.len()],
    };
    for (source, attached) in &routes {
        match source {
            Source::Http(route) => compiler.route(source, &route.rules, attached),
            Source::Grpc(route) => compiler.route(source, &route.rules, attached),
        }
    }
    if implementation == Implementation::Text {
        compiler.guard_listeners();
        compiler.doubt_ages();
        compiler.doubt_expressions();
    }
    compiler.finish()
}

/// The parentRefs and hostnames that come to nothing.
pub(super) fn left_out(
    cluster: &Cluster,
    settings: &Settings,
    implementation: Implementation,
) -> Vec<LeftOut> {
    let grants = Grants::of(cluster);
    let namespaces = Namespaces::of(cluster);
    let listeners = Listeners::of(cluster, settings, implementation, &grants, &namespaces);
    let mut left_out = Vec::new();
    for (source, attached) in attached(cluster, &listeners, &namespaces) {
        let object = source.common().meta.index;
        let refused = attached.refused.into_iter();
        left_out.extend(refused.map(|(field, span, reason)| LeftOut {
            object,
            field,
            span,
            reason,
            cause: Grounds::Fault,
        }));
        left_out.extend(attached.unused.into_iter().map(|(field, span, hostname)| {
            let reason = format!("no listener that the route is attached to takes hostname {hostname}");
            LeftOut { object, field, span, reason, cause: Grounds::Fault }
        }));
    }
    left_out
}

/// Every route with what becomes of its parentRefs, the older first: what claims hostnames, and in
/// Traefik what claims a rule.
fn attached<'c>(
    cluster: &'c Cluster,
    listeners: &Listeners<'c>,
    namespaces: &Namespaces<'c>,
) -> Vec<(Source<'c>, Attached)> {
    let mut routes: Vec<(Source<'_>, Attached)> = Vec::new();
    let sources =
        (cluster.http_routes.iter().map(Source::Http)).chain(cluster.grpc_routes.iter().map(Source::Grpc));
    for source in sources {
        let common = source.common();
        let attached = match common.admitted {
            true => attach(common, source.kind(), listeners, namespaces),
            false => {
                let reason = "the API server refuses this route, so it does not exist in the cluster";
                let refused = vec![("metadata".to_owned(), common.meta.span, reason.to_owned())];
                Attached { refused, ..Attached::default() }
            }
        };
        routes.push((source, attached));
    }
    routes.sort_by(|(a, _), (b, _)| age(a.common()).cmp(&age(b.common())));
    if !cluster.grpc_routes.is_empty() {
        separate_kinds(routes.iter_mut().map(|(s, a)| (s.common(), matches!(s, Source::Grpc(_)), a)));
    }
    routes
}

/// A route of either kind.
enum Source<'c> {
    Http(&'c crate::cluster::HttpRoute),
    Grpc(&'c crate::cluster::GrpcRoute),
}

impl<'c> Source<'c> {
    fn common(&self) -> &'c RouteCommon {
        match self {
            Source::Http(route) => &route.common,
            Source::Grpc(route) => &route.common,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Source::Http(_) => "HTTPRoute",
            Source::Grpc(_) => "GRPCRoute",
        }
    }
}

/// A match of either kind.
trait Spec: Sized {
    fn compile(&self, implementation: Implementation) -> Result<Match, String>;
    fn span(&self) -> Span;
    /// As Traefik would have it: priority and rule text for some hosts.
    fn router(&self, matched: &Match, hosts: &[HostPattern]) -> (u64, String);
}

impl Spec for HttpMatch {
    fn compile(&self, implementation: Implementation) -> Result<Match, String> {
        http(self, implementation)
    }

    fn span(&self) -> Span {
        self.span
    }

    fn router(&self, _: &Match, hosts: &[HostPattern]) -> (u64, String) {
        (traefik::priority(self, hosts), traefik::rule(self, hosts))
    }
}

impl Spec for GrpcMatch {
    fn compile(&self, implementation: Implementation) -> Result<Match, String> {
        grpc(self, implementation)
    }

    fn span(&self) -> Span {
        self.span
    }

    fn router(&self, matched: &Match, hosts: &[HostPattern]) -> (u64, String) {
        traefik::grpc_router(self, &matched.text, hosts)
    }
}

/// Where a draft stands, the lesser first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place<'c> {
    /// Before all routes: refusals of a listener.
    Guard(u8),
    Text(order::TextKey<'c>),
    Priority(Reverse<u64>),
    /// After all routes: what a listener answers where no rule matches.
    Rest((u8, Reverse<usize>)),
}

pub(super) struct Draft<'c> {
    pub host: HostPattern,
    pub place: Place<'c>,
    pub port: u16,
    /// Whether the manifests say when its route was created.
    pub created: bool,
    pub route: Route,
}

pub(super) struct Compiler<'c, 'l> {
    extensions: Extensions,
    implementation: Implementation,
    pub listeners: &'l Listeners<'c>,
    backends: Backends<'l>,
    pub drafts: Vec<Draft<'c>>,
    dropped: Vec<Dropped>,
    /// Which match first had a rule text on an entry point.
    claimed: HashMap<((u16, bool), String), Origin>,
    /// Listeners to which a route is attached.
    pub served: Vec<bool>,
}

impl<'c, 'l> Compiler<'c, 'l>
where
    'c: 'l,
{
    fn route<M: Spec>(&mut self, source: &Source<'c>, rules: &[RouteRule<M>], attached: &Attached) {
        let common = source.common();
        let object: Arc<str> = common.meta.title().into();
        self.drop_refused(common, rules, attached, &object);
        for attachment in &attached.attachments {
            let Some(live) = self.listeners.list.get(attachment.listener) else { continue };
            if self.drafts.len() >= MAX_ROUTES {
                let (field, span) = ("spec.rules".to_owned(), common.meta.span);
                let origin = Origin { object: object.clone(), field, span: Some(span), note: None };
                let reason = format!("there are more than {MAX_ROUTES} routes; the others are not looked at");
                self.drop(Dropped {
                    rule: "all rules".to_owned(),
                    host: None,
                    origin,
                    reason,
                    cause: Cause::Rule,
                });
                return;
            }
            if let Some(served) = self.served.get_mut(attachment.listener) {
                *served = true;
            }
            for (r, rule) in rules.iter().enumerate() {
                self.rule(source, (r, rule, rules.len()), attachment, live, &object);
            }
        }
    }

    fn rule<M: Spec>(
        &mut self,
        source: &Source<'c>,
        (r, rule, rules): (usize, &RouteRule<M>, usize),
        attachment: &Attachment,
        live: &Live<'c>,
        object: &Arc<str>,
    ) {
        let common = source.common();
        let namespace = common.meta.namespace.as_str();
        for (m, spec) in rule.matches.iter().enumerate() {
            let field = format!("spec.rules[{r}].matches[{m}]");
            let origin = Origin { object: object.clone(), field, span: Some(spec.span()), note: None };
            let matched = match spec.compile(self.implementation) {
                Ok(matched) => matched,
                Err(reason) => {
                    let rule = format!("rule {}", r + 1);
                    self.drop(Dropped { rule, host: None, origin, reason, cause: Cause::Expression });
                    continue;
                }
            };
            let scene = Scene {
                extensions: &self.extensions,
                implementation: self.implementation,
                namespace,
                live,
                matched: &matched.value,
            };
            let (steps, certainty) = steps(rule, source.kind(), scene, &mut self.backends);
            let certainty = certainty.and(matched.certainty.clone()).and(live.certainty.clone());
            let route = Route {
                host: HostId(0),
                path: matched.path.clone(),
                conditions: matched.conditions.clone(),
                rank: 0,
                priority: None,
                last_resort: false,
                steps,
                rule: matched.text.clone(),
                origin,
                certainty,
            };
            match self.implementation {
                Implementation::Text => {
                    self.text_drafts(common, (r, m), &matched, attachment, live, route);
                }
                Implementation::Traefik => {
                    let (priority, text) = spec.router(&matched, &attachment.hosts);
                    let priority = priority + (rules - r) as u64;
                    self.routers(priority, text, attachment, live, route);
                }
            }
        }
    }

    fn text_drafts(
        &mut self,
        common: &'c RouteCommon,
        (r, m): (usize, usize),
        matched: &Match,
        attachment: &Attachment,
        live: &Live<'c>,
        mut route: Route,
    ) {
        route.conditions.splice(0..0, entrance(live));
        doubt_repeats(&mut route);
        let created = common.meta.created.is_some();
        let port = live.listener.port.value;
        for host in attachment.hosts.iter().filter(|h| !live.loses(h)) {
            let place = Place::Text((specificity(host), Reverse(matched.weight), age(common), r, m));
            self.drafts.push(Draft { host: host.clone(), place, port, created, route: route.clone() });
        }
    }

    fn routers(
        &mut self,
        priority: u64,
        text: String,
        attachment: &Attachment,
        live: &Live<'c>,
        mut route: Route,
    ) {
        let entry_point = traefik::entry_point(live);
        let key = (entry_point, text);
        if let Some(owner) = self.claimed.get(&key) {
            // The same match by way of another listener is nothing new.
            if *owner != route.origin {
                let reason = format!("{}, {}, has the same rule and goes before", owner.object, owner.field);
                let cause = Cause::Taken(owner.clone());
                self.drop(Dropped { rule: key.1, host: None, origin: route.origin, reason, cause });
            }
            return;
        }
        let text = key.1.clone();
        self.claimed.insert(key, route.origin.clone());
        route.rule = text;
        route.priority = i64::try_from(priority).ok();
        route.conditions.splice(0..0, entrance(live));
        for (i, host) in attachment.hosts.iter().enumerate() {
            // A host that a wildcard of the same router covers is no router of its own.
            let covered = |(j, other): (usize, &HostPattern)| i != j && covers(other, host);
            let covered = attachment.hosts.iter().enumerate().any(covered);
            // A wildcard is an expression, which knows no dot at the end of a host; a name does.
            let only_dotted = covered
                && matches!(host, HostPattern::Exact(_))
                && !attachment.hosts.contains(&HostPattern::Any);
            if covered && !only_dotted {
                continue;
            }
            let place = Place::Priority(Reverse(priority));
            let port = live.listener.port.value;
            let mut route = route.clone();
            let expression = traefik::wildcard(host).and_then(|e| super::regex::pattern(&e).ok());
            route.conditions.extend(expression.map(Condition::HostPattern));
            if only_dotted {
                route.conditions.extend(super::regex::pattern(r"\.$").ok().map(Condition::HostPattern));
            }
            self.drafts.push(Draft { host: host.clone(), place, port, created: true, route });
        }
    }

    /// Lists what a route's parentRefs did not take.
    fn drop_refused<M: Spec>(
        &mut self,
        common: &RouteCommon,
        rules: &[RouteRule<M>],
        attached: &Attached,
        object: &Arc<str>,
    ) {
        let hosts: Vec<&str> = common.hostnames.iter().map(|h| h.value.as_str()).collect();
        let host = (!hosts.is_empty()).then(|| hosts.join(", "));
        if attached.attachments.is_empty() {
            let reasons: Vec<&str> = attached.refused.iter().map(|(.., reason)| reason.as_str()).collect();
            let reason = reasons.join("; ");
            for (r, rule) in rules.iter().enumerate() {
                for (m, spec) in rule.matches.iter().enumerate() {
                    let text = spec.compile(self.implementation).map(|m| m.text);
                    let rule = text.unwrap_or_else(|_| format!("rule {}", r + 1));
                    let field = format!("spec.rules[{r}].matches[{m}]");
                    let origin =
                        Origin { object: object.clone(), field, span: Some(spec.span()), note: None };
                    self.drop(Dropped {
                        rule,
                        host: host.clone(),
                        origin,
                        reason: reason.clone(),
                        cause: Cause::Object,
                    });
                }
            }
            return;
        }
        for (field, span, reason) in &attached.refused {
            let origin =
                Origin { object: object.clone(), field: field.clone(), span: Some(*span), note: None };
            let rule = format!("all rules, at {field}");
            self.drop(Dropped {
                rule,
                host: host.clone(),
                origin,
                reason: reason.clone(),
                cause: Cause::Object,
            });
        }
        for (field, span, hostname) in &attached.unused {
            let origin =
                Origin { object: object.clone(), field: field.clone(), span: Some(*span), note: None };
            let reason = "no listener that the route is attached to takes this hostname".to_owned();
            let rule = "all rules".to_owned();
            self.drop(Dropped { rule, host: Some(hostname.clone()), origin, reason, cause: Cause::Object });
        }
    }

    fn drop(&mut self, dropped: Dropped) {
        self.dropped.push(dropped);
    }

    fn finish(mut self) -> RouteTable {
        let mut patterns: Vec<HostPattern> = self.drafts.iter().map(|d| d.host.clone()).collect();
        patterns.sort_by_cached_key(|p| (specificity(p), p.to_string()));
        patterns.dedup();
        let ids: HashMap<&HostPattern, HostId> =
            (0u32..).zip(&patterns).map(|(id, p)| (p, HostId(id))).collect();
        self.drafts.sort_by(|a, b| a.place.cmp(&b.place));
        let mut rank = 0;
        let mut routes: Vec<Route> = Vec::with_capacity(self.drafts.len());
        let mut drafts = self.drafts.into_iter().peekable();
        while let Some(mut draft) = drafts.next() {
            draft.route.rank = rank;
            draft.route.host = ids.get(&draft.host).copied().unwrap_or(HostId(0));
            let tie = drafts.peek().is_some_and(|next| {
                matches!((&draft.place, &next.place), (Place::Priority(a), Place::Priority(b)) if a == b)
            });
            if !tie {
                rank += 1;
            }
            routes.push(draft.route);
        }
        let hosts = patterns.iter().map(|p| VirtualHost { pattern: p.clone(), alias_of: None }).collect();
        let ports = self.listeners.ports();
        let why = match ports.as_str() {
            "" => "no Gateway has a listener for HTTP that is served".to_owned(),
            ports => format!("no rule matches; the listeners are {ports}"),
        };
        let text = self.implementation == Implementation::Text;
        let open = |reason: &str| Some(reason.to_owned());
        RouteTable {
            controller: CONTROLLER.name,
            reading: if text { Reading::AsSent } else { Reading::Go(GoReading::default()) },
            host_policy: HostPolicy::FallThrough,
            hosts,
            routes,
            backends: self.backends.list.into_list(),
            fallback: Fallback { status: 404, why, certainty: Certainty::Certain },
            dropped: self.dropped,
            doubts: Doubts {
                hosts: None,
                unmatched: None,
                path: text
                    .then(|| open("the API does not say whether a path is normalised before it is matched"))
                    .flatten(),
                ties: open("Traefik sorts routers of equal priority in no certain order"),
            },
            precedence: if text { order::words } else { traefik::words },
        }
    }
}

/// Says of requests that repeat a query parameter which a route asks for, that the API leaves open
/// which occurrence counts.
fn doubt_repeats(route: &mut Route) {
    let mut repeats = Vec::new();
    for condition in &route.conditions {
        if let Condition::Query { name, .. } = condition {
            repeats.push(Condition::RepeatedQuery(name.clone()));
        }
    }
    let Some(last) = route.steps.last().cloned().filter(|_| !repeats.is_empty()) else { return };
    let open = "the API leaves open which occurrence of a repeated query parameter counts; taken as it recommends, the first";
    let doubtful =
        Step { when: vec![Condition::AnyOf(repeats)], certainty: Certainty::Likely(open.to_owned()), ..last };
    let end = route.steps.len().saturating_sub(1);
    route.steps.insert(end, doubtful);
}

/// The conditions for reaching a listener: its port, its scheme, and no better listener.
pub(super) fn entrance(live: &Live<'_>) -> Vec<Condition> {
    let mut conditions = vec![Condition::Port(live.listener.port.value)];
    conditions.extend(live.scheme.map(Condition::Scheme));
    conditions.extend(live.better.as_ref().map(|b| Condition::Not(Box::new(Condition::Host(b.clone())))));
    conditions
}
