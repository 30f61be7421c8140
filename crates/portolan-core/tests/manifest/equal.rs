//! The fast reader gives what the general reader gives; and nothing panics or points outside.

use proptest::prelude::*;

use super::check::reads_alike;
use super::real::case_manifests;

#[test]
fn case_manifests_read_alike() {
    for (_, text) in case_manifests() {
        reads_alike(&text);
        reads_alike(&text.replace('\n', "\r\n"));
        // A line break that is missing at the end matters to block scalars.
        reads_alike(text.trim_end());
    }
}

/// Pieces that lines are made of; some are traps.
fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a: 1",
        "b: x",
        "a:",
        "key: value # c",
        "- a",
        "- a: 1",
        "-",
        "- - b",
        "- ",
        "k: |",
        "k: >-",
        "k: |+",
        "k: |-",
        "- |",
        "- >",
        "text here",
        "text # c",
        "# comment",
        "",
        "   ",
        "\t",
        "'q': 1",
        "\"q\": 'v'",
        "k: 'it''s'",
        "k: \"a\\\"b\"",
        "k: \"\\x41\"",
        "k: 'open",
        "k: []",
        "k: {}",
        "k: [a, b]",
        "k: {a: b}",
        "k: [a, [1, on]]",
        "k: [a,",
        "]",
        "}",
        "k: {a: 1, a: 2}",
        "{}",
        "[a]: b",
        "--- ",
        "---",
        "...",
        "--- # c",
        "--- a",
        "%YAML 1.2",
        "a:b",
        "a : b",
        "k: a: b",
        "k: - b",
        "k: *x",
        "k: &x y",
        "<<: *x",
        "k: !!str 1",
        "? a",
        ": b",
        "k: @a",
        "k: -",
        "k: --x",
        "k: - ",
        "k: :x",
        "k: ?x",
        "on: y",
        "1: 2",
        "~: 1",
        "k: .inf",
        "k: 0x1f",
        "é: ü",
        "k: \u{a0}",
        "k: x\u{a0}",
        "k: a#b",
        "k: a #b",
        "k: \"x\" #c",
        "k: \"x\"#c",
        "k: 'x'y",
        "a: 1\r",
        "- 'x': y",
        "- \"x\"",
        "-x",
        "- -",
        "k:\tv",
        "k: a\tb",
        "k: [a, b] # c",
        "k: [a, b]c",
        "k: {a: {b: [c]}}",
        "k: [a , b]",
        "k: [ 'a', \"b\" ]",
        "k: {a: }",
        "k: | # c",
        "k: |2",
        "k: |#",
        "k: http://x:80/a?b#c",
        "k: a, b",
        "- a, b: c",
        "k: x:",
        "k: x: # c",
        "k: \"\"",
        "''",
        "\u{feff}",
        "a: \u{85}b",
        "\u{2028}",
    ])
}

fn lines() -> impl Strategy<Value = String> {
    let line = (0usize..4, fragment()).prop_map(|(indent, text)| format!("{}{text}", "  ".repeat(indent)));
    let odd = (0usize..5, fragment()).prop_map(|(indent, text)| format!("{}{text}", " ".repeat(indent)));
    prop::collection::vec(prop_oneof![6 => line, 1 => odd], 0..9).prop_map(|lines| lines.join("\n"))
}

/// A random tree, to be written in a random style.
#[derive(Debug, Clone)]
enum Tree {
    Scalar(&'static str),
    Seq(Vec<Tree>),
    Map(Vec<(&'static str, Tree)>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let scalar = prop::sample::select(vec![
        "x",
        "80",
        "\"on\"",
        "'a: b'",
        "on",
        "0777",
        "null",
        "",
        "a b",
        "http://a:1/b?c#d",
        "\"a\\\"b\\n\"",
        "1.50",
        "'*.e.org'",
        "[]",
        "{}",
        "[a, 80, 'x']",
        "{a: 1, b: [on]}",
        "2006-01-02",
        "-x",
        "a#b",
        "é",
        "~",
        "x # c",
    ]);
    scalar.prop_map(Tree::Scalar).prop_recursive(5, 40, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "name", "a/b.c", "'q'", "\"d\"", "with space"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::Seq),
            prop::collection::vec((key, inner), 1..4).prop_map(Tree::Map),
        ]
    })
}

/// Writes a tree as block YAML; `style` decides about blank lines, comments and indentation.
fn write(tree: &Tree, indent: usize, style: u64, out: &mut String) {
    let style = style.rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let step = 1 + (style >> 60) as usize % 4;
    let pad = " ".repeat(indent);
    let filler = match (style >> 50) % 8 {
        0 => "\n",
        1 => "# comment\n",
        2 => "      # comment\n",
        3 => "  \n",
        _ => "",
    };
    match tree {
        Tree::Scalar(text) => out.push_str(&format!(" {text}\n")),
        Tree::Seq(items) => {
            out.push('\n');
            for item in items {
                out.push_str(&format!("{filler}{pad}-"));
                match item {
                    // A mapping on the line of its dash.
                    Tree::Map(entries) if style & 1 == 0 => {
                        for (i, (key, value)) in entries.iter().enumerate() {
                            let lead = if i == 0 { " ".to_owned() } else { format!("{pad}  ") };
                            out.push_str(&format!("{lead}{key}:"));
                            write(value, indent + 2 + step, style ^ i as u64, out);
                        }
                    }
                    other => write(other, indent + step, style, out),
                }
            }
        }
        Tree::Map(entries) => {
            out.push('\n');
            for (i, (key, value)) in entries.iter().enumerate() {
                out.push_str(&format!("{filler}{pad}{key}:"));
                // Lists may stand at the column of their key.
                let beside = matches!(value, Tree::Seq(_)) && style & 2 == 0;
                write(value, if beside { indent } else { indent + step }, style ^ i as u64, out);
            }
        }
    }
}

fn written() -> impl Strategy<Value = String> {
    (tree(), any::<u64>()).prop_map(|(tree, style)| {
        let mut out = String::from("kind: A\nspec:");
        write(&tree, 2, style, &mut out);
        out
    })
}

/// A real manifest with a few bytes changed.
fn damaged() -> impl Strategy<Value = String> {
    let manifests: Vec<String> = case_manifests().into_iter().step_by(40).map(|(_, text)| text).collect();
    let piece = prop::sample::select(vec![
        "\n", " ", "  ", "\t", ":", ": ", "-", "- ", "#", " #", "'", "\"", "[", "]", "{", "}", ",", "|", ">",
        "&a ", "*a", "!t ", "\\", "x", "\n\n", "---\n", "...\n", "\r", "é", "%", "@", "?", "0",
    ]);
    let change = (any::<prop::sample::Index>(), 0usize..3, piece);
    (prop::sample::select(manifests), prop::collection::vec(change, 1..4)).prop_map(|(mut text, changes)| {
        for (at, remove, insert) in changes {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let mut end = (start + remove).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, insert);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_lines_read_alike(text in lines()) {
        reads_alike(&text);
    }

    #[test]
    fn random_trees_read_alike(text in written()) {
        reads_alike(&text);
    }

    #[test]
    fn damaged_manifests_read_alike(text in damaged()) {
        reads_alike(&text);
    }

    #[test]
    fn any_text_reads_without_panic(text in "\\PC{0,60}|[\\[\\]{}:,\"'\\-# \\n\t\r&*!|>%@?.a0é\u{feff}]{0,40}") {
        reads_alike(&text);
    }
}
