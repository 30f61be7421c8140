//! Reading fields as the API server does it by the schema of a custom resource: type, presence,
//! length, form.

use super::super::context::{At, Cx};
use crate::manifest::{Node, Value};
use crate::problem::{Code, Severity};
use crate::span::{Span, Spanned};

/// A required field is missing.
const REQUIRED: Code = Code("PT0260");
/// A field has another type than the schema's.
const WRONG_TYPE: Code = Code("PT0261");
/// A text has not the form that the schema asks for.
const WRONG_FORM: Code = Code("PT0262");
/// A number, or the number of items, is out of range.
const OUT_OF_RANGE: Code = Code("PT0263");
/// Fields contradict each other.
const CONTRADICTION: Code = Code("PT0264");

/// What a text field must look like.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// Of at most this many characters, and not empty.
    Text(usize),
    /// Of at most this many characters, or empty.
    TextOrEmpty(usize),
    /// A DNS name, perhaps with `*.` in front.
    Hostname,
    /// A DNS name.
    PreciseHostname,
    /// A DNS name: of a listener, of a rule.
    SectionName,
    /// A DNS label.
    Namespace,
    /// Empty, or a DNS name.
    Group,
    /// A kind's name.
    Kind,
    /// An HTTP token.
    HeaderName,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A protocol: a word of the API's, or one with a domain.
    Protocol,
}

impl Form {
    fn holds(self, text: &str) -> bool {
        match self {
            Form::Text(max) => !text.is_empty() && text.chars().count() <= max,
            Form::TextOrEmpty(max) => text.chars().count() <= max,
            Form::Hostname => is_subdomain(text.strip_prefix("*.").unwrap_or(text)) && text.len() <= 253,
            Form::PreciseHostname | Form::SectionName => is_subdomain(text),
            Form::Namespace => is_label(text) && text.len() <= 63,
            Form::Group => text.is_empty() || is_subdomain(text),
            Form::Kind => is_kind(text),
            Form::HeaderName => !text.is_empty() && text.len() <= 256 && text.bytes().all(is_token),
            Form::Word(words) => words.contains(&text),
            Form::Protocol => match text.split_once('/') {
                Some((domain, name)) => {
                    is_subdomain(domain)
                        && !name.is_empty()
                        && name.bytes().all(|b| b.is_ascii_alphanumeric())
                }
                None => is_kind(text) || text.bytes().next().is_some_and(|b| b.is_ascii_digit()),
            },
        }
    }

    fn words(self) -> String {
        match self {
            Form::Text(max) => format!("it must have 1 to {max} characters"),
            Form::TextOrEmpty(max) => format!("it may have at most {max} characters"),
            Form::Hostname => {
                "a hostname is a lower-case DNS name without port, perhaps with `*.` in front".to_owned()
            }
            Form::PreciseHostname => {
                "it must be a lower-case DNS name without port and without `*`".to_owned()
            }
            Form::SectionName => "a name has lower-case letters, digits, `-` and `.` only".to_owned(),
            Form::Namespace => "a namespace has lower-case letters, digits and `-` only".to_owned(),
            Form::Group => "a group is empty or a lower-case DNS name".to_owned(),
            Form::Kind => "a kind has letters, digits and `-` only and starts with a letter".to_owned(),
            Form::HeaderName => {
                "a header's name has letters, digits and `-` (or other token characters) only".to_owned()
            }
            Form::Word(words) => format!("it must be one of {}", words.join(", ")),
            Form::Protocol => "the protocols are HTTP, HTTPS, TLS, TCP and UDP".to_owned(),
        }
    }
}

/// RFC 1123: labels of lower-case letters, digits and `-`, none at a label's ends.
fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = [text.bytes().next(), text.bytes().next_back()];
    ends.iter().all(|b| b.is_some_and(inner)) && text.bytes().all(|b| inner(b) || b == b'-')
}

