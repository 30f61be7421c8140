//! ingress-nginx beyond its cases: the order of the steps that may end a request, canaries, TLS,
//! access, and configurations that nginx refuses.

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Compiled, Settings};
use portolan_core::manifest;
use portolan_core::routing::{Answer, Certainty, Outcome, Request, Router, Scheme};
use std::fmt::Write;

/// A cluster in few words. Services named `none…` have no endpoints.
#[derive(Default)]
struct World {
    yaml: String,
    services: Vec<String>,
    settings: Vec<String>,
}

impl World {
    fn new() -> Self {
        let yaml = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\n\
                    spec: {controller: k8s.io/ingress-nginx}\n";
        World { yaml: yaml.to_owned(), ..World::default() }
    }

    fn set(mut self, pair: &str) -> Self {
        self.settings.push(pair.to_owned());
        self
    }

    fn object(mut self, yaml: &str) -> Self {
        writeln!(self.yaml, "---\n{yaml}").expect("a String takes all");
        self
    }

    /// An Ingress: its name, annotations, rules (`host P /path service`, `-` for no host), and more
    /// lines of its spec.
    fn ingress(mut self, name: &str, annotations: &[(&str, &str)], rules: &[&str], more: &str) -> Self {
        let out = &mut self.yaml;
        write!(
            out,
            "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  annotations:\n    a: b\n"
        )
        .expect("a String takes all");
        for (key, value) in annotations {
            writeln!(out, "    nginx.ingress.kubernetes.io/{key}: {value:?}").expect("a String takes all");
        }
        writeln!(out, "spec:\n  ingressClassName: nginx").expect("a String takes all");
        if !more.is_empty() {
            writeln!(out, "  {more}").expect("a String takes all");
        }
        if !rules.is_empty() {
            writeln!(out, "  rules:").expect("a String takes all");
        }
        for rule in rules {
            let words: Vec<&str> = rule.split(' ').collect();
            let [host, kind, path, service] = words[..] else { panic!("{rule}") };
            let kind = match kind {
                "E" => "Exact",
                "P" => "Prefix",
                _ => "ImplementationSpecific",
            };
            let host = if host == "-" { String::new() } else { format!("host: {host:?}, ") };
            writeln!(
                out,
                "  - {{{host}http: {{paths: [{{path: {path:?}, pathType: {kind}, \
                 backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}"
            )
            .expect("a String takes all");
            self.services.push(service.to_owned());
        }
        self
    }

    fn service(mut self, name: &str) -> Self {
        self.services.push(name.to_owned());
        self
    }

    fn compile(mut self) -> Compiled {
        self.services.sort();
        self.services.dedup();
        for name in &self.services {
            write!(
                self.yaml,
                "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n\
                 spec: {{ports: [{{port: 80, targetPort: 8080}}]}}\n"
            )
            .expect("a String takes all");
            let endpoints = if name.starts_with("none") {
                "[]"
            } else {
                "[{addresses: [10.1.2.3], conditions: {ready: true}}]"
            };
            write!(
                self.yaml,
                "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
                 metadata: {{name: {name}-1, labels: {{kubernetes.io/service-name: {name}}}}}\n\
                 addressType: IPv4\nports: [{{name: '', port: 8080}}]\nendpoints: {endpoints}\n"
            )
            .expect("a String takes all");
        }
        let controller = controller::find("ingress-nginx").expect("it is there");
        let mut settings = Settings::new();
        for pair in &self.settings {
            settings.set(controller, pair).expect("a setting of its own");
        }
        let manifest = manifest::read([("world.yaml", self.yaml.as_str())]);
        let cluster = Cluster::build(&manifest);
        assert!(
            cluster.problems.iter().all(|p| p.severity < portolan_core::problem::Severity::Error),
            "{:?}",
            cluster.problems
        );
        controller.compile(&cluster, &settings)
    }

    fn router(self) -> Router {
        Router::new(self.compile().table)
    }
}

/// A request line with headers: `GET http://h.com/foo`, `X-C: 1`.
fn request(line: &str, headers: &[&str]) -> Request {
    let (method, url) = line.split_once(' ').unwrap_or(("GET", line));
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let at = rest.find('/').unwrap_or(rest.len());
    let mut request = Request::get(&rest[..at], &rest[at..]);
    request.method = method.to_owned();
    request.scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    request.client_ip = "203.0.113.9".parse().ok();
    for header in headers {
        let (name, value) = header.split_once(": ").expect("a header");
        request.headers.push((name.to_owned(), value.to_owned()));
    }
    request
}

fn outcome(router: &Router, line: &str, headers: &[&str]) -> Outcome {
    let request = request(line, headers);
    let outcome = router.answer(&request);
    assert_eq!(outcome, router.explain(&request).outcome, "{line}");
    outcome
}

