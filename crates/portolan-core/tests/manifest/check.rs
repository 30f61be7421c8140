//! What must hold of reading any text. The fuzz target uses this file, too.

use portolan_core::manifest::{Limits, Manifest, Node, Value, read_with, read_with_general_reader};
use portolan_core::span::Span;

/// Reads a text both ways, and checks what must hold of any reading.
pub fn reads_alike(text: &str) {
    let limits = Limits::default();
    let fast = read_with([("m.yaml", text)], &limits);
    let general = read_with_general_reader([("m.yaml", text)], &limits);
    assert_eq!(dump(&fast), dump(&general), "of {text:?}");
    spans_are_valid(&fast, text);
}

/// All that was read, as text, since NaN is not equal to itself.
fn dump(manifest: &Manifest) -> String {
    fn walk(node: &Node, out: &mut String) {
        out.push_str(&format!("@{}-{} ", node.span.start, node.span.end));
        match &node.value {
            Value::Seq(items) => {
                out.push('[');
                for item in items {
                    walk(item, out);
                    out.push(',');
                }
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for entry in entries {
                    out.push_str(&format!(
                        "{:?}@{}-{}: ",
                        entry.key, entry.key_span.start, entry.key_span.end
                    ));
                    walk(&entry.value, out);
                    out.push(',');
                }
                out.push('}');
            }
            scalar => out.push_str(&format!("{scalar:?}")),
        }
    }
    let mut out = String::new();
    for object in &manifest.objects {
        out.push_str(&format!("object {} of {:?}: ", object.index, object.file));
        walk(&object.root, &mut out);
        out.push('\n');
    }
    for problem in &manifest.problems {
        out.push_str(&format!("{problem:?}\n"));
    }
    out
}

fn spans_are_valid(manifest: &Manifest, text: &str) {
    let valid = |span: Span| {
        assert!(
            span.start <= span.end && text.get(span.start as usize..span.end as usize).is_some(),
            "{span:?} is not inside {text:?}"
        );
    };
    fn walk(node: &Node, valid: &impl Fn(Span)) {
        valid(node.span);
        match &node.value {
            Value::Seq(items) => items.iter().for_each(|item| walk(item, valid)),
            Value::Map(entries) => entries.iter().for_each(|entry| {
                valid(entry.key_span);
                walk(&entry.value, valid);
            }),
            _ => {}
        }
    }
    manifest.objects.iter().for_each(|object| walk(&object.root, &valid));
    for problem in &manifest.problems {
        valid(problem.span);
        problem.related.iter().for_each(|related| valid(related.span));
        problem.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| valid(edit.span));
    }
}
