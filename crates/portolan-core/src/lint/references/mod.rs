//! Rules about what objects name: Services, ports, pods, Secrets, classes, Gateways.

pub(super) mod backends;
mod classes;
mod grants;
mod missing_service;
mod no_endpoints;
mod parents;
mod service_port;
mod target_port;
mod tls_secret;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &missing_service::RULE,
    &service_port::RULE,
    &no_endpoints::RULE,
    &target_port::NAMED,
    &target_port::UNDECLARED,
    &tls_secret::MISSING,
    &tls_secret::KEYS,
    &classes::MISSING,
    &classes::LEFT_OUT,
    &classes::NONE,
    &grants::RULE,
    &parents::RULE,
    &classes::GATEWAY,
];
