//! Applying fixes to the text that they are for.
//!
//! Fixes are edits of text, so that everything that they do not touch stays as it is, comments
//! included. One fix may call for the next, so they are applied in rounds, until nothing changes.

use crate::problem::{Edit, Fix, Problem};
use crate::span::{FileId, Sources};

/// So many rounds are made at most.
const MOST_ROUNDS: usize = 10;

/// What judges files: name and text of each come in, their sources and what is wrong come out.
pub type Judge<'j> = dyn FnMut(&[(String, String)]) -> (Sources, Vec<Problem>) + 'j;

/// Texts after their fixes.
#[derive(Debug, Clone, Default)]
pub struct Mended {
    /// Name and text of each file, in the order given.
    pub files: Vec<(String, String)>,
    /// What was done: the fixes' titles, in the order that they were applied.
    pub done: Vec<String>,
    /// What is wrong with the files as they are now.
    pub problems: Vec<Problem>,
    /// The files as they are now.
    pub sources: Sources,
}

/// Applies the fixes of all problems that have exactly one (where there are several, somebody must
/// choose), again and again until there are none. `judge` says what is wrong with files.
pub fn mend(mut files: Vec<(String, String)>, judge: &mut Judge<'_>) -> Mended {
    let mut done = Vec::new();
    let (mut sources, mut problems) = judge(&files);
    for _ in 0..MOST_ROUNDS {
        let (changed, titles) = apply(&sources, &problems);
        if titles.is_empty() {
            break;
        }
        let before = files.clone();
        for (id, text) in changed {
            if let Some(file) = files.get_mut(id.0 as usize) {
                file.1 = text;
            }
        }
        let (sources_now, problems_now) = judge(&files);
        // No fix may leave text that cannot be read.
        let unreadable =
            |problems: &[Problem]| problems.iter().filter(|p| p.code.0.starts_with("PT01")).count();
        if unreadable(&problems_now) > unreadable(&problems) || files == before {
            files = before;
            break;
        }
        done.extend(titles);
        (sources, problems) = (sources_now, problems_now);
    }
    Mended { files, done, problems, sources }
}

/// One round: the texts that change, and the titles of the fixes that were applied. Of fixes that
/// overlap the first is taken; the others have to wait for the next round.
fn apply(sources: &Sources, problems: &[Problem]) -> (Vec<(FileId, String)>, Vec<String>) {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut titles = Vec::new();
    for problem in problems {
        let [fix] = problem.fixes.as_slice() else { continue };
        if fits(fix, sources)
            && fix.edits.iter().all(|edit| taken.iter().all(|t| !overlap(t, edit) || *t == edit))
        {
            let new: Vec<&Edit> = fix.edits.iter().filter(|edit| !taken.contains(edit)).collect();
            // What another fix did already is done.
            if !new.is_empty() {
                taken.extend(new);
                titles.push(fix.title.clone());
            }
        }
    }
    taken.sort_by_key(|edit| (edit.span, edit.text.as_str()));
    let mut changed: Vec<(FileId, String)> = Vec::new();
    for edit in taken.iter().rev() {
        let id = edit.span.file;
        if changed.last().is_none_or(|(last, _)| *last != id) {
            let text = sources.get(id).map(|file| file.text.to_string()).unwrap_or_default();
            changed.push((id, text));
        }
        if let Some((_, text)) = changed.last_mut() {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
    }
    (changed, titles)
}

/// Whether a fix is for texts that are there, and changes something.
fn fits(fix: &Fix, sources: &Sources) -> bool {
    let inside = |edit: &Edit| {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        sources.get(edit.span.file).is_some_and(|file| file.text.get(start..end).is_some())
    };
    fix.edits.iter().all(inside) && fix.edits.iter().any(|edit| sources.text(edit.span) != edit.text)
}

/// Whether the order of two edits would matter. Two that only touch are a doubt, too, where one inserts.
fn overlap(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.span, b.span);
    let empty = a.start == a.end || b.start == b.end;
    a.file == b.file
        && if empty { a.start <= b.end && b.start <= a.end } else { a.start < b.end && b.start < a.end }
}
