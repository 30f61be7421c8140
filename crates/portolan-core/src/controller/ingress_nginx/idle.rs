//! Flags and keys of the ConfigMap that change no answer: logs, timeouts, buffers, TLS' own matters,
//! headers of responses, metrics. They are known so that a whole configuration can be given as it is.
//! A name that ends in `-` stands for all that begin with it. Sources: kubernetes/ingress-nginx
//! `docs/user-guide/nginx-configuration/configmap.md`, `docs/user-guide/cli-arguments.md` (v1.15.1).

#[rustfmt::skip]
pub(super) const IDLE: &[&str] = &[
    // The ConfigMap.
    "access-log-", "add-headers", "allow-backend-server-header", "brotli-", "client-body-",
    "client-header-", "debug-connections", "default-type", "disable-access-log", "disable-ipv6",
    "disable-ipv6-dns", "enable-access-log-for-default-backend", "enable-aio-write", "enable-brotli",
    "enable-multi-accept", "enable-opentelemetry", "enable-serial-reloads", "error-log-",
    "generate-request-id", "geoip2-", "gzip-", "hide-headers", "hsts", "hsts-", "http-access-log-path",
    "http2-", "keep-alive", "keep-alive-requests", "large-client-header-buffers", "limit-conn-",
    "limit-rate", "limit-rate-after", "limit-req-", "load-balance", "log-format-", "lua-shared-dicts",
    "map-hash-bucket-size", "max-worker-", "nginx-status-", "opentelemetry-", "otel-", "otlp-",
    "proxy-add-original-uri-header", "proxy-body-size", "proxy-buffer-size", "proxy-buffering",
    "proxy-buffers-number", "proxy-busy-buffers-size", "proxy-connect-timeout", "proxy-cookie-",
    "proxy-headers-hash-", "proxy-max-temp-file-size", "proxy-next-upstream", "proxy-next-upstream-",
    "proxy-read-timeout", "proxy-redirect-", "proxy-request-buffering", "proxy-send-timeout",
    "proxy-set-headers", "proxy-stream-", "retry-non-idempotent", "reuse-port", "server-name-hash-",
    "server-tokens", "skip-access-log-urls", "ssl-buffer-size", "ssl-ciphers", "ssl-dh-param",
    "ssl-early-data", "ssl-ecdh-curve", "ssl-prefer-server-ciphers", "ssl-protocols", "ssl-session-",
    "stream-access-log-path", "stream-snippet", "strict-validate-path-type", "upstream-keepalive-",
    "use-geoip", "use-geoip2", "use-gzip", "use-http2", "variables-hash-", "worker-",
    // Flags.
    "apiserver-host", "certificate-authority", "configmap", "default-ssl-certificate",
    "disable-full-test", "disable-leader-election", "disable-sync-events",
    "dynamic-configuration-retries", "election-", "enable-metrics", "enable-ssl-chain-completion",
    "exclude-socket-metrics", "health-check-timeout", "healthz-", "internal-logger-address",
    "kubeconfig", "maxmind-", "metrics-", "monitor-max-batch-size", "post-shutdown-grace-period",
    "profiler-", "profiling", "publish-", "report-", "shutdown-grace-period", "status-", "stream-port",
    "sync-", "tcp-services-configmap", "time-buckets", "udp-services-configmap", "update-status",
    "update-status-on-shutdown", "validating-webhook", "validating-webhook-",
];
