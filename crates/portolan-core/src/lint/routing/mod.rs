//! Rules over the route table: what the chosen controller makes of it all.

mod duplicate_rule;
mod exact_loses;
mod host_annotation;
mod host_taken;
mod missing_group;
mod never_wins;
mod nginx;
mod random_tie;
mod redirect_loop;
mod refused;
mod regex_anchor;
mod regex_dot;
mod regex_host;
mod routes;
mod scan;
mod slow_expression;
mod text_prefix;
mod trailing_slash;
mod wildcard_depth;
mod wildcard_hidden;

use super::Rule;
pub(super) use routes::Routes;

pub(super) const RULES: &[&Rule] = &[
    &never_wins::RULE,
    &host_taken::RULE,
    &duplicate_rule::RULE,
    &random_tie::RULE,
    &exact_loses::RULE,
    &text_prefix::RULE,
    &trailing_slash::RULE,
    &regex_host::RULE,
    &regex_dot::RULE,
    &regex_anchor::RULE,
    &missing_group::RULE,
    &refused::EXPRESSION,
    &slow_expression::RULE,
    &redirect_loop::RULE,
    &redirect_loop::BEHIND_BALANCER,
    &refused::DEFAULT_BACKEND,
    &refused::RULE,
    &wildcard_depth::RULE,
    &wildcard_hidden::RULE,
    &host_annotation::RULE,
];
