//! What a look-up has found so far, and what comes of it.

use crate::routing::RouteId;

/// Which route a request takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The request is refused before any rule is looked at.
    Refused,
    /// No route matches.
    Unmatched,
    /// This one.
    Matched {
        /// The route.
        route: RouteId,
        /// Index of the step that ends the request.
        step: usize,
    },
    /// One of these, each with its step; the controller's choice is not known.
    Tied(Vec<(RouteId, usize)>),
}

/// The best-ranked routes found so far, each with the step that ends the request: one, or several
/// of equal rank.
#[derive(Debug, Default)]
pub(in crate::routing) struct Best {
    first: Option<Found>,
    tied: Vec<(RouteId, usize)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub rank: u32,
    pub route: RouteId,
    pub step: usize,
}

impl Best {
    /// One of the best routes.
    pub(in crate::routing) fn route(&self) -> Option<RouteId> {
        self.first.map(|f| f.route)
    }

    /// Whether a route of this rank would still count.
    #[inline]
    pub(super) fn wants(&self, rank: u32) -> bool {
        self.first.is_none_or(|best| rank <= best.rank)
    }

    #[inline]
    pub(super) fn is_below(&self, floor: u32) -> bool {
        self.first.is_some_and(|best| best.rank < floor)
    }

    #[inline]
    pub(super) fn take(&mut self, found: Found) {
        match self.first {
            Some(best) if best.rank == found.rank => self.tie(best, found),
            _ => {
                self.first = Some(found);
                self.tied.clear();
            }
        }
    }

    #[cold]
    fn tie(&mut self, best: Found, found: Found) {
        // A route may be found more than once.
        if best.route != found.route {
            self.tied.push((found.route, found.step));
        }
    }

    #[inline]
    pub(super) fn into_resolution(self) -> Resolution {
        match self.first {
            None => Resolution::Unmatched,
            Some(Found { route, step, .. }) if self.tied.is_empty() => Resolution::Matched { route, step },
            Some(Found { route, step, .. }) => {
                let mut tied = self.tied;
                tied.push((route, step));
                tied.sort_unstable();
                tied.dedup();
                Resolution::Tied(tied)
            }
        }
    }
}
