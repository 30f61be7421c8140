//! The annotations of one Ingress, read as the controller reads them: what a bad value does differs
//! from annotation to annotation. Some drop the whole Ingress, some are replaced by their default
//! without a word, some make all its locations answer 503.
//!
//! Source: `internal/ingress/annotations/*/main.go`, `internal/ingress/controller/store/store.go`
//! (syncIngress).

use super::access::{Auth, Cors};
use super::context::Context;
use super::reader::{Bad, Reader, Refused};
pub(super) use super::risk::Risk;
use super::value;
use crate::cluster::Ingress;
use crate::problem::Problem;
use crate::routing::{AddressRange, Certainty};

/// What an Ingress' annotations say.
#[derive(Debug, Clone, Default)]
pub(super) struct Annotations {
    pub rewrite: Rewriting,
    pub redirect: Option<Redirecting>,
    pub from_to_www: bool,
    /// Answer nginx' own redirects without scheme and host.
    pub relative_redirects: bool,
    pub use_port_in_redirects: bool,
    pub aliases: Vec<String>,
    pub upstream_vhost: Option<String>,
    pub default_backend: Option<String>,
    pub custom_http_errors: Vec<u16>,
    pub canary: Option<Canary>,
    /// The cookie that pins a client to an endpoint.
    pub affinity_cookie: Option<String>,
    /// `affinity-canary-behavior: legacy`.
    pub legacy_canary_affinity: bool,
    pub service_upstream: bool,
    pub ssl_passthrough: bool,
    pub allow: Vec<AddressRange>,
    pub deny: Vec<AddressRange>,
    pub auth: Auth,
    pub cors: Option<Cors>,
    /// `satisfy: any`.
    pub satisfy_any: bool,
    pub rate_limited: bool,
    /// Snippets that change the configuration in ways that are not simulated.
    pub snippets: Vec<String>,
    /// Why all locations answer 503.
    pub denied: Option<String>,
    /// The Ingress has none at all.
    pub bare: bool,
    /// How sure it is that the controller reads them so.
    pub certainty: Certainty,
}

/// `rewrite-target` and its kin: `internal/ingress/annotations/rewrite`.
#[derive(Debug, Clone, Default)]
pub(super) struct Rewriting {
    pub target: Option<String>,
    pub use_regex: bool,
    pub app_root: Option<String>,
    pub ssl_redirect: bool,
    pub force_ssl_redirect: bool,
    pub preserve_trailing_slash: bool,
}

/// `permanent-redirect` or `temporal-redirect`.
#[derive(Debug, Clone)]
pub(super) struct Redirecting {
    pub url: String,
    pub code: u16,
    /// Which of the two.
    pub annotation: &'static str,
}

/// A canary Ingress' conditions.
#[derive(Debug, Clone, Default)]
pub(super) struct Canary {
    pub weight: u32,
    pub total: u32,
    pub header: Option<String>,
    pub header_value: Option<String>,
    pub header_pattern: Option<String>,
    pub cookie: Option<String>,
}

/// Annotations, or the reason why the Ingress is not looked at.
pub(super) type Parsed = Result<Annotations, Refused>;

/// Reads the annotations of an Ingress.
pub(super) fn parse(cx: &Context, ingress: &Ingress, notes: &mut Vec<Problem>) -> Parsed {
    let config = cx.config;
    let mut r = Reader::new(config, ingress, notes);
    r.check_risk()?;
    if let Some(why) = other_api(cx, ingress) {
        r.doubt(Certainty::Likely(why));
    }
    let mut a = Annotations {
        rewrite: rewriting(&mut r)?,
        use_port_in_redirects: r
            .flag("use-port-in-redirects", Bad::Default)?
            .unwrap_or(config.use_port_in_redirects),
        aliases: aliases(&mut r)?,
        upstream_vhost: r.text("upstream-vhost", Bad::Drop, value::is_pattern)?,
        default_backend: r.text("default-backend", Bad::Drop, value::is_name)?,
        custom_http_errors: custom_http_errors(&mut r)?,
        canary: canary(&mut r)?,
        affinity_cookie: affinity_cookie(&mut r)?,
        legacy_canary_affinity: r
            .text("affinity-canary-behavior", Bad::Default, |t| t == "sticky" || t == "legacy")?
            .is_some_and(|t| t == "legacy"),
        service_upstream: r.flag("service-upstream", Bad::Default)?.unwrap_or(config.service_upstream),
        ssl_passthrough: r.flag("ssl-passthrough", Bad::Drop)?.unwrap_or(false),
        satisfy_any: r
            .text("satisfy", Bad::Default, |t| t == "any" || t == "all")?
            .is_some_and(|t| t == "any"),
        bare: ingress.meta.annotations.is_empty(),
        ..Annotations::default()
    };
    redirect(&mut r, &mut a)?;
    if config.relative_redirects {
        a.relative_redirects = true;
    }
    a.allow = match cidrs(&mut r, "allowlist-source-range")? {
        Some(list) => list,
        None => cidrs(&mut r, "whitelist-source-range")?.unwrap_or_else(|| config.allowlist.clone()),
    };
    a.deny = cidrs(&mut r, "denylist-source-range")?.unwrap_or_else(|| config.denylist.clone());
    if a.allow.is_empty() && a.deny.is_empty() {
        a.deny.clone_from(&config.block_cidrs);
    }
    a.cors = super::access::cors(&mut r)?;
    a.auth = super::access::auth(cx, &mut r)?;
    for name in ["limit-rps", "limit-rpm", "limit-connections"] {
        a.rate_limited |= r.number(name, Bad::Drop)?.is_some_and(|n| n > 0);
    }
    custom_headers(cx, &mut r)?;
    super::access::upstream_certificate(cx, &mut r)?;
    check_the_rest(&mut r)?;
    a.snippets = r.snippets();
    (a.denied, a.certainty) = r.finish();
    Ok(a)
}

