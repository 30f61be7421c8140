//! Requests from JSON lines.

use crate::failure::Failure;
use crate::read::STDIN;
use portolan_core::routing::Request;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Longer lines are no requests; they are skipped without being kept.
const MAX_LINE: usize = 1 << 20;

/// Reads one JSON object a line. Blank lines are skipped.
pub struct Lines {
    from: BufReader<Box<dyn Read>>,
    path: PathBuf,
    number: usize,
    buffer: Vec<u8>,
}

/// A line that holds something.
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// The request, or why it is none.
    pub request: Result<Request, String>,
}

impl Lines {
    /// Opens a file, or standard input for `-`.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let (from, path): (Box<dyn Read>, _) = if path == Path::new("-") {
            (Box::new(io::stdin().lock()), PathBuf::from(STDIN))
        } else {
            let file =
                File::open(path).map_err(|source| Failure::Unreadable { path: path.to_owned(), source })?;
            (Box::new(file), path.to_owned())
        };
        Ok(Self { from: BufReader::with_capacity(1 << 16, from), path, number: 0, buffer: Vec::new() })
    }

    /// Whether the next line may have to be waited for.
    pub fn may_wait(&self) -> bool {
        !self.from.buffer().contains(&b'\n')
    }

    /// The next line; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Line>, Failure> {
        loop {
            self.number += 1;
            let (read, whole) =
                self.read_line().map_err(|source| Failure::Unreadable { path: self.path.clone(), source })?;
            if !read {
                return Ok(None);
            }
            let number = self.number;
            if !whole {
                let message = format!("the line is longer than {} KiB", MAX_LINE >> 10);
                return Ok(Some(Line { number, request: Err(message) }));
            }
            let mut line = self.buffer.trim_ascii();
            if number == 1 {
                line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            }
            if !line.is_empty() {
                let request = serde_json::from_slice(line).map_err(|error| explain(&error));
                return Ok(Some(Line { number, request }));
            }
        }
    }

    /// Reads up to and with a line break into the buffer: whether there was anything, and whether
    /// the line fits.
    fn read_line(&mut self) -> io::Result<(bool, bool)> {
        self.buffer.clear();
        let (mut any, mut whole) = (false, true);
        loop {
            let available = self.from.fill_buf()?;
            if available.is_empty() {
                return Ok((any, whole));
            }
            any = true;
            let (part, ends) = match available.iter().position(|&b| b == b'\n') {
                Some(at) => (available.get(..=at).unwrap_or(available), true),
                None => (available, false),
            };
            if self.buffer.len() + part.len() > MAX_LINE {
                whole = false;
            } else {
                self.buffer.extend_from_slice(part);
            }
            let used = part.len();
            self.from.consume(used);
            if ends {
                return Ok((any, whole));
            }
        }
    }
}

/// Says where in the line; that the line is its own first one goes without saying.
fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!("{what} (column {})", error.column())
}
