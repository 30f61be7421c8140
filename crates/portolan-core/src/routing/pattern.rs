//! Regular expressions, in the flavours of the proxies that use them.

use super::automaton::Automaton;
use super::expression::{Expression, Rest};
use super::{octets, pcre};
use std::sync::{Arc, OnceLock};

/// A compiled expression. Cheap to clone; two are equal where text and flavour are.
#[derive(Clone)]
pub struct Pattern(Arc<Compiled>);

struct Compiled {
    source: String,
    flavour: Flavour,
    /// Asked for by the caller.
    ignore_case: bool,
    /// What every match begins with, in lower case, where the expression is anchored at the start.
    start: Option<String>,
    matcher: Matcher,
    /// Built when it is first asked. `None` where it could not be built, which a new pattern has been
    /// checked for.
    engine: OnceLock<Option<Engine>>,
}

/// How a match is found.
enum Matcher {
    /// By looking at the text: it begins with `literal`, and goes on as `rest` says.
    Text { literal: String, ignore_case: bool, rest: Tail },
    /// Only the engine can tell.
    Engine,
}

enum Tail {
    Anything,
    SlashOrEnd,
    Automaton(Automaton),
}

#[cfg(feature = "regex")]
enum Engine {
    Linear(regex::bytes::Regex),
    Backtracking(fancy_regex::Regex),
}

#[cfg(not(feature = "regex"))]
use super::engine::Engine;

/// Whose syntax and meaning an expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Flavour {
    /// Go's `regexp`: unanchored unless it says so, no back-references, no look-around.
    Re2,
    /// PCRE on bytes: nginx.
    Pcre,
}

/// Why an expression was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong with it.
    pub message: String,
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

/// Bound on the memory of one compiled expression, so that a hostile one is refused.
#[cfg(feature = "regex")]
const SIZE_LIMIT: usize = 1 << 20;
/// How much work one match may cost before it counts as none, as with PCRE's own limit.
#[cfg(feature = "regex")]
const BACKTRACK_LIMIT: usize = 100_000;

impl Pattern {
    /// An expression as Go reads it.
    ///
    /// # Errors
    /// When Go would refuse it, or it is too big.
    pub fn re2(source: &str) -> Result<Pattern, PatternError> {
        Self::new(source, Flavour::Re2, false)
    }

    /// An expression as nginx gives it to PCRE: in byte mode, with or without case.
    ///
    /// # Errors
    /// When PCRE would refuse it, it is too big, or it uses what is not known here.
    pub fn pcre(source: &str, ignore_case: bool) -> Result<Pattern, PatternError> {
        Self::new(source, Flavour::Pcre, ignore_case)
    }

    fn new(source: &str, flavour: Flavour, ignore_case: bool) -> Result<Self, PatternError> {
        let (start, matcher) = match Self::expression(source, ignore_case) {
            Some(expression) => read(&expression),
            None => (pcre::literal_start(source), Matcher::Engine),
        };
        let engine = OnceLock::new();
        // An expression that was read here is one that both languages take.
        if matches!(matcher, Matcher::Engine) {
            let built =
                self::engine(source, flavour, ignore_case).map_err(|message| PatternError { message })?;
            let _ = engine.set(Some(built));
        }
        let source = source.to_owned();
        Ok(Pattern(Arc::new(Compiled { source, flavour, ignore_case, start, matcher, engine })))
    }

    /// The expression, where its answers can be found without an engine. That is for speed alone, and
    /// where there are only the small engines, being small counts.
    fn expression(source: &str, ignore_case: bool) -> Option<Expression> {
        if cfg!(feature = "regex") { Expression::parse(source, ignore_case) } else { None }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0.source
    }

    /// Its flavour.
    pub fn flavour(&self) -> Flavour {
        self.0.flavour
    }

    /// Whether letters match without case, as far as the caller asked for it.
    pub(super) fn ignores_case(&self) -> bool {
        self.0.ignore_case
    }

    /// Whether an engine that goes back may need time without end for some texts; for expressions that
    /// such an engine runs.
    pub(crate) fn explodes(&self) -> bool {
        self.0.flavour == Flavour::Pcre
            && Expression::parse(&self.0.source, self.0.ignore_case)
                .is_some_and(|expression| Automaton::explodes(&expression.nodes))
    }