/// Older controllers read Ingresses in older versions of the API. The API server converts between
/// the versions that it serves; whether it serves both is not in the manifests.
fn other_api(cx: &Context, ingress: &Ingress) -> Option<String> {
    let version = cx.config.version;
    let written = ingress.meta.api_version.as_str();
    let (api, clusters) = version.reads_api(written)?;
    Some(format!(
        "ingress-nginx {version} reads Ingresses of {api}, and this one is written for {written}: only \
         Kubernetes {clusters} serves both"
    ))
}

fn rewriting(r: &mut Reader) -> Result<Rewriting, Refused> {
    let config = r.config;
    Ok(Rewriting {
        target: r.text("rewrite-target", Bad::Default, value::is_path)?,
        use_regex: r.flag("use-regex", Bad::Default)?.unwrap_or(false),
        // A path that names a host is no path: ann/rewrite parses it as a URL.
        app_root: r
            .text("app-root", Bad::Default, value::is_path)?
            .filter(|t| t.starts_with('/') && !t.starts_with("//")),
        ssl_redirect: r.flag("ssl-redirect", Bad::Default)?.unwrap_or(config.ssl_redirect),
        force_ssl_redirect: r.flag("force-ssl-redirect", Bad::Default)?.unwrap_or(config.force_ssl_redirect),
        preserve_trailing_slash: r
            .flag("preserve-trailing-slash", Bad::Default)?
            .unwrap_or(config.preserve_trailing_slash),
    })
}

/// ann/redirect: temporal wins; a temporal URL that is not http(s) undoes all of them.
fn redirect(r: &mut Reader, a: &mut Annotations) -> Result<(), Refused> {
    let from_to_www = r.flag("from-to-www-redirect", Bad::Drop)?.unwrap_or(false);
    let relative = r.flag("relative-redirects", Bad::Drop)?.unwrap_or(false);
    let temporal = r.text("temporal-redirect", Bad::Drop, value::is_redirect_url)?;
    let permanent = r.text("permanent-redirect", Bad::Drop, value::is_redirect_url)?;
    let temporal_code = r.number("temporal-redirect-code", Bad::Drop)?;
    let permanent_code = r.number("permanent-redirect-code", Bad::Drop)?;
    if let Some(url) = temporal {
        if !url.to_ascii_lowercase().starts_with("http") || !url.contains(':') {
            r.ignored("temporal-redirect", "it is no http or https URL");
            return Ok(());
        }
        let code = temporal_code.filter(|c| (300..=307).contains(c)).unwrap_or(302);
        a.redirect = Some(Redirecting { url, code: code as u16, annotation: "temporal-redirect" });
    } else if let Some(url) = permanent {
        let code = permanent_code.filter(|c| (300..=308).contains(c)).unwrap_or(301);
        a.redirect = Some(Redirecting { url, code: code as u16, annotation: "permanent-redirect" });
    }
    a.from_to_www = from_to_www;
    a.relative_redirects = relative;
    Ok(())
}

/// ann/alias: without repetition, sorted.
fn aliases(r: &mut Reader) -> Result<Vec<String>, Refused> {
    let good = |text: &str| text.split(',').all(|alias| value::is_pattern(alias.trim()));
    let text = r.text("server-alias", Bad::Drop, good)?.unwrap_or_default();
    // One text for nginx, which takes words for names, before it was a list.
    let splits = r.config.version.splits_aliases();
    let is_end = |c: char| if splits { c == ',' } else { c.is_whitespace() };
    let mut aliases: Vec<String> =
        text.split(is_end).map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned).collect();
    aliases.sort_unstable();
    aliases.dedup();
    Ok(aliases)
}

