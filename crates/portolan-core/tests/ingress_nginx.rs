//! ingress-nginx beyond its cases: hosts and backends; the order of the steps that may end a request,
//! canaries, and configurations that nginx refuses.

#[path = "ingress_nginx/canaries.rs"]
mod canaries;
#[path = "ingress_nginx/steps.rs"]
mod steps;
#[path = "ingress_nginx/world.rs"]
mod world;
#[path = "ingress_nginx/written.rs"]
mod written;

use portolan_core::routing::Answer;
use world::{World, check, outcome};

#[test]
fn of_the_same_second_the_greater_name_is_first() {
    let world =
        World::new().ingress("a", &[], &["h.com P /foo a"], "").ingress("b", &[], &["h.com P /foo b"], "");
    check(world, &[("GET http://h.com/foo", "b /foo")]);
}

#[test]
fn hosts_aliases_and_the_catch_all() {
    let world = World::new()
        .ingress("a", &[("server-alias", ".d.com,www.*,~^x\\d+$")], &["a.com P / a"], "")
        .ingress("n", &[], &["- P /n n", "h.com P /h h"], "")
        .ingress("w", &[("from-to-www-redirect", "true")], &["fromtowww.com P / w"], "")
        .ingress(
            "d",
            &[("permanent-redirect", "https://never.org")],
            &[],
            "defaultBackend: {service: {name: d, port: {number: 80}}}",
        )
        .service("d");
    check(
        world,
        &[
            ("GET http://d.com/", "a /"),
            ("GET http://x.y.d.com/", "a /"),
            ("GET http://www.anything.org/", "a /"),
            ("GET http://x12/", "a /"),
            ("GET http://h.com/n", "404"),
            ("GET http://other.com/n", "n /n"),
            ("GET http://other.com/zz", "d /zz"),
            ("GET http://other.com/healthzzz", "200"),
            ("GET http://other.com/nginx_status", "403"),
            ("GET http://www.fromtowww.com/foo/", "308 http://fromtowww.com:80/foo"),
            ("GET https://www.fromtowww.com/foo?a", "308 https://fromtowww.com:443/foo?a"),
        ],
    );
}

#[test]
fn default_backends_and_custom_errors() {
    let world = World::new()
        .ingress("a", &[("default-backend", "err"), ("rewrite-target", "/r")], &["a.com P /x none"], "")
        .ingress(
            "b",
            &[
                ("default-backend", "err"),
                ("custom-http-errors", "403,503"),
                ("denylist-source-range", "203.0.113.0/24"),
            ],
            &["b.com P / s"],
            "",
        )
        .ingress("c", &[("custom-http-errors", "503")], &["c.com P / none"], "")
        .ingress("e", &[("default-backend", "missing")], &["e.com P / none"], "")
        .service("err");
    check(
        world,
        &[
            ("GET http://a.com/x?q=1", "err /r?q=1"),
            ("GET http://a.com/other", "404"),
            ("GET http://b.com/any?q", "err /?q"),
            ("GET http://c.com/", "404"),
            ("GET http://e.com/", "503"),
        ],
    );
    let world = World::new().set("default-backend-service=default/d").service("d").ingress(
        "a",
        &[],
        &["a.com P /x s"],
        "",
    );
    check(world, &[("GET http://a.com/y", "d /y"), ("GET http://else/y", "d /y")]);
}

#[test]
fn upstream_hosts() {
    let world = World::new()
        .ingress("a", &[("upstream-vhost", "inner.example.com")], &["a.com P / s"], "")
        .ingress("b", &[], &["b.com P / s"], "");
    let router = world.router();
    for (line, expected) in [("GET http://a.com/", "inner.example.com"), ("GET http://B.com:81/", "B.com:81")]
    {
        let Answer::Forward { host, .. } = outcome(&router, line, &[]).answer else { panic!("{line}") };
        assert_eq!(host, expected);
    }
}

#[test]
fn services_by_target_port_and_external_names() {
    let world = World::new()
        .object(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: t}\nspec:\n  ingressClassName: nginx\n  \
             rules:\n  - host: t.com\n    http:\n      paths:\n      - {path: /n, pathType: Prefix, backend: {service: {name: s, port: {number: 8080}}}}\n      \
             - {path: /m, pathType: Prefix, backend: {service: {name: s, port: {number: 9}}}}\n      \
             - {path: /r, pathType: Prefix, backend: {resource: {kind: Bucket, name: b}}}\n      \
             - {path: /e, pathType: Prefix, backend: {service: {name: ext, port: {number: 443}}}}\n      \
             - {path: /l, pathType: Prefix, backend: {service: {name: local, port: {number: 443}}}}",
        )
        .object("apiVersion: v1\nkind: Service\nmetadata: {name: ext}\nspec: {type: ExternalName, externalName: ex.example.org}")
        .object("apiVersion: v1\nkind: Service\nmetadata: {name: local}\nspec: {type: ExternalName, externalName: localhost}")
        .service("s");
    check(
        world,
        &[
            ("GET http://t.com/n", "s /n"),
            ("GET http://t.com/m", "503"),
            ("GET http://t.com/r", "404"),
            ("GET http://t.com/e", "ext /e"),
            ("GET http://t.com/l", "503"),
        ],
    );
}
