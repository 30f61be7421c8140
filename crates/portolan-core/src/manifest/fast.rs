//! The fast reader, for the YAML that manifests are really written in.
//!
//! It reads block mappings and sequences, plain and quoted scalars on one line, literal and simple
//! folded scalars, one-line flow collections of scalars, and comments. At anything else it declines
//! the whole document, and `events` reads it.
//!
//! Invariants:
//!
//! * Where it does not decline, it gives exactly the tree, the spans and the problems that `events`
//!   gives. A property test and a fuzz target compare the two.
//! * It never reports a syntax error: what looks wrong is declined.
//! * Values are counted in the order in which `events` counts them.
//! * Positions only go forward, so the time is linear in the text. (Whether an item `- a` starts a
//!   mapping is seen by looking ahead on its own line.)
//!
//! In this file `None` means declined, or that the values are used up (`Budget::exhausted`), and offsets count from the start of the document.

use std::borrow::Cow;

use super::build::Context;
use super::scalar::{self, Scalar};
use super::{Entry, Node, Value, events};

/// Longest key that is read here; YAML allows 1,024 characters.
const LONGEST_KEY: usize = 1000;

/// Reads a document that holds one collection.
pub(super) fn read(ctx: &mut Context, text: &str) -> Option<Node> {
    if !is_ordinary(text) {
        return None;
    }
    let mut reader = Reader { ctx, text, bytes: text.as_bytes(), at: 0, column: 0, depth: 0 };
    reader.start_of_document()?;
    let root = reader.block(None)?;
    reader.at_end().then_some(root)
}

/// Whether the text is free of the characters that YAML treats specially and manifests do not have:
/// control characters but for line breaks and tabs, carriage returns but before a line feed, byte
/// order marks and Unicode's other line breaks.
fn is_ordinary(text: &str) -> bool {
    // Tab is 9, LF is 10, CR is 13. Without an early exit in the inner loop it becomes vector code.
    let special = |b: u8| (b < b' ') & (b != b'\n') & (b != b'\t') | (b >= 0x7f);
    let ordinary = |chunk: &[u8]| !chunk.iter().fold(false, |found, &b| found | special(b));
    if text.as_bytes().chunks(256).all(ordinary) {
        return true;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' | '\n' | ' '..='\u{7e}' => {}
            '\r' if chars.peek() == Some(&'\n') => {}
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => return false,
            '\u{a0}'.. => {}
            _ => return false,
        }
    }
    true
}

/// What stands behind a value on its line.
enum Tail {
    /// Nothing but white space and a comment; the reader is at the line's end.
    End,
    /// `:` and a space or the line's end, so that the value is a key. Offset of the `:`.
    Colon(usize),
}

struct Reader<'a, 'c> {
    ctx: &'a mut Context<'c>,
    text: &'a str,
    bytes: &'a [u8],
    /// The next byte to read. Between nodes: the first character of a line with content, or the end.
    at: usize,
    /// The column of `at`, where it is the first character of a line with content.
    column: usize,
    depth: usize,
}

