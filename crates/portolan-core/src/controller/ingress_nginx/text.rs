//! The `server` and `location` blocks that the controller writes for nginx, as far as they decide
//! where a request goes. What the controller leaves to Lua stands in comments.
//!
//! Source: `rootfs/etc/nginx/template/nginx.tmpl` (its directives and their order, not its text).

use super::appended;
use super::context::Context;
use super::locations::{self, Kind, Printed};
use super::model::{DEFAULT_SERVER, Model, Server};
use super::upstreams::DEFAULT;
use super::version::PrefixForm;
use crate::controller::ViewLine;
use crate::routing::{AddressRange, Origin};

/// The lines, server by server in nginx' order.
pub(super) fn lines(cx: &Context, model: &Model) -> Vec<ViewLine> {
    let mut servers: Vec<&Server> = model.servers.values().collect();
    servers.sort_by(|a, b| a.host.cmp(&b.host));
    let mut text = Text { cx, model, lines: Vec::new(), depth: 0 };
    for server in servers.iter().filter(|s| s.from_to_www) {
        let host = server.host.as_str();
        let other = host.strip_prefix("www.").map_or_else(|| format!("www.{host}"), str::to_owned);
        if !model.servers.contains_key(&other) {
            text.www(server, &other);
        }
    }
    for server in servers {
        text.server(server);
    }
    text.lines
}

struct Text<'t, 'c> {
    cx: &'t Context<'c>,
    model: &'t Model,
    lines: Vec<ViewLine>,
    depth: usize,
}

impl Text<'_, '_> {
    fn line(&mut self, text: impl AsRef<str>, origin: Option<&Origin>) {
        let text = text.as_ref();
        if text.starts_with('}') {
            self.depth = self.depth.saturating_sub(1);
        }
        let indented = format!("{:1$}{text}", "", self.depth * 4);
        if text.ends_with('{') {
            self.depth += 1;
        }
        self.lines.push(ViewLine { text: indented, origin: origin.filter(|o| !o.field.is_empty()).cloned() });
    }

    fn www(&mut self, server: &Server, other: &str) {
        let origin = server.locations.iter().find(|l| l.annotations.from_to_www).map(|l| &l.origin);
        self.line("server {", origin);
        self.line("listen 80;", origin);
        self.line("listen 443 ssl;", origin);
        self.line(format!("server_name {};", quoted(other)), origin);
        let (code, version) = (self.cx.config.http_redirect_code, self.cx.config.version);
        let host = &server.host;
        let line = if version.www_names_port() {
            format!("# Lua: return {code} $scheme://{host}:$server_port$request_uri, without a last slash")
        } else if version.drops_last_slash() {
            format!("# Lua: return {code} $scheme://{host}$request_uri, without a last slash")
        } else {
            format!("return {code} $scheme://{host}$request_uri;")
        };
        self.line(line, origin);
        self.line("}", origin);
    }

    fn server(&mut self, server: &Server) {
        let first = server.locations.first().map(|l| l.origin.clone());
        let origin = first.as_ref();
        let is_default = server.host == DEFAULT_SERVER;
        let default = if is_default { " default_server" } else { "" };
        self.line("server {", origin);
        self.line(format!("listen 80{default};"), origin);
        self.line(format!("listen 443{default} ssl;"), origin);
        let native = self.cx.config.version.wildcards_are_native();
        let mut names = vec![if native { quoted(&server.host) } else { server_name(&server.host) }];
        names.extend(server.aliases.iter().map(|a| quoted(a)));
        self.line(format!("server_name {};", names.join(" ")), origin);
        let config = self.cx.config;
        for (what, words) in [("user-agent", &config.block_user_agents), ("referer", &config.block_referers)]
        {
            if !words.is_empty() {
                self.line(format!("# block-{what}s: return 403 for {}", words.join(", ")), None);
            }
        }
        if let Some(certificate) = &server.client_certificate {
            match &certificate.error {
                Some(why) => self.line(format!("return 403;  # {why}"), origin),
                None if certificate.required => self.line("ssl_verify_client on;", origin),
                None => {}
            }
        }
        for p in &locations::print(config.version, server) {
            self.location(server, p);
        }
        if is_default {
            self.line(format!("location {} {{", config.health_check_path), None);
            self.line("return 200;", None);
            self.line("}", None);
            self.line("location /nginx_status {", None);
            for rule in ["allow 127.0.0.1;", "allow ::1;", "deny all;", "stub_status on;", "}"] {
                self.line(rule, None);
            }
        }
        self.line("}", origin);
    }

