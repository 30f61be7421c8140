//! Manifests from files, folders and standard input.

use crate::failure::Failure;
use portolan_core::manifest::Limits;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The name of standard input in messages and spans.
pub const STDIN: &str = "<stdin>";

/// What was read.
#[derive(Debug, Default)]
pub struct Files {
    /// Name and text of each.
    pub texts: Vec<(String, String)>,
    /// Files that are no text, each with a sentence that says so.
    pub refused: Vec<String>,
}

/// Reads files, folders and `-`.
pub fn files(paths: &[PathBuf]) -> Result<Files, Failure> {
    let mut files = Files::default();
    for path in paths {
        if path == Path::new("-") {
            let bytes = limited(io::stdin().lock()).map_err(unreadable(path))?;
            files.add(STDIN.to_owned(), bytes);
        } else if fs::metadata(path).map_err(unreadable(path))?.is_dir() {
            let mut found = Vec::new();
            search(path, &mut found)?;
            if found.is_empty() {
                return Err(Failure::EmptyFolder(path.clone()));
            }
            found.sort();
            for path in found {
                files.open(&path)?;
            }
        } else {
            files.open(path)?;
        }
    }
    if files.texts.is_empty() {
        return Err(Failure::NoText(files.refused));
    }
    Ok(files)
}

impl Files {
    fn open(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = File::open(path).and_then(limited).map_err(unreadable(path))?;
        self.add(path.display().to_string(), bytes);
        Ok(())
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) {
        match text(bytes) {
            Ok(text) => self.texts.push((name, text)),
            Err(why) => self.refused.push(format!("{name} is left out: {why}")),
        }
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = path.to_owned();
    move |source| Failure::Unreadable { path, source }
}

/// Reads no more than the library takes and one byte, so that it says what is too large.
fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(Limits::default().max_bytes).unwrap_or(u64::MAX);
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// UTF-8, or UTF-16 with a byte order mark, as Windows' `>` writes it and kubectl reads it.
fn text(bytes: Vec<u8>) -> Result<String, String> {
    let utf16 = |decode: fn([u8; 2]) -> u16| {
        let units = bytes.get(2..).unwrap_or_default().chunks(2).map(|pair| match pair {
            &[a, b] => decode([a, b]),
            _ => 0xDC00,
        });
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .map_err(|_| "it is not UTF-16 text".to_owned())
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => utf16(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => utf16(u16::from_be_bytes),
        // A cut through a character at the limit must not hide that the file is too large.
        _ if bytes.len() > Limits::default().max_bytes => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        _ => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|&&b| b == b'\n').count() + 1;
            format!("it is not UTF-8 text (line {line}, byte {at})")
        }),
    }
}

/// All manifests in a folder and below. Links to folders are not followed, so that no circle of
/// them is.
fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(unreadable(folder))?;
    for entry in entries {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(unreadable(&path))?;
        if kind.is_dir() {
            search(&path, found)?;
        } else if path.extension().is_some_and(is_manifest) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_manifest(extension: &OsStr) -> bool {
    ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_both_encodings_and_neither() {
        assert_eq!(text(b"kind: A".to_vec()).as_deref(), Ok("kind: A"));
        assert_eq!(text(b"\xff\xfek\0:\0".to_vec()).as_deref(), Ok("k:"));
        assert_eq!(text(b"\xfe\xff\0k\0:".to_vec()).as_deref(), Ok("k:"));
        assert_eq!(text(b"\xff\xfek".to_vec()), Err("it is not UTF-16 text".to_owned()));
        assert_eq!(text(b"a\nb\xff".to_vec()), Err("it is not UTF-8 text (line 2, byte 3)".to_owned()));
    }
}
