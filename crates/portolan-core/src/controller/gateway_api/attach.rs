//! Attachment: which routes belong to which listeners, for which hosts.

use super::hostname::{covers, intersect, pattern, specificity};
use super::listener::{Listeners, Live};
use crate::cluster::{Cluster, FromNamespaces, GATEWAY_GROUP, LabelSelector, ParentRef, RouteCommon};
use crate::routing::HostPattern;
use crate::span::Span;
use std::collections::{BTreeMap, HashMap};

/// A route on a listener.
#[derive(Debug, Clone)]
pub(super) struct Attachment {
    /// The listener's place.
    pub listener: usize,
    /// The hosts, without repetition.
    pub hosts: Vec<HostPattern>,
}

/// What became of a route's parentRefs.
#[derive(Debug, Default)]
pub(super) struct Attached {
    pub attachments: Vec<Attachment>,
    /// The parentRefs that did not accept the route: field, place, reason.
    pub refused: Vec<(String, Span, String)>,
    /// The hostnames that no listener takes: field, place, hostname.
    pub unused: Vec<(String, Span, String)>,
}

/// The labels of namespaces, as far as the manifests have them.
pub(super) struct Namespaces<'c>(HashMap<&'c str, &'c BTreeMap<String, String>>);

impl<'c> Namespaces<'c> {
    pub fn of(cluster: &'c Cluster) -> Self {
        let admitted = cluster.namespaces.iter().filter(|n| n.admitted);
        Self(admitted.map(|n| (n.meta.name.value.as_str(), &n.meta.labels)).collect())
    }

    /// Whether a selector lets a namespace in. Every namespace has its name as a label.
    pub fn select(&self, selector: &LabelSelector, namespace: &str) -> Result<(), String> {
        let mut labels = self.0.get(namespace).map(|l| (*l).clone()).unwrap_or_default();
        labels.insert("kubernetes.io/metadata.name".to_owned(), namespace.to_owned());
        if selector.matches(&labels) {
            return Ok(());
        }
        Err(match self.0.contains_key(namespace) {
            true => format!("the labels of namespace {namespace} do not match its selector"),
            false => {
                format!("namespace {namespace} is not in the manifests, so its labels match no selector")
            }
        })
    }
}

/// Attaches a route to the listeners that its parentRefs name.
pub(super) fn attach(
    route: &RouteCommon,
    kind: &str,
    listeners: &Listeners<'_>,
    namespaces: &Namespaces<'_>,
) -> Attached {
    let mut attached = Attached::default();
    if route.parent_refs.is_empty() {
        let reason = "it has no parentRefs, so it belongs to no Gateway".to_owned();
        attached.refused.push(("spec.parentRefs".to_owned(), route.meta.span, reason));
    }
    let originals: Vec<HostPattern> = route.hostnames.iter().map(|h| pattern(&h.value)).collect();
    for (i, parent) in route.parent_refs.iter().enumerate() {
        match attach_to(route, kind, parent, &originals, listeners, namespaces) {
            Ok(found) => {
                for attachment in found {
                    if !attached.attachments.iter().any(|a| a.listener == attachment.listener) {
                        attached.attachments.push(attachment);
                    }
                }
            }
            Err(reason) => attached.refused.push((format!("spec.parentRefs[{i}]"), parent.span, reason)),
        }
    }
    if !attached.attachments.is_empty() {
        for (i, (original, hostname)) in originals.iter().zip(&route.hostnames).enumerate() {
            let used = attached.attachments.iter().any(|a| {
                listeners.list.get(a.listener).is_some_and(|l| intersect(&l.host, original).is_some())
            });
            if !used {
                attached.unused.push((format!("spec.hostnames[{i}]"), hostname.span, hostname.value.clone()));
            }
        }
    }
    attached
}

fn attach_to(
    route: &RouteCommon,
    kind: &str,
    parent: &ParentRef,
    originals: &[HostPattern],
    listeners: &Listeners<'_>,
    namespaces: &Namespaces<'_>,
) -> Result<Vec<Attachment>, String> {
    let own = route.meta.namespace.as_str();
    let namespace = parent.namespace.as_deref().unwrap_or(own);
    let name = parent.name.value.as_str();
    let range = match (parent.group.as_str(), parent.kind.as_str()) {
        (GATEWAY_GROUP, "Gateway") => listeners.of_gateway(namespace, name),
        (GATEWAY_GROUP, kind @ "ListenerSet") | ("gateway.networking.x-k8s.io", kind @ "XListenerSet") => {
            listeners.of_set(kind, namespace, name)
        }
        _ => {
            return Err(format!(
                "its parent {} {} is no Gateway, so it changes nothing at a Gateway",
                parent.kind, parent.name.value
            ));
        }
    };
    let range = range.map_err(|why| format!("NoMatchingParent: {why}"))?;
    let mut named = Vec::new();
    for place in range {
        let Some(live) = listeners.list.get(place) else { continue };
        let section = parent.section_name.as_ref().is_none_or(|s| s.value == live.listener.name.value);
        let port = parent.port.as_ref().is_none_or(|p| p.value == live.listener.port.value);
        if section && port {
            named.push((place, live));
        }
    }
    if named.is_empty() {
        let mut wanted = Vec::new();
        wanted.extend(parent.section_name.as_ref().map(|s| format!("named {}", s.value)));
        wanted.extend(parent.port.as_ref().map(|p| format!("on port {}", p.value)));
        return Err(format!(
            "NoMatchingParent: {} {namespace}/{name} has no listener {}",
            parent.kind,
            wanted.join(" and ")
        ));
    }
    let mut attachments = Vec::new();
    // The reason that came closest to acceptance says most.
    let mut closest: Option<(u8, String)> = None;
    for (listener, live) in named {
        match accept(live, kind, own, originals, namespaces) {
            Ok(hosts) => attachments.push(Attachment { listener, hosts }),
            Err((stage, reason)) if closest.as_ref().is_none_or(|(s, _)| stage > *s) => {
                closest = Some((stage, reason));
            }
            Err(_) => {}
        }
    }
    match closest {
        Some((_, reason)) if attachments.is_empty() => Err(reason),
        _ => Ok(attachments),
    }
}

