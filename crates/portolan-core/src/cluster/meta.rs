//! What every object has.

use crate::span::{Span, Spanned};
use std::collections::BTreeMap;

/// `metadata`, with the API server's defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// `apiVersion` as written, `extensions/v1beta1`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: Spanned<String>,
    /// `metadata.namespace`; `default` where left out, empty for cluster-wide kinds.
    pub namespace: String,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`, in the order written, each with its place.
    pub annotations: Vec<Annotation>,
    /// `metadata.creationTimestamp` in seconds since 1970, where the manifest has one.
    pub created: Option<i64>,
    /// The whole object.
    pub span: Span,
    /// Its place in the whole reading, from 0.
    pub index: usize,
}

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Its full key.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Spanned<String>,
}

impl Meta {
    /// The annotation with this full key.
    pub fn annotation(&self, key: &str) -> Option<&Annotation> {
        self.annotations.iter().find(|a| a.key.value == key)
    }

    /// `namespace/name`, as `kubectl` and controllers log it; only the name for cluster-wide kinds.
    pub fn full_name(&self) -> String {
        if self.namespace.is_empty() {
            self.name.value.clone()
        } else {
            format!("{}/{}", self.namespace, self.name.value)
        }
    }

    /// `Ingress default/web`: how messages name an object.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind, self.full_name())
    }
}
