//! Edits of the user's text: how fixes are written down, in the quotes and the indentation that are
//! there.

use crate::problem::Edit;
use crate::span::{Sources, Span};

/// Replaces a scalar, in the quotes that it has. `None` where it is a block.
pub(crate) fn replace(sources: &Sources, span: Span, by: &str) -> Option<Edit> {
    let written = sources.text(span);
    let text = match written.chars().next()? {
        quote @ ('"' | '\'') if written.len() > 1 && written.ends_with(quote) => {
            format!("{quote}{by}{quote}")
        }
        '|' | '>' => return None,
        _ if by.starts_with(['*', '&', '!', '%', '@', '`']) => format!("\"{by}\""),
        _ => by.to_owned(),
    };
    Some(Edit { span, text })
}

/// As many blanks as stand left of this place on its line; list dashes count as blanks. `None`
/// where something else stands there.
pub(crate) fn indent(sources: &Sources, span: Span) -> Option<String> {
    let text = &sources.get(span.file)?.text;
    let before = text.get(..span.start as usize)?;
    let from = before.len().saturating_sub(200);
    let from = (from..=before.len()).find(|&i| before.is_char_boundary(i))?;
    let tail = before.get(from..)?;
    let line = match tail.rfind(['\n', '\r']) {
        Some(i) => tail.get(i + 1..)?,
        None if from == 0 => tail,
        None => return None,
    };
    line.chars().all(|c| c == ' ' || c == '-').then(|| " ".repeat(line.len()))
}

/// The place of a scalar's text, without its quotes; `None` where it is not written as it reads.
pub(crate) fn inner(sources: &Sources, span: Span, text: &str) -> Option<Span> {
    let written = sources.text(span);
    if written == text {
        return Some(span);
    }
    let quoted =
        ['"', '\''].iter().any(|q| written.strip_prefix(*q).and_then(|w| w.strip_suffix(*q)) == Some(text));
    quoted.then(|| Span::new(span.file, span.start + 1, span.end - 1))
}
