//! Tags, as go-yaml v2 takes them (`goyaml.v2/resolve.go` and `decode.go` of kubernetes-sigs/yaml).

use std::borrow::Cow;

use granit_parser::Tag;

use super::codes;
use super::scalar::{self, Scalar};
use crate::problem::{Problem, Severity};
use crate::span::Span;

/// A scalar with a tag: what it is, its text, and what is wrong with it.
pub(super) struct Tagged<'t> {
    pub(super) scalar: Scalar,
    pub(super) text: Cow<'t, str>,
    pub(super) problem: Option<Problem>,
}

/// The type that a tag of YAML's own names: `int` for `!!int`.
pub(super) fn type_name(tag: &Tag) -> Option<Cow<'_, str>> {
    tag.suffix_in_namespace("tag:yaml.org,2002:")
}

/// Resolves the scalar `text` at `span`, whose tag stands at `tag_span`.
pub(super) fn resolve<'t>(tag: &Tag, tag_span: Span, text: &'t str, span: Span) -> Tagged<'t> {
    let as_is = |scalar| Tagged { scalar, text: Cow::Borrowed(text), problem: None };
    let Some(kind) = type_name(tag) else {
        // A lone `!` is read as if it were not there.
        if tag.handle().is_empty() && tag.suffix() == "!" {
            return as_is(scalar::resolve(text));
        }
        return Tagged { problem: Some(unknown(tag, tag_span)), ..as_is(Scalar::Str) };
    };
    let found = scalar::resolve(text);
    match (&*kind, found) {
        ("int", Scalar::Int(_) | Scalar::BigInt(_)) | ("float", Scalar::Float(_)) => as_is(found),
        ("bool", Scalar::Bool(_)) | ("null", Scalar::Null) => as_is(found),
        ("float", Scalar::Int(i)) => as_is(Scalar::Float(i as f64)),
        ("int" | "float" | "bool" | "null", _) => {
            let problem = mismatch(span, format!("`{text}` is no value of type `!!{kind}`"))
                .help("kubectl refuses the document; remove the tag or change the value");
            Tagged { problem: Some(problem), ..as_is(Scalar::Str) }
        }
        ("binary", _) => match base64(text) {
            Some(bytes) => Tagged {
                text: Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
                ..as_is(Scalar::Str)
            },
            None => {
                let problem = mismatch(span, "a `!!binary` value must be base64".to_owned())
                    .help("kubectl refuses the document; in a Secret write the base64 text without a tag");
                Tagged { problem: Some(problem), ..as_is(Scalar::Str) }
            }
        },
        _ => as_is(Scalar::Str),
    }
}

/// The problem of a tag that Kubernetes does not know.
pub(super) fn unknown(tag: &Tag, span: Span) -> Problem {
    let message =
        format!("Kubernetes does not know the tag `{}` and reads the value without it", tag.original());
    Problem::new(codes::UNKNOWN_TAG, Severity::Warning, span, message)
        .help("remove the tag; if another tool resolves it, show that tool's output instead")
}

fn mismatch(span: Span, message: String) -> Problem {
    Problem::new(codes::TAG_MISMATCH, Severity::Error, span, message)
}

/// Decodes standard base64 with padding; line breaks are skipped, as Go does.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    let chunks = digits.len() / 4;
    for (i, chunk) in digits.chunks(4).enumerate() {
        let padding = chunk.iter().rev().take_while(|&&b| b == b'=').count();
        if padding > 2 || padding > 0 && i + 1 != chunks {
            return None;
        }
        let mut bits = 0u32;
        for &b in &chunk[..4 - padding] {
            let digit = match b {
                b'A'..=b'Z' => b - b'A',
                b'a'..=b'z' => b - b'a' + 26,
                b'0'..=b'9' => b - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        bits <<= 6 * padding;
        out.extend_from_slice(&bits.to_be_bytes()[1..4 - padding]);
    }
    Some(out)
}
