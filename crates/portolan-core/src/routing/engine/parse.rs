//! From the text of an expression to its parts.
//!
//! The text is what `re2` and `pcre` translate to, the syntax of the crates `regex` and
//! `fancy-regex`; what that is not known to mean here is refused, never guessed.

use super::set::{Chars, Set};

/// A part of an expression.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Byte(u8),
    Set(Box<Set>),
    Char(Box<Chars>),
    At(Place),
    Group(usize, Box<Node>),
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: usize,
        max: Option<usize>,
        greedy: bool,
    },
    /// What matched stays as it is.
    Atomic(Box<Node>),
    Around {
        behind: bool,
        negated: bool,
        node: Box<Node>,
    },
    /// What a group matched, once more.
    Back {
        group: usize,
        fold: bool,
    },
    /// The match begins here.
    Keep,
}

/// What holds between two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    LineStart,
    End,
    LineEnd,
    /// The end, or before a line feed that ends the text.
    EndOrLastLine,
    Boundary,
    NoBoundary,
}

/// An expression, read.
pub(super) struct Parsed {
    pub node: Node,
    /// How many groups there are, the whole match included.
    pub groups: usize,
    pub names: Vec<(String, usize)>,
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi: bool,
    dot_all: bool,
    swap: bool,
    unicode: bool,
}

/// Groups within groups.
const DEEPEST: usize = 200;

/// With or without what PCRE alone knows, and RE2 does not: look-around, atomic groups, back
/// references; there `\x{e9}` is a byte, not a character.
pub(super) fn parse(source: &str, fold: bool, pcre: bool) -> Result<Parsed, String> {
    let mut parser = Parser {
        rest: source,
        pcre,
        flags: Flags { fold, ..Flags::default() },
        groups: 1,
        names: Vec::new(),
        named_backs: false,
        last_back: 0,
        depth: 0,
    };
    let node = parser.alternation()?;
    if !parser.rest.is_empty() {
        return Err("unopened group".to_owned());
    }
    if parser.last_back >= parser.groups {
        return Err("invalid back reference".to_owned());
    }
    // As with `fancy-regex`: names and numbers together leave open what is meant.
    if parser.named_backs && parser.last_back > 0 {
        return Err("back references by name and by number".to_owned());
    }
    Ok(Parsed { node, groups: parser.groups, names: parser.names })
}

