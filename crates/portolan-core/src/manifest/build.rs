//! What all readers share: the budget, the problems found, and how a mapping is finished.

use std::collections::{HashMap, HashSet};

use super::{Entry, Limits, codes};
use crate::problem::{Problem, Severity};
use crate::span::{FileId, Span};

/// How much text of broken documents is read again in one reading, in bytes: enough for hundreds of
/// documents of ordinary size, and less than a second.
const REREADS: usize = 8 << 20;

/// The problems of one reading, up to a limit.
#[derive(Debug)]
pub(super) struct Problems {
    list: Vec<Problem>,
    limit: usize,
}

impl Problems {
    pub(super) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), limit }
    }

    pub(super) fn push(&mut self, problem: Problem) {
        if self.list.len() < self.limit {
            self.list.push(problem);
        } else if self.list.len() == self.limit {
            let message = format!("there are more than {} problems, and the rest was not read", self.limit);
            self.list.push(
                Problem::new(codes::MORE_PROBLEMS, Severity::Error, problem.span, message)
                    .help("mend the first ones and look again"),
            );
        }
    }

    /// Whether reading should stop, since nothing more can be reported.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() > self.limit
    }

    /// How many there are, to come back to with [`Problems::rewind`].
    pub(super) fn mark(&self) -> usize {
        self.list.len()
    }

    /// What was found since `mark`.
    pub(super) fn since(&self, mark: usize) -> &[Problem] {
        self.list.get(mark..).unwrap_or_default()
    }

    /// Forgets what was found since `mark`.
    pub(super) fn rewind(&mut self, mark: usize) {
        self.list.truncate(mark);
    }

    pub(super) fn into_list(self) -> Vec<Problem> {
        self.list
    }
}

/// What is left of the limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub(super) nodes: usize,
    /// Whether a value was refused.
    pub(super) exhausted: bool,
    /// Values that aliases may copy.
    pub(super) copies: usize,
    /// Bytes of broken documents that may be read once more.
    pub(super) rereads: usize,
    pub(super) depth: usize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            nodes: limits.max_nodes,
            exhausted: false,
            copies: limits.max_alias_nodes,
            rereads: REREADS,
            depth: limits.depth(),
        }
    }

    /// Takes one of the values that are left; false where there is none.
    pub(super) fn take_node(&mut self) -> bool {
        self.exhausted = self.nodes == 0;
        self.nodes = self.nodes.saturating_sub(1);
        !self.exhausted
    }

    /// Takes the bytes of a document that is to be read once more; false where they do not suffice.
    pub(super) fn take_reread(&mut self, bytes: usize) -> bool {
        let left = self.rereads.checked_sub(bytes);
        self.rereads = left.unwrap_or(0);
        left.is_some()
    }
}

/// One file's reading: where its documents stand, and where what is found goes to.
pub(super) struct Context<'a> {
    pub(super) file: FileId,
    /// Offset of the present document in its file.
    pub(super) base: u32,
    /// Whether this file was already said to be a template.
    pub(super) template_reported: bool,
    /// What was mended in the present document before it was read, one after the other.
    pub(super) patches: Vec<Patch>,
    pub(super) budget: &'a mut Budget,
    pub(super) problems: &'a mut Problems,
}

/// A replacement of text made while mending a document; offsets count from the document's start.
pub(super) struct Patch {
    pub(super) at: usize,
    pub(super) removed: usize,
    pub(super) inserted: usize,
}

impl<'a> Context<'a> {
    pub(super) fn new(file: FileId, budget: &'a mut Budget, problems: &'a mut Problems) -> Self {
        Self { file, base: 0, template_reported: false, patches: Vec::new(), budget, problems }
    }

    /// Whether a limit of the whole reading was reached; it was reported, and nothing more is read.
    pub(super) fn is_over(&self) -> bool {
        self.budget.exhausted || self.problems.is_full()
    }

    /// The span of `start..end`, which count from the start of the document as it is read.
    pub(super) fn span(&self, mut start: usize, mut end: usize) -> Span {
        // Back to the text that the user gave. What lies inside a replacement is all of it.
        for Patch { at, removed, inserted } in self.patches.iter().rev() {
            let back = |offset: usize, inside: usize| match offset {
                _ if offset >= at + inserted => offset - inserted + removed,
                _ if offset > *at => inside,
                _ => offset,
            };
            (start, end) = (back(start, *at), back(end, at + removed));
        }
        Span::new(self.file, self.base + start as u32, self.base + end.max(start) as u32)
    }

    /// The entries without duplicate keys: the last one wins and stands in the first one's place.
    ///
    /// `merged` says which entries came from a merge key; it may be shorter than `entries`, the
    /// rest did not. Duplicates among the others are reported.
    pub(super) fn unique(&mut self, entries: Vec<Entry>, merged: &[bool]) -> Vec<Entry> {
        if !has_duplicates(&entries) {
            return entries;
        }
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut kept: Vec<(Entry, bool)> = Vec::new();
        for (i, entry) in entries.into_iter().enumerate() {
            let from_merge = merged.get(i).copied().unwrap_or(false);
            let Some(&at) = first.get(&entry.key) else {
                first.insert(entry.key.clone(), kept.len());
                kept.push((entry, from_merge));
                continue;
            };
            let (earlier, earlier_merged) = &kept[at];
            if !from_merge && !earlier_merged && !self.problems.is_full() {
                let key = &entry.key;
                self.problems.push(
                    Problem::new(
                        codes::DUPLICATE_KEY,
                        Severity::Warning,
                        entry.key_span,
                        format!("`{key}` is given twice in one mapping, and only the last one counts"),
                    )
                    .help("delete one of the two; strict validation refuses such an object")
                    .related(earlier.key_span, format!("`{key}` is given here first")),
                );
            }
            kept[at] = (entry, from_merge);
        }
        kept.into_iter().map(|(entry, _)| entry).collect()
    }
}

fn has_duplicates(entries: &[Entry]) -> bool {
    if entries.len() <= 12 {
        return entries.iter().enumerate().any(|(i, e)| entries[..i].iter().any(|f| f.key == e.key));
    }
    let mut seen = HashSet::with_capacity(entries.len());
    !entries.iter().all(|e| seen.insert(e.key.as_str()))
}
