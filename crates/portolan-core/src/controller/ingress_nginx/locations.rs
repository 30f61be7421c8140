//! From declared paths to the locations that nginx gets: order, splitting, regex mode.
//!
//! Source: `internal/ingress/controller/controller.go` (getBackendServers, end), `location.go`
//! (updateServerLocations), `template/template.go` (enforceRegexModifier, buildLocation,
//! needsRewrite).

use super::appended;
use super::model::{Location, Server};
use super::version::{PrefixForm, Version};
use std::collections::HashSet;

/// A location as it is printed.
#[derive(Debug, Clone)]
pub(super) struct Printed<'s> {
    pub location: &'s Location,
    /// The path after splitting.
    pub path: String,
    pub kind: Kind,
    pub version: Version,
}

/// How a location is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `location = "/foo"`
    Exact,
    /// `location "/foo/"`
    Prefix,
    /// `location ~* "^/foo"`
    Regex,
}

impl Printed<'_> {
    /// The rewrite target, where a rewrite is printed.
    pub(super) fn target(&self) -> Option<&str> {
        let target = self.location.annotations.rewrite.target.as_deref()?;
        (target != self.path).then_some(target)
    }

    /// The line that opens it.
    pub(super) fn opening(&self) -> String {
        let escaped = || self.path.replace('\\', r"\\").replace('"', "\\\"");
        let plain =
            || if self.version.quotes_paths() { format!("\"{}\"", escaped()) } else { self.path.clone() };
        match self.kind {
            // 0.41.0 (#6349).
            Kind::Exact if self.version.prefix() == PrefixForm::Lua => format!("location ~ ^{}$", self.path),
            Kind::Exact => format!("location = {}", plain()),
            Kind::Prefix => format!("location {}", plain()),
            Kind::Regex => match (self.version.appending(), self.target()) {
                (Some(form), Some(_)) => format!("location ~* {}", appended::location(form, &self.path)),
                _ => format!("location ~* \"^{}\"", escaped()),
            },
        }
    }

    /// The pattern of a location in regex mode.
    pub(super) fn pattern(&self) -> String {
        match (self.version.appending(), self.target()) {
            (Some(form), Some(_)) => appended::start(form, &self.path),
            _ => format!("^{}", self.path),
        }
    }
}

/// The locations of a server in the order in which they are printed.
pub(super) fn print(version: Version, server: &Server) -> Vec<Printed<'_>> {
    let mut sorted: Vec<&Location> = server.locations.iter().collect();
    if version.sorts_by_length() {
        // Two stable sorts there, one here: the longer path first, then the greater one.
        sorted.sort_by(|a, b| b.path.len().cmp(&a.path.len()).then_with(|| b.path.cmp(&a.path)));
    } else {
        sorted.sort_by(|a, b| b.path.cmp(&a.path));
    }
    let splits = version.prefix() == PrefixForm::Split;
    let exact: HashSet<&str> = sorted.iter().filter(|l| l.exact).map(|l| l.path.as_str()).collect();
    let mut printed = Vec::with_capacity(sorted.len() * 2);
    for location in sorted {
        let path = &location.path;
        let rewrite = &location.annotations.rewrite;
        let rewrites = rewrite.target.as_ref().is_some_and(|t| t != path);
        let kind = if location.exact { Kind::Exact } else { Kind::Prefix };
        if !splits || path == "/" || location.exact || rewrites || rewrite.use_regex {
            printed.push(Printed { location, path: path.clone(), kind, version });
            continue;
        }
        let with_slash = if path.ends_with('/') { path.clone() } else { format!("{path}/") };
        printed.push(Printed { location, path: with_slash, kind: Kind::Prefix, version });
        if !exact.contains(path.as_str()) {
            printed.push(Printed { location, path: path.clone(), kind: Kind::Exact, version });
        }
    }
    let is_regex = |p: &Printed| p.location.annotations.rewrite.use_regex || p.target().is_some();
    if version.regex_is_for_all() {
        // One location that is a regular expression makes all of the server's locations such.
        if printed.iter().any(is_regex) {
            for p in &mut printed {
                p.kind = Kind::Regex;
            }
        }
    } else {
        for p in &mut printed {
            if is_regex(p) {
                p.kind = Kind::Regex;
            }
        }
    }
    printed
}
