//! curl's URL globbing: `{a,b}` and `[1-3]` make several URLs of one. The first is taken.

use super::error::{RequestError, RequestErrorKind as Kind};
use super::shell::Word;

/// The first URL of a globbed one, with whether there are more.
///
/// Returns the text and, for each of its bytes and one past the last, where it stood in the word.
pub(super) fn first(word: &Word) -> Result<(String, Vec<usize>, bool), RequestError> {
    let text = &word.text;
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut more = false;
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let (piece, length) = match c {
            '{' | '[' if c == '[' && is_address(rest) => {
                let length = rest.find(']').map_or(1, |i| i + 1);
                (rest.get(..length).unwrap_or(rest), length)
            }
            '{' | '[' => match expand(rest) {
                Some((piece, length, several)) => {
                    more |= several;
                    (piece, length)
                }
                None => return Err(RequestError::new(Kind::Glob, at, at + 1).moved(|at| word.place(at))),
            },
            '}' | ']' => return Err(RequestError::new(Kind::Glob, at, at + 1).moved(|at| word.place(at))),
            '\\' if rest.get(1..).is_some_and(|r| r.starts_with(['{', '}', '[', ']'])) => {
                (rest.get(1..2).unwrap_or_default(), 2)
            }
            _ => (rest.get(..c.len_utf8()).unwrap_or_default(), c.len_utf8()),
        };
        let verbatim = piece.len() == length;
        for (i, _) in piece.bytes().enumerate() {
            places.push(word.place(if verbatim { at + i } else { at }));
        }
        out.push_str(piece);
        at += length;
    }
    places.push(word.place(text.len()));
    Ok((out, places, more))
}

/// `[::1]` is an address and no range.
fn is_address(rest: &str) -> bool {
    let inside = rest.strip_prefix('[').and_then(|r| r.split_once(']')).map(|(inside, _)| inside);
    inside.is_some_and(|inside| {
        inside.split('%').next().is_some_and(|a| a.parse::<std::net::Ipv6Addr>().is_ok())
    })
}

/// The first item of a list or range at the start of `rest`, how long the whole is, and whether it
/// has further items.
fn expand(rest: &str) -> Option<(&str, usize, bool)> {
    if let Some(list) = rest.strip_prefix('{') {
        let (inside, _) = list.split_once('}')?;
        let first = inside.split(',').next().unwrap_or(inside);
        return (!inside.is_empty() && !inside.contains('{')).then_some((
            first,
            inside.len() + 2,
            inside.contains(','),
        ));
    }
    let (inside, _) = rest.strip_prefix('[')?.split_once(']')?;
    let (first, last) = inside.split_once('-')?;
    let (last, step) = last.split_once(':').unwrap_or((last, "1"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let letter = |t: &str| t.len() == 1 && t.bytes().all(|b| b.is_ascii_alphabetic());
    let numbers = digits(first) && digits(last) && number(first)? <= number(last)?;
    let letters = letter(first) && letter(last) && first <= last;
    ((numbers || letters) && digits(step)).then_some((first, inside.len() + 2, first != last))
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}
