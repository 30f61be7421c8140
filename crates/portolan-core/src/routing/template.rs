//! Text with places that each request fills in.

use super::reading::{Refusal, Sent};
use super::{Captured, Rewrite, Scheme};

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
    /// The authority's port with its colon; nothing where it has none.
    Port,
    /// The path that a backend would receive under this rewrite.
    Path(Rewrite),
    /// The query with its question mark; nothing where the request has none.
    Query,
    /// The scheme that the controller believes in.
    BelievedScheme,
    /// The authority up to its first colon, which cuts an IPv6 address short.
    UpToColon,
    /// The host that was matched: in lower case, without port.
    MatchedHost,
    /// The port of the listener, 80 or 443, or what a header says that is believed.
    ListenerPort,
    /// The path that was matched.
    MatchedPath,
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
            Part::Port => out.push_str(passed.host_and_port().1),
            Part::UpToColon => {
                out.push_str(passed.authority.split(':').next().unwrap_or_default());
            }
            Part::MatchedHost => out.push_str(&read.host),
            Part::ListenerPort => out.push_str(match (read.port, request.scheme) {
                (Some(port), _) => port,
                (None, Scheme::Http) => "80",
                (None, Scheme::Https) => "443",
            }),
            Part::Path(rewrite) => out.push_str(&rewrite.path(sent)?),
            Part::MatchedPath => out.push_str(&read.path),
            Part::Query => {
                if let Some(query) = &passed.query {
                    out.push('?');
                    out.push_str(query);
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
        }
        Ok(())
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Template(vec![Part::Text(text.to_owned())])
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
            Part::Authority => "{host:port}",
            Part::Host => "{host}",
            Part::Port => "{:port}",
            Part::Path(_) => "{path}",
            Part::Query | Part::MatchedQuery => "{?query}",
            Part::BelievedScheme => "{scheme}",
            Part::UpToColon | Part::MatchedHost => "{host}",
            Part::ListenerPort => "{port}",
            Part::MatchedPath => "{path}",
            Part::Target { .. } => "{path}{?query}",
            Part::EscapedTarget => "{path%3Fquery}",
            Part::Captured(captured) => return f.write_str(&captured.shown()),
        })
    }
}
