//! GatewayClass, Gateway and ReferenceGrant.

use super::super::super::{
    AllowedRoutes, CertificateRef, FromNamespaces, GATEWAY_GROUP, Gateway, GatewayClass, GrantFrom, GrantTo,
    LabelOperator, LabelSelector, Listener, ListenerProtocol, ListenerSet, ListenerTls, Meta, ReferenceGrant,
};
use super::super::context::{At, Cx, items, strings, text};
use super::check::{Fields, Form};
use super::{each, nothing};
use crate::manifest::Node;
use std::collections::HashMap;

#[inline(never)]
pub(in super::super) fn class(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> GatewayClass {
    let empty = nothing(root);
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let controller_name = Fields { node: spec, at: &at, cx }.required("controllerName", Form::Text(253));
    GatewayClass { controller_name, admitted: cx.admitted, meta }
}

#[inline(never)]
pub(in super::super) fn gateway(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> Gateway {
    let empty = nothing(root);
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let mut fields = Fields { node: spec, at: &at, cx };
    let class_name = fields.required("gatewayClassName", Form::Text(253));
    if fields.get("listeners").is_none() {
        fields.missing("listeners");
    }
    let list = fields.list("listeners", 1..=64);
    let allowed = fields.map("allowedListeners");
    let allowed_listeners = allowed.map_or(FromNamespaces::None, |node| {
        from_namespaces(node, FromNamespaces::None, &at.field("allowedListeners"), cx)
    });
    let at = at.field("listeners");
    let listeners = each(list, &at, cx, listener);
    unique_listeners(&listeners, &at, cx);
    Gateway { class_name, listeners, allowed_listeners, admitted: cx.admitted, meta }
}

#[inline(never)]
pub(in super::super) fn listener_set(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> ListenerSet {
    let empty = nothing(root);
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let mut fields = Fields { node: spec, at: &at, cx };
    let parent = fields.map("parentRef");
    for key in ["parentRef", "listeners"] {
        if fields.get(key).is_none() {
            fields.missing(key);
        }
    }
    let list = fields.list("listeners", 1..=64);
    let (mut parent_namespace, mut parent_name) = (None, None);
    if let Some(node) = parent {
        let at = at.field("parentRef");
        let mut fields = Fields { node, at: &at, cx };
        let group = fields.text("group", Form::Group);
        let kind = fields.text("kind", Form::Kind);
        parent_namespace = fields.text("namespace", Form::Namespace).map(|n| n.value);
        let is_gateway =
            group.is_none_or(|g| g.value == GATEWAY_GROUP) && kind.is_none_or(|k| k.value == "Gateway");
        parent_name = fields.required("name", Form::Text(253)).filter(|_| is_gateway);
    }
    let at = at.field("listeners");
    let listeners = each(list, &at, cx, listener);
    unique_listeners(&listeners, &at, cx);
    ListenerSet { meta, parent_namespace, parent: parent_name, listeners, admitted: cx.admitted }
}

fn listener(node: &Node, at: &At, cx: &mut Cx) -> Option<Listener> {
    let mut fields = Fields { node, at, cx };
    let name = fields.required("name", Form::SectionName);
    let protocol = fields.required("protocol", Form::Protocol);
    if fields.get("port").is_none() {
        fields.missing("port");
    }
    let port = fields.port("port");
    let hostname = match fields.get("hostname").and_then(Node::as_str) {
        Some("") => None,
        _ => fields.text("hostname", Form::Hostname),
    };
    let protocol = protocol.map(|p| crate::span::Spanned::new(protocol_of(&p.value), p.span));
    let tls_node = fields.map("tls");
    let allowed = fields.map("allowedRoutes");
    if let Some(protocol) = &protocol {
        use ListenerProtocol::{Http, Tcp, Tls, Udp};
        let word = protocol.value.as_str();
        match (&protocol.value, tls_node) {
            (Http | Tcp | Udp, Some(tls)) => {
                fields.contradiction("tls", tls.span, format!("`tls` must not be set for protocol {word}"));
            }
            (Tls, None) => {
                fields.contradiction("tls", node.span, "`tls` must be set for protocol TLS");
            }
            _ => {}
        }
        if let (Tcp | Udp, Some(hostname)) = (&protocol.value, &hostname) {
            let message = format!("`hostname` must not be set for protocol {word}");
            fields.contradiction("hostname", hostname.span, message);
        }
    }
    let https = protocol.as_ref().is_some_and(|p| p.value == ListenerProtocol::Https);
    let tls = tls_node.map(|node| listener_tls(node, https, &at.field("tls"), cx));
    let allowed_routes = allowed.map(|node| allowed_routes(node, &at.field("allowedRoutes"), cx));
    Some(Listener {
        name: name?,
        hostname,
        port: port?,
        protocol: protocol?,
        tls,
        allowed_routes: allowed_routes.unwrap_or_default(),
        span: node.span,
    })
}

fn protocol_of(word: &str) -> ListenerProtocol {
    match word {
        "HTTP" => ListenerProtocol::Http,
        "HTTPS" => ListenerProtocol::Https,
        "TLS" => ListenerProtocol::Tls,
        "TCP" => ListenerProtocol::Tcp,
        "UDP" => ListenerProtocol::Udp,
        other => ListenerProtocol::Other(other.to_owned()),
    }
}

fn listener_tls(node: &Node, https: bool, at: &At, cx: &mut Cx) -> ListenerTls {
    let mut fields = Fields { node, at, cx };
    let mode = fields.text("mode", Form::Word(&["Terminate", "Passthrough"]));
    let passthrough = mode.as_ref().is_some_and(|m| m.value == "Passthrough");
    if https && let Some(mode) = mode.filter(|m| m.value == "Passthrough") {
        fields.contradiction("mode", mode.span, "`mode` must be Terminate for protocol HTTPS");
    }
    let refs = fields.list("certificateRefs", 0..=64);
    let options = fields.map("options").map_or(0, |o| o.entries().len());
    if !passthrough && refs.is_empty() && options == 0 {
        let message = "`certificateRefs` or `options` must be set when the mode is Terminate";
        fields.contradiction("certificateRefs", node.span, message);
    }
    let certificate_refs = each(refs, &at.field("certificateRefs"), cx, certificate_ref);
    ListenerTls { passthrough, certificate_refs, span: node.span }
}

fn certificate_ref(node: &Node, at: &At, cx: &mut Cx) -> Option<CertificateRef> {
    let mut fields = Fields { node, at, cx };
    Some(CertificateRef {
        group: fields.text("group", Form::Group).map(|g| g.value).unwrap_or_default(),
        kind: fields.text("kind", Form::Kind).map_or_else(|| "Secret".to_owned(), |k| k.value),
        namespace: fields.text("namespace", Form::Namespace).map(|n| n.value),
        name: fields.required("name", Form::Text(253))?,
        span: node.span,
    })
}

fn allowed_routes(node: &Node, at: &At, cx: &mut Cx) -> AllowedRoutes {
    let mut fields = Fields { node, at, cx };
    let kinds = fields.list("kinds", 0..=8);
    let kinds = each(kinds, &at.field("kinds"), cx, |node, at, cx| {
        let mut fields = Fields { node, at, cx };
        let group = fields.text("group", Form::Group).map_or_else(|| GATEWAY_GROUP.to_owned(), |g| g.value);
        Some((group, fields.required("kind", Form::Kind)?.value))
    });
    AllowedRoutes { from: from_namespaces(node, FromNamespaces::Same, at, cx), kinds }
}

/// Reads `namespaces`.
fn from_namespaces(node: &Node, default: FromNamespaces, at: &At, cx: &mut Cx) -> FromNamespaces {
    let namespaces = Fields { node, at, cx }.map("namespaces");
    let Some(node) = namespaces else { return default };
    let at = at.field("namespaces");
    let mut fields = Fields { node, at: &at, cx };
    let from = fields.text("from", Form::Word(&["All", "Selector", "Same", "None"]));
    match from.as_ref().map(|f| f.value.as_str()) {
        Some("All") => FromNamespaces::All,
        Some("None") => FromNamespaces::None,
        Some("Same") => FromNamespaces::Same,
        Some("Selector") => FromNamespaces::Selector(fields.map("selector").map(selector)),
        _ => default,
    }
}

fn selector(node: &Node) -> LabelSelector {
    let expressions = items(node, "matchExpressions").iter().filter_map(|node| {
        let operator = match text(node, "operator")?.value.as_str() {
            "In" => LabelOperator::In,
            "NotIn" => LabelOperator::NotIn,
            "Exists" => LabelOperator::Exists,
            "DoesNotExist" => LabelOperator::DoesNotExist,
            _ => return None,
        };
        let values = items(node, "values").iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
        Some((text(node, "key")?.value, operator, values))
    });
    LabelSelector { match_labels: strings(node, "matchLabels"), match_expressions: expressions.collect() }
}

/// Names are unique, and so are port, protocol and hostname together.
fn unique_listeners(listeners: &[Listener], at: &At, cx: &mut Cx) {
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut places: HashMap<(u16, &str, &str), usize> = HashMap::new();
    for (i, listener) in listeners.iter().enumerate() {
        let name = listener.name.value.as_str();
        let hostname = listener.hostname.as_ref().map_or("", |h| h.value.as_str());
        let place = (listener.port.value, listener.protocol.value.as_str(), hostname);
        let node = nothing_at(listener);
        let at = at.index(i);
        let mut fields = Fields { node: &node, at: &at, cx };
        if names.insert(name, i).is_some() {
            let message = format!("two listeners are named {name}: names are unique in a Gateway");
            fields.contradiction("name", listener.name.span, message);
        }
        if places.insert(place, i).is_some() {
            let message = "another listener has the same port, protocol and hostname";
            fields.contradiction("port", listener.port.span, message);
        }
    }
}

fn nothing_at(listener: &Listener) -> Node {
    Node { span: listener.span, value: crate::manifest::Value::Null }
}

#[inline(never)]
pub(in super::super) fn grant(root: &Node, meta: Meta, at: At, cx: &mut Cx) -> ReferenceGrant {
    let empty = nothing(root);
    let spec = root.get("spec").unwrap_or(&empty);
    let at = at.field("spec");
    let mut fields = Fields { node: spec, at: &at, cx };
    for key in ["from", "to"] {
        if fields.get(key).is_none() {
            fields.missing(key);
        }
    }
    let from = fields.list("from", 1..=16);
    let to = fields.list("to", 1..=16);
    let from = each(from, &at.field("from"), cx, |node, at, cx| {
        let mut fields = Fields { node, at, cx };
        let group = fields.required("group", Form::Group);
        let kind = fields.required("kind", Form::Kind);
        let namespace = fields.required("namespace", Form::Namespace);
        Some(GrantFrom { group: group?.value, kind: kind?.value, namespace: namespace?.value })
    });
    let to = each(to, &at.field("to"), cx, |node, at, cx| {
        let mut fields = Fields { node, at, cx };
        let group = fields.required("group", Form::Group);
        let kind = fields.required("kind", Form::Kind);
        let name = fields.text("name", Form::Text(253)).map(|n| n.value);
        Some(GrantTo { group: group?.value, kind: kind?.value, name })
    });
    ReferenceGrant { from, to, admitted: cx.admitted, meta }
}
