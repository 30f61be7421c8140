//! Regular expressions, in the flavours of the proxies that use them.

use super::octets;
use super::pcre::{self, Rest};
use std::sync::Arc;

/// A compiled expression. Cheap to clone; two are equal where text and flavour are.
#[derive(Clone)]
pub struct Pattern(Arc<Compiled>);

struct Compiled {
    source: String,
    flavour: Flavour,
    ignore_case: bool,
    /// What every match begins with, in lower case, where the expression is anchored at the start.
    start: Option<String>,
    /// The same in the case that it is written in.
    literal: String,
    /// What must follow it.
    rest: Rest,
    engine: Engine,
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
        let failed = |message: String| PatternError { message };
        let translated = super::re2::translate(source).map_err(failed)?;
        let engine = Engine::linear(&translated, false).map_err(failed)?;
        Ok(Self::new(source, Flavour::Re2, false, engine))
    }

    /// An expression as nginx gives it to PCRE: in byte mode, with or without case.
    ///
    /// # Errors
    /// When PCRE would refuse it, it is too big, or it uses what is not known here.
    pub fn pcre(source: &str, ignore_case: bool) -> Result<Pattern, PatternError> {
        let failed = |message: String| PatternError { message };
        let engine = Engine::pcre(&pcre::translate(source), ignore_case).map_err(failed)?;
        Ok(Self::new(source, Flavour::Pcre, ignore_case, engine))
    }

    fn new(source: &str, flavour: Flavour, ignore_case: bool, engine: Engine) -> Self {
        let (literal, rest) =
            pcre::literal_start(source).map_or((None, Rest::Unknown), |(text, rest)| (Some(text), rest));
        Pattern(Arc::new(Compiled {
            source: source.to_owned(),
            flavour,
            ignore_case,
            start: literal.as_ref().map(|l| l.to_ascii_lowercase()),
            literal: literal.unwrap_or_default(),
            rest,
            engine,
        }))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0.source
    }

    /// Its flavour.
    pub fn flavour(&self) -> Flavour {
        self.0.flavour
    }

    /// Whether it matches somewhere in this text.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = &*self.0;
        if compiled.rest != Rest::Unknown {
            let Some((start, rest)) = text.as_bytes().split_at_checked(compiled.literal.len()) else {
                return false;
            };
            let literal = compiled.literal.as_bytes();
            let starts =
                if compiled.ignore_case { start.eq_ignore_ascii_case(literal) } else { start == literal };
            let follows = match rest {
                _ if compiled.rest == Rest::Anything => true,
                [] | [b'/', ..] => true,
                // PCRE's `$` lets a last line feed follow.
                b"\n" => compiled.flavour == Flavour::Pcre,
                _ => false,
            };
            return starts && follows;
        }
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
        self.0.engine.group(name)
    }

    /// The text with which each match begins, in ASCII lower case; `None` for an expression that is
    /// not anchored at the start.
    pub(super) fn start(&self) -> Option<&str> {
        self.0.start.as_deref()
    }

    /// Does something with the engine for this text. PCRE's `$` lets a last line feed follow; such
    /// texts are so rare that their engine is built when one comes.
    fn with_engine<T>(&self, bytes: &[u8], ask: impl FnOnce(&Engine) -> Option<T>) -> Option<T> {
        let compiled = &*self.0;
        let lenient = compiled.flavour == Flavour::Pcre && bytes.last() == Some(&b'\n');
        if !lenient || !compiled.source.contains('$') {
            return ask(&compiled.engine);
        }
        let source = pcre::with_lenient_end(&pcre::translate(&compiled.source));
        ask(&Engine::pcre(&source, compiled.ignore_case).ok()?)
    }

    /// Replaces every match; `$1`, `${1}` and `$name` in the replacement stand for groups, `$$` for a
    /// dollar. That is Go's way of replacing: an expression of another flavour replaces nothing.
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        if self.0.flavour != Flavour::Re2 {
            return text.to_owned();
        }
        String::from_utf8_lossy(&self.0.engine.replace_all(text.as_bytes(), replacement)).into_owned()
    }
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
mod tests {
    use super::*;

