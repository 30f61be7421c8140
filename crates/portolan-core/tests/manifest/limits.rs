//! Hostile input costs little and is named clearly.

use std::time::{Duration, Instant};

use super::{kinds, one};
use portolan_core::manifest::{Limits, Manifest, read_with};

/// Reads within a second (more is allowed to unoptimised builds on busy machines) and gives the codes.
fn codes(text: String) -> Vec<&'static str> {
    let start = Instant::now();
    let manifest = one(&text);
    let codes = manifest.problems.iter().map(|p| p.code.0).collect();
    drop(manifest);
    let allowed = if cfg!(debug_assertions) { 10 } else { 1 };
    assert!(start.elapsed() < Duration::from_secs(allowed), "took {:?}", start.elapsed());
    codes
}

#[test]
fn a_file_above_the_size_limit_is_refused() {
    assert_eq!(codes("a: b\n".repeat(20_000_000)), ["PT0112"]);
}

#[test]
fn deep_nesting_is_refused() {
    const DEEP: usize = 100_000;
    assert_eq!(codes("[".repeat(DEEP)), ["PT0113"]);
    assert_eq!(codes(format!("a: {}", "[".repeat(DEEP))), ["PT0113"]);
    assert_eq!(codes(format!("a: {}1{}", "{b: ".repeat(DEEP), "}".repeat(DEEP))), ["PT0113"]);
    assert_eq!(codes("- ".repeat(DEEP)), ["PT0113"]);
    assert_eq!(codes("{\"a\":".repeat(DEEP)), ["PT0113"]);
    assert_eq!(codes("? ".repeat(DEEP)), ["PT0113"]);
    let stairs: String = (0..300).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert_eq!(codes(stairs), ["PT0113"]);
}

#[test]
fn nesting_below_the_limit_is_read() {
    assert_eq!(codes(format!("a: {}{}\n", "[".repeat(150), "]".repeat(150))), [""; 0]);
}

#[test]
fn alias_bombs_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let alias = format!("*a{}", i - 1);
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", [alias.as_str(); 9].join(", ")));
    }
    bomb.push_str("---\nkind: A\n");
    assert_eq!(codes(bomb.clone()), ["PT0115"]);
    assert_eq!(kinds(&one(&bomb)), ["A"]);
}

#[test]
fn chains_of_aliases_cannot_nest_without_end() {
    let nest = |inner: &str| format!("{}{inner}{}", "[".repeat(100), "]".repeat(100));
    let mut text = format!("a0: &a0 {}\n", nest("x"));
    for i in 1..100 {
        text.push_str(&format!("a{i}: &a{i} {}\n", nest(&format!("*a{}", i - 1))));
    }
    assert_eq!(codes(text), ["PT0113"]);
}

#[test]
fn an_anchor_inside_itself_is_reported() {
    assert_eq!(codes("kind: A\na: &a [*a]\n".to_owned()), ["PT0116"]);
}

#[test]
fn too_many_values_are_refused() {
    let mut limits = Limits::default();
    limits.max_nodes = 1000;
    let read = |text: String| -> Manifest { read_with([("m", text)], &limits) };
    let m = read("- 1\n".repeat(2000));
    assert_eq!(m.problems[0].code.0, "PT0114");
    let m = read(format!("[{}1]", "1,".repeat(2000)));
    assert_eq!(m.problems[0].code.0, "PT0114");
}

#[test]
fn problems_are_counted() {
    let m = one(&"}\n---\n".repeat(5000));
    assert_eq!(m.problems.len(), 1001);
    assert_eq!(m.problems[1000].code.0, "PT0117");
}

#[test]
fn many_small_documents_and_many_keys_stay_fast() {
    assert_eq!(codes("kind: A\n---\n".repeat(200_000)), [""; 0]);
    let keys: String = (0..200_000).map(|i| format!("k{i}: {i}\n")).collect();
    assert_eq!(codes(keys), [""; 0]);
    assert_eq!(codes("k: 1\n".repeat(100_000)).len(), 1001);
}
