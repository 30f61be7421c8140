//! Node, Namespace, Secret, ConfigMap.

use super::super::{ConfigMap, Meta, Namespace, Node as ClusterNode, Secret, codes};
use super::context::*;
use crate::logins::Logins;
use crate::manifest::{Entry, Node};
use crate::span::Spanned;
use std::collections::BTreeMap;

#[inline(never)]
pub(super) fn node(root: &Node, meta: Meta, cx: &mut Cx) -> ClusterNode {
    let addresses = root.get("status").map(|s| items(s, "addresses")).unwrap_or_default();
    let conditions = root.get("status").map(|s| items(s, "conditions")).unwrap_or_default();
    let ready = conditions.iter().find(|c| str_of(c, "type").is_some_and(|t| t.value == "Ready"));
    ClusterNode {
        provider_id: child(root, "spec").and_then(|s| nonempty(s, "providerID")).map(|t| t.value),
        ready: ready.map(|c| str_of(c, "status").is_some_and(|s| s.value == "True")),
        addresses: addresses
            .iter()
            .filter_map(|a| Some((text(a, "type")?.value, nonempty(a, "address")?.value)))
            .collect(),
        admitted: cx.admitted,
        meta,
    }
}

#[inline(never)]
pub(super) fn namespace(meta: Meta, cx: &mut Cx) -> Namespace {
    Namespace { admitted: cx.admitted, meta }
}

#[inline(never)]
pub(super) fn secret(root: &Node, meta: Meta, cx: &mut Cx) -> Secret {
    data_keys(root, "data", cx);
    data_keys(root, "stringData", cx);
    let all = entries(root, "data").iter().chain(entries(root, "stringData"));
    let mut keys: Vec<String> = all.map(|e| e.key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let secret_type = nonempty(root, "type").map_or_else(|| "Opaque".to_owned(), |t| t.value);
    if secret_type == "kubernetes.io/tls" {
        let at = At::ROOT.field("data");
        for key in ["tls.crt", "tls.key"] {
            if keys.binary_search_by(|k| k.as_str().cmp(key)).is_err() {
                let span = child(root, "data").or(child(root, "type")).map_or(root.span, |n| n.span);
                let message = format_args!("a Secret of type kubernetes.io/tls needs the key `{key}`");
                cx.reject(codes::DATA, &at.key(key), span, message);
            }
        }
    }
    let (logins, login_map) = logins(root);
    Secret { secret_type, keys, logins, login_map, admitted: cx.admitted, meta }
}

/// The users of the file under `auth`, and those that the keys name. The values themselves are not kept.
fn logins(root: &Node) -> (Logins, Logins) {
    let decoded = |e: &Entry| {
        let bytes = crate::manifest::base64(string_value(e)?)?;
        Some((e.key.clone(), String::from_utf8_lossy(&bytes).into_owned()))
    };
    let plain = |e: &Entry| Some((e.key.clone(), string_value(e)?.to_owned()));
    let mut values: BTreeMap<String, String> = entries(root, "data").iter().filter_map(decoded).collect();
    values.extend(entries(root, "stringData").iter().filter_map(plain));
    let file = values.get("auth").map(|file| Logins::of_file(file)).unwrap_or_default();
    (file, Logins::of_map(values.iter().map(|(name, hash)| (name.as_str(), hash.as_str()))))
}

#[inline(never)]
pub(super) fn config_map(root: &Node, meta: Meta, cx: &mut Cx) -> ConfigMap {
    data_keys(root, "data", cx);
    data_keys(root, "binaryData", cx);
    let text = |e: &Entry| {
        let value = Spanned::new(string_value(e)?.to_owned(), e.value.span);
        Some((Spanned::new(e.key.clone(), e.key_span), value))
    };
    ConfigMap { data: entries(root, "data").iter().filter_map(text).collect(), admitted: cx.admitted, meta }
}

/// Checks the keys of a Secret's or ConfigMap's data: they become file names.
fn data_keys(root: &Node, field: &str, cx: &mut Cx) {
    let at = At::ROOT.field(field);
    for entry in entries(root, field) {
        let key = entry.key.as_str();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if key.is_empty()
            || key.len() > 253
            || !key.bytes().all(allowed)
            || key == "."
            || key.starts_with("..")
        {
            let message = format_args!("key `{}` may hold only letters, digits, `-`, `_` and `.`", Clip(key));
            cx.reject(codes::DATA, &at.key(key), entry.key_span, message);
        }
    }
}
