//! Rules about what is open to whom.

mod admin_path;
mod allow_list;
mod hosts;
mod service;
mod tls;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &service::RULE,
    &admin_path::RULE,
    &allow_list::RULE,
    &tls::PLAIN,
    &tls::UNUSED,
    &hosts::SHARED,
    &hosts::WILDCARD,
];
