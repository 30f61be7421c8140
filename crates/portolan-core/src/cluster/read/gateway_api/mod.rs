//! The kinds of the Gateway API, with the defaults and the validation of its custom resource
//! definitions (kubernetes-sigs/gateway-api, `apis/v1/*_types.go`, the kubebuilder markers).
//!
//! One rule is only warned about: two parentRefs for the same Gateway of which one has no
//! `sectionName`. The definitions refuse that, but clusters with definitions from before v0.8, and
//! controllers fed without an API server, take it.

mod check;
mod filter;
mod gateway;
mod route;

pub(super) use gateway::{class, gateway, grant, listener_set};
pub(super) use route::{grpc_route, http_route};

use super::context::At;
use super::context::Cx;
use crate::manifest::{Node, Value};

/// Reads the mappings of a list.
fn each<T>(
    list: &[Node],
    at: &At,
    cx: &mut Cx,
    mut read: impl FnMut(&Node, &At, &mut Cx) -> Option<T>,
) -> Vec<T> {
    let mut read_items = Vec::with_capacity(list.len());
    for (i, node) in list.iter().enumerate() {
        let at = at.index(i);
        if check::is_map(node, &at, cx) {
            read_items.extend(read(node, &at, cx));
        }
    }
    read_items
}

/// A node that has nothing, in the place of one that is missing.
fn nothing(near: &Node) -> Node {
    Node { span: near.span, value: Value::Null }
}
