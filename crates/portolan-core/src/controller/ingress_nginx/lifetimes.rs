//! Since when each annotation is read, and until when it was.
//!
//! Source: kubernetes/ingress-nginx `Changelog.md` (02274f7d), `controllers/nginx/Changelog.md`
//! (0018fa5b) and the tags. Where they leave the release open, the table has the earliest that is
//! possible, so that nobody is told that an annotation does nothing while it may.

use super::version::{Version, beta, line, release};

/// The life of an annotation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub name: &'static str,
    /// The first version that reads it; 0.8.0 for everything older.
    pub since: Version,
    /// The first that does not any more.
    pub until: Option<Version>,
    pub instead: Instead,
}

/// What took the place of an annotation that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instead {
    Nothing,
    /// The same under another name.
    Renamed(&'static str),
    /// Where it said `true`, another annotation with this value.
    Value(&'static str, &'static str),
    /// Another one, with values of its own.
    Like(&'static str),
}

use Instead::{Like, Nothing, Renamed, Value};

impl Life {
    /// Whether this version reads it.
    pub(super) fn spans(&self, version: Version) -> bool {
        version.since(self.since) && !self.until.is_some_and(|until| version.since(until))
    }
}

/// The life of an annotation, without its prefix; `None` for one that ingress-nginx never read.
pub(super) fn of(name: &str) -> Option<&'static Life> {
    LIVES.binary_search_by(|l| l.name.cmp(name)).ok().and_then(|at| LIVES.get(at))
}

/// The names of all annotations.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    LIVES.iter().map(|life| life.name)
}

/// Whether a version reads an annotation. What the table does not have is taken to be read.
pub(super) fn reads(version: Version, name: &str) -> bool {
    of(name).is_none_or(|life| life.spans(version))
}

const OLD: Version = line(0, 8);

const fn on(name: &'static str, since: Version) -> Life {
    Life { name, since, until: None, instead: Nothing }
}

const fn off(name: &'static str, since: Version, until: Version, instead: Instead) -> Life {
    Life { name, since, until: Some(until), instead }
}

