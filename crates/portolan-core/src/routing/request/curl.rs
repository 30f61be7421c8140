//! A pasted curl command line: the request that curl would send first.
//!
//! What curl sends was observed on curl 7.88.1. Options that change nothing of the request line or
//! the headers are taken silently; what the command leaves open is said in the notes.

use super::error::{RequestError, RequestErrorKind as Kind};
use super::options::{self, Known};
use super::shell::{self, Word};
use super::url::{self, Sender, Url};
use super::{Parsed, Request, Scheme, encode, glob, message};

/// Whether a text begins with a curl command, and where: a prompt may stand before it.
pub(super) fn starts(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let prompt = text.get(start..).filter(|t| t.starts_with("$ ") || t.starts_with("> ")).map_or(0, |_| 2);
    let command = text.get(start + prompt..)?;
    let spaces = command.len() - command.trim_start().len();
    let word = command.split_whitespace().next()?;
    let name = word.rsplit('/').next().unwrap_or(word);
    matches!(name, "curl" | "curl.exe").then_some(start + prompt + spaces)
}

/// Reads the command that starts at byte `start` of `text`.
pub(super) fn parse(text: &str, start: usize) -> Result<Parsed, RequestError> {
    let command = shell::split(text, start)?;
    let mut curl = Curl { notes: command.notes, ..Curl::default() };
    curl.read(command.words.get(1..).unwrap_or_default())?;
    curl.request(text.len())
}

/// What the options have said so far.
#[derive(Debug, Default)]
struct Curl {
    urls: Vec<Word>,
    method: Option<Word>,
    head: bool,
    get: bool,
    upload: Option<String>,
    body: Option<Body>,
    /// What `-G` puts into the query; `None` for a file, whose content is not known.
    data: Vec<(Word, Option<String>)>,
    url_query: Vec<(Word, Option<String>)>,
    headers: Vec<Word>,
    cookies: Vec<String>,
    user_agent: Option<String>,
    referer: Option<String>,
    user: Option<String>,
    bearer: Option<String>,
    /// Digest, NTLM …: the first request goes without `Authorization`.
    challenge: bool,
    range: Option<String>,
    compressed: bool,
    path_as_is: bool,
    glob_off: bool,
    target: Option<Word>,
    default_scheme: Scheme,
    connect_to: Vec<String>,
    resolve: Vec<String>,
    notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Form,
    Json,
    Multipart,
}

