//! Text with places that each request fills in.

use super::reading::{Passed, Refusal};
use super::{Request, Rewrite};

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
}

impl Template {
    /// The text for one request.
    ///
    /// # Errors
    /// When a rewrite in it has no result for this request.
    pub(super) fn fill(&self, request: &Request, passed: &Passed<'_>) -> Result<String, Refusal> {
        let mut out = String::new();
        let (host, port) = passed.host_and_port();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Scheme => out.push_str(match request.scheme {
                    super::Scheme::Http => "http",
                    super::Scheme::Https => "https",
                }),
                Part::Authority => out.push_str(passed.authority),
                Part::Host => out.push_str(host),
                Part::Port => out.push_str(port),
                Part::Path(rewrite) => out.push_str(&rewrite.path(passed)?),
                Part::Query => {
                    if let Some(query) = &passed.query {
                        out.push('?');
                        out.push_str(query);
                    }
                }
            }
        }
        Ok(out)
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
            f.write_str(match part {
                Part::Text(text) => text,
                Part::Scheme => "{scheme}",
                Part::Authority => "{host:port}",
                Part::Host => "{host}",
                Part::Port => "{:port}",
                Part::Path(_) => "{path}",
                Part::Query => "{?query}",
            })?;
        }
        Ok(())
    }
}
