//! What every reader carries along: where it is, and what it found wrong.

use super::super::codes;
use crate::manifest::{Entry, Node, Value};
use crate::problem::{Code, Edit, Fix, Problem, Related, Severity};
use crate::span::{Sources, Span, Spanned};
use std::collections::BTreeMap;
use std::fmt;

/// As many problems are listed; hostile input has millions.
pub(in crate::cluster) const MAX_PROBLEMS: usize = 1000;

/// Where something is missing altogether.
pub(super) static NOTHING: Node = Node { span: Span::new(crate::span::FileId(0), 0, 0), value: Value::Null };

/// A field path, `spec.rules[0].host`. It lives on the stack and becomes text only in a problem.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    up: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Key(&'a str),
    Index(usize),
}

impl At<'static> {
    /// The object itself.
    pub const ROOT: At<'static> = At { up: None, step: Step::Root };
}

impl<'a> At<'a> {
    /// A field of this.
    pub fn field(&'a self, name: &'a str) -> At<'a> {
        At { up: Some(self), step: Step::Field(name) }
    }

    /// The value of this under a key that users choose.
    pub fn key(&'a self, key: &'a str) -> At<'a> {
        At { up: Some(self), step: Step::Key(key) }
    }

    /// An item of this.
    pub fn index(&'a self, i: usize) -> At<'a> {
        At { up: Some(self), step: Step::Index(i) }
    }

    /// Whether this is the object itself.
    pub fn is_root(&self) -> bool {
        self.up.is_none()
    }

    /// How a sentence names this: `host`, `hosts[1]`.
    pub fn short(&self) -> String {
        match (self.step, self.up) {
            (Step::Root, _) => "the object".to_owned(),
            (Step::Field(name), _) => format!("`{name}`"),
            (Step::Key(key), _) => format!("`{}`", Clip(key)),
            (Step::Index(i), Some(At { step: Step::Field(name), .. })) => format!("`{name}[{i}]`"),
            (Step::Index(i), _) => format!("item {i}"),
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(up) = self.up {
            up.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) => {
                let first = self.up.is_none_or(|up| matches!(up.step, Step::Root));
                write!(f, "{}{name}", if first { "" } else { "." })
            }
            Step::Key(key) => write!(f, "[{}]", Clip(key)),
            Step::Index(i) => write!(f, "[{i}]"),
        }
    }
}

/// A user's text in a message, cut where it is long.
pub(super) struct Clip<'a>(pub &'a str);

impl fmt::Display for Clip<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(100) {
            Some((end, _)) => write!(f, "{}…", self.0.get(..end).unwrap_or_default()),
            None => f.write_str(self.0),
        }
    }
}

/// What a reader knows and gathers about its object.
pub(super) struct Cx<'a> {
    pub kind: &'a str,
    pub namespace: &'a str,
    pub name: &'a str,
    pub sources: &'a Sources,
    problems: &'a mut Vec<Problem>,
    /// Whether the API server would take the object, as far as read.
    pub admitted: bool,
}

impl<'a> Cx<'a> {
    pub fn new(
        (kind, namespace, name): (&'a str, &'a str, &'a str),
        sources: &'a Sources,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        Cx { kind, namespace, name, sources, problems, admitted: true }
    }

    /// Whether there are so many problems that no more are listed.
    pub fn is_full(&self) -> bool {
        self.problems.len() > MAX_PROBLEMS
    }

    /// The API server would refuse the object.
    pub fn reject(&mut self, code: Code, at: &At, span: Span, message: fmt::Arguments) -> Noted<'_> {
        self.note(Severity::Error, code, at, span, message)
    }

