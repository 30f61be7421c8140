//! Rules: precedence, filters, backends, grants.

use super::{ask, gateway, get, request, route, router, services};
use portolan_core::routing::Certainty;

const HTTP: &str = "{name: http, port: 80, protocol: HTTP}";

/// conformance/tests/httproute-path-match-order
#[test]
fn exact_then_the_longest_prefix() {
    let rule = |path_type: &str, path: &str, service: &str| {
        format!(
            "{{matches: [{{path: {{type: {path_type}, value: {path}}}}}], backendRefs: [{{name: {service}, port: 80}}]}}"
        )
    };
    let rules = [
        rule("Exact", "/match", "v1"),
        rule("Exact", "/match/exact", "v2"),
        rule("Exact", "/match/exact/one", "v3"),
        rule("PathPrefix", "/match/", "v3"),
        rule("PathPrefix", "/match/prefix/", "v1"),
        rule("PathPrefix", "/match/prefix/one", "v2"),
    ];
    let manifests = [
        gateway(&[HTTP]),
        route("r", &format!("rules: [{}]", rules.join(", "))),
        services(&["v1", "v2", "v3"]),
    ];
    let router = router(&manifests.concat(), &[]);
    for (path, service) in [
        ("/match/exact/one", "v3"),
        ("/match/exact", "v2"),
        ("/match", "v1"),
        ("/match/prefix/one/any", "v2"),
        ("/match/prefix/any", "v1"),
        ("/match/any", "v3"),
    ] {
        let expected = (format!("default/{service}:80 {path}"), Certainty::Certain);
        assert_eq!(ask(&router, &request(&format!("http://h.test{path}"))), expected);
    }
}

/// The order of the API: every later criterion alone, and beaten by the one before it.
#[test]
fn each_criterion_goes_before_the_next() {
    let matches = [
        ("method: GET", "method"),
        ("headers: [{name: a, value: '1'}, {name: b, value: '1'}]", "two-headers"),
        ("headers: [{name: a, value: '1'}]", "header"),
        ("queryParams: [{name: p, value: '1'}, {name: q, value: '1'}]", "two-queries"),
        ("queryParams: [{name: p, value: '1'}]", "query"),
    ];
    let rules: Vec<String> = matches
        .iter()
        .rev()
        .map(|(spec, service)| {
            format!("{{matches: [{{{spec}}}], backendRefs: [{{name: {service}, port: 80}}]}}")
        })
        .collect();
    let names: Vec<&str> = matches.iter().map(|(_, name)| *name).collect();
    let manifests =
        [gateway(&[HTTP]), route("r", &format!("rules: [{}]", rules.join(", "))), services(&names)].concat();
    let router = router(&manifests, &[]);
    let mut all = request("http://h.test/?p=1&q=1");
    all.headers = vec![("A".into(), "1".into()), ("B".into(), "1".into())];
    let service = |request: &_| ask(&router, request).0;
    assert_eq!(service(&all), "default/method:80 /?p=1&q=1");
    all.method = "POST".into();
    assert_eq!(service(&all), "default/two-headers:80 /?p=1&q=1");
    all.headers.truncate(1);
    assert_eq!(service(&all), "default/header:80 /?p=1&q=1");
    all.headers.clear();
    assert_eq!(service(&all), "default/two-queries:80 /?p=1&q=1");
    all.target = "/?p=1".into();
    assert_eq!(service(&all), "default/query:80 /?p=1");
}

#[test]
fn ages_that_are_not_known_are_said_to_be_unknown() {
    let two = |first: &str, second: &str| {
        let one = |name: &str, created: &str| {
            route(name, "rules: [{matches: [{path: {value: /x}}], backendRefs: [{name: NAME, port: 80}]}]")
                .replace("NAME", name)
                .replace(&format!("{{name: {name}}}\n"), &format!("{{name: {name}{created}}}\n"))
        };
        let manifests = [gateway(&[HTTP]), one("b", first), one("a", second), services(&["a", "b"])].concat();
        ask(&router(&manifests, &[]), &request("http://h.test/x"))
    };
    let old = ", creationTimestamp: '2024-01-01T00:00:00Z'";
    let young = ", creationTimestamp: '2024-02-01T00:00:00Z'";
    assert_eq!(two(old, young), ("default/b:80 /x".to_owned(), Certainty::Certain));
    assert_eq!(two(old, old), ("default/a:80 /x".to_owned(), Certainty::Certain));
    let (answer, certainty) = two("", "");
    assert_eq!(answer, "default/a:80 /x");
    assert!(matches!(certainty, Certainty::Likely(_)));
}

