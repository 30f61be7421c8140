//! URLs as people write them: taken apart, never tidied up behind their back.

use super::Scheme;
use super::encode::{self, Hex};
use super::error::{RequestError, RequestErrorKind as Kind};
use std::net::Ipv6Addr;

/// Who sends the URL: what it does to it before sending.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sender {
    /// Nobody in particular: as written.
    AsWritten,
    /// curl, which resolves dot segments unless told `--path-as-is`.
    Curl {
        path_as_is: bool,
        /// `--proto-default`.
        default_scheme: Scheme,
    },
}

/// The parts of a URL that reach the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) scheme: Scheme,
    /// `ws` or `wss`.
    pub(super) websocket: bool,
    /// Without user and port; an IPv6 address with its brackets.
    pub(super) host: String,
    /// Where it is not the scheme's own.
    pub(super) port: Option<u16>,
    /// `user:password`, percent-decoded.
    pub(super) user: Option<Vec<u8>>,
    pub(super) target: String,
    pub(super) notes: Vec<String>,
}

impl Url {
    /// The `Host` header that clients make of it.
    pub(super) fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

fn fail<T>(kind: Kind, start: usize, end: usize) -> Result<T, RequestError> {
    Err(RequestError::new(kind, start, end))
}

/// Reads a URL. Offsets in errors count from its first byte.
pub(super) fn parse(text: &str, sender: Sender) -> Result<Url, RequestError> {
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| c == ' ' || c.is_ascii_control()) {
        return fail(Kind::Unsendable(c), at, at + c.len_utf8());
    }
    let mut notes = Vec::new();
    let (scheme, websocket, start) = read_scheme(text, sender, &mut notes)?;
    let rest = text.get(start..).unwrap_or_default();
    let authority_length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(authority_length);

    let (user, server, server_start) = match authority.rsplit_once('@') {
        Some((user, server)) => (Some(encode::percent_decode(user)), server, start + user.len() + 1),
        None => (None, authority, start),
    };
    if server.is_empty() {
        let target = if rest.is_empty() { "/" } else { rest };
        return fail(Kind::MissingHost(target.to_owned()), server_start, server_start);
    }
    let (host, port) = read_server(server, server_start, &mut notes)?;
    if user.is_some() {
        notes.push(
            "the user in the URL is not part of the host: clients send it as an Authorization header"
                .to_owned(),
        );
    }
    let default_port = match scheme {
        Scheme::Http => 80,
        Scheme::Https => 443,
    };
    Ok(Url {
        scheme,
        websocket,
        host,
        port: port.filter(|&p| p != default_port),
        user,
        target: read_target(rest, sender, &mut notes),
        notes,
    })
}

/// The scheme, whether it is a WebSocket's, and where the authority starts.
fn read_scheme(
    text: &str,
    sender: Sender,
    notes: &mut Vec<String>,
) -> Result<(Scheme, bool, usize), RequestError> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
        .unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let lower = name.to_ascii_lowercase();
    let known = match lower.as_str() {
        "http" => Some((Scheme::Http, false)),
        "https" => Some((Scheme::Https, false)),
        "ws" => Some((Scheme::Http, true)),
        "wss" => Some((Scheme::Https, true)),
        _ => None,
    };
    if after.starts_with("://") {
        let Some((scheme, websocket)) = known else { return fail(Kind::Scheme(name.to_owned()), 0, end) };
        if websocket {
            notes.push(format!(
                "a WebSocket begins as an {scheme} request with the headers Connection and Upgrade"
            ));
        }
        return Ok((scheme, websocket, end + 3));
    }
    // `http:/foo`; a host named "http" with a port (`http:80`) is one.
    if known.is_some()
        && let Some(port) = after.strip_prefix(':')
        && !port.starts_with(|c: char| c.is_ascii_digit())
    {
        return fail(Kind::Slashes, 0, end + 1);
    }
    let start = if text.starts_with("//") { 2 } else { 0 };
    let scheme = match sender {
        Sender::AsWritten => {
            notes.push("the URL has no scheme: taken as http".to_owned());
            Scheme::Http
        }
        Sender::Curl { default_scheme, .. } => {
            notes.push(format!("the URL has no scheme: curl takes it as {default_scheme}"));
            default_scheme
        }
    };
    Ok((scheme, false, start))
}

