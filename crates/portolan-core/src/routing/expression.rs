//! The part of the expression languages that Go and PCRE read alike, taken apart.
//!
//! Nearly all expressions for paths lie in it: literals, `.`, classes, groups, alternatives, greedy
//! and lazy repetitions, `^` and `$`. What is taken apart can be indexed by the texts that its matches
//! hold, and matched without an engine (see [`super::automaton`]). Anything else is left to the engine
//! as a whole: a doubtful sign ends the reading. On ASCII text both languages mean the same by this
//! part, but for the line feed that PCRE's `$` lets follow; the caller looks after that.

/// How deep groups may be nested.
const MAX_DEPTH: usize = 16;
/// How many texts a required alternative may have.
const MAX_ALTERNATIVES: usize = 16;

/// An expression, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    /// One after the other; no [`Node::All`] among them.
    pub nodes: Vec<Node>,
    /// Letters match without case: those in `nodes` are in lower case, and sets hold both.
    pub ignore_case: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// This sign.
    Byte(u8),
    /// One of these.
    Set(Set),
    /// Where the text begins.
    Start,
    /// Where the text ends.
    End,
    /// All of these, in order.
    All(Vec<Node>),
    /// One of these.
    OneOf(Vec<Node>),
    /// This, so many times.
    Repeat(Box<Node>, u32, Option<u32>),
}

/// A set of ASCII signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Set([u64; 2]);

impl Set {
    pub(super) fn holds(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|bits| bits & (1 << (byte & 63)) != 0)
    }

    fn insert(&mut self, byte: u8) {
        if let Some(bits) = self.0.get_mut(usize::from(byte >> 6)) {
            *bits |= 1 << (byte & 63);
        }
    }

    fn of(signs: impl Fn(u8) -> bool) -> Set {
        let mut set = Set::default();
        (0..128).filter(|&b| signs(b)).for_each(|b| set.insert(b));
        set
    }

    fn negated(self) -> Set {
        Set([!self.0[0], !self.0[1]])
    }

    fn with(self, other: Set) -> Set {
        Set([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    fn with_both_cases(self) -> Set {
        Set::of(|b| self.holds(b.to_ascii_lowercase()) || self.holds(b.to_ascii_uppercase()))
    }
}

/// What is asked of a text behind the literal that all matches begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing: whatever follows, the expression matches.
    Anything,
    /// A slash, or the end.
    SlashOrEnd,
    /// More than that.
    More,
}

impl Expression {
    /// Takes an expression apart; `None` where it holds something that is not in the common part.
    pub(super) fn parse(source: &str, ignore_case: bool) -> Option<Expression> {
        let (source, folded) = match source.strip_prefix("(?i)") {
            Some(rest) => (rest, true),
            None => (source, false),
        };
        let mut parser = Parser { rest: source.bytes().peekable(), ignore_case: ignore_case || folded };
        let node = parser.alternatives(0)?;
        if parser.rest.next().is_some() {
            return None;
        }
        let mut nodes = Vec::new();
        push(&mut nodes, node);
        Some(Expression { nodes, ignore_case: parser.ignore_case })
    }

    /// The text that every match begins with at the start of the path, what must follow it, and the
    /// nodes behind it; `None` where matches may begin elsewhere.
    pub(super) fn start(&self) -> Option<(String, Rest, &[Node])> {
        let [Node::Start, nodes @ ..] = self.nodes.as_slice() else { return None };
        let byte = |node: &Node| match node {
            Node::Byte(b) => Some(char::from(*b)),
            _ => None,
        };
        let literal: String = nodes.iter().map_while(byte).collect();
        let nodes = nodes.get(literal.len()..).unwrap_or_default();
        let is_slash_or_end = |node: &Node| match node {
            Node::OneOf(two) => two.len() == 2 && two.contains(&Node::Byte(b'/')) && two.contains(&Node::End),
            _ => false,
        };
        let rest = match nodes {
            nodes if nodes.iter().all(Node::takes_nothing) => Rest::Anything,
            [first, nodes @ ..] if is_slash_or_end(first) && nodes.iter().all(Node::takes_nothing) => {
                Rest::SlashOrEnd
            }
            _ => Rest::More,
        };
        Some((literal, rest, nodes))
    }

    /// Texts that every text with a match holds, in lower case: of each list, one of its texts.
    pub(super) fn required(&self) -> Vec<Vec<Vec<u8>>> {
        required(&self.nodes)
    }
}

impl Node {
    /// Whether it matches where nothing is, wherever that is.
    fn takes_nothing(&self) -> bool {
        match self {
            Node::Byte(_) | Node::Set(_) | Node::Start | Node::End => false,
            Node::All(nodes) => nodes.iter().all(Node::takes_nothing),
            Node::OneOf(nodes) => nodes.iter().any(Node::takes_nothing),
            Node::Repeat(node, least, _) => *least == 0 || node.takes_nothing(),
        }
    }
}

/// Adds a node to a sequence, without sequences in it.
fn push(nodes: &mut Vec<Node>, node: Node) {
    match node {
        Node::All(more) => nodes.extend(more),
        node => nodes.push(node),
    }
}

fn required(nodes: &[Node]) -> Vec<Vec<Vec<u8>>> {
    let (mut found, mut run) = (Vec::new(), Vec::new());
    for node in nodes {
        if let Node::Byte(byte) = node {
            run.push(byte.to_ascii_lowercase());
            continue;
        }
        if !run.is_empty() {
            found.push(vec![std::mem::take(&mut run)]);
        }
        match node {
            Node::All(nodes) => found.extend(required(nodes)),
            Node::Repeat(node, 1.., _) => found.extend(required(std::slice::from_ref(node))),
            Node::OneOf(nodes) => {
                // Of each alternative, the list whose shortest text is the longest.
                let shortest = |texts: &Vec<Vec<u8>>| texts.iter().map(Vec::len).min();
                let best = |node| {
                    required(std::slice::from_ref(node)).into_iter().max_by_key(|texts| shortest(texts))
                };
                let texts: Option<Vec<_>> = nodes.iter().map(best).collect();
                found.extend(texts.map(|t| t.concat()).filter(|t| t.len() <= MAX_ALTERNATIVES));
            }
            _ => {}
        }
    }
    if !run.is_empty() {
        found.push(vec![run]);
    }
    found
}

struct Parser<'s> {
    rest: std::iter::Peekable<std::str::Bytes<'s>>,
    ignore_case: bool,
}

