//! Rules about annotations of ingress controllers.

mod class;
mod foreign;
mod risk;
mod snippets;
mod unknown;
mod useless;
mod values;

use super::{Context, Rule};
use crate::cluster::{Annotation, Ingress, Meta};
use crate::controller::ingress_nginx::facts::NGINX_PREFIX;
use crate::edit;
use crate::problem::Edit;
use crate::span::Span;

pub(super) const RULES: &[&Rule] = &[
    &unknown::RULE,
    &foreign::RULE,
    &values::RULE,
    &useless::RULE,
    &snippets::RULE,
    &risk::RULE,
    &class::RULE,
];

/// What the names of ingress-nginx' annotations begin with under the chosen controller, if it reads
/// them.
fn nginx_prefix<'x>(cx: &'x Context) -> Option<&'x str> {
    match cx.ingress_nginx() {
        Some(facts) => Some(&facts.prefix),
        None => cx.is(&["traefik-ingress-nginx"]).then_some(NGINX_PREFIX),
    }
}

/// An annotation of ingress-nginx, without its prefix.
struct Nginx<'c> {
    name: &'c str,
    annotation: &'c Annotation,
}

/// Those of an object.
fn nginx<'c>(meta: &'c Meta, prefix: &'c str) -> impl Iterator<Item = Nginx<'c>> + Clone {
    meta.annotations.iter().filter_map(move |annotation| {
        let name = annotation.key.value.strip_prefix(prefix)?;
        Some(Nginx { name, annotation })
    })
}

/// How a field path names an annotation.
fn field(annotation: &Annotation) -> String {
    format!("metadata.annotations[{}]", annotation.key.value)
}

/// Replaces a part of an annotation's key.
fn rename(cx: &Context, ingress: &Ingress, annotation: &Annotation, part: &str, by: &str) -> Option<Edit> {
    let key = annotation.key.value.as_str();
    let from = key.find(part)?;
    // Another one of that name would be there twice.
    let renamed = key.replacen(part, by, 1);
    if ingress.meta.annotation(&renamed).is_some() {
        return None;
    }
    let inner = edit::inner(cx.sources, annotation.key.span, key)?;
    let start = inner.start + u32::try_from(from).ok()?;
    let end = start + u32::try_from(part.len()).ok()?;
    Some(Edit { span: Span::new(inner.file, start, end), text: by.to_owned() })
}