impl<'a> Reader<'a, '_> {
    fn byte(&self, at: usize) -> u8 {
        // The end of the text ends the line, too.
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn is_break(b: u8) -> bool {
        matches!(b, b'\n' | b'\r')
    }

    fn is_blank(b: u8) -> bool {
        matches!(b, b' ' | b'\n' | b'\r')
    }

    /// Goes to the first content, behind the `---` line if there is one.
    fn start_of_document(&mut self) -> Option<()> {
        self.next_content()?;
        if self.column == 0 && self.bytes[self.at.min(self.bytes.len())..].starts_with(b"---") {
            self.at += 3;
            match self.byte(self.at) {
                b'\n' | b'\r' | b' ' => self.end_of_line()?,
                _ => return None,
            }
        }
        (!self.at_end()).then_some(())
    }

    /// Goes on from the start of a line to the next line that has content.
    fn next_content(&mut self) -> Option<()> {
        loop {
            let start = self.at;
            while self.byte(self.at) == b' ' {
                self.at += 1;
            }
            match self.bytes.get(self.at) {
                None => {
                    self.column = 0;
                    return Some(());
                }
                Some(b'\t') => return None,
                Some(b'\n') => self.at += 1,
                Some(b'\r') => self.at += 2,
                Some(b'#') => self.skip_line(),
                Some(_) => {
                    self.column = self.at - start;
                    let ends = self.column == 0 && self.bytes[self.at..].starts_with(b"...");
                    return (!ends).then_some(());
                }
            }
        }
    }

    fn skip_line(&mut self) {
        self.at = self.text[self.at..].find('\n').map_or(self.bytes.len(), |n| self.at + n + 1);
    }

    /// Goes from behind a value over white space and a comment to the next line with content.
    fn end_of_line(&mut self) -> Option<()> {
        match self.tail()? {
            Tail::End => self.next_content(),
            Tail::Colon(_) => None,
        }
    }

    /// What stands behind a value that ends at the present place.
    fn tail(&mut self) -> Option<Tail> {
        let from = self.at;
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
        match self.byte(self.at) {
            b'\n' => {
                self.at = (self.at + 1).min(self.bytes.len());
                Some(Tail::End)
            }
            b'\r' => {
                self.at += 2;
                Some(Tail::End)
            }
            b'#' if self.at > from => {
                self.skip_line();
                Some(Tail::End)
            }
            b':' if Self::is_blank(self.byte(self.at + 1)) => Some(Tail::Colon(self.at)),
            _ => None,
        }
    }

    fn node(&mut self, start: usize, end: usize, value: Value) -> Option<Node> {
        let span = self.ctx.span(start, end);
        if self.ctx.budget.take_node() {
            return Some(Node { span, value });
        }
        // The general reader would stop at the same place, so this is no reason to start it.
        self.ctx.problems.push(events::too_many(span));
        None
    }

    fn deeper(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= self.ctx.budget.depth).then_some(())
    }

    /// The end of a node, from the start of the document.
    fn end_of(&self, node: &Node) -> usize {
        (node.span.end - self.ctx.base) as usize
    }

    /// Reads the collection that starts at the present place. `key` is its first key, where the
    /// caller has read it already.
    fn block(&mut self, key: Option<Scanned<'a>>) -> Option<Node> {
        self.deeper()?;
        let node = match key {
            None if self.at_item() => self.sequence(false),
            key => self.mapping(key),
        };
        self.depth -= 1;
        node
    }

    /// Whether a list item starts here.
    fn at_item(&self) -> bool {
        self.byte(self.at) == b'-' && Self::is_blank(self.byte(self.at + 1)) && !self.at_end()
    }

    fn sequence(&mut self, beside_keys: bool) -> Option<Node> {
        let (start, column) = (self.at, self.column);
        let mut items: Vec<Node> = Vec::new();
        let mut end = start;
        while self.column == column && self.at_item() {
            let item = self.item(column)?;
            end = self.end_of(&item);
            items.push(item);
            if self.at_end() {
                break;
            }
        }
        // A line in between that is no item, or one indented deeper, is no YAML or a continuation.
        let fits = self.at_end() || self.column < column || beside_keys && self.column == column;
        if !fits {
            return None;
        }
        self.node(start, end, Value::Seq(items))
    }

    /// One `- …`, of a sequence at `column`.
    fn item(&mut self, column: usize) -> Option<Node> {
        let dash = self.at;
        self.at += 1;
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
        match self.byte(self.at) {
            b'\n' | b'\r' | b'#' => {
                self.at = dash + 1;
                self.end_of_line()?;
                if !self.at_end() && self.column > column {
                    return self.block(None);
                }
                return self.node(dash + 1, dash + 1, Value::Null);
            }
            _ => {}
        }
        // Nested collections count their column from where they start on this line.
        let inner = column + self.at - dash;
        if self.at_item() {
            self.column = inner;
            return self.block(None);
        }
        match self.inline(column)? {
            Inline::Value(node) => Some(node),
            Inline::Key(key) => {
                self.column = inner;
                self.block(Some(key))
            }
        }
    }

    fn mapping(&mut self, mut first: Option<Scanned<'a>>) -> Option<Node> {
        let column = self.column;
        let start = first.as_ref().map_or(self.at, |key| key.start);
        let mut entries: Vec<Entry> = Vec::new();
        let mut end;
        loop {
            let key = match first.take() {
                Some(key) => key,
                None => self.key()?,
            };
            let key_span = self.ctx.span(key.start, key.end);
            let value = self.entry_value(key.colon, column)?;
            end = self.end_of(&value);
            entries.push(Entry { key: key.text.into_owned(), key_span, value });
            if self.at_end() || self.column < column {
                break;
            }
            if self.column > column {
                return None;
            }
        }
        let entries = self.ctx.unique(entries, &[]);
        self.node(start, end, Value::Map(entries))
    }

    /// The value behind the `:` at `colon`, of a mapping at `column`.
    fn entry_value(&mut self, colon: usize, column: usize) -> Option<Node> {
        self.at = colon + 1;
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
        if !matches!(self.byte(self.at), b'\n' | b'\r' | b'#') {
            return match self.inline(column)? {
                Inline::Value(node) => Some(node),
                Inline::Key(_) => None,
            };
        }
        self.at = colon + 1;
        self.end_of_line()?;
        if self.at_end() || self.column < column {
            return self.node(colon + 1, colon + 1, Value::Null);
        }
        if self.column > column {
            return self.block(None);
        }
        if self.at_item() {
            self.deeper()?;
            let node = self.sequence(true);
            self.depth -= 1;
            return node;
        }
        self.node(colon + 1, colon + 1, Value::Null)
    }

    /// A key at the start of a line.
    fn key(&mut self) -> Option<Scanned<'a>> {
        match self.scalar()? {
            (scanned, Tail::Colon(colon)) => scanned.into_key(colon),
            (_, Tail::End) => None,
        }
    }

    /// A value on the line of its key or dash; `column` is that of the collection around it.
    fn inline(&mut self, column: usize) -> Option<Inline<'a>> {
        let start = self.at;
        let node = match self.byte(start) {
            b'|' | b'>' => self.block_scalar(column)?,
            b'[' | b'{' => {
                let node = self.flow()?;
                self.end_of_line()?;
                node
            }
            _ => match self.scalar()? {
                (scanned, Tail::Colon(colon)) => return Some(Inline::Key(scanned.into_key(colon)?)),
                (scanned, Tail::End) => {
                    self.next_content()?;
                    // Deeper lines would go on with a plain scalar.
                    if !self.at_end() && self.column > column {
                        return None;
                    }
                    let (start, end) = (scanned.start, scanned.end);
                    let value = scanned.into_value()?;
                    self.node(start, end, value)?
                }
            },
        };
        Some(Inline::Value(node))
    }

    /// A plain or quoted scalar on one line, and what stands behind it.
    fn scalar(&mut self) -> Option<(Scanned<'a>, Tail)> {
        let start = self.at;
        let (text, plain) = match self.byte(start) {
            b'"' => (self.double_quoted()?, false),
            b'\'' => (self.single_quoted()?, false),
            _ => return self.plain(),
        };
        let end = self.at;
        let tail = self.tail()?;
        Some((Scanned { start, end, text, plain, colon: 0 }, tail))
    }

    fn plain(&mut self) -> Option<(Scanned<'a>, Tail)> {
        let start = self.at;
        let first = self.byte(start);
        let starts = match first {
            b'-' => !Self::is_blank(self.byte(start + 1)),
            b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' => false,
            b'\'' | b'"' | b'%' | b'@' | b'`' | b'\t' => false,
            _ => true,
        };
        if !starts {
            return None;
        }
        let mut at = start;
        let stop = loop {
            match self.byte(at) {
                b':' if Self::is_blank(self.byte(at + 1)) => break at,
                b'#' if self.byte(at - 1) == b' ' => break at,
                b'\n' | b'\r' => break at,
                b'\t' => return None,
                _ => at += 1,
            }
        };
        let text = self.text[start..stop].trim_end_matches(' ');
        let end = start + text.len();
        self.at = end;
        let tail = self.tail()?;
        Some((Scanned { start, end, text: Cow::Borrowed(text), plain: true, colon: 0 }, tail))
    }

    fn single_quoted(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at + 1;
        let mut at = start;
        let mut doubled = false;
        loop {
            match self.byte(at) {
                b'\'' if self.byte(at + 1) == b'\'' => {
                    doubled = true;
                    at += 2;
                }
                b'\'' => break,
                b if Self::is_break(b) => return None,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        let inner = &self.text[start..at];
        Some(if doubled { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) })
    }

    fn double_quoted(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at + 1;
        let mut at = start;
        let mut out = String::new();
        let mut copied = start;
        loop {
            match self.byte(at) {
                b'"' => break,
                b'\\' => {
                    out.push_str(&self.text[copied..at]);
                    out.push(match self.byte(at + 1) {
                        b @ (b'"' | b'\\' | b'/') => b as char,
                        b'n' => '\n',
                        b't' => '\t',
                        _ => return None,
                    });
                    at += 2;
                    copied = at;
                }
                b if Self::is_break(b) => return None,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        if copied == start {
            return Some(Cow::Borrowed(&self.text[start..at]));
        }
        out.push_str(&self.text[copied..at]);
        Some(Cow::Owned(out))
    }

    /// A literal or folded scalar inside a collection at `column`.
    fn block_scalar(&mut self, column: usize) -> Option<Node> {
        let start = self.at;
        let literal = self.byte(start) == b'|';
        self.at += 1;
        let chomping = self.byte(self.at);
        if matches!(chomping, b'+' | b'-') {
            self.at += 1;
        }
        match self.tail()? {
            Tail::End => {}
            Tail::Colon(_) => return None,
        }
        // The column of the content, once the first line with content is seen.
        let mut indent = None;
        let mut text = String::new();
        // Blank lines since the last line with content, and the widest of those before the first.
        let mut blanks = 0;
        let mut widest = 0;
        let (mut from, mut to) = (0, 0);
        while !self.at_end() {
            let line = self.at;
            // A last line without a line break has rules of its own.
            let next = line + self.text[line..].find('\n')? + 1;
            let stop = line + self.text[line..next].trim_end_matches(['\r', '\n']).len();
            let spaces = self.bytes[line..stop].iter().take_while(|&&b| b == b' ').count();
            let blank = line + spaces == stop;
            match indent {
                None if blank => {
                    widest = widest.max(spaces);
                    blanks += 1;
                    self.at = next;
                    continue;
                }
                None => {
                    if spaces <= column || spaces < widest || self.byte(line + spaces) == b'\t' {
                        return None;
                    }
                    from = line;
                }
                Some(indent) if blank && spaces <= indent => {
                    blanks += 1;
                    self.at = next;
                    continue;
                }
                Some(indent) if spaces < indent => break,
                Some(_) => text.push(if literal { '\n' } else { ' ' }),
            }
            let indent = *indent.get_or_insert(spaces);
            // Folding is simple only between lines of one indentation without blank lines.
            if !literal && (blanks > 0 || spaces > indent || self.byte(line + spaces) == b'\t') {
                return None;
            }
            text.extend(std::iter::repeat_n('\n', blanks));
            blanks = 0;
            text.push_str(&self.text[line + indent..stop]);
            (to, self.at) = (stop, next);
        }
        indent?;
        match chomping {
            b'-' => {}
            b'+' => text.extend(std::iter::repeat_n('\n', blanks + 1)),
            _ => text.push('\n'),
        }
        let end = from + self.text[from..to].trim_end().len();
        self.next_content()?;
        if !self.at_end() && self.column > column {
            return None;
        }
        self.node(start, end, Value::String(text))
    }

    /// A flow collection of simple scalars on one line.
    fn flow(&mut self) -> Option<Node> {
        self.deeper()?;
        let start = self.at;
        let close = if self.byte(start) == b'{' { b'}' } else { b']' };
        let mut items = Vec::new();
        let mut entries = Vec::new();
        self.at += 1;
        self.spaces();
        while self.byte(self.at) != close {
            let value = self.flow_scalar_or_collection()?;
            if close == b'}' {
                let FlowValue::Scalar(key) = value else { return None };
                let key = key.into_key(self.at)?;
                if self.byte(self.at) != b':' || self.byte(self.at + 1) != b' ' {
                    return None;
                }
                self.at += 1;
                self.spaces();
                let value = self.flow_scalar_or_collection()?;
                let value = self.flow_node(value)?;
                let key_span = self.ctx.span(key.start, key.end);
                entries.push(Entry { key: key.text.into_owned(), key_span, value });
            } else {
                items.push(self.flow_node(value)?);
            }
            self.spaces();
            if self.byte(self.at) == b',' && self.byte(self.at + 1) == b' ' {
                self.at += 1;
                self.spaces();
                if self.byte(self.at) == close {
                    return None;
                }
            } else if self.byte(self.at) != close {
                return None;
            }
        }
        self.at += 1;
        self.depth -= 1;
        let value = if close == b'}' { Value::Map(self.ctx.unique(entries, &[])) } else { Value::Seq(items) };
        self.node(start, self.at, value)
    }

    fn flow_node(&mut self, value: FlowValue<'a>) -> Option<Node> {
        match value {
            FlowValue::Collection(node) => Some(node),
            FlowValue::Scalar(scanned) => {
                let (start, end) = (scanned.start, scanned.end);
                let value = scanned.into_value()?;
                self.node(start, end, value)
            }
        }
    }

    fn flow_scalar_or_collection(&mut self) -> Option<FlowValue<'a>> {
        let start = self.at;
        let (text, plain) = match self.byte(start) {
            b'[' | b'{' => return self.flow().map(FlowValue::Collection),
            b'"' => (self.double_quoted()?, false),
            b'\'' => (self.single_quoted()?, false),
            b if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'_') => {
                // Only characters that mean nothing to YAML wherever they stand.
                while matches!(self.byte(self.at), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'/' | b'_' | b'-')
                {
                    self.at += 1;
                }
                (Cow::Borrowed(&self.text[start..self.at]), true)
            }
            _ => return None,
        };
        Some(FlowValue::Scalar(Scanned { start, end: self.at, text, plain, colon: 0 }))
    }

    fn spaces(&mut self) {
        while self.byte(self.at) == b' ' {
            self.at += 1;
        }
    }
}