/// The hosts for which a listener accepts a route; else how far the route came, and why no farther.
fn accept(
    live: &Live<'_>,
    kind: &str,
    own: &str,
    originals: &[HostPattern],
    namespaces: &Namespaces<'_>,
) -> Result<Vec<HostPattern>, (u8, String)> {
    let title = live.title();
    let not_allowed = |why: String| (0, format!("NotAllowedByListeners: {title}: {why}"));
    if live.scheme.is_none() {
        let protocol = live.listener.protocol.value.as_str();
        return Err(not_allowed(format!("its protocol {protocol} carries no {kind}")));
    }
    let kinds = &live.listener.allowed_routes.kinds;
    if !kinds.is_empty() && !kinds.iter().any(|(g, k)| g == GATEWAY_GROUP && k == kind) {
        return Err(not_allowed(format!("its allowedRoutes.kinds have no {kind}")));
    }
    let gateway = live.owner.namespace.as_str();
    match &live.listener.allowed_routes.from {
        FromNamespaces::All => {}
        FromNamespaces::Same if own == gateway => {}
        FromNamespaces::Same => {
            return Err(not_allowed(format!("it allows routes of namespace {gateway} only, not of {own}")));
        }
        FromNamespaces::None => return Err(not_allowed("it allows no routes".to_owned())),
        FromNamespaces::Selector(None) => {
            return Err(not_allowed("it has no selector for namespaces".to_owned()));
        }
        FromNamespaces::Selector(Some(selector)) => {
            namespaces.select(selector, own).map_err(not_allowed)?;
        }
    }
    let mut hosts: Vec<HostPattern> = match originals {
        [] => vec![live.host.clone()],
        originals => originals.iter().filter_map(|o| intersect(&live.host, o)).collect(),
    };
    if hosts.is_empty() {
        let reason =
            format!("NoMatchingListenerHostname: none of its hostnames is one of {title} ({})", live.host);
        return Err((1, reason));
    }
    if let Some(why) = &live.down {
        return Err((2, format!("{title} is out of service: {why}")));
    }
    hosts.sort_by_key(|h| (specificity(h), h.to_string()));
    hosts.dedup();
    Ok(hosts)
}

/// The age of a route, the older the lesser: its creation, then its namespace and name. One
/// without a creation time is taken for younger than all that have one.
pub(super) fn age(route: &RouteCommon) -> (i64, &str, &str) {
    (route.meta.created.unwrap_or(i64::MAX), &route.meta.namespace, &route.meta.name.value)
}

/// Hosts under which HTTPRoutes and GRPCRoutes of a listener are known.
#[derive(Default)]
struct Claims {
    patterns: Vec<HostPattern>,
    /// Every suffix of every host, so that a wildcard finds what is below it.
    suffixes: std::collections::HashSet<String>,
    all: std::collections::HashSet<HostPattern>,
}

impl Claims {
    fn add(&mut self, host: &HostPattern) {
        let text = match host {
            HostPattern::Exact(text) | HostPattern::ManyLabels(text) => text.as_str(),
            _ => "",
        };
        let below = text.match_indices('.').filter_map(|(at, _)| text.get(at..)).map(str::to_owned);
        self.suffixes.extend(below);
        self.all.insert(host.clone());
        self.patterns.push(host.clone());
    }

    /// Whether a claimed pattern has a host in common with this one.
    fn meets(&self, host: &HostPattern) -> bool {
        let above = |text: &str| {
            text.match_indices('.')
                .filter_map(|(at, _)| text.get(at..))
                .any(|s| self.all.contains(&HostPattern::ManyLabels(s.to_owned())))
        };
        if self.all.is_empty() {
            return false;
        }
        self.all.contains(&HostPattern::Any)
            || match host {
                HostPattern::Any => true,
                HostPattern::ManyLabels(suffix) => self.suffixes.contains(suffix) || above(suffix),
                HostPattern::Exact(text) => self.all.contains(host) || above(text),
                other => self.patterns.iter().any(|p| covers(p, other)),
            }
    }
}

/// Takes attachments away from the younger of an HTTPRoute and a GRPCRoute whose hostnames meet on
/// one listener: only the older one is accepted. Routes come with their kind and the older first.
pub(super) fn separate_kinds<'r>(routes: impl Iterator<Item = (&'r RouteCommon, bool, &'r mut Attached)>) {
    let mut claims: HashMap<(usize, bool), Claims> = HashMap::new();
    for (route, grpc, attached) in routes {
        let refused = &mut attached.refused;
        attached.attachments.retain(|a| {
            let other = claims.get(&(a.listener, !grpc));
            let meets = other.is_some_and(|claims| a.hosts.iter().any(|h| claims.meets(h)));
            if meets {
                let other = if grpc { "an HTTPRoute" } else { "a GRPCRoute" };
                let reason = format!(
                    "{other} that is older, or first by name, has one of its hostnames on the listener"
                );
                refused.push(("spec.hostnames".to_owned(), route.meta.span, reason));
            } else {
                let claims = claims.entry((a.listener, grpc)).or_default();
                a.hosts.iter().for_each(|h| claims.add(h));
            }
            !meets
        });
    }
}
