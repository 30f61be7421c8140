//! Annotations `nginx.ingress.kubernetes.io/…`, for ingress-nginx and for Traefik's emulation of it.

use crate::rng::Rng;
use serde_json::Value;

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// Which annotations may come.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Those that ask for credentials, and `enable-cors`.
    pub guards: bool,
    /// Variables in texts.
    pub variables: bool,
    /// Certificates for hosts.
    pub tls: bool,
}

/// The value of an annotation of nginx, if it is there.
pub fn value<'o>(object: &'o Value, name: &str) -> Option<&'o str> {
    object["metadata"]["annotations"][format!("{PREFIX}{name}")].as_str()
}

/// Sets an annotation of nginx.
pub fn set(object: &mut Value, name: &str, value: &str) {
    object["metadata"]["annotations"][format!("{PREFIX}{name}")] = value.into();
}

/// Adds some annotations to an Ingress.
pub fn add(rng: &mut Rng, ingress: &mut Value, scope: Scope) {
    // Most Ingresses have one or two.
    for _ in 0..rng.pick(&[&0, &0, &1, &1, &2, &3]).to_owned() {
        one(rng, ingress, scope);
    }
}

fn one(rng: &mut Rng, ingress: &mut Value, scope: Scope) {
    match rng.below(18) {
        0 | 1 => set(ingress, "use-regex", rng.pick(&["true", "true", "true", "false", "True"])),
        2 | 3 => {
            let target = rng.pick(&[
                "/",
                "/$1",
                "/$2",
                "/$2",
                "/app",
                "/app/$1",
                "/foo/$1",
                "/$1/$2",
                "/x//y",
                "/a/../b",
                "/app?x=1",
                "/app?x=$1",
                "http://other.org/$1",
                "https://other.org",
                "/$9",
                "/é",
                "/a b",
                "app",
                "/$1$2",
                "/${1}x",
                "/x/$1/",
                " /app ",
                "/$host",
                "/%2e/x",
            ]);
            set(ingress, "rewrite-target", target);
        }
        4 => set(ingress, "app-root", rng.pick(&["/app", "/foo/bar", "app", "/a?b=c", "/"])),
        5 => {
            set(ingress, "permanent-redirect", redirect_target(rng));
            if rng.percent(40) {
                set(ingress, "permanent-redirect-code", rng.pick(&["308", "302", "307", "200", "400", "x"]));
            }
        }
        6 => {
            set(ingress, "temporal-redirect", redirect_target(rng));
            if rng.percent(40) {
                set(ingress, "temporal-redirect-code", rng.pick(&["303", "307", "301", "200", "x"]));
            }
        }
        7 => set(ingress, "from-to-www-redirect", rng.pick(&["true", "true", "false"])),
        8 => set(
            ingress,
            "server-alias",
            rng.pick(&[
                "alias.com",
                "a.com",
                "x.a.com",
                "alias.com,b.com",
                "alias.com, x.a.com",
                "www.a.com",
            ]),
        ),
        9 => {
            let texts: &[&str] = match scope.variables {
                true => VARIABLE_HOSTS,
                false => &["v.internal", "v.internal:81"],
            };
            set(ingress, "upstream-vhost", rng.pick(texts));
        }
        10 => {
            let name = rng.pick(&["allowlist-source-range", "whitelist-source-range"]);
            let ranges = rng.pick(&[
                "127.0.0.0/8",
                "10.0.0.0/8",
                "127.0.0.1",
                "127.0.0.1/32,10.0.0.0/8",
                "10.0.0.0/8, 192.168.0.0/16",
                "::1/128",
                "0.0.0.0/0",
                "127.0.0.0/8,nobody",
                "127.0.0.1/33",
            ]);
            set(ingress, name, ranges);
        }
        11 => match rng.below(3) {
            0 => set(ingress, "ssl-redirect", rng.pick(&["false", "true"])),
            1 => set(ingress, "force-ssl-redirect", rng.pick(&["true", "false"])),
            _ if !scope.tls => set(ingress, "force-ssl-redirect", "true"),
            _ => ingress["spec"]["tls"] = serde_json::json!([{"hosts": ["a.com"]}]),
        },
        12 if scope.guards => {
            set(ingress, "enable-cors", "true");
            if rng.percent(50) {
                set(
                    ingress,
                    "cors-allow-origin",
                    rng.pick(&["https://a.com", "https://*.a.com", "*", "https://a.com, http://b.com:8080"]),
                );
            }
        }
        13 if scope.guards => {
            set(ingress, "auth-type", rng.pick(&["basic", "basic", "basic", "digest", "nope"]));
            set(
                ingress,
                "auth-secret",
                rng.pick(&["users", "users", "users", "nobody-has-this", "other/users"]),
            );
        }
        14 if scope.guards => {
            set(ingress, "custom-http-errors", rng.pick(&["503", "404,503", "500-599", "401"]));
            if rng.percent(70) {
                set(ingress, "default-backend", rng.pick(&["e", "nobody", "missing"]));
            }
        }
        15 if scope.guards => match rng.below(6) {
            0 => set(ingress, "default-backend", rng.pick(&["e", "nobody", "missing"])),
            1 => set(ingress, "custom-headers", rng.pick(&["default/none", "none", "a/b/c"])),
            2 => set(ingress, "configuration-snippet", snippet(rng)),
            3 => set(ingress, "server-snippet", snippet(rng)),
            4 => set(ingress, "auth-url", rng.pick(&["nowhere", "/auth", ""])),
            _ => {
                set(ingress, "auth-type", "basic");
                set(ingress, "auth-secret", "users");
                set(ingress, "auth-secret-type", rng.pick(&["auth-file", "auth-map", "x"]));
            }
        },
        // What decides nothing about where a request goes.
        16 if scope.guards => match rng.below(5) {
            0 => set(ingress, "proxy-body-size", rng.pick(&["1m", "x", "0"])),
            1 => set(ingress, "proxy-read-timeout", rng.pick(&["60", "x"])),
            2 => set(ingress, "affinity", "cookie"),
            3 => set(ingress, "x-forwarded-prefix", "/x"),
            _ => set(ingress, "proxy-buffering", rng.pick(&["on", "off"])),
        },
        _ => {}
    }
}