    fn location(&mut self, server: &Server, p: &Printed) {
        let location = p.location;
        let annotations = &*location.annotations;
        let origin = Some(&location.origin);
        let version = self.cx.config.version;
        if let Some(root) = &annotations.rewrite.app_root {
            self.line("if ($uri = /) {", origin);
            let to = if version.app_root_keeps_host() { "$scheme://$http_host" } else { "" };
            self.line(format!("return 302 {to}{root};"), origin);
            self.line("}", origin);
        }
        self.line(format!("{} {{", p.opening()), origin);
        if let Some(note) = &location.origin.note {
            self.line(format!("# {note}"), origin);
        }
        let name = self.upstream(location.backend);
        self.line(format!("set $proxy_upstream_name {};", quoted(&name)), origin);
        if let Some(reason) = &annotations.denied {
            self.line(format!("return 503;  # {reason}"), origin);
            self.line("}", origin);
            return;
        }
        let rewrite = &annotations.rewrite;
        let certified = server.tls && (server.host != DEFAULT_SERVER || !version.asks_lua_for_certificates());
        let to_https = rewrite.force_ssl_redirect || rewrite.ssl_redirect && certified;
        let code = self.cx.config.http_redirect_code;
        if to_https && version.goes_to_https_first() {
            let plain = version.has_plain_https_redirect();
            self.line(if plain { "if ($scheme = http) {" } else { "if ($redirect_to_https) {" }, origin);
            let host = if plain { "$host" } else { "$best_http_host" };
            self.line(format!("return {code} https://{host}$request_uri;"), origin);
            self.line("}", origin);
        }
        self.access(&annotations.deny, &annotations.allow, origin);
        if annotations.satisfy_any {
            self.line("satisfy any;", origin);
        }
        if annotations.cors.is_some() {
            self.line("# enable-cors: return 204 to OPTIONS of an allowed origin", origin);
        }
        if let Some(external) = &annotations.auth.external {
            self.line(format!("auth_request /_external-auth;  # asks {}", external.url), origin);
        }
        if let Some(basic) = &annotations.auth.basic {
            let kind = if basic.digest { "auth_digest" } else { "auth_basic" };
            self.line(format!("{kind} \"\";  # Secret {}", basic.secret), origin);
        }
        if let Some(host) = &annotations.upstream_vhost {
            self.line(format!("proxy_set_header Host {};", quoted(host)), origin);
        }
        if !annotations.custom_http_errors.is_empty() {
            let codes: Vec<String> = annotations.custom_http_errors.iter().map(u16::to_string).collect();
            self.line(format!("error_page {} = @custom_default_backend;", codes.join(" ")), origin);
        }
        if annotations.relative_redirects {
            self.line("absolute_redirect off;", origin);
        }
        for snippet in &annotations.snippets {
            self.line(format!("# {snippet}: not shown"), origin);
        }
        if let Some(redirect) = &annotations.redirect {
            self.line(format!("return {} {};", redirect.code, redirect.url), origin);
        }
        match (p.target(), version.appending()) {
            (None, _) => {}
            (Some(target), Some(form)) => {
                for directive in appended::directives(form, &p.path, target) {
                    self.line(directive, origin);
                }
            }
            (Some(target), None) => {
                self.line(format!("rewrite {} {target} break;", quoted(&format!("(?i){}", p.path))), origin);
            }
        }
        if version.prefix() == PrefixForm::Lua && p.kind == Kind::Prefix && p.path != "/" {
            self.line(format!("# Lua: return 404 to what is not below {}", p.path), origin);
        }
        if to_https && !version.goes_to_https_first() {
            self.line(format!("# Lua: return {code} https://$host$request_uri to plain HTTP"), origin);
        }
        if let Some(upstream) = self.model.upstreams.get(location.backend) {
            if location.backend != DEFAULT
                && let Some(why) = &upstream.endpoints.nobody
            {
                let taken_over = version.default_backend_takes_over();
                let what = if taken_over { "the default backend answers" } else { "Lua: return 503" };
                self.line(format!("# {what}: {why}"), origin);
            }
            let canary = upstream.alternatives.first().and_then(|&at| self.model.upstreams.get(at));
            if let Some(canary) = canary.filter(|c| !c.deleted) {
                self.line(format!("# Lua: or {} for the canary", canary.service), origin);
            }
        }
        if version.checks_access_before_endpoints() {
            self.line(format!("proxy_pass http://{name};"), origin);
        } else {
            self.line("proxy_pass http://upstream_balancer;", origin);
        }
        self.line("}", origin);
    }

    fn access(&mut self, deny: &[AddressRange], allow: &[AddressRange], origin: Option<&Origin>) {
        for range in deny {
            self.line(format!("deny {range};"), origin);
        }
        for range in allow {
            self.line(format!("allow {range};"), origin);
        }
        if !allow.is_empty() {
            self.line("deny all;", origin);
        }
    }

    /// util.go (upstreamName).
    fn upstream(&self, at: usize) -> String {
        if at == DEFAULT {
            return "upstream-default-backend".to_owned();
        }
        self.model.upstreams.get(at).map(|u| u.name.clone()).unwrap_or_default()
    }
}

/// template.go (buildServerName): a wildcard becomes an expression for one label.
fn server_name(host: &str) -> String {
    match host.strip_prefix("*.") {
        Some(rest) => {
            let rest = rest.replace('.', r"\.");
            quoted(&format!(r"~^(?<subdomain>[\w-]+)\.{rest}$"))
        }
        None => quoted(host),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}
