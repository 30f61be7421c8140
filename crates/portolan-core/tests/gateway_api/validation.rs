//! What the custom resource definitions refuse.

use super::{gateway, route};
use portolan_core::cluster::Cluster;
use portolan_core::manifest::read;
use portolan_core::problem::Severity;

fn problems(manifests: &str) -> Vec<String> {
    let manifest = read([("m.yaml", manifests)]);
    assert_eq!(manifest.problems, []);
    let cluster = Cluster::build(&manifest);
    cluster
        .problems
        .iter()
        .map(|p| {
            let level = if p.severity == Severity::Error { "error" } else { "warning" };
            format!("{level} {}: {}", p.field.clone().unwrap_or_default(), p.message)
        })
        .collect()
}

#[test]
fn routes() {
    let filters = |list: &str, refs: &str| format!("rules: [{{filters: [{list}]{refs}}}]");
    let path = |spec: &str| format!("rules: [{{matches: [{{path: {{{spec}}}}}]}}]");
    let redirect = "{type: RequestRedirect, requestRedirect: {hostname: a.test}}";
    let rewrite = "{type: URLRewrite, urlRewrite: {hostname: a.test}}";
    let to_prefix =
        "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /x}}}";
    for (spec, expected) in [
        (
            "hostnames: [A.test]".to_owned(),
            "error spec.hostnames[0].hostname: `hostname` cannot be \"A.test\"",
        ),
        ("hostnames: ['*']".to_owned(), "error spec.hostnames[0].hostname: `hostname` cannot be \"*\""),
        (
            "hostnames: ['a.*.test']".to_owned(),
            "error spec.hostnames[0].hostname: `hostname` cannot be \"a.*.test\"",
        ),
        ("rules: []".to_owned(), "error spec.rules: `rules` must not be empty"),
        (
            path("value: foo"),
            "error spec.rules[0].matches[0].path.value: a path of this type must start with `/`",
        ),
        (
            path("value: /a//b"),
            "error spec.rules[0].matches[0].path.value: a path of this type must not contain `//`",
        ),
        (
            path("value: /a%2Fb"),
            "error spec.rules[0].matches[0].path.value: a path of this type must not contain `%2F`",
        ),
        (
            path("value: /a/.."),
            "error spec.rules[0].matches[0].path.value: a path of this type must not end in `/..`",
        ),
        (
            path("value: '/a b'"),
            "error spec.rules[0].matches[0].path.value: a path of this type must not contain ' '",
        ),
        (
            path("value: /a%2"),
            "error spec.rules[0].matches[0].path.value: a path of this type must not contain '%'",
        ),
        (path("type: Prefix"), "error spec.rules[0].matches[0].path.type: `type` cannot be \"Prefix\""),
        (
            "rules: [{matches: [{method: get}]}]".to_owned(),
            "error spec.rules[0].matches[0].method: `method` cannot be \"get\"",
        ),
        (
            "rules: [{matches: [{headers: [{name: a, value: b}, {name: a, value: c}]}]}]".to_owned(),
            "error spec.rules[0].matches[0].headers[1].name: a is listed twice",
        ),
        (
            filters(&format!("{redirect}, {rewrite}"), ""),
            "error spec.rules[0].filters: a RequestRedirect and a URLRewrite cannot be combined",
        ),
        (
            filters(&format!("{redirect}, {redirect}"), ""),
            "error spec.rules[0].filters: a RequestRedirect filter cannot be repeated",
        ),
        (
            filters(redirect, ", backendRefs: [{name: web, port: 80}]"),
            "error spec.rules[0].filters: a RequestRedirect filter must not be used together with backendRefs",
        ),
        (
            filters(to_prefix, ", matches: [{path: {type: Exact, value: /a}}]"),
            "error spec.rules[0].filters: `replacePrefixMatch` needs exactly one match, and that of type PathPrefix",
        ),
        (
            filters("{type: URLRewrite}", ""),
            "error spec.rules[0].filters[0].urlRewrite: `urlRewrite` must be set for a filter of type URLRewrite",
        ),
        (
            filters("{type: RequestRedirect, requestRedirect: {statusCode: 304}}", ""),
            "error spec.rules[0].filters[0].requestRedirect.statusCode: `statusCode` must be one of 301, 302, 303, 307, 308, not 304",
        ),
        (
            "rules: [{backendRefs: [{name: web}]}]".to_owned(),
            "error spec.rules[0].backendRefs[0].port: `port` must be set for a Service",
        ),
        (
            "rules: [{backendRefs: [{name: web, port: 80, weight: -1}]}]".to_owned(),
            "error spec.rules[0].backendRefs[0].weight: `weight` must be from 0 to 1000000, not -1",
        ),
        (
            "rules: [{backendRefs: [{name: web, port: http}]}]".to_owned(),
            "error spec.rules[0].backendRefs[0].port: `port` must be of type integer, not string",
        ),
        (
            "parentRefs: [{name: gw}, {name: gw, sectionName: a}]".to_owned(),
            "warning spec.parentRefs[1]: of two parentRefs for Gateway gw, one names a listener and one does not",
        ),
    ] {
        assert_eq!(problems(&route("r", &spec)), [expected], "{spec}");
    }
    for fine in [
        "hostnames: ['*.a.test', b.test]",
        "rules: [{matches: [{path: {type: RegularExpression, value: 'x//y'}}]}]",
        "rules: [{backendRefs: [{group: example.com, kind: Bucket, name: files}]}]",
        "parentRefs: [{name: gw, sectionName: a}, {name: gw, sectionName: b}]",
    ] {
        assert_eq!(problems(&route("r", fine)), [""; 0], "{fine}");
    }
}

