//! Objects as YAML, the way people write manifests.

use serde_json::Value;
use std::fmt::Write;

/// Several documents.
pub fn documents(objects: &[Value]) -> String {
    let all: Vec<String> = objects.iter().map(document).collect();
    all.join("---\n")
}

fn document(object: &Value) -> String {
    let mut out = String::new();
    block(object, 0, &mut out);
    out
}

/// Writes a value whose first line is already indented.
fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (i, (key, value)) in map.iter().enumerate() {
                if i > 0 {
                    indent(depth, out);
                }
                out.push_str(&scalar(key));
                out.push(':');
                match value {
                    Value::Object(inner) if !inner.is_empty() => {
                        out.push('\n');
                        indent(depth + 1, out);
                        block(value, depth + 1, out);
                    }
                    Value::Array(inner) if !inner.is_empty() => {
                        out.push('\n');
                        indent(depth, out);
                        block(value, depth, out);
                    }
                    value => {
                        out.push(' ');
                        block(value, depth, out);
                    }
                }
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (i, value) in list.iter().enumerate() {
                if i > 0 {
                    indent(depth, out);
                }
                out.push_str("- ");
                block(value, depth + 1, out);
            }
        }
        Value::String(text) => {
            out.push_str(&scalar(text));
            out.push('\n');
        }
        other => {
            // Numbers, booleans, null, and empty collections are the same in YAML.
            writeln!(out, "{other}").expect("a String takes all");
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A text, in quotes unless it is plainly nothing but a text.
fn scalar(text: &str) -> String {
    let plain_byte = |b: u8| b.is_ascii_alphanumeric() || b"./-_".contains(&b);
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n" | "t" | "f"
    );
    match starts_plain && !word && text.bytes().all(plain_byte) {
        true => text.to_owned(),
        false => Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::documents;
    use serde_json::json;

    #[test]
    fn nested_collections_and_texts_that_look_like_others() {
        let objects = [json!({
            "a": [{"b": "x", "c": [1, 2], "d": {}}, []],
            "e": {"f/g": "true", "h": true, "i": "1", "j": "", "k": "/v[0-9]: #"},
        })];
        let expected = "a:\n- b: x\n  c:\n  - 1\n  - 2\n  d: {}\n- []\n\
                        e:\n  f/g: \"true\"\n  h: true\n  i: \"1\"\n  j: \"\"\n  k: \"/v[0-9]: #\"\n";
        assert_eq!(documents(&objects), expected);
    }
}
