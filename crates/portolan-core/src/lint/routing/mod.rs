//! Rules over the route table: what the chosen controller makes of it all.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
