//! The order of the steps that may end a request: redirects, preflights, TLS, access.

use super::world::{World, ask, check, outcome};
use portolan_core::routing::{Certainty, Request};

#[test]
fn redirects_and_preflights_go_before_tls_endpoints_and_access() {
    let world = World::new()
        .ingress(
            "r",
            &[("permanent-redirect", "https://example.org"), ("allowlist-source-range", "10.0.0.0/8")],
            &["h.com P /foo v"],
            "tls: [{hosts: [h.com]}]",
        )
        .ingress("n", &[("allowlist-source-range", "10.0.0.0/8")], &["n.com P / none"], "")
        .ingress("a", &[("allowlist-source-range", "10.0.0.0/8")], &["a.com P /b v"], "")
        .ingress("t", &[], &["t.com P / none"], "tls: [{hosts: [t.com]}]")
        .ingress(
            "c",
            &[("enable-cors", "true"), ("cors-allow-origin", "https://ok.org, https://*.ok.net")],
            &["c.com P / none"],
            "tls: [{hosts: [c.com]}]",
        );
    check(
        world,
        &[
            ("GET http://h.com/foo", "301 https://example.org"),
            ("GET http://h.com/zzz", "301 https://example.org"),
            // No endpoints come before the address list, TLS before no endpoints.
            ("GET http://n.com/", "503"),
            ("GET http://t.com/", "308 https://t.com"),
            ("GET http://a.com/b", "403"),
            // The list counts for the location that nobody asked for, too.
            ("GET http://a.com/x", "403"),
            ("OPTIONS http://c.com/ | Origin: https://ok.org", "204"),
            ("OPTIONS http://c.com/ | Origin: xhttps://ok.org", "204"),
            ("OPTIONS http://c.com/ | Origin: https://a.ok.net", "204"),
            ("OPTIONS http://c.com/ | Origin: https://a.b.ok.net", "308 https://c.com"),
            ("OPTIONS http://c.com/ | Origin: https://ok.org.evil", "308 https://c.com"),
        ],
    );
}

#[test]
fn tls_redirects() {
    let world = || {
        World::new()
            .ingress("t", &[], &["h.com P / s", "b.com P / s"], "tls: [{hosts: [h.com]}]")
            .ingress("w", &[], &["'*.foo.com' P / s"], "tls: [{hosts: ['*.foo.com']}]")
            .ingress("x", &[], &["a.foo.com P / s"], "")
            .ingress("k", &[("preserve-trailing-slash", "true")], &["k.com P / s"], "tls: [{hosts: [k.com]}]")
            .ingress("f", &[("force-ssl-redirect", "true")], &["f.com P / s", "- P /f s"], "")
            .ingress("n", &[("ssl-redirect", "false")], &["n.com P / s"], "tls: [{hosts: [n.com]}]")
            .ingress("d", &[], &["d.com P /foo/ s"], "tls: [{hosts: [d.com]}]")
            .ingress("m", &[], &["d.com P /.well-known/acme-challenge s"], "")
    };
    // The host is quoted again by the helper.
    let fixed = |w: World| World { yaml: w.yaml.replace("\"'", "\"").replace("'\"", "\""), ..w };
    check(
        fixed(world()),
        &[
            ("GET http://h.com/foo/", "308 https://h.com/foo"),
            ("GET http://h.com/foo?x=/", "308 https://h.com/foo?x="),
            ("GET http://H.com:8080/foo", "308 https://H.com/foo"),
            ("GET http://h.com/foo | X-Forwarded-Proto: https", "308 https://h.com/foo"),
            ("GET https://h.com/foo", "s /foo"),
            // Not under tls.hosts, but of an Ingress that has tls.
            ("GET http://b.com/", "308 https://b.com"),
            ("GET http://a.foo.com/", "308 https://a.foo.com"),
            ("GET http://b.foo.com/x", "308 https://b.foo.com/x"),
            ("GET http://k.com/x/", "308 https://k.com/x/"),
            ("GET http://f.com/x", "308 https://f.com/x"),
            ("GET http://unknown.com/f", "308 https://unknown.com/f"),
            ("GET http://n.com/", "s /"),
            // nginx' own slash comes before TLS.
            ("GET http://d.com/foo", "301 http://d.com/foo/"),
            ("GET http://d.com/.well-known/acme-challenge/x", "s /.well-known/acme-challenge/x"),
        ],
    );
    check(
        fixed(world()).set("use-forwarded-headers=true"),
        &[
            ("GET http://h.com/foo | X-Forwarded-Proto: https", "s /foo"),
            ("GET http://h.com/foo | X-Forwarded-Proto: wss", "s /foo"),
            ("GET http://h.com/ | X-Forwarded-Host: example.com:80", "308 https://example.com"),
        ],
    );
}

