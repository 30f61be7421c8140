//! What the API leaves open between the matches of one table.

use super::table::{Compiler, Place};
use crate::routing::{Certainty, HostPattern, PathMatcher};
use std::cmp::Reverse;
use std::collections::HashMap;

/// How many pairs of exact paths and expressions of one host are compared. Where there are more,
/// any expression might match any path.
const MAX_PAIRS: usize = 1 << 16;

impl Compiler<'_, '_> {
    /// Says of matches that only the age of their routes ranks, and whose age is not known, that
    /// the first by name was taken.
    pub fn doubt_ages(&mut self) {
        let mut alike: HashMap<(u16, HostPattern, String, [usize; 5]), Vec<usize>> = HashMap::new();
        for (i, draft) in self.drafts.iter().enumerate() {
            if let Place::Text((_, Reverse(weight), ..)) = &draft.place {
                let path = draft.route.rule.split(", ").next().unwrap_or_default().to_owned();
                alike.entry((draft.port, draft.host.clone(), path, *weight)).or_default().push(i);
            }
        }
        for group in alike.values().filter(|g| g.len() > 1) {
            let first =
                group.first().and_then(|&i| self.drafts.get(i)).map(|d| d.route.origin.object.clone());
            let of_several =
                group.iter().any(|&i| self.drafts.get(i).map(|d| &d.route.origin.object) != first.as_ref());
            let unknown = group.iter().any(|&i| self.drafts.get(i).is_some_and(|d| !d.created));
            if !(of_several && unknown) {
                continue;
            }
            for &i in group {
                self.doubt(
                    i,
                    "several routes have a match like this; the older route goes first, and the manifests do not say which is older: taken by name",
                );
            }
        }
    }

    /// Says of exact paths that a regular expression on the same host matches as well, that the API
    /// does not rank the two.
    pub fn doubt_expressions(&mut self) {
        let mut hosts: HashMap<(u16, HostPattern), (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (i, draft) in self.drafts.iter().enumerate() {
            let (exact, expressions) = hosts.entry((draft.port, draft.host.clone())).or_default();
            match &draft.route.path {
                PathMatcher::Exact(_) => exact.push(i),
                PathMatcher::Regex(_) => expressions.push(i),
                _ => {}
            }
        }
        for (exact, expressions) in hosts.values().filter(|(_, expressions)| !expressions.is_empty()) {
            let many = exact.len().saturating_mul(expressions.len()) > MAX_PAIRS;
            for &i in exact {
                let Some(PathMatcher::Exact(path)) = self.drafts.get(i).map(|d| &d.route.path) else {
                    continue;
                };
                let matches = |&e: &usize| self.drafts.get(e).is_some_and(|d| d.route.path.matches(path));
                if many || expressions.iter().any(matches) {
                    let open = "a regular expression matches this path as well, and the API does not rank it; taken after Exact";
                    self.doubt(i, open);
                }
            }
        }
    }

    fn doubt(&mut self, draft: usize, open: &str) {
        if let Some(draft) = self.drafts.get_mut(draft) {
            let certainty = std::mem::take(&mut draft.route.certainty);
            draft.route.certainty = certainty.and(Certainty::Likely(open.to_owned()));
        }
    }
}