impl Parser<'_> {
    /// Up to the end of the group.
    fn alternatives(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut all = Vec::new();
        let mut nodes = Vec::new();
        loop {
            match self.rest.peek() {
                None | Some(b')') => break,
                Some(b'|') => {
                    self.rest.next();
                    all.push(Node::All(std::mem::take(&mut nodes)));
                }
                Some(_) => {
                    let node = self.repeated(depth)?;
                    push(&mut nodes, node);
                }
            }
        }
        if all.is_empty() {
            return Some(Node::All(nodes));
        }
        all.push(Node::All(nodes));
        let single = |node: Node| match node {
            Node::All(mut nodes) if nodes.len() == 1 => nodes.pop().unwrap_or(Node::All(Vec::new())),
            node => node,
        };
        Some(Node::OneOf(all.into_iter().map(single).collect()))
    }

    /// One thing and how often it stands there.
    fn repeated(&mut self, depth: usize) -> Option<Node> {
        let node = self.one(depth)?;
        let (least, most) = match self.rest.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => {
                self.rest.next();
                return self.counted(node);
            }
            _ => return Some(node),
        };
        self.rest.next();
        self.repetition(node, least, most)
    }

    fn repetition(&mut self, node: Node, least: u32, most: Option<u32>) -> Option<Node> {
        if matches!(node, Node::Start | Node::End) || most == Some(0) {
            return None;
        }
        // A lazy one matches the same texts, a possessive one does not.
        self.rest.next_if_eq(&b'?');
        if matches!(self.rest.peek(), Some(b'*' | b'+' | b'?' | b'{')) {
            return None;
        }
        Some(Node::Repeat(Box::new(node), least, most))
    }

    /// What follows `{`.
    fn counted(&mut self, node: Node) -> Option<Node> {
        let least = self.number()?;
        let most = match self.rest.next()? {
            b'}' => Some(least),
            b',' if self.rest.next_if_eq(&b'}').is_some() => None,
            b',' => {
                let most = self.number()?;
                (self.rest.next()? == b'}' && most >= least).then_some(())?;
                Some(most)
            }
            _ => return None,
        };
        self.repetition(node, least, most)
    }

    fn number(&mut self) -> Option<u32> {
        let first = self.rest.next_if(u8::is_ascii_digit)?;
        let mut number = u32::from(first - b'0');
        while let Some(digit) = self.rest.next_if(u8::is_ascii_digit) {
            number = number * 10 + u32::from(digit - b'0');
            (first != b'0' && number < 1000).then_some(())?;
        }
        Some(number)
    }

    fn one(&mut self, depth: usize) -> Option<Node> {
        Some(match self.rest.next()? {
            b'^' => Node::Start,
            b'$' => Node::End,
            b'.' => Node::Set(Set::of(|b| b != b'\n')),
            b'[' => self.class()?,
            b'(' => {
                if self.rest.next_if_eq(&b'?').is_some() {
                    self.rest.next_if_eq(&b':')?;
                }
                let node = self.alternatives(depth + 1)?;
                self.rest.next_if_eq(&b')')?;
                node
            }
            b'\\' => {
                let escaped = self.rest.next()?;
                match class_escape(escaped) {
                    Some(set) => Node::Set(set),
                    None => self.byte(escaped.is_ascii_punctuation().then_some(escaped)?),
                }
            }
            b'*' | b'+' | b'?' | b'{' => return None,
            byte => self.byte((b' '..=b'~').contains(&byte).then_some(byte)?),
        })
    }

    fn byte(&self, byte: u8) -> Node {
        Node::Byte(if self.ignore_case { byte.to_ascii_lowercase() } else { byte })
    }

    /// What follows `[`. Signs that somebody reads as more than a sign end the reading.
    fn class(&mut self) -> Option<Node> {
        let negated = self.rest.next_if_eq(&b'^').is_some();
        let mut set = Set::default();
        let mut first = true;
        loop {
            let low = match self.rest.next()? {
                b']' if !first => break,
                b']' | b'[' | b'&' | b'~' | b'^' => return None,
                b'-' if first || self.rest.peek() == Some(&b']') => {
                    // At either end it is a sign, but no end of a range.
                    first = false;
                    set.insert(b'-');
                    if self.rest.peek() == Some(&b'-') {
                        return None;
                    }
                    continue;
                }
                b'-' => return None,
                b'\\' => {
                    let escaped = self.rest.next()?;
                    if let Some(class) = class_escape(escaped) {
                        first = false;
                        set = set.with(class);
                        // A range cannot begin with it.
                        if self.rest.peek() == Some(&b'-') {
                            return None;
                        }
                        continue;
                    }
                    escaped.is_ascii_punctuation().then_some(escaped)?
                }
                byte => (b' '..=b'~').contains(&byte).then_some(byte)?,
            };
            first = false;
            let mut high = low;
            if self.rest.peek() == Some(&b'-') {
                self.rest.next();
                match self.rest.next()? {
                    b']' => {
                        set.insert(low);
                        set.insert(b'-');
                        break;
                    }
                    byte if byte.is_ascii_alphanumeric() && byte >= low => high = byte,
                    _ => return None,
                }
                // What follows a range must not look like another one.
                if self.rest.peek() == Some(&b'-') {
                    return None;
                }
            }
            (low..=high).for_each(|b| set.insert(b));
        }
        let set = if self.ignore_case { set.with_both_cases() } else { set };
        Some(Node::Set(if negated { set.negated() } else { set }))
    }
}