impl Curl {
    fn read(&mut self, words: &[Word]) -> Result<(), RequestError> {
        let mut words = words.iter().peekable();
        let mut only_urls = false;
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if only_urls || !text.starts_with('-') || text == "-" {
                self.urls.push(word.clone());
            } else if text == "--" {
                only_urls = true;
            } else if let Some(name) = text.strip_prefix("--") {
                let Some(known) = options::long(name) else {
                    // A word that cannot be its value settles that it has none.
                    if !name.contains('=') && words.peek().is_none_or(|next| next.text.starts_with('-')) {
                        self.notes.push(format!("{text} is not a known option of curl and is left out"));
                        continue;
                    }
                    return Err(word.error(Kind::UnknownOption(text.to_owned())));
                };
                let value = match known.takes_value {
                    true => words.next().cloned().ok_or_else(|| missing_value(word, text))?,
                    false => Word::default(),
                };
                if self.ends(known, text) {
                    return Ok(());
                }
                self.option(known, value)?;
            } else {
                for (at, letter) in text.char_indices().skip(1) {
                    let end = at + letter.len_utf8();
                    let Some(known) = options::short(letter) else {
                        let kind = Kind::UnknownOption(format!("-{letter}"));
                        return Err(RequestError::new(kind, at, end).moved(|at| word.place(at)));
                    };
                    if self.ends(known, "-:") {
                        return Ok(());
                    }
                    if !known.takes_value {
                        self.option(known, Word::default())?;
                        continue;
                    }
                    let attached = word.from(end);
                    let value = match attached.text.is_empty() {
                        true => {
                            words.next().cloned().ok_or_else(|| missing_value(word, &format!("-{letter}")))?
                        }
                        false => attached,
                    };
                    self.option(known, value)?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whether another request begins here; without a URL so far it does not.
    fn ends(&mut self, known: Known, written: &str) -> bool {
        let ends = known.name == "next" && !self.urls.is_empty();
        if ends {
            self.notes.push(format!("only the request before {written} is answered"));
        }
        ends
    }

    fn option(&mut self, known: Known, value: Word) -> Result<(), RequestError> {
        let on = !known.off;
        match known.name {
            "url" => self.urls.push(value),
            "request" => self.method = Some(value),
            "head" => self.head = on,
            "get" => self.get = on,
            "upload-file" => self.upload = Some(value.text),
            "data" | "data-ascii" | "data-binary" => {
                self.body(Body::Form);
                let data = (!value.text.starts_with('@')).then(|| value.text.clone());
                self.data.push((value, data));
            }
            "data-raw" => {
                self.body(Body::Form);
                let data = Some(value.text.clone());
                self.data.push((value, data));
            }
            "data-urlencode" => {
                self.body(Body::Form);
                let data = url_encoded(&value.text);
                self.data.push((value, data));
            }
            "json" => {
                self.body = Some(Body::Json);
                let data = (!value.text.starts_with('@')).then(|| value.text.clone());
                self.data.push((value, data));
            }
            "form" | "form-string" => self.body(Body::Multipart),
            "url-query" => {
                let data = match value.text.strip_prefix('+') {
                    Some(raw) => Some(raw.to_owned()),
                    None => url_encoded(&value.text),
                };
                self.url_query.push((value, data));
            }
            "header" if value.text.starts_with('@') => self.notes.push(unknown_file("--header", &value.text)),
            "header" => self.headers.push(value),
            "cookie" if value.text.contains('=') => self.cookies.push(value.text),
            "cookie" if !value.text.is_empty() => self.notes.push(unknown_file("--cookie", &value.text)),
            "user-agent" => self.user_agent = Some(value.text),
            "referer" => {
                let referer = value.text.strip_suffix(";auto").unwrap_or(&value.text);
                self.referer = Some(referer.to_owned()).filter(|r| !r.is_empty());
            }
            "user" => self.user = Some(value.text),
            "oauth2-bearer" => self.bearer = Some(value.text),
            "basic" => self.challenge = false,
            "anyauth" | "digest" | "negotiate" | "ntlm" | "ntlm-wb" => self.challenge = on,
            "range" => self.range = Some(value.text),
            "compressed" => self.compressed = on,
            "path-as-is" => self.path_as_is = on,
            "globoff" => self.glob_off = on,
            "request-target" => self.target = Some(value),
            "proto-default" => {
                self.default_scheme = match value.text.as_str() {
                    "http" => Scheme::Http,
                    "https" => Scheme::Https,
                    _ => return Err(value.error(Kind::Scheme(value.text.clone()))),
                }
            }
            "connect-to" => self.connect_to.push(value.text),
            "resolve" => {
                self.notes.push(format!(
                    "--resolve {} only says where to connect: host and TLS name stay those of the URL",
                    value.text
                ));
                self.resolve.push(value.text);
            }
            "proxy" | "proxy1.0" | "preproxy" | "socks4" | "socks4a" | "socks5" | "socks5-hostname" => {
                self.notes.push(format!(
                    "the request goes through the proxy {}: answered as if that passed it on unchanged",
                    value.text
                ));
            }
            "unix-socket" | "abstract-unix-socket" => self.notes.push(format!(
                "the connection goes to the socket {}: answered as if that were the entry",
                value.text
            )),
            "location" | "location-trusted" | "follow" if on => {
                self.notes
                    .push("--location: the first request is answered, redirects are not followed".to_owned());
            }
            "config" => self.notes.push(unknown_file("--config", &value.text)),
            _ => {}
        }
        Ok(())
    }

    fn body(&mut self, body: Body) {
        self.body.get_or_insert(body);
    }

    /// The request of everything that was said. `end` is where the command ends.
    fn request(mut self, end: usize) -> Result<Parsed, RequestError> {
        if self.urls.len() > 1 {
            self.notes.push(format!("the command has {} URLs: the first one is answered", self.urls.len()));
        }
        let Some(word) = self.urls.first().cloned() else {
            return Err(RequestError::new(Kind::MissingUrl, end, end));
        };
        if self.head && self.body.is_some() && !self.get {
            return Err(word.error(Kind::HeadWithBody));
        }
        let mut url = self.url(&word)?;
        self.notes.append(&mut url.notes);
        let target = self.target_of(&mut url)?;
        let method = match &self.method {
            Some(word) => {
                message::check_method(&word.text).map_err(|kind| word.error(kind))?;
                word.text.clone()
            }
            None if self.head => "HEAD".to_owned(),
            None if self.upload.is_some() => "PUT".to_owned(),
            None if self.body.is_some() && !self.get => "POST".to_owned(),
            None => "GET".to_owned(),
        };
        if self.body.is_some() && !self.get {
            self.notes.push("the body is not kept: it takes no part in routing".to_owned());
        }
        let (host, headers) = self.headers_of(&url)?;
        let (port, elsewhere) = self.connection(&url);
        let other_host = !message::same_name(&host, &url.host);
        let sni = (url.scheme == Scheme::Https && other_host).then(|| url.host.clone());
        let address = elsewhere.or_else(|| other_host.then(|| url.host.clone()));
        let request = Request {
            method,
            scheme: url.scheme,
            host,
            port,
            address,
            sni,
            target,
            headers,
            client_ip: None,
        };
        Ok(Parsed { request, notes: self.notes })
    }

    fn url(&mut self, word: &Word) -> Result<Url, RequestError> {
        let sender = Sender::Curl { path_as_is: self.path_as_is, default_scheme: self.default_scheme };
        if self.glob_off {
            return url::parse(&word.text, sender).map_err(|e| e.moved(|at| word.place(at)));
        }
        let (text, places, more) = glob::first(word)?;
        if more {
            self.notes.push(format!("curl makes several URLs of {}: the first is answered", word.text));
        }
        let end = places.last().copied().unwrap_or_default();
        url::parse(&text, sender).map_err(|e| e.moved(|at| places.get(at).copied().unwrap_or(end)))
    }

    /// The target, with the file name, query parts and override of the options.
    fn target_of(&mut self, url: &mut Url) -> Result<String, RequestError> {
        if let Some(word) = &self.target {
            sendable(word, &word.text)?;
            return Ok(word.text.clone());
        }
        let (mut path, query) = match url.target.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query)),
            None => (url.target.clone(), None),
        };
        if let Some(file) = self.upload.as_deref().filter(|f| *f != "-" && *f != ".")
            && path.ends_with('/')
        {
            let name = file.rsplit('/').next().unwrap_or(file);
            path.push_str(&encode::form(name).replace('+', "%20"));
            self.notes.push(format!("curl adds the name of the uploaded file to the path: {path}"));
        }
        let mut parts: Vec<String> = query.map(str::to_owned).into_iter().collect();
        // curl has one place for both, and --get fills it last.
        let added = match self.get && self.body.is_some() {
            true => &self.data,
            false => &self.url_query,
        };
        for (word, data) in added {
            match data {
                Some(data) if data.is_empty() => {}
                Some(data) => {
                    sendable(word, data)?;
                    parts.push(data.clone());
                }
                None => self.notes.push(format!("what {} stands for is left out of the query", word.text)),
            }
        }
        if parts.is_empty() {
            return Ok(path);
        }
        Ok(format!("{path}?{}", parts.join("&")))
    }