/// Hosts that variables make up, some of which are none.
const VARIABLE_HOSTS: &[&str] = &[
    "v.internal",
    "v.internal:81",
    "$host",
    "$host.x",
    "${host}",
    "$service_name.svc",
    "$http_x_a",
    "$http_x_a$cookie_a",
    "$cookie_a",
    "$best_http_host",
    "$server_name:$server_port",
    "$request_method.x",
    "$http_host",
    "$remote_addr",
    "$request_uri",
    "$nope",
    "A.Internal",
    "x_y",
    "a b",
    "",
];

fn snippet(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "return 418;",
        "return 301 https://other.org$request_uri;",
        "return 302 /elsewhere;",
        "return https://other.org;",
        "deny all;",
        "more_set_headers \"X: y\";",
        "# nothing",
    ])
}

fn redirect_target(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "https://other.org",
        "https://other.org/",
        "https://other.org/x?y=1",
        "https://other.org/$1",
        "https://other.org$request_uri",
        "/elsewhere",
        "https://$host/x",
        "http://a.com/foo",
        "http://a.com",
        "http://x.a.com/$1",
    ])
}

/// Makes an Ingress the canary of another: the same rules to another Service.
pub fn canary(rng: &mut Rng, of: &Value, name: &str) -> Value {
    let mut ingress = of.clone();
    ingress["metadata"]["name"] = name.into();
    if let Some(annotations) = ingress["metadata"]["annotations"].as_object_mut() {
        annotations.retain(|key, _| !key.starts_with(PREFIX));
    }
    if let Some(spec) = ingress["spec"].as_object_mut() {
        spec.remove("defaultBackend");
    }
    let rules = ingress["spec"]["rules"].as_array_mut();
    for path in rules.into_iter().flatten().filter_map(|r| r["http"]["paths"].as_array_mut()).flatten() {
        path["backend"] = serde_json::json!({"service": {"name": "canary", "port": {"number": 80}}});
    }
    set(&mut ingress, "canary", "true");
    if rng.percent(50) {
        set(&mut ingress, "canary-by-header", "X-Canary");
        match rng.below(3) {
            0 => set(&mut ingress, "canary-by-header-value", "blue"),
            1 => set(&mut ingress, "canary-by-header-pattern", rng.pick(&["^b.*", "blue|green", "["])),
            _ => {}
        }
    }
    if rng.percent(30) {
        set(&mut ingress, "canary-by-cookie", "canary");
    }
    if rng.percent(50) {
        set(&mut ingress, "canary-weight", rng.pick(&["0", "10", "50", "100", "150", "-1", "x"]));
        if rng.percent(30) {
            set(&mut ingress, "canary-weight-total", rng.pick(&["50", "200", "1000"]));
        }
    }
    ingress
}

/// The Secret that `auth-secret` means: user `user`, password `password`.
pub fn users() -> Value {
    serde_json::json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "users"},
        "stringData": {"auth": "user:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}})
}

/// Headers that matter to some of these Ingresses.
pub fn headers(rng: &mut Rng, objects: &[Value]) -> Vec<(String, String)> {
    let any = |name: &str| objects.iter().any(|o| value(o, name).is_some());
    let mut headers = Vec::new();
    let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    if any("canary-by-header") && rng.percent(60) {
        add(
            rng.pick(&["X-Canary", "x-canary"]),
            rng.pick(&["always", "never", "blue", "Always", "", "xblue"]),
        );
    }
    if any("canary-by-cookie") && rng.percent(60) {
        add(
            "Cookie",
            rng.pick(&["canary=always", "canary=never", "a=b; canary=always", "canary=", "Canary=always"]),
        );
    }
    if any("enable-cors") && rng.percent(60) {
        add("Origin", rng.pick(&["https://a.com", "https://x.a.com", "http://b.com:8080", "null"]));
        if rng.percent(50) {
            add("Access-Control-Request-Method", "GET");
        }
    }
    if any("auth-type") && rng.percent(50) {
        // user:password, and user:wrong.
        add("Authorization", rng.pick(&["Basic dXNlcjpwYXNzd29yZA==", "Basic dXNlcjp3cm9uZw==", "Basic x"]));
    }
    if any("upstream-vhost") {
        for _ in 0..*rng.pick(&[&0, &0, &1, &2]) {
            add("X-A", rng.pick(&["from.header", "", "x y", "a/b"]));
        }
        if rng.percent(30) {
            add("Cookie", rng.pick(&["a=from.cookie", "b=1; a=2", "a=", "A=1"]));
        }
    }
    if rng.percent(3) {
        add(
            rng.pick(&["X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Port"]),
            rng.pick(&["https", "b.com", "10.0.0.1", "443"]),
        );
    }
    headers
}
