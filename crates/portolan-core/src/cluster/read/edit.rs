//! Edits of the user's text: how fixes are written down.

use super::context::Cx;
use crate::edit;
use crate::manifest::Node;
use crate::problem::Edit;
use crate::span::Span;

impl Cx<'_> {
    /// Replaces a scalar, in the quotes that it has.
    pub fn replace(&self, span: Span, by: &str) -> Option<Vec<Edit>> {
        edit::replace(self.sources, span, by).map(|edit| vec![edit])
    }

    /// Puts a plain scalar in quotes.
    pub fn quote(&self, span: Span) -> Option<Vec<Edit>> {
        let written = self.written(span);
        let plain = !written.is_empty() && !written.contains(['"', '\\', '\n', '{', '[']);
        plain.then(|| vec![Edit { span, text: format!("\"{written}\"") }])
    }

    /// Replaces a quoted scalar by this text without quotes.
    pub fn unquote(&self, span: Span, text: &str) -> Option<Vec<Edit>> {
        self.written(span).starts_with(['"', '\'']).then(|| vec![Edit { span, text: text.to_owned() }])
    }

    /// Renames a key.
    pub fn rename(&self, key: Span, to: &str) -> Option<Vec<Edit>> {
        self.replace(key, to)
    }

    /// Adds `key: value` to a mapping, before its first entry.
    pub fn insert(&self, mapping: &Node, entry: &str) -> Option<Edit> {
        let first = mapping.entries().first()?.key_span;
        let text = if self.written(mapping.span).starts_with('{') {
            let (key, value) = entry.split_once(": ")?;
            let quotes = self.written(first).starts_with('"');
            if quotes { format!("\"{key}\": \"{value}\", ") } else { format!("{entry}, ") }
        } else {
            format!("{entry}\n{}", self.indent(first)?)
        };
        Some(Edit { span: Span::new(first.file, first.start, first.start), text })
    }

    /// As many blanks as stand left of this place on its line; list dashes count as blanks. `None`
    /// where something else stands there.
    pub fn indent(&self, span: Span) -> Option<String> {
        edit::indent(self.sources, span)
    }
}
