//! The URL of a request as Traefik's redirects read it (traefik/traefik `pkg/middlewares/redirect`).
//! Checked against Traefik 3.7.15.

use super::go::split_host_port;
use super::{Read, Request, Scheme};
use std::borrow::Cow;

/// The URL of a request as Traefik's redirects read it: what the request has for its own URI, and the
/// authority before it (traefik/traefik `pkg/middlewares/redirect`: `rawURL`, `clientRequestURL`). One
/// that is a URL brings its scheme along, unless the connection has TLS.
pub(super) fn raw_url(request: &Request, read: &Read<'_>) -> String {
    let uri = uri(read);
    let (scheme, authority) = (request.scheme.as_str(), read.authority);
    let Some((own, rest)) = own_scheme(&uri) else { return format!("{scheme}://{authority}{uri}") };
    let scheme = if request.scheme == Scheme::Http { own } else { scheme };
    match split_url(rest) {
        ("", ..) => format!("{scheme}://{authority}{rest}"),
        _ => format!("{scheme}://{rest}"),
    }
}

/// That URL with another scheme and another port (`:8443`; nothing for none), as Traefik's
/// `RedirectScheme` makes it. Hosts with brackets lose them, so that no URL comes of it.
pub(super) fn url_with_scheme(read: &Read<'_>, scheme: &str, port: &str) -> String {
    let (host, own_port) = match split_host_port(read.authority) {
        Some((host, "80")) => (host, String::new()),
        Some((host, port)) => (host, format!(":{port}")),
        None => (read.authority, String::new()),
    };
    let uri = uri(read);
    let text = match own_scheme(&uri) {
        Some((_, rest)) => match split_url(rest) {
            ("", "", rest) => format!("{host}{own_port}{rest}"),
            ("", _, _) => format!("{host}{rest}"),
            (host, "", rest) => format!("{host}{own_port}{rest}"),
            _ => rest.to_owned(),
        },
        None => format!("{host}{own_port}{uri}"),
    };
    let (host, _, rest) = split_url(&text);
    format!("{scheme}://{host}{port}{rest}")
}

/// What Traefik has for a request's URI.
fn uri<'r>(read: &'r Read<'_>) -> Cow<'r, str> {
    if let Some(url) = read.url {
        return url.into();
    }
    let path = Some(read.escaped.as_deref().unwrap_or(&read.path)).filter(|p| !p.is_empty()).unwrap_or("/");
    match read.query {
        Some(query) => format!("{path}?{query}").into(),
        None => path.into(),
    }
}

/// The scheme of a URL, in lower case as Traefik asks for it, and what stands behind `://`.
fn own_scheme(uri: &str) -> Option<(&str, &str)> {
    uri.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
}

/// What stands behind a URL's scheme, as Traefik's expression
/// `(\[[\w:.]+\]|[\w\._-]+)?(:\d+)?(.*)` splits it.
fn split_url(text: &str) -> (&str, &str, &str) {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let length = |text: &str, good: &dyn Fn(u8) -> bool| text.bytes().take_while(|&b| good(b)).count();
    let host = match text.strip_prefix('[') {
        Some(inner) => match length(inner, &|b| word(b) || b":.".contains(&b)) {
            0 => 0,
            n if inner.as_bytes().get(n) == Some(&b']') => n + 2,
            _ => 0,
        },
        None => length(text, &|b| word(b) || b"._-".contains(&b)),
    };
    let (host, rest) = text.split_at(host);
    let port = match rest.strip_prefix(':').map(|digits| length(digits, &|b| b.is_ascii_digit())) {
        None | Some(0) => 0,
        Some(n) => n + 1,
    };
    let (port, rest) = rest.split_at(port);
    (host, port, rest)
}
