//! Rules over the route table: what the chosen controller makes of it all.

mod routes;

use super::Rule;
pub(super) use routes::Routes;

pub(super) const RULES: &[&Rule] = &[];