    /// Whether it matches somewhere in this text.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = &*self.0;
        let Matcher::Text { literal, ignore_case, rest: tail } = &compiled.matcher else {
            return self.engine_matches(text);
        };
        let bytes = text.as_bytes();
        let literal = literal.as_bytes();
        let Some((start, rest)) = bytes.split_at_checked(literal.len()) else { return false };
        if !(if *ignore_case { start.eq_ignore_ascii_case(literal) } else { start == literal }) {
            return false;
        }
        match tail {
            Tail::Anything => true,
            Tail::SlashOrEnd => match rest {
                [] | [b'/', ..] => true,
                // PCRE's `$` lets a last line feed follow.
                b"\n" => compiled.flavour == Flavour::Pcre,
                _ => false,
            },
            Tail::Automaton(_) if !rest.is_ascii() || self.is_lenient(bytes) => self.engine_matches(text),
            Tail::Automaton(automaton) => automaton.is_match(rest, literal.is_empty()),
        }
    }

    fn engine_matches(&self, text: &str) -> bool {
        let bytes = octets::bytes(text);
        self.with_engine(&bytes, |engine| engine.is_match(&bytes).then_some(())).is_some()
    }

    /// The groups of the first match.
    pub fn captures(&self, text: &str) -> Option<Captures> {
        let bytes = octets::bytes(text);
        let groups = self.with_engine(&bytes, |engine| engine.captures(&bytes, 0))?;
        Some(Captures { bytes: bytes.into_owned(), groups })
    }

    /// The number of the group of this name.
    pub fn group(&self, name: &str) -> Option<usize> {
        self.engine()?.group(name)
    }

    /// The text with which each match begins, in ASCII lower case; `None` for an expression that is
    /// not anchored at the start.
    pub(super) fn start(&self) -> Option<&str> {
        self.0.start.as_deref()
    }

    /// Texts that every path with a match holds, in lower case: of each list, one of its texts. Nothing
    /// where that is not known.
    pub(super) fn required(&self) -> Vec<Vec<Vec<u8>>> {
        let expression = Self::expression(&self.0.source, self.0.ignore_case);
        expression.map(|e| e.required()).unwrap_or_default()
    }

    /// Whether [`Pattern::start`], whatever the case, and behind it a slash or the end (as PCRE's `$`
    /// sees it) is all that it asks for.
    pub(super) fn is_path_and_below(&self) -> bool {
        self.0.flavour == Flavour::Pcre
            && matches!(&self.0.matcher, Matcher::Text { ignore_case: true, rest: Tail::SlashOrEnd, .. })
    }

    fn engine(&self) -> Option<&Engine> {
        let Compiled { source, flavour, ignore_case, engine, .. } = &*self.0;
        engine.get_or_init(|| self::engine(source, *flavour, *ignore_case).ok()).as_ref()
    }

    /// Whether PCRE's `$` lets the text's last line feed follow.
    fn is_lenient(&self, bytes: &[u8]) -> bool {
        bytes.last() == Some(&b'\n') && self.0.flavour == Flavour::Pcre && self.0.source.contains('$')
    }

    /// Does something with the engine for this text. Texts where PCRE's `$` differs are so rare that
    /// their engine is built when one comes.
    fn with_engine<T>(&self, bytes: &[u8], ask: impl FnOnce(&Engine) -> Option<T>) -> Option<T> {
        if !self.is_lenient(bytes) {
            return ask(self.engine()?);
        }
        let source = pcre::with_lenient_end(&pcre::translate(&self.0.source));
        ask(&Engine::pcre(&source, self.0.ignore_case).ok()?)
    }

    /// Replaces every match; `$1`, `${1}` and `$name` in the replacement stand for groups, `$$` for a
    /// dollar. That is Go's way of replacing: an expression of another flavour replaces nothing.
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        match self.engine().filter(|_| self.0.flavour == Flavour::Re2) {
            Some(engine) => {
                let replaced = engine.replace_all(text.as_bytes(), replacement);
                String::from_utf8_lossy(&replaced).into_owned()
            }
            None => text.to_owned(),
        }
    }
}

