//! One command of a shell, split into words as bash and zsh split it. Nothing is run or expanded.

use super::error::{RequestError, RequestErrorKind as Kind};

/// A word, and where each of its bytes came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Word {
    pub(super) text: String,
    /// The offset in the source of each byte, and one past the last.
    places: Vec<u32>,
}

impl Word {
    /// Where a byte of the word stands in the source.
    pub(super) fn place(&self, offset: usize) -> usize {
        self.places.get(offset).or(self.places.last()).map_or(0, |&p| p as usize)
    }

    /// An error that is about the whole word.
    pub(super) fn error(&self, kind: Kind) -> RequestError {
        RequestError::new(kind, 0, self.text.len()).moved(|at| self.place(at))
    }

    /// The word from `offset` on.
    pub(super) fn from(&self, offset: usize) -> Word {
        Word {
            text: self.text.get(offset..).unwrap_or_default().to_owned(),
            places: self.places.get(offset..).unwrap_or_default().to_vec(),
        }
    }
}

/// A command, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    pub(super) notes: Vec<String>,
}

/// Splits the first command of `text`. `start` is where to begin.
pub(super) fn split(text: &str, start: usize) -> Result<Command, RequestError> {
    let mut splitter = Splitter { text, at: start, bytes: Vec::new(), places: Vec::new(), open: false };
    let mut command = Command::default();
    splitter.run(&mut command)?;
    Ok(command)
}

struct Splitter<'t> {
    text: &'t str,
    at: usize,
    /// The word under construction. Escapes can make bytes that are no text.
    bytes: Vec<u8>,
    places: Vec<u32>,
    /// Whether a word has begun; an empty quoted word has no bytes.
    open: bool,
}