fn is_kind(text: &str) -> bool {
    text.len() <= 63
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().next_back().is_some_and(|b| b.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

/// A mapping under way: its node, its place and where to complain.
pub(super) struct Fields<'n, 'a, 'c, 'p> {
    pub node: &'n Node,
    pub at: &'a At<'a>,
    pub cx: &'c mut Cx<'p>,
}

impl<'n> Fields<'n, '_, '_, '_> {
    /// What is under a key, unless it is nothing.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.node.get(key).filter(|n| !n.is_null())
    }

    /// What is under a key, of one type; nothing, and a problem, where it has another one.
    fn typed(&mut self, key: &str, wanted: &str, test: impl Fn(&Value) -> bool) -> Option<&'n Node> {
        let node = self.get(key)?;
        if test(&node.value) {
            return Some(node);
        }
        let message = format!("`{key}` must be of type {wanted}, not {}", node.kind());
        self.complain(WRONG_TYPE, key, node.span, message);
        None
    }

    fn complain(&mut self, code: Code, key: &str, span: Span, message: String) {
        self.cx.note(Severity::Error, code, &self.at.field(key), span, message);
    }

    /// Complains that a field is missing.
    pub fn missing(&mut self, key: &str) {
        let message = format!("`{key}` is required");
        self.complain(REQUIRED, key, self.node.span, message);
    }

    /// Complains about fields that contradict each other.
    pub fn contradiction(&mut self, key: &str, span: Span, message: impl Into<String>) {
        self.complain(CONTRADICTION, key, span, message.into());
    }

    /// The text under a key, of a form.
    pub fn text(&mut self, key: &str, form: Form) -> Option<Spanned<String>> {
        let node = self.typed(key, "string", |v| matches!(v, Value::String(_)))?;
        let text = node.as_str()?;
        if !form.holds(text) {
            let shown: String = text.chars().take(80).collect();
            let message = format!("`{key}` cannot be {shown:?}");
            let at = self.at.field(key);
            self.cx.note(Severity::Error, WRONG_FORM, &at, node.span, message).help(form.words());
        }
        Some(Spanned::new(text.to_owned(), node.span))
    }

    /// The text under a key that must be there.
    pub fn required(&mut self, key: &str, form: Form) -> Option<Spanned<String>> {
        if self.get(key).is_none() {
            self.missing(key);
            return None;
        }
        self.text(key, form)
    }

    /// The whole number under a key, in a range.
    pub fn whole(&mut self, key: &str, range: std::ops::RangeInclusive<i64>) -> Option<Spanned<i64>> {
        let node = self.typed(key, "integer", |v| matches!(v, Value::Int(_)))?;
        let Value::Int(n) = node.value else { return None };
        if !range.contains(&n) {
            let message = format!("`{key}` must be from {} to {}, not {n}", range.start(), range.end());
            self.complain(OUT_OF_RANGE, key, node.span, message);
            return None;
        }
        Some(Spanned::new(n, node.span))
    }

    /// The port number under a key.
    pub fn port(&mut self, key: &str) -> Option<Spanned<u16>> {
        let n = self.whole(key, 1..=65535)?;
        Some(Spanned::new(u16::try_from(n.value).ok()?, n.span))
    }

    /// The items under a key, if their number is in a range. A missing list has none.
    pub fn list(&mut self, key: &str, range: std::ops::RangeInclusive<usize>) -> &'n [Node] {
        let Some(node) = self.typed(key, "array", |v| matches!(v, Value::Seq(_))) else { return &[] };
        let items = node.items();
        if !range.contains(&items.len()) {
            let (least, most) = range.into_inner();
            let message = if items.len() < least {
                format!("`{key}` must not be empty")
            } else {
                format!("`{key}` may have at most {most} items, not {}", items.len())
            };
            self.complain(OUT_OF_RANGE, key, node.span, message);
        }
        items
    }

    /// The mapping under a key.
    pub fn map(&mut self, key: &str) -> Option<&'n Node> {
        self.typed(key, "object", |v| matches!(v, Value::Map(_)))
    }
}

/// Whether an item of a list is a mapping; a problem where it is not.
pub(super) fn is_map(node: &Node, at: &At, cx: &mut Cx) -> bool {
    let yes = matches!(node.value, Value::Map(_));
    if !yes {
        let message = format!("this item must be of type object, not {}", node.kind());
        cx.note(Severity::Error, WRONG_TYPE, at, node.span, message);
    }
    yes
}
