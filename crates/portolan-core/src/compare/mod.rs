//! Whether two controllers do the same with a request, and what differs.
//!
//! Compared is what a client and a backend notice: who answers, and what each of them receives. How
//! sure an answer is and in what words it is given makes no difference by itself.

use crate::routing::{Answer, Certainty, Outcome, Target};

/// Something that a client or a backend notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Aspect {
    /// Whether a backend receives the request, the client is sent elsewhere, or the controller
    /// answers. Where this differs, nothing else can be compared.
    Kind,
    /// Which backends may receive the request, and in what shares.
    Backend,
    /// The request target that the backend receives.
    UpstreamPath,
    /// The `Host` header that the backend receives.
    UpstreamHost,
    /// The status.
    Status,
    /// The `Location` header.
    Location,
}

impl Aspect {
    /// In a word or a few: `backend`, `path to the backend`.
    pub fn words(self) -> &'static str {
        match self {
            Aspect::Kind => "kind of answer",
            Aspect::Backend => "backend",
            Aspect::UpstreamPath => "path to the backend",
            Aspect::UpstreamHost => "host to the backend",
            Aspect::Status => "status",
            Aspect::Location => "location",
        }
    }
}

/// What two outcomes have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// In what they differ; nothing where they are the same.
    pub differs: Vec<Aspect>,
    /// Whether both are certain, so that their being the same or not is.
    pub certain: bool,
}

impl Comparison {
    /// Whether client and backend notice no difference.
    pub fn same(&self) -> bool {
        self.differs.is_empty()
    }

    /// In what they differ, in words: `backend, path to the backend`.
    pub fn words(&self) -> String {
        let words: Vec<&str> = self.differs.iter().map(|aspect| aspect.words()).collect();
        words.join(", ")
    }
}

/// Compares what becomes of one request in two places.
pub fn outcomes(one: &Outcome, other: &Outcome) -> Comparison {
    let certain = [one, other].iter().all(|o| o.certainty == Certainty::Certain);
    Comparison { differs: differences(&one.answer, &other.answer), certain }
}

fn differences(one: &Answer, other: &Answer) -> Vec<Aspect> {
    let found = match (one, other) {
        (
            Answer::Forward { targets, path, host },
            Answer::Forward { targets: targets2, path: path2, host: host2 },
        ) => [
            (!same_targets(targets, targets2), Aspect::Backend),
            (path != path2, Aspect::UpstreamPath),
            (host != host2, Aspect::UpstreamHost),
        ],
        (
            Answer::Redirect { status, location },
            Answer::Redirect { status: status2, location: location2 },
        ) => [
            (status != status2, Aspect::Status),
            (location != location2, Aspect::Location),
            (false, Aspect::Kind),
        ],
        (Answer::Respond { status, .. }, Answer::Respond { status: status2, .. }) => {
            [(status != status2, Aspect::Status), (false, Aspect::Kind), (false, Aspect::Kind)]
        }
        _ => return vec![Aspect::Kind],
    };
    found.into_iter().filter(|(differs, _)| *differs).map(|(_, aspect)| aspect).collect()
}