    /// The API server takes it, but it is not what was meant.
    pub fn warn(&mut self, code: Code, at: &At, span: Span, message: fmt::Arguments) -> Noted<'_> {
        self.note(Severity::Warning, code, at, span, message)
    }

    /// Worth knowing.
    pub fn info(&mut self, code: Code, at: &At, span: Span, message: fmt::Arguments) -> Noted<'_> {
        self.note(Severity::Info, code, at, span, message)
    }

    /// Notes a problem; an error means that the API server would refuse the object.
    pub fn note(
        &mut self,
        severity: Severity,
        code: Code,
        at: &At,
        span: Span,
        message: impl fmt::Display,
    ) -> Noted<'_> {
        if severity == Severity::Error {
            self.admitted = false;
        }
        if self.is_full() {
            return Noted(None);
        }
        if self.problems.len() == MAX_PROBLEMS {
            let message = format!("there are more problems than the {MAX_PROBLEMS} listed");
            self.problems.push(
                Problem::new(codes::MORE_PROBLEMS, Severity::Warning, span, message)
                    .help("mend the first ones and look again"),
            );
            return Noted(None);
        }
        let title = match self.namespace {
            "" => format!("{} {}", self.kind, self.name),
            namespace => format!("{} {namespace}/{}", self.kind, self.name),
        };
        let mut problem = Problem::new(code, severity, span, message.to_string());
        problem.object = Some(title);
        if !at.is_root() {
            problem.field = Some(at.to_string());
        }
        self.problems.push(problem);
        Noted(self.problems.last_mut())
    }

    /// The text that a value was written as.
    pub fn written(&self, span: Span) -> &'a str {
        self.sources.text(span)
    }
}

/// A problem just noted, to which more can be said.
pub(super) struct Noted<'p>(Option<&'p mut Problem>);

impl Noted<'_> {
    /// The way out in words.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(problem) = &mut self.0 {
            problem.help = Some(help.into());
        }
        self
    }

    /// Another place that belongs to it.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        if let Some(problem) = &mut self.0 {
            problem.related.push(Related { span, message: message.into() });
        }
        self
    }

    /// The way out as edits, if there is one.
    pub fn fix(mut self, title: impl Into<String>, edits: Option<Vec<Edit>>) -> Self {
        if let (Some(problem), Some(edits)) = (&mut self.0, edits) {
            problem.fixes.push(Fix { title: title.into(), edits });
        }
        self
    }
}

/// The value under a key, unless it is null.
pub(super) fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|n| !n.is_null())
}

/// The string under a key.
pub(super) fn text(node: &Node, key: &str) -> Option<Spanned<String>> {
    str_of(node, key).map(|s| Spanned::new(s.value.to_owned(), s.span))
}

/// The string under a key, borrowed.
pub(super) fn str_of<'n>(node: &'n Node, key: &str) -> Option<Spanned<&'n str>> {
    let value = node.get(key)?;
    value.as_str().map(|s| Spanned::new(s, value.span))
}

/// The string under a key, unless it is empty: the API treats both alike in most places.
pub(super) fn nonempty(node: &Node, key: &str) -> Option<Spanned<String>> {
    text(node, key).filter(|t| !t.value.is_empty())
}

/// The whole number under a key.
pub(super) fn whole(node: &Node, key: &str) -> Option<Spanned<i64>> {
    let value = node.get(key)?;
    match value.value {
        Value::Int(n) => Some(Spanned::new(n, value.span)),
        _ => None,
    }
}

/// The number under a key, if it can be a port.
pub(super) fn port(node: &Node, key: &str) -> Option<Spanned<u16>> {
    let n = whole(node, key)?;
    let value = u16::try_from(n.value).ok().filter(|&v| v != 0)?;
    Some(Spanned::new(value, n.span))
}

/// The boolean under a key.
pub(super) fn flag(node: &Node, key: &str) -> Option<bool> {
    match node.get(key)?.value {
        Value::Bool(b) => Some(b),
        _ => None,
    }
}

/// The mapping of strings under a key. The API server reads null as the empty string.
pub(super) fn strings(node: &Node, key: &str) -> BTreeMap<String, String> {
    entries(node, key).iter().filter_map(|e| Some((e.key.clone(), string_value(e)?.to_owned()))).collect()
}

/// An entry's value in a mapping of strings.
pub(super) fn string_value(entry: &Entry) -> Option<&str> {
    match &entry.value.value {
        Value::String(s) => Some(s),
        Value::Null => Some(""),
        _ => None,
    }
}

/// The strings of the list under a key.
pub(super) fn texts(node: &Node, key: &str) -> Vec<Spanned<String>> {
    items(node, key).iter().filter_map(|n| Some(Spanned::new(n.as_str()?.to_owned(), n.span))).collect()
}

/// The entries of the mapping under a key.
pub(super) fn entries<'n>(node: &'n Node, key: &str) -> &'n [Entry] {
    node.get(key).map(Node::entries).unwrap_or_default()
}

/// The items of the list under a key.
pub(super) fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}
