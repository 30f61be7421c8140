//! Text with places that each request fills in.

use super::reading::{Refusal, Sent};
use super::request::encode::{Hex, non_ascii};
use super::{Captured, Pattern, Rewrite, Scheme};
use super::{go, request_url};

/// A `Location` or a `Host` that is made for each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub Vec<Part>);

/// A part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// This text.
    Text(String),
    /// The connection's scheme: `http`.
    Scheme,
    /// The authority as sent, with its port: `Shop.example.com:8080`.
    Authority,
    /// The authority as sent, without its port.
    Host,
    /// The request's URL as Traefik's redirects read it.
    RawUrl,
    /// That with another scheme and another port, as Traefik's `RedirectScheme` makes it.
    UrlWithScheme {
        /// The scheme.
        scheme: String,
        /// The port with its colon; nothing for none.
        port: String,
    },
    /// The path as sent, where Traefik keeps it so; else as a backend would receive it.
    RawPath,
    /// The authority without its port and without brackets, as Go's `URL.Hostname` has it.
    BareHost,
    /// That and its port, as Go's `net.JoinHostPort` joins them: with brackets around what holds a
    /// colon, but only where there is a port.
    JoinedAuthority,
    /// The bare host and this port, joined likewise.
    JoinedHost(u16),
    /// The authority's port with its colon; nothing where it has none, or nothing behind a colon.
    Port,
    /// The path that a backend would receive under this rewrite.
    Path(Rewrite),
    /// The query with its question mark; nothing where the request has none.
    Query,
    /// The scheme that the controller believes in.
    BelievedScheme,
    /// The authority up to its first colon, which cuts an IPv6 address short.
    UpToColon,
    /// The `Host` header as sent.
    HostHeader,
    /// The host that was matched: in lower case, without port.
    MatchedHost,
    /// The authority without its port, as Go's `net.SplitHostPort` splits it.
    SplitHost,
    /// That in lower case; a dot at its end stays.
    LowerHost,
    /// The authority's port; where it has none, the scheme's.
    OwnPort,
    /// The port of the listener, 80 or 443, or what a header says that is believed.
    ListenerPort,
    /// The path that was matched.
    MatchedPath,
    /// The query with its question mark as backends receive it; nothing where the request has none.
    PassedQuery,
    /// The query with its question mark; nothing where it is empty, and no fragment.
    MatchedQuery,
    /// Path and query as passed on.
    Target {
        /// Whether one slash at the very end stays.
        keep_slash: bool,
    },
    /// Path and query as passed on, percent-encoded for use in a query.
    EscapedTarget,
    /// What is made from the groups of an expression, with the query.
    Captured(Captured),
    /// The query without its question mark.
    QueryText,
    /// The first query parameter of this name, decoded.
    Parameter(String),
    /// The method.
    Method,
    /// The client's address; nothing where it is not known.
    Client,
    /// The first header of this name.
    Header(String),
    /// All headers of this name, with commas between them.
    JoinedHeader(String),
    /// The first cookie of this name.
    Cookie(String),
    /// What the inner parts make, every match of an expression replaced.
    Replace {
        /// The text.
        text: Template,
        /// The expression.
        pattern: Pattern,
        /// What stands for a match; `$1` is a group.
        with: String,
    },
    /// What the inner parts make; where that is nothing, the others.
    Either {
        /// The first choice.
        text: Template,
        /// The second.
        or: Template,
    },
    /// What stands before the authority in a target that is a URL, with its `@`.
    User,
    /// What the inner parts make; nothing where that may not be a `Host` header to Go.
    HostHeaderOf(Template),
    /// What the inner parts make, written as Go writes a URL.
    Url {
        /// The text.
        text: Template,
        /// The request's query is taken along where the URL has none.
        keep_query: bool,
    },
    /// What the inner parts make, what is not ASCII percent-encoded as Go's `http.Redirect` does it.
    InAscii(Template),
}

