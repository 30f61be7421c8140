//! Which Gateways and listeners are served, and which listener takes which host.

use super::attach::Namespaces;
use super::grant::Grants;
use super::hostname::{covers, pattern, specificity};
use super::{Implementation, TRAEFIK_CONTROLLER};
use crate::cluster::{
    Cluster, FromNamespaces, Gateway, GatewayClass, Listener, ListenerProtocol, ListenerSet, Meta, Secret,
};
use crate::controller::Settings;
use crate::routing::{Certainty, HostPattern, HostSet, Scheme};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// A listener of a Gateway that is served.
pub(super) struct Live<'c> {
    pub gateway: &'c Gateway,
    /// The Gateway, or the ListenerSet, that has the listener.
    pub owner: &'c Meta,
    /// Its place there.
    pub place: usize,
    pub listener: &'c Listener,
    /// Its hostname.
    pub host: HostPattern,
    /// What its connections speak; `None` where it carries no HTTP.
    pub scheme: Option<Scheme>,
    /// Why it is out of service, if it is.
    pub down: Option<String>,
    /// How sure it is that it is in service.
    pub certainty: Certainty,
    /// The hostnames of listeners of the same Gateway and port that are more specific than this
    /// one and take their hosts away from it.
    pub better: Option<HostSet>,
    /// Whether its Gateway has other listeners on the port.
    pub has_siblings: bool,
}

impl Live<'_> {
    /// `listener http of Gateway default/gw`.
    pub fn title(&self) -> String {
        format!("listener {} of {}", self.listener.name.value, self.owner.title())
    }

    /// Whether a better listener takes all hosts of this pattern away.
    pub fn loses(&self, host: &HostPattern) -> bool {
        match (&self.better, host) {
            (None, _) => false,
            (Some(better), HostPattern::Exact(host)) => better.contains(host),
            (Some(better), host) => better.patterns().iter().any(|p| covers(p, host)),
        }
    }
}

/// All listeners.
pub(super) struct Listeners<'c> {
    pub list: Vec<Live<'c>>,
    /// Where the listeners of a Gateway are in the list, or why it is not served.
    by_gateway: HashMap<(&'c str, &'c str), Result<Range<usize>, String>>,
    /// The same for ListenerSets, by kind, namespace and name.
    by_set: HashMap<(&'c str, &'c str, &'c str), Result<Range<usize>, String>>,
}

impl<'c> Listeners<'c> {
    pub fn of(
        cluster: &'c Cluster,
        settings: &Settings,
        implementation: Implementation,
        grants: &Grants<'_>,
        namespaces: &Namespaces<'_>,
    ) -> Self {
        let mut listeners =
            Listeners { list: Vec::new(), by_gateway: HashMap::new(), by_set: HashMap::new() };
        let known = Known::of(cluster);
        // Traefik 3.7 knows no ListenerSets.
        let mut sets = match implementation {
            Implementation::Text => sets(cluster),
            Implementation::Traefik => HashMap::new(),
        };
        for gateway in &cluster.gateways {
            let key = (gateway.meta.namespace.as_str(), gateway.meta.name.value.as_str());
            let place = match why_not_served(&known, settings, implementation, gateway) {
                Some(reason) => Err(reason),
                None => {
                    let start = listeners.list.len();
                    listeners.extend(&known, grants, gateway, ("Gateway", &gateway.meta), &gateway.listeners);
                    let own = start..listeners.list.len();
                    for set in sets.remove(&key).unwrap_or_default() {
                        listeners.add_set(&known, grants, namespaces, gateway, set, start);
                    }
                    if implementation == Implementation::Text {
                        isolate(listeners.list.get_mut(start..).unwrap_or_default());
                    }
                    Ok(own)
                }
            };
            listeners.by_gateway.insert(key, place);
        }
        for ((namespace, name), sets) in sets {
            for set in sets {
                let reason =
                    format!("ParentNotAccepted: its parent, Gateway {namespace}/{name}, is not served");
                listeners.by_set.insert(set_key(set), Err(reason));
            }
        }
        listeners
    }

