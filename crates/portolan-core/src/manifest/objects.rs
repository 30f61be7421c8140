//! Documents to objects: lists are opened, everything else must be a mapping.

use super::{Entry, Node, Object, Value, codes};
use crate::manifest::build::Problems;
use crate::problem::{Problem, Severity};
use crate::span::FileId;

/// Collects objects out of documents.
pub(super) struct Objects<'a> {
    pub(super) file: FileId,
    pub(super) list: &'a mut Vec<Object>,
    pub(super) problems: &'a mut Problems,
}

impl Objects<'_> {
    /// Takes a whole document.
    pub(super) fn document(&mut self, root: Node) {
        match root.value {
            Value::Map(_) => self.object(root),
            Value::Seq(items) if items.iter().any(|item| matches!(item.value, Value::Map(_))) => {
                let first = items.first().map_or(root.span, |item| item.span);
                self.problems.push(
                    Problem::new(
                        codes::BARE_LIST,
                        Severity::Warning,
                        first,
                        "this document is a bare list of objects",
                    )
                    .help("kubectl takes objects, or one object with `kind: List` and `items`"),
                );
                for item in items {
                    self.item(item);
                }
            }
            _ => self.refuse(&root, "document"),
        }
    }

    fn item(&mut self, item: Node) {
        match item.value {
            Value::Map(_) => self.object(item),
            _ => self.refuse(&item, "list item"),
        }
    }

    fn object(&mut self, mut root: Node) {
        let is_list = root.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
        let items = root.get("items").is_some_and(|items| matches!(items.value, Value::Seq(_) | Value::Null));
        if !is_list || !items {
            let index = self.list.len();
            self.list.push(Object { file: self.file, index, root });
            return;
        }
        let inherited = inherited(&root);
        let Value::Map(entries) = &mut root.value else { return };
        let Some(items) = entries.iter_mut().find(|e| e.key == "items") else { return };
        let Value::Seq(items) = std::mem::replace(&mut items.value.value, Value::Null) else { return };
        for mut item in items {
            if let Value::Map(entries) = &mut item.value {
                for entry in &inherited {
                    if !entries.iter().any(|e| e.key == entry.key) {
                        entries.push(entry.clone());
                    }
                }
            }
            self.item(item);
        }
    }

    fn refuse(&mut self, node: &Node, what: &str) {
        let kind = node.kind();
        self.problems.push(
            Problem::new(
                codes::NOT_AN_OBJECT,
                Severity::Error,
                node.span,
                format!("this {what} is no Kubernetes object: it is of type {kind}, not a mapping"),
            )
            .help("an object starts with `apiVersion:` and `kind:`"),
        );
    }
}

/// The items of a typed list, such as an `IngressList` from the API server, carry neither
/// `apiVersion` nor `kind`; as kubectl does, they get the list's.
fn inherited(list: &Node) -> Vec<Entry> {
    let mut entries = Vec::new();
    let kind = list.entry("kind").and_then(|e| Some((e, e.value.as_str()?.strip_suffix("List")?)));
    if let Some((entry, kind)) = kind
        && !kind.is_empty()
    {
        entries.extend(list.entry("apiVersion").cloned());
        let value = Node { span: entry.value.span, value: Value::String(kind.to_owned()) };
        entries.push(Entry { key: entry.key.clone(), key_span: entry.key_span, value });
    }
    entries
}
