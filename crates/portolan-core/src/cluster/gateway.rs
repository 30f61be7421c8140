//! GatewayClass, Gateway and ReferenceGrant, in the words of `gateway.networking.k8s.io/v1`.

use super::Meta;
use crate::span::{Span, Spanned};
use std::collections::BTreeMap;

/// The API group of the kinds of this module and of the routes.
pub const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// A GatewayClass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayClass {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.controllerName`.
    pub controller_name: Option<Spanned<String>>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// A Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.gatewayClassName`.
    pub class_name: Option<Spanned<String>>,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
    /// `spec.allowedListeners.namespaces`, `None` where left out: whose ListenerSets it takes.
    pub allowed_listeners: FromNamespaces,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// A ListenerSet, or its experimental forerunner XListenerSet: more listeners for a Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerSet {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.parentRef.namespace`; `None` for its own.
    pub parent_namespace: Option<String>,
    /// `spec.parentRef.name`; `None` where the parent is no Gateway.
    pub parent: Option<Spanned<String>>,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// One entry of `spec.listeners`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// `name`.
    pub name: Spanned<String>,
    /// `hostname`; `None` where left out or empty: every host.
    pub hostname: Option<Spanned<String>>,
    /// `port`.
    pub port: Spanned<u16>,
    /// `protocol`.
    pub protocol: Spanned<ListenerProtocol>,
    /// `tls`.
    pub tls: Option<ListenerTls>,
    /// `allowedRoutes`, with its defaults.
    pub allowed_routes: AllowedRoutes,
    /// The entry.
    pub span: Span,
}

/// What a listener speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenerProtocol {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
    /// TLS, routed by server name.
    Tls,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// An implementation's own.
    Other(String),
}

impl ListenerProtocol {
    /// The word in manifests.
    pub fn as_str(&self) -> &str {
        match self {
            ListenerProtocol::Http => "HTTP",
            ListenerProtocol::Https => "HTTPS",
            ListenerProtocol::Tls => "TLS",
            ListenerProtocol::Tcp => "TCP",
            ListenerProtocol::Udp => "UDP",
            ListenerProtocol::Other(word) => word,
        }
    }
}

/// A listener's `tls`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerTls {
    /// `mode: Passthrough`; `Terminate` where left out.
    pub passthrough: bool,
    /// `certificateRefs`.
    pub certificate_refs: Vec<CertificateRef>,
    /// The value.
    pub span: Span,
}

/// One entry of `certificateRefs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRef {
    /// `group`; empty, the core group, where left out.
    pub group: String,
    /// `kind`, `Secret` where left out.
    pub kind: String,
    /// `namespace`; `None` for the Gateway's own.
    pub namespace: Option<String>,
    /// `name`.
    pub name: Spanned<String>,
    /// The entry.
    pub span: Span,
}

/// Which routes may attach to a listener.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedRoutes {
    /// `namespaces`, `Same` where left out.
    pub from: FromNamespaces,
    /// `kinds` as group and kind; empty for all that the protocol carries.
    pub kinds: Vec<(String, String)>,
}

/// From which namespaces routes, or ListenerSets, may attach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FromNamespaces {
    /// The Gateway's own.
    #[default]
    Same,
    /// Every one.
    All,
    /// Those whose labels match; without a selector, none.
    Selector(Option<LabelSelector>),
    /// None.
    None,
}

/// A label selector.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelSelector {
    /// `matchLabels`.
    pub match_labels: BTreeMap<String, String>,
    /// `matchExpressions`: key, operator, values.
    pub match_expressions: Vec<(String, LabelOperator, Vec<String>)>,
}

/// The operator of a label requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelOperator {
    /// The label has one of the values.
    In,
    /// The label has none of the values, or is not there.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

impl LabelSelector {
    /// Whether labels fulfil all requirements. An empty selector is fulfilled by all.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|(key, operator, values)| {
                let value = labels.get(key);
                match operator {
                    LabelOperator::In => value.is_some_and(|v| values.contains(v)),
                    LabelOperator::NotIn => value.is_none_or(|v| !values.contains(v)),
                    LabelOperator::Exists => value.is_some(),
                    LabelOperator::DoesNotExist => value.is_none(),
                }
            })
    }
}

/// A ReferenceGrant: objects of its namespace may be referred to from other namespaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceGrant {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.from`.
    pub from: Vec<GrantFrom>,
    /// `spec.to`.
    pub to: Vec<GrantTo>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// Who may refer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantFrom {
    /// `group`.
    pub group: String,
    /// `kind`.
    pub kind: String,
    /// `namespace`.
    pub namespace: String,
}

/// To what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantTo {
    /// `group`; empty for the core group.
    pub group: String,
    /// `kind`.
    pub kind: String,
    /// `name`; `None` for every one.
    pub name: Option<String>,
}

impl ReferenceGrant {
    /// Whether it lets an object of one kind and namespace refer to an object of its own namespace.
    pub fn permits(&self, from: &GrantFrom, group: &str, kind: &str, name: &str) -> bool {
        self.from.contains(from)
            && self.to.iter().any(|to| {
                to.group == group && to.kind == kind && to.name.as_deref().is_none_or(|n| n == name)
            })
    }
}
