//! Node, Namespace, Secret, ConfigMap.

use super::super::{ConfigMap, Meta, Namespace, Node as ClusterNode, Secret};
use super::context::*;
use crate::manifest::Node;
use crate::span::Spanned;

pub(super) fn node(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> ClusterNode {
    let addresses = root.get("status").map(|s| items(s, "addresses")).unwrap_or_default();
    ClusterNode {
        addresses: addresses
            .iter()
            .filter_map(|a| Some((text(a, "type")?.value, nonempty(a, "address")?.value)))
            .collect(),
        admitted: cx.admitted,
        meta,
    }
}

pub(super) fn namespace(meta: Meta, cx: &mut Cx) -> Namespace {
    Namespace { admitted: cx.admitted, meta }
}

pub(super) fn secret(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> Secret {
    let of = |key| root.get(key).map(Node::entries).unwrap_or_default();
    let mut keys: Vec<String> = of("data").iter().chain(of("stringData")).map(|e| e.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    Secret {
        secret_type: nonempty(root, "type").map_or_else(|| "Opaque".to_owned(), |t| t.value),
        keys,
        admitted: cx.admitted,
        meta,
    }
}

pub(super) fn config_map(root: &Node, meta: Meta, _at: At, cx: &mut Cx) -> ConfigMap {
    let data = root.get("data").map(Node::entries).unwrap_or_default();
    ConfigMap {
        data: data
            .iter()
            .filter_map(|e| {
                let value = Spanned::new(e.value.as_str()?.to_owned(), e.value.span);
                Some((Spanned::new(e.key.clone(), e.key_span), value))
            })
            .collect(),
        admitted: cx.admitted,
        meta,
    }
}
