//! The small kinds: what other rooms read a field or two of.

use super::Meta;
use crate::logins::Logins;
use crate::span::Spanned;

/// A Node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its metadata.
    pub meta: Meta,
    /// `status.addresses`: type (`InternalIP`, `ExternalIP`, `Hostname` …) and address.
    pub addresses: Vec<(String, String)>,
    /// `spec.providerID`: `openstack:///…`.
    pub provider_id: Option<String>,
    /// The condition `Ready` of `status.conditions`; `None` where the manifest has no status.
    pub ready: Option<bool>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// A Namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Its metadata; HTTPRoutes are let in by its labels.
    pub meta: Meta,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// A Secret, without its values: Portolan keeps none, but for what tells right passwords from wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its metadata, without `kubectl.kubernetes.io/last-applied-configuration`, in which the values
    /// stand as well.
    pub meta: Meta,
    /// `type`, `Opaque` where left out.
    pub secret_type: String,
    /// The keys of `data` and `stringData`, sorted, without repetition.
    pub keys: Vec<String>,
    /// The users of the password file under the key `auth`; it tells right credentials from wrong
    /// ones and nothing else.
    pub logins: Logins,
    /// The same where each key is a user and its value what tells the password; of other values
    /// nothing is kept.
    pub login_map: Logins,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// A ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMap {
    /// Its metadata.
    pub meta: Meta,
    /// `data`, in the order written.
    pub data: Vec<(Spanned<String>, Spanned<String>)>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

/// An object of a kind that Portolan does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherObject {
    /// Its metadata. `namespace` is as written: whether the kind has one is not known.
    pub meta: Meta,
}