/// The signs that an escaped letter stands for, in and outside of classes.
fn class_escape(escaped: u8) -> Option<Set> {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    Some(match escaped {
        b'd' => Set::of(|b| b.is_ascii_digit()),
        b'D' => Set::of(|b| !b.is_ascii_digit()),
        b'w' => Set::of(word),
        b'W' => Set::of(|b| !word(b)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(source: &str) -> Option<(String, Rest)> {
        Expression::parse(source, true)?.start().map(|(text, rest, _)| (text, rest))
    }

    #[test]
    fn what_matches_begin_with_and_what_must_follow() {
        for (source, literal, rest) in [
            ("^/foo", "/foo", Rest::Anything),
            ("^/foo.*", "/foo", Rest::Anything),
            ("^/foo/?(.*)", "/foo", Rest::Anything),
            ("^/foo/(.*)", "/foo/", Rest::Anything),
            ("^/foo(/|$)(.*)", "/foo", Rest::SlashOrEnd),
            ("^/foo(?:$|/)", "/foo", Rest::SlashOrEnd),
            ("^/foo(/|$)?", "/foo", Rest::Anything),
            ("^/(foo)(/|$)", "/foo", Rest::SlashOrEnd),
            ("^/foo$", "/foo", Rest::More),
            ("^/foo(/|$)x", "/foo", Rest::More),
            ("^/foo(.*)x", "/foo", Rest::More),
            ("^/foo(/|$)(/|$)", "/foo", Rest::More),
            ("^/ab{2}", "/a", Rest::More),
            (r"(?i)^/V1\.0", "/v1.0", Rest::Anything),
        ] {
            assert_eq!(start(source), Some((literal.to_owned(), rest)), "{source}");
        }
        assert_eq!(start("/foo"), None);
        assert_eq!(start("^/a|/b"), None);
    }

    #[test]
    fn what_is_read_in_two_ways_is_not_read_here() {
        for source in [
            "a*+",
            "a**",
            "a{2}{3}",
            "a{,2}",
            "a{02}",
            "a{3,2}",
            "*a",
            "(a",
            "a)",
            "[a",
            "[[a]",
            "[a&&b]",
            "[]a]",
            "[z-a]",
            "(?=a)",
            "(?P<n>a)",
            r"\b",
            r"\1",
            r"\s",
            "caf\u{e9}",
            "^*",
            "[+--]",
            "a{0}",
            r"[\d-z]",
            "[a-c-e]",
        ] {
            assert_eq!(Expression::parse(source, false), None, "{source}");
        }
    }

    #[test]
    fn texts_that_must_be_there() {
        let required = |source: &str| -> Vec<String> {
            let lists = Expression::parse(source, true).expect("simple").required();
            let text = |t: &Vec<u8>| String::from_utf8_lossy(t).into_owned();
            lists.iter().map(|l| l.iter().map(text).collect::<Vec<_>>().join("|")).collect()
        };
        assert_eq!(required("^/Api/[0-9]+/x"), ["/api/", "/x"]);
        assert_eq!(required("^/(en|fr/ca)/(shop)/a?"), ["/", "en|fr/ca", "/shop/"]);
        assert_eq!(required("(ab){1,2}(cd)*(|x)"), ["ab"]);
    }
}