/// By name.
const LIVES: &[Life] = &[
    off("add-base-url", OLD, line(0, 22), Nothing),
    on("affinity", beta(2)),
    on("affinity-canary-behavior", line(0, 47)),
    on("affinity-mode", line(0, 26)),
    on("allowlist-source-range", line(1, 9)),
    on("app-root", beta(4)),
    on("auth-always-set-cookie", line(1, 1)),
    on("auth-cache-duration", line(0, 26)),
    on("auth-cache-key", line(0, 26)),
    on("auth-keepalive", line(1, 3)),
    on("auth-keepalive-requests", line(1, 3)),
    on("auth-keepalive-share-vars", line(1, 9)),
    on("auth-keepalive-timeout", line(1, 3)),
    on("auth-method", beta(1)),
    on("auth-proxy-set-headers", line(0, 26)),
    on("auth-realm", OLD),
    on("auth-request-redirect", line(0, 11)),
    on("auth-response-headers", beta(3)),
    on("auth-secret", OLD),
    on("auth-secret-type", line(0, 26)),
    off("auth-send-body", beta(1), beta(16), Nothing),
    on("auth-signin", beta(3)),
    on("auth-signin-redirect-param", line(0, 41)),
    on("auth-snippet", line(0, 21)),
    on("auth-tls-error-page", beta(13)),
    on("auth-tls-match-cn", line(0, 40)),
    on("auth-tls-pass-certificate-to-upstream", beta(18)),
    on("auth-tls-secret", beta(1)),
    on("auth-tls-verify-client", beta(15)),
    on("auth-tls-verify-depth", beta(1)),
    on("auth-type", OLD),
    on("auth-url", beta(1)),
    on("backend-protocol", line(0, 18)),
    off("base-url-scheme", beta(12), line(0, 22), Nothing),
    on("canary", line(0, 21)),
    on("canary-by-cookie", line(0, 21)),
    on("canary-by-header", line(0, 21)),
    on("canary-by-header-pattern", line(0, 31)),
    on("canary-by-header-value", line(0, 23)),
    on("canary-weight", line(0, 21)),
    on("canary-weight-total", release(1, 1, 1)),
    on("client-body-buffer-size", beta(12)),
    on("configuration-snippet", beta(3)),
    on("connection-proxy-header", line(0, 11)),
    on("cors-allow-credentials", beta(16)),
    on("cors-allow-headers", beta(16)),
    on("cors-allow-methods", beta(16)),
    on("cors-allow-origin", beta(16)),
    on("cors-expose-headers", line(0, 40)),
    on("cors-max-age", line(0, 10)),
    on("custom-headers", line(1, 10)),
    on("custom-http-errors", line(0, 21)),
    on("default-backend", beta(12)),
    on("denylist-source-range", line(1, 6)),
    on("disable-proxy-intercept-errors", line(1, 9)),
    on("enable-access-log", line(0, 12)),
    on("enable-cors", beta(1)),
    on("enable-global-auth", line(0, 25)),
    off("enable-influxdb", line(0, 16), line(1, 10), Nothing),
    on("enable-modsecurity", line(0, 21)),
    on("enable-opentelemetry", line(1, 7)),
    off("enable-opentracing", line(0, 27), line(1, 10), Renamed("enable-opentelemetry")),
    on("enable-owasp-core-rules", line(0, 21)),
    on("enable-rewrite-log", line(0, 20)),
    on("fastcgi-index", line(0, 26)),
    on("fastcgi-params-configmap", line(0, 26)),
    on("force-ssl-redirect", beta(3)),
    on("from-to-www-redirect", beta(12)),
    off("global-rate-limit", line(0, 41), line(1, 12), Like("limit-rps")),
    off("global-rate-limit-ignored-cidrs", line(0, 41), line(1, 12), Like("limit-allowlist")),
    off("global-rate-limit-key", line(0, 41), line(1, 12), Nothing),
    off("global-rate-limit-window", line(0, 41), line(1, 12), Nothing),
    off("grpc-backend", line(0, 13), line(0, 21), Value("backend-protocol", "GRPC")),
    on("http2-push-preload", line(0, 22)),
    off("influxdb-host", line(0, 16), line(1, 10), Nothing),
    off("influxdb-measurement", line(0, 16), line(1, 10), Nothing),
    off("influxdb-port", line(0, 16), line(1, 10), Nothing),
    off("influxdb-server-name", line(0, 16), line(1, 10), Nothing),
    on("limit-allowlist", line(1, 9)),
    on("limit-burst-multiplier", line(0, 40)),
    on("limit-connections", OLD),
    on("limit-rate", beta(12)),
    on("limit-rate-after", beta(12)),
    on("limit-rpm", beta(12)),
    on("limit-rps", OLD),
    on("limit-whitelist", beta(12)),
    on("load-balance", line(0, 12)),
    off("lua-resty-waf", line(0, 13), line(0, 27), Like("enable-modsecurity")),
    off("lua-resty-waf-allow-unknown-content-types", line(0, 13), line(0, 27), Nothing),
    off("lua-resty-waf-debug", line(0, 13), line(0, 27), Nothing),
    off("lua-resty-waf-extra-rules", line(0, 13), line(0, 27), Nothing),
    off("lua-resty-waf-ignore-rulesets", line(0, 13), line(0, 27), Nothing),
    off("lua-resty-waf-process-multipart-body", line(0, 13), line(0, 27), Nothing),
    off("lua-resty-waf-score-threshold", line(0, 13), line(0, 27), Nothing),
    on("mirror-host", line(0, 44)),
    on("mirror-request-body", line(0, 26)),
    on("mirror-target", line(0, 29)),
    off("mirror-uri", line(0, 26), line(0, 29), Like("mirror-target")),
    on("modsecurity-snippet", line(0, 21)),
    on("modsecurity-transaction-id", line(0, 21)),
    on("opentelemetry-operation-name", line(1, 7)),
    on("opentelemetry-trust-incoming-span", line(1, 7)),
    off(
        "opentracing-trust-incoming-span",
        line(0, 44),
        line(1, 10),
        Renamed("opentelemetry-trust-incoming-span"),
    ),
    on("permanent-redirect", beta(12)),
    on("permanent-redirect-code", line(0, 18)),
    on("preserve-trailing-slash", line(0, 47)),
    on("proxy-body-size", beta(1)),
    on("proxy-buffer-size", beta(1)),
    on("proxy-buffering", line(0, 11)),
    on("proxy-buffers-number", line(0, 23)),
    on("proxy-busy-buffers-size", line(1, 11)),
    on("proxy-connect-timeout", beta(1)),
    on("proxy-cookie-domain", beta(3)),
    on("proxy-cookie-path", beta(3)),
    on("proxy-http-version", line(0, 26)),
    on("proxy-max-temp-file-size", line(0, 26)),
    on("proxy-next-upstream", beta(9)),
    on("proxy-next-upstream-timeout", line(0, 25)),
    on("proxy-next-upstream-tries", line(0, 13)),
    off("proxy-pass-params", beta(13), line(0, 12), Nothing),
    on("proxy-read-timeout", beta(1)),
    on("proxy-redirect-from", beta(18)),
    on("proxy-redirect-to", beta(18)),
    on("proxy-request-buffering", beta(14)),
    on("proxy-send-timeout", beta(1)),
    on("proxy-ssl-ciphers", line(0, 26)),
    on("proxy-ssl-name", line(0, 31)),
    on("proxy-ssl-protocols", line(0, 26)),
    on("proxy-ssl-secret", line(0, 26)),
    on("proxy-ssl-server-name", line(0, 34)),
    on("proxy-ssl-verify", line(0, 26)),
    on("proxy-ssl-verify-depth", line(0, 26)),
    on("relative-redirects", line(1, 13)),
    off("rewrite-log", line(0, 14), line(0, 20), Renamed("enable-rewrite-log")),
    on("rewrite-target", OLD),
    on("satisfy", line(0, 23)),
    off("secure-backends", OLD, line(0, 21), Value("backend-protocol", "HTTPS")),
    off("secure-verify-ca-secret", beta(6), line(0, 27), Like("proxy-ssl-secret")),
    on("server-alias", beta(6)),
    on("server-snippet", beta(12)),
    on("service-upstream", beta(12)),
    on("session-cookie-change-on-failure", line(0, 25)),
    on("session-cookie-conditional-samesite-none", line(0, 29)),
    on("session-cookie-domain", line(1, 1)),
    on("session-cookie-expires", line(0, 21)),
    off("session-cookie-hash", beta(2), line(0, 24), Nothing),
    on("session-cookie-max-age", line(0, 21)),
    on("session-cookie-name", beta(2)),
    on("session-cookie-path", line(0, 21)),
    on("session-cookie-samesite", line(0, 29)),
    on("session-cookie-secure", line(1, 1)),
    on("ssl-ciphers", line(0, 11)),
    on("ssl-passthrough", beta(1)),
    on("ssl-prefer-server-ciphers", line(0, 33)),
    on("ssl-redirect", OLD),
    on("stream-snippet", line(1, 0)),
    on("temporal-redirect", beta(12)),
    on("temporal-redirect-code", line(1, 12)),
    off("upstream-fail-timeout", OLD, line(0, 21), Nothing),
    on("upstream-hash-by", beta(16)),
    on("upstream-hash-by-subset", line(0, 22)),
    on("upstream-hash-by-subset-size", line(0, 22)),
    off("upstream-max-fails", OLD, line(0, 21), Nothing),
    on("upstream-vhost", beta(14)),
    on("use-port-in-redirects", beta(1)),
    on("use-regex", line(0, 20)),
    off("vts-filter-key", beta(6), line(0, 16), Nothing),
    on("whitelist-source-range", OLD),
    on("x-forwarded-prefix", line(0, 10)),
];

