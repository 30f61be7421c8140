//! How a table reads a request: what it takes for the host and for the path.
//!
//! Every proxy does something to the target before it matches, and most forward something else than
//! what they matched. The way it is read therefore belongs to the table.

use super::plain::any;
use super::{GoReading, NginxReading, Request};
use std::borrow::Cow;
use std::net::IpAddr;

/// One way of reading requests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reading {
    /// As sent: the path is the target up to the first `?` or `#`; nothing is decoded or resolved.
    /// For specifications that do not say.
    AsSent,
    /// As Traefik reads it.
    Go(GoReading),
    /// As nginx reads it.
    Nginx(NginxReading),
}

/// A request as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<'r> {
    /// The host: lower-case, without port. Empty when the request names none.
    pub host: Cow<'r, str>,
    /// Whether it was sent with a dot at its end.
    pub dotted: bool,
    /// The path to match.
    pub path: Cow<'r, str>,
    /// The path in its escaped form, where the proxy keeps both and they differ (Go does).
    pub escaped: Option<Cow<'r, str>>,
    /// The path as sent, where it could not have been sent so and the proxy keeps that form as well.
    pub raw: Option<Cow<'r, str>>,
    /// The whole target, where it is a URL and the proxy keeps it as the request's own.
    pub url: Option<&'r str>,
    /// The authority that counts, perhaps with a port.
    pub authority: &'r str,
    /// What stands before it in a target that is a URL, with its `@`.
    pub user: &'r str,
    /// The query without its `?`, raw.
    pub query: Option<&'r str>,
    /// How the query is split into parameters.
    pub form: Form,
    /// The scheme, `http` or `https`, or whatever a header says that is believed.
    pub scheme: &'r str,
    /// The port, where a header that is believed says so.
    pub port: Option<&'r str>,
    /// The client's address, where it is known.
    pub client: Option<IpAddr>,
}

/// How a query is split into parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form {
    /// At each `;` as well as at each `&`.
    pub at_semicolons: bool,
    /// A parameter with a `%` without two hexadecimal digits is none.
    pub strict: bool,
}

/// A request as the proxy passes it on where nothing rewrites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed<'r> {
    /// The `Host` header, perhaps with a port.
    pub authority: &'r str,
    /// The path.
    pub path: Cow<'r, str>,
    /// The query without its `?`.
    pub query: Option<Cow<'r, str>>,
    /// Backends receive each `;` of the query as `&`.
    pub splits_at_semicolons: bool,
}

impl Passed<'_> {
    /// Path and query.
    pub fn target(&self) -> String {
        self.with_path(&self.path)
    }

    /// This path and the query.
    pub(super) fn with_path(&self, path: &str) -> String {
        match &self.query {
            Some(query) if self.splits_at_semicolons => format!("{path}?{}", query.replace(';', "&")),
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    /// The authority without its port, and the port with its colon.
    pub(super) fn host_and_port(&self) -> (&str, &str) {
        self.authority.split_at(strip_port(self.authority).len())
    }
}

/// A request in its three forms: as sent, as matched, as passed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent<'s> {
    pub request: &'s Request,
    pub read: &'s Read<'s>,
    pub passed: &'s Passed<'s>,
}

/// Why a request is not read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Refusal {
    /// The status that the proxy answers.
    pub status: u16,
    /// Why.
    pub why: String,
}

impl Reading {
    /// Reads a request.
    ///
    /// # Errors
    /// When the proxy would refuse it before any rule is looked at.
    pub fn read<'r>(&self, request: &'r Request) -> Result<Read<'r>, Refusal> {
        match self {
            Reading::AsSent => {
                let (authority, rest) = split_absolute(&request.target);
                let (path, query) = split_target(rest);
                if !(path.is_empty() || path.starts_with('/') || path == "*") {
                    return Err(Refusal {
                        status: 400,
                        why: format!("the request target {path:?} does not start with a slash"),
                    });
                }
                let path = if path.is_empty() { "/" } else { path };
                Ok(Read::new(request, host_name(authority.unwrap_or(&request.host)), path.into(), query))
            }
            Reading::Go(go) => go.read(request),
            Reading::Nginx(nginx) => nginx.read(request),
        }
    }

    /// The request as it is passed on. One that [`Reading::read`] refuses is passed on as it is.
    pub fn passed<'r>(&self, request: &'r Request) -> Passed<'r> {
        match self {
            Reading::AsSent => {
                let (authority, rest) = split_absolute(&request.target);
                // A fragment belongs to what is passed on byte for byte.
                let (path, query) = match rest.split_once('?') {
                    Some((path, query)) => (path, Some(query)),
                    None => (rest, None),
                };
                Passed {
                    authority: authority.unwrap_or(&request.host),
                    path: match path {
                        "" => "/".into(),
                        path if path.starts_with('#') => format!("/{path}").into(),
                        path => path.into(),
                    },
                    query: query.map(Cow::Borrowed),
                    splits_at_semicolons: false,
                }
            }
            Reading::Go(go) => go.passed(request),
            Reading::Nginx(nginx) => nginx.passed(request),
        }
    }
}

impl<'r> Read<'r> {
    /// One whose scheme and client are those of the connection.
    pub(super) fn new(
        request: &'r Request,
        host: Cow<'r, str>,
        path: Cow<'r, str>,
        query: Option<&'r str>,
    ) -> Self {
        Self {
            host,
            path,
            escaped: None,
            raw: None,
            url: None,
            authority: &request.host,
            user: "",
            dotted: false,
            query,
            form: Form::default(),
            scheme: request.scheme.as_str(),
            port: None,
            client: request.client_ip,
        }
    }

