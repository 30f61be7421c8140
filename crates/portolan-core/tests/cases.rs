//! Every routing case of every controller that is there: `cases/FORMAT.md` says what a case is.
//!
//! Runs natively and, with the same data built in, in WASM.

#[path = "common/cases.rs"]
mod common;

use common::{Case, Exchange, Suite};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller, Settings};
use portolan_core::manifest;
use portolan_core::routing::{Answer, Router};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A file of `cases/`.
struct File {
    name: &'static str,
    text: &'static str,
    /// Whether every case must be answered as it says. The others are counted.
    complete: bool,
}

macro_rules! files {
    ($($name:literal $complete:literal,)*) => {
        &[$(File { name: $name, text: include_str!(concat!("cases/", $name)), complete: $complete },)*]
    };
}

const FILES: &[File] = files! {
    "spec-tables.json" true,
    "kubernetes.json" true,
    "ingress-nginx.json" true,
    "ingress-nginx-source.json" true,
    "ingress-nginx-e2e.json" true,
    "ingress-nginx-e2e-more.json" true,
    "ingress-nginx-migration.json" true,
    "ingress-nginx-versions.json" true,
    "traefik.json" true,
    "traefik-ingress-nginx.json" true,
    "traefik-edges.json" true,
    "traefik-ingress-nginx-edges.json" true,
    "traefik-observed.json" true,
    "traefik-ingress-nginx-observed.json" true,
    "gateway-api.json" true,
    "gateway-api-traefik.json" true,
    "gateway-conformance.json" true,
    "gateway-conformance-more.json" true,
    "proving-traefik.json" true,
    "proving-traefik-ingress-nginx.json" true,
    "proving-gateway-api.json" true,
    "proving-ingress-nginx.json" true,
};

/// What must come out; what is left out is not compared.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Expect {
    kind: String,
    service: Option<String>,
    any_of: Option<BTreeSet<String>>,
    port: Option<u16>,
    upstream_path: Option<String>,
    upstream_host: Option<String>,
    status: Option<u16>,
    location: Option<String>,
}

/// What comes out, in the same words.
#[derive(Debug, Default)]
struct Got {
    kind: &'static str,
    services: BTreeSet<String>,
    ports: BTreeSet<Option<u16>>,
    upstream_path: Option<String>,
    upstream_host: Option<String>,
    status: Option<u16>,
    location: Option<String>,
}

impl Got {
    fn of(answer: Answer) -> Got {
        match answer {
            Answer::Forward { targets, path, host } => Got {
                kind: "forward",
                services: targets.iter().map(|t| t.service.clone()).collect(),
                ports: targets.iter().map(|t| t.port).collect(),
                upstream_path: Some(path),
                upstream_host: Some(host),
                ..Got::default()
            },
            Answer::Redirect { status, location } => {
                Got { kind: "redirect", status: Some(status), location: Some(location), ..Got::default() }
            }
            Answer::Respond { status, .. } => Got { kind: "respond", status: Some(status), ..Got::default() },
            other => panic!("cases know no such answer: {other:?}"),
        }
    }

    fn agrees(&self, expect: &Expect) -> bool {
        fn same<T: PartialEq>(expected: &Option<T>, got: &Option<T>) -> bool {
            expected.is_none() || expected == got
        }
        let one = |expected: &String| self.services.len() == 1 && self.services.contains(expected);
        self.kind == expect.kind
            && expect.service.as_ref().is_none_or(one)
            && expect.any_of.as_ref().is_none_or(|all| *all == self.services)
            && expect.port.is_none_or(|port| self.ports.iter().all(|p| *p == Some(port)))
            && same(&expect.upstream_path, &self.upstream_path)
            && same(&expect.upstream_host, &self.upstream_host)
            && same(&expect.status, &self.status)
            && same(&expect.location, &self.location)
    }
}

fn router(controller: &Controller, case: &Case<Expect>) -> Router {
    let mut settings = Settings::new();
    for pair in case.set() {
        settings.set(controller, &pair).unwrap_or_else(|e| panic!("{}: {e}", case.id));
    }
    let manifest = manifest::read([("case.yaml", case.manifests.as_str())]);
    let compiled = controller.compile(&Cluster::build(&manifest), &settings);
    Router::new(compiled.table)
}

/// Runs a suite: how many requests agree, of how many, and what was wrong with the others.
fn run(file: &File, suite: &Suite<Expect>, controller: &Controller) -> (usize, usize, String) {
    let (mut right, mut all, mut report) = (0, 0, String::new());
    for case in &suite.cases {
        let router = router(controller, case);
        for Exchange { request, expect } in &case.requests {
            all += 1;
            let outcome = router.answer(request);
            assert_eq!(outcome, router.explain(request).outcome, "{} {}", case.id, request.line());
            let got = Got::of(outcome.answer);
            if got.agrees(expect) {
                right += 1;
            } else {
                writeln!(
                    report,
                    "{} {} ({})\n  {}\n  expected {expect:?}\n  got      {got:?}",
                    file.name,
                    case.id,
                    case.note,
                    request.line()
                )
                .expect("a String takes all");
            }
        }
    }
    (right, all, report)
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_case_is_answered_as_it_says() {
    let mut failures = String::new();
    let mut complete = 0;
    for file in FILES {
        let suite: Suite<Expect> =
            serde_json::from_str(file.text).unwrap_or_else(|e| panic!("{}: {e}", file.name));
        let Ok(controller) = controller::find(&suite.controller) else {
            assert!(!file.complete, "{} must be complete, but has no controller", file.name);
            continue;
        };
        let (right, all, report) = run(file, &suite, controller);
        println!("{}: {right} of {all}", file.name);
        if file.complete {
            complete += all;
            failures += &report;
        }
    }
    assert!(complete > 0);
    assert!(failures.is_empty(), "\n{failures}");
}

/// A file that nobody lists would never be run.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_file_is_listed() {
    let found: BTreeSet<String> = common::suites().into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, FILES.iter().map(|f| f.name.to_owned()).collect());
}