    fn extend(
        &mut self,
        known: &Known<'_>,
        grants: &Grants<'_>,
        gateway: &'c Gateway,
        (kind, owner): (&str, &'c Meta),
        listeners: &'c [Listener],
    ) {
        let all = listeners.iter().enumerate();
        self.list.extend(all.map(|(place, l)| live(known, grants, gateway, (kind, owner), place, l)));
    }

    /// Adds the listeners of a ListenerSet to those of its Gateway, which begin at `start`.
    fn add_set(
        &mut self,
        known: &Known<'_>,
        grants: &Grants<'_>,
        namespaces: &Namespaces<'_>,
        gateway: &'c Gateway,
        set: &'c ListenerSet,
        start: usize,
    ) {
        let title = gateway.meta.title();
        let (own, of) = (set.meta.namespace.as_str(), gateway.meta.namespace.as_str());
        let allowed = match &gateway.allowed_listeners {
            FromNamespaces::All => Ok(()),
            FromNamespaces::Same if own == of => Ok(()),
            FromNamespaces::Same => Err(format!("{title} takes ListenerSets of namespace {of} only")),
            FromNamespaces::None => Err(format!("{title} takes no ListenerSets (allowedListeners)")),
            FromNamespaces::Selector(None) => Err(format!("{title} has no selector in allowedListeners")),
            FromNamespaces::Selector(Some(selector)) => namespaces.select(selector, own),
        };
        let place = allowed.map(|()| {
            let first = self.list.len();
            self.extend(known, grants, gateway, ("ListenerSet", &set.meta), &set.listeners);
            for i in first..self.list.len() {
                let before = self.list.get(start..i).unwrap_or_default();
                let conflict = self.list.get(i).and_then(|live| conflict(before, live));
                if let (Some(live), Some(why)) = (self.list.get_mut(i), conflict) {
                    live.down.get_or_insert(why);
                }
            }
            first..self.list.len()
        });
        self.by_set.insert(set_key(set), place.map_err(|why| format!("NotAllowed: {why}")));
    }

    /// The listeners of a ListenerSet, with their places in the list.
    ///
    /// # Errors
    /// Why there are none.
    pub fn of_set(&self, kind: &str, namespace: &str, name: &str) -> Result<Range<usize>, String> {
        match self.by_set.get(&(kind, namespace, name)) {
            None => Err(format!("there is no {kind} {namespace}/{name} that is served")),
            Some(place) => place.clone(),
        }
    }

    /// The listeners of a Gateway, with their places in the list.
    ///
    /// # Errors
    /// Why there are none.
    pub fn of_gateway(&self, namespace: &str, name: &str) -> Result<Range<usize>, String> {
        match self.by_gateway.get(&(namespace, name)) {
            None => Err(format!("there is no Gateway {namespace}/{name}")),
            Some(Err(reason)) => Err(reason.clone()),
            Some(Ok(range)) => Ok(range.clone()),
        }
    }

    /// The ports that are served, in words: `HTTP 80, HTTPS 443`.
    pub fn ports(&self) -> String {
        let ports: BTreeMap<u16, &str> = self
            .list
            .iter()
            .filter(|l| l.scheme.is_some())
            .map(|l| (l.listener.port.value, l.listener.protocol.value.as_str()))
            .collect();
        const SHOWN: usize = 8;
        let words: Vec<_> =
            ports.iter().take(SHOWN).map(|(port, protocol)| format!("{protocol} {port}")).collect();
        words.join(", ")
    }

    /// Says of ports that several Gateways serve: who asks which of them is not in the manifests.
    pub fn doubt_shared_ports(&mut self) {
        let mut gateways: HashMap<u16, Vec<String>> = HashMap::new();
        for live in self.list.iter().filter(|l| l.scheme.is_some()) {
            let on_port = gateways.entry(live.listener.port.value).or_default();
            let name = live.gateway.meta.full_name();
            if !on_port.contains(&name) && on_port.len() < 4 {
                on_port.push(name);
            }
        }
        for live in &mut self.list {
            let Some(names) = gateways.get(&live.listener.port.value).filter(|n| n.len() > 1) else {
                continue;
            };
            let open = format!(
                "the Gateways {} all listen on port {}; the client's address decides which one it asks",
                names.join(" and "),
                live.listener.port.value
            );
            let certainty = std::mem::take(&mut live.certainty);
            live.certainty = certainty.and(Certainty::Likely(open));
        }
    }
}

/// What Gateways refer to, by name.
struct Known<'c> {
    classes: HashMap<&'c str, &'c GatewayClass>,
    secrets: HashMap<(&'c str, &'c str), &'c Secret>,
    /// Whether the manifests have any class at all, and any Secret.
    has_classes: bool,
    has_secrets: bool,
}

