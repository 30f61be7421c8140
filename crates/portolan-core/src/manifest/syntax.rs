//! What is wrong with a text that is not YAML, in plain words and with a way out.

use std::ops::Range;

use granit_parser::ErrorKind;

use super::documents::{line_end, line_start};

/// A syntax error, explained. Ranges count from the start of the document.
pub(super) struct Explained {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    /// A title, and what to replace by which text.
    pub(super) fix: Option<(&'static str, Range<usize>, String)>,
}

impl Explained {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: help.into(), fix: None }
    }

    fn fix(mut self, title: &'static str, range: Range<usize>, text: impl Into<String>) -> Self {
        self.fix = Some((title, range, text.into()));
        self
    }
}

/// Explains the error `kind` that the parser reports at `offset` of `text`.
pub(super) fn explain(text: &str, kind: &ErrorKind, offset: usize, opener: Option<usize>) -> Explained {
    let line = Line::at(text, offset);
    if line.is_omission() {
        return Explained::new(
            line.trimmed.clone(),
            format!("`{}` is not YAML", shorten(line.content(text))),
            "a comment starts with `#`",
        )
        .fix("Make it a comment", line.trimmed.start..line.trimmed.start, "# ");
    }
    if let Some(explained) = tabs(text, kind, &line) {
        return explained;
    }
    use ErrorKind as K;
    match kind {
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => {
            let quote = text[offset..].chars().next().filter(|c| matches!(c, '"' | '\'')).unwrap_or('"');
            Explained::new(
                offset..line.trimmed.end.max(offset),
                format!("this {quote} is never closed"),
                format!("end the value with {quote}"),
            )
        }
        K::InvalidTrailingDoubleQuotedScalar | K::InvalidTrailingSingleQuotedScalar => {
            let inner = if matches!(kind, K::InvalidTrailingDoubleQuotedScalar) {
                "inside double quotes write `\\\"` for a quote"
            } else {
                "inside single quotes write `''` for a quote"
            };
            Explained::new(
                offset..line.trimmed.end.max(offset),
                "nothing may follow the closing quote",
                inner,
            )
        }
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape
        | K::InvalidLowSurrogate
        | K::InvalidLowSurrogateHexEscape
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => escape(text, offset, &line),
        K::MissingAnchorOrAliasName => {
            let rest = offset..value_end(text, offset, &line);
            let value = &text[rest.clone()];
            Explained::new(
                rest.clone(),
                format!("a value cannot start with `{}` here", value.chars().next().unwrap_or('*')),
                "put quotes around the value",
            )
            .fix("Put quotes around it", rest, quoted(value))
        }
        K::UnexpectedCharacter { character } => {
            let rest = offset..value_end(text, offset, &line);
            let value = &text[rest.clone()];
            Explained::new(
                rest.clone(),
                format!("a value cannot start with `{character}`"),
                "put quotes around the value",
            )
            .fix("Put quotes around it", rest, quoted(value))
        }
        K::MappingValueNotAllowed => mapping_value(text, offset, &line),
        K::SimpleKeyExpected | K::InvalidSimpleKey | K::ExpectedBlockMappingKey => no_key(text, &line),
        K::ExpectedBlockSequenceEntry => Explained::new(
            line.trimmed.clone(),
            "a list item must start with `- ` here, as the lines above do",
            "start the line with `- `, or indent it to belong to another line",
        ),
        K::BlockSequenceEntryNotAllowed => Explained::new(
            offset..line.trimmed.end.max(offset),
            "a list cannot start here",
            "put each `- ` item on a line of its own, below its key",
        ),
        K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::UnclosedFlowCollection { .. }
        | K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator
        | K::InvalidColonPlacement
        | K::BlockEntryInFlowCollection
        | K::InvalidFlowScalarIndent => flow(text, offset, opener, &line),
        K::MismatchedFlowCollectionEnd { open, close } => Explained::new(
            one_char(text, offset),
            format!("`{open}` is closed by `{close}`"),
            format!("close `{open}` by its own bracket"),
        ),
        K::MisplacedFlowCollectionEnd => Explained::new(
            one_char(text, offset),
            "this bracket closes nothing",
            "delete it, or put quotes around the value",
        ),
        K::CommentNotSeparated | K::CommentInterceptedScalar => Explained::new(
            one_char(text, offset),
            "a comment needs a space before its `#`",
            "put a space before `#`, or quotes around the value",
        ),
        K::ExpectedDocumentStart => Explained::new(
            line.trimmed.clone(),
            "this line is indented less than the first line of its document",
            "indent both alike, or separate two documents by a line `---`",
        ),
        K::InvalidIndentation | K::InvalidBlockScalarIndent | K::InvalidQuotedScalarIndent => Explained::new(
            line.trimmed.clone(),
            "the indentation of this line fits no line above",
            "indent it like its neighbours",
        ),
        K::UndeclaredTagHandle => Explained::new(
            offset..value_end(text, offset, &line),
            "this tag uses a handle that no `%TAG` line declares",
            "put quotes around a value that starts with `!`",
        ),
        other => Explained::new(
            one_char(text, offset),
            format!("this is not YAML: {other}"),
            "look at this line and the one above it",
        ),
    }
}

