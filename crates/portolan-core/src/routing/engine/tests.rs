//! The small engine against `regex` and `fancy-regex`: on generated expressions and texts all say
//! the same, or the small one says that it cannot.

use super::super::{pcre, re2};
use super::{Engine, Group};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

fn linear(source: &str, ignore_case: bool) -> Option<regex::bytes::Regex> {
    regex::bytes::RegexBuilder::new(source)
        .unicode(false)
        .case_insensitive(ignore_case)
        .size_limit(1 << 20)
        .build()
        .ok()
}

fn backtracking(source: &str, ignore_case: bool) -> Option<fancy_regex::Regex> {
    fancy_regex::RegexBuilder::new(source)
        .bytes_mode(fancy_regex::BytesMode::Ascii)
        .case_insensitive(ignore_case)
        // Far less than the small engine's own: what the peer finishes, it has to finish as well.
        .backtrack_limit(20_000)
        .build()
        .ok()
}

type Groups = Option<Vec<Group>>;

/// A group that no repetition let take part is missing from some engines' lists.
fn trimmed(groups: Groups) -> Groups {
    groups.map(|mut groups| {
        while groups.last() == Some(&None) {
            groups.pop();
        }
        groups
    })
}

fn by_linear(engine: &regex::bytes::Regex, text: &[u8]) -> Groups {
    trimmed(engine.captures(text).map(|c| c.iter().map(|m| m.map(|m| (m.start(), m.end()))).collect()))
}

fn by_backtracking(engine: &fancy_regex::Regex, text: &[u8]) -> Option<Groups> {
    let captures = engine.captures(text).ok()?;
    Some(trimmed(captures.map(|c| (0..c.len()).map(|i| c.get(i).map(|m| (m.start(), m.end()))).collect())))
}

/// Expressions out of pieces, so that most of them are valid.
fn expressions(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop::sample::select(pieces).prop_map(str::to_owned);
    let leaf = prop::collection::vec(piece, 1..4).prop_map(|p| p.concat());
    leaf.prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let open = prop::sample::select(vec!["(", "(?:", "(?i)(", "(?<n>"]);
        let times = ["", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{1,3}?", "{0}"];
        prop_oneof![
            several.clone().prop_map(|parts| parts.concat()),
            several.prop_map(|parts| parts.join("|")),
            (open, inner, prop::sample::select(times.to_vec()))
                .prop_map(|(open, inner, times)| format!("{open}{inner}){times}")),
        ]
    })
}

const PIECES: &[&str] = &[
    "a",
    "b",
    "/",
    "B",
    "é",
    ".",
    ".*",
    "[^/]+",
    "[a-c]",
    "[^b]",
    "^",
    "$",
    r"\d",
    r"\w+",
    r"\b",
    r"\B",
    "x?",
    r"\.",
    "",
    "[[:alpha:]]",
    r"[\w.-]*",
    "1",
    "-",
    "(/|$)(.*)",
    "|",
    r"\Q.a\E",
    "[é-ü]",
    "[^é]",
    r"\s",
    r"\x41",
    "{",
    "(?s).",
    "a{2}",
    "(?m)^",
    "(?m)$",
    r"\A",
    r"\z",
    "(?U)a*",
    r"\x{e9}",
    r"\101",
];

const PCRE_PIECES: &[&str] = &[
    "a",
    "b",
    "/",
    "B",
    "é",
    ".",
    ".*",
    "[^/]+",
    "[a-c]",
    "[^b]",
    "^",
    "$",
    r"\d",
    r"\w+",
    r"\b",
    "x?",
    r"\.",
    "",
    "[[:alpha:]]",
    "1",
    "(/|$)(.*)",
    "|",
    "(?=a)",
    "(?!b)",
    "(?<=a)",
    "(?<!/)",
    "(?<=a|bb)",
    "(?>a*)",
    "a++",
    "b*+",
    "(a)",
    r"\1",
    r"\2",
    r"(b)\1",
    "(?!admin).*",
    r"\h",
    r"\R",
    "(?#c)",
    r"\x{e9}",
    "(?<w>a)",
    r"\/",
    "(?=(a+))",
    "(?<!a|bb)",
    r"\N",
    "a{,2}",
    "{",
    "(a|b)*+",
    "(?:a*)*",
    "(|a)+",
];

fn texts() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "a", "b", "A", "B", "/", "ab", "aa", "é", "x", "1", "\n", "-", ".", " ", "", "bb", "{",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|p| p.concat().into_bytes())
}

