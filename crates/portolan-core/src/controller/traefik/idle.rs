//! Options of Traefik's own configuration that change no answer, so that a whole one can be given as
//! it is. A name that ends in `.` stands for all below it. Source: traefik/traefik
//! `docs/content/reference/static-configuration/cli-ref.md` (v3.7).

#[rustfmt::skip]
pub(super) const IDLE: &[&str] = &[
    // Of the providers.
    "certAuthFilePath", "endpoint", "ingressEndpoint.", "publishService", "publishStatusAddress",
    "throttleDuration", "token",
    // Of all of Traefik.
    "accessLog", "accessLog.", "api", "api.", "certificatesResolvers.", "global.", "hostResolver.",
    "log", "log.", "metrics", "metrics.", "ping", "ping.", "tracing", "tracing.",
    "entryPoints.web.transport.", "entryPoints.websecure.transport.", "entryPoints.web.http2.",
    "entryPoints.websecure.http2.", "entryPoints.web.observability.",
    "entryPoints.websecure.observability.", "entryPoints.web.udp.", "entryPoints.websecure.udp.",
];
