//! A request as it is sent on the wire, and the many ways in which people write one down.

mod curl;
pub(super) mod encode;
mod error;
mod glob;
#[cfg(feature = "serde")]
mod json;
mod message;
mod options;
mod shell;
mod url;

pub use error::{RequestError, RequestErrorKind};

/// The scheme of the connection that carries a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Scheme {
    /// Plain HTTP, port 80 unless said otherwise.
    #[default]
    Http,
    /// HTTP over TLS, port 443 unless said otherwise.
    Https,
}

impl Scheme {
    /// The word in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

impl std::fmt::Display for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One request, raw: the target is never normalised here, each controller reads it in its own way.
///
/// With the feature `serde` it is read from and written to JSON in one form: `headers` is an object
/// of texts (a list of texts where a name is repeated), and every field may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Request {
    /// The method, as sent (`GET`).
    pub method: String,
    /// The scheme of the connection.
    pub scheme: Scheme,
    /// The `Host` header (`:authority`), as sent: any case, perhaps with a port. Empty for none.
    pub host: String,
    /// The port that the connection was made to, where it is not the scheme's.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub port: Option<u16>,
    /// The address or name that the connection was made to, where it is not the host's.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub address: Option<String>,
    /// The TLS server name, where it is not the host.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub sni: Option<String>,
    /// The request target, byte for byte: `/foo%2Fbar?x=1`.
    pub target: String,
    /// The other headers, in order. Cookies travel as the header `cookie`.
    #[cfg_attr(feature = "serde", serde(serialize_with = "json::headers"))]
    pub headers: Vec<(String, String)>,
    /// The client's address, where it matters.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub client_ip: Option<std::net::IpAddr>,
}

/// A request that was written down, and what was made of it on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The request.
    pub request: Request,
    /// What a reader should know: what was assumed, what is not sent, what was left out.
    pub notes: Vec<String>,
}

impl Request {
    /// Reads a request as people write one down:
    ///
    /// * a URL, `http://foo.bar.com/foo` or without its scheme;
    /// * `METHOD URL`, headers on the lines below;
    /// * an HTTP/1.1 request as it is on the wire, or as `curl -v` prints it;
    /// * a curl command line.
    ///
    /// The target stays as it is written, byte for byte, except for what the client in question
    /// changes before it sends; the notes say each such change.
    ///
    /// ```
    /// use portolan_core::routing::Request;
    ///
    /// let parsed = Request::parse("curl -sSH 'Host: foo.bar.com' http://10.0.0.1/foo//%2F?x=1")?;
    /// assert_eq!(parsed.request.host, "foo.bar.com");
    /// assert_eq!(parsed.request.target, "/foo//%2F?x=1");
    /// # Ok::<(), portolan_core::routing::RequestError>(())
    /// ```
    ///
    /// # Errors
    /// When the text names no request; the error says where and offers a way out.
    pub fn parse(text: &str) -> Result<Parsed, RequestError> {
        match curl::starts(text) {
            Some(start) => curl::parse(text, start),
            None => message::parse(text),
        }
    }

    /// `GET http://host` + `target`.
    pub fn get(host: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            method: "GET".to_owned(),
            scheme: Scheme::Http,
            host: host.into(),
            port: None,
            address: None,
            sni: None,
            target: target.into(),
            headers: Vec::new(),
            client_ip: None,
        }
    }

    /// The port that the connection is made to.
    pub fn connection_port(&self) -> u16 {
        self.port.unwrap_or(match self.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        })
    }

    /// The first header of this name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_values(name).next()
    }

    /// Every header of this name, in order.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The first cookie of this name, compared with case.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookie_named(name, false)
    }

    /// The first cookie of this name, compared with case or without.
    pub(super) fn cookie_named(&self, name: &str, any_case: bool) -> Option<&str> {
        self.headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case("cookie"))
            .flat_map(|(_, v)| v.split(';'))
            .filter_map(|pair| pair.split_once('='))
            .find(|(n, _)| n.trim() == name || any_case && n.trim().eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim())
    }

    /// As a person would write it: `GET http://host/target`, without headers.
    pub fn line(&self) -> String {
        let port = match self.port {
            Some(p)
                if p != (Request { port: None, ..self.clone() }).connection_port()
                    && !has_port(&self.host) =>
            {
                format!(":{p}")
            }
            _ => String::new(),
        };
        format!("{} {}://{}{port}{}", self.method, self.scheme, self.host, self.target)
    }
}

/// Whether an authority carries a port. Colons inside `[…]` belong to the address.
fn has_port(host: &str) -> bool {
    host.rsplit(']').next().is_some_and(|rest| rest.contains(':'))
}
