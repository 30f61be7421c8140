//! A small engine for expressions, made for the page: far less code than the crates `regex` and
//! `fancy-regex`, and slower. It answers as they do; its tests compare the three.
//!
//! An expression becomes a program for a machine that goes back where it went wrong. One without
//! back references, look-around and atomic groups remembers where it has been and comes to no place
//! twice: its work is linear in text times program. The others have a limit, as PCRE has.

mod compile;
mod parse;
mod run;
mod set;

use compile::Program;

/// A compiled expression.
#[derive(Debug)]
pub struct Engine {
    program: Program,
    names: Vec<(String, usize)>,
}

/// The bounds of a group, where it took part.
pub type Group = Option<(usize, usize)>;

impl Engine {
    /// Compiles what `re2` translated.
    ///
    /// # Errors
    /// When it is no expression, or too big.
    pub fn linear(source: &str, ignore_case: bool) -> Result<Self, String> {
        Self::new(source, ignore_case, false)
    }

    /// Compiles what `pcre` translated.
    ///
    /// # Errors
    /// When it is no expression, too big, or uses what is not known here.
    pub fn pcre(source: &str, ignore_case: bool) -> Result<Self, String> {
        Self::new(source, ignore_case, true)
    }

    fn new(source: &str, ignore_case: bool, bytes: bool) -> Result<Self, String> {
        let parsed = parse::parse(source, ignore_case, bytes)?;
        let program = compile::compile(&parsed)?;
        Ok(Engine { program, names: parsed.names })
    }

    /// The number of the group of this name.
    pub fn group(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(n, _)| n == name).map(|(_, group)| *group)
    }

    /// The groups of the first match that begins at `from` or later.
    pub fn captures(&self, text: &[u8], from: usize) -> Option<Vec<Group>> {
        let slots = run::search(&self.program, text, from)?;
        Some(
            slots
                .chunks_exact(2)
                .map(|pair| match *pair {
                    [start, end] if start != usize::MAX && end != usize::MAX => Some((start, end)),
                    _ => None,
                })
                .collect(),
        )
    }

    /// Whether there is a match.
    pub fn is_match(&self, text: &[u8]) -> bool {
        run::search(&self.program, text, 0).is_some()
    }

    /// Replaces every match, groups filled in: `$1`, `${1}`, `$name`, `$$`.
    pub fn replace_all(&self, text: &[u8], replacement: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let (mut from, mut copied, mut last_end) = (0, 0, None);
        while let Some(groups) = self.captures(text, from) {
            let Some(&Some((start, end))) = groups.first() else { break };
            // No empty match right behind another match.
            if start == end && last_end == Some(end) {
                if from >= text.len() {
                    break;
                }
                from += 1;
                last_end = None;
                continue;
            }
            out.extend_from_slice(text.get(copied..start).unwrap_or_default());
            self.expand(text, &groups, replacement, &mut out);
            (copied, from, last_end) = (end, end, Some(end));
        }
        out.extend_from_slice(text.get(copied..).unwrap_or_default());
        out
    }

    fn expand(&self, text: &[u8], groups: &[Group], replacement: &str, out: &mut Vec<u8>) {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut rest = replacement;
        while let Some((before, after)) = rest.split_once('$') {
            out.extend_from_slice(before.as_bytes());
            let (name, more) = match after.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
                Some(found) => found,
                None => after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len())),
            };
            if let Some(more) = after.strip_prefix('$') {
                out.push(b'$');
                rest = more;
            } else if name.is_empty() {
                out.push(b'$');
                rest = after;
            } else {
                let group = name.parse().ok().or_else(|| self.group(name));
                let range = group.and_then(|g: usize| groups.get(g).copied().flatten());
                let bytes = range.and_then(|(start, end)| text.get(start..end));
                out.extend_from_slice(bytes.unwrap_or_default());
                rest = more;
            }
        }
        out.extend_from_slice(rest.as_bytes());
    }
}

#[cfg(all(test, feature = "regex", not(target_arch = "wasm32")))]
mod tests;
