//! Answers.

use super::index::{Asked, Best};
use super::reading::Sent;
use super::{
    Action, Condition, Forward, Read, Redirect, Refusal, Request, Resolution, Respond, Route, RouteId, Router,
};

/// How sure an answer is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "lowercase", tag = "level", content = "reason")
)]
pub enum Certainty {
    /// The controller's source or specification says so.
    #[default]
    Certain,
    /// Probably so, and why not certain.
    Likely(String),
    /// It can't be known from manifests, and why.
    Unknowable(String),
}

impl Certainty {
    /// The less sure of the two; the first where they are alike.
    pub fn and(self, other: Certainty) -> Certainty {
        if other.level() > self.level() { other } else { self }
    }

    /// The word: `certain`, `likely` or `unknowable`.
    pub fn word(&self) -> &'static str {
        match self {
            Certainty::Certain => "certain",
            Certainty::Likely(_) => "likely",
            Certainty::Unknowable(_) => "unknowable",
        }
    }

    /// Why it is not certain.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Certainty::Certain => None,
            Certainty::Likely(reason) | Certainty::Unknowable(reason) => Some(reason),
        }
    }

    fn level(&self) -> u8 {
        match self {
            Certainty::Certain => 0,
            Certainty::Likely(_) => 1,
            Certainty::Unknowable(_) => 2,
        }
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The answer.
    pub answer: Answer,
    /// How sure it is.
    pub certainty: Certainty,
    /// The routes that gave it: one, none, or several that are tied.
    pub routes: Vec<RouteId>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// A backend receives the request.
    Forward {
        /// Which; several where weights or a tie leave it open.
        targets: Vec<Target>,
        /// The request target that it receives.
        path: String,
        /// The `Host` header that it receives.
        host: String,
    },
    /// The client is sent elsewhere.
    Redirect {
        /// The status.
        status: u16,
        /// The `Location` header.
        location: String,
    },
    /// The controller answers by itself.
    Respond {
        /// The status.
        status: u16,
        /// Why.
        why: String,
    },
}

/// A backend that may receive the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Target {
    /// `namespace/name`.
    pub service: String,
    /// The Service port's number, where known.
    pub port: Option<u16>,
    /// Its weight among all targets, where weights decide.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub weight: Option<u32>,
}

impl Router {
    /// Resolves a request and says what becomes of it.
    pub fn answer(&self, request: &Request) -> Outcome {
        self.outcome(request, self.resolve(request))
    }

    /// Puts a resolution of this request into words and bytes.
    pub fn outcome(&self, request: &Request, resolution: Resolution) -> Outcome {
        let table = self.table();
        let read = match table.reading.read(request) {
            Ok(read) => read,
            Err(Refusal { status, why }) => {
                return Outcome {
                    answer: Answer::Respond { status, why },
                    certainty: table.fallback.certainty.clone(),
                    routes: Vec::new(),
                };
            }
        };
        let matched = match resolution {
            Resolution::Matched { route, step } => vec![(route, step)],
            Resolution::Tied(tied) => tied,
            Resolution::Refused | Resolution::Unmatched => Vec::new(),
        };
        let passed = table.reading.passed(request);
        let mut outcome: Option<Outcome> = None;
        for &(id, step) in &matched {
            let Some(route) = table.route(id) else { continue };
            let Some(step) = route.steps.get(step) else { continue };
            let certainty = route.certainty.clone().and(step.certainty.clone());
            let answer = self
                .act(&step.action, &Sent { request, read: &read, passed: &passed })
                .unwrap_or_else(|Refusal { status, why }| Answer::Respond { status, why });
            match &mut outcome {
                None => {
                    outcome = Some(Outcome { answer, certainty, routes: vec![id] });
                }
                Some(first) => {
                    first.certainty = std::mem::take(&mut first.certainty).and(certainty);
                    first.routes.push(id);
                    first.join(answer, table.doubts.ties.as_deref());
                }
            }
        }
        let mut outcome = outcome.unwrap_or_else(|| Outcome {
            answer: Answer::Respond { status: table.fallback.status, why: table.fallback.why.clone() },
            certainty: table.fallback.certainty.clone(),
            routes: Vec::new(),
        });
        if let Some(doubt) = self.doubt(request, &read, &outcome) {
            outcome.certainty = outcome.certainty.and(Certainty::Likely(doubt));
        }
        if read.client.is_none() && matched.iter().any(|&(id, step)| self.asks_for_client(id, step)) {
            let why = "the answer depends on the client's address, which the request does not say";
            outcome.certainty = outcome.certainty.and(Certainty::Unknowable(why.to_owned()));
        }
        outcome
    }

