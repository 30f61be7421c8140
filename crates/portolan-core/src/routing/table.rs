//! The narrow waist: everything that a controller has decided before the first request comes.

use super::{Certainty, Condition, HostPattern, PathMatcher, Reading, Rewrite, Template};
use crate::span::Span;
use std::sync::Arc;

/// Index of a virtual host in [`RouteTable::hosts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct HostId(pub u32);

/// Index of a route in [`RouteTable::routes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RouteId(pub u32);

/// Index of a backend in [`RouteTable::backends`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BackendId(pub u32);

/// What one controller makes of one cluster.
///
/// Invariants, kept by the controllers and checked by [`Router::new`](super::Router::new) in debug
/// builds: host patterns are unique; every id points into its list; every route has a step.
#[derive(Debug, Clone)]
pub struct RouteTable {
    /// Which controller: the name in `--controller`.
    pub controller: &'static str,
    /// How it reads a request.
    pub reading: Reading,
    /// What happens when several virtual hosts match.
    pub host_policy: HostPolicy,
    /// The virtual hosts, the preferred first.
    pub hosts: Vec<VirtualHost>,
    /// The routes. The lowest matching [`Route::rank`] wins.
    pub routes: Vec<Route>,
    /// What routes forward to.
    pub backends: Vec<Backend>,
    /// What happens to a request that no route matches.
    pub fallback: Fallback,
    /// Rules that the controller refused or left out, with its reason.
    pub dropped: Vec<Dropped>,
    /// What the controller's text leaves open for some requests.
    pub doubts: Doubts,
    /// Says why, of two routes that both match, the first one goes before the second: the rule of
    /// precedence that decided, in the controller's words.
    pub precedence: fn(winner: &Route, loser: &Route, table: &RouteTable) -> String,
}

/// What happens when several virtual hosts match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum HostPolicy {
    /// The preferred one alone answers; its misses are final (nginx, Envoy).
    Exclusive,
    /// The routes of all of them stand in one list (Traefik, ALB).
    FallThrough,
}

/// One virtual host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualHost {
    /// The hosts that it is for.
    pub pattern: HostPattern,
    /// The virtual host whose routes it answers with, where it is only another name for that one.
    /// For tables with [`HostPolicy::Exclusive`].
    pub alias_of: Option<HostId>,
}

impl VirtualHost {
    /// One with routes of its own.
    pub fn new(pattern: HostPattern) -> Self {
        Self { pattern, alias_of: None }
    }
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The virtual host it belongs to.
    pub host: HostId,
    /// The paths it is for.
    pub path: PathMatcher,
    /// What else a request must fulfil; all of them.
    pub conditions: Vec<Condition>,
    /// Its place in the order. Routes of equal rank that match the same request are a tie: the
    /// controller's choice between them is not known.
    pub rank: u32,
    /// The number that the controller ranks it by, the highest first, where it has one.
    pub priority: Option<i64>,
    /// Used only when nothing else matches (a default backend): reaching it is no sign of doubt
    /// about which host answers.
    pub last_resort: bool,
    /// What is done, in order: the first step whose conditions hold ends the request.
    pub steps: Vec<Step>,
    /// The rule in the controller's own language: `Prefix /foo`, `PathPrefix("/foo")`.
    pub rule: String,
    /// Where it came from.
    pub origin: Origin,
    /// How sure it is that the controller has this route and treats it so.
    pub certainty: Certainty,
}

/// A guarded action of a route.
#[derive(Debug, Clone)]
pub struct Step {
    /// When it is done; all of them.
    pub when: Vec<Condition>,
    /// What is done.
    pub action: Action,
    /// How sure this step is, beside its route.
    pub certainty: Certainty,
    /// What it comes from, where the route's origin does not say: `ssl-redirect`.
    pub note: Option<String>,
}

impl Step {
    /// A step that is always done.
    pub fn always(action: Action) -> Self {
        Self::when(Vec::new(), action)
    }

    /// A step that is done when all of these hold.
    pub fn when(conditions: Vec<Condition>, action: Action) -> Self {
        Self { when: conditions, action, certainty: Certainty::Certain, note: None }
    }
}

/// What a route does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Sends it to a backend.
    Forward(Forward),
    /// Sends the client elsewhere.
    Redirect(Redirect),
    /// Answers it.
    Respond(Respond),
}

