//! What Portolan says, in another language than English.
//!
//! The English texts stand where they are made, and are the keys. A [`Catalogue`] maps each to its
//! translation, with holes for what varies:
//!
//! ```text
//! # a comment
//! Service {} has no port {}
//!   서비스 {0}에는 포트 {1}{이/가} 없습니다
//! {why}, and the default backend takes over
//!   {0~}. 그래서 기본 백엔드가 대신 응답합니다
//! ```
//!
//! * An English text stands at the start of a line, its translation on the next, indented.
//! * `{}` in the English is a hole: any text. What stands in the braces is for the reader alone.
//! * `{0}` in the translation is the text of the first hole as it is; `{0~}` is its translation, where
//!   there is one: a reason inside a message, a word of ours.
//! * `{이/가}` is a particle that depends on the sound before it: the first form after a consonant, the
//!   second after a vowel; `{으로/로}` knows that ㄹ counts as a vowel.
//!
//! Where several English texts fit, the one wins that leaves the fewest words untranslated, of these the
//! one that says most outside of its holes. A text that fits none stays as it is.

mod particle;

use std::borrow::Cow;
use std::cell::Cell;

/// The Korean catalogue. The page fetches it as a file of its own, and only when Korean is spoken.
pub const KOREAN: &str = include_str!("../../languages/ko.txt");

/// Translations inside of translations inside of translations: no message of ours goes deeper.
const DEEPEST: u8 = 8;

/// What joins texts and names. A whole text may hold such a word anywhere: there, both sides have to be
/// known.
const GLUE: [&str; 4] = ["{}, {}", "{} and {}", "{} or {}", "({})"];

/// Entries that are tried for one text: a text made to fit many ways is given up.
const MOST: u32 = 1000;

/// A translation.
struct Said {
    text: String,
    /// Words that stand in holes as they are. Names are few; many mean that a hole took in what another
    /// entry would have translated.
    unsaid: usize,
}

/// An English text and its translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The English text, with a pair of braces for each hole.
    pub english: &'t str,
    /// The translation.
    pub translation: &'t str,
    /// Bytes of the English text outside of holes.
    said: usize,
}

impl<'t> Entry<'t> {
    fn new(english: &'t str, translation: &'t str) -> Self {
        Self { english, translation, said: Parts(Some(english)).map(str::len).sum() }
    }

    /// The byte that each text begins with that this fits; 0 where a hole stands first.
    fn first(&self) -> u8 {
        Parts(Some(self.english)).next().and_then(|head| head.bytes().next()).unwrap_or(0)
    }

    /// What stands in the holes, where the text fits.
    fn holes<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let mut parts = Parts(Some(self.english));
        let mut rest = text.strip_prefix(parts.next()?)?;
        let mut holes = Vec::new();
        while let Some(part) = parts.next() {
            // The last part has to be the end, the others stand where they are met first.
            let at = if parts.0.is_some() { rest.find(part)? } else { rest.strip_suffix(part)?.len() };
            holes.push(rest.get(..at)?);
            rest = rest.get(at + part.len()..)?;
        }
        rest.is_empty().then_some(holes)
    }
}

/// What stands between the holes of an English text: one more than there are holes.
struct Parts<'t>(Option<&'t str>);

impl<'t> Iterator for Parts<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = self.0?;
        let hole = hole(text);
        self.0 = hole.and_then(|(_, end)| text.get(end..));
        text.get(..hole.map_or(text.len(), |(start, _)| start))
    }
}

/// Where the first hole is: `{}` or `{word}`. Braces around anything else are braces.
fn hole(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(open) = text.get(from..)?.find('{').map(|at| from + at) {
        let inside = text.get(open + 1..)?;
        let word = inside.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        if inside.as_bytes().get(word) == Some(&b'}') {
            return Some((open, open + word + 2));
        }
        from = open + 1;
    }
    None
}

/// What is said in English and how it is said in another language.
#[derive(Debug, Clone, Default)]
pub struct Catalogue<'t> {
    /// By the first byte, and of those that begin alike the one that says most first.
    entries: Vec<Entry<'t>>,
}

