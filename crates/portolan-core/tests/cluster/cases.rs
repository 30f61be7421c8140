//! The manifests of all routing cases. They were given to controllers through a stand-in for the
//! API server that validates little, so a few of them could never be in a real cluster.

use super::common::suites;
use portolan_core::cluster::Cluster;
use portolan_core::manifest::read;
use portolan_core::problem::Severity;
use std::collections::BTreeSet;

/// Every error: suite, case, object, field. Those without an object are bare `n` and `y`, booleans to
/// kubectl, which are taken as the strings that were meant. The others are objects that a real API
/// server refuses: a path type is needed since networking.k8s.io/v1, and a path starts with a slash
/// even where it is a regular expression.
const ERRORS: [[&str; 4]; 12] = [
    ["gateway-api-traefik.json", "host-same-path", "", ""],
    ["gateway-api-traefik.json", "host-underscore", "", ""],
    ["gateway-api.json", "across-routes-rule-count", "", ""],
    ["gateway-api.json", "host-same-path", "", ""],
    ["gateway-api.json", "host-underscore", "", ""],
    ["gateway-api.json", "path-before-everything", "", ""],
    ["ingress-nginx.json", "alias-beats-wildcard-host", "", ""],
    [
        "kubernetes.json",
        "refused-by-the-api-server",
        "Ingress default/bad",
        "spec.rules[0].http.paths[0].path",
    ],
    ["traefik-ingress-nginx.json", "hostless", "", ""],
    [
        "traefik-ingress-nginx.json",
        "path-type-missing",
        "Ingress default/web",
        "spec.rules[0].http.paths[0].pathType",
    ],
    ["traefik.json", "path-type-missing", "Ingress default/web", "spec.rules[0].http.paths[0].pathType"],
    ["traefik.json", "pathmatcher-regexp-anchored", "Ingress default/re", "spec.rules[0].http.paths[0].path"],
];

#[test]
fn only_what_a_real_api_server_refuses_is_refused() {
    let mut refused = BTreeSet::new();
    let mut warned = Vec::new();
    let mut cases = 0;
    for (file, suite) in suites() {
        for case in suite.cases {
            cases += 1;
            let id = case.id;
            let manifest = read([("m.yaml", case.manifests)]);
            let cluster = Cluster::build(&manifest);
            for problem in manifest.problems.iter().chain(&cluster.problems) {
                if problem.severity == Severity::Error {
                    let object = problem.object.clone().unwrap_or_default();
                    refused.insert([
                        file.clone(),
                        id.clone(),
                        object,
                        problem.field.clone().unwrap_or_default(),
                    ]);
                } else {
                    warned.push(format!("{file} {id} {} {}", problem.code, problem.message));
                }
            }
            let lost = cluster.ingresses.iter().filter(|i| !i.admitted).count();
            let errors = cluster.problems.iter().filter(|p| p.severity == Severity::Error).count();
            assert!(lost <= errors, "{file} {id}: refused without a reason");
        }
    }
    assert!(cases > 1000, "{cases} cases");
    // The Gateway API's kinds have warnings of their own, and some cases are about old versions.
    warned.retain(|w: &String| !w.contains(" PT026") && !w.contains(" PT0205"));
    assert_eq!(warned, [""; 0]);
    let expected: BTreeSet<[String; 4]> = ERRORS.iter().map(|row| row.map(str::to_owned)).collect();
    assert_eq!(refused, expected);
}
