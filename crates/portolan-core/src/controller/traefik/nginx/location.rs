//! Locations: one for each path of each Ingress, and the routers that they become.

use super::Compiler;
use super::annotations::Config;
use super::endpoints::{Endpoints, Reference};
use super::model::{Canary, Taken};
use super::variables::Fixed;
use crate::cluster::PathType;
use crate::controller::traefik::routers::Rule;
use crate::controller::traefik::rule::{self, PathRule, quote};
use crate::routing::{Condition, Pattern, TextMatch};

/// One path of an Ingress.
pub(super) struct Location<'m> {
    pub(super) taken: &'m Taken<'m>,
    pub(super) config: &'m Config,
    /// The host, empty for every host, and its aliases.
    pub(super) host: &'m str,
    pub(super) aliases: Vec<&'m str>,
    /// The path as written; empty for a default backend.
    pub(super) path: &'m str,
    pub(super) path_type: PathType,
    /// The host compares paths as regular expressions.
    pub(super) regex: bool,
    pub(super) reference: Reference,
    pub(super) port_text: String,
    pub(super) endpoints: Endpoints,
    pub(super) app_root: Option<&'m str>,
    pub(super) server_snippet: Option<&'m str>,
    /// The canary of its Service port.
    pub(super) canary: Option<&'m Canary>,
}

impl Location<'_> {
    /// Its host and its aliases.
    pub(super) fn hosts(&self) -> Vec<&str> {
        match self.host {
            "" => Vec::new(),
            host => std::iter::once(host).chain(self.aliases.iter().copied()).collect(),
        }
    }

    /// Its rule.
    ///
    /// # Errors
    /// The rule's text, and why Traefik refuses it.
    pub(super) fn rule(&self) -> Result<Rule, (String, String)> {
        let expression;
        let path = match (self.path, self.path_type) {
            ("", _) => PathRule::Any,
            (path, PathType::Exact) => PathRule::Exact(path),
            (path, _) if !self.regex => PathRule::Elements(path),
            _ => {
                expression = format!("(?i)^{}", self.regex_path());
                PathRule::Regexp(&expression)
            }
        };
        rule::rule(&self.hosts(), &path)
    }

    /// Whether its rewrite target is a whole URL.
    pub(super) fn rewrites_to_url(&self) -> bool {
        let target = self.config.rewrite_target.trim();
        target.split_once(':').is_some_and(|(scheme, _)| {
            scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        })
    }

    /// The path as an expression. Where it rewrites to a URL, a group at the very end that begins
    /// behind a slash may be missing together with that slash.
    pub(super) fn regex_path(&self) -> String {
        if self.path_type != PathType::ImplementationSpecific || !self.rewrites_to_url() {
            return self.path.to_owned();
        }
        with_optional_end(self.path)
    }

    /// The name of its service in Traefik; `router` is its router's.
    pub(super) fn service_name(&self, router: &str) -> String {
        let meta = &self.taken.ingress.meta;
        match router.ends_with("-default-backend") && self.path.is_empty() {
            true => router.to_owned(),
            false => format!(
                "{}-{}-{}-{}",
                meta.namespace, meta.name.value, self.reference.service, self.port_text
            ),
        }
    }

    /// Its own variables.
    pub(super) fn variables(&self) -> Fixed<'_> {
        Fixed {
            namespace: &self.taken.ingress.meta.namespace,
            ingress: &self.taken.ingress.meta.name.value,
            path: self.path,
            service: &self.reference.service,
            port: &self.port_text,
        }
    }
}

fn with_optional_end(path: &str) -> String {
    let unchanged = || path.to_owned();
    if path.starts_with("/(") {
        return unchanged();
    }
    let Some(start) = path.rfind("/(") else { return unchanged() };
    let (before, end) = path.split_at(start);
    let mut depth = 0_i32;
    for (at, b) in end.bytes().enumerate() {
        match b {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 && at + 1 != end.len() {
                    return unchanged();
                }
            }
            _ => {}
        }
    }
    if depth == 0 { format!("{before}(?:{end})?") } else { unchanged() }
}

/// The rule of requests that go to the canary by header or cookie, if there are any; `Err` where
/// Traefik refuses it.
pub(super) fn canary_rule(rule: &Rule, config: &Config) -> Option<Result<Rule, String>> {
    let header = (!config.canary_by_header.is_empty()).then_some(config.canary_by_header.as_str());
    let plain = config.canary_by_header_value.is_empty() && config.canary_by_header_pattern.is_empty();
    let mut parts: Vec<(String, Condition)> = Vec::new();
    if let Some(name) = header {
        let made = match (config.canary_by_header_value.as_str(), config.canary_by_header_pattern.as_str()) {
            ("", "") => Ok(header_is(name, "always")),
            ("", pattern) => header_matches(name, pattern),
            (value, _) => Ok(header_is(name, value)),
        };
        match made {
            Ok(part) => parts.push(part),
            Err(reason) => return Some(Err(reason)),
        }
    }
    if !config.canary_by_cookie.is_empty() {
        let (mut text, mut condition) = match cookie_is(&config.canary_by_cookie, "always") {
            Ok(part) => part,
            Err(reason) => return Some(Err(reason)),
        };
        if let Some(name) = header.filter(|_| plain) {
            let (never_text, never) = header_is(name, "never");
            text = format!("({text} && !{never_text})");
            condition = Condition::AllOf(vec![condition, Condition::Not(Box::new(never))]);
        }
        parts.push((text, condition));
    }
    (!parts.is_empty()).then(|| Ok(any_of(rule, parts)))
}

