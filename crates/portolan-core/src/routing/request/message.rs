//! URLs, `METHOD URL` and requests in the form of HTTP/1.1, with header lines below.

use super::error::{RequestError, RequestErrorKind as Kind};
use super::url::{self, Sender};
use super::{Parsed, Request, Scheme, encode};

/// A part of the text and where it starts.
#[derive(Debug, Clone, Copy)]
struct Part<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Part<'t> {
    fn trimmed(self) -> Part<'t> {
        let text = self.text.trim_start();
        Part { text: text.trim_end(), at: self.at + self.text.len() - text.len() }
    }

    fn error(self, kind: Kind) -> RequestError {
        RequestError::new(kind, self.at, self.at + self.text.len())
    }

    fn words(self) -> impl Iterator<Item = Part<'t>> {
        let start = self.text.as_ptr() as usize;
        // A word is a part of the text: their addresses tell how far in it stands.
        self.text.split_whitespace().map(move |w| Part { text: w, at: self.at + w.as_ptr() as usize - start })
    }
}

/// Reads a request that is no curl command.
pub(super) fn parse(text: &str) -> Result<Parsed, RequestError> {
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let part = Part { text: line, at }.trimmed();
        at += line.len();
        part
    });
    let Some(first) = lines.find(|line| !line.text.trim_start_matches('\u{feff}').is_empty()) else {
        return Err(RequestError::new(Kind::Empty, 0, text.len()));
    };
    let first = without_mark(first, "\u{feff}");
    // `curl -v` marks what it sends.
    let mark = if first.text.starts_with("> ") { ">" } else { "" };
    let mut lines = lines.map(|line| without_mark(line, mark));

    let mut notes = Vec::new();
    let mut headers: Vec<(Part<'_>, Part<'_>)> = Vec::new();
    for line in lines.by_ref() {
        if line.text.is_empty() {
            break;
        }
        headers.push(header(line)?);
    }
    if lines.any(|line| !line.text.is_empty()) {
        notes.push("what follows the empty line is the body: it takes no part in routing".to_owned());
    }
    let mut request = request_line(without_mark(first, mark), &headers, &mut notes)?;
    request.headers.extend(
        headers
            .iter()
            .filter(|(name, _)| !name.text.eq_ignore_ascii_case("host"))
            .map(|(name, value)| (name.text.to_owned(), value.text.to_owned())),
    );
    Ok(Parsed { request, notes })
}

fn without_mark<'t>(line: Part<'t>, mark: &str) -> Part<'t> {
    match line.text.strip_prefix(mark) {
        Some(text) => Part { text, at: line.at + mark.len() }.trimmed(),
        None => line,
    }
}

/// `Name: value`.
fn header(line: Part<'_>) -> Result<(Part<'_>, Part<'_>), RequestError> {
    let mut words = line.words();
    let first = words.next().filter(|w| !is_method(w.text)).or(words.next());
    if first.is_some_and(|w| is_url(w.text)) {
        return Err(line.error(Kind::SecondRequest));
    }
    let Some((name, value)) = line.text.split_once(':') else {
        return Err(line.error(Kind::Header(line.text.to_owned())));
    };
    check_header(name.trim(), line.text).map_err(|e| e.moved(|at| line.at + at))?;
    let value = Part { text: value, at: line.at + name.len() + 1 };
    Ok((Part { text: name, at: line.at }.trimmed(), value.trimmed()))
}