/// Runs `check` on many expressions and texts; it says whether both engines took the expression.
fn compare(
    pieces: &'static [&'static str],
    check: impl Fn(&str, bool, &[Vec<u8>]) -> Result<bool, TestCaseError>,
) {
    let mut runner = TestRunner::new(Config { cases: 3000, failure_persistence: None, ..Config::default() });
    let (both, all) = (Cell::new(0), Cell::new(0));
    let input = (expressions(pieces), any::<bool>(), prop::collection::vec(texts(), 8));
    runner
        .run(&input, |(source, fold, texts)| {
            all.set(all.get() + 1);
            both.set(both.get() + usize::from(check(&source, fold, &texts)?));
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
    assert!(both.get() * 2 > all.get(), "only {} of {} were compared", both.get(), all.get());
}

#[test]
fn it_answers_as_regex_does() {
    compare(PIECES, |source, fold, texts| {
        let Ok(translated) = re2::translate(source) else { return Ok(false) };
        let (peer, own) = (linear(&translated, fold), Engine::linear(&translated, fold));
        // The tests have the tables for that, by way of other crates; the library has not.
        let is_refused = own.as_ref().err().is_some_and(|e| e.ends_with("have no case here"));
        prop_assert!(peer.is_some() == own.is_ok() || is_refused, "{:?} {:?}", translated, own.err());
        let (Some(peer), Ok(own)) = (peer, own) else { return Ok(false) };
        for text in texts {
            prop_assert_eq!(
                by_linear(&peer, text),
                trimmed(own.captures(text, 0)),
                "{} on {:?}",
                translated,
                text
            );
            prop_assert_eq!(peer.is_match(text), own.is_match(text));
            let to = "<$1|${n}|$0$$>";
            prop_assert_eq!(
                &*peer.replace_all(text, to.as_bytes()),
                &*own.replace_all(text, to),
                "{} on {:?}",
                translated,
                text
            );
        }
        Ok(true)
    });
}

#[test]
fn it_answers_as_fancy_regex_does() {
    compare(PCRE_PIECES, |source, fold, texts| {
        let translated = pcre::translate(source);
        let (peer, own) = (backtracking(&translated, fold), Engine::pcre(&translated, fold));
        // What PCRE refuses and `fancy-regex` takes; the other way round, there is nothing to compare.
        let is_refused = own.as_ref().err().is_some_and(|e| e == "duplicate group name");
        prop_assert!(peer.is_none() || own.is_ok() || is_refused, "{:?} {:?}", translated, own.err());
        let (Some(peer), Ok(own)) = (peer, own) else { return Ok(false) };
        for text in texts {
            let Some(groups) = by_backtracking(&peer, text) else { continue };
            let found = trimmed(own.captures(text, 0));
            prop_assert!(
                agree(&translated, &groups, &found),
                "{} on {:?}: {:?} {:?}",
                translated,
                text,
                groups,
                found
            );
        }
        Ok(true)
    });
}

/// Which round of a loop over a group is written down, `fancy-regex` and PCRE see differently where
/// a round may match nothing; there the whole match alone is compared.
fn agree(source: &str, peer: &Groups, own: &Groups) -> bool {
    let first = |groups: &Groups| groups.as_ref().and_then(|g| g.first().copied());
    let has_loop = [")*", ")+", "){"].iter().any(|l| source.contains(l));
    // What such a group holds decides where a back reference to it matches.
    let refers_back = source.contains(r"\1") || source.contains(r"\2");
    match (has_loop, refers_back) {
        (true, true) => true,
        (true, false) => first(peer) == first(own),
        (false, _) => peer == own,
    }
}

#[test]
fn what_fancy_regex_reads_otherwise_is_as_in_pcre() {
    let groups = |source: &str, text: &str| {
        Engine::pcre(source, false).unwrap_or_else(|e| panic!("{source}: {e}")).captures(text.as_bytes(), 0)
    };
    assert_eq!(groups(r"a\Z", "a\n"), Some(vec![Some((0, 1))]));
    assert_eq!(groups(r"a\b{1", "a{1"), Some(vec![Some((0, 3))]));
    assert_eq!(groups(r"a\Z", "a\n\n"), None);
    assert_eq!(groups(r"a\Kb", "ab"), Some(vec![Some((1, 2))]));
    // Perl and PCRE go one round further here than `fancy-regex`.
    assert_eq!(groups(r"(.*)+\1", "ab"), Some(vec![Some((0, 2)), Some((2, 2))]));
    assert_eq!(groups("(?:(?=a))*a", "a"), Some(vec![Some((0, 1))]));
    for unknown in
        ["(?|a)", "(?R)", "(?1)", r"\g1", r"\X", r"\pL", "(?x)a", "(*FAIL)", "(?(1)a)", "(?<=a*)b", r"(a)\2"]
    {
        assert!(Engine::pcre(unknown, false).is_err(), "{unknown}");
    }
}

/// Hostile expressions are refused, or give up; none takes long.
#[test]
fn no_expression_hangs() {
    assert!(Engine::pcre("((a{1000}){1000}){1000}", false).is_err());
    assert!(Engine::pcre("(){0,999999999}", false).is_err());
    assert!(Engine::pcre("(?<=a{999999999999999999}{9})", false).is_err());
    assert!(Engine::pcre(&"(".repeat(100_000), false).is_err());
    let text = "a".repeat(2_000);
    for evil in
        ["(a+)+$x", "(a*)*b", "(a|aa|a?)*b", r"(a+)+\1b", "(?=(a+)+b)", "(?>(a|a?)+)b", "((a{0,50}){0,50}b)"]
    {
        let engine = Engine::pcre(evil, false).unwrap_or_else(|e| panic!("{evil}: {e}"));
        assert!(!engine.is_match(text.as_bytes()), "{evil}");
    }
}