/// The rule of requests that header or cookie keep away from a canary with a weight, if there are
/// any; `Err` where Traefik refuses it.
pub(super) fn main_rule(rule: &Rule, config: &Config, weight: u32) -> Option<Result<Rule, String>> {
    let plain = config.canary_by_header_value.is_empty() && config.canary_by_header_pattern.is_empty();
    let mut parts = Vec::new();
    if !config.canary_by_header.is_empty() && plain {
        parts.push(header_is(&config.canary_by_header, "never"));
    }
    if !config.canary_by_cookie.is_empty() {
        match cookie_is(&config.canary_by_cookie, "never") {
            Ok(part) => parts.push(part),
            Err(reason) => return Some(Err(reason)),
        }
    }
    (weight > 0 && !parts.is_empty()).then(|| Ok(any_of(rule, parts)))
}

fn any_of(rule: &Rule, parts: Vec<(String, Condition)>) -> Rule {
    let (texts, conditions): (Vec<String>, Vec<Condition>) = parts.into_iter().unzip();
    rule.and(&texts.join(" || "), Condition::AnyOf(conditions))
}

fn header_is(name: &str, value: &str) -> (String, Condition) {
    let condition = Condition::Header { name: name.to_owned(), value: TextMatch::Exact(value.to_owned()) };
    (format!("Header({}, {})", quote(name), quote(value)), condition)
}

fn header_matches(name: &str, pattern: &str) -> Result<(String, Condition), String> {
    let text = format!("HeaderRegexp({}, {})", quote(name), quote(pattern));
    let compiled = Pattern::re2(pattern).map_err(|e| format!("{pattern} cannot be compiled: {e}"))?;
    Ok((text, Condition::Header { name: name.to_owned(), value: TextMatch::Regex(compiled) }))
}

fn cookie_is(name: &str, value: &str) -> Result<(String, Condition), String> {
    // Go's regexp.QuoteMeta.
    let mut quoted = String::with_capacity(name.len());
    for c in name.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    header_matches("Cookie", &format!(r"(^|;\s*){quoted}={value}(;|$)"))
}

impl<'c> Compiler<'c> {
    /// The location of a path.
    pub(super) fn location(
        &self,
        taken: &'c Taken<'c>,
        host: &'c str,
        path: &'c str,
        path_type: PathType,
        reference: Reference,
    ) -> Location<'c> {
        let namespace = taken.ingress.meta.namespace.as_str();
        let own_root = taken.config.app_root.as_deref();
        let inherited =
            self.model.app_roots.get(host).map(String::as_str).filter(|_| matches!(path, "" | "/"));
        Location {
            taken,
            config: &taken.config,
            host,
            aliases: self.model.aliases_of(taken),
            path,
            path_type,
            regex: self.model.regex_hosts.contains(host),
            endpoints: self.resolve(namespace, &reference, &taken.config),
            port_text: reference.port_text(),
            app_root: own_root.or(inherited),
            server_snippet: self.model.server_snippets.get(host).map(String::as_str),
            canary: None,
            reference,
        }
    }

    /// `custom-headers` names a ConfigMap; no header is allowed unless Traefik is told so.
    pub(super) fn custom_headers_fail(&self, location: &Location<'_>) -> bool {
        let Some(reference) = &location.config.custom_headers else { return false };
        let own = location.taken.ingress.meta.namespace.as_str();
        let Some((namespace, name)) = reference.split_once('/').filter(|(_, name)| !name.contains('/'))
        else {
            return true;
        };
        let maps = self.cluster.config_maps.iter().filter(|m| m.admitted);
        let mut named = maps.filter(|m| m.meta.namespace == namespace && m.meta.name.value == name);
        (namespace != own && !self.options.cross_namespace) || named.next().is_none_or(|m| !m.data.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_group_at_the_very_end_becomes_optional() {
        for (path, expected) in [
            ("/old/(.*)", "/old(?:/(.*))?"),
            ("/a(/|$)(.*)", "/a(/|$)(.*)"),
            ("/(.*)", "/(.*)"),
            ("/foo/(.*)/bar", "/foo/(.*)/bar"),
            ("/foo/(a(b))", "/foo(?:/(a(b)))?"),
            ("/foo", "/foo"),
        ] {
            assert_eq!(with_optional_end(path), expected);
        }
    }

    #[test]
    fn canary_rules_as_traefik_writes_them() {
        let base = rule::rule(&["c.com"], &PathRule::Elements("/")).expect("a good rule");
        let config = Config {
            canary_by_header: "X-C".into(),
            canary_by_cookie: "be.ta".into(),
            canary_weight: 30,
            ..Config::default()
        };
        let canary = canary_rule(&base, &config).and_then(Result::ok).expect("one by header");
        assert_eq!(canary.priority(), 150);
        assert_eq!(
            canary.text,
            r#"(Host("c.com") && PathPrefix("/")) && (Header("X-C", "always") || (HeaderRegexp("Cookie", "(^|;\\s*)be\\.ta=always(;|$)") && !Header("X-C", "never")))"#
        );
        let main = main_rule(&base, &config, 30).and_then(Result::ok).expect("one by header");
        assert_eq!(main.priority(), 119);
        assert!(main_rule(&base, &config, 0).is_none());
    }
}
