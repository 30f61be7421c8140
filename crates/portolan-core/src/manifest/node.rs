//! The tree that a document is read into.

use crate::span::Span;

/// A value and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands, without surrounding white space and comments. A quoted scalar's span
    /// includes its quotes. A value that came from an alias or a merge key has the span of the
    /// place where it is *written* (the anchor's), so that clicking it leads to the text to edit.
    pub span: Span,
    /// What it is, to Kubernetes.
    pub value: Value,
}

/// A value as `kubectl` and the API server would understand it: YAML 1.1 words and numbers for
/// plain scalars (`on` is a bool, `0777` is 511), strings where quoted.
///
/// The text as it was written is [`Sources::text`](crate::span::Sources::text) of the node's span:
/// somebody who wrote `name: y` gets a boolean and surely meant a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A boolean; also the plain words `yes`, `no`, `on`, `off`, `y`, `n` in their three casings.
    Bool(bool),
    /// An integer; also `80.0` and `8e1`, which reach the API server as `80`.
    Int(i64),
    /// An integer past `i64`, or a number with a fraction.
    Float(f64),
    /// A string.
    String(String),
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping, in the order written, without duplicate keys (the last one won and each
    /// duplicate was reported).
    Map(Vec<Entry>),
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key's text. Kubernetes turns scalar keys of other types into text, too.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The entry with this key, if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Seq(items) => items,
            _ => &[],
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    /// Whether there is nothing: Kubernetes treats `key:` and a missing key alike.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// What kind of value it is, in the words of Kubernetes' own error messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::Seq(_) => "array",
            Value::Map(_) => "object",
        }
    }
}
