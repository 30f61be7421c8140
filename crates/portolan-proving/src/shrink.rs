//! Makes a disagreement small: takes away whatever it does not need.

use crate::case::{Case, Model};
use crate::compare::{Observed, Verdict, compare};
use crate::kubernetes::{full_name, service_of};
use crate::programs::Program;
use portolan_core::routing::{Outcome, Request};
use serde_json::Value;
use std::time::{Duration, Instant};

/// No disagreement is worth more.
const PATIENCE: Duration = Duration::from_secs(40);

/// A disagreement, and who says what.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The case, with one request.
    pub case: Case,
    /// What the program did.
    pub observed: Observed,
    /// What Portolan says.
    pub said: Outcome,
    /// How the two compare.
    pub verdict: Verdict,
}

impl Finding {
    /// Whether it is the same kind of disagreement: what is smaller may disagree about something else.
    fn is_like(&self, other: &Finding) -> bool {
        let kind =
            |f: &Finding| (std::mem::discriminant(&f.observed), std::mem::discriminant(&f.said.answer));
        self.verdict == other.verdict && kind(self) == kind(other)
    }
}

/// Puts a case of one request to the program. `None` where there is no such case.
///
/// # Errors
/// When the program ends.
pub fn put(program: &mut dyn Program, case: &Case) -> Result<Option<Finding>, String> {
    let (Ok(model), Some(request)) = (case.model(), case.requests.first()) else { return Ok(None) };
    let taken = program.load(case, &model)?;
    answer(program, case, &model, taken, request).map(Some)
}

/// Sends one request of a case that the program has taken, or refused, and compares.
///
/// # Errors
/// When the program ends.
pub fn answer(
    program: &mut dyn Program,
    case: &Case,
    model: &Model,
    taken: bool,
    request: &Request,
) -> Result<Finding, String> {
    let observed = match taken {
        true => program.ask(case, request).map_err(|e| format!("{e}: {request:?}"))?,
        false => Observed::Refused,
    };
    let (verdict, said) = match (taken, model.rejected) {
        (false, true) => (Verdict::Agreed, model.router.answer(request)),
        (false, false) | (true, true) => (Verdict::Disagreed, model.router.answer(request)),
        (true, false) => compare(&observed, &model.router, request),
    };
    let case = Case { requests: vec![request.clone()], ..case.clone() };
    Ok(Finding { case, observed, said, verdict })
}

/// The smallest case found that compares in the same way.
///
/// # Errors
/// When the program ends.
pub fn shrink(program: &mut dyn Program, finding: Finding) -> Result<Finding, String> {
    let started = Instant::now();
    let mut best = finding;
    loop {
        let mut smaller = None;
        for candidate in candidates(&best.case) {
            if started.elapsed() > PATIENCE {
                return Ok(best);
            }
            let found = put(program, &candidate)?;
            if let Some(found) = found.filter(|f| f.is_like(&best)) {
                smaller = Some(found);
                break;
            }
        }
        match smaller {
            Some(found) => best = found,
            None => return Ok(best),
        }
    }
}

