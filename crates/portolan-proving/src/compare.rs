//! What was observed against what Portolan says.

use crate::echo;
use crate::wire;
use portolan_core::routing::{Answer, Certainty, Outcome, Request, Resolution, Router};
use serde_json::{Value, json};

/// What a real program did with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// A backend received it.
    Forward {
        /// `namespace/name`.
        service: String,
        /// The Service port.
        port: u16,
        /// The target that the backend got.
        path: String,
        /// The `Host` that the backend got.
        host: String,
    },
    /// The client was sent elsewhere.
    Redirect {
        /// The status.
        status: u16,
        /// The `Location`.
        location: String,
    },
    /// The program answered by itself.
    Respond {
        /// The status.
        status: u16,
    },
    /// The program refused the whole configuration.
    Refused,
}

impl Observed {
    /// What an answer on the wire says.
    pub fn of(answer: &wire::Answer) -> Observed {
        let text = |name| answer.header(name).map(echo::decode).unwrap_or_default();
        let location = answer.header("location").filter(|_| (300..400).contains(&answer.status));
        match (answer.header(echo::SERVICE), location) {
            (Some(service), _) => Observed::Forward {
                service: service.to_owned(),
                port: answer.header(echo::PORT).and_then(|p| p.parse().ok()).unwrap_or(0),
                path: text(echo::TARGET),
                host: text(echo::HOST),
            },
            (None, Some(location)) => {
                Observed::Redirect { status: answer.status, location: location.to_owned() }
            }
            (None, None) => Observed::Respond { status: answer.status },
        }
    }

    /// As an expectation in a file of cases.
    pub fn to_json(&self) -> Value {
        match self {
            Observed::Forward { service, port, path, host } => json!({
                "kind": "forward", "service": service, "port": port, "upstream_path": path, "upstream_host": host,
            }),
            Observed::Redirect { status, location } => {
                json!({"kind": "redirect", "status": status, "location": location})
            }
            Observed::Respond { status } => json!({"kind": "respond", "status": status}),
            Observed::Refused => json!({"kind": "the whole configuration is refused"}),
        }
    }

    /// Whether an answer of Portolan's is this one. Of several targets, any will do.
    fn is(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (
                Observed::Forward { service, port, path, host },
                Answer::Forward { targets, path: said_path, host: said_host },
            ) => {
                let one = |t: &portolan_core::routing::Target| {
                    t.service == *service && t.port.is_none_or(|p| p == *port)
                };
                targets.iter().any(one) && path == said_path && host == said_host
            }
            (
                Observed::Redirect { status, location },
                Answer::Redirect { status: said_status, location: said_location },
            ) => status == said_status && location == said_location,
            (Observed::Respond { status }, Answer::Respond { status: said, .. }) => status == said,
            _ => false,
        }
    }
}

/// How a reason begins that names every share of a Gateway's rule: `1 of 2 get default/a, 1 of 2 get
/// status 500 (…)`.
const SHARES: &str = "requests are spread by weight: ";

impl Observed {
    /// Whether this is what one of the shares gets. `same`: it is the answer that stands for all.
    fn among_shares(&self, answer: &Answer, shares: &str, same: bool) -> Verdict {
        let is_named = match self {
            _ if same => true,
            Observed::Forward { service, path, host, .. } => match answer {
                // Of the others only the Service is named.
                Answer::Forward { path: said, host: said_host, .. } if path == said && host == said_host => {
                    false
                }
                _ => shares.contains(&format!(" get {service}")),
            },
            Observed::Redirect { status, .. } => {
                shares.contains(&format!(" get a redirect with status {status}"))
            }
            Observed::Respond { status } => shares.contains(&format!(" get status {status} ")),
            Observed::Refused => false,
        };
        if is_named { Verdict::Open } else { Verdict::Disagreed }
    }
}

/// How the two compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The same answer, and Portolan was certain.
    Agreed,
    /// The same answer; Portolan thought it likely.
    LikelyAgreed,
    /// One of several answers that weights or a tie leave open, and the observed one is among them.
    Open,
    /// Portolan says that nobody can know.
    Unknowable,
    /// Another answer; Portolan thought its own likely only.
    LikelyDiffered,
    /// Another answer.
    Disagreed,
}