/// conformance/tests/httproute-redirect-port-and-scheme
#[test]
fn the_port_of_a_redirect_is_derived() {
    let tls = "tls: {certificateRefs: [{name: cert}]}";
    let listeners = [
        HTTP.to_owned(),
        "{name: alt, port: 8080, protocol: HTTP}".to_owned(),
        format!("{{name: https, port: 443, protocol: HTTPS, {tls}}}"),
    ];
    let listeners: Vec<&str> = listeners.iter().map(String::as_str).collect();
    for (line, redirect, location) in [
        ("http://h.test/", "", "http://example.org/"),
        ("http://h.test/", "port: 80", "http://example.org/"),
        ("http://h.test/", "port: 8080", "http://example.org:8080/"),
        ("http://h.test/", "scheme: https", "https://example.org/"),
        ("http://h.test/", "scheme: https, port: 443", "https://example.org/"),
        ("http://h.test/", "scheme: https, port: 8443", "https://example.org:8443/"),
        ("http://h.test:8080/", "", "http://example.org:8080/"),
        ("http://h.test:8080/", "port: 80", "http://example.org/"),
        ("http://h.test:8080/", "scheme: https", "https://example.org/"),
        ("https://h.test/", "", "https://example.org/"),
        ("https://h.test/", "port: 443", "https://example.org/"),
        ("https://h.test/", "port: 8443", "https://example.org:8443/"),
        ("https://h.test/", "scheme: http", "http://example.org/"),
        ("https://h.test/", "scheme: http, port: 80", "http://example.org/"),
        ("https://h.test/", "scheme: http, port: 8080", "http://example.org:8080/"),
    ] {
        let spec = format!(
            "rules: [{{filters: [{{type: RequestRedirect, requestRedirect: {{hostname: example.org, {redirect}}}}}]}}]"
        );
        let router = router(&[gateway(&listeners), route("r", &spec)].concat(), &[]);
        assert_eq!(get(&router, line), format!("302 {location}"), "{line} {redirect}");
    }
}

/// conformance/tests/httproute-redirect-path and httproute-rewrite-host
#[test]
fn paths_and_hosts_are_replaced() {
    let rule = |prefix: &str, filter: &str, rest: &str| {
        format!("{{matches: [{{path: {{value: {prefix}}}}}], filters: [{{{filter}}}]{rest}}}")
    };
    let redirect = |spec: &str| format!("type: RequestRedirect, requestRedirect: {{{spec}}}");
    let prefix = "path: {type: ReplacePrefixMatch, replacePrefixMatch: /replacement-prefix}";
    let rules = [
        rule("/original-prefix", &redirect(prefix), ""),
        rule(
            "/full",
            &redirect("path: {type: ReplaceFullPath, replaceFullPath: /full-path-replacement}"),
            "",
        ),
        rule("/path-and-host", &redirect(&format!("hostname: example.org, {prefix}")), ""),
        rule("/path-and-status", &redirect(&format!("statusCode: 301, {prefix}")), ""),
        rule(
            "/rewrite",
            "type: URLRewrite, urlRewrite: {hostname: one.example.org}",
            ", backendRefs: [{name: web, port: 80}]",
        ),
    ];
    let manifests =
        [gateway(&[HTTP]), route("r", &format!("rules: [{}]", rules.join(", "))), services(&["web"])]
            .concat();
    let router = router(&manifests, &[]);
    for (target, expected) in [
        ("/original-prefix/lemon", "302 http://h.test/replacement-prefix/lemon"),
        ("/full/path/original?a=b", "302 http://h.test/full-path-replacement?a=b"),
        ("/path-and-host", "302 http://example.org/replacement-prefix"),
        ("/path-and-status/x", "301 http://h.test/replacement-prefix/x"),
        ("/rewrite/x", "default/web:80 /rewrite/x"),
    ] {
        assert_eq!(get(&router, &format!("http://h.test{target}")), expected);
    }
    let outcome = router.answer(&request("http://h.test/rewrite"));
    assert!(format!("{:?}", outcome.answer).contains("one.example.org"));
}

#[test]
fn references_across_namespaces_need_a_grant() {
    let grant = |version: &str, from: &str, to: &str| {
        format!(
            "---\napiVersion: gateway.networking.k8s.io/{version}\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: far}}\n\
             spec: {{from: [{{group: gateway.networking.k8s.io, {from}}}], to: [{{group: '', kind: Service{to}}}]}}\n"
        )
    };
    let base = [
        gateway(&[HTTP]),
        route("r", "rules: [{backendRefs: [{name: web, namespace: far, port: 80}]}]"),
        services(&["far/web"]),
    ]
    .concat();
    let answer = |grant: &str| get(&router(&format!("{base}{grant}"), &[]), "http://h.test/");
    let here = "kind: HTTPRoute, namespace: default";
    assert_eq!(answer(""), "500");
    assert_eq!(answer(&grant("v1", here, "")), "far/web:80 /");
    assert_eq!(answer(&grant("v1beta1", here, ", name: web")), "far/web:80 /");
    assert_eq!(answer(&grant("v1", here, ", name: other")), "500");
    assert_eq!(answer(&grant("v1", "kind: GRPCRoute, namespace: default", "")), "500");
    assert_eq!(answer(&grant("v1", "kind: HTTPRoute, namespace: other", "")), "500");
}

