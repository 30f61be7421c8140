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
    /// Reads a selector as it stands on command lines: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
    /// `None` where it is none.
    pub fn parse(text: &str) -> Option<LabelSelector> {
        let mut selector = LabelSelector::default();
        let mut rest = text.trim();
        while !rest.is_empty() {
            // A comma inside of brackets does not end the requirement.
            let close = rest.find('(').filter(|open| rest.find(',').is_none_or(|comma| *open < comma));
            let end = match close {
                Some(open) => open + rest.get(open..)?.find(')')? + 1,
                None => rest.find(',').unwrap_or(rest.len()),
            };
            let (requirement, after) = rest.split_at_checked(end)?;
            rest = after.trim_start();
            rest = if rest.is_empty() { rest } else { rest.strip_prefix(',')?.trim_start() };
            let (key, operator, values) = requirement_of(requirement.trim())?;
            selector.match_expressions.push((key.trim().to_owned(), operator, values));
        }
        Some(selector)
    }

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

/// One requirement of a selector on a command line.
fn requirement_of(text: &str) -> Option<(&str, LabelOperator, Vec<String>)> {
    if let Some((head, list)) = text.strip_suffix(')').and_then(|t| t.split_once('(')) {
        let (key, word) = head.trim().split_once(char::is_whitespace)?;
        let operator = match word.trim() {
            "in" => LabelOperator::In,
            "notin" => LabelOperator::NotIn,
            _ => return None,
        };
        return Some((key, operator, list.split(',').map(|v| v.trim().to_owned()).collect()));
    }
    let value = |v: &str| vec![v.trim().to_owned()];
    if let Some((key, v)) = text.split_once("!=") {
        return Some((key, LabelOperator::NotIn, value(v)));
    }
    if let Some((key, v)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return Some((key, LabelOperator::In, value(v)));
    }
    match text.strip_prefix('!') {
        Some(key) => Some((key, LabelOperator::DoesNotExist, Vec::new())),
        None if text.is_empty() || text.contains(char::is_whitespace) => None,
        None => Some((text, LabelOperator::Exists, Vec::new())),
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

#[cfg(test)]
mod tests {
    use super::LabelSelector;
    use std::collections::BTreeMap;

    #[test]
    fn selectors_of_command_lines() {
        let labels = BTreeMap::from([("a".to_owned(), "b".to_owned()), ("c".to_owned(), "d".to_owned())]);
        for (text, matches) in [
            ("", true),
            ("a=b", true),
            ("a==b,c = d", true),
            ("a=c", false),
            ("a!=c,x!=y", true),
            ("a in (x, b),c", true),
            ("a notin (b)", false),
            ("!x,a", true),
            ("x", false),
        ] {
            let selector = LabelSelector::parse(text).expect(text);
            assert_eq!(selector.matches(&labels), matches, "{text}");
        }
        for bad in ["a is b", "a in (b", "a in (b) c", "a within (b)"] {
            assert_eq!(LabelSelector::parse(bad), None, "{bad}");
        }
    }
}
