//! What is written into the configuration: annotations that are refused, what nginx itself refuses, what the
//! ConfigMap and the arguments add.

use super::world::{World, ask, check, outcome};
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::manifest;
use portolan_core::routing::{Certainty, Router};

#[test]
fn annotations_that_drop_default_or_deny() {
    let world = World::new()
        .ingress("snippet", &[("configuration-snippet", "return 200;")], &["snippet.com P / s"], "")
        .ingress("dollar", &[("permanent-redirect", "https://x$request_uri")], &["dollar.com P / s"], "")
        .ingress(
            "query",
            &[("rewrite-target", "/$1?x=1")],
            &["query.com I /foo/(.*) s", "query.com P /bar s"],
            "",
        )
        .ingress("cidr", &[("whitelist-source-range", "10.0.0.0/99")], &["cidr.com P / s"], "")
        .ingress("words", &[("ssl-redirect", "no"), ("use-regex", "yes")], &["words.com P / s"], "tls: [{}]")
        .ingress("relative", &[("temporal-redirect", "/x")], &["relative.com P / s"], "")
        .ingress("etc", &[], &["etc.com P /etc/nginx s"], "");
    let compiled = world.compile();
    let codes: Vec<_> = compiled.problems.iter().map(|p| p.object.clone().unwrap_or_default()).collect();
    for name in ["snippet", "dollar", "query", "cidr", "words", "relative"] {
        assert!(codes.contains(&format!("Ingress default/{name}")), "{name}: {codes:?}");
    }
    let help = |name: &str| {
        let object = format!("Ingress default/{name}");
        let of_it = compiled.problems.iter().filter(|p| p.object.as_ref() == Some(&object));
        of_it.filter_map(|p| p.help.clone()).next().unwrap_or_default()
    };
    assert_eq!(help("words"), "it takes true or false");
    assert_eq!(help("snippet"), "do without it, or let the ConfigMap say another annotations-risk-level");
    let router = Router::new(compiled.table);
    for (line, answer) in [
        ("GET http://snippet.com/", "404"),
        ("GET http://dollar.com/", "404"),
        ("GET http://query.com/foo/x", "404"),
        ("GET http://query.com/BAR", "404"),
        ("GET http://query.com/bar/x", "s /bar/x"),
        ("GET http://cidr.com/", "503"),
        ("GET http://words.com/x", "308 https://words.com/x"),
        ("GET http://relative.com/", "s /"),
        ("GET http://etc.com/etc/nginx", "404"),
    ] {
        assert_eq!(ask(&router, line, &[]), answer, "{line}");
    }
}

#[test]
fn configurations_that_nginx_refuses_stop_everything() {
    for (what, world) in [
        (
            "duplicate",
            World::new().ingress("a", &[], &["h.com P /foo a"], "").ingress(
                "b",
                &[],
                &["h.com P /foo/ b"],
                "",
            ),
        ),
        (
            "duplicate",
            World::new().ingress("a", &[], &["h.com E /foo a", "h.com P /foo b", "h.com P /foo c"], ""),
        ),
        ("regular expression", World::new().ingress("a", &[("use-regex", "true")], &["h.com I /foo( a"], "")),
        ("variable", World::new().ingress("a", &[("rewrite-target", "/$foo")], &["h.com I /x a"], "")),
        ("server name", World::new().ingress("a", &[("server-alias", "a.*.com")], &["h.com P / a"], "")),
    ] {
        let compiled = world.ingress("z", &[], &["fine.com P / fine"], "").compile();
        let problem =
            compiled.problems.iter().find(|p| p.code.0 == "PT0402").unwrap_or_else(|| panic!("{what}"));
        assert!(problem.message.contains("refuses the whole configuration"), "{}", problem.message);
        let router = Router::new(compiled.table);
        let outcome = outcome(&router, "GET http://fine.com/", &[]);
        assert!(matches!(outcome.certainty, Certainty::Unknowable(_)), "{what}: {outcome:?}");
        assert!(router.table().dropped.iter().any(|d| d.host.as_deref() == Some("fine.com")), "{what}");
    }
    // On a regex host the same two are fine.
    let world = World::new().ingress("a", &[("use-regex", "true")], &["h.com P /foo a"], "").ingress(
        "b",
        &[],
        &["h.com P /foo/ b"],
        "",
    );
    check(world, &[("GET http://h.com/foo/x", "b /foo/x")]);
}

#[test]
fn the_configuration_is_shown_with_where_its_lines_come_from() {
    let world = World::new()
        .ingress(
            "a",
            &[("app-root", "/home"), ("server-alias", "www.h.com"), ("denylist-source-range", "10.0.0.0/8")],
            &["h.com P /foo a"],
            "",
        )
        .ingress("r", &[("rewrite-target", "/$1")], &["r.com I /x/(.*) a"], "");
    let manifest = manifest::read([("world.yaml", world.yaml.as_str())]);
    let controller = controller::find("ingress-nginx").expect("it is there");
    let lines =
        controller.view(&Cluster::build(&manifest), &Settings::new()).expect("it writes a configuration");
    let text: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
    for expected in [
        "    server_name \"h.com\" \"www.h.com\";",
        "    if ($uri = /) {",
        "        return 302 $scheme://$http_host/home;",
        "    location \"/foo/\" {",
        "    location = \"/foo\" {",
        "        deny 10.0.0.0/8;",
        "        set $proxy_upstream_name \"default-a-80\";",
        "    location ~* \"^/x/(.*)\" {",
        "        rewrite \"(?i)/x/(.*)\" /$1 break;",
    ] {
        assert!(text.contains(&expected), "{expected}\n{}", text.join("\n"));
    }
    assert_eq!(
        text.iter().filter(|l| l.ends_with('{')).count(),
        text.iter().filter(|l| l.ends_with('}')).count()
    );
    let line = lines.iter().find(|l| l.text.contains("location = \"/foo\"")).expect("it is there");
    let origin = line.origin.as_ref().expect("a rule made it");
    assert_eq!(
        (&*origin.object, origin.field.as_str()),
        ("Ingress default/a", "spec.rules[0].http.paths[0]")
    );
}

#[test]
fn what_the_config_map_adds_is_not_simulated() {
    let world = |pair: &str| World::new().ingress("a", &[], &["h.com P / web"], "").set(pair).router();
    let certainty = |pair: &str| outcome(&world(pair), "http://h.com/", &[]).certainty;
    assert_eq!(certainty("http-redirect-code=301"), Certainty::Certain);
    assert!(matches!(certainty("http-snippet=map $a $b {}"), Certainty::Likely(_)));
    assert!(matches!(certainty("server-snippet=deny all;"), Certainty::Unknowable(_)));
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller, namespace: ingress-nginx}\n\
               data: {location-snippet: return 418;}";
    let router = World::new().object(map).ingress("a", &[], &["h.com P / web"], "").router();
    assert!(matches!(outcome(&router, "http://h.com/", &[]).certainty, Certainty::Unknowable(_)));
}

#[test]
fn arguments_of_the_controller_may_have_their_value_behind_them() {
    let controller = |args: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: ingress-nginx-controller}}\n\
             spec: {{selector: {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [\
             {{name: c, image: 'registry.k8s.io/ingress-nginx/controller:v1.15.1', args: {args}}}]}}}}}}"
        )
    };
    for args in
        ["[/nginx, --health-check-path, /alive]", "[/nginx, --health-check-path=/alive, --disable-catch-all]"]
    {
        let world = World::new().object(&controller(args)).ingress("a", &[], &["h.com P / web"], "");
        check(world, &[("http://other.com/alive", "200"), ("http://other.com/healthz", "404")]);
    }
}
