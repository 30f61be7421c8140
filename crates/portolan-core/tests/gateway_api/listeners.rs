//! Listeners: which one takes a request, and which routes it takes.

use super::{ask, gateway, get, request, route, router, services};
use portolan_core::routing::Certainty;

/// conformance/tests/httproute-listener-port-matching
#[test]
fn routes_attach_by_port_and_by_name() {
    let manifests = [
        gateway(&[
            "{name: l1, hostname: foo.com, port: 80, protocol: HTTP}",
            "{name: l2, hostname: foo.com, port: 8080, protocol: HTTP}",
            "{name: l3, hostname: bar.com, port: 8080, protocol: HTTP}",
            "{name: l4, hostname: foo.com, port: 8090, protocol: HTTP}",
            "{name: l5, hostname: bar.com, port: 8090, protocol: HTTP}",
        ]),
        route("r1", "parentRefs: [{name: gw, port: 80}], rules: [{backendRefs: [{name: v1, port: 80}]}]"),
        route("r2", "parentRefs: [{name: gw, port: 8080}], rules: [{backendRefs: [{name: v2, port: 80}]}]"),
        route(
            "r3",
            "parentRefs: [{name: gw, port: 8090, sectionName: l4}], rules: [{backendRefs: [{name: v3, port: 80}]}]",
        ),
        services(&["v1", "v2", "v3"]),
    ]
    .concat();
    let router = router(&manifests, &[]);
    for (line, expected) in [
        ("http://foo.com/", "default/v1:80 /"),
        ("http://bar.com/", "404"),
        ("http://foo.com:8080/", "default/v2:80 /"),
        ("http://bar.com:8080/", "default/v2:80 /"),
        ("http://foo.com:8090/", "default/v3:80 /"),
        ("http://bar.com:8090/", "404"),
        ("https://foo.com:80/", "404"),
    ] {
        assert_eq!(get(&router, line), expected, "{line}");
    }
}

/// conformance/tests/gateway-http-listener-isolation
#[test]
fn the_most_specific_listener_alone_takes_a_host() {
    let one = |name: &str| {
        route(
            name,
            &format!(
                "parentRefs: [{{name: gw, sectionName: {name}}}], rules: [{{matches: [{{path: {{value: /{name}}}}}], backendRefs: [{{name: v1, port: 80}}]}}]"
            ),
        )
    };
    let names = ["empty", "wide", "narrow", "exact"];
    let manifests = [
        gateway(&[
            "{name: empty, port: 80, protocol: HTTP}",
            "{name: wide, hostname: '*.example.com', port: 80, protocol: HTTP}",
            "{name: narrow, hostname: '*.foo.example.com', port: 80, protocol: HTTP}",
            "{name: exact, hostname: abc.foo.example.com, port: 80, protocol: HTTP}",
        ]),
        names.map(one).concat(),
        services(&["v1"]),
    ]
    .concat();
    let router = router(&manifests, &[]);
    for (host, owner) in [
        ("bar.com", "empty"),
        ("bar.example.com", "wide"),
        ("bar.foo.example.com", "narrow"),
        ("abc.foo.example.com", "exact"),
    ] {
        for name in names {
            let (answer, certainty) = ask(&router, &request(&format!("http://{host}/{name}")));
            let expected = if name == owner { format!("default/v1:80 /{name}") } else { "404".to_owned() };
            assert_eq!(answer, expected, "{host} /{name}");
            // Isolation is an Extended feature: a miss that depends on it is not certain.
            let depends = name != owner && owner != "empty";
            assert_eq!(matches!(certainty, Certainty::Likely(_)), depends, "{host} /{name}: {certainty:?}");
        }
    }
}