/// Compares what was observed with what Portolan says.
pub fn compare(observed: &Observed, router: &Router, request: &Request) -> (Verdict, Outcome) {
    let resolution = router.resolve(request);
    let tied = match &resolution {
        Resolution::Tied(tied) => tied.clone(),
        _ => Vec::new(),
    };
    let outcome = router.outcome(request, resolution);
    let several = matches!(&outcome.answer, Answer::Forward { targets, .. } if targets.len() > 1);
    let certainty = &outcome.certainty;
    let same = observed.is(&outcome.answer);
    // Of tied routes each has an answer of its own, and the program gives one of them.
    let one_of_tied = || {
        tied.iter().any(|&(route, step)| {
            observed.is(&router.outcome(request, Resolution::Matched { route, step }).answer)
        })
    };
    let each_is_sure = tied.iter().all(|&(route, step)| {
        let alone = router.outcome(request, Resolution::Matched { route, step });
        alone.certainty == Certainty::Certain
    });
    let verdict = match certainty {
        Certainty::Certain if same && several => Verdict::Open,
        Certainty::Certain if same => Verdict::Agreed,
        Certainty::Likely(_) if same => Verdict::LikelyAgreed,
        Certainty::Likely(_) => Verdict::LikelyDiffered,
        _ if !tied.is_empty() && one_of_tied() => Verdict::Open,
        Certainty::Unknowable(_) if !tied.is_empty() && each_is_sure => Verdict::Disagreed,
        Certainty::Unknowable(why) if why.starts_with(SHARES) => {
            observed.among_shares(&outcome.answer, why, same)
        }
        Certainty::Unknowable(_) => Verdict::Unknowable,
        Certainty::Certain => Verdict::Disagreed,
    };
    (verdict, outcome)
}

#[cfg(test)]
mod tests {
    use super::{Observed, Verdict, compare};
    use crate::case::Case;
    use crate::wire;
    use portolan_core::routing::Request;
    use serde_json::json;

    fn case(services: &[&str]) -> Case {
        let path = |s: &&str| json!({"path": "/", "pathType": "Prefix", "backend": {"service": {"name": s, "port": {"number": 80}}}});
        let mut objects: Vec<_> = services
            .iter()
            .map(|s| {
                json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": s},
                    "spec": {"rules": [{"host": "h.com", "http": {"paths": [path(s)]}}]}})
            })
            .collect();
        objects.extend(services.iter().flat_map(|s| crate::generate::services::service(s, None)));
        Case { controller: "traefik", settings: Default::default(), objects, requests: Vec::new() }
    }

    fn verdict(services: &[&str], service: &str) -> Verdict {
        let observed = Observed::Forward {
            service: format!("default/{service}"),
            port: 80,
            path: "/x".into(),
            host: "h.com".into(),
        };
        let model = case(services).model().expect("a model");
        compare(&observed, &model.router, &Request::get("h.com", "/x")).0
    }

    #[test]
    fn one_answer_is_right_and_of_a_tie_each_is() {
        assert_eq!(verdict(&["a"], "a"), Verdict::Agreed);
        assert_eq!(verdict(&["a"], "b"), Verdict::Disagreed);
        assert_eq!(verdict(&["a", "b"], "a"), Verdict::Open);
        assert_eq!(verdict(&["a", "b"], "b"), Verdict::Open);
        assert_eq!(verdict(&["a", "b"], "c"), Verdict::Disagreed);
    }

    #[test]
    fn answers_on_the_wire_are_told_apart() {
        let answer = |status, headers: &[(&str, &str)]| wire::Answer {
            status,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Vec::new(),
        };
        assert_eq!(Observed::of(&answer(404, &[])), Observed::Respond { status: 404 });
        assert_eq!(
            Observed::of(&answer(308, &[("Location", "/a")])),
            Observed::Redirect { status: 308, location: "/a".into() }
        );
        let echoed =
            [("X-Proving-Service", "d/a"), ("X-Proving-Port", "80"), ("X-Proving-Target", "/=C3=A4")];
        let Observed::Forward { service, path, .. } = Observed::of(&answer(200, &echoed)) else { panic!() };
        assert_eq!((service.as_str(), path.as_str()), ("d/a", "/ä"));
    }
}
