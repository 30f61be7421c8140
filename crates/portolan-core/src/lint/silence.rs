//! Comments in manifests that silence problems.
//!
//! ```yaml
//! # portolan: ignore missing-service it comes with another chart
//! name: web
//! port: {number: 8080} # portolan: ignore PT0302, PT0305
//! ```
//!
//! At the end of a line a comment is for that line; alone on a line, for the next line that is no
//! comment. `# portolan: ignore-file` is for the whole file. Codes or names of rules come first, what
//! follows is the reason. A comment that silences nothing is a problem of its own, so that none
//! outlives what it was for.

use super::{Config, catalogue};
use crate::problem::{Code, Problem, Severity};
use crate::span::{FileId, SourceFile, Sources, Span};

/// A comment silences nothing.
pub const UNUSED_SILENCE: Code = Code("PT0901");
/// A comment names no rule that there is.
pub const BAD_SILENCE: Code = Code("PT0902");

const MARK: &str = "portolan:";

/// One code in one comment.
struct Silence {
    file: FileId,
    /// The line that it is for; `None` for all of them.
    line: Option<u32>,
    code: &'static str,
    /// The code or name in the comment.
    span: Span,
    used: bool,
}

/// Takes silenced problems out and adds those of the comments; how many were taken out.
pub(super) fn apply(sources: &Sources, config: &Config, problems: &mut Vec<Problem>) -> usize {
    let mut silences = Vec::new();
    let mut wrong = Vec::new();
    for (id, file) in sources.files().iter().enumerate() {
        if let Ok(id) = u32::try_from(id) {
            comments(FileId(id), file, &mut silences, &mut wrong);
        }
    }
    if silences.is_empty() && wrong.is_empty() {
        return 0;
    }
    let before = problems.len();
    problems.retain(|problem| {
        let mut keep = true;
        for silence in silences.iter_mut().filter(|s| s.file == problem.span.file && s.code == problem.code.0)
        {
            let line = |file: &SourceFile| file.line_column(problem.span.start).0;
            if silence.line.is_none() || silence.line == sources.get(silence.file).map(line) {
                silence.used = true;
                keep = false;
            }
        }
        keep
    });
    let silenced = before - problems.len();
    for silence in silences.iter().filter(|s| !s.used) {
        let message = format!("this comment silences nothing: there is no problem {} here", silence.code);
        wrong.push(Problem::new(UNUSED_SILENCE, Severity::Info, silence.span, message).help("take it out"));
    }
    config.apply(sources, &mut wrong);
    problems.append(&mut wrong);
    silenced
}

/// Reads the comments of a file.
fn comments(id: FileId, file: &SourceFile, silences: &mut Vec<Silence>, wrong: &mut Vec<Problem>) {
    for (at, _) in file.text.match_indices(MARK) {
        let (number, _) = file.line_column(at as u32);
        let Some((line, start)) = file.line(number) else { continue };
        let Some(hash) = comment_start(line, at - start as usize) else { continue };
        let text_at = at + MARK.len();
        let text = line.get(text_at - start as usize..).unwrap_or_default();
        let words = words(text).map(|(offset, word)| {
            let from = (text_at + offset) as u32;
            (word, Span::new(id, from, from + word.len() as u32))
        });
        let whole = Span::new(id, start + hash as u32, start + line.len() as u32);
        let mut words = words.peekable();
        let for_file = match words.next() {
            Some(("ignore", _)) => false,
            Some(("ignore-file", _)) => true,
            _ => {
                wrong.push(bad(whole, "this comment is no `ignore` and no `ignore-file`".to_owned()));
                continue;
            }
        };
        let alone = line.get(..hash).is_some_and(|before| before.trim().is_empty());
        let target = match (for_file, alone) {
            (true, _) => None,
            (false, false) => Some(number),
            (false, true) => Some(next_line(file, number)),
        };
        let mut any = false;
        // Whatever is no code ends the list: the reason.
        while let Some((word, span)) = words.next() {
            let bare = word.trim_end_matches(',');
            let span = Span::new(id, span.start, span.start + bare.len() as u32);
            match catalogue::code(bare) {
                Some(code) => {
                    silences.push(Silence { file: id, line: target, code, span, used: false });
                    any = true;
                }
                None if looks_like_code(bare) || !any => {
                    wrong.push(bad(span, format!("there is no rule {bare}")));
                    any = true;
                }
                None => break,
            }
            if !word.ends_with(',')
                && words.peek().is_none_or(|(next, _)| catalogue::code(next.trim_end_matches(',')).is_none())
            {
                break;
            }
        }
        if !any {
            wrong.push(bad(whole, "this comment does not say which rules to ignore".to_owned()));
        }
    }
}

fn bad(span: Span, message: String) -> Problem {
    Problem::new(BAD_SILENCE, Severity::Info, span, message)
        .help("write `# portolan: ignore PT0301 the reason`, or the rule's name")
}

fn looks_like_code(word: &str) -> bool {
    word.strip_prefix("PT").is_some_and(|n| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Where the comment starts whose first word stands at `at` in a line.
fn comment_start(line: &str, at: usize) -> Option<usize> {
    let before = line.get(..at)?.trim_end_matches([' ', '\t']);
    let hash = before.strip_suffix('#')?;
    (hash.is_empty() || hash.ends_with([' ', '\t'])).then_some(hash.len())
}

/// The first line below that is no comment and not empty.
fn next_line(file: &SourceFile, number: u32) -> u32 {
    let mut next = number + 1;
    while let Some((line, _)) = file.line(next) {
        let line = line.trim_start();
        if !line.is_empty() && !line.starts_with('#') {
            break;
        }
        next += 1;
    }
    next
}

/// The words of a text, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}