/// Sending to a backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// To which, by weight. One backend has weight 1.
    pub backends: Vec<Weighted>,
    /// What target the backend receives.
    pub path: Rewrite,
    /// What `Host` the backend receives, where not the client's.
    pub host: Option<Template>,
}

/// One backend of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighted {
    /// The backend.
    pub backend: BackendId,
    /// Its share of the sum of all weights; 0 gets nothing.
    pub weight: u32,
}

/// Sending the client elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The status.
    pub status: u16,
    /// The `Location` header.
    pub location: Template,
}

/// An answer of the controller itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respond {
    /// The status.
    pub status: u16,
    /// Why it answers so.
    pub why: String,
}

/// Something that requests are forwarded to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// `namespace/name` of the Service (or what else it is).
    pub service: String,
    /// The port's number on the Service, where it is known.
    pub port: Option<u16>,
    /// What is known of the endpoints behind it.
    pub readiness: Readiness,
    /// Whether requests go to the Service's own address, and the network chooses among its endpoints.
    pub by_address: bool,
    /// Where the Service is defined, if it is.
    pub span: Option<Span>,
}

/// What is known of the endpoints behind a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Readiness {
    /// This many are ready, by the manifests.
    Ready(u32),
    /// The manifests say nothing of pods or endpoints: assumed ready.
    Assumed,
    /// None is ready, by the manifests.
    None,
}

/// What happens to a request that no route matches.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// The status that the controller answers.
    pub status: u16,
    /// In words.
    pub why: String,
    /// How sure it is.
    pub certainty: Certainty,
}

/// Where a route came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The object: `Ingress default/web`; the controller's name where it made the route by itself.
    pub object: Arc<str>,
    /// The API's field path in it: `spec.rules[0].http.paths[1]`.
    pub field: String,
    /// The text that made it; `None` where no manifest did.
    pub span: Option<Span>,
    /// Why the controller made it, where no rule says so in plain words.
    pub note: Option<String>,
}

/// A rule that made no route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The rule as it would have been.
    pub rule: String,
    /// The hosts that it was for, as written.
    pub host: Option<String>,
    /// Where it stands.
    pub origin: Origin,
    /// The controller's reason.
    pub reason: String,
    /// What kind of reason that is.
    pub cause: Cause,
}

/// Why a rule made no route, for those who have to tell reasons apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Its object as a whole is not this controller's, or not taken.
    Object,
    /// Its Service, or what is behind it.
    Backend,
    /// The rule that stands there has the same place and is the one that stays.
    Taken(Origin),
    /// It has an expression that the controller cannot run.
    Expression,
    /// The controller does not read a default backend there.
    DefaultBackend,
    /// Something else that the controller does not take of a rule.
    Rule,
}

/// What the controller's text leaves open for some requests: each a reason in words, or `None`
/// where that is not in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doubts {
    /// More than one virtual host matches and it is not said which one answers.
    pub hosts: Option<String>,
    /// The path holds parts that proxies normalise differently.
    pub path: Option<String>,
    /// Several routes of equal rank match.
    pub ties: Option<String>,
    /// No route matches, but on these virtual hosts there are routes whose path the controller may
    /// read in another way.
    pub unmatched: Option<OpenHosts>,
}

/// Virtual hosts on which it is open whether something matches, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenHosts {
    /// The virtual hosts, ascending.
    pub hosts: Vec<HostId>,
    /// Why.
    pub reason: String,
}

impl RouteTable {
    /// The route with this id.
    pub fn route(&self, id: RouteId) -> Option<&Route> {
        self.routes.get(id.0 as usize)
    }

    /// The virtual host with this id.
    pub fn host(&self, id: HostId) -> Option<&VirtualHost> {
        self.hosts.get(id.0 as usize)
    }

    /// The virtual host whose routes a virtual host answers with: itself, unless it is an alias.
    pub fn routes_of(&self, id: HostId) -> HostId {
        self.host(id).and_then(|h| h.alias_of).unwrap_or(id)
    }

    /// The backend with this id.
    pub fn backend(&self, id: BackendId) -> Option<&Backend> {
        self.backends.get(id.0 as usize)
    }

    /// Every route with its id.
    pub fn iter(&self) -> impl Iterator<Item = (RouteId, &Route)> {
        self.routes.iter().enumerate().map(|(i, r)| (RouteId(i as u32), r))
    }
}
