//! What every reader carries along: where it is, and what it found wrong.

use crate::manifest::{Node, Value};
use crate::problem::{Code, Problem, Severity};
use crate::span::{Span, Spanned};
use std::collections::BTreeMap;

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

    /// An item of this.
    pub fn index(&'a self, i: usize) -> At<'a> {
        At { up: Some(self), step: Step::Index(i) }
    }
}

impl std::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(up) = self.up {
            up.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) => {
                let first = self.up.is_none_or(|up| matches!(up.step, Step::Root));
                write!(f, "{}{name}", if first { "" } else { "." })
            }
            Step::Index(i) => write!(f, "[{i}]"),
        }
    }
}

/// What a reader knows and gathers about its object.
pub(super) struct Cx<'a> {
    kind: &'a str,
    full_name: (&'a str, &'a str),
    problems: &'a mut Vec<Problem>,
    /// Whether the API server would take the object, as far as read.
    pub admitted: bool,
}

impl<'a> Cx<'a> {
    pub fn new(kind: &'a str, namespace: &'a str, name: &'a str, problems: &'a mut Vec<Problem>) -> Self {
        Cx { kind, full_name: (namespace, name), problems, admitted: true }
    }

    /// `Ingress default/web`.
    fn title(&self) -> String {
        match self.full_name {
            ("", name) => format!("{} {name}", self.kind),
            (namespace, name) => format!("{} {namespace}/{name}", self.kind),
        }
    }

    /// Notes a problem.
    pub fn note(
        &mut self,
        severity: Severity,
        code: Code,
        at: &At,
        span: Span,
        message: impl Into<String>,
    ) -> Noted<'_> {
        if severity == Severity::Error {
            self.admitted = false;
        }
        let problem = Problem::new(code, severity, span, message).at(self.title(), at.to_string());
        self.problems.push(problem);
        Noted(self.problems.last_mut())
    }
}

/// A problem just noted, to which more can be said.
pub(super) struct Noted<'p>(Option<&'p mut Problem>);

impl Noted<'_> {
    /// The way out in words.
    pub fn help(self, help: impl Into<String>) -> Self {
        if let Some(problem) = self.0 {
            problem.help = Some(help.into());
            return Noted(Some(problem));
        }
        self
    }
}

/// The string under a key.
pub(super) fn text(node: &Node, key: &str) -> Option<Spanned<String>> {
    let value = node.get(key)?;
    value.as_str().map(|s| Spanned::new(s.to_owned(), value.span))
}

/// The string under a key, unless it is empty.
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

/// The mapping of strings under a key.
pub(super) fn strings(node: &Node, key: &str) -> BTreeMap<String, String> {
    let entries = node.get(key).map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|e| Some((e.key.clone(), e.value.as_str()?.to_owned()))).collect()
}

/// The items under a key.
pub(super) fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}