impl<'t> Catalogue<'t> {
    /// Reads a catalogue, in time linear in its text but for the sorting. Lines that are none of it are
    /// passed over.
    pub fn parse(text: &'t str) -> Self {
        let mut entries = Vec::new();
        let mut english = "";
        for line in text.lines() {
            match line.strip_prefix("  ") {
                Some(translation) => {
                    let entry = Entry::new(english, translation);
                    // One that says nothing would fit everything.
                    if entry.said > 0 {
                        entries.push(entry);
                    }
                    english = "";
                }
                None => english = if line.starts_with('#') { "" } else { line },
            }
        }
        entries.sort_by_key(|e: &Entry<'_>| (e.first(), usize::MAX - e.said));
        Self { entries }
    }

    /// All entries, by the byte that they begin with.
    pub fn entries(&self) -> &[Entry<'t>] {
        &self.entries
    }

    /// The text in the catalogue's language; as it is where the catalogue does not know it.
    pub fn translate<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.find(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// The text in the catalogue's language; `None` where the catalogue does not know it.
    pub fn find(&self, text: &str) -> Option<String> {
        self.deep(text, 0, &Cell::new(MOST)).map(|said| said.text)
    }

    fn deep(&self, text: &str, depth: u8, left: &Cell<u32>) -> Option<Said> {
        if depth > DEEPEST {
            return None;
        }
        let mut best: Option<(usize, Said)> = None;
        for first in [*text.as_bytes().first()?, 0] {
            let from = self.entries.partition_point(|e| e.first() < first);
            for entry in self.entries.get(from..)?.iter().take_while(|e| e.first() == first) {
                let Some(holes) = entry.holes(text) else { continue };
                let glue = depth == 0 && GLUE.contains(&entry.english);
                if left.get() == 0 {
                    continue;
                }
                left.set(left.get() - 1);
                let said = self.fill(entry, &holes, depth, left);
                if glue && said.unsaid > 0 {
                    continue;
                }
                let better = |(most, best): &(usize, Said)| {
                    said.unsaid < best.unsaid || said.unsaid == best.unsaid && entry.said > *most
                };
                if best.as_ref().is_none_or(better) {
                    best = Some((entry.said, said));
                }
            }
        }
        best.map(|(_, said)| said).or_else(|| self.joined(text, depth, left))
    }

    /// The translation of a text that fits an entry.
    fn fill(&self, entry: &Entry<'_>, holes: &[&str], depth: u8, left: &Cell<u32>) -> Said {
        let mut said = Said { text: String::new(), unsaid: 0 };
        let mut rest = entry.translation;
        while let Some((before, after)) = rest.split_once('{') {
            said.text.push_str(before);
            let filled = after.split_once('}').filter(|(inside, _)| {
                if let Some((closed, open)) = inside.split_once('/') {
                    let form = if particle::closed(&said.text, open) { closed } else { open };
                    said.text.push_str(form);
                    return true;
                }
                let number = inside.strip_suffix('~');
                let index = number.unwrap_or(inside).parse::<usize>().ok();
                let Some(hole) = index.and_then(|n| holes.get(n)) else { return false };
                match number.and_then(|_| self.deep(hole, depth + 1, left)) {
                    Some(inner) => {
                        said.text.push_str(&inner.text);
                        said.unsaid += inner.unsaid;
                    }
                    None => {
                        said.text.push_str(hole);
                        said.unsaid += hole.matches(' ').count();
                    }
                }
                true
            });
            rest = match filled {
                Some((_, behind)) => behind,
                // Braces that are meant.
                None => {
                    said.text.push('{');
                    after
                }
            };
        }
        said.text.push_str(rest);
        said
    }

    /// Several texts with semicolons between them, all of which are known.
    fn joined(&self, text: &str, depth: u8, left: &Cell<u32>) -> Option<Said> {
        let (first, rest) = text.split_once("; ")?;
        let mut said = self.deep(first, depth + 1, left)?;
        let rest = self.deep(rest, depth + 1, left)?;
        said.text.push_str(if said.text.ends_with(['?', '.']) { " " } else { ". " });
        said.text.push_str(&rest.text);
        said.unsaid += rest.unsaid;
        Some(said)
    }
}
