//! Annotations `nginx.ingress.kubernetes.io/…`, as Traefik parses them
//! (traefik/traefik `pkg/provider/kubernetes/ingress-nginx/annotations.go`): a boolean is `true` in
//! any case and else false, a number that cannot be read is not there, names are exact.

use crate::cluster::Meta;

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// What an Ingress' annotations say, of what changes answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Config {
    pub(super) auth_type: Option<String>,
    pub(super) auth_secret: Option<String>,
    pub(super) auth_secret_type: Option<String>,
    pub(super) auth_url: Option<String>,
    pub(super) force_ssl_redirect: bool,
    pub(super) ssl_redirect: Option<bool>,
    pub(super) ssl_passthrough: bool,
    pub(super) use_regex: bool,
    pub(super) rewrite_target: String,
    pub(super) app_root: Option<String>,
    pub(super) permanent_redirect: Option<String>,
    pub(super) permanent_redirect_code: Option<i64>,
    pub(super) temporal_redirect: Option<String>,
    pub(super) temporal_redirect_code: Option<i64>,
    pub(super) from_to_www_redirect: bool,
    pub(super) server_alias: Vec<String>,
    pub(super) service_upstream: bool,
    pub(super) enable_cors: bool,
    pub(super) source_range: String,
    pub(super) upstream_vhost: Option<String>,
    pub(super) custom_http_errors: Vec<String>,
    pub(super) default_backend: String,
    pub(super) configuration_snippet: String,
    pub(super) server_snippet: String,
    pub(super) auth_snippet: String,
    pub(super) auth_tls_secret: Option<String>,
    pub(super) auth_tls_verify_client: Option<String>,
    pub(super) custom_headers: Option<String>,
    pub(super) canary: bool,
    pub(super) canary_by_header: String,
    pub(super) canary_by_header_value: String,
    pub(super) canary_by_header_pattern: String,
    pub(super) canary_by_cookie: String,
    pub(super) canary_weight: i64,
    pub(super) canary_weight_total: i64,
}

impl Config {
    pub(super) fn of(meta: &Meta) -> Config {
        let find = |name: &str| {
            let mut all = meta.annotations.iter();
            let found = all.find(|a| a.key.value.strip_prefix(PREFIX) == Some(name))?;
            Some(found.value.value.as_str())
        };
        let text = |name| find(name).map(str::to_owned);
        let or_empty = |name| find(name).unwrap_or_default().to_owned();
        let flag = |name| find(name).map(|v| v.eq_ignore_ascii_case("true"));
        let on = |name| flag(name).unwrap_or(false);
        let number = |name| find(name).and_then(|v| v.parse::<i64>().ok());
        let list = |name| match find(name) {
            Some(value) => value.split(',').map(|item| item.trim().to_owned()).collect(),
            None => Vec::new(),
        };
        Config {
            auth_type: text("auth-type"),
            auth_secret: text("auth-secret"),
            auth_secret_type: text("auth-secret-type"),
            auth_url: text("auth-url").filter(|u| !u.is_empty()),
            force_ssl_redirect: on("force-ssl-redirect"),
            ssl_redirect: flag("ssl-redirect"),
            ssl_passthrough: on("ssl-passthrough"),
            use_regex: on("use-regex"),
            rewrite_target: or_empty("rewrite-target"),
            app_root: text("app-root").filter(|r| r.starts_with('/')),
            permanent_redirect: text("permanent-redirect"),
            permanent_redirect_code: number("permanent-redirect-code"),
            temporal_redirect: text("temporal-redirect"),
            temporal_redirect_code: number("temporal-redirect-code"),
            from_to_www_redirect: on("from-to-www-redirect"),
            server_alias: list("server-alias"),
            service_upstream: on("service-upstream"),
            enable_cors: on("enable-cors"),
            source_range: text("allowlist-source-range")
                .unwrap_or_else(|| or_empty("whitelist-source-range")),
            upstream_vhost: text("upstream-vhost"),
            custom_http_errors: list("custom-http-errors"),
            default_backend: or_empty("default-backend"),
            configuration_snippet: or_empty("configuration-snippet"),
            server_snippet: or_empty("server-snippet"),
            auth_snippet: or_empty("auth-snippet"),
            auth_tls_secret: text("auth-tls-secret"),
            auth_tls_verify_client: text("auth-tls-verify-client"),
            custom_headers: text("custom-headers"),
            canary: on("canary"),
            canary_by_header: or_empty("canary-by-header"),
            canary_by_header_value: or_empty("canary-by-header-value"),
            canary_by_header_pattern: or_empty("canary-by-header-pattern"),
            canary_by_cookie: or_empty("canary-by-cookie"),
            canary_weight: number("canary-weight").unwrap_or(0),
            canary_weight_total: number("canary-weight-total").unwrap_or(0),
        }
    }

    /// Whether it has snippets.
    pub(super) fn has_snippets(&self) -> bool {
        [&self.configuration_snippet, &self.server_snippet, &self.auth_snippet].iter().any(|s| !s.is_empty())
    }

    /// Whether it makes its hosts compare paths as regular expressions.
    pub(super) fn makes_regex_hosts(&self) -> bool {
        self.use_regex || !self.rewrite_target.is_empty()
    }
}