impl Template {
    /// The text for one request.
    ///
    /// # Errors
    /// When a rewrite in it has no result for this request.
    pub(super) fn fill(&self, sent: &Sent<'_>) -> Result<String, Refusal> {
        let mut out = String::new();
        for part in &self.0 {
            part.fill(sent, &mut out)?;
        }
        Ok(out)
    }
}

impl Part {
    /// Adds the text for one request.
    ///
    /// # Errors
    /// When it is a rewrite that has no result for this request.
    pub(super) fn fill(&self, sent: &Sent<'_>, out: &mut String) -> Result<(), Refusal> {
        let Sent { request, read, passed } = sent;
        match self {
            Part::Text(text) => out.push_str(text),
            Part::Scheme => out.push_str(request.scheme.as_str()),
            Part::BelievedScheme => out.push_str(read.scheme),
            Part::Authority => out.push_str(passed.authority),
            Part::Host => out.push_str(passed.host_and_port().0),
            Part::RawUrl => out.push_str(&request_url::raw_url(request, read)),
            Part::UrlWithScheme { scheme, port } => {
                out.push_str(&request_url::url_with_scheme(read, scheme, port))
            }
            Part::RawPath => out.push_str(read.raw.as_deref().unwrap_or(&passed.path)),
            Part::BareHost => out.push_str(go::host_and_port(passed.authority).0),
            Part::JoinedAuthority => {
                let (host, port) = go::host_and_port(passed.authority);
                out.push_str(&go::join_host_port(host, port));
            }
            Part::JoinedHost(port) => {
                let (host, _) = go::host_and_port(passed.authority);
                out.push_str(&go::join_host_port(host, &port.to_string()));
            }
            Part::Port => {
                out.push_str(Some(passed.host_and_port().1).filter(|p| *p != ":").unwrap_or_default())
            }
            Part::UpToColon => {
                out.push_str(passed.authority.split(':').next().unwrap_or_default());
            }
            Part::HostHeader => out.push_str(&request.host),
            Part::MatchedHost => out.push_str(&read.host),
            Part::SplitHost => {
                let split = go::split_host_port(passed.authority);
                out.push_str(split.map_or(passed.authority, |(host, _)| host));
            }
            Part::LowerHost => {
                let split = go::split_host_port(passed.authority);
                out.push_str(&split.map_or(passed.authority, |(host, _)| host).to_ascii_lowercase());
            }
            Part::OwnPort => out.push_str(match (go::split_host_port(passed.authority), request.scheme) {
                (None, Scheme::Http) => "80",
                (None, Scheme::Https) => "443",
                (Some((_, port)), _) => port,
            }),
            Part::ListenerPort => out.push_str(match (read.port, request.scheme) {
                (Some(port), _) => port,
                (None, Scheme::Http) => "80",
                (None, Scheme::Https) => "443",
            }),
            Part::Path(rewrite) => {
                let path = rewrite.path(sent)?;
                // Behind an authority; a rewrite may have left no slash.
                if !(out.is_empty() || path.is_empty() || path.starts_with('/')) {
                    out.push('/');
                }
                out.push_str(&path);
            }
            Part::MatchedPath => out.push_str(&read.path),
            Part::Query => {
                if let Some(query) = &passed.query {
                    out.push('?');
                    out.push_str(query);
                }
            }
            Part::PassedQuery => {
                if passed.query.is_some() {
                    out.push_str(&passed.with_path(""));
                }
            }
            Part::MatchedQuery => {
                if let Some(query) = read.query.filter(|q| !q.is_empty()) {
                    out.push('?');
                    out.push_str(query);
                }
            }
            Part::Target { keep_slash } => {
                let target = passed.target();
                let cut = target.strip_suffix('/').filter(|_| !keep_slash);
                out.push_str(cut.unwrap_or(&target));
            }
            Part::EscapedTarget => {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
                super::captured::escape(passed.target().as_bytes(), out, |b| !plain(b));
            }
            Part::Captured(captured) => out.push_str(&captured.location(sent)?),
            Part::QueryText => out.push_str(passed.query.as_deref().unwrap_or_default()),
            Part::Parameter(name) => out.push_str(&read.query_parameter(name).unwrap_or_default()),
            Part::Method => out.push_str(&request.method),
            Part::Client => out.push_str(&read.client.map(|c| c.to_string()).unwrap_or_default()),
            Part::Header(name) => out.push_str(request.header(name).unwrap_or_default()),
            Part::JoinedHeader(name) => {
                for (at, value) in request.header_values(name).enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    out.push_str(value);
                }
            }
            Part::Cookie(name) => out.push_str(request.cookie(name).unwrap_or_default()),
            Part::Replace { text, pattern, with } => {
                out.push_str(&pattern.replace_all(&text.fill(sent)?, with));
            }
            Part::Either { text, or } => match text.fill(sent)? {
                text if text.is_empty() => out.push_str(&or.fill(sent)?),
                text => out.push_str(&text),
            },
            Part::User => out.push_str(read.user),
            Part::HostHeaderOf(text) => {
                out.push_str(&Some(text.fill(sent)?).filter(|t| go::is_host_header(t)).unwrap_or_default());
            }
            Part::Url { text, keep_query } => {
                let text = text.fill(sent)?;
                let query = passed.query.as_deref().filter(|_| *keep_query);
                let query =
                    query.map(|q| if passed.splits_at_semicolons { q.replace(';', "&") } else { q.into() });
                let why = format!("{text} is no URL that can be redirected to");
                let url = go::url(&text, query.as_deref())
                    .ok_or(Refusal { status: if *keep_query { 500 } else { 502 }, why })?;
                // What goes through `http.Redirect` is ASCII; the others write the header themselves.
                match keep_query {
                    true => out.push_str(&non_ascii(&url, Hex::Lower)),
                    false => out.push_str(&url),
                }
            }
            Part::InAscii(text) => out.push_str(&non_ascii(&text.fill(sent)?, Hex::Lower)),
        }
        Ok(())
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Template(vec![Part::Text(text.to_owned())])
    }
}

