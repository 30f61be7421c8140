//! JSON files.

use super::{json_of, kinds, one, problems};
use serde_json::json;

#[test]
fn objects_arrays_lists_and_several_in_a_row() {
    assert_eq!(kinds(&one("{\"kind\": \"A\"}")), ["A"]);
    assert_eq!(kinds(&one("{\"kind\": \"A\"}\n{\"kind\": \"B\"} {\"kind\":\"C\"}\n")), ["A", "B", "C"]);
    assert_eq!(
        kinds(&one("{\"kind\": \"List\", \"items\": [{\"kind\": \"A\"}, {\"kind\": \"B\"}]}")),
        ["A", "B"]
    );
    let m = one("[{\"kind\": \"A\"}, {\"kind\": \"B\"}]");
    assert_eq!(kinds(&m), ["A", "B"]);
    assert_eq!(problems(&m), ["PT0118 1:2 this document is a bare list of objects"]);
}

#[test]
fn values_and_places() {
    let m = one(
        "\u{feff}{\"kind\": \"A\", \"v\": [1, -2.5, 1e2, true, null, \"a\\u00e9\\ud83d\\ude00\\n\\ud800\"]}",
    );
    assert_eq!(problems(&m), [""; 0]);
    let v = m.objects[0].root.get("v").expect("v");
    assert_eq!(json_of(v), json!([1, -2.5, 100, true, null, "aé😀\n\u{fffd}"]));
    assert_eq!(m.sources.text(v.items()[1].span), "-2.5");
}

#[test]
fn on_and_octals_are_plain_text_in_json_only() {
    let m = one("{\"kind\": \"A\", \"v\": \"on\"}");
    assert_eq!(m.objects[0].root.get("v").and_then(|v| v.as_str()), Some("on"));
}

#[test]
fn broken_json_keeps_what_stands_before() {
    let m = one("{\"kind\": \"A\"}\n{\"kind\": \"B\"\n");
    assert_eq!(kinds(&m), ["A"]);
    assert_eq!(
        problems(&m),
        ["PT0102 3:1 this is not JSON: a `,` or `}` is missing before the end of the file"]
    );
}

#[test]
fn yaml_in_flow_style_is_no_broken_json() {
    let m = one("{kind: A, v: [1, 2,]}\n---\n{\"kind\": \"B\"}\n");
    assert_eq!(kinds(&m), ["A", "B"]);
    assert_eq!(problems(&m), [""; 0]);
    let m = one("{\"kind\": \"A\"}\n---\n{\"kind\": \"B\"}\n");
    assert_eq!((kinds(&m), m.problems.len()), (vec!["A", "B"], 0));
}

#[test]
fn duplicate_keys_in_json_are_reported_too() {
    let m = one("{\"kind\": \"A\", \"x\": 1, \"x\": 2}");
    assert_eq!(json_of(&m.objects[0].root), json!({"kind": "A", "x": 2}));
    assert_eq!(problems(&m).len(), 1);
}