/// One line without its break.
struct Line {
    /// The whole line.
    full: Range<usize>,
    /// Without surrounding white space.
    trimmed: Range<usize>,
    omission: bool,
}

impl Line {
    fn at(text: &str, offset: usize) -> Line {
        let start = line_start(text, offset);
        let end = line_end(text, start);
        let line = text[start..end].trim_end_matches(['\n', '\r']);
        let full = start..start + line.len();
        let lead = line.len() - line.trim_start().len();
        let trimmed = line.trim();
        // What people put where they left something out.
        let omission = ["//", "...", "…", "/*", "<!--", "----", "<snip", "[...]", "(...)"]
            .iter()
            .any(|p| trimmed.starts_with(p));
        Line { trimmed: start + lead..start + lead + trimmed.len(), full, omission }
    }

    /// The last line above that is neither blank nor a comment.
    fn above(&self, text: &str) -> Option<Line> {
        let mut start = self.full.start;
        while start > 0 {
            let line = Line::at(text, start - 1);
            let content = line.content(text);
            if !content.is_empty() && !content.starts_with('#') {
                return Some(line);
            }
            start = line.full.start;
        }
        None
    }

    fn is_omission(&self) -> bool {
        self.omission
    }

    fn content<'t>(&self, text: &'t str) -> &'t str {
        &text[self.trimmed.clone()]
    }

    fn indent(&self) -> usize {
        self.trimmed.start - self.full.start
    }

    /// The place of a `:` inside a word, as in `port:80`, that should have been followed by a space.
    fn colon_without_space(&self, text: &str) -> Option<usize> {
        let content = self.content(text);
        if content.contains(": ") || content.ends_with(':') || content.starts_with(['"', '\'']) {
            return None;
        }
        let at = content
            .find(':')
            .filter(|&at| at > 0 && !content[..at].contains(' ') || content.starts_with("- "))?;
        // `http://…` and the like are values, not keys.
        (!content[at..].starts_with("://")).then_some(self.trimmed.start + at)
    }
}

fn tabs(text: &str, kind: &ErrorKind, line: &Line) -> Option<Explained> {
    use ErrorKind as K;
    let certain = matches!(
        kind,
        K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabInIndentation
            | K::TabInPlainScalar
            | K::TabAtBlockScalarStart
    );
    let possible = certain
        || matches!(
            kind,
            K::InvalidBlockEntryWhitespace
                | K::InvalidMappingValueWhitespace
                | K::MappingValueNotAllowed
                | K::SimpleKeyExpected
                | K::ExpectedBlockMappingKey
                | K::InvalidIndentation
                | K::UnexpectedCharacter { character: '\t' }
        );
    if !possible {
        return None;
    }
    // The parser may name the place of the value above: look for the tab from there on.
    let mut start = line.full.start;
    for _ in 0..3 {
        let candidate = Line::at(text, start);
        let lead = &text[candidate.full.start..candidate.trimmed.start];
        if let Some(tab) = lead.find('\t') {
            let range = candidate.full.start + tab..candidate.trimmed.start;
            let spaces = text[range.clone()].replace('\t', "  ");
            return Some(
                Explained::new(
                    range.clone(),
                    "this line is indented with a tab",
                    "YAML is indented with spaces only",
                )
                .fix("Replace the tab by spaces", range, spaces),
            );
        }
        let next = line_end(text, candidate.full.start);
        if !certain || next <= start || next >= text.len() {
            break;
        }
        start = next;
    }
    certain.then(|| {
        Explained::new(
            line.trimmed.clone(),
            "a tab stands where YAML allows only spaces",
            "replace the tab by spaces, or put quotes around the value",
        )
    })
}