#[test]
fn limits() {
    let many = |item: &str, n: usize| vec![item; n].join(", ");
    let rules = format!("rules: [{}]", many("{backendRefs: []}", 17));
    assert_eq!(
        problems(&route("r", &rules)),
        ["error spec.rules: `rules` may have at most 16 items, not 17"]
    );
    let matches = format!("{{matches: [{}]}}", many("{method: GET}", 43));
    let rules = format!("rules: [{}]", many(&matches, 3));
    let expected = "error spec.rules: all rules together may have at most 128 matches, not 129";
    assert_eq!(problems(&route("r", &rules)), [expected]);
}

#[test]
fn gateways() {
    for (listeners, expected) in [
        (
            vec!["{name: a, port: 80, protocol: HTTP}", "{name: a, port: 81, protocol: HTTP}"],
            "error spec.listeners[1].name: two listeners are named a: names are unique in a Gateway",
        ),
        (
            vec!["{name: a, port: 80, protocol: HTTP}", "{name: b, port: 80, protocol: HTTP}"],
            "error spec.listeners[1].port: another listener has the same port, protocol and hostname",
        ),
        (vec![], "error spec.listeners: `listeners` must not be empty"),
        (
            vec!["{name: a, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: c}]}}"],
            "error spec.listeners[0].tls: `tls` must not be set for protocol HTTP",
        ),
        (
            vec!["{name: a, port: 443, protocol: HTTPS, tls: {mode: Passthrough}}"],
            "error spec.listeners[0].tls.mode: `mode` must be Terminate for protocol HTTPS",
        ),
        (
            vec!["{name: a, port: 443, protocol: HTTPS, tls: {}}"],
            "error spec.listeners[0].tls.certificateRefs: `certificateRefs` or `options` must be set when the mode is Terminate",
        ),
        (
            vec!["{name: a, port: 443, protocol: TLS}"],
            "error spec.listeners[0].tls: `tls` must be set for protocol TLS",
        ),
        (
            vec!["{name: a, port: 53, protocol: UDP, hostname: a.test}"],
            "error spec.listeners[0].hostname: `hostname` must not be set for protocol UDP",
        ),
        (
            vec!["{name: a, port: 0, protocol: HTTP}"],
            "error spec.listeners[0].port: `port` must be from 1 to 65535, not 0",
        ),
        (vec!["{name: A, port: 80, protocol: HTTP}"], "error spec.listeners[0].name: `name` cannot be \"A\""),
        (vec!["{name: a, port: 80}"], "error spec.listeners[0].protocol: `protocol` is required"),
    ] {
        assert_eq!(problems(&gateway(&listeners)), [expected]);
    }
}