/// The request line; `Host` among the headers goes before the host in the URL.
fn request_line(
    line: Part<'_>,
    headers: &[(Part<'_>, Part<'_>)],
    notes: &mut Vec<String>,
) -> Result<Request, RequestError> {
    let words: Vec<Part<'_>> = line.words().collect();
    let (method, target, version) = match words.as_slice() {
        [target] => (None, *target, false),
        [method, target] if is_method(method.text) => (Some(*method), *target, false),
        [method, target, version] if is_method(method.text) && version.text.starts_with("HTTP/") => {
            (Some(*method), *target, true)
        }
        [first, rest @ ..] => {
            let word = rest.first().filter(|_| is_method(first.text)).unwrap_or(first);
            let at = word.at + word.text.len();
            let gap = line.text.get(at - line.at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            return Err(RequestError::new(Kind::Unsendable(gap), at, at + gap.len_utf8()));
        }
        [] => return Err(line.error(Kind::Empty)),
    };
    let method = method.map_or("GET", |m| m.text);
    let upper = method.to_ascii_uppercase();
    if upper != method && KNOWN_METHODS.contains(&upper.as_str()) {
        notes.push(format!("methods are upper-case: {method} is taken as {upper}"));
    }
    let method = upper;
    let mut hosts = headers.iter().filter(|(name, _)| name.text.eq_ignore_ascii_case("host"));
    let host = hosts.next().map(|(_, value)| value.text);
    if hosts.next().is_some() {
        notes.push("the request has several Host headers: the first one counts here".to_owned());
    }
    if target.text.starts_with('/') && !target.text.starts_with("//") || target.text == "*" {
        return origin_form(method, target, host, notes);
    }

    let mut url = url::parse(target.text, Sender::AsWritten).map_err(|e| e.moved(|at| target.at + at))?;
    notes.append(&mut url.notes);
    let mut request = Request::get(url.authority(), url.target);
    if version {
        // On the wire the absolute form is a target like any other.
        request.target = encode::non_ascii(target.text, encode::Hex::Upper);
    }
    request.method = method;
    request.scheme = url.scheme;
    request.port = url.port;
    if url.websocket {
        for (name, value) in [("Connection", "Upgrade"), ("Upgrade", "websocket")] {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let authorized = headers.iter().any(|(name, _)| name.text.eq_ignore_ascii_case("authorization"));
    if let Some(user) = url.user.filter(|_| !authorized) {
        request.headers.push(("Authorization".to_owned(), encode::basic_authorization(&user)));
    }
    if let Some(host) = host {
        if !same_name(host, &url.host) {
            request.address = Some(url.host.clone());
            request.sni = (request.scheme == Scheme::Https).then_some(url.host);
        }
        request.host = host.to_owned();
    }
    Ok(request)
}

/// A request as it is on the wire: the connection has to be told from the `Host` header.
fn origin_form(
    method: String,
    target: Part<'_>,
    host: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<Request, RequestError> {
    let Some(host) = host.filter(|h| !h.is_empty()) else {
        let path = if target.text == "*" { "/" } else { target.text };
        return Err(target.error(Kind::MissingHost(path.to_owned())));
    };
    if let Some((i, c)) = target.text.char_indices().find(|(_, c)| c.is_ascii_control()) {
        return Err(RequestError::new(Kind::Unsendable(c), target.at + i, target.at + i + 1));
    }
    if !target.text.is_ascii() {
        notes.push("clients send characters outside ASCII percent-encoded, as UTF-8".to_owned());
    }
    let mut request = Request::get(host, encode::non_ascii(target.text, encode::Hex::Upper));
    request.method = method;
    let port =
        host.rsplit(']').next().and_then(|rest| rest.rsplit_once(':')).and_then(|(_, p)| p.parse().ok());
    request.port = port.filter(|&p| p != 80 && p != 443);
    request.scheme = if port == Some(443) { Scheme::Https } else { Scheme::Http };
    notes.push(format!("the text does not say how it is sent: taken as {}", request.scheme));
    Ok(request)
}

fn is_url(word: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| word.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

const KNOWN_METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];

/// Whether a word before a URL is meant as a method: a known one, or one in capitals.
fn is_method(word: &str) -> bool {
    let capitals = word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    capitals || KNOWN_METHODS.iter().any(|m| m.eq_ignore_ascii_case(word))
}

/// A method is a token.
pub(super) fn check_method(method: &str) -> Result<(), Kind> {
    if is_token(method) { Ok(()) } else { Err(Kind::Method(method.to_owned())) }
}

/// Whether a header line can be sent. Offsets in errors count from the line's first byte.
pub(super) fn check_header(name: &str, line: &str) -> Result<(), RequestError> {
    if let Some((at, c)) = line.char_indices().find(|&(_, c)| c.is_control() && c != '\t') {
        return Err(RequestError::new(Kind::HeaderCharacter(c), at, at + c.len_utf8()));
    }
    if is_token(name) { Ok(()) } else { Err(RequestError::new(Kind::Header(line.to_owned()), 0, line.len())) }
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a `Host` header, perhaps with a port, names this host.
pub(super) fn same_name(header: &str, host: &str) -> bool {
    let end = header.rfind(']').map_or(0, |i| i + 1);
    let name_end = header.get(end..).and_then(|rest| rest.find(':')).map_or(header.len(), |i| end + i);
    header.get(..name_end).is_some_and(|name| name.eq_ignore_ascii_case(host))
}
