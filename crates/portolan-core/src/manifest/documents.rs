//! Where one document of a file ends and the next one starts.
//!
//! A line that starts with `---` at the first column always separates documents in YAML, whatever
//! stands around it, and `...` always ends one. Files are cut there first, so that a broken
//! document cannot reach its neighbours. kubectl does the same.

use std::ops::Range;

/// The byte ranges of the documents in `text`, in order. Each keeps its own `---`
/// line and the directives and comments above it.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut documents = Vec::new();
    // A byte order mark belongs to the file, not to its first document.
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    // Whether the document so far has anything but blank lines, comments and directives.
    let mut content = false;
    let mut line = start;
    while line < bytes.len() {
        if bytes[line] == b'\n' {
            line += 1;
            continue;
        }
        let end = line_end(text, line);
        match bytes[line] {
            b'-' if is_marker(bytes, line, b"---") => {
                if content {
                    documents.push(start..line);
                    start = line;
                }
                content = true;
            }
            b'.' if is_marker(bytes, line, b"...") => {
                documents.push(start..end);
                start = end;
                content = false;
            }
            b'#' | b'%' | b'\r' => {}
            _ => content = content || !text[line..end].trim_ascii().is_empty(),
        }
        line = end;
    }
    if start < bytes.len() {
        documents.push(start..bytes.len());
    }
    documents
}

/// Whether the text holds nothing but blank lines, comments and document markers.
pub(super) fn is_empty(text: &str) -> bool {
    text.lines().all(|line| {
        let rest = match line.strip_prefix("---").or_else(|| line.strip_prefix("...")) {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t']) => rest,
            _ => line,
        };
        let rest = rest.trim_ascii();
        rest.is_empty() || rest.starts_with('#')
    })
}

/// One past the line break that ends the line at `from`.
pub(super) fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |n| from + n + 1)
}

/// The start of the line that holds `offset`.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind(['\n', '\r']).map_or(0, |n| n + 1)
}

fn is_marker(bytes: &[u8], at: usize, marker: &[u8]) -> bool {
    bytes[at..].starts_with(marker)
        && matches!(bytes.get(at + marker.len()), None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}