impl Splitter<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eats_line_break(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        self.at += length;
        length > 0
    }

    fn push(&mut self, c: char, place: usize) {
        let mut buffer = [0; 4];
        for (i, b) in c.encode_utf8(&mut buffer).bytes().enumerate() {
            self.push_byte(b, place + i);
        }
    }

    fn push_byte(&mut self, byte: u8, place: usize) {
        self.open = true;
        self.bytes.push(byte);
        self.places.push(u32::try_from(place).unwrap_or(u32::MAX));
    }

    /// Ends the word that was under construction.
    fn finish(&mut self, end: usize) -> Result<Option<Word>, RequestError> {
        if !std::mem::take(&mut self.open) {
            return Ok(None);
        }
        let mut places = std::mem::take(&mut self.places);
        let start = places.first().map_or(end, |&p| p as usize);
        places.push(u32::try_from(end).unwrap_or(u32::MAX));
        match String::from_utf8(std::mem::take(&mut self.bytes)) {
            Ok(text) => Ok(Some(Word { text, places })),
            Err(_) => Err(RequestError::new(Kind::NotText, start, end)),
        }
    }

    fn run(&mut self, command: &mut Command) -> Result<(), RequestError> {
        let mut skip_word = false;
        loop {
            let place = self.at;
            let c = self.next();
            let ends_word = matches!(c, None | Some(' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '<' | '>'));
            if ends_word {
                let is_descriptor = matches!(c, Some('<' | '>'))
                    && !self.bytes.is_empty()
                    && self.bytes.iter().all(u8::is_ascii_digit);
                if let Some(word) = self.finish(place)?
                    && !is_descriptor
                    && !std::mem::take(&mut skip_word)
                {
                    command.words.push(word);
                }
            }
            match c {
                None => return Ok(()),
                Some(' ' | '\t' | '\r') => {}
                Some('&') if self.peek() == Some('>') => {}
                Some('<' | '>') => {
                    while matches!(self.peek(), Some('<' | '>' | '&' | '|')) {
                        self.next();
                    }
                    skip_word = true;
                }
                Some(end @ ('\n' | ';' | '|' | '&')) => {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    if !rest.trim().is_empty() {
                        command.notes.push(after_end(end, rest));
                    }
                    return Ok(());
                }
                Some('#') if !self.open => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.next();
                    }
                }
                Some('\'') => self.single(place)?,
                Some('"') => self.double(place, &mut command.notes)?,
                Some('\\') if self.eats_line_break() => {}
                Some('\\') => {
                    if let Some(c) = self.next() {
                        self.push(c, place + 1);
                    }
                }
                // The line goes on in Windows' cmd, whose form browsers copy, too.
                Some('^') if !self.open && self.eats_line_break() => {}
                Some('$') if self.peek() == Some('\'') => {
                    self.next();
                    self.ansi_c(place)?;
                }
                Some('$') if self.peek() == Some('"') => {
                    self.next();
                    self.double(place, &mut command.notes)?;
                }
                Some(c @ ('$' | '`')) => self.expansion(c, place, &mut command.notes)?,
                Some('{') => self.brace(place, &mut command.notes),
                Some(c) => self.push(c, place),
            }
        }
    }

    /// `{a,b}` outside quotes makes several words; the first one counts.
    fn brace(&mut self, open: usize, notes: &mut Vec<String>) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find(|c: char| c == '}' || "{'\"\\$`;|&<>".contains(c) || c.is_whitespace());
        let list = length.and_then(|length| rest.get(..=length)).and_then(|list| list.strip_suffix('}'));
        let Some((first, _)) = list.and_then(|list| list.split_once(',')) else {
            return self.push('{', open);
        };
        notes.push(format!(
            "the shell makes several words of {{{}}}: the first is answered",
            list.unwrap_or_default()
        ));
        for (i, c) in first.char_indices() {
            self.push(c, self.at + i);
        }
        self.at += list.map_or(0, str::len) + 1;
    }

    fn single(&mut self, open: usize) -> Result<(), RequestError> {
        self.open = true;
        loop {
            let place = self.at;
            match self.next() {
                None => return Err(RequestError::new(Kind::Unclosed('\''), open, open + 1)),
                Some('\'') => return Ok(()),
                Some(c) => self.push(c, place),
            }
        }
    }

    fn double(&mut self, open: usize, notes: &mut Vec<String>) -> Result<(), RequestError> {
        self.open = true;
        loop {
            let place = self.at;
            match self.next() {
                None => return Err(RequestError::new(Kind::Unclosed('"'), open, open + 1)),
                Some('"') => return Ok(()),
                Some('\\') => match self.peek() {
                    Some('\n') => self.at += 1,
                    Some(c @ ('$' | '`' | '"' | '\\')) => {
                        self.next();
                        self.push(c, place + 1);
                    }
                    _ => self.push('\\', place),
                },
                Some(c @ ('$' | '`')) => self.expansion(c, place, notes)?,
                Some(c) => self.push(c, place),
            }
        }
    }

    /// `$NAME`, `${…}`, `$(…)` and `` `…` `` stay as written: what they stand for is not known here.
    fn expansion(&mut self, first: char, start: usize, notes: &mut Vec<String>) -> Result<(), RequestError> {
        let close = match (first, self.peek()) {
            ('`', _) => Some(('`', '`')),
            (_, Some('(')) => Some(('(', ')')),
            (_, Some('{')) => Some(('{', '}')),
            _ => None,
        };
        let mut end = self.at;
        if let Some((open, close)) = close {
            let mut depth = usize::from(open == '`');
            for (i, c) in self.text.get(self.at..).unwrap_or_default().char_indices() {
                if c == close {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        end = self.at + i + c.len_utf8();
                        break;
                    }
                } else if c == open {
                    depth += 1;
                }
            }
            if end == self.at {
                return Err(RequestError::new(Kind::Unclosed(open), start, start + first.len_utf8()));
            }
        } else {
            let rest = self.text.get(self.at..).unwrap_or_default();
            end += rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        }
        let written = self.text.get(start..end).unwrap_or_default();
        if end > start + 1 {
            notes.push(format!("{written} is taken as written: what the shell puts there is not known here"));
        }
        for (i, c) in written.char_indices() {
            self.push(c, start + i);
        }
        self.at = end;
        Ok(())
    }

    /// The inside of `$'…'`.
    fn ansi_c(&mut self, open: usize) -> Result<(), RequestError> {
        self.open = true;
        loop {
            let place = self.at;
            match self.next() {
                None => return Err(RequestError::new(Kind::Unclosed('\''), open, open + 2)),
                Some('\'') => return Ok(()),
                Some('\\') => self.escape(place),
                Some(c) => self.push(c, place),
            }
        }
    }

    fn escape(&mut self, place: usize) {
        let Some(c) = self.next() else { return };
        match c {
            'n' => self.push('\n', place),
            't' => self.push('\t', place),
            'r' => self.push('\r', place),
            'a' => self.push('\x07', place),
            'b' => self.push('\x08', place),
            'e' | 'E' => self.push('\x1b', place),
            'f' => self.push('\x0c', place),
            'v' => self.push('\x0b', place),
            '\\' | '\'' | '"' | '?' => self.push(c, place),
            '0'..='7' => {
                self.at = place + 1;
                let value = self.number(8, 3).unwrap_or(0);
                self.push_byte(value as u8, place);
            }
            'x' => match self.number(16, 2) {
                Some(value) => self.push_byte(value as u8, place),
                None => self.keep(c, place),
            },
            'u' | 'U' => {
                let digits = self.at;
                match self.number(16, if c == 'u' { 4 } else { 8 }).and_then(char::from_u32) {
                    Some(value) => self.push(value, place),
                    None => {
                        self.at = digits;
                        self.keep(c, place);
                    }
                }
            }
            _ => self.keep(c, place),
        }
    }

    /// An escape that is none stays as it is.
    fn keep(&mut self, c: char, place: usize) {
        self.push('\\', place);
        self.push(c, place + 1);
    }

    fn number(&mut self, radix: u32, digits: usize) -> Option<u32> {
        let mut value = None;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            self.next();
            value = Some(value.unwrap_or(0u32).wrapping_mul(radix).wrapping_add(digit));
        }
        value
    }
}

/// Says what is not part of the command.
fn after_end(end: char, rest: &str) -> String {
    let short: String = rest.trim().lines().next().unwrap_or_default().chars().take(40).collect();
    match end {
        '&' if rest.starts_with(|c: char| !c.is_whitespace() && c != '&') => format!(
            "the shell ends the command at the & that is not in quotes: curl never sees {short}; put the URL in quotes"
        ),
        '\n' => "only the first command is answered".to_owned(),
        _ => format!("what follows {end} is not part of the curl command: {short}"),
    }
}
