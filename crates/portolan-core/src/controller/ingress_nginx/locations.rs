//! From declared paths to the locations that nginx gets: order, splitting, regex mode.
//!
//! Source: `internal/ingress/controller/controller.go` (getBackendServers, end), `location.go`
//! (updateServerLocations), `template/template.go` (enforceRegexModifier, buildLocation,
//! needsRewrite).

use super::model::{Location, Server};
use std::collections::HashSet;

/// A location as it is printed.
#[derive(Debug, Clone)]
pub(super) struct Printed<'s> {
    pub location: &'s Location,
    /// The path after splitting.
    pub path: String,
    pub kind: Kind,
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
        let path = self.path.replace('\\', r"\\").replace('"', "\\\"");
        match self.kind {
            Kind::Exact => format!("location = \"{path}\""),
            Kind::Prefix => format!("location \"{path}\""),
            Kind::Regex => format!("location ~* \"^{path}\""),
        }
    }

    /// The pattern of a location in regex mode.
    pub(super) fn pattern(&self) -> String {
        format!("^{}", self.path)
    }
}

/// The locations of a server in the order in which they are printed.
pub(super) fn print(server: &Server) -> Vec<Printed<'_>> {
    let mut sorted: Vec<&Location> = server.locations.iter().collect();
    // Two stable sorts there, one here: the longer path first, then the greater one.
    sorted.sort_by(|a, b| b.path.len().cmp(&a.path.len()).then_with(|| b.path.cmp(&a.path)));
    let exact: HashSet<&str> = sorted.iter().filter(|l| l.exact).map(|l| l.path.as_str()).collect();
    let mut printed = Vec::with_capacity(sorted.len() * 2);
    for location in sorted {
        let path = &location.path;
        let rewrite = &location.annotations.rewrite;
        let rewrites = rewrite.target.as_ref().is_some_and(|t| t != path);
        let kind = if location.exact { Kind::Exact } else { Kind::Prefix };
        if path == "/" || location.exact || rewrites || rewrite.use_regex {
            printed.push(Printed { location, path: path.clone(), kind });
            continue;
        }
        let with_slash = if path.ends_with('/') { path.clone() } else { format!("{path}/") };
        printed.push(Printed { location, path: with_slash, kind: Kind::Prefix });
        if !exact.contains(path.as_str()) {
            printed.push(Printed { location, path: path.clone(), kind: Kind::Exact });
        }
    }
    // One location that is a regular expression makes all of the server's locations such.
    if printed.iter().any(|p| p.location.annotations.rewrite.use_regex || p.target().is_some()) {
        for p in &mut printed {
            p.kind = Kind::Regex;
        }
    }
    printed
}