/// An answer in a few words: `foo /path`, `301 http://…`, `404`.
fn ask(router: &Router, line: &str, headers: &[&str]) -> String {
    match outcome(router, line, headers).answer {
        Answer::Forward { targets, path, .. } => {
            let names: Vec<_> = targets.iter().map(|t| t.service.trim_start_matches("default/")).collect();
            format!("{} {path}", names.join("|"))
        }
        Answer::Redirect { status, location } => format!("{status} {location}"),
        Answer::Respond { status, .. } => status.to_string(),
        other => panic!("{other:?}"),
    }
}

fn check(world: World, expected: &[(&str, &str)]) {
    let router = world.router();
    for (line, answer) in expected {
        let mut parts = line.split(" | ");
        let request = parts.next().unwrap_or_default();
        let headers: Vec<&str> = parts.collect();
        assert_eq!(ask(&router, request, &headers), *answer, "{line}");
    }
}

#[test]
fn of_the_same_second_the_greater_name_is_first() {
    let world =
        World::new().ingress("a", &[], &["h.com P /foo a"], "").ingress("b", &[], &["h.com P /foo b"], "");
    check(world, &[("GET http://h.com/foo", "b /foo")]);
}

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
fn canaries_hang_on_upstreams() {
    let canary = |more: &[(&'static str, &'static str)]| {
        let mut annotations = vec![("canary", "true")];
        annotations.extend_from_slice(more);
        World::new().ingress("z-main", &[], &["h.com P / main", "other.com P /x main"], "").ingress(
            "canary",
            &annotations,
            &["h.com P / can"],
            "",
        )
    };
    check(
        canary(&[("canary-by-header", "X-C"), ("canary-weight", "100")]),
        &[
            ("GET http://h.com/", "can /"),
            ("GET http://h.com/ | X-C: never", "main /"),
            ("GET http://h.com/ | X-C: Always", "can /"),
            // The same Service port of another host is canaried as well.
            ("GET http://other.com/x", "can /x"),
        ],
    );
    check(
        canary(&[("canary-by-header", "X_C"), ("canary-by-header-value", "Do"), ("canary-weight", "100")]),
        &[("GET http://h.com/ | X-C: never", "can /"), ("GET http://h.com/ | X-C: Do", "can /")],
    );
    check(
        canary(&[("canary-by-header", "X-C"), ("canary-by-header-pattern", "[[["), ("canary-weight", "100")]),
        &[("GET http://h.com/ | X-C: a", "main /"), ("GET http://h.com/", "can /")],
    );
    check(
        canary(&[("canary-by-header", "X-C"), ("canary-by-header-pattern", "^Do[A-Z]")]),
        &[("GET http://h.com/ | X-C: DoIt", "can /"), ("GET http://h.com/ | X-C: doIt", "main /")],
    );
    check(
        canary(&[("canary-by-cookie", "ck")]),
        &[
            ("GET http://h.com/ | Cookie: a=b; CK=always", "can /"),
            ("GET http://h.com/ | Cookie: ck=1", "main /"),
        ],
    );
    // Ten of a hundred: a total counts only above 100.
    let router = canary(&[("canary-weight", "10"), ("canary-weight-total", "50")]).router();
    let Answer::Forward { targets, .. } = outcome(&router, "GET http://h.com/", &[]).answer else {
        panic!("forwards")
    };
    assert_eq!(targets.iter().map(|t| t.weight).collect::<Vec<_>>(), [Some(90), Some(10)]);
}

#[test]
fn a_canary_that_names_the_main_service_takes_it_over_or_is_none() {
    // The canary comes first: the Service port is its own, and nobody else's path gets a location.
    let world = World::new().ingress("a-main", &[], &["h.com P / s"], "").ingress(
        "b-canary",
        &[("canary", "true")],
        &["c.com P / s"],
        "",
    );
    let compiled = world.compile();
    assert!(
        compiled.table.dropped.iter().any(|d| d.reason.contains("canary")),
        "{:?}",
        compiled.table.dropped
    );
    assert_eq!(ask(&Router::new(compiled.table), "GET http://h.com/", &[]), "404");
    // It comes second: it is an ordinary Ingress, whose host without a server ends at the default one.
    let world = World::new().ingress("b-main", &[], &["h.com P / s"], "").ingress(
        "a-canary",
        &[("canary", "true")],
        &["c.com P /c s"],
        "",
    );
    check(world, &[("GET http://h.com/", "s /"), ("GET http://any.com/c/x", "s /c/x")]);
}

#[test]
fn a_canary_without_counterpart_serves_nothing() {
    let world = World::new().ingress("z", &[], &["h.com P /a main"], "").ingress(
        "c",
        &[("canary", "true"), ("canary-weight", "100")],
        &["h.com E /a can", "only.com P / can"],
        "",
    );
    check(world, &[("GET http://h.com/a", "main /a"), ("GET http://only.com/", "404")]);
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