#[test]
fn authentication_is_asked_and_its_answer_not_guessed() {
    let world = World::new()
        .object("apiVersion: v1\nkind: Secret\nmetadata: {name: users}\nstringData: {auth: 'foo:$apr1$xyz$Zqndysr0Isi8VGGo2sazo.'}")
        .ingress(
            "b",
            &[("auth-type", "basic"), ("auth-secret", "users")],
            &["b.com P / s", "b.com P /.well-known/acme-challenge s"],
            "",
        )
        .object("apiVersion: v1\nkind: Secret\nmetadata: {name: old}\nstringData: {auth: 'foo:ab1ABCdefGHiJ'}")
        .ingress("o", &[("auth-type", "basic"), ("auth-secret", "old")], &["o.com P / s"], "")
        .ingress("m", &[("auth-type", "basic"), ("auth-secret", "missing")], &["m.com P / s"], "")
        .ingress(
            "x",
            &[("auth-url", "http://auth.example.com/check"), ("auth-signin", "http://$host/login")],
            &["x.com P / s"],
            "",
        )
        .ingress(
            "y",
            &[
                ("auth-type", "basic"),
                ("auth-secret", "users"),
                ("satisfy", "any"),
                ("allowlist-source-range", "203.0.113.0/24"),
            ],
            &["y.com P / s"],
            "",
        )
        .ingress(
            "z",
            &[
                ("auth-type", "basic"),
                ("auth-secret", "users"),
                ("satisfy", "any"),
                ("allowlist-source-range", "10.0.0.0/8"),
            ],
            &["z.com P / s"],
            "",
        );
    let router = world.router();
    let basic = "Authorization: Basic Zm9vOmJhcg==";
    for (line, headers, answer, level) in [
        ("GET http://b.com/", &[][..], "401", "certain"),
        ("GET http://b.com/", &[basic], "s /", "certain"),
        ("GET http://b.com/", &["Authorization: Basic Zm9vOmJheg=="], "401", "certain"),
        ("GET http://o.com/", &[basic], "s /", "unknowable"),
        ("GET http://o.com/", &["Authorization: Basic YmFyOmJheg=="], "401", "certain"),
        ("GET http://b.com/.well-known/acme-challenge/x", &[], "s /.well-known/acme-challenge/x", "certain"),
        ("GET http://m.com/", &[], "503", "certain"),
        ("GET http://x.com/a?b=c", &[], "302 http://x.com/login?rd=http://x.com%2Fa%3Fb%3Dc", "likely"),
        ("GET http://x.com/", &["Cookie: session=1"], "s /", "unknowable"),
        ("GET http://y.com/", &[], "s /", "certain"),
        ("GET http://z.com/", &[], "401", "certain"),
    ] {
        assert_eq!(ask(&router, line, headers), answer, "{line}");
        assert_eq!(outcome(&router, line, headers).certainty.word(), level, "{line} {headers:?}");
    }
}

#[test]
fn what_depends_on_an_unknown_address_is_not_known() {
    let world = World::new().ingress("a", &[("allowlist-source-range", "10.0.0.0/8")], &["a.com P / s"], "");
    let router = world.router();
    let outcome = router.answer(&Request::get("a.com", "/"));
    assert!(matches!(outcome.certainty, Certainty::Unknowable(_)), "{outcome:?}");
}

#[test]
fn redirect_codes_and_relative_ones() {
    let world = World::new()
        .ingress(
            "a",
            &[("permanent-redirect", "/new"), ("permanent-redirect-code", "308")],
            &["a.com P / s"],
            "",
        )
        .ingress(
            "b",
            &[("permanent-redirect", "/new"), ("relative-redirects", "true")],
            &["b.com P /b/ s"],
            "",
        )
        .ingress(
            "c",
            &[
                ("temporal-redirect", "https://t.org"),
                ("temporal-redirect-code", "308"),
                ("permanent-redirect", "https://p.org"),
            ],
            &["c.com P / s"],
            "",
        )
        .ingress(
            "d",
            &[("permanent-redirect", "https://x.org"), ("permanent-redirect-code", "304")],
            &["d.com P / s"],
            "",
        );
    check(
        world,
        &[
            ("GET http://a.com:81/", "308 http://a.com/new"),
            ("GET http://b.com/b/x", "301 /new"),
            ("GET http://b.com/b", "301 /b/"),
            ("GET http://c.com/", "302 https://t.org"),
            ("GET http://d.com/", "304"),
        ],
    );
}