    /// The `Host` header and the others, in the order in which curl sends them.
    fn headers_of(&mut self, url: &Url) -> Result<(String, Vec<(String, String)>), RequestError> {
        let mut own: Vec<(&str, String)> = Vec::new();
        let user = match (&self.user, &url.user) {
            (Some(user), _) => Some(user.clone().into_bytes()),
            (None, Some(user)) => Some(user.clone()),
            (None, None) => None,
        };
        match (&self.bearer, user) {
            (Some(token), _) => own.push(("Authorization", format!("Bearer {token}"))),
            (None, Some(_)) if self.challenge => {
                self.notes
                    .push("the first request goes without Authorization: the server has to ask".to_owned());
            }
            (None, Some(user)) => {
                if self.user.as_ref().is_some_and(|u| !u.contains(':')) {
                    self.notes.push("curl would ask for the password: taken as empty".to_owned());
                }
                own.push(("Authorization", encode::basic_authorization(&user)));
            }
            (None, None) => {}
        }
        if let Some(range) = &self.range {
            own.push(("Range", format!("bytes={range}")));
        }
        // The version is not in the command line; rules look at the name before the slash.
        let agent = self.user_agent.clone().unwrap_or_else(|| "curl/8".to_owned());
        if !agent.is_empty() {
            own.push(("User-Agent", agent));
        }
        let json = self.body == Some(Body::Json);
        own.push(("Accept", if json { "application/json" } else { "*/*" }.to_owned()));
        if self.compressed {
            own.push(("Accept-Encoding", "deflate, gzip, br, zstd".to_owned()));
        }
        if let Some(referer) = &self.referer {
            own.push(("Referer", referer.clone()));
        }
        if !self.cookies.is_empty() {
            own.push(("Cookie", self.cookies.join(";")));
        }
        if url.websocket {
            own.extend([("Connection", "Upgrade".to_owned()), ("Upgrade", "websocket".to_owned())]);
        }
        match self.body {
            Some(_) if self.get => {}
            Some(Body::Form) => own.push(("Content-Type", "application/x-www-form-urlencoded".to_owned())),
            Some(Body::Json) => own.push(("Content-Type", "application/json".to_owned())),
            Some(Body::Multipart) => own.push(("Content-Type", "multipart/form-data".to_owned())),
            None => {}
        }

        let mut host = url.authority();
        let mut host_given = false;
        let mut given: Vec<(String, String)> = Vec::new();
        for word in std::mem::take(&mut self.headers) {
            let Some((name, value)) = self.header(&word)? else { continue };
            // A header of one's own takes the place of curl's, also where it removes it.
            own.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
            if name.eq_ignore_ascii_case("host") {
                if !std::mem::replace(&mut host_given, true) {
                    host = value.unwrap_or_default();
                }
            } else if let Some(value) = value {
                given.push((name, value));
            }
        }
        let mut headers: Vec<_> = own.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        headers.extend(given);
        Ok((host, headers))
    }

