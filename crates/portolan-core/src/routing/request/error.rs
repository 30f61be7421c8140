//! Why a text is no request.

use std::fmt;

/// Why a text is no request: what is wrong, where, and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// What is wrong.
    pub kind: RequestErrorKind,
    /// First byte of the part that is wrong.
    pub start: usize,
    /// One past its last byte; at least `start`.
    pub end: usize,
}

/// What is wrong with a text that should be a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestErrorKind {
    /// Nothing is there.
    Empty,
    /// A curl command without a URL.
    MissingUrl,
    /// A path without a host. The text is the target.
    MissingHost(String),
    /// A character that cannot stand in a URL as it is.
    Unsendable(char),
    /// A scheme other than HTTP's.
    Scheme(String),
    /// `http:` without two slashes.
    Slashes,
    /// A host name cannot hold this character.
    HostCharacter(char),
    /// `*.example.com` is a pattern; requests name one host.
    WildcardHost(String),
    /// Between `[` and `]` stands no IPv6 address.
    Address(String),
    /// An IPv6 address without brackets.
    BareAddress(String),
    /// Not a port number.
    Port(String),
    /// Not a method.
    Method(String),
    /// Not `Name: value`.
    Header(String),
    /// A character that no header can carry.
    HeaderCharacter(char),
    /// More than one request.
    SecondRequest,
    /// A quote, bracket or brace that is never closed.
    Unclosed(char),
    /// Escapes that make bytes which are no text.
    NotText,
    /// An option of curl that is not known here, so that nobody can say whether the next word is
    /// its value.
    UnknownOption(String),
    /// An option of curl without the value that it needs.
    OptionValue(String),
    /// `-I` and a body: curl refuses both together.
    HeadWithBody,
    /// curl's `{a,b}` or `[1-3]`, written wrongly.
    Glob,
}

impl RequestError {
    pub(super) fn new(kind: RequestErrorKind, start: usize, end: usize) -> Self {
        Self { kind, start, end: end.max(start) }
    }

    /// The same error, its place told by a map from the bytes of a part to those of the whole.
    pub(super) fn moved(self, place: impl Fn(usize) -> usize) -> Self {
        let end = if self.end > self.start { place(self.end - 1) + 1 } else { place(self.start) };
        Self::new(self.kind, place(self.start), end)
    }

    /// A way out, in words.
    pub fn help(&self) -> Option<String> {
        use RequestErrorKind as K;
        let help = match &self.kind {
            K::Empty => "write a URL such as http://foo.bar.com/foo, or paste a curl command".to_owned(),
            K::MissingUrl => "add the URL to the command".to_owned(),
            K::MissingHost(target) => {
                format!("write http://HOST{target}, or add a line \"Host: HOST\"")
            }
            K::Unsendable(c) => format!("write it as {}", percent(*c)),
            K::Scheme(_) => {
                "ingress controllers route http and https (ws and wss are upgrades of these)".to_owned()
            }
            K::Slashes => "write http://HOST/PATH".to_owned(),
            K::HostCharacter('%' | '{' | '}' | '$' | '<' | '>') => {
                "put the host's name in its place".to_owned()
            }
            K::HostCharacter(_) => {
                "a host name has letters, digits, dots and hyphens; the path starts at the first slash"
                    .to_owned()
            }
            K::WildcardHost(rest) => format!("put a name in place of the star: www{rest}"),
            K::Address(_) => "write an address such as [2001:db8::1]".to_owned(),
            K::BareAddress(address) => format!("put it in brackets: [{address}]"),
            K::Port(_) => "a port is a number from 1 to 65535".to_owned(),
            K::Method(_) => "write METHOD URL, such as GET http://foo.bar.com/foo".to_owned(),
            K::Header(_) => "headers are lines of the form Name: value".to_owned(),
            K::HeaderCharacter(_) => "take it out of the value".to_owned(),
            K::SecondRequest => "give one request at a time".to_owned(),
            K::Unclosed(c) => format!("close it with {}", closing(*c)),
            K::NotText => "write the bytes percent-encoded".to_owned(),
            K::UnknownOption(name) => match name.split_once('=') {
                Some((name, value)) => format!("curl takes the value as a word of its own: {name} {value}"),
                None => "leave it out, together with its value if it has one".to_owned(),
            },
            K::OptionValue(_) => "add the value, or leave the option out".to_owned(),
            K::HeadWithBody => "leave out one of the two, or add -G to send the data as the query".to_owned(),
            K::Glob => "curl expands {a,b} and [1-3] in URLs; with -g they are sent as written".to_owned(),
        };
        Some(help)
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use RequestErrorKind as K;
        match &self.kind {
            K::Empty => f.write_str("there is no request"),
            K::MissingUrl => f.write_str("the curl command has no URL"),
            K::MissingHost(_) => f.write_str("the request names no host"),
            K::Unsendable(c) => write!(f, "{} cannot stand in a URL", character(*c)),
            K::Scheme(scheme) => write!(f, "{scheme} is not a scheme of HTTP requests"),
            K::Slashes => f.write_str("the scheme is not followed by two slashes"),
            K::HostCharacter(c) => write!(f, "{} cannot stand in a host name", character(*c)),
            K::WildcardHost(rest) => {
                write!(f, "*{rest} is a pattern for hosts; a request is sent to one host")
            }
            K::Address(address) => write!(f, "{address:?} is not an IPv6 address"),
            K::BareAddress(address) => write!(f, "the IPv6 address {address} is not in brackets"),
            K::Port(port) => write!(f, "{port:?} is not a port"),
            K::Method(method) => write!(f, "{method:?} is not a method"),
            K::Header(line) => write!(f, "{line:?} is not a header"),
            K::HeaderCharacter(c) => write!(f, "{} cannot stand in a header", character(*c)),
            K::SecondRequest => f.write_str("a second request starts here"),
            K::Unclosed(c) => write!(f, "{c} is never closed"),
            K::NotText => f.write_str("the escapes make bytes that are not UTF-8 text"),
            K::UnknownOption(name) => write!(f, "{name} is not a known option of curl"),
            K::OptionValue(name) => write!(f, "{name} needs a value"),
            K::HeadWithBody => f.write_str("curl refuses --head together with a body"),
            K::Glob => f.write_str("curl cannot read this part of the URL as a list or range"),
        }
    }
}

impl std::error::Error for RequestError {}

/// The character that closes this one.
fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '{' => '}',
        '[' => ']',
        quote => quote,
    }
}

/// A character by its name where it has no shape.
fn character(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("{c:?}"),
    }
}

fn percent(c: char) -> String {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes).bytes().map(|b| format!("%{b:02X}")).collect()
}
