//! JSON files: one value, or several one after the other.

use super::build::Context;
use super::{Entry, Node, Value, codes, events, float, scalar};
use crate::problem::{Problem, Severity};

/// Why a JSON text could not be read to its end.
pub(super) enum Fault {
    /// It is not JSON.
    Syntax { offset: usize, message: String },
    /// It exceeds a limit; the problem was reported.
    Limit,
}

/// Whether a text may be JSON: its first character opens an object or an array.
pub(super) fn is_candidate(text: &str) -> bool {
    start(text).starts_with(['{', '['])
}

/// Whether a text that is not JSON was surely meant to be, rather than YAML in flow style.
pub(super) fn is_meant(text: &str) -> bool {
    let text = start(text);
    let inner = text.get(1..).unwrap_or_default().trim_start();
    match text.as_bytes().first() {
        Some(b'{') => inner.starts_with('"'),
        Some(b'[') => inner.starts_with('{') && inner[1..].trim_start().starts_with('"'),
        _ => false,
    }
}

fn start(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_start()
}

/// The problem to report for a fault.
pub(super) fn problem(ctx: &Context, text: &str, offset: usize, message: &str) -> Problem {
    let end = text[offset..].chars().next().map_or(offset, |c| offset + c.len_utf8());
    let message = format!("this is not JSON: {message}");
    Problem::new(codes::JSON_SYNTAX, Severity::Error, ctx.span(offset, end), message)
        .help("values that end above were read; mend this place to read the rest")
}

/// Reads the values in `text` into `roots`; those before a fault stay there.
pub(super) fn read(ctx: &mut Context, text: &str, roots: &mut Vec<Node>) -> Result<(), Fault> {
    let mut reader =
        Reader { ctx, text, at: text.len() - text.trim_start_matches('\u{feff}').len(), depth: 0 };
    loop {
        reader.space();
        if reader.at == text.len() {
            return Ok(());
        }
        let root = reader.value()?;
        roots.push(root);
    }
}

struct Reader<'a, 'c> {
    ctx: &'a mut Context<'c>,
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        Err(Fault::Syntax { offset: self.at, message: message.into() })
    }

    /// What stands at the present place, for a message.
    fn found(&self) -> String {
        self.text[self.at..].chars().next().map_or("the end of the file".to_owned(), |c| format!("`{c}`"))
    }

    fn value(&mut self) -> Result<Node, Fault> {
        let start = self.at;
        if !self.ctx.budget.take_node() {
            let span = self.ctx.span(start, start);
            self.ctx.problems.push(events::too_many(span));
            return Err(Fault::Limit);
        }
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return self.fault(format!("a value is missing before {}", self.found())),
        };
        Ok(Node { span: self.ctx.span(start, self.at), value })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        if self.depth == self.ctx.budget.depth {
            let span = self.ctx.span(self.at, self.at + 1);
            self.ctx.problems.push(events::too_deep(span, self.depth));
            return Err(Fault::Limit);
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, Fault> {
        let mut entries = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(entries));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.fault(format!("a key in double quotes is missing before {}", self.found()));
            }
            let key = self.string()?;
            let key_span = self.ctx.span(start, self.at);
            self.space();
            if self.peek() != Some(b':') {
                return self.fault(format!("a `:` is missing before {}", self.found()));
            }
            self.at += 1;
            self.space();
            let value = self.value()?;
            entries.push(Entry { key, key_span, value });
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Map(self.ctx.unique(entries, &[])));
                }
                _ => return self.fault(format!("a `,` or `}}` is missing before {}", self.found())),
            }
        }
    }

    fn array(&mut self) -> Result<Value, Fault> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Seq(items));
        }
        loop {
            self.space();
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Seq(items));
                }
                _ => return self.fault(format!("a `,` or `]` is missing before {}", self.found())),
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        if !self.text[self.at..].starts_with(word) {
            return self.fault(format!("a value is missing before {}", self.found()));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let integer = |reader: &mut Self| {
            let digits = reader.digits();
            digits == 1 || digits > 1 && reader.text.as_bytes()[reader.at - digits] != b'0'
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let mut valid = integer(self);
        let mut whole = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            whole = false;
            valid &= self.digits() > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            whole = false;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            valid &= self.digits() > 0;
        }
        let text = &self.text[start..self.at];
        let exact = text.parse::<i64>().ok().filter(|_| whole).map(Value::Int);
        let value = exact.or_else(|| Some(float::parse(text)).filter(|f| f.is_finite()).map(scalar::number));
        match value {
            Some(value) if valid => Ok(value),
            _ => {
                self.at = start;
                self.fault(format!("`{}` is no number", &self.text[start..start + text.len().min(40)]))
            }
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    /// The string that starts at the present double quote.
    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let run = self.at;
            while self.peek().is_some_and(|b| b >= b' ' && b != b'"' && b != b'\\') {
                self.at += 1;
            }
            out.push_str(&self.text[run..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                Some(_) => {
                    return self
                        .fault("a string holds a line break or control character; write it as an escape");
                }
                None => {
                    self.at = start;
                    return self.fault("this string is never closed");
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Fault> {
        let escape = self.text.as_bytes().get(self.at + 1).copied();
        out.push(match escape {
            Some(b @ (b'"' | b'\\' | b'/')) => b as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let Some(unit) = self.hex(self.at + 2) else {
                    return self.fault("`\\u` needs four hexadecimal digits");
                };
                let low = || self.hex(self.at + 8).filter(|low| (0xdc00..0xe000).contains(low));
                let is_pair = (0xd800..0xdc00).contains(&unit) && self.text[self.at + 6..].starts_with("\\u");
                let c = match low().filter(|_| is_pair) {
                    Some(low) => {
                        self.at += 6;
                        char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
                    }
                    None => char::from_u32(unit),
                };
                self.at += 4;
                // Go, too, reads half a surrogate pair as the replacement character.
                c.unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return self.fault("this is no escape that JSON knows"),
        });
        self.at += 2;
        Ok(())
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.as_bytes().get(at..at + 4)?;
        digits.iter().try_fold(0, |n, &b| Some(n << 4 | (b as char).to_digit(16)?))
    }
}
