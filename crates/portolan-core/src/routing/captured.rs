//! Rewriting by the groups of a pattern, as nginx' `rewrite` directive does it.
//!
//! Source: nginx 1.27.1 `src/http/ngx_http_script.c` (ngx_http_script_regex_start_code,
//! ngx_http_script_copy_capture_code, ngx_http_script_regex_end_code), `src/core/ngx_string.c`
//! (ngx_escape_uri, ngx_unescape_uri).

use super::reading::{Read, Refusal, Sent};
use super::{Part, Pattern, octets};
use std::sync::Arc;

/// A path made anew from the groups of a pattern. It replaces the whole path, whatever part of it
/// the pattern matched. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    inner: Arc<(Pattern, Vec<Fill>)>,
}

/// A part of the new path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    /// A group; nothing where it does not exist or took no part.
    Group(usize),
    /// A text, or something of the request.
    Part(Part),
}

impl Captured {
    /// A rewrite of what `pattern` matches.
    pub fn new(pattern: Pattern, fills: Vec<Fill>) -> Self {
        Self { inner: Arc::new((pattern, fills)) }
    }

    /// The new path in bytes, groups added by `group`; `None` where the pattern does not match.
    fn fill(&self, sent: &Sent<'_>, group: impl Fn(&[u8], &mut Vec<u8>)) -> Result<Option<Vec<u8>>, Refusal> {
        let (pattern, fills) = &*self.inner;
        let Some(captures) = pattern.captures(&sent.read.path) else { return Ok(None) };
        let mut out = Vec::new();
        for fill in fills {
            match fill {
                Fill::Group(n) => group(captures.get(*n), &mut out),
                Fill::Part(part) => {
                    let mut text = String::new();
                    part.fill(sent, &mut text)?;
                    out.extend_from_slice(text.as_bytes());
                }
            }
        }
        Ok(Some(out))
    }

    /// Whether nothing comes out.
    pub(super) fn is_empty(&self, read: &Read<'_>) -> bool {
        let (pattern, fills) = &*self.inner;
        let is_group = |fill: &Fill| match fill {
            Fill::Group(n) => Some(*n),
            Fill::Part(_) => None,
        };
        let Some(groups) = fills.iter().map(is_group).collect::<Option<Vec<_>>>() else { return false };
        pattern.captures(&read.path).is_some_and(|c| groups.iter().all(|&n| c.get(n).is_empty()))
    }

    /// What the backend receives: the new path, escaped, and the query where there is one. The
    /// request's own target where the expression does not match.
    ///
    /// # Errors
    /// When nothing comes out.
    pub(super) fn target(&self, sent: &Sent<'_>) -> Result<String, Refusal> {
        let Some(mut target) = self.escaped(sent)? else { return Ok(sent.passed.target()) };
        push_query(sent.read, &mut target);
        Ok(target)
    }

    /// The same without the query.
    ///
    /// # Errors
    /// When nothing comes out.
    pub(super) fn path(&self, sent: &Sent<'_>) -> Result<String, Refusal> {
        Ok(self.escaped(sent)?.unwrap_or_else(|| sent.passed.path.clone().into_owned()))
    }

    fn escaped(&self, sent: &Sent<'_>) -> Result<Option<String>, Refusal> {
        let Some(path) = self.fill(sent, |bytes, out| out.extend_from_slice(bytes))? else { return Ok(None) };
        if path.is_empty() {
            return Err(Refusal { status: 500, why: "the rewritten path is empty".to_owned() });
        }
        let mut escaped = String::with_capacity(path.len());
        escape(&path, &mut escaped, |b| b <= b' ' || b >= 0x7F || b"\"#%<>?\\^`{|}".contains(&b));
        Ok(Some(escaped))
    }

    /// The same as a place to send the client to.
    ///
    /// # Errors
    /// When a part of it cannot be filled in.
    pub(super) fn location(&self, sent: &Sent<'_>) -> Result<String, Refusal> {
        // Groups are escaped where the request was; what comes out is then unescaped in part.
        let path = sent.passed.path.split('#').next().unwrap_or_default();
        let was_escaped = path.contains(['%', '+']);
        let group = |bytes: &[u8], out: &mut Vec<u8>| {
            if was_escaped {
                let mut text = String::new();
                escape(bytes, &mut text, |b| b <= b' ' || b >= 0x7F || b"#%&+;?".contains(&b));
                out.extend_from_slice(text.as_bytes());
            } else {
                out.extend_from_slice(bytes);
            }
        };
        let filled = self.fill(sent, group)?.unwrap_or_default();
        let mut location = octets::text(unescape_in_part(&filled));
        push_query(sent.read, &mut location);
        Ok(location)
    }

    /// As a person reads it: `/new/$1`.
    pub fn shown(&self) -> String {
        let parts = self.inner.1.iter().map(|fill| match fill {
            Fill::Group(n) => format!("${n}"),
            Fill::Part(part) => part.to_string(),
        });
        parts.collect()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Captured {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

fn push_query(read: &Read<'_>, target: &mut String) {
    if let Some(query) = read.query.filter(|q| !q.is_empty()) {
        target.push('?');
        target.push_str(query);
    }
}

/// Percent-encodes the bytes that must be.
pub(super) fn escape(bytes: &[u8], out: &mut String, must_be: impl Fn(u8) -> bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        if must_be(byte) || !byte.is_ascii() {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        } else {
            out.push(char::from(byte));
        }
    }
}

/// NGX_UNESCAPE_REDIRECT: takes the escapes of printable signs above `%` back, up to the query.
fn unescape_in_part(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16)).map(|d| d as u8);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'?' {
            out.extend_from_slice(bytes.get(at..).unwrap_or_default());
            break;
        }
        if let (b'%', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
            let decoded = high << 4 | low;
            if decoded > b'%' && decoded < 0x7F {
                out.push(decoded);
            } else {
                out.extend_from_slice(bytes.get(at..at + 3).unwrap_or_default());
            }
            at += 3;
            continue;
        }
        out.push(byte);
        at += 1;
    }
    out
}