impl<'c> Known<'c> {
    fn of(cluster: &'c Cluster) -> Self {
        let classes = cluster.gateway_classes.iter().filter(|c| c.admitted);
        let secrets = cluster.secrets.iter().filter(|s| s.admitted);
        Self {
            classes: classes.map(|c| (c.meta.name.value.as_str(), c)).collect(),
            secrets: secrets.map(|s| ((s.meta.namespace.as_str(), s.meta.name.value.as_str()), s)).collect(),
            has_classes: !cluster.gateway_classes.is_empty(),
            has_secrets: !cluster.secrets.is_empty(),
        }
    }
}

fn why_not_served(
    known: &Known<'_>,
    settings: &Settings,
    implementation: Implementation,
    gateway: &Gateway,
) -> Option<String> {
    let name = gateway.meta.full_name();
    if !gateway.admitted {
        return Some(format!("the API server refuses Gateway {name}, so it does not exist in the cluster"));
    }
    if let Some(wanted) = settings.get("gateway").filter(|&wanted| wanted != name) {
        return Some(format!("only Gateway {wanted} was asked for, not {name}"));
    }
    let class = gateway.class_name.as_ref().map_or("", |c| c.value.as_str());
    if let Some(wanted) = settings.get("gatewayClassName").filter(|&wanted| wanted != class) {
        return Some(format!("Gateway {name} has class {class}, and only class {wanted} was asked for"));
    }
    if !known.has_classes {
        return None;
    }
    let Some(found) = known.classes.get(class) else {
        return Some(format!("there is no GatewayClass {class}, so no controller serves Gateway {name}"));
    };
    let controller = found.controller_name.as_ref().map_or("", |c| c.value.as_str());
    (implementation == Implementation::Traefik && controller != TRAEFIK_CONTROLLER).then(|| {
        format!("GatewayClass {class} belongs to controller {controller}, so Traefik does not serve Gateway {name}")
    })
}

/// The ListenerSets by their Gateway, the older first.
fn sets(cluster: &Cluster) -> HashMap<(&str, &str), Vec<&ListenerSet>> {
    let mut sets: HashMap<_, Vec<&ListenerSet>> = HashMap::new();
    for set in cluster.listener_sets.iter().filter(|s| s.admitted) {
        let Some(parent) = &set.parent else { continue };
        let namespace = set.parent_namespace.as_deref().unwrap_or(&set.meta.namespace);
        sets.entry((namespace, parent.value.as_str())).or_default().push(set);
    }
    for sets in sets.values_mut() {
        sets.sort_by_key(|s| (s.meta.created.unwrap_or(i64::MAX), &s.meta.namespace, &s.meta.name.value));
    }
    sets
}

fn set_key(set: &ListenerSet) -> (&str, &str, &str) {
    (&set.meta.kind, &set.meta.namespace, &set.meta.name.value)
}