    fn act(&self, action: &Action, sent: &Sent<'_>) -> Result<Answer, Refusal> {
        Ok(match action {
            Action::Forward(Forward { backends, path, host }) => {
                let targets = backends
                    .iter()
                    .filter(|w| w.weight > 0)
                    .filter_map(|w| {
                        let backend = self.table().backend(w.backend)?;
                        Some(Target {
                            service: backend.service.clone(),
                            port: backend.port,
                            weight: (backends.len() > 1).then_some(w.weight),
                        })
                    })
                    .collect();
                let path = path.target(sent)?;
                let host = match host {
                    Some(template) => template.fill(sent)?,
                    None => sent.passed.authority.to_owned(),
                };
                Answer::Forward { targets, path, host }
            }
            Action::Redirect(Redirect { status, location }) => {
                Answer::Redirect { status: *status, location: location.fill(sent)? }
            }
            Action::Respond(Respond { status, why }) => Answer::Respond { status: *status, why: why.clone() },
        })
    }

    /// Whether the client's address had a say in what became of a request that took this step.
    fn asks_for_client(&self, route: RouteId, step: usize) -> bool {
        let Some(route) = self.table().route(route) else { return false };
        let steps = route.steps.iter().take(step + 1);
        steps.flat_map(|s| &s.when).chain(&route.conditions).any(Condition::asks_for_client)
    }

    /// Whether the table's text leaves the answer to this request open, and why.
    fn doubt(&self, request: &Request, read: &Read<'_>, outcome: &Outcome) -> Option<String> {
        let table = self.table();
        if let Some(reason) = &table.doubts.path
            && super::reading::is_normalised_by_some(&read.path)
        {
            return Some(reason.clone());
        }
        if let Some(open) = &table.doubts.unmatched
            && outcome.routes.iter().all(|&id| table.route(id).is_some_and(|r| r.last_resort))
            && self.matching_hosts(&read.host).iter().any(|host| open.hosts.binary_search(host).is_ok())
        {
            return Some(open.reason.clone());
        }
        let reason = table.doubts.hosts.as_ref()?;
        // Another host's route would have matched as well, and it would have done something else;
        // or the best host had nothing to say and a lesser one answered.
        let mine = outcome.routes.first().and_then(|&id| table.route(id));
        let best_host = self.matching_hosts(&read.host).into_iter().min();
        let fell_through = mine.is_some_and(|r| !r.last_resort && Some(r.host) != best_host);
        let contested = fell_through
            || mine.is_some_and(|mine| {
                !mine.last_resort
                    && self.matching_hosts(&read.host).into_iter().any(|host| {
                        let mut best = Best::default();
                        if host != mine.host {
                            self.best_in_host(host, &Asked::of(request, read), &mut best);
                        }
                        best.route().and_then(|id| table.route(id)).is_some_and(|other| {
                            let action = |r: &Route| r.steps.first().map(|s| s.action.clone());
                            !other.last_resort && action(other) != action(mine)
                        })
                    })
            });
        contested.then(|| reason.clone())
    }
}

impl Outcome {
    /// Joins the answer of a tied route. Answers that are alike leave nothing open.
    fn join(&mut self, other: Answer, tie: Option<&str>) {
        if self.answer == other {
            return;
        }
        if let (Answer::Forward { targets, .. }, Answer::Forward { targets: more, .. }) =
            (&mut self.answer, other)
        {
            for target in more {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        if let Some(tie) = tie {
            let certainty = std::mem::take(&mut self.certainty);
            self.certainty = certainty.and(Certainty::Unknowable(tie.to_owned()));
        }
    }
}
