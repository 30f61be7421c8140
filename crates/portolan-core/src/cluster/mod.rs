//! Objects to what the API server would hold: typed, converted, defaulted, validated, indexed.
//! The only room that knows API versions, defaults and the API server's validation.

mod ingress;
mod meta;

pub use ingress::{
    Backend, BackendTarget, Ingress, IngressClass, IngressPath, IngressRule, IngressTls, PathType, PortRef,
};
pub use meta::{Annotation, Meta};
