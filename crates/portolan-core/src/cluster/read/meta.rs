//! `metadata`.

use super::super::{Annotation, Meta, codes};
use super::{Kind, context::*, names};
use crate::manifest::{Node, Object, Value};
use crate::problem::{Problem, Severity};
use crate::span::{Sources, Span, Spanned};

/// The annotation in which `kubectl apply` keeps the whole object, values of Secrets included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// All annotations of an object together may have as many bytes.
const MAX_ANNOTATIONS: usize = 256 << 10;

/// What makes an object this one and no other.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity<'a> {
    pub api_version: &'a str,
    pub kind: &'a str,
    pub namespace: &'a str,
    pub name: &'a str,
    /// The name is only the start of one that the API server makes up.
    pub generated: bool,
}

/// Reads what an object is; a problem where nobody can tell.
pub(super) fn identity<'a>(
    root: &'a Node,
    sources: &'a Sources,
) -> Result<(Identity<'a>, Option<Kind>), Box<Problem>> {
    let word = |key| str_of(root, key).map(|t| t.value).filter(|t| !t.is_empty());
    let incomplete =
        |span, message: String| Box::new(Problem::new(codes::INCOMPLETE, Severity::Error, span, message));
    let start = root.entries().first().map_or(root.span, |e| e.key_span);
    let Some(kind) = word("kind") else {
        return Err(incomplete(start, "this object has no `kind`".to_owned())
            .help("every Kubernetes object says its `apiVersion` and `kind`")
            .into());
    };
    let Some(api_version) = word("apiVersion") else {
        return Err(incomplete(start, format!("this {} has no `apiVersion`", Clip(kind)))
            .help(match Kind::newest_version(kind) {
                Some(version) => format!("write `apiVersion: {version}`"),
                None => "every Kubernetes object says its `apiVersion` and `kind`".to_owned(),
            })
            .into());
    };
    let metadata = root.get("metadata").unwrap_or(&NOTHING);
    // `name: y` is a boolean, which the API server refuses; the object goes by what was written.
    let word = |key| {
        let node = metadata.get(key)?;
        let name = match node.value {
            Value::String(ref name) => name.as_str(),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => sources.text(node.span),
            _ => return None,
        };
        Some(name).filter(|name| !name.is_empty())
    };
    let (name, generated) = match (word("name"), word("generateName")) {
        (Some(name), _) => (name, false),
        (None, Some(prefix)) => (prefix, true),
        (None, None) => {
            return Err(incomplete(start, format!("this {} has no `metadata.name`", Clip(kind)))
                .at(kind, "metadata.name")
                .help("give it a name, or `generateName`, the start of one that the API server completes")
                .into());
        }
    };
    let known = Kind::of(api_version, kind);
    let namespace = match known {
        Some(kind) if !kind.namespaced() => "",
        Some(_) => word("namespace").unwrap_or("default"),
        None => word("namespace").unwrap_or_default(),
    };
    Ok((Identity { api_version, kind, namespace, name, generated }, known))
}

/// Reads an object's metadata.
pub(super) fn read(object: &Object, id: Identity) -> Meta {
    let root = &object.root;
    let metadata = root.get("metadata").unwrap_or(&NOTHING);
    let name_span =
        metadata.get(if id.generated { "generateName" } else { "name" }).map_or(root.span, |n| n.span);
    let secret = id.kind == "Secret";
    let annotations = entries(metadata, "annotations").iter();
    Meta {
        api_version: id.api_version.to_owned(),
        kind: id.kind.to_owned(),
        name: Spanned::new(id.name.to_owned(), name_span),
        namespace: id.namespace.to_owned(),
        labels: strings(metadata, "labels"),
        annotations: annotations
            .filter(|e| !secret || e.key != LAST_APPLIED)
            .filter_map(|e| {
                Some(Annotation {
                    key: Spanned::new(e.key.clone(), e.key_span),
                    value: Spanned::new(string_value(e)?.to_owned(), e.value.span),
                })
            })
            .collect(),
        created: str_of(metadata, "creationTimestamp").and_then(|t| timestamp(t.value)),
        span: root.span,
        index: object.index,
    }
}

