//! Regular expressions, in the flavours of the proxies that use them.

use std::sync::Arc;

/// A compiled expression. Cheap to clone; two are equal where text and flavour are.
#[derive(Clone)]
pub struct Pattern(Arc<Compiled>);

struct Compiled {
    source: String,
    flavour: Flavour,
    engine: regex::bytes::Regex,
}

/// Whose syntax and meaning an expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Flavour {
    /// Go's `regexp`: unanchored unless it says so, no back-references, no look-around.
    Re2,
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
const SIZE_LIMIT: usize = 1 << 20;

impl Pattern {
    /// An expression as Go reads it.
    ///
    /// # Errors
    /// When Go would refuse it, or it is too big.
    pub fn re2(source: &str) -> Result<Pattern, PatternError> {
        let failed = |message: String| PatternError { message };
        let translated = super::re2::translate(source).map_err(failed)?;
        let engine = regex::bytes::RegexBuilder::new(&translated)
            .unicode(false)
            .size_limit(SIZE_LIMIT)
            .build()
            .map_err(|e| failed(last_line(&e.to_string())))?;
        Ok(Pattern(Arc::new(Compiled { source: source.to_owned(), flavour: Flavour::Re2, engine })))
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
        self.0.engine.is_match(text.as_bytes())
    }

    /// Replaces every match; `$1`, `${1}` and `$name` in the replacement stand for groups, `$$` for a
    /// dollar.
    pub fn replace_all(&self, text: &str, replacement: &str) -> String {
        let replaced = self.0.engine.replace_all(text.as_bytes(), replacement.as_bytes());
        String::from_utf8_lossy(&replaced).into_owned()
    }
}

/// The last line of an error of `regex`, which repeats the expression above it.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.0.source, self.0.flavour) == (&other.0.source, other.0.flavour)
    }
}

impl Eq for Pattern {}

impl std::hash::Hash for Pattern {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.0.source, self.0.flavour).hash(state);
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
}