/// What a line holds behind `- ` or `key: `.
enum Inline<'a> {
    Value(Node),
    /// The first key of a mapping.
    Key(Scanned<'a>),
}

enum FlowValue<'a> {
    Scalar(Scanned<'a>),
    Collection(Node),
}

/// A scalar that may turn out to be a key.
struct Scanned<'a> {
    start: usize,
    end: usize,
    text: Cow<'a, str>,
    plain: bool,
    /// Where its `:` stands, once it is known to be a key.
    colon: usize,
}

impl<'a> Scanned<'a> {
    fn into_key(mut self, colon: usize) -> Option<Scanned<'a>> {
        let is_text = !self.plain || scalar::resolve(&self.text) == Scalar::Str && self.text != "<<";
        self.colon = colon;
        (is_text && self.end - self.start < LONGEST_KEY).then_some(self)
    }

    fn into_value(self) -> Option<Value> {
        if !self.plain {
            return Some(Value::String(self.text.into_owned()));
        }
        match scalar::resolve(&self.text) {
            Scalar::Str => Some(Value::String(self.text.into_owned())),
            Scalar::Float(f) if !f.is_finite() => None,
            Scalar::Bool(_) if self.text.len() == 1 => None,
            other => Some(other.into_value(&self.text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::{Budget, Context, Problems};
    use super::super::{Limits, documents};
    use crate::span::FileId;

    /// Equality with the general reader is tested from outside (`tests/manifest/equal.rs`); here,
    /// that this reader does not simply decline.
    #[test]
    fn the_manifests_of_the_cases_are_read() {
        let suites = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
        let (mut read, mut all) = (0, 0);
        for entry in std::fs::read_dir(suites).expect("the cases are there") {
            let path = entry.expect("a directory entry").path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a readable suite");
            let suite: serde_json::Value = serde_json::from_str(&text).expect("a JSON suite");
            for case in suite["cases"].as_array().into_iter().flatten() {
                let text = case["manifests"].as_str().unwrap_or_default();
                for range in documents::split(text) {
                    let (mut budget, mut problems) = (Budget::new(&Limits::default()), Problems::new(10));
                    let mut ctx = Context::new(FileId(0), &mut budget, &mut problems);
                    all += 1;
                    match super::read(&mut ctx, &text[range.clone()]) {
                        Some(_) => read += 1,
                        None => println!("declined: {}", &text[range]),
                    }
                }
            }
        }
        assert!(all > 3000 && read * 100 >= all * 99, "{read} of {all} documents are read");
    }
}
