//! The middlewares of a location by their names in Traefik, for those who look at its configuration.
//! What they do to a request is in `steps`. Those that decide nothing (retries, buffering, limits)
//! are left out.

use super::location::Location;
use crate::controller::traefik::view::{Middleware, scalar};

/// The middlewares of a location's routers, in their order.
pub(super) fn of(location: &Location<'_>) -> Vec<Middleware> {
    let config = location.config;
    let mut all = Vec::new();
    let mut add = |ending: &'static str, plain_only: bool, lines: Vec<String>| {
        all.push(Middleware { ending, plain_only, lines });
    };
    let has_tls = !location.taken.ingress.tls.is_empty();
    if config.force_ssl_redirect || (has_tls && config.ssl_redirect != Some(false)) {
        add("-redirect-scheme", true, vec!["redirectScheme: {scheme: https}".to_owned()]);
    }
    if !config.custom_http_errors.is_empty() {
        add(
            "-custom-http-errors",
            false,
            vec!["errors:".to_owned(), format!("  status: [{}]", list(&config.custom_http_errors))],
        );
    }
    if let Some(root) = location.app_root {
        add("-app-root", false, app_root(root));
    }
    let redirect = config.temporal_redirect.as_ref().or(config.permanent_redirect.as_ref());
    if let Some(to) = redirect {
        let from = if location.regex { format!("^https?://[^/]+{}", location.path) } else { ".*".to_owned() };
        add("-redirect", false, replace("redirectRegex:", &from, to));
    }
    match config.auth_type.as_deref() {
        Some("digest") => add("-digest-auth", false, vec!["digestAuth: {}  # users of a Secret".to_owned()]),
        Some(_) => add("-basic-auth", false, vec!["basicAuth: {}  # users of a Secret".to_owned()]),
        None => {}
    }
    if !config.source_range.is_empty() {
        let ranges: Vec<String> = config.source_range.split(',').map(|r| r.trim().to_owned()).collect();
        add(
            "-allowed-source-range",
            false,
            vec!["ipAllowList:".to_owned(), format!("  sourceRange: [{}]", list(&ranges))],
        );
    }
    if config.enable_cors {
        add("-cors", false, vec!["headers: {}  # answers preflight requests".to_owned()]);
    }
    let target = &config.rewrite_target;
    if !target.is_empty() && target != location.path {
        let from = location.regex_path();
        add("-rewrite-target", false, replace("rewriteTarget:", &from, target.trim()));
    }
    if let Some(host) = &config.upstream_vhost {
        add("-vhost", false, vec!["upstreamVHost:".to_owned(), format!("  vHost: {}", scalar(host))]);
    }
    let mut snippet = Vec::new();
    for (name, text) in [
        ("serverSnippet", location.server_snippet.unwrap_or_default()),
        ("configurationSnippet", config.configuration_snippet.as_str()),
    ] {
        if !text.trim().is_empty() {
            snippet.push(format!("  {name}: {}", scalar(text)));
        }
    }
    if let Some(url) = &config.auth_url {
        snippet.push(format!("  auth: {{address: {}}}", scalar(url)));
    }
    if !snippet.is_empty() {
        snippet.insert(0, "snippet:".to_owned());
        add("-snippet", false, snippet);
    }
    all
}

/// The middleware of `app-root`.
pub(super) fn app_root(root: &str) -> Vec<String> {
    vec![format!("appRoot: {{path: {}}}", scalar(root))]
}

/// The middleware of `from-to-www-redirect`.
pub(super) fn to_other_name(host: &str) -> Vec<String> {
    let from = r"^(https?)://(?:\[[^/\]]*\]|[^/:]+)(:[0-9]+)?[^/]*/(.*?)/?$";
    replace("redirectRegex:", from, &format!("$1://{host}$2/$3"))
}

fn replace(kind: &str, from: &str, to: &str) -> Vec<String> {
    vec![kind.to_owned(), format!("  regex: {}", scalar(from)), format!("  replacement: {}", scalar(to))]
}

fn list(values: &[String]) -> String {
    values.iter().map(|v| scalar(v)).collect::<Vec<_>>().join(", ")
}