/// conformance/tests/httproute-https-listener-detect-misdirected-requests
#[test]
fn misdirected_requests_get_421() {
    let listener = |name: &str, hostname: &str| {
        format!(
            "{{name: {name}, {hostname}port: 443, protocol: HTTPS, tls: {{certificateRefs: [{{name: cert}}]}}}}"
        )
    };
    let listeners = [
        listener("https", ""),
        listener("second", "hostname: second-example.org, "),
        listener("wild", "hostname: '*.wildcard.org', "),
        listener("fourth", "hostname: fourth-example.wildcard.org, "),
    ];
    let listeners: Vec<&str> = listeners.iter().map(String::as_str).collect();
    let one = |name: &str, host: &str, service: &str| {
        route(
            name,
            &format!(
                "parentRefs: [{{name: gw, sectionName: {name}}}], {host}rules: [{{backendRefs: [{{name: {service}, port: 80}}]}}]"
            ),
        )
    };
    let manifests = [
        gateway(&listeners),
        one("https", "hostnames: [example.org], ", "v1"),
        one("second", "", "v2"),
        one("wild", "", "v3"),
        one("fourth", "", "v1"),
        services(&["v1", "v2", "v3"]),
    ]
    .concat();
    let router = router(&manifests, &[]);
    for (sni, host, expected) in [
        ("example.org", "example.org", "default/v1:80 /"),
        ("example.org", "second-example.org", "421"),
        ("example.org", "unknown-example.org", "404"),
        ("second-example.org", "second-example.org", "default/v2:80 /"),
        ("second-example.org", "example.org", "421"),
        ("second-example.org", "unknown-example.org", "421"),
        ("third-example.wildcard.org", "third-example.wildcard.org", "default/v3:80 /"),
        ("third-example.wildcard.org", "fith-example.wildcard.org", "default/v3:80 /"),
        ("third-example.wildcard.org", "fourth-example.wildcard.org", "421"),
        ("fourth-example.wildcard.org", "fourth-example.wildcard.org", "default/v1:80 /"),
        ("fourth-example.wildcard.org", "fith-example.wildcard.org", "421"),
        ("unknown-example.org", "example.org", "default/v1:80 /"),
        ("unknown-example.org", "unknown-example.org", "404"),
    ] {
        let mut request = request(&format!("https://{host}/"));
        request.sni = Some(sni.to_owned());
        assert_eq!(ask(&router, &request).0, expected, "{sni} {host}");
    }
}

#[test]
fn certificates_decide_whether_a_listener_serves() {
    let secret = |data: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: cert}}\ntype: kubernetes.io/tls\nstringData: {{{data}}}\n"
        )
    };
    let listener = "{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: cert}]}}";
    let other = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: other}\nstringData: {a: b}\n";
    let base = [
        gateway(&[listener]),
        route("r", "rules: [{backendRefs: [{name: web, port: 80}]}]"),
        services(&["web"]),
    ]
    .concat();
    let answer = |more: &str| ask(&router(&format!("{base}{more}"), &[]), &request("https://h.test/"));
    assert_eq!(
        answer(&secret("tls.crt: a, tls.key: b")),
        ("default/web:80 /".to_owned(), Certainty::Certain)
    );
    assert_eq!(answer(&secret("tls.crt: a")).0, "404");
    assert_eq!(answer(other).0, "404");
    // Nobody keeps Secrets beside the other manifests: without any, this one is assumed.
    let (answer, certainty) = answer("");
    assert_eq!(answer, "default/web:80 /");
    assert!(matches!(certainty, Certainty::Likely(_)));
}

#[test]
fn allowed_routes_say_which_namespaces_and_kinds() {
    let web = |namespace: &str| {
        format!(
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r, namespace: {namespace}}}\n\
             spec: {{parentRefs: [{{name: gw, namespace: default}}], rules: [{{backendRefs: [{{name: web, port: 80}}]}}]}}\n{}",
            services(&[&format!("{namespace}/web")])
        )
    };
    let namespace = |labels: &str| {
        format!("---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: app, labels: {{{labels}}}}}\n")
    };
    let answer = |allowed: &str, more: &str, from: &str| {
        let listener = format!("{{name: http, port: 80, protocol: HTTP, allowedRoutes: {{{allowed}}}}}");
        let router = router(&[gateway(&[&listener]), web(from), more.to_owned()].concat(), &[]);
        let reason = router.table().dropped.first().map(|d| d.reason.clone()).unwrap_or_default();
        (get(&router, "http://h.test/"), reason)
    };
    let selector = "namespaces: {from: Selector, selector: {matchLabels: {team: web}}}";
    let expression = "namespaces: {from: Selector, selector: {matchExpressions: [{key: team, operator: NotIn, values: [db]}]}}";
    let by_name = "namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: app}}}";
    for (allowed, more, from, served) in [
        ("", "", "default", true),
        ("", "", "app", false),
        ("namespaces: {from: All}", "", "app", true),
        ("namespaces: {from: None}", "", "default", false),
        (selector, &*namespace("team: web"), "app", true),
        (selector, &*namespace("team: db"), "app", false),
        (selector, "", "app", false),
        (expression, &*namespace("team: web"), "app", true),
        (expression, &*namespace("team: db"), "app", false),
        (by_name, "", "app", true),
        ("kinds: [{kind: HTTPRoute}]", "", "default", true),
        ("kinds: [{kind: GRPCRoute}]", "", "default", false),
        ("kinds: [{group: example.com, kind: HTTPRoute}]", "", "default", false),
    ] {
        let (got, reason) = answer(allowed, more, from);
        let expected = if served { format!("{from}/web:80 /") } else { "404".to_owned() };
        assert_eq!(got, expected, "{allowed} {from}");
        assert_eq!(reason.starts_with("NotAllowedByListeners"), !served, "{allowed} {from}: {reason}");
    }
}