    /// `Name: value`; `Name;` is sent empty, `Name:` removes curl's own.
    fn header(&mut self, word: &Word) -> Result<Option<(String, Option<String>)>, RequestError> {
        let text = word.text.as_str();
        let (name, value) = match (text.split_once(':'), text.strip_suffix(';')) {
            (Some((name, value)), _) => {
                let value = value.trim();
                (name.trim(), (!value.is_empty()).then(|| value.to_owned()))
            }
            (None, Some(name)) => (name.trim(), Some(String::new())),
            (None, None) => {
                self.notes.push(format!("curl does not send {text:?}: it is no header"));
                return Ok(None);
            }
        };
        message::check_header(name, text).map_err(|e| e.moved(|at| word.place(at)))?;
        Ok(Some((name.to_owned(), value)))
    }

    /// The port and the address that the connection is made to, where those are not the URL's own.
    /// `--connect-to HOST:PORT:HOST:PORT` and `--resolve HOST:PORT:ADDRESS` send the connection
    /// elsewhere, and nothing else.
    fn connection(&mut self, url: &Url) -> (Option<u16>, Option<String>) {
        let own = url.port.unwrap_or(match url.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        });
        for entry in &self.connect_to {
            let fields = colon_fields(entry);
            let field = |i: usize| fields.get(i).copied().unwrap_or_default();
            let host = field(0).is_empty() || message::same_name(field(0), &url.host);
            let port = field(1).is_empty() || field(1).parse() == Ok(own);
            if host && port {
                self.notes.push(format!(
                    "--connect-to {entry} only says where to connect: host and TLS name stay those of the URL"
                ));
                let address = Some(field(2).trim_matches(['[', ']'])).filter(|a| !a.is_empty());
                return (field(3).parse().ok().or(url.port), address.map(str::to_owned));
            }
        }
        let address = self.resolve.iter().find_map(|entry| {
            let fields = colon_fields(entry.trim_start_matches('+'));
            let field = |i: usize| fields.get(i).copied().unwrap_or_default();
            let mine = field(0) == "*" || message::same_name(field(0), &url.host);
            // Of several addresses, the first is tried first.
            let first = field(2).split(',').next().unwrap_or_default().trim_matches(['[', ']']);
            (mine && field(1).parse() == Ok(own) && !first.is_empty()).then(|| first.to_owned())
        });
        (url.port, address)
    }
}

fn missing_value(word: &Word, name: &str) -> RequestError {
    word.error(Kind::OptionValue(name.to_owned()))
}

/// Whether a text can stand in a target. The error points at the character, or at the word that
/// the text was made of.
fn sendable(word: &Word, text: &str) -> Result<(), RequestError> {
    match text.char_indices().find(|&(_, c)| c == ' ' || c.is_ascii_control()) {
        Some((at, c)) if word.text == text => {
            Err(RequestError::new(Kind::Unsendable(c), at, at + 1).moved(|at| word.place(at)))
        }
        Some((_, c)) => Err(word.error(Kind::Unsendable(c))),
        None => Ok(()),
    }
}

fn unknown_file(option: &str, value: &str) -> String {
    format!("what {option} reads from the file {} is not known here", value.trim_start_matches('@'))
}

/// `content`, `=content`, `name=content`; `None` for `@file` and `name@file`.
fn url_encoded(value: &str) -> Option<String> {
    match value.find(['=', '@']) {
        Some(at) if value.get(at..).is_some_and(|v| v.starts_with('@')) => None,
        Some(0) => Some(encode::form(value.get(1..)?)),
        Some(at) => Some(format!("{}={}", value.get(..at)?, encode::form(value.get(at + 1..)?))),
        None => Some(encode::form(value)),
    }
}

/// Splits at colons that stand outside brackets.
fn colon_fields(text: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let (mut start, mut depth) = (0, 0u32);
    for (i, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                fields.push(text.get(start..i).unwrap_or_default());
                start = i + 1;
            }
            _ => {}
        }
    }
    fields.push(text.get(start..).unwrap_or_default());
    fields
}