    /// The first query parameter of this name, percent-decoded, `+` as a space.
    pub fn query_parameter(&self, name: &str) -> Option<Cow<'r, str>> {
        self.query_parameters(name).next()
    }

    /// Every query parameter of this name, in order, decoded likewise.
    pub fn query_parameters<'n>(&self, name: &'n str) -> impl Iterator<Item = Cow<'r, str>> + use<'r, 'n> {
        let Form { at_semicolons, strict } = self.form;
        let ends = move |c| c == '&' || (at_semicolons && c == ';');
        let pairs = self.query.into_iter().flat_map(move |query| query.split(ends));
        pairs.filter_map(move |pair| {
            let (n, v) = pair.split_once('=').unwrap_or((pair, ""));
            (form_decode(n) == name && !(strict && has_bad_escape(v))).then(|| form_decode(v))
        })
    }
}

/// Splits an absolute-form target (RFC 9112 §3.2.2) into its authority and the rest.
fn split_absolute(target: &str) -> (Option<&str>, &str) {
    if target.starts_with('/') {
        return (None, target);
    }
    let after = ["http://", "https://"]
        .iter()
        .find_map(|s| target.get(..s.len()).filter(|t| t.eq_ignore_ascii_case(s)).and(target.get(s.len()..)));
    match after {
        Some(after) => {
            let end = after.find(['/', '?', '#']).unwrap_or(after.len());
            let (authority, rest) = after.split_at(end);
            (Some(authority.rsplit('@').next().unwrap_or(authority)), rest)
        }
        None => (None, target),
    }
}

/// Splits at the first `?`; a `#` ends both parts.
fn split_target(target: &str) -> (&str, Option<&str>) {
    if !any(target.as_bytes(), |b| b == b'?' || b == b'#') {
        return (target, None);
    }
    let (path, rest) = target.split_at(target.find(['?', '#']).unwrap_or(target.len()));
    let query = rest.strip_prefix('?').map(|q| q.split('#').next().unwrap_or_default());
    (path, query)
}

/// Whether some proxy would match this path in another form than it was sent in: it has dot
/// segments, doubled slashes or percent-encodings.
pub(super) fn is_normalised_by_some(path: &str) -> bool {
    path.contains('%')
        || path.contains("//")
        || path.split('/').any(|element| element == "." || element == "..")
}

/// The authority's host: without port, in lower case.
fn host_name(authority: &str) -> Cow<'_, str> {
    // From the colon to Z: nothing of it is in a plain host name, and one search is for both.
    if !any(authority.as_bytes(), |b| (b':'..=b'Z').contains(&b)) {
        return authority.into();
    }
    lower(strip_port(authority))
}

/// The authority without its port; brackets of an IPv6 address stay.
fn strip_port(authority: &str) -> &str {
    let name_end = authority.rfind(']').map_or(0, |i| i + 1);
    match authority.get(name_end..).and_then(|rest| rest.find(':')) {
        Some(colon) => authority.get(..name_end + colon).unwrap_or(authority),
        None => authority,
    }
}

/// ASCII lower case, without copying where there is nothing to do.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if any(text.as_bytes(), |b| b.is_ascii_uppercase()) {
        text.to_ascii_lowercase().into()
    } else {
        text.into()
    }
}

/// Whether a `%` has no two hexadecimal digits behind it.
fn has_bad_escape(text: &str) -> bool {
    let mut after = text.split('%').skip(1).map(str::as_bytes);
    after.any(|rest| !rest.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// Decodes `application/x-www-form-urlencoded` text; bytes that are not UTF-8 stay encoded.
fn form_decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let hex = |at: usize| bytes.get(at).and_then(|&d| (d as char).to_digit(16));
        match (b, hex(i + 1), hex(i + 2)) {
            (b'%', Some(h), Some(l)) => {
                out.push((h * 16 + l) as u8);
                i += 3;
                continue;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(b),
        }
        i += 1;
    }
    String::from_utf8(out).map_or_else(|_| text.into(), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(host: &str, target: &str) -> (String, String) {
        let request = Request::get(host, target);
        let read = Reading::AsSent.read(&request).expect("readable");
        (read.host.into_owned(), read.path.into_owned())
    }

    #[test]
    fn host_loses_port_and_case() {
        assert_eq!(read("SHOP.example.com:8080", "/").0, "shop.example.com");
        assert_eq!(read("[2001:DB8::1]:443", "/").0, "[2001:db8::1]");
        assert_eq!(read("[::1]", "/").0, "[::1]");
        assert_eq!(read("", "/").0, "");
    }

    #[test]
    fn path_ends_at_question_mark_and_hash_and_is_otherwise_raw() {
        assert_eq!(read("h", "/a//b/../%2F?x#y").1, "/a//b/../%2F");
        assert_eq!(read("h", "/a#b?c").1, "/a");
        assert_eq!(read("h", "?x").1, "/");
    }

    #[test]
    fn absolute_form_brings_its_own_host() {
        assert_eq!(read("other", "http://H.com:81/x?y"), ("h.com".into(), "/x".into()));
        assert_eq!(read("other", "HTTP://h.com"), ("h.com".into(), "/".into()));
    }

    #[test]
    fn a_target_without_slash_is_refused() {
        let request = Request::get("h", "foo");
        assert_eq!(Reading::AsSent.read(&request).map_err(|r| r.status), Err(400));
    }

    #[test]
    fn query_parameters_are_decoded_and_the_first_counts() {
        let request = Request::get("h", "/?a=1+2&b=%41%zz&a=3&c");
        let read = Reading::AsSent.read(&request).expect("readable");
        assert_eq!(read.query_parameter("a").as_deref(), Some("1 2"));
        assert_eq!(read.query_parameter("b").as_deref(), Some("A%zz"));
        assert_eq!(read.query_parameter("c").as_deref(), Some(""));
        assert_eq!(read.query_parameter("d"), None);
    }
}
