//! Where nodes stand that YAML writes with nothing, or begins with an indicator.

use std::ops::Range;

/// The text between two nodes: white space, comments, one indicator, properties.
pub(super) struct Gap {
    /// Behind the indicator (`:`, `-`, `?`), or where the gap started if there is none.
    pub(super) after_indicator: usize,
    /// Where the gap ends: the next node's text.
    pub(super) end: usize,
}

impl Gap {
    /// The gap that starts at `from`, the end of a node.
    pub(super) fn scan(text: &str, from: usize) -> Gap {
        let bytes = text.as_bytes();
        let mut gap = Gap { after_indicator: from, end: from };
        let mut indicator = false;
        while let Some(&b) = bytes.get(gap.end) {
            match b {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => gap.end += 1,
                b'#' => gap.end += text[gap.end..].find(['\n', '\r']).unwrap_or(text.len() - gap.end),
                b':' | b'-' | b'?' if !indicator => {
                    indicator = true;
                    gap.end += 1;
                    gap.after_indicator = gap.end;
                }
                b'&' | b'!' => {
                    gap.end += text[gap.end..].find([' ', '\t', '\n', '\r']).unwrap_or(text.len() - gap.end);
                }
                _ => break,
            }
        }
        gap
    }
}

/// From the `|` or `>` of a block scalar to the last character of its `content` that is not white
/// space. `last_end` is the end of the node before.
pub(super) fn block_scalar(text: &str, last_end: usize, content: &Range<usize>) -> (usize, usize) {
    let start = Gap::scan(text, last_end).end;
    if !text[start..].starts_with(['|', '>']) || start > content.start {
        return (content.start, content.end);
    }
    let header = text[start + 1..].bytes().take_while(|b| matches!(b, b'+' | b'-' | b'0'..=b'9')).count();
    let inner = text[content.start..content.end].trim_end();
    let end = if inner.is_empty() { start + 1 + header } else { content.start + inner.len() };
    (start, end)
}