/// Checks `metadata` as the API server does for this kind.
pub(super) fn check(root: &Node, kind: Kind, id: Identity, cx: &mut Cx) {
    let metadata = root.get("metadata").unwrap_or(&NOTHING);
    let at = At::ROOT.field("metadata");
    let field = if id.generated { "generateName" } else { "name" };
    let span = metadata.get(field).map_or(root.span, |n| n.span);
    name(kind, id, &at.field(field), span, cx);
    if let Some(namespace) =
        str_of(metadata, "namespace").filter(|n| !n.value.is_empty() && kind.namespaced())
        && let Some(fault) = names::label(namespace.value)
    {
        let message = format_args!("namespace `{}` {fault}", Clip(namespace.value));
        cx.reject(codes::NAME, &at.field("namespace"), namespace.span, message);
    }
    labels(metadata, "labels", &at, cx);
    let at = at.field("annotations");
    let mut size = 0;
    for entry in entries(metadata, "annotations") {
        size += entry.key.len() + string_value(entry).map_or(0, str::len);
        if let Some(fault) = names::qualified(&entry.key.to_ascii_lowercase()) {
            let message = format_args!("annotation `{}` {fault}", Clip(&entry.key));
            cx.reject(codes::NAME, &at, entry.key_span, message);
        }
    }
    if size > MAX_ANNOTATIONS {
        let span = metadata.get("annotations").map_or(root.span, |n| n.span);
        let message = format_args!("the annotations have {size} bytes together, more than {MAX_ANNOTATIONS}");
        cx.reject(codes::NAME, &at, span, message);
    }
}

fn name(kind: Kind, id: Identity, at: &At, span: Span, cx: &mut Cx) {
    // The API server appends a letter to a generated name's hyphen.
    let completed;
    let name = match id.name.strip_suffix('-') {
        Some(start) if id.generated && !start.is_empty() => {
            completed = format!("{start}a");
            &completed
        }
        _ => id.name,
    };
    let fault = match kind {
        Kind::Service | Kind::Namespace => names::label(name),
        _ => names::subdomain(name),
    };
    let lower = name.to_ascii_lowercase();
    if let Some(fault) = fault {
        let good = lower != name
            && if kind == Kind::Service { names::label(&lower) } else { names::subdomain(&lower) }.is_none();
        let edits = if good { cx.replace(span, &id.name.to_ascii_lowercase()) } else { None };
        let message = format_args!("{} name `{}` {fault}", id.kind, Clip(id.name));
        cx.reject(codes::NAME, at, span, message).fix("Write it in lower case", edits);
    } else if kind == Kind::Service && name.starts_with(|c: char| c.is_ascii_digit()) {
        let message = format_args!(
            "Service name `{}` starts with a digit, which only recent API servers take",
            Clip(id.name)
        );
        cx.warn(codes::NAME, at, span, message).help("let it start with a letter");
    }
}

/// Checks a mapping of labels.
pub(super) fn labels(node: &Node, key: &str, at: &At, cx: &mut Cx) {
    let at = at.field(key);
    for entry in entries(node, key) {
        if let Some(fault) = names::qualified(&entry.key) {
            let message = format_args!("label `{}` {fault}", Clip(&entry.key));
            cx.reject(codes::NAME, &at, entry.key_span, message);
        }
        if let Some(value) = string_value(entry)
            && let Some(fault) = names::label_value(value)
        {
            let message = format_args!("value `{}` of label `{}` {fault}", Clip(value), Clip(&entry.key));
            cx.reject(codes::NAME, &at.key(&entry.key), entry.value.span, message);
        }
    }
}

/// Seconds since 1970 of `2026-11-23T22:40:00Z`, the one form that the API server writes.
#[inline(never)]
fn timestamp(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts =
        date.splitn(3, '-').chain(time.splitn(3, ':')).map(|p| p.parse::<u32>().ok().map(i64::from));
    let mut next = |most| parts.next().flatten().filter(|&n| n <= most);
    let (year, month, day) = (next(9999)?, next(12)?, next(31)?);
    let (hour, minute, second) = (next(23)?, next(59)?, next(60)?);
    // Days since 1970-01-01 of the Gregorian calendar, years counted from March.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_era =
        y.rem_euclid(400) * 365 + y.rem_euclid(400) / 4 - y.rem_euclid(400) / 100 + (153 * m + 2) / 5 + day
            - 1;
    let days = y.div_euclid(400) * 146_097 + day_of_era - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn timestamps_of_the_api_server() {
        assert_eq!(timestamp("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(timestamp("2000-02-29T12:34:56Z"), Some(951_827_696));
        assert_eq!(timestamp("2026-11-23T22:40:00Z"), Some(1_795_473_600));
        for bad in [
            "",
            "2026-11-23",
            "2026-11-23T22:40:00",
            "2026-99-23T22:40:00Z",
            "a-b-cTd:e:fZ",
            "2026-11-23T22:40Z",
        ] {
            assert_eq!(timestamp(bad), None, "{bad}");
        }
    }
}
