//! Tables to answers. Knows hosts, paths, headers and ranks; knows no Kubernetes.
//!
//! A controller writes one [`RouteTable`]; a [`Router`] is that table made ready.
//! [`Router::resolve`] is the fast way to the winning route, [`Router::answer`] puts what it does
//! with the request into words and bytes, and [`Router::explain`] walks every route and says why
//! each one won or lost. That the two ways agree is tested with random tables.

mod address;
mod automaton;
mod captured;
mod condition;
#[cfg(any(test, not(feature = "regex")))]
mod engine;
mod explain;
mod expression;
mod go;
mod host;
mod host_set;
mod index;
mod nginx;
mod octets;
mod outcome;
mod path;
mod pattern;
mod pcre;
mod plain;
mod re2;
mod reach;
mod reading;
mod request;
mod request_url;
mod rewrite;
mod table;
mod template;

pub use address::AddressRange;
pub use captured::{Captured, Fill};
pub use condition::{Condition, TextMatch};
pub use explain::{HostVerdict, RouteVerdict, Trace, Verdict, Why};
pub use go::GoReading;
pub(crate) use go::escape_path;
pub use host::HostPattern;
pub use host_set::HostSet;
pub use index::{Resolution, Router};
pub use nginx::NginxReading;
pub use outcome::{Answer, Certainty, Outcome, Target};
pub use path::PathMatcher;
pub use pattern::{Captures, Flavour, Pattern, PatternError};
pub use reach::{Nothing, Reach, Reaches};
pub use reading::{Passed, Read, Reading, Refusal};
pub use request::{Parsed, Request, RequestError, RequestErrorKind, Scheme};
pub use rewrite::Rewrite;
pub use table::{
    Action, Backend, BackendId, Cause, Doubts, Dropped, Fallback, Forward, HostId, HostPolicy, OpenHosts,
    Origin, Readiness, Redirect, Respond, Route, RouteId, RouteTable, Step, VirtualHost, Weighted,
};
pub use template::{Part, Template};
