//! `metadata`.

use super::super::{Annotation, Meta};
use super::{INCOMPLETE, Kind, context::*};
use crate::manifest::Object;
use crate::problem::{Problem, Severity};
use crate::span::Spanned;

/// Reads an object's metadata; `None`, and a problem, where it has no name.
pub(super) fn read(
    object: &Object,
    api_version: &str,
    kind: &str,
    known: Option<Kind>,
    problems: &mut Vec<Problem>,
) -> Option<Meta> {
    let root = &object.root;
    let metadata = root.get("metadata");
    let name = metadata.and_then(|m| nonempty(m, "name").or_else(|| nonempty(m, "generateName")));
    let Some(name) = name else {
        let span = metadata.map_or(root.span, |m| m.span);
        problems.push(
            Problem::new(INCOMPLETE, Severity::Error, span, format!("this {kind} has no `metadata.name`"))
                .at(kind, "metadata.name")
                .help("give it a name, or `generateName` for a name that the API server completes"),
        );
        return None;
    };
    let metadata = metadata?;
    let written = text(metadata, "namespace").map(|n| n.value).unwrap_or_default();
    let namespace = match known {
        Some(kind) if !kind.namespaced() => String::new(),
        Some(_) if written.is_empty() => "default".to_owned(),
        _ => written,
    };
    let annotations = metadata.get("annotations").map(|n| n.entries()).unwrap_or_default();
    Some(Meta {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        name,
        namespace,
        labels: strings(metadata, "labels"),
        annotations: annotations
            .iter()
            .filter(|e| {
                known != Some(Kind::Secret) || e.key != "kubectl.kubernetes.io/last-applied-configuration"
            })
            .filter_map(|e| {
                Some(Annotation {
                    key: Spanned::new(e.key.clone(), e.key_span),
                    value: Spanned::new(e.value.as_str()?.to_owned(), e.value.span),
                })
            })
            .collect(),
        created: text(metadata, "creationTimestamp").and_then(|t| timestamp(&t.value)),
        span: root.span,
        index: object.index,
    })
}

/// Seconds since 1970 of `2026-11-23T22:40:00Z`, the one form that the API server writes.
fn timestamp(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.splitn(3, '-').chain(time.splitn(3, ':')).map(|p| p.parse::<i64>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?, next()?);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days since 1970-01-01 of the Gregorian calendar, years counted from March.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * m + 2) / 5 + day - 1;
    let days = era * 146_097 + day_of_era - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}
