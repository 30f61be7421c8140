//! The language that people are answered in. Texts stand in English where they are said; [`t`] says
//! them in the language that was asked for.

use portolan_core::language::{Catalogue, KOREAN};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::OnceLock;

/// A language that the tool speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English
    En,
    /// Korean, 한국어
    Ko,
}

static SPOKEN: OnceLock<Catalogue<'static>> = OnceLock::new();
/// Whether programs are spoken to in it as well.
static FOR_PROGRAMS: OnceLock<bool> = OnceLock::new();

impl Language {
    /// The language that the environment asks for: `PORTOLAN_LANGUAGE`, else the locale's.
    pub fn of_environment() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let tag = ["PORTOLAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        match tag {
            Some(tag) if tag.to_ascii_lowercase().starts_with("ko") => Language::Ko,
            _ => Language::En,
        }
    }

    /// Makes it the language of the whole process; that of the environment where none was asked for by
    /// name. Only the first call counts.
    pub fn speak(named: Option<Self>) {
        FOR_PROGRAMS.get_or_init(|| named.is_some());
        if named.unwrap_or_else(Self::of_environment) == Language::Ko {
            SPOKEN.get_or_init(|| Catalogue::parse(KOREAN));
        }
    }
}

/// A text in the language that is spoken.
pub fn t(text: &str) -> Cow<'_, str> {
    SPOKEN.get().map_or(Cow::Borrowed(text), |catalogue| catalogue.translate(text))
}

/// The same for a text that is made on the spot.
macro_rules! t {
    ($($said:tt)*) => { $crate::language::t(&format!($($said)*)).into_owned() };
}

/// Serialises for programs. Texts for people are English there, too, unless a language was asked for by
/// name: then they are said in it, and names, paths and codes stay as they are.
pub fn to_json(out: impl Write, record: &impl Serialize, pretty: bool) -> serde_json::Result<()> {
    match (SPOKEN.get().filter(|_| *FOR_PROGRAMS.get().unwrap_or(&false)), pretty) {
        (None, true) => serde_json::to_writer_pretty(out, record),
        (None, false) => serde_json::to_writer(out, record),
        (Some(catalogue), true) => said_in(catalogue, PrettyFormatter::new(), out, record),
        (Some(catalogue), false) => said_in(catalogue, CompactFormatter, out, record),
    }
}

fn said_in(
    catalogue: &Catalogue<'_>,
    inner: impl Formatter,
    out: impl Write,
    record: &impl Serialize,
) -> serde_json::Result<()> {
    let spoken = Spoken { inner, catalogue, key: String::new(), text: None, in_key: false };
    record.serialize(&mut serde_json::Serializer::with_formatter(out, spoken))
}

/// The fields whose values are sentences.
const SENTENCES: [&str; 9] =
    ["message", "help", "title", "why", "reason", "note", "notes", "about", "values"];

/// Writes JSON as another formatter does, but for the texts of [`SENTENCES`].
struct Spoken<'c, F> {
    inner: F,
    catalogue: &'c Catalogue<'c>,
    /// The last key.
    key: String,
    /// The string that is being written, where it is a key or a sentence.
    text: Option<String>,
    in_key: bool,
}

impl<F: Formatter> Formatter for Spoken<'_, F> {
    fn begin_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.in_key || SENTENCES.contains(&self.key.as_str()) {
            self.text = Some(String::new());
            return Ok(());
        }
        self.inner.begin_string(out)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, part: &str) -> io::Result<()> {
        match &mut self.text {
            Some(text) => text.push_str(part),
            None => self.inner.write_string_fragment(out, part)?,
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        let Some(text) = &mut self.text else { return self.inner.write_char_escape(out, escape) };
        text.push(char::from(match escape {
            CharEscape::Quote => b'"',
            CharEscape::ReverseSolidus => b'\\',
            CharEscape::Solidus => b'/',
            CharEscape::Backspace => 8,
            CharEscape::FormFeed => 12,
            CharEscape::LineFeed => b'\n',
            CharEscape::CarriageReturn => b'\r',
            CharEscape::Tab => b'\t',
            CharEscape::AsciiControl(byte) => byte,
        }));
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let Some(text) = self.text.take() else { return self.inner.end_string(out) };
        let said = if self.in_key { Cow::Borrowed(text.as_str()) } else { self.catalogue.translate(&text) };
        out.write_all(serde_json::to_string(&said)?.as_bytes())?;
        if self.in_key {
            self.key = text;
        }
        Ok(())
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.in_key = true;
        self.inner.begin_object_key(out, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.in_key = false;
        self.inner.end_object_key(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_object_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_object(out)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.inner.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.inner.end_array_value(out)
    }
}