/// Host and port.
fn read_server(
    text: &str,
    at: usize,
    notes: &mut Vec<String>,
) -> Result<(String, Option<u16>), RequestError> {
    let (host, port, host_length) = if let Some(inside) = text.strip_prefix('[') {
        let Some((address, after)) = inside.split_once(']') else {
            return fail(Kind::Unclosed('['), at, at + 1);
        };
        let length = address.len() + 2;
        let (literal, zone) = match address.split_once('%') {
            Some((literal, zone)) => (literal, Some(zone)),
            None => (address, None),
        };
        if literal.parse::<Ipv6Addr>().is_err() {
            return fail(Kind::Address(address.to_owned()), at + 1, at + 1 + address.len());
        }
        if zone.is_some() {
            notes.push("the zone of the address is the client's own: it is not sent".to_owned());
        }
        let port = match after.strip_prefix(':') {
            Some(port) => Some(port),
            None if after.is_empty() => None,
            None => return fail(Kind::Port(after.to_owned()), at + length, at + text.len()),
        };
        (format!("[{literal}]"), port, length)
    } else {
        if text.parse::<Ipv6Addr>().is_ok() {
            return fail(Kind::BareAddress(text.to_owned()), at, at + text.len());
        }
        match text.split_once(':') {
            Some((host, port)) => (read_name(host, at, notes)?, Some(port), host.len()),
            None => (read_name(text, at, notes)?, None, text.len()),
        }
    };
    let Some(port) = port.filter(|p| !p.is_empty()) else { return Ok((host, None)) };
    let number = if port.bytes().all(|b| b.is_ascii_digit()) { port.parse::<u16>().ok() } else { None };
    match number.filter(|&n| n > 0) {
        Some(number) => Ok((host, Some(number))),
        None => fail(Kind::Port(port.to_owned()), at + host_length + 1, at + text.len()),
    }
}

/// A host name or an IPv4 address.
fn read_name(name: &str, at: usize, notes: &mut Vec<String>) -> Result<String, RequestError> {
    if name.is_empty() {
        return fail(Kind::MissingHost("/".to_owned()), at, at);
    }
    if let Some(rest) = name.strip_prefix('*').filter(|rest| rest.starts_with('.')) {
        return fail(Kind::WildcardHost(rest.to_owned()), at, at + name.len());
    }
    let named = |c: char| !c.is_ascii() && !c.is_control() && !c.is_whitespace();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') || named(c);
    if let Some((i, c)) = name.char_indices().find(|&(_, c)| !allowed(c)) {
        return fail(Kind::HostCharacter(c), at + i, at + i + c.len_utf8());
    }
    if name.is_ascii() {
        return Ok(name.to_owned());
    }
    let ascii = encode::idna(name);
    notes.push(format!("clients send the host {name} as {ascii}"));
    Ok(ascii)
}

/// Path and query, as the sender puts them on the wire.
fn read_target(rest: &str, sender: Sender, notes: &mut Vec<String>) -> String {
    let (kept, fragment) = match rest.split_once('#') {
        Some((kept, fragment)) => (kept, Some(fragment)),
        None => (rest, None),
    };
    if let Some(fragment) = fragment {
        notes.push(format!("clients do not send the fragment #{fragment}"));
    }
    let (path, query) = match kept.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (kept, None),
    };
    let path = if path.is_empty() { "/" } else { path };
    let dots = path.split('/').any(|segment| segment == "." || segment == "..");
    let (path, query) = match sender {
        Sender::AsWritten => {
            if dots {
                notes.push(
                    "browsers and curl resolve the segments . and .. before they send; answered as written"
                        .to_owned(),
                );
            }
            if !kept.is_ascii() {
                notes.push("clients send characters outside ASCII percent-encoded, as UTF-8".to_owned());
            }
            (encode::non_ascii(path, Hex::Upper), query.map(|q| encode::non_ascii(q, Hex::Upper)))
        }
        Sender::Curl { path_as_is, .. } => {
            let path = if dots && !path_as_is {
                let resolved = remove_dot_segments(path);
                notes.push(format!(
                    "curl resolves {path} to {resolved} before it sends; --path-as-is would keep it"
                ));
                resolved
            } else {
                path.to_owned()
            };
            if !kept.is_ascii() {
                notes.push(
                    "curl percent-encodes characters outside ASCII in the path and sends them raw in the query"
                        .to_owned(),
                );
            }
            (encode::non_ascii(&path, Hex::Lower), query.map(str::to_owned))
        }
    };
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

/// RFC 3986 §5.2.4, for paths that start with a slash. An encoded dot is no dot here, as in curl.
fn remove_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}
