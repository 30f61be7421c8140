//! Rules about what objects name: Services, ports, pods, Secrets, classes, Gateways.

mod backends;
mod missing_service;
mod service_port;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[&missing_service::RULE, &service_port::RULE];
