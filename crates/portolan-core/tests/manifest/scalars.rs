//! Scalars mean what they mean to Kubernetes.

use super::{json_of, object, one, problems};
use serde_json::{Value, json};

fn value(text: &str) -> Value {
    json_of(object(&format!("v: {text}\n")).get("v").expect("the value"))
}

#[test]
fn words_of_yaml_1_1() {
    for word in ["yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"] {
        assert_eq!(value(word), json!(true), "{word}");
    }
    for word in ["no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"] {
        assert_eq!(value(word), json!(false), "{word}");
    }
    for word in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(value(word), Value::Null, "{word}");
    }
    for word in ["yEs", "oN", "nULL", "truE", "'on'", "\"no\"", "tr"] {
        assert_eq!(value(word), json!(word.trim_matches(['\'', '"'])), "{word}");
    }
}

/// To kubectl they are booleans, which nobody means who writes one letter.
#[test]
fn a_bare_letter_is_the_string_that_was_meant_and_named() {
    for letter in ["y", "Y", "n", "N"] {
        let manifest = one(&format!("kind: Test\nv: {letter}\nquoted: '{letter}'\n"));
        let root = &manifest.objects.first().expect("an object").root;
        assert_eq!(root.get("v").and_then(|v| v.as_str()), Some(letter));
        let codes: Vec<_> = manifest.problems.iter().map(|p| p.code.0).collect();
        assert_eq!(codes, ["PT0119"], "{letter}");
        assert_eq!(manifest.problems[0].fixes[0].edits[0].text, format!("\"{letter}\""));
    }
}

#[test]
fn integers_as_go_reads_them() {
    for (text, number) in [
        ("0777", 511i64),
        ("0o777", 511),
        ("0O17", 15),
        ("0b101", 5),
        ("0x1F", 31),
        ("1_000", 1000),
        ("0_7", 7),
        ("+12", 12),
        ("-0x10", -16),
        ("-0b11", -3),
        ("-9223372036854775808", i64::MIN),
        ("9223372036854775807", i64::MAX),
        ("0", 0),
        ("-0", 0),
        ("08", 8),
        ("80.0", 80),
        ("1e3", 1000),
        ("1_0.5_0e1", 105),
    ] {
        assert_eq!(value(text), json!(number), "{text}");
    }
}

#[test]
fn floats_and_what_is_none() {
    for (text, number) in [
        ("1.5", 1.5),
        (".5", 0.5),
        ("-1.25e-2", -0.0125),
        ("18446744073709551615", 18446744073709551615.0),
        ("0x1FFFFFFFFFFFFFFFFF", 36893488147419103231.0 * 16.0 + 15.0),
    ] {
        let found = value(text).as_f64();
        assert!(found.is_some_and(|f| (f - number).abs() <= number.abs() * 1e-12), "{text}: {found:?}");
    }
    for text in [
        "0o8",
        "0x",
        "1e",
        ".",
        "1.2.3",
        "_1",
        "1:30",
        "2006-01-02",
        "2006-01-02T15:04:05Z",
        "10m",
        "1e400",
        "-0x1FFFFFFFFFFFFFFFFF",
        "+0x8000000000000000",
        "0b2",
        "-",
        "+",
        "1 2",
    ] {
        let text = if text == "-" { continue } else { text };
        assert_eq!(value(text), json!(text), "{text}");
    }
}

#[test]
fn what_json_cannot_hold_is_reported() {
    for text in [".inf", "-.Inf", "+.INF", ".NaN"] {
        let m = one(&format!("v: {text}\n"));
        assert_eq!(problems(&m), [format!("PT0111 1:4 `{text}` is a number that JSON cannot hold")]);
    }
}

#[test]
fn keys_become_text() {
    let root = object("on: 1\n0777: 2\n1.50: 3\n1e6: 4\n1e-7: 5\nNO: 6\n'~': 7\n");
    let keys: Vec<_> = root.entries().iter().map(|e| e.key.as_str()).collect();
    assert_eq!(keys, ["true", "511", "1.5", "1e+06", "1e-07", "false", "~"]);
    let m = one("kind: A\n~: 1\n? [a]\n: 2\n18446744073709551615: 3\n");
    assert_eq!(m.problems.iter().filter(|p| p.code.0 == "PT0107").count(), 3, "{:?}", problems(&m));
    assert_eq!(json_of(&m.objects[0].root), json!({"kind": "A"}));
}

#[test]
fn tags_as_go_yaml_takes_them() {
    let root = object(
        "a: !!str 12\nb: !!int '12'\nc: !!binary aGVsbG8=\nd: !!float 1\ne: !!bool 'yes'\nf: !!null ''\ng: !!str\nh: ! 5\ni: !!timestamp 2001-01-01\n",
    );
    assert_eq!(
        json_of(&root),
        json!({"a": "12", "b": 12, "c": "hello", "d": 1, "e": true, "f": null, "g": "", "h": 5, "i": "2001-01-01"})
    );
    let m = one("a: !Ref 12\nb: !Sub [x]\nc: !!int x\nd: !!binary '*'\n");
    assert_eq!(json_of(&m.objects[0].root), json!({"a": "12", "b": ["x"], "c": "x", "d": "*"}));
    let codes: Vec<_> = m.problems.iter().map(|p| p.code.0).collect();
    assert_eq!(codes, ["PT0108", "PT0108", "PT0109", "PT0109"]);
}
