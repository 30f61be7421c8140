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
    assert!(Pattern::re2("^/b(((a{1000}){1000}){1000})?").is_err());
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
#[cfg(feature = "regex")]
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
            known += usize::from(matches!(pattern.0.matcher, Matcher::Text { .. }));
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
    assert!(known >= 45, "only {known} are known by their text");
}

/// Expressions of the part that is read without the engine, and some beside it.
#[cfg(all(feature = "regex", not(target_arch = "wasm32")))]
fn expression() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let one = prop::sample::select(vec![
        "a", "b", "A", "/", "0", "-", ".", r"\.", r"\d", r"\W", "[ab]", "[^/]", "[a-c0]", "[^aB]", "[-a]",
        "[.b-]", "^", "$", "", "(/|$)", "(.*)", "/foo", r"[\w-]", r"[\d.]",
    ]);
    let inner = one.prop_map(str::to_owned);
    let tree = inner.prop_recursive(4, 24, 4, |inner| {
        let repeat =
            prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| all.concat()),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("({})", all.join("|"))),
            1 => inner.clone().prop_map(|one| format!("(?:{one})")),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|all| all.join("|")),
            2 => (inner, repeat).prop_map(|(one, repeat)| format!("({one}){repeat}")),
        ]
    });
    (prop::sample::select(vec!["", "^", "^/", "(?i)", "(?i)^/a", "^/foo"]), tree)
        .prop_map(|(a, b)| format!("{a}{b}"))
}

/// What is matched without the engine is what the engine matches; every match begins and holds what
/// the index takes for granted.
#[cfg(all(feature = "regex", not(target_arch = "wasm32")))]
#[test]
fn any_expression_means_what_its_engine_means() {
    use proptest::prelude::*;
    let text = prop::collection::vec(
        prop::sample::select(vec![
            "a",
            "b",
            "A",
            "B",
            "c",
            "/",
            "0",
            ".",
            "-",
            "\n",
            "/foo",
            "/Foo",
            "\u{e9}",
            "\u{10ffff}",
        ]),
        0..8,
    );
    let texts = prop::collection::vec(text.prop_map(|all| all.concat()), 1..12);
    let config = ProptestConfig::default();
    let cases = config.cases.max(2048);
    let config = ProptestConfig { cases, failure_persistence: None, ..config };
    let known = std::cell::Cell::new(0_u32);
    let matched = std::cell::Cell::new(0_u32);
    proptest!(config, |(source in expression(), texts in texts)| {
        let mut patterns = vec![Pattern::re2(&source)];
        patterns.extend([Pattern::pcre(&source, false), Pattern::pcre(&source, true)]);
        for pattern in patterns {
            let Ok(pattern) = pattern else {
                prop_assert_eq!(Expression::parse(&source, false), None, "{} is refused", source);
                continue;
            };
            if matches!(pattern.0.matcher, Matcher::Text { .. }) {
                known.set(known.get() + 1);
                prop_assert!(pattern.engine().is_some(), "{} has no engine", source);
            }
            for text in &texts {
                let expected = pattern.engine_matches(text);
                prop_assert_eq!(pattern.is_match(text), expected, "{:?} on {:?}", &pattern, text);
                if !expected {
                    continue;
                }
                matched.set(matched.get() + 1);
                let lower = text.to_ascii_lowercase();
                prop_assert!(lower.starts_with(pattern.start().unwrap_or_default()));
                for list in pattern.required() {
                    let held = |one: &Vec<u8>| one.is_empty() || lower.as_bytes().windows(one.len()).any(|w| w == one);
                    prop_assert!(list.iter().any(held), "{:?} on {:?}: {:?}", &pattern, text, list);
                }
            }
        }
    });
    assert!(known.get() > 2000 && matched.get() > 2000, "{} known, {} matches", known.get(), matched.get());
}