    #[test]
    fn pcre_means_what_nginx_means() {
        for (pattern, text, expected) in [
            ("^/foo", "/FOObar", true),
            ("^/a|/b", "/x/B", true),
            ("^/(?!admin).*", "/Admin", false),
            ("^/(?!admin).*", "/user", true),
            ("^/(a+)/\\1$", "/aa/aa", true),
            ("^/foo$", "/foo\n", true),
            ("^/foo$", "/foo\n\n", false),
            ("^/café", "/CAFé", true),
            ("^/caf.{2}$", "/café", true),
            ("^/[[:alpha:]&~[]+$", "/a&[~", true),
            ("^/a\\/b\\-c\\_", "/a/b-c_", true),
            ("^/a++b", "/aab", true),
            ("^/x{,2}$", "/x{,2}", true),
        ] {
            let compiled = Pattern::pcre(pattern, true).unwrap_or_else(|e| panic!("{pattern}: {e}"));
            assert_eq!(compiled.is_match(text), expected, "{pattern} on {text:?}");
        }
        for bad in ["/(", "/[a", "/a)", "*"] {
            assert!(Pattern::pcre(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn groups_are_bytes() {
        let captures = Pattern::pcre("(?i)/a(/|$)(?<rest>.*)", false).expect("valid");
        assert_eq!(captures.group("rest"), Some(2));
        let captures = captures.captures("/A/x\u{10ffff}").expect("matches");
        assert_eq!((captures.get(1), captures.get(2), captures.get(3)), (&b"/"[..], &b"x\xff"[..], &b""[..]));
    }

    /// A pattern that would take for ever counts as no match.
    #[test]
    fn backtracking_ends() {
        let evil = Pattern::pcre("^/(?=(a+)+b)(a+)+\\1$", true).expect("valid");
        assert!(!evil.is_match(&format!("/{}", "a".repeat(64))));
    }

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::re2(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}")).is_match(text)
    }

    /// Checked against Go 1.26's `regexp` by way of Traefik 3.7.15.
    #[test]
    fn re2_means_what_go_means() {
        for (pattern, text, expected) in [
            ("/v[0-9]+/x", "/a/v12/xyz", true),
            ("(?i)^/foo", "/FOObar", true),
            ("^/foo", "/x/foo", false),
            ("/a{2}$", "/aa", true),
            ("/{id}", "/{id}", true),
            ("/a{,2}", "/a{,2}", true),
            ("/a{02}", "/a{02}", true),
            (r"/\<b\>", "/<b>", true),
            (r"/a\.b\/c\_d\-e", "/a.b/c_d-e", true),
            ("/[a&&b]$", "/&", true),
            ("/[[a]$", "/[", true),
            ("/[]a]$", "/]", true),
            ("/[a-]$", "/-", true),
            ("/[+--]$", "/,", true),
            ("/[[:alpha:]]$", "/q", true),
            (r"/\Qa.b\E$", "/a.b", true),
            (r"/\Qa.b\E$", "/axb", false),
            (r"/\x41\x{42}\103", "/ABC", true),
            (r"/[\x41-\x43]$", "/B", true),
            ("^/.$", "/é", true),
            (r"\bfoo\b", "/foo/", true),
            ("/é", "/é", true),
            ("/[éa]$", "/é", true),
            ("", "anything", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn re2_refuses_what_go_refuses() {
        for pattern in [
            "/foo(",
            "/foo)",
            "/(?!admin)",
            "/(?=a)",
            "/(?<=a)b",
            "a**",
            "a*+",
            "*",
            "[a",
            "[b-a]",
            "[a--b]",
            "[]",
            r"\1",
            r"\q",
            r"\",
            "(?x)a",
            "(?u)a",
            "a{1001}",
            "a{3,2}",
            r"\x4",
            "[[:nothing:]]",
        ] {
            assert!(Pattern::re2(pattern).is_err(), "{pattern}");
        }
        // Ten thousand repetitions of ten thousand.
        assert!(Pattern::re2("((a{1000}){1000}){1000}").is_err());
    }

    #[test]
    fn replacements_expand_groups_as_go_does() {
        let replace = |pattern, text, with| Pattern::re2(pattern).expect("valid").replace_all(text, with);
        assert_eq!(replace("(?i)/a", "/A/a/ab", "/b"), "/b/b/bb");
        assert_eq!(replace("/u/([^/]+)/p/([^/]+)", "/u/ann/p/7/x", "/$2/of/$1"), "/7/of/ann/x");
        assert_eq!(replace("/(f)(oo)", "/foo", "/$10/$2x"), "//");
        assert_eq!(replace("/(f)(oo)", "/foo", "/${2}x$$1$"), "/oox$1$");
        assert_eq!(replace(".*", "http://h/x", "https://y"), "https://y");
    }

    /// Where the end of a pattern is known by its text, the engine is not asked; it would say the same.
    #[test]
    fn what_is_known_without_the_engine_is_what_the_engine_says() {
        let mut known = 0;
        for tail in [
            "",
            "(/|$)(.*)",
            "(?:/|$)",
            "(/|$)",
            "(.*)",
            ".*",
            "/?",
            "/*",
            "(/?)",
            "(/.*)?",
            "/?(.*)",
            "/(.*)",
            "(/|$)/?",
            "(/|$).*",
            "(/|$)(/.*)?",
        ] {
            let source = format!("^/Foo{tail}");
            let mut patterns = vec![Pattern::re2(&source).expect("valid")];
            patterns.push(Pattern::pcre(&source, true).expect("valid"));
            patterns.push(Pattern::pcre(&source, false).expect("valid"));
            for pattern in patterns {
                known += usize::from(pattern.0.rest != Rest::Unknown);
                for text in [
                    "",
                    "/",
                    "/Foo",
                    "/foo",
                    "/FOO/",
                    "/Foo/",
                    "/Foo//",
                    "/Foo/x",
                    "/foo/x",
                    "/Foox",
                    "/Foo\n",
                    "/Foo\n\n",
                    "/Foo\nx",
                    "/Foo/\n",
                    "x/Foo",
                    "/Fo",
                    "/Foo\u{e9}",
                    "/Foo\u{e9}/",
                ] {
                    let bytes = octets::bytes(text);
                    let engine = pattern.with_engine(&bytes, |e| e.is_match(&bytes).then_some(())).is_some();
                    assert_eq!(pattern.is_match(text), engine, "{source:?} {text:?} {:?}", pattern.0.flavour);
                }
            }
        }
        assert!(known >= 15, "only {known} are known by their text");
    }
}
