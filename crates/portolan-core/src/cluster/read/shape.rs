//! Types and field names of a whole object: what the API server's decoder refuses or drops.

use super::super::codes;
use super::context::*;
use super::schema::{self, Fields, Shape};
use crate::manifest::{Entry, Node, Value};
use crate::problem::Edit;
use crate::text::did_you_mean;

/// Checks an object whose fields these are.
pub(super) fn check(node: &Node, fields: &'static Fields, cx: &mut Cx) {
    object(node, fields, None, &At::ROOT, cx);
}

/// Checks the metadata of an object of any kind.
pub(super) fn check_metadata(root: &Node, cx: &mut Cx) {
    if let Some(metadata) = root.get("metadata") {
        object(metadata, &schema::OBJECT_META, None, &At::ROOT.field("metadata"), cx);
    }
}

/// The object around another, for fields that stand one level too deep.
#[derive(Clone, Copy)]
struct Outer<'a> {
    fields: &'static Fields,
    at: &'a At<'a>,
}

fn object(node: &Node, fields: &'static Fields, outer: Option<Outer>, at: &At, cx: &mut Cx) {
    for entry in node.entries() {
        match fields.get(&entry.key) {
            Some(shape) => value(&entry.value, shape, Some(Outer { fields, at }), &at.field(&entry.key), cx),
            None => unknown(node, entry, fields, outer, at, cx),
        }
    }
}

fn value(node: &Node, shape: &'static Shape, outer: Option<Outer>, at: &At, cx: &mut Cx) {
    match (shape, &node.value) {
        (_, Value::Null) | (Shape::Any, _) | (Shape::Map, Value::Map(_)) => {}
        (Shape::Object(fields), Value::Map(_)) => object(node, fields, outer, at, cx),
        (Shape::List(item), Value::Seq(items)) => {
            for (i, node) in items.iter().enumerate() {
                value(node, item, outer, &at.index(i), cx);
            }
        }
        (Shape::String | Shape::Time | Shape::IntOrString, Value::String(_)) => {}
        (Shape::Bool, Value::Bool(_)) => {}
        (Shape::Int32 | Shape::IntOrString, Value::Int(n)) if i32::try_from(*n).is_ok() => {
            octal(node, *n, at, cx)
        }
        (Shape::Int64, Value::Int(n)) => octal(node, *n, at, cx),
        (Shape::Int32 | Shape::Int64 | Shape::IntOrString, Value::Int(_) | Value::Float(_)) => {
            let bits = if matches!(shape, Shape::Int64) { 64 } else { 32 };
            let message = format_args!("{} must be a whole number that fits in {bits} bits", at.short());
            cx.reject(codes::WRONG_TYPE, at, node.span, message);
        }
        (Shape::Strings, Value::Map(entries)) => {
            for entry in entries {
                value(&entry.value, &Shape::String, None, &at.key(&entry.key), cx);
            }
        }
        (Shape::Bytes, Value::Map(entries)) => {
            for entry in entries {
                value(&entry.value, &Shape::String, None, &at.key(&entry.key), cx);
                base64(&entry.value, &at.key(&entry.key), cx);
            }
        }
        _ => wrong_type(node, shape, at, cx),
    }
}

fn wrong_type(node: &Node, shape: &Shape, at: &At, cx: &mut Cx) {
    if cx.is_full() {
        cx.admitted = false;
        return;
    }
    let expected = match shape {
        Shape::Bool => "a boolean",
        Shape::Int32 | Shape::Int64 => "a number",
        Shape::IntOrString => "a number or a string",
        Shape::String | Shape::Time => "a string",
        Shape::List(_) => "an array",
        _ => "an object",
    };
    let (title, edits) = match (shape, &node.value) {
        (
            Shape::String | Shape::Time | Shape::IntOrString,
            Value::Bool(_) | Value::Int(_) | Value::Float(_),
        ) => ("Put it in quotes", cx.quote(node.span)),
        (Shape::Int32 | Shape::Int64, Value::String(s)) if s.parse::<i32>().is_ok() => {
            ("Write the number without quotes", cx.unquote(node.span, s))
        }
        (Shape::Bool, Value::String(s)) if s == "true" || s == "false" => {
            ("Write it without quotes", cx.unquote(node.span, s))
        }
        (Shape::List(Shape::String), Value::String(_)) => {
            let written = cx.written(node.span);
            let simple = !written.contains(['\n', ',', '[', ']', '{', '}', '#']);
            ("Make it a list", simple.then(|| vec![Edit { span: node.span, text: format!("[{written}]") }]))
        }
        _ => ("", None),
    };
    let help = match (shape, &node.value) {
        (Shape::String | Shape::Time | Shape::IntOrString, value) => {
            word_of_yaml(value, cx.written(node.span))
        }
        (Shape::List(_), Value::Map(_)) => Some("start each item of the list with `- `".to_owned()),
        (Shape::Object(_) | Shape::Strings | Shape::Bytes, Value::Seq(_)) => {
            Some("there can be only one; write it without the dash".to_owned())
        }
        _ => None,
    };
    let message = format_args!("{} must be {expected}, but this is {}", at.short(), article(node.kind()));
    let noted = cx.reject(codes::WRONG_TYPE, at, node.span, message).fix(title, edits);
    if let Some(help) = help {
        noted.help(help);
    }
}

fn article(word: &str) -> String {
    format!("{} {word}", if word.starts_with(['a', 'o', 'E', 'I']) { "an" } else { "a" })
}

