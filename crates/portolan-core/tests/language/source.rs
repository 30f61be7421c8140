//! What the sources say: the string literals of Rust, and which of them are texts for people.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A string literal.
pub struct Literal {
    /// File and line, from the root of the repository.
    pub place: String,
    /// The text as a catalogue has it: a pair of braces for each hole.
    pub text: String,
}

/// The folders whose texts people see. `None` where this crate stands alone.
pub fn files() -> Option<BTreeMap<String, String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().ok()?;
    if !root.join("web/src").is_dir() {
        return None;
    }
    let mut found = BTreeMap::new();
    for folder in ["crates/portolan-core/src", "crates/portolan-cli/src", "web/src"] {
        walk(&root.join(folder), &mut |path| {
            if let (Ok(text), Ok(name)) = (std::fs::read_to_string(path), path.strip_prefix(&root)) {
                let text = match text.find("#[cfg(test)]\nmod tests {") {
                    Some(end) => text.get(..end).unwrap_or_default().to_owned(),
                    None => text,
                };
                found.insert(name.to_string_lossy().into_owned(), text);
            }
        });
    }
    Some(found)
}

fn walk(folder: &Path, take: &mut impl FnMut(&PathBuf)) {
    let entries = std::fs::read_dir(folder).expect("a folder of the repository");
    for path in entries.map(|e| e.expect("a file of it").path()) {
        if path.is_dir() {
            walk(&path, take);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            take(&path);
        }
    }
}

/// Every string literal of a file. A lexer of what matters: comments, characters and strings of both
/// kinds.
pub fn literals(file: &str, source: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut rest = source;
    let line_of = |rest: &str| 1 + source[..source.len() - rest.len()].matches('\n').count();
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let before = &rest[..at];
        let here = &rest[at..];
        if here.starts_with("//") {
            rest = here.find('\n').map_or("", |end| &here[end..]);
        } else if let Some(quoted) = here.strip_prefix('"') {
            let hashes = before.len() - before.trim_end_matches('#').len();
            let raw = before.trim_end_matches('#').ends_with('r');
            let (text, after) = if raw {
                let close = format!("\"{}", "#".repeat(hashes));
                let end = quoted.find(&close).expect("a raw string ends");
                (quoted[..end].to_owned(), &quoted[end + close.len()..])
            } else {
                unescaped(quoted)
            };
            found.push(Literal { place: format!("{file}:{}", line_of(here)), text: as_key(&text) });
            rest = after;
        } else if let Some(quoted) = here.strip_prefix('\'') {
            // A character, or a lifetime.
            let mut characters = quoted.chars();
            let (first, second) = (characters.next(), characters.next());
            rest = match (first, second) {
                (Some('\\'), Some(c)) => {
                    let body = &quoted[1 + c.len_utf8()..];
                    body.find('\'').map_or("", |end| &body[end + 1..])
                }
                (Some(c), Some('\'')) => &quoted[c.len_utf8() + 1..],
                _ => quoted,
            };
        } else {
            rest = &here[1..];
        }
    }
    found
}

/// The text of a string behind its opening quote, and what follows the closing one.
fn unescaped(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (text, &quoted[at + 1..]),
            '\\' => match characters.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('u') => {
                    let digits: String =
                        characters.by_ref().map(|(_, c)| c).skip(1).take_while(|c| *c != '}').collect();
                    text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                }
                Some('\n') => {
                    let rest = characters.as_str();
                    let skipped = rest.len() - rest.trim_start().len();
                    for _ in rest[..skipped].chars() {
                        characters.next();
                    }
                }
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    (text, "")
}

/// The text with `{}` for each hole of a format, and single braces for doubled ones.
pub fn as_key(text: &str) -> String {
    let mut key = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        key.push_str(&rest[..at]);
        let here = &rest[at..];
        let hole = here.strip_prefix('{').and_then(|inside| inside.split_once('}')).filter(|(inside, _)| {
            let (name, form) = inside.split_once(':').unwrap_or((inside, ""));
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !form.contains(['{', ' '])
        });
        if here.starts_with("{{") || here.starts_with("}}") {
            key.push_str(&here[..1]);
            rest = &here[2..];
        } else if let Some((_, after)) = hole {
            key.push_str("{}");
            rest = after;
        } else {
            key.push_str(&here[..1]);
            rest = &here[1..];
        }
    }
    key + rest
}

/// Whether a text reads like something that is said to people: two words at least.
pub fn is_prose(text: &str) -> bool {
    let word = |w: &str| {
        let w = w.trim_end_matches([',', '.', ';', ':', '?', '!', ')']).trim_start_matches('(');
        w.len() > 1 && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'' || b == b'-')
    };
    let words: Vec<&str> = text.split(' ').collect();
    let said = words.iter().filter(|w| word(w)).count();
    !text.contains('\n') && words.len() > 1 && said > 0
}