/// Everything that is one step smaller, the greatest steps first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    for (at, object) in case.objects.iter().enumerate() {
        let kind = object["kind"].as_str().unwrap_or_default();
        // Whoever sees no class, or no endpoints at all, takes the manifests to be incomplete.
        if matches!(kind, "IngressClass" | "GatewayClass" | "Namespace" | "EndpointSlice") {
            continue;
        }
        let mut smaller = case.clone();
        smaller.objects.remove(at);
        if kind == "Service" {
            let name = full_name(object);
            smaller.objects.retain(|o| o["kind"] != "EndpointSlice" || service_of(o) != name);
        }
        all.push(smaller);
    }
    for (at, object) in case.objects.iter().enumerate() {
        let with = |value| {
            let mut smaller = case.clone();
            smaller.objects[at] = value;
            smaller
        };
        // Services are small by themselves, and few.
        let is_service = matches!(
            object["kind"].as_str(),
            Some("Service" | "EndpointSlice" | "Namespace" | "IngressClass")
        );
        if is_service {
            if object["metadata"]["annotations"].is_object() {
                all.extend(less(&object["metadata"]).into_iter().map(|meta| {
                    let mut object = object.clone();
                    object["metadata"] = meta;
                    with(object)
                }));
            }
            continue;
        }
        all.extend(less(object).into_iter().map(with));
    }
    let Some(request) = case.requests.first() else { return all };
    let mut with = |change: &dyn Fn(&mut Request)| {
        let mut smaller = case.clone();
        smaller.requests.iter_mut().for_each(change);
        all.push(smaller);
    };
    if request.method != "GET" {
        with(&|r| r.method = "GET".to_owned());
    }
    for at in 0..request.headers.len() {
        with(&|r| drop(r.headers.remove(at)));
    }
    // What is no path is refused for that, whatever the finding was.
    for target in shorter(&request.target).into_iter().filter(|t| t.starts_with('/')) {
        with(&|r| r.target.clone_from(&target));
    }
    // A request without one is refused, whatever the finding was.
    for host in shorter(&request.host).into_iter().filter(|h| !h.is_empty()) {
        with(&|r| r.host.clone_from(&host));
    }
    all
}

/// A value with one thing less in it, wherever.
fn less(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(map) => {
            for key in map.keys() {
                let mut smaller = map.clone();
                smaller.remove(key);
                all.push(Value::Object(smaller));
            }
            for (key, inner) in map {
                all.extend(less(inner).into_iter().map(|inner| {
                    let mut smaller = map.clone();
                    smaller.insert(key.clone(), inner);
                    Value::Object(smaller)
                }));
            }
        }
        Value::Array(list) => {
            for at in 0..list.len() {
                let mut smaller = list.clone();
                smaller.remove(at);
                all.push(Value::Array(smaller));
            }
            for (at, inner) in list.iter().enumerate() {
                all.extend(less(inner).into_iter().map(|inner| {
                    let mut smaller = list.clone();
                    smaller[at] = inner;
                    Value::Array(smaller)
                }));
            }
        }
        Value::String(text) if text.starts_with('/') => {
            all.extend(shorter(text).into_iter().map(Value::from));
        }
        _ => {}
    }
    all
}

/// A text without one of its characters, or without its second half.
fn shorter(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    if characters.len() > 3 {
        all.push(characters[..characters.len() / 2].iter().collect());
    }
    for at in 0..characters.len() {
        let mut rest = characters.clone();
        rest.remove(at);
        all.push(rest.into_iter().collect());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Finding, put, shrink};
    use crate::case::{Case, Model};
    use crate::compare::{Observed, Verdict};
    use crate::programs::Program;
    use portolan_core::routing::Request;
    use serde_json::json;

    /// Answers 418 to whatever has `foo` in its path, and is otherwise empty.
    struct Teapot;

    impl Program for Teapot {
        fn port(&self) -> u16 {
            80
        }

        fn facts(&self) -> std::collections::BTreeMap<String, String> {
            Default::default()
        }

        fn ports(&self) -> Vec<(u16, u16)> {
            Vec::new()
        }

        fn load(&mut self, _: &Case, _: &Model) -> Result<bool, String> {
            Ok(true)
        }

        fn ask(&mut self, _: &Case, request: &Request) -> Result<Observed, String> {
            Ok(Observed::Respond { status: if request.target.contains("foo") { 418 } else { 404 } })
        }
    }

    #[test]
    fn a_disagreement_keeps_only_what_it_needs() {
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}});
        let case = Case {
            controller: "traefik",
            settings: Default::default(),
            objects: vec![service],
            requests: vec![Request::get("host.example", "/bar/foo/bar?x=1")],
        };
        let found: Finding = put(&mut Teapot, &case).expect("runs").expect("a case");
        assert_eq!(found.verdict, Verdict::Disagreed);
        let small = shrink(&mut Teapot, found).expect("runs");
        assert!(small.case.objects.is_empty());
        assert_eq!(small.case.requests[0].target, "/foo");
    }
}