struct Parser<'s> {
    rest: &'s str,
    pcre: bool,
    flags: Flags,
    groups: usize,
    names: Vec<(String, usize)>,
    named_backs: bool,
    /// The highest number that a back reference names.
    last_back: usize,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The text before `end`, which is taken as well.
    fn until(&mut self, end: char) -> Result<&'s str, String> {
        let (text, rest) = self.rest.split_once(end).ok_or_else(|| format!("missing `{end}`"))?;
        self.rest = rest;
        Ok(text)
    }

    fn alternation(&mut self) -> Result<Node, String> {
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        Ok(match branches.pop() {
            Some(only) if branches.is_empty() => only,
            last => {
                branches.extend(last);
                Node::Either(branches)
            }
        })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let part = self.part()?;
            let part = self.repeated(part)?;
            parts.extend(part);
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Node::Concat(parts)
            }
        })
    }

    /// One part, or none for what only sets flags.
    fn part(&mut self) -> Result<Option<Node>, String> {
        let flags = self.flags;
        Ok(Some(match self.next() {
            Some('\\') => return self.escape(),
            Some('(') => return self.group(),
            Some('[') => self.class()?,
            Some('.') if flags.unicode => Node::Char(Box::new(Chars::all_but(newline(flags)))),
            Some('.') => Node::Set(Box::new(Set::all_but(newline(flags)))),
            Some('^') => Node::At(if flags.multi { Place::LineStart } else { Place::Start }),
            Some('$') => Node::At(if flags.multi { Place::LineEnd } else { Place::End }),
            Some('*' | '+' | '?') => return Err("repetition operator missing expression".to_owned()),
            Some(c) => self.literal(c),
            None => return Ok(None),
        }))
    }

    fn literal(&self, c: char) -> Node {
        let mut buffer = [0; 4];
        let mut bytes = c.encode_utf8(&mut buffer).bytes().map(|byte| self.byte(byte));
        match (bytes.next(), c.is_ascii()) {
            (Some(byte), true) => byte,
            (first, _) => Node::Concat(first.into_iter().chain(bytes).collect()),
        }
    }

    fn byte(&self, byte: u8) -> Node {
        if !self.flags.fold || !byte.is_ascii_alphabetic() {
            return Node::Byte(byte);
        }
        let mut set = Set::default();
        set.add(byte, byte);
        set.fold();
        Node::Set(Box::new(set))
    }

    /// The quantifiers behind a part.
    fn repeated(&mut self, part: Option<Node>) -> Result<Option<Node>, String> {
        let mut part = part;
        let mut repeated = false;
        while let Some((min, max)) = self.quantifier()? {
            let Some(node) = part.take() else {
                return Err("repetition operator missing expression".to_owned());
            };
            if repeated {
                return Err("a repetition of a repetition".to_owned());
            }
            repeated = true;
            if max.is_some_and(|max| max < min) {
                return Err("invalid repetition count range".to_owned());
            }
            let lazy = self.eat("?");
            let node = Box::new(node);
            let repeat = Node::Repeat { node, min, max, greedy: lazy == self.flags.swap };
            part = Some(match self.pcre && !lazy && self.eat("+") {
                true => Node::Atomic(Box::new(repeat)),
                false => repeat,
            });
        }
        Ok(part)
    }

    fn quantifier(&mut self) -> Result<Option<(usize, Option<usize>)>, String> {
        Ok(match self.peek() {
            Some('*') => self.take((0, None)),
            Some('+') => self.take((1, None)),
            Some('?') => self.take((0, Some(1))),
            Some('{') => {
                let (inner, rest) = self.rest.split_once('}').unwrap_or_default();
                let (least, most) = match inner.get(1..).unwrap_or_default().split_once(',') {
                    Some((least, most)) => (least, Some(most)),
                    None => (inner.get(1..).unwrap_or_default(), None),
                };
                let number = |text: &str| match text.bytes().all(|b| b.is_ascii_digit()) {
                    true => text.parse::<usize>().ok(),
                    false => None,
                };
                let (Some(min), Some(max)) = (
                    number(least),
                    match most {
                        None => Some(number(least)),
                        Some("") => Some(None),
                        Some(most) => number(most).map(Some),
                    },
                ) else {
                    return Ok(None);
                };
                self.rest = rest;
                Some((min, max))
            }
            _ => None,
        })
    }

    fn take<T>(&mut self, value: T) -> Option<T> {
        self.next();
        Some(value)
    }

    /// What follows `(`.
    fn group(&mut self) -> Result<Option<Node>, String> {
        if self.depth == DEEPEST {
            return Err("groups are nested too deeply".to_owned());
        }
        let outer = self.flags;
        let around = |behind, negated| move |node| Node::Around { behind, negated, node };
        let node = if !self.eat("?") {
            self.captured(None)?
        } else if self.pcre && self.eat("#") {
            self.until(')')?;
            return Ok(None);
        } else if self.eat(":") {
            *self.inner()?
        } else if self.pcre && self.eat(">") {
            Node::Atomic(self.inner()?)
        } else if self.pcre && self.eat("=") {
            around(false, false)(self.inner()?)
        } else if self.pcre && self.eat("!") {
            around(false, true)(self.inner()?)
        } else if self.pcre && self.eat("<=") {
            around(true, false)(self.inner()?)
        } else if self.pcre && self.eat("<!") {
            around(true, true)(self.inner()?)
        } else if self.eat("P<") || self.eat("<") {
            let name = self.until('>')?;
            self.captured(Some(name))?
        } else {
            let mut on = true;
            loop {
                match self.next() {
                    Some('i') => self.flags.fold = on,
                    Some('m') => self.flags.multi = on,
                    Some('s') => self.flags.dot_all = on,
                    Some('U') => self.flags.swap = on,
                    Some('u') => self.flags.unicode = on,
                    Some('-') if on => on = false,
                    // For the rest of the group around it.
                    Some(')') => return Ok(None),
                    Some(':') => break,
                    _ => return Err("unrecognized flag or group".to_owned()),
                }
            }
            *self.inner()?
        };
        self.flags = outer;
        Ok(Some(node))
    }

    fn captured(&mut self, name: Option<&str>) -> Result<Node, String> {
        let group = self.groups;
        self.groups += 1;
        if let Some(name) = name {
            let good = !name.starts_with(|c: char| c.is_ascii_digit())
                && !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !good {
                return Err("invalid group name".to_owned());
            }
            if self.names.iter().any(|(n, _)| n == name) {
                return Err("duplicate group name".to_owned());
            }
            self.names.push((name.to_owned(), group));
        }
        Ok(Node::Group(group, self.inner()?))
    }

    /// The inside of a group, and its end.
    fn inner(&mut self) -> Result<Box<Node>, String> {
        self.depth += 1;
        let node = self.alternation()?;
        self.depth -= 1;
        match self.eat(")") {
            true => Ok(Box::new(node)),
            false => Err("unclosed group".to_owned()),
        }
    }

    /// What follows a backslash outside of classes.
    fn escape(&mut self) -> Result<Option<Node>, String> {
        let c = self.next().ok_or("incomplete escape sequence")?;
        Ok(Some(match c {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => Node::Set(Box::new(Set::perl(c))),
            // `\b{start}` is a word of the crate regex.
            'b' if self.pcre || !self.rest.starts_with('{') => Node::At(Place::Boundary),
            'B' if self.pcre || !self.rest.starts_with('{') => Node::At(Place::NoBoundary),
            'A' => Node::At(Place::Start),
            'z' => Node::At(Place::End),
            'Z' if self.pcre => Node::At(Place::EndOrLastLine),
            'K' if self.pcre => Node::Keep,
            '1'..='9' if self.pcre => {
                let more = self.rest.bytes().take_while(u8::is_ascii_digit).count();
                let digits = format!("{c}{}", self.rest.get(..more).unwrap_or_default());
                self.rest = self.rest.get(more..).unwrap_or_default();
                let group = digits.parse().map_err(|_| "invalid back reference")?;
                self.last_back = self.last_back.max(group);
                Node::Back { group, fold: self.flags.fold }
            }
            'k' if self.pcre && self.eat("<") => {
                let name = self.until('>')?;
                let named = self.names.iter().find(|(n, _)| n == name);
                let group = named.map(|(_, group)| *group).ok_or("invalid back reference")?;
                self.named_backs = true;
                Node::Back { group, fold: self.flags.fold }
            }
            c => match self.character(c)? {
                Literal::Byte(byte) => self.byte(byte),
                Literal::Char(c) => self.literal(c),
            },
        }))
    }

    /// The byte or character that a backslash and `c`, and what follows, stand for.
    fn character(&mut self, c: char) -> Result<Literal, String> {
        let invalid = || format!("unrecognized escape sequence `\\{c}`");
        Ok(Literal::Byte(match c {
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'f' => 0xC,
            'a' => 7,
            'v' => 0xB,
            'e' => 0x1B,
            'x' if self.eat("{") => {
                let digits = self.until('}')?;
                let code = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'));
                if self.pcre {
                    return code.and_then(|c| u8::try_from(c).ok()).map(Literal::Byte).ok_or_else(invalid);
                }
                return code.and_then(char::from_u32).map(Literal::Char).ok_or_else(invalid);
            }
            'x' => {
                let digits = self.rest.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                let byte = digits.and_then(|d| u8::from_str_radix(d, 16).ok()).ok_or_else(invalid)?;
                self.rest = self.rest.get(2..).unwrap_or_default();
                byte
            }
            c if c.is_ascii_punctuation() && c != '<' && c != '>' || c == ' ' => c as u8,
            _ => return Err(invalid()),
        }))
    }

    /// What follows `[`.
    fn class(&mut self) -> Result<Node, String> {
        let negated = self.eat("^");
        let unicode = self.flags.unicode;
        let (mut set, mut chars) = (Set::default(), Chars::default());
        loop {
            let low = match self.next().ok_or("unclosed character class")? {
                ']' => break,
                '[' if self.eat(":") => {
                    let name = self.until(']')?;
                    let name = name.strip_suffix(':').ok_or("a class in a class")?;
                    let named = Set::posix(name).ok_or("unrecognized class name")?;
                    set.merge(&named);
                    continue;
                }
                '[' => return Err("a class in a class".to_owned()),
                '\\' => match self.next().ok_or("unclosed character class")? {
                    c @ ('d' | 'D' | 'w' | 'W' | 's' | 'S') if !unicode => {
                        set.merge(&Set::perl(c));
                        continue;
                    }
                    c => self.character(c)?,
                },
                c => Literal::Char(c),
            };
            let ahead = self.rest.strip_prefix('-').filter(|ahead| !ahead.starts_with(']'));
            let high = match ahead {
                Some(ahead) => {
                    self.rest = ahead;
                    match self.next().ok_or("unclosed character class")? {
                        '[' => return Err("a class in a range".to_owned()),
                        '\\' => {
                            let c = self.next().ok_or("unclosed character class")?;
                            self.character(c)?
                        }
                        c => Literal::Char(c),
                    }
                }
                None => low,
            };
            if unicode {
                match (low, high) {
                    (low, high) if low.char() > high.char() => return Err("invalid range".to_owned()),
                    (low, high) => chars.add(low.char(), high.char()),
                }
            } else {
                match (low.byte(), high.byte()) {
                    (Some(low), Some(high)) if low <= high => set.add(low, high),
                    (Some(_), Some(_)) => return Err("invalid range".to_owned()),
                    _ => return Err("a character beyond ASCII in a class of bytes".to_owned()),
                }
            }
        }
        if unicode && self.flags.fold {
            return Err("classes of characters beyond ASCII have no case here".to_owned());
        }
        if unicode {
            chars.add_ascii(&set);
            chars.negated = negated;
            return Ok(Node::Char(Box::new(chars)));
        }
        if self.flags.fold {
            set.fold();
        }
        if negated {
            set.negate();
        }
        Ok(Node::Set(Box::new(set)))
    }
}

/// What a dot does not match.
fn newline(flags: Flags) -> Option<u8> {
    if flags.dot_all { None } else { Some(b'\n') }
}

#[derive(Clone, Copy)]
enum Literal {
    Byte(u8),
    Char(char),
}

impl Literal {
    fn byte(self) -> Option<u8> {
        match self {
            Literal::Byte(byte) => Some(byte),
            Literal::Char(c) => u8::try_from(c).ok().filter(u8::is_ascii),
        }
    }

    fn char(self) -> char {
        match self {
            Literal::Byte(byte) => char::from(byte),
            Literal::Char(c) => c,
        }
    }
}