/// What an expression's matches begin with, and how they are found.
fn read(expression: &Expression) -> (Option<String>, Matcher) {
    let ignore_case = expression.ignore_case;
    let (literal, rest, nodes) = match expression.start() {
        Some(start) => start,
        None => {
            let automaton = Automaton::new(&expression.nodes, false, ignore_case);
            let matcher = automaton.map_or(Matcher::Engine, |automaton| Matcher::Text {
                literal: String::new(),
                ignore_case,
                rest: Tail::Automaton(automaton),
            });
            return (None, matcher);
        }
    };
    // Where the automaton is too big, the engine may be so as well: it has to say.
    let tail = Automaton::new(nodes, true, ignore_case).map(|automaton| match rest {
        Rest::Anything => Tail::Anything,
        Rest::SlashOrEnd => Tail::SlashOrEnd,
        Rest::More => Tail::Automaton(automaton),
    });
    let start = literal.to_ascii_lowercase();
    let matcher = tail.map_or(Matcher::Engine, |rest| Matcher::Text { literal, ignore_case, rest });
    (Some(start), matcher)
}

/// The groups of one match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    bytes: Vec<u8>,
    groups: Vec<Option<(usize, usize)>>,
}

impl Captures {
    /// The bytes of a group, 0 being the whole match; none for a group that is not there or took
    /// no part.
    pub fn get(&self, group: usize) -> &[u8] {
        let range = self.groups.get(group).copied().flatten();
        range.and_then(|(start, end)| self.bytes.get(start..end)).unwrap_or_default()
    }
}

/// The engine of an expression.
fn engine(source: &str, flavour: Flavour, ignore_case: bool) -> Result<Engine, String> {
    match flavour {
        Flavour::Re2 => Engine::linear(&super::re2::translate(source)?, ignore_case),
        Flavour::Pcre => Engine::pcre(&pcre::translate(source), ignore_case),
    }
}

#[cfg(feature = "regex")]
impl Engine {
    fn linear(source: &str, ignore_case: bool) -> Result<Engine, String> {
        regex::bytes::RegexBuilder::new(source)
            .unicode(false)
            .case_insensitive(ignore_case)
            .size_limit(SIZE_LIMIT)
            .build()
            .map(Engine::Linear)
            .map_err(|e| last_line(&e.to_string()))
    }

    fn pcre(source: &str, ignore_case: bool) -> Result<Engine, String> {
        fancy_regex::RegexBuilder::new(source)
            .bytes_mode(fancy_regex::BytesMode::Ascii)
            .case_insensitive(ignore_case)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .build()
            .map(Engine::Backtracking)
            .map_err(|e| last_line(&e.to_string()))
    }

    fn is_match(&self, bytes: &[u8]) -> bool {
        match self {
            Engine::Linear(engine) => engine.is_match(bytes),
            Engine::Backtracking(engine) => engine.is_match(bytes).unwrap_or(false),
        }
    }

    fn captures(&self, bytes: &[u8], from: usize) -> Option<Vec<Option<(usize, usize)>>> {
        match self {
            Engine::Linear(engine) => {
                let captures = engine.captures_at(bytes, from)?;
                Some(captures.iter().map(|m| m.map(|m| (m.start(), m.end()))).collect())
            }
            Engine::Backtracking(engine) => {
                let captures = engine.captures_from_pos(bytes, from).ok().flatten()?;
                Some((0..captures.len()).map(|i| captures.get(i).map(|m| (m.start(), m.end()))).collect())
            }
        }
    }

    fn group(&self, name: &str) -> Option<usize> {
        match self {
            Engine::Linear(engine) => engine.capture_names().position(|n| n == Some(name)),
            Engine::Backtracking(engine) => engine.capture_names().position(|n| n == Some(name)),
        }
    }

    fn replace_all(&self, text: &[u8], replacement: &str) -> Vec<u8> {
        match self {
            Engine::Linear(engine) => engine.replace_all(text, replacement.as_bytes()).into_owned(),
            Engine::Backtracking(_) => text.to_owned(),
        }
    }
}

/// The last line of an error of `regex`, which repeats the expression above it.
#[cfg(feature = "regex")]
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Pattern {}

impl std::hash::Hash for Pattern {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Pattern {
    fn key(&self) -> (&str, Flavour, bool) {
        (&self.0.source, self.0.flavour, self.0.ignore_case)
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}({:?})", self.0.flavour, self.0.source)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.source)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Pattern {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.source)
    }
}

#[cfg(test)]
mod tests;