/// Why a listener of a ListenerSet yields to those of the Gateway and of older ListenerSets.
fn conflict(before: &[Live<'_>], live: &Live<'_>) -> Option<String> {
    let on_port = before.iter().filter(|b| b.listener.port.value == live.listener.port.value);
    on_port.filter(|b| b.down.is_none()).find_map(|b| {
        if b.listener.protocol.value != live.listener.protocol.value {
            return Some(format!("ProtocolConflict: {} has its port with another protocol", b.title()));
        }
        (b.host == live.host).then(|| format!("HostnameConflict: {} has its port and hostname", b.title()))
    })
}

fn live<'c>(
    known: &Known<'_>,
    grants: &Grants<'_>,
    gateway: &'c Gateway,
    (kind, owner): (&str, &'c Meta),
    place: usize,
    listener: &'c Listener,
) -> Live<'c> {
    let scheme = match listener.protocol.value {
        ListenerProtocol::Http => Some(Scheme::Http),
        ListenerProtocol::Https => Some(Scheme::Https),
        _ => None,
    };
    let host = listener.hostname.as_ref().map_or(HostPattern::Any, |h| pattern(&h.value));
    let (down, certainty) = match scheme {
        Some(Scheme::Https) => certificates(known, grants, (kind, owner), listener),
        _ => (None, Certainty::Certain),
    };
    Live { gateway, owner, place, listener, host, scheme, down, certainty, better: None, has_siblings: false }
}

/// Whether an HTTPS listener has a certificate. One of several is enough.
fn certificates(
    known: &Known<'_>,
    grants: &Grants<'_>,
    (kind, owner): (&str, &Meta),
    listener: &Listener,
) -> (Option<String>, Certainty) {
    let Some(tls) = &listener.tls else {
        return (Some("InvalidCertificateRef: it has no `tls`".to_owned()), Certainty::Certain);
    };
    let own = owner.namespace.as_str();
    let mut first_reason = None;
    let mut assumed = None;
    for reference in &tls.certificate_refs {
        let namespace = reference.namespace.as_deref().unwrap_or(own);
        let name = reference.name.value.as_str();
        let to = (reference.group.as_str(), reference.kind.as_str(), name);
        let reason = if !grants.permit((kind, own), namespace, to) {
            format!(
                "RefNotPermitted: no ReferenceGrant in namespace {namespace} lets {kind}s of {own} use {} {name}",
                reference.kind
            )
        } else if !(reference.group.is_empty() && reference.kind == "Secret") {
            assumed.get_or_insert_with(|| {
                format!("its certificate is {} {name}, which only some implementations know", reference.kind)
            });
            continue;
        } else if !known.has_secrets {
            assumed.get_or_insert_with(|| {
                format!("no Secret is in the manifests; Secret {namespace}/{name} is assumed to hold a certificate")
            });
            continue;
        } else {
            match known.secrets.get(&(namespace, name)) {
                None => format!("InvalidCertificateRef: there is no Secret {namespace}/{name}"),
                Some(secret)
                    if !["tls.crt", "tls.key"].iter().all(|k| secret.keys.iter().any(|s| s == k)) =>
                {
                    format!("InvalidCertificateRef: Secret {namespace}/{name} lacks tls.crt or tls.key")
                }
                Some(_) => return (None, Certainty::Certain),
            }
        };
        first_reason.get_or_insert(reason);
    }
    match (assumed, first_reason) {
        (Some(assumed), _) => (None, Certainty::Likely(assumed)),
        (None, Some(reason)) => (Some(reason), Certainty::Certain),
        // `tls.options` alone: the implementation's own way to a certificate.
        (None, None) => (
            None,
            Certainty::Likely("its certificate comes from the implementation's own options".to_owned()),
        ),
    }
}

/// Gives each listener the hosts that more specific listeners on its port take.
fn isolate(listeners: &mut [Live<'_>]) {
    let mut by_port: HashMap<(u16, Option<Scheme>), Vec<usize>> = HashMap::new();
    for (i, live) in listeners.iter().enumerate().filter(|(_, l)| l.down.is_none() && l.scheme.is_some()) {
        by_port.entry((live.listener.port.value, live.scheme)).or_default().push(i);
    }
    // A Gateway has at most 64 listeners.
    for group in by_port.values().filter(|g| g.len() > 1) {
        let hosts: Vec<HostPattern> =
            group.iter().filter_map(|&i| listeners.get(i)).map(|l| l.host.clone()).collect();
        for &i in group {
            let Some(live) = listeners.get_mut(i) else { continue };
            live.has_siblings = true;
            let mut better: Vec<_> =
                hosts.iter().filter(|h| **h != live.host && covers(&live.host, h)).cloned().collect();
            better.sort_by_key(specificity);
            live.better = (!better.is_empty()).then(|| HostSet::new(better));
        }
    }
}