fn custom_http_errors(r: &mut Reader) -> Result<Vec<u16>, Refused> {
    let codes = r.text("custom-http-errors", Bad::Drop, |t| value::status_codes(t).is_some())?;
    // `disable-proxy-intercept-errors` lets upstream's statuses pass, and only those.
    Ok(match codes {
        Some(codes) => value::status_codes(&codes).unwrap_or_default(),
        None => r.config.custom_http_errors.clone(),
    })
}

fn canary(r: &mut Reader) -> Result<Option<Canary>, Refused> {
    let enabled = r.flag("canary", Bad::Default)?.unwrap_or(false);
    let canary = Canary {
        weight: r.number("canary-weight", Bad::Default)?.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        // balancer.lua: a total counts only above 100.
        total: r
            .number("canary-weight-total", Bad::Default)?
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n > 100)
            .unwrap_or(100),
        header: r.text("canary-by-header", Bad::Default, value::is_name)?,
        header_value: r.text("canary-by-header-value", Bad::Default, |t| t.bytes().all(|b| b >= b' '))?,
        header_pattern: r.text("canary-by-header-pattern", Bad::Default, value::is_pattern)?,
        cookie: r.text("canary-by-cookie", Bad::Default, value::is_name)?,
    };
    Ok(enabled.then_some(canary))
}

fn affinity_cookie(r: &mut Reader) -> Result<Option<String>, Refused> {
    let affinity = r.text("affinity", Bad::Default, |t| t == "cookie")?;
    let name = r.text("session-cookie-name", Bad::Default, value::is_name)?;
    Ok(affinity.map(|_| name.unwrap_or_else(|| "INGRESSCOOKIE".to_owned())))
}

/// A list of addresses: a bad one denies all locations.
fn cidrs(r: &mut Reader, name: &'static str) -> Result<Option<Vec<AddressRange>>, Refused> {
    let parse = |text: &str| -> Option<Vec<AddressRange>> {
        text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(AddressRange::parse).collect()
    };
    let Some(text) = r.text(name, Bad::Deny, |t| parse(t).is_some())? else { return Ok(None) };
    let list = parse(&text);
    if list.is_none() {
        // Without validation, it is the parser that refuses the value.
        r.deny(format!("{text:?} is no list of addresses for {name}"));
    }
    Ok(list.filter(|list| !list.is_empty()))
}

/// ann/customheaders: a ConfigMap `namespace/name`, whose headers must be allowed.
fn custom_headers(cx: &Context, r: &mut Reader) -> Result<(), Refused> {
    let Some(name) = r.text("custom-headers", Bad::Deny, |t| t.split('/').count() == 2)? else {
        return Ok(());
    };
    let mut maps = cx.cluster.config_maps.iter().filter(|m| m.admitted);
    let Some(map) = maps.find(|m| m.meta.full_name() == name) else {
        if cx.whole {
            r.deny(format!("there is no ConfigMap {name} for custom-headers"));
        } else {
            let open =
                format!("ConfigMap {name} is not in the manifests; its headers are assumed to be allowed");
            r.doubt(Certainty::Likely(open));
        }
        return Ok(());
    };
    let good = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    for (header, _) in &map.data {
        let header = header.value.as_str();
        if header.is_empty() || !header.bytes().all(good) {
            r.deny(format!("custom-headers: {header:?} is no name of a header"));
        } else if !r.config.allowed_response_headers.iter().any(|a| a == header) {
            r.deny(format!("custom-headers: {header} is not in global-allowed-response-headers"));
        }
    }
    Ok(())
}

/// Annotations whose values do not change answers, but which drop the Ingress when they are bad.
fn check_the_rest(r: &mut Reader) -> Result<(), Refused> {
    r.text("x-forwarded-prefix", Bad::Drop, value::is_path)?;
    for name in ["http2-push-preload", "upstream-hash-by-subset", "auth-tls-pass-certificate-to-upstream"] {
        r.flag(name, Bad::Drop)?;
    }
    r.number("upstream-hash-by-subset-size", Bad::Drop)?;
    r.text("connection-proxy-header", Bad::Drop, |t| t == "close" || t == "keep-alive")?;
    r.text("ssl-ciphers", Bad::Drop, |t| {
        t.bytes().all(|b| b.is_ascii_alphanumeric() || b"+:_-!".contains(&b))
    })?;
    r.text("load-balance", Bad::Drop, |t| {
        matches!(
            t,
            "round_robin" | "chash" | "chashsubset" | "sticky_balanced" | "sticky_persistent" | "ewma"
        )
    })?;
    r.text("client-body-buffer-size", Bad::Drop, |t| {
        let digits = t.trim_end_matches(['b', 'B', 'k', 'K', 'm', 'M', 'g', 'G']);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && t.len() - digits.len() <= 1
    })?;
    for name in ["limit-allowlist", "limit-whitelist"] {
        r.text(name, Bad::Drop, |t| t.split(',').all(|c| AddressRange::parse(c.trim()).is_some()))?;
    }
    Ok(())
}