#[test]
fn weights_leave_the_choice_open_and_say_the_shares() {
    let base = |refs: &str| {
        [gateway(&[HTTP]), route("r", &format!("rules: [{{backendRefs: [{refs}]}}]")), services(&["a", "b"])]
            .concat()
    };
    let answer = |refs: &str| ask(&router(&base(refs), &[]), &request("http://h.test/"));
    let (both, certainty) = answer("{name: a, port: 80, weight: 70}, {name: b, port: 80, weight: 30}");
    assert_eq!(both, "default/a:80 default/b:80 /");
    assert_eq!(
        certainty.reason(),
        Some("requests are spread by weight: 70 of 100 get default/a, 30 of 100 get default/b")
    );
    // One that gets nothing does not count, and the same one twice is one.
    assert_eq!(answer("{name: a, port: 80}, {name: b, port: 80, weight: 0}").1, Certainty::Certain);
    assert_eq!(
        answer("{name: a, port: 80}, {name: a, port: 80}"),
        ("default/a:80 /".into(), Certainty::Certain)
    );
    let (part, certainty) = answer("{name: a, port: 80, weight: 9}, {name: ghost, port: 80, weight: 1}");
    assert_eq!(part, "default/a:80 /");
    assert!(matches!(certainty, Certainty::Unknowable(_)));
    assert!(certainty.reason().is_some_and(|r| r.contains("1 of 10 get status 500")), "{certainty:?}");
    assert_eq!(
        answer("{name: ghost, port: 80}, {name: a, port: 80, weight: 0}"),
        ("500".into(), Certainty::Certain)
    );
    assert_eq!(answer("{name: a, port: 80, weight: 0}"), ("500".into(), Certainty::Certain));
}

#[test]
fn filters_that_depend_on_others_are_not_certain() {
    let object = "---\napiVersion: example.com/v1\nkind: Limit\nmetadata: {name: l}\n";
    let answer = |filter: &str, more: &str, line: &str| {
        let spec = format!("rules: [{{filters: [{{{filter}}}], backendRefs: [{{name: web, port: 80}}]}}]");
        let manifests =
            [gateway(&[HTTP]), route("r", &spec), services(&["web", "copy"]), more.to_owned()].concat();
        ask(&router(&manifests, &[]), &request(line))
    };
    let extension = "type: ExtensionRef, extensionRef: {group: example.com, kind: Limit, name: l}";
    let (forwarded, certainty) = answer(extension, object, "http://h.test/");
    assert_eq!(forwarded, "default/web:80 /");
    assert!(matches!(certainty, Certainty::Unknowable(_)));
    let (refused, certainty) = answer(extension, "", "http://h.test/");
    assert_eq!(refused, "500");
    assert!(matches!(certainty, Certainty::Likely(_)));
    let mirror = "type: RequestMirror, requestMirror: {backendRef: {name: copy, port: 80}}";
    assert!(matches!(answer(mirror, "", "http://h.test/").1, Certainty::Likely(_)));
    assert_eq!(
        answer("type: CORS, cors: {allowOrigins: ['*']}", "", "OPTIONS http://h.test/").0,
        "default/web:80 /"
    );
}

#[test]
fn repeated_headers_are_joined_and_the_first_of_equal_names_counts() {
    let spec = "rules: [{matches: [{headers: [{name: x-a, value: one}, {name: X-A, value: two}]}], backendRefs: [{name: web, port: 80}]}]";
    let router = router(&[gateway(&[HTTP]), route("r", spec), services(&["web"])].concat(), &[]);
    let mut request = request("http://h.test/");
    request.headers = vec![("X-a".into(), "one".into())];
    assert_eq!(ask(&router, &request).0, "default/web:80 /");
    request.headers.push(("x-A".into(), "two".into()));
    assert_eq!(ask(&router, &request).0, "404");
}