fn escape(text: &str, offset: usize, line: &Line) -> Explained {
    let end = line.trimmed.end.max(offset);
    let rest = &text[offset..end];
    let explained = Explained::new(
        offset..end,
        "a backslash in double quotes starts an escape, and this is none that YAML knows",
        "put the value in single quotes, where a backslash is an ordinary character",
    );
    match rest.strip_prefix('"').and_then(|r| r.strip_suffix('"')) {
        Some(inner) if !inner.contains(['"', '\'']) => {
            explained.fix("Use single quotes", offset..end, format!("'{inner}'"))
        }
        _ => explained,
    }
}

fn mapping_value(text: &str, offset: usize, line: &Line) -> Explained {
    let before = &text[line.trimmed.start.min(offset)..offset];
    // `a: b: c`: a second colon in one line.
    if let Some(colon) = before.find(": ") {
        let start = line.trimmed.start + colon + 2;
        let start = start + (text[start..].len() - text[start..].trim_start_matches(' ').len());
        let rest = start..value_end(text, start, line);
        let value = &text[rest.clone()];
        return Explained::new(
            rest.clone(),
            format!("`{}` holds a second `: ` in one line", shorten(value)),
            "put quotes around the value, or start a new line",
        )
        .fix("Put quotes around it", rest, quoted(value));
    }
    if let Some(above) = line.above(text) {
        if let Some(colon) = above.colon_without_space(text) {
            return missing_space(text, &above, colon);
        }
        let content = above.content(text);
        if !content.contains(": ") && !content.ends_with(':') {
            return Explained::new(
                above.trimmed.clone(),
                format!("`{}` is no `key: value`", shorten(content)),
                "put a `:` behind the key, or `#` before a comment",
            );
        }
        if line.indent() > above.indent() {
            return Explained::new(
                line.trimmed.clone(),
                format!(
                    "this line is indented deeper than the one above, which has a value already: `{}`",
                    shorten(content)
                ),
                "indent it like the line above",
            );
        }
    }
    Explained::new(
        line.trimmed.clone(),
        "a `key: value` cannot stand here",
        "check the indentation of this line and the one above it",
    )
}

fn no_key(text: &str, line: &Line) -> Explained {
    if let Some(colon) = line.colon_without_space(text) {
        return missing_space(text, line, colon);
    }
    let content = line.content(text);
    if content.starts_with("- ") || content == "-" {
        return Explained::new(
            line.trimmed.clone(),
            "a list item cannot stand here, beside the keys of a mapping",
            "indent it to belong to the key above",
        );
    }
    if content.contains(": ") || content.ends_with(':') {
        return Explained::new(
            line.trimmed.clone(),
            "the indentation of this line fits no line above",
            "indent it like the keys that it belongs to",
        );
    }
    Explained::new(
        line.trimmed.clone(),
        format!("`{}` is no `key: value`", shorten(content)),
        "put a `:` behind the key, or `#` before a comment",
    )
}

fn missing_space(text: &str, line: &Line, colon: usize) -> Explained {
    Explained::new(
        line.trimmed.clone(),
        format!("`{}` needs a space behind its `:`", shorten(line.content(text))),
        "a key ends with a colon and a space",
    )
    .fix("Put a space there", colon + 1..colon + 1, " ")
}

fn flow(text: &str, offset: usize, opener: Option<usize>, line: &Line) -> Explained {
    match opener {
        Some(at) => {
            let open = text[at..].chars().next().unwrap_or('[');
            let close = if open == '{' { '}' } else { ']' };
            Explained::new(
                one_char(text, at),
                format!("this `{open}` is not closed as it should be"),
                format!(
                    "put commas between the entries and `{close}` at the end; quote entries that hold `: `, `[`, `{{` or `,`"
                ),
            )
        }
        None => Explained::new(
            offset..line.trimmed.end.max(offset),
            "these brackets do not hold together",
            "check that each `[` and `{` is closed, and put quotes around text that holds them",
        ),
    }
}

/// Where the plain value at `offset` ends: at the end of the line, or before a comment.
fn value_end(text: &str, offset: usize, line: &Line) -> usize {
    let end = line.trimmed.end.max(offset);
    let value = &text[offset..end];
    offset + value.find(" #").map_or(value, |c| value[..c].trim_end()).len()
}

fn quoted(value: &str) -> String {
    if value.contains('\'') && !value.contains(['"', '\\']) {
        format!("\"{value}\"")
    } else {
        format!("'{}'", value.replace('\'', "''"))
    }
}

fn one_char(text: &str, offset: usize) -> Range<usize> {
    offset..text[offset..].chars().next().map_or(offset, |c| offset + c.len_utf8())
}

/// The first characters of a text, to be quoted in a message.
fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
