//! Every code that there is, with its name.

use super::all;

/// The problems that no rule finds: what the other rooms say, and what is said of comments here.
const OTHERS: &[(&str, &str)] = &[
    ("PT0101", "yaml-syntax"),
    ("PT0102", "json-syntax"),
    ("PT0103", "helm-template"),
    ("PT0104", "unknown-anchor"),
    ("PT0105", "duplicate-key"),
    ("PT0106", "not-an-object"),
    ("PT0107", "bad-key"),
    ("PT0108", "unknown-tag"),
    ("PT0109", "tag-mismatch"),
    ("PT0110", "merge-key"),
    ("PT0111", "not-json"),
    ("PT0112", "too-large"),
    ("PT0113", "too-deep"),
    ("PT0114", "too-many-values"),
    ("PT0115", "too-many-copies"),
    ("PT0116", "alias-cycle"),
    ("PT0117", "more-reading-problems"),
    ("PT0118", "bare-list"),
    ("PT0119", "single-letter"),
    ("PT0201", "incomplete-object"),
    ("PT0202", "unknown-field"),
    ("PT0203", "wrong-type"),
    ("PT0204", "replaced-object"),
    ("PT0205", "old-version"),
    ("PT0206", "no-such-kind"),
    ("PT0207", "bad-name"),
    ("PT0208", "octal-number"),
    ("PT0209", "unsupported-value"),
    ("PT0210", "path-type"),
    ("PT0211", "bad-host"),
    ("PT0212", "bad-path"),
    ("PT0213", "bad-backend"),
    ("PT0214", "empty-ingress"),
    ("PT0215", "bad-class"),
    ("PT0220", "bad-port"),
    ("PT0221", "service-type"),
    ("PT0222", "bad-address"),
    ("PT0223", "already-allocated"),
    ("PT0224", "node-port-range"),
    ("PT0230", "bad-endpoints"),
    ("PT0240", "bad-workload"),
    ("PT0250", "bad-data"),
    ("PT0260", "gateway-api-missing-field"),
    ("PT0261", "gateway-api-wrong-type"),
    ("PT0262", "gateway-api-wrong-form"),
    ("PT0263", "gateway-api-out-of-range"),
    ("PT0264", "gateway-api-contradiction"),
    ("PT0265", "ambiguous-parent"),
    ("PT0299", "more-problems"),
    ("PT0401", "bad-nginx-annotation"),
    ("PT0402", "refused-configuration"),
    ("PT0403", "controller-image"),
    ("PT0404", "outdated-annotation"),
    ("PT0901", "unused-ignore"),
    ("PT0902", "bad-ignore"),
    ("PT0903", "bad-configuration"),
];

/// Every code and its name, by code.
pub fn codes() -> Vec<(&'static str, &'static str)> {
    let mut codes: Vec<_> =
        all().map(|rule| (rule.code.0, rule.name)).chain(OTHERS.iter().copied()).collect();
    codes.sort_unstable();
    codes
}

/// The code that a word means, which is a code or a name.
pub(super) fn code(word: &str) -> Option<&'static str> {
    let mut every = all().map(|rule| (rule.code.0, rule.name)).chain(OTHERS.iter().copied());
    every.find(|(code, name)| *code == word || *name == word).map(|(code, _)| code)
}