#[test]
fn grpc_routes_match_services_and_methods() {
    let grpc = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {{name: {name}}}\nspec: {{parentRefs: [{{name: gw}}], {spec}}}\n"
        )
    };
    let rule = |method: &str, service: &str| {
        format!("{{matches: [{{{method}}}], backendRefs: [{{name: {service}, port: 80}}]}}")
    };
    let rules = [
        rule("method: {method: Echo}", "by-method"),
        rule("method: {service: a.Shop}", "by-service"),
        rule("method: {service: a.Shop, method: Buy}", "by-both"),
        rule("method: {type: RegularExpression, service: 'b\\..*', method: 'Get.*'}", "by-regex"),
        rule("headers: [{name: v, value: '2'}]", "by-header"),
    ];
    let names = ["by-method", "by-service", "by-both", "by-regex", "by-header", "web"];
    let manifests = [
        gateway(&[HTTP]),
        grpc("g", &format!("hostnames: [g.test], rules: [{}]", rules.join(", "))),
        route("h", "hostnames: ['*.test'], rules: [{backendRefs: [{name: web, port: 80}]}]"),
        services(&names),
    ]
    .concat();
    let router = router(&manifests, &[]);
    for (target, expected) in [
        ("/a.Shop/Buy", "default/by-both:80 /a.Shop/Buy"),
        ("/a.Shop/Sell", "default/by-service:80 /a.Shop/Sell"),
        ("/a.Shop/Echo", "default/by-service:80 /a.Shop/Echo"),
        ("/c.Bank/Echo", "default/by-method:80 /c.Bank/Echo"),
        ("/b.Bank/GetAll", "default/by-regex:80 /b.Bank/GetAll"),
        ("/b.Bank/PutAll", "404"),
        ("/a.Shop", "404"),
    ] {
        assert_eq!(get(&router, &format!("POST http://g.test{target}")), expected);
    }
    // The HTTPRoute is younger by name and shares a hostname with the GRPCRoute: it is not accepted.
    assert_eq!(get(&router, "http://x.test/"), "404");
    assert!(router.table().dropped.iter().any(|d| d.reason.contains("GRPCRoute")));
}

#[test]
fn traefik_differs_where_it_was_seen_to() {
    let spec = "rules: [{backendRefs: [{name: web, port: 80, weight: 0}]}]";
    let class = gateway(&[HTTP]).replace("example.com/c", "traefik.io/gateway-controller");
    let manifests = [class, route("r", spec), services(&["web"])].concat();
    assert_eq!(get(&router(&manifests, &["implementation=traefik"]), "http://h.test/"), "503");
    assert_eq!(get(&router(&manifests, &[]), "http://h.test/"), "500");
    let other = manifests.replace("traefik.io/gateway-controller", "example.com/other");
    let router = router(&other, &["implementation=traefik"]);
    assert_eq!(get(&router, "http://h.test/"), "404");
    assert!(router.table().dropped.first().is_some_and(|d| d.reason.contains("Traefik does not serve")));
}

#[test]
fn what_the_api_leaves_open_is_likely_at_most() {
    let spec = "rules: [{matches: [{queryParams: [{name: a, value: '1'}]}], backendRefs: [{name: web, port: 80}]}, \
                {matches: [{path: {type: Exact, value: /v1}}], backendRefs: [{name: exact, port: 80}]}, \
                {matches: [{path: {type: Exact, value: /w}}], backendRefs: [{name: exact, port: 80}]}, \
                {matches: [{path: {type: RegularExpression, value: '/v[0-9]'}}], backendRefs: [{name: re, port: 80}]}]";
    let router =
        router(&[gateway(&[HTTP]), route("r", spec), services(&["web", "exact", "re"])].concat(), &[]);
    for (target, service, certain) in [
        ("/?a=1", "web", true),
        ("/?a=1&b=2", "web", true),
        ("/?a=1&a=2", "web", false),
        ("/w", "exact", true),
        ("/v1", "exact", false),
        ("/v2", "re", false),
        ("/x//y?a=1", "web", false),
    ] {
        let (answer, certainty) = ask(&router, &request(&format!("http://h.test{target}")));
        assert_eq!(answer, format!("default/{service}:80 {target}"));
        assert_eq!(certainty == Certainty::Certain, certain, "{target}: {certainty:?}");
    }
}

/// Every match counts for every listener and hostname; what is pasted must not fill the memory.
#[test]
fn routes_are_bounded() {
    let listeners: Vec<String> =
        (0..64).map(|i| format!("{{name: l{i}, port: {}, protocol: HTTP}}", 1000 + i)).collect();
    let listeners: Vec<&str> = listeners.iter().map(String::as_str).collect();
    let matches: Vec<String> = (0..64).map(|i| format!("{{path: {{value: /p{i}}}}}")).collect();
    let hosts: Vec<String> = (0..16).map(|i| format!("h{i}.test")).collect();
    let spec = format!("hostnames: [{}], rules: [{{matches: [{}]}}]", hosts.join(", "), matches.join(", "));
    let routes: String = (0..8).map(|i| route(&format!("r{i}"), &spec)).collect();
    let router = router(&format!("{}{routes}", gateway(&listeners)), &[]);
    assert!(router.table().routes.len() <= (1 << 18) + 16 * 128);
    assert!(router.table().dropped.iter().any(|d| d.reason.contains("are not looked at")));
    assert_eq!(get(&router, "http://h3.test:1005/p7"), "500");
}