#[test]
fn what_does_not_attach_is_dropped_with_the_reason() {
    let base =
        [gateway(&["{name: http, hostname: '*.a.test', port: 80, protocol: HTTP}"]), services(&["web"])]
            .concat();
    let rules =
        "rules: [{matches: [{path: {type: Exact, value: /x}}], backendRefs: [{name: web, port: 80}]}]";
    for (spec, reason) in [
        (
            format!("parentRefs: [{{name: other}}], {rules}"),
            "NoMatchingParent: there is no Gateway default/other",
        ),
        (
            format!("parentRefs: [{{name: gw, sectionName: nope}}], {rules}"),
            "NoMatchingParent: Gateway default/gw has no listener named nope",
        ),
        (
            format!("parentRefs: [{{name: gw, sectionName: http, port: 81}}], {rules}"),
            "NoMatchingParent: Gateway default/gw has no listener named http and on port 81",
        ),
        (
            format!("hostnames: [b.test], {rules}"),
            "NoMatchingListenerHostname: none of its hostnames is one of listener http of Gateway default/gw (*.a.test)",
        ),
        (
            format!("parentRefs: [{{kind: Service, group: '', name: web}}], {rules}"),
            "its parent Service web is no Gateway, so it changes nothing at a Gateway",
        ),
    ] {
        let router = router(&[base.clone(), route("r", &spec)].concat(), &[]);
        let dropped = router.table().dropped.first().expect("it is dropped");
        assert_eq!(dropped.reason, reason, "{spec}");
        assert_eq!(dropped.rule, "Exact /x");
        assert!(router.table().routes.is_empty());
    }
    // One hostname of two is taken: the route is there, and the other hostname is named.
    let router =
        router(&[base, route("r", &format!("hostnames: [x.a.test, b.test], {rules}"))].concat(), &[]);
    assert_eq!(get(&router, "http://x.a.test/x"), "default/web:80 /x");
    assert_eq!(router.table().dropped.first().and_then(|d| d.host.as_deref()), Some("b.test"));
}

#[test]
fn settings_choose_among_gateways() {
    let second = "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: second}\n\
                  spec: {gatewayClassName: c, listeners: [{name: http, port: 80, protocol: HTTP}]}\n";
    let manifests = [
        gateway(&["{name: http, port: 80, protocol: HTTP}"]),
        second.to_owned(),
        route("r", "parentRefs: [{name: second}], rules: [{backendRefs: [{name: web, port: 80}]}]"),
        services(&["web"]),
    ]
    .concat();
    let both = router(&manifests, &[]);
    let (answer, certainty) = ask(&both, &request("http://h.test/"));
    assert_eq!(answer, "default/web:80 /");
    assert!(certainty.reason().is_some_and(|r| r.contains("port 80")), "{certainty:?}");
    let one = router(&manifests, &["gateway=default/second"]);
    assert_eq!(ask(&one, &request("http://h.test/")), ("default/web:80 /".to_owned(), Certainty::Certain));
    let other = router(&manifests, &["gateway=default/gw"]);
    assert_eq!(get(&other, "http://h.test/"), "404");
    let none = router(&manifests, &["gatewayClassName=d"]);
    assert_eq!(get(&none, "http://h.test/"), "404");
}
