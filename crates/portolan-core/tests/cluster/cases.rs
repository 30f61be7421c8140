//! The manifests of all routing cases. They were given to controllers through a stand-in for the
//! API server that validates little, so a few of them could never be in a real cluster.

use portolan_core::cluster::Cluster;
use portolan_core::manifest::read;
use portolan_core::problem::Severity;
use std::collections::BTreeSet;
use std::path::Path;

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
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut refused = BTreeSet::new();
    let mut warned = Vec::new();
    let mut cases = 0;
    for entry in std::fs::read_dir(directory).expect("the cases") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let file = path.file_name().and_then(|n| n.to_str()).expect("a file name").to_owned();
        let suite: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).expect("a suite")).expect("JSON");
        for case in suite["cases"].as_array().expect("cases") {
            cases += 1;
            let id = case["id"].as_str().expect("an id").to_owned();
            let manifest = read([("m.yaml", case["manifests"].as_str().expect("manifests"))]);
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