/// Why something that looks like text is none to YAML.
fn word_of_yaml(value: &Value, written: &str) -> Option<String> {
    match value {
        Value::Bool(b) if !written.eq_ignore_ascii_case("true") && !written.eq_ignore_ascii_case("false") => {
            Some(format!("Kubernetes reads the bare word `{}` as {b}; quoted, it is a string", Clip(written)))
        }
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            Some("the API server does not turn it into a string by itself; put it in quotes".to_owned())
        }
        _ => None,
    }
}

/// A number with a leading zero that is not what it looks like.
fn octal(node: &Node, number: i64, at: &At, cx: &mut Cx) {
    let written = cx.written(node.span);
    let digits = written.trim_start_matches(['+', '-']);
    if !digits.starts_with('0') || digits.len() < 2 || written.parse() == Ok(number) {
        return;
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let message = format_args!("{} is {number}: YAML reads `{written}` as an octal number", at.short());
        cx.warn(codes::OCTAL, at, node.span, message).help("leave the leading zero out");
    }
}

/// Whether a value of `data` is base64, as Go decodes it: padded, line breaks ignored.
fn base64(node: &Node, at: &At, cx: &mut Cx) {
    let Some(text) = node.as_str() else { return };
    let mut length = 0usize;
    let mut padding = 0usize;
    let good = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')).all(|b| {
        length += 1;
        padding += usize::from(b == b'=');
        b == b'=' || (padding == 0 && (b.is_ascii_alphanumeric() || b == b'+' || b == b'/'))
    });
    if !good || padding > 2 || !length.is_multiple_of(4) {
        let message = format_args!("{} is not base64", at.short());
        cx.reject(codes::DATA, at, node.span, message)
            .help("values under `data` are base64; plain text goes under `stringData` (in a ConfigMap: under `data`)");
    }
}

fn unknown(node: &Node, entry: &Entry, fields: &'static Fields, outer: Option<Outer>, at: &At, cx: &mut Cx) {
    if cx.is_full() {
        return;
    }
    let key = entry.key.as_str();
    let at_key = at.field(key);
    let place = if at.is_root() { article(fields.name) } else { at.short() };
    let mut title = String::new();
    let mut edits = None;
    let hint = if let Some((hint, rename)) = other_version(fields, key) {
        if let Some(to) = rename {
            title = format!("Write `{to}`");
            edits = cx.rename(entry.key_span, to);
        } else if std::ptr::eq(fields, &schema::INGRESS_BACKEND) {
            title = "Write it as networking.k8s.io/v1".to_owned();
            edits = super::convert::backend(node, cx).map(|e| vec![e]);
        }
        Some(hint.to_owned())
    } else {
        let similar = did_you_mean(key, fields.names());
        let fits = |name: &&str| fields.get(name).is_some_and(|shape| fits(&entry.value, shape));
        let outside = outer.filter(|o| o.fields.get(key).is_some());
        if let Some(name) = similar.filter(fits) {
            // No search in the huge mappings of hostile input.
            if node.entries().len() < 100 && node.get(name).is_none() {
                title = format!("Write `{name}`");
                edits = cx.rename(entry.key_span, name);
            }
            Some(format!("did you mean `{name}`?"))
        } else if let Some(inner) = fields.holder_of(key) {
            Some(format!("it belongs under `{inner}`"))
        } else if let Some(outer) = outside {
            Some(format!("it belongs to {}, one level further left", outer.at.short()))
        } else {
            similar.map(|name| format!("did you mean `{name}`?"))
        }
    };
    let refused =
        "the API server drops it, and `kubectl apply` refuses the object unless told `--validate=warn`";
    let help = hint.map_or_else(|| refused.to_owned(), |hint| format!("{hint}; {refused}"));
    let message = format_args!("{place} has no field `{}`", Clip(key));
    cx.warn(codes::UNKNOWN_FIELD, &at_key, entry.key_span, message).help(help).fix(title, edits);
}

/// Whether a value is of the kind that a field wants, not looking into it.
fn fits(node: &Node, shape: &Shape) -> bool {
    match node.value {
        Value::Null => true,
        Value::Map(_) => {
            matches!(shape, Shape::Any | Shape::Map | Shape::Strings | Shape::Bytes | Shape::Object(_))
        }
        Value::Seq(_) => matches!(shape, Shape::Any | Shape::List(_)),
        Value::Bool(_) => matches!(shape, Shape::Any | Shape::Bool),
        Value::Int(_) | Value::Float(_) => {
            matches!(shape, Shape::Any | Shape::Int32 | Shape::Int64 | Shape::IntOrString)
        }
        Value::String(_) => matches!(shape, Shape::Any | Shape::String | Shape::Time | Shape::IntOrString),
    }
}

/// Fields that another version of the API has: what to say, and the new name where that is all.
fn other_version(fields: &'static Fields, key: &str) -> Option<(&'static str, Option<&'static str>)> {
    let is = |other: &'static Fields| std::ptr::eq(fields, other);
    Some(match key {
        "serviceName" if is(&schema::INGRESS_BACKEND) => {
            ("that is v1beta1's field; networking.k8s.io/v1 says `service.name`", None)
        }
        "servicePort" if is(&schema::INGRESS_BACKEND) => (
            "that is v1beta1's field; networking.k8s.io/v1 says `service.port.number` or `service.port.name`",
            None,
        ),
        "backend" if is(&schema::INGRESS_SPEC) => {
            ("that is v1beta1's field; networking.k8s.io/v1 says `defaultBackend`", Some("defaultBackend"))
        }
        "service" if is(&schema::INGRESS_BACKEND_V1BETA1) => {
            ("that is networking.k8s.io/v1's field; this version says `serviceName` and `servicePort`", None)
        }
        "defaultBackend" if is(&schema::INGRESS_SPEC_V1BETA1) => {
            ("that is networking.k8s.io/v1's field; this version says `backend`", Some("backend"))
        }
        _ => return None,
    })
}