impl From<Part> for Template {
    fn from(part: Part) -> Self {
        Template(vec![part])
    }
}

/// As a person reads it: `https://{host}{path}{?query}`.
impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.0 {
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Part::Text(text) => text,
            Part::Scheme => "{scheme}",
            Part::Authority | Part::JoinedAuthority => "{host:port}",
            Part::Host | Part::SplitHost | Part::BareHost => "{host}",
            Part::RawUrl => "{scheme}://{host:port}{path}{?query}",
            Part::UrlWithScheme { scheme, port } => {
                return write!(f, "{scheme}://{{host}}{port}{{path}}{{?query}}");
            }
            Part::RawPath => "{path}",
            Part::User => "",
            Part::JoinedHost(port) => return write!(f, "{{host}}:{port}"),
            Part::Port => "{:port}",
            Part::Path(_) => "{path}",
            Part::Query | Part::PassedQuery | Part::MatchedQuery => "{?query}",
            Part::BelievedScheme => "{scheme}",
            Part::UpToColon | Part::MatchedHost | Part::LowerHost | Part::HostHeader => "{host}",
            Part::ListenerPort | Part::OwnPort => "{port}",
            Part::MatchedPath => "{path}",
            Part::Target { .. } => "{path}{?query}",
            Part::EscapedTarget => "{path%3Fquery}",
            Part::Captured(captured) => return f.write_str(&captured.shown()),
            Part::QueryText => "{query}",
            Part::Parameter(name) => return write!(f, "{{query parameter {name}}}"),
            Part::Method => "{method}",
            Part::Client => "{client address}",
            Part::Header(name) | Part::JoinedHeader(name) => return write!(f, "{{header {name}}}"),
            Part::Cookie(name) => return write!(f, "{{cookie {name}}}"),
            Part::Replace { pattern, with, .. } => return write!(f, "{{{pattern} -> {with}}}"),
            Part::Url { text, .. }
            | Part::Either { text, .. }
            | Part::HostHeaderOf(text)
            | Part::InAscii(text) => {
                return text.fmt(f);
            }
        })
    }
}
