//! Ingress and IngressClass, in the words of `networking.k8s.io/v1`. Older versions are converted
//! to these words as the API server converted them.

use super::Meta;
use crate::span::{Span, Spanned};

/// An Ingress as the API server would hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingress {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.ingressClassName`.
    pub class_name: Option<Spanned<String>>,
    /// The default IngressClass that the API server puts into `spec.ingressClassName` when the
    /// Ingress is created with neither a class name nor the annotation `kubernetes.io/ingress.class`.
    /// `class_name` stays as written.
    pub class_defaulted: Option<String>,
    /// `spec.defaultBackend` (`spec.backend` before v1).
    pub default_backend: Option<Backend>,
    /// `spec.tls`.
    pub tls: Vec<IngressTls>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule>,
    /// Whether the API server would accept it. One that it would refuse does not exist in the
    /// cluster, so no controller ever sees its rules; the problems say why.
    pub admitted: bool,
}

/// One entry of `spec.tls`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressTls {
    /// `hosts`.
    pub hosts: Vec<Spanned<String>>,
    /// `secretName`.
    pub secret_name: Option<Spanned<String>>,
    /// The entry.
    pub span: Span,
}

/// One entry of `spec.rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressRule {
    /// `host`; `None` where left out or empty: every host.
    pub host: Option<Spanned<String>>,
    /// `http.paths`; `None` where the rule has no `http`.
    pub paths: Option<Vec<IngressPath>>,
    /// The entry.
    pub span: Span,
}

/// One entry of `http.paths`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressPath {
    /// `path`; `None` where left out.
    pub path: Option<Spanned<String>>,
    /// `pathType`, with the default of the object's API version. Its span is that of the entry
    /// where it was left out.
    pub path_type: Spanned<PathType>,
    /// Whether `pathType` was left out (possible before v1).
    pub path_type_defaulted: bool,
    /// `backend`.
    pub backend: Backend,
    /// The entry.
    pub span: Span,
}

/// How a path is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum PathType {
    /// Byte for byte.
    Exact,
    /// Element by element.
    Prefix,
    /// As the controller pleases.
    ImplementationSpecific,
}

impl PathType {
    /// The word in manifests.
    pub const fn as_str(self) -> &'static str {
        match self {
            PathType::Exact => "Exact",
            PathType::Prefix => "Prefix",
            PathType::ImplementationSpecific => "ImplementationSpecific",
        }
    }
}

/// Where a path's requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// To what.
    pub target: BackendTarget,
    /// The `backend` value.
    pub span: Span,
}

/// What a backend names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackendTarget {
    /// A Service of the Ingress' namespace.
    Service {
        /// `service.name`.
        name: Spanned<String>,
        /// `service.port`.
        port: Spanned<PortRef>,
    },
    /// Another object (`resource`).
    Resource {
        /// `apiGroup`, empty for the core group.
        api_group: String,
        /// `kind`.
        kind: String,
        /// `name`.
        name: Spanned<String>,
    },
    /// Neither could be read; the problems say why. Only in Ingresses that are not admitted.
    Unreadable,
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(untagged))]
pub enum PortRef {
    /// By number.
    Number(u16),
    /// By name.
    Name(String),
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PortRef::Number(n) => write!(f, "{n}"),
            PortRef::Name(n) => f.write_str(n),
        }
    }
}

/// An IngressClass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressClass {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.controller`.
    pub controller: Option<Spanned<String>>,
    /// Whether the annotation `ingressclass.kubernetes.io/is-default-class` says `"true"`.
    pub is_default: bool,
    /// Whether the API server would accept it.
    pub admitted: bool,
}
