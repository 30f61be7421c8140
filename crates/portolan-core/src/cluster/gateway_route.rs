//! HTTPRoute and GRPCRoute, in the words of `gateway.networking.k8s.io/v1`.

use super::Meta;
use crate::span::{Span, Spanned};

/// What the kinds of routes have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteCommon {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.parentRefs`.
    pub parent_refs: Vec<ParentRef>,
    /// `spec.hostnames`; empty for every host of the listener.
    pub hostnames: Vec<Spanned<String>>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// An HTTPRoute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// What it has in common with other routes.
    pub common: RouteCommon,
    /// `spec.rules`; where left out, one rule for every path and without backends.
    pub rules: Vec<RouteRule<HttpMatch>>,
}

/// A GRPCRoute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrpcRoute {
    /// What it has in common with other routes.
    pub common: RouteCommon,
    /// `spec.rules`; none where left out.
    pub rules: Vec<RouteRule<GrpcMatch>>,
}

/// One entry of `spec.parentRefs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentRef {
    /// `group`, `gateway.networking.k8s.io` where left out.
    pub group: String,
    /// `kind`, `Gateway` where left out.
    pub kind: String,
    /// `namespace`; `None` for the route's own.
    pub namespace: Option<String>,
    /// `name`.
    pub name: Spanned<String>,
    /// `sectionName`: a listener's name.
    pub section_name: Option<Spanned<String>>,
    /// `port`: a listener's port.
    pub port: Option<Spanned<u16>>,
    /// The entry.
    pub span: Span,
}

/// One entry of `spec.rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRule<M> {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `matches`, of which any may hold; the default match where left out.
    pub matches: Vec<M>,
    /// `filters`, in order.
    pub filters: Vec<RouteFilter>,
    /// `backendRefs`.
    pub backend_refs: Vec<RouteBackendRef>,
    /// The entry.
    pub span: Span,
}

/// One entry of an HTTPRoute's `matches`: all of it must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpMatch {
    /// `path.type`, `PathPrefix` where left out.
    pub path_type: PathMatchType,
    /// `path.value`, `/` where left out.
    pub path: String,
    /// `headers`.
    pub headers: Vec<ValueMatch>,
    /// `queryParams`.
    pub query_params: Vec<ValueMatch>,
    /// `method`.
    pub method: Option<String>,
    /// The entry, or what stands for it where it was left out.
    pub span: Span,
}

/// How a path is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathMatchType {
    /// Byte for byte.
    Exact,
    /// Element by element.
    PathPrefix,
    /// By a regular expression of the implementation's dialect.
    RegularExpression,
}

impl PathMatchType {
    /// The word in manifests.
    pub const fn as_str(self) -> &'static str {
        match self {
            PathMatchType::Exact => "Exact",
            PathMatchType::PathPrefix => "PathPrefix",
            PathMatchType::RegularExpression => "RegularExpression",
        }
    }
}

/// A header or a query parameter and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueMatch {
    /// `name`.
    pub name: String,
    /// `value`.
    pub value: String,
    /// `type: RegularExpression`; `Exact` where left out.
    pub regex: bool,
}

/// One entry of a GRPCRoute's `matches`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrpcMatch {
    /// `method.service`.
    pub service: Option<String>,
    /// `method.method`.
    pub method: Option<String>,
    /// `method.type: RegularExpression`; `Exact` where left out.
    pub regex: bool,
    /// `headers`.
    pub headers: Vec<ValueMatch>,
    /// The entry, or what stands for it where it was left out.
    pub span: Span,
}

/// One entry of `backendRefs`, or the `backendRef` of a mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteBackendRef {
    /// `group`; empty, the core group, where left out.
    pub group: String,
    /// `kind`, `Service` where left out.
    pub kind: String,
    /// `namespace`; `None` for the route's own.
    pub namespace: Option<String>,
    /// `name`.
    pub name: Spanned<String>,
    /// `port`: the Service's port number.
    pub port: Option<Spanned<u16>>,
    /// `weight`, 1 where left out.
    pub weight: u32,
    /// `filters`.
    pub filters: Vec<RouteFilter>,
    /// The entry.
    pub span: Span,
}

/// One entry of `filters`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFilter {
    /// What it does.
    pub action: FilterAction,
    /// The entry.
    pub span: Span,
}

/// What a filter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterAction {
    /// `RequestHeaderModifier`.
    RequestHeaders(HeaderModifier),
    /// `ResponseHeaderModifier`.
    ResponseHeaders,
    /// `RequestRedirect`.
    Redirect(RequestRedirect),
    /// `URLRewrite`.
    Rewrite {
        /// `hostname`.
        hostname: Option<String>,
        /// `path`.
        path: Option<PathModifier>,
    },
    /// `RequestMirror`.
    Mirror(Option<RouteBackendRef>),
    /// `CORS`.
    Cors,
    /// `ExternalAuth`.
    ExternalAuth,
    /// `DirectResponse`: its `statusCode`.
    Direct(u16),
    /// `ExtensionRef`: an object of the implementation's own, as `kind.group/name`.
    Extension(String),
}

impl FilterAction {
    /// The word in manifests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            FilterAction::RequestHeaders(_) => "RequestHeaderModifier",
            FilterAction::ResponseHeaders => "ResponseHeaderModifier",
            FilterAction::Redirect(_) => "RequestRedirect",
            FilterAction::Rewrite { .. } => "URLRewrite",
            FilterAction::Mirror(_) => "RequestMirror",
            FilterAction::Cors => "CORS",
            FilterAction::ExternalAuth => "ExternalAuth",
            FilterAction::Direct(_) => "DirectResponse",
            FilterAction::Extension(_) => "ExtensionRef",
        }
    }
}

/// What becomes of a request's headers; names compare without case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeaderModifier {
    /// `set`.
    pub set: Vec<(String, String)>,
    /// `add`.
    pub add: Vec<(String, String)>,
    /// `remove`.
    pub remove: Vec<String>,
}

/// A `requestRedirect`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestRedirect {
    /// `scheme`: `http` or `https`.
    pub scheme: Option<String>,
    /// `hostname`.
    pub hostname: Option<String>,
    /// `path`.
    pub path: Option<PathModifier>,
    /// `port`.
    pub port: Option<u16>,
    /// `statusCode`, 302 where left out.
    pub status: u16,
}

/// What becomes of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathModifier {
    /// `ReplaceFullPath`.
    Full(String),
    /// `ReplacePrefixMatch`.
    Prefix(String),
}
