//! Manifests as people have them.

use super::common::suites;
use super::{json_of, one, problems};
use serde_json::Value as Json;

/// The manifests of every routing case.
pub fn case_manifests() -> Vec<(String, String)> {
    let cases = suites().into_iter().flat_map(|(_, suite)| suite.cases);
    let found: Vec<_> = cases.map(|case| (case.id, case.manifests)).collect();
    assert!(found.len() > 1000, "only {} cases found", found.len());
    found
}

#[test]
fn every_case_reads_without_problems_and_as_serde_yaml_reads_it() {
    for (id, text) in case_manifests() {
        let manifest = one(&text);
        // Bare `y` and `n` are named, and read as the strings that serde_yaml reads.
        let found: Vec<_> = problems(&manifest).into_iter().filter(|p| !p.starts_with("PT0119")).collect();
        assert_eq!(found, [""; 0], "{id}");
        let ours: Vec<_> = manifest.objects.iter().map(|o| json_of(&o.root)).collect();
        let theirs: Vec<Json> = serde_yaml::Deserializer::from_str(&text)
            .map(|d| serde::Deserialize::deserialize(d).expect("serde_yaml reads it"))
            .filter(|v: &Json| !v.is_null())
            .collect();
        assert!(ours == theirs, "{id}:\n{ours:#?}\n{theirs:#?}");
    }
}