#[cfg(test)]
mod tests {
    use super::super::risk::Risk;
    use super::super::version::LATEST;
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(LIVES.windows(2).all(|pair| matches!(pair, [a, b] if a.name < b.name)));
    }

    #[test]
    fn whoever_is_gone_was_there_before() {
        for life in LIVES {
            assert!(life.until.is_none_or(|until| until > life.since), "{}", life.name);
            if let Renamed(other) | Value(other, _) | Like(other) = life.instead {
                assert!(of(other).is_some_and(|o| o.spans(LATEST)), "{}", life.name);
            }
        }
    }

    #[test]
    fn today_s_controller_gives_a_risk_to_exactly_those_that_it_reads() {
        for life in LIVES {
            assert_eq!(Risk::of(life.name).is_some(), life.spans(LATEST), "{}", life.name);
        }
        for name in super::super::risk::all() {
            assert!(of(name).is_some(), "{name}");
        }
    }

    #[test]
    fn lives() {
        let reads = |version: &str, name| reads(Version::parse(version).expect(version), name);
        assert!(reads("0.8.3", "rewrite-target") && !reads("0.8.3", "use-regex"));
        assert!(reads("0.20.0", "secure-backends") && !reads("0.21.0", "secure-backends"));
        assert!(!reads("0.9.0-beta.11", "limit-rpm") && reads("0.9.0-beta.12", "limit-rpm"));
        assert!(!reads("1.12", "relative-redirects") && reads("1.13.0", "relative-redirects"));
        assert!(reads("0.8.3", "somebody-else-s"));
    }
}