/// Whether the same backends get the same shares. A port that is not known on one side is taken for
/// the other's: the Service decides it, not the controller.
fn same_targets(one: &[Target], other: &[Target]) -> bool {
    let sorted = |targets: &[Target]| {
        let mut sorted: Vec<Target> = targets.to_vec();
        sorted.sort_by(|a, b| (&a.service, a.port, a.weight).cmp(&(&b.service, b.port, b.weight)));
        sorted
    };
    let (one, other) = (sorted(one), sorted(other));
    let sum = |targets: &[Target]| targets.iter().filter_map(|t| t.weight).map(u64::from).sum::<u64>().max(1);
    let (all, all_other) = (sum(&one), sum(&other));
    // 70 of 100 is 7 of 10.
    let share = |target: &Target, of_other: u64| target.weight.map(|w| u128::from(w) * u128::from(of_other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| {
            let ports = a.port == b.port || a.port.is_none() || b.port.is_none();
            a.service == b.service && ports && share(a, all_other) == share(b, all)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(service: &str, port: Option<u16>, weight: Option<u32>) -> Target {
        Target { service: service.to_owned(), port, weight }
    }

    fn to(targets: &[Target], path: &str, host: &str) -> Outcome {
        let answer = Answer::Forward { targets: targets.to_vec(), path: path.into(), host: host.into() };
        Outcome { answer, certainty: Certainty::Certain, routes: Vec::new() }
    }

    fn respond(status: u16, why: &str) -> Outcome {
        let answer = Answer::Respond { status, why: why.into() };
        Outcome { answer, certainty: Certainty::Certain, routes: Vec::new() }
    }

    fn redirect(status: u16, location: &str) -> Outcome {
        let answer = Answer::Redirect { status, location: location.into() };
        Outcome { answer, certainty: Certainty::Certain, routes: Vec::new() }
    }

    #[track_caller]
    fn differ(one: &Outcome, other: &Outcome, expected: &[Aspect]) {
        assert_eq!(outcomes(one, other).differs, expected);
        assert_eq!(outcomes(other, one).differs, expected, "the other way round");
        assert!(outcomes(one, one).same() && outcomes(other, other).same());
    }

    #[test]
    fn each_aspect_is_told_apart() {
        let a = [target("default/a", Some(80), None)];
        let b = [target("default/b", Some(80), None)];
        differ(&to(&a, "/", "h"), &to(&b, "/", "h"), &[Aspect::Backend]);
        differ(&to(&a, "/x", "h"), &to(&a, "/", "h"), &[Aspect::UpstreamPath]);
        differ(&to(&a, "/", "h"), &to(&a, "/", "H"), &[Aspect::UpstreamHost]);
        let all = [Aspect::Backend, Aspect::UpstreamPath, Aspect::UpstreamHost];
        differ(&to(&a, "/", "h"), &to(&b, "/x", "i"), &all);
        differ(&redirect(301, "/a"), &redirect(308, "/a"), &[Aspect::Status]);
        differ(&redirect(301, "/a"), &redirect(301, "/b"), &[Aspect::Location]);
        differ(&respond(404, ""), &respond(503, ""), &[Aspect::Status]);
    }

    #[test]
    fn other_kinds_of_answer_are_not_compared_further() {
        let a = [target("default/a", Some(80), None)];
        for other in [respond(404, "no rule"), redirect(301, "/")] {
            differ(&to(&a, "/", "h"), &other, &[Aspect::Kind]);
        }
        differ(&respond(301, ""), &redirect(301, "/"), &[Aspect::Kind]);
    }

    #[test]
    fn words_and_unknown_ports_make_no_difference() {
        differ(&respond(404, "no rule matches"), &respond(404, "no router matches"), &[]);
        let known = [target("default/a", Some(80), None)];
        differ(&to(&known, "/", ""), &to(&[target("default/a", None, None)], "/", ""), &[]);
        let other = [target("default/a", Some(81), None)];
        differ(&to(&known, "/", ""), &to(&other, "/", ""), &[Aspect::Backend]);
    }

    #[test]
    fn weights_compare_as_shares_and_in_any_order() {
        let split =
            |a: u32, b: u32| [target("default/a", Some(80), Some(a)), target("default/b", Some(80), Some(b))];
        let [a, b] = split(3, 7);
        differ(&to(&split(30, 70), "/", ""), &to(&[b, a], "/", ""), &[]);
        differ(&to(&split(30, 70), "/", ""), &to(&split(40, 60), "/", ""), &[Aspect::Backend]);
        differ(&to(&split(u32::MAX, u32::MAX), "/", ""), &to(&split(1, 1), "/", ""), &[]);
        let tie = [target("default/a", Some(80), None), target("default/b", Some(80), None)];
        differ(&to(&split(1, 1), "/", ""), &to(&tie, "/", ""), &[Aspect::Backend]);
    }

    #[test]
    fn certain_is_only_what_is_certain_on_both_sides() {
        let sure = respond(404, "");
        let unsure = Outcome { certainty: Certainty::Likely("perhaps".into()), ..respond(404, "") };
        assert!(outcomes(&sure, &sure).certain);
        let comparison = outcomes(&sure, &unsure);
        assert!(comparison.same() && !comparison.certain && comparison.words().is_empty());
    }
}
