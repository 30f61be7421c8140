//! Whether a request can fulfil a route's conditions and fail those of others: a tableau over single
//! conditions, of which any two are known to exclude each other or not.

use crate::routing::{Condition, Reading, Route, RouteTable, Scheme, Step, TextMatch};

/// How many steps one question may take.
const MOST_STEPS: u32 = 4_000;

/// What must hold.
#[derive(Clone, Copy)]
enum Goal<'c> {
    /// A condition has this value.
    Is(&'c Condition, bool),
    /// One of these conditions has this value.
    Some(&'c [Condition], bool),
    /// One of these steps is done.
    SomeStep(&'c [Step]),
    /// The route does not match.
    Fails(&'c Route),
}

pub(super) struct Solver<'c> {
    host: &'c str,
    path: Option<&'c str>,
    believes_headers: bool,
    /// What was decided: single conditions and their values.
    pub literals: Vec<(&'c Condition, bool)>,
    left: u32,
}

impl<'c> Solver<'c> {
    /// For requests with this host, and with this path where there is only one.
    pub(super) fn new(table: &'c RouteTable, host: &'c str, path: Option<&'c str>) -> Self {
        Solver {
            host,
            path,
            believes_headers: super::believes_headers(&table.reading),
            literals: Vec::new(),
            left: MOST_STEPS,
        }
    }

    /// Whether the route can match where the others do not; `None` where that takes too long.
    pub(super) fn solve(
        &mut self,
        route: &'c Route,
        others: &mut dyn Iterator<Item = &'c Route>,
    ) -> Option<bool> {
        let mut goals: Vec<Goal> = others.map(Goal::Fails).collect();
        if !route.steps.iter().any(|s| s.when.is_empty()) {
            goals.push(Goal::SomeStep(&route.steps));
        }
        goals.extend(route.conditions.iter().rev().map(|c| Goal::Is(c, true)));
        self.run(goals)
    }

    fn run(&mut self, mut goals: Vec<Goal<'c>>) -> Option<bool> {
        let decided = self.literals.len();
        while let Some(goal) = goals.pop() {
            self.left = self.left.checked_sub(1)?;
            let branches: Vec<Vec<Goal>> = match goal {
                Goal::Is(Condition::Not(c), value) => {
                    goals.push(Goal::Is(c, !value));
                    continue;
                }
                Goal::Is(Condition::AllOf(all), true) => {
                    goals.extend(all.iter().map(|c| Goal::Is(c, true)));
                    continue;
                }
                Goal::Is(Condition::AnyOf(all), false) => {
                    goals.extend(all.iter().map(|c| Goal::Is(c, false)));
                    continue;
                }
                Goal::Is(Condition::AllOf(all), false) => {
                    goals.push(Goal::Some(all, false));
                    continue;
                }
                Goal::Is(Condition::AnyOf(all), true) => {
                    goals.push(Goal::Some(all, true));
                    continue;
                }
                Goal::Is(single, value) => {
                    if self.decide(single, value) {
                        continue;
                    }
                    self.literals.truncate(decided);
                    return Some(false);
                }
                Goal::Some(all, value) => all.iter().map(|c| vec![Goal::Is(c, value)]).collect(),
                Goal::SomeStep(steps) => {
                    steps.iter().map(|step| step.when.iter().map(|c| Goal::Is(c, true)).collect()).collect()
                }
                Goal::Fails(route) => {
                    let mut branches: Vec<Vec<Goal>> =
                        route.conditions.iter().map(|c| vec![Goal::Is(c, false)]).collect();
                    if !route.steps.iter().any(|s| s.when.is_empty()) {
                        branches.push(route.steps.iter().map(|s| Goal::Some(&s.when, false)).collect());
                    }
                    branches
                }
            };
            for mut branch in branches {
                let mut rest = goals.clone();
                rest.append(&mut branch);
                if self.run(rest)? {
                    return Some(true);
                }
            }
            self.literals.truncate(decided);
            return Some(false);
        }
        Some(true)
    }

    /// Decides a single condition; `false` where that contradicts what was decided.
    fn decide(&mut self, condition: &'c Condition, value: bool) -> bool {
        let known = match (condition, self.path) {
            (Condition::Host(hosts), _) => Some(hosts.contains(self.host)),
            (Condition::Path(matcher), Some(path)) => Some(matcher.matches(path)),
            _ => None,
        };
        if let Some(known) = known {
            return known == value;
        }
        let all = &self.literals;
        if all.iter().any(|&(other, is)| self.exclude((other, is), (condition, value))) {
            return false;
        }
        if !all.iter().any(|&(other, is)| is == value && other == condition) {
            self.literals.push((condition, value));
        }
        true
    }

    /// Whether no request gives both conditions these values.
    fn exclude(&self, (a, is_a): (&Condition, bool), (b, is_b): (&Condition, bool)) -> bool {
        if a == b {
            return is_a != is_b;
        }
        if let (Some(a), Some(b)) = (self.scheme(a), self.scheme(b)) {
            // There are two schemes.
            return (a == is_a) != (b == is_b);
        }
        let both = is_a && is_b;
        match (a, b) {
            (Condition::Method(_), Condition::Method(_))
            | (Condition::Port(_), Condition::Port(_))
            | (Condition::BelievedScheme(_), Condition::BelievedScheme(_)) => both,
            (Condition::Header { name: n, value: v }, Condition::Header { name: m, value: w })
            | (
                Condition::JoinedHeader { name: n, value: v },
                Condition::JoinedHeader { name: m, value: w },
            ) => n.eq_ignore_ascii_case(m) && exclude_texts((v, is_a), (w, is_b), true),
            (Condition::AnyHeader { name: n, value: v }, Condition::AnyHeader { name: m, value: w }) => {
                n.eq_ignore_ascii_case(m) && exclude_texts((v, is_a), (w, is_b), false)
            }
            (Condition::Query { name: n, value: v }, Condition::Query { name: m, value: w }) => {
                n == m && exclude_texts((v, is_a), (w, is_b), true)
            }
            (Condition::AnyQuery { name: n, value: v }, Condition::AnyQuery { name: m, value: w }) => {
                n == m && exclude_texts((v, is_a), (w, is_b), false)
            }
            (
                Condition::Cookie { name: n, any_case: c, value: v },
                Condition::Cookie { name: m, any_case: d, value: w },
            ) => n == m && c == d && exclude_texts((v, is_a), (w, is_b), true),
            (Condition::RepeatedQuery(n), Condition::Query { name, value: TextMatch::Present }) => {
                n == name && is_a && !is_b
            }
            (Condition::Query { name, value: TextMatch::Present }, Condition::RepeatedQuery(n)) => {
                n == name && is_b && !is_a
            }
            _ => false,
        }
    }

    /// Whether a condition asks for HTTPS or for plain HTTP; `None` where it asks for neither.
    fn scheme(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Scheme(scheme) => Some(*scheme == Scheme::Https),
            Condition::BelievedScheme(text) if !self.believes_headers => match text.as_str() {
                "https" => Some(true),
                "http" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether no text is both; `one`: whether there is only one text.
fn exclude_texts((a, is_a): (&TextMatch, bool), (b, is_b): (&TextMatch, bool), one: bool) -> bool {
    match (a, b) {
        (TextMatch::Present, _) => !is_a && is_b,
        (_, TextMatch::Present) => is_a && !is_b,
        (TextMatch::Exact(_), TextMatch::Exact(_)) => one && is_a && is_b,
        (TextMatch::Exact(text), TextMatch::Regex(pattern)) => {
            is_a && (is_b != pattern.is_match(text)) && (one || !is_b)
        }
        (TextMatch::Regex(pattern), TextMatch::Exact(text)) => {
            is_b && (is_a != pattern.is_match(text)) && (one || !is_a)
        }
        (TextMatch::Regex(_), TextMatch::Regex(_)) => false,
    }
}

/// What a reading needs to be asked with: see [`super::build`].
pub(super) fn target(reading: &Reading, path: &str) -> String {
    let bytes = crate::routing::octets::bytes(path);
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut target = String::with_capacity(path.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let sent = match reading {
            Reading::AsSent => return path.to_owned(),
            Reading::Go(_) if byte == b'%' => hex(at + 1) && hex(at + 2),
            Reading::Go(_) => byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:@[]-_.~/".contains(&byte),
            Reading::Nginx(_) => byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:@-_.~/".contains(&byte),
        };
        if sent {
            target.push(char::from(byte));
        } else {
            target.push_str(&format!("%{byte:02X}"));
        }
    }
    target
}
