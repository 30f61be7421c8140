//! The classes of hosts and paths that a route matches, each by one of its members: the one that the
//! fewest other routes match.

use super::Reaches;
use crate::routing::{HostId, HostPattern, HostPolicy, PathMatcher, Route, RouteTable};

/// A class of hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// One of them.
    pub name: String,
    /// There is no other one.
    pub point: bool,
}

/// A class of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Path {
    /// This one alone.
    Point(String),
    /// All that begin like this one, which goes on as no text of the table does.
    Below(String),
    /// Those that an expression matches.
    Expression,
}

/// Signs that a path goes on with, the ones that look best first.
const SIGNS: &[u8] = b"xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-~!$";

/// A label that is no part of any host of the table.
pub(super) fn label(table: &RouteTable) -> String {
    let mut all = String::new();
    for host in &table.hosts {
        if let HostPattern::Exact(text)
        | HostPattern::OneLabel(text)
        | HostPattern::FirstLabel(text)
        | HostPattern::ManyLabels(text)
        | HostPattern::WordLabel(text)
        | HostPattern::Start(text) = &host.pattern
        {
            all.push_str(text);
            all.push(' ');
        }
    }
    let mut label = "any".to_owned();
    while all.contains(&label) {
        label.push('x');
    }
    label
}

/// One host of each class that a pattern has, the ordinary ones first; `None` for an expression.
pub(super) fn names(pattern: &HostPattern, label: &str) -> Option<Vec<Host>> {
    let some = |name: String| Host { name, point: false };
    let point = |name: &str| Host { name: name.to_owned(), point: true };
    Some(match pattern {
        HostPattern::Exact(host) => vec![point(host)],
        // A label that is no word is one that fewer patterns take.
        HostPattern::OneLabel(s) => vec![some(format!("{label}{s}")), some(format!("{label}!{s}"))],
        HostPattern::FirstLabel(s) => {
            vec![some(format!("{label}{s}")), some(format!("{label}!{s}")), point(s)]
        }
        HostPattern::ManyLabels(s) => {
            vec![
                some(format!("{label}{s}")),
                some(format!("{label}!{s}")),
                some(format!("{label}.{label}{s}")),
            ]
        }
        HostPattern::WordLabel(s) => vec![some(format!("{label}{s}"))],
        HostPattern::Start(s) => vec![some(format!("{s}{label}"))],
        HostPattern::Any => vec![some(label.to_owned())],
        HostPattern::Regex(_) => return None,
    })
}

impl Reaches<'_> {
    /// The classes of paths; `None` where no member of one was found.
    pub(super) fn paths(&self, path: &PathMatcher) -> Vec<Option<Path>> {
        let below = |text: &str| Some(Path::Below(format!("{text}{}", self.sign(text)?)));
        match path {
            PathMatcher::Any => vec![below("/")],
            PathMatcher::StringPrefix(p) if p.is_empty() => vec![below("/")],
            PathMatcher::StringPrefix(p) => vec![below(p)],
            PathMatcher::Exact(p) => vec![Some(Path::Point(p.clone()))],
            PathMatcher::ElementPrefix(p) => {
                let itself = Some(Path::Point(p.clone())).filter(|_| !p.is_empty());
                let mut all = vec![below(&format!("{p}/"))];
                all.extend(itself.map(Some));
                all
            }
            PathMatcher::Regex(_) => vec![Some(Path::Expression)],
        }
    }

    /// A sign that no text of the table has behind this one.
    fn sign(&self, text: &str) -> Option<char> {
        let mut longer = text.to_owned();
        SIGNS.iter().map(|&sign| char::from(sign)).find(|&sign| {
            longer.push(sign);
            let at = self.texts.partition_point(|t| *t < longer.as_str());
            let taken = self.texts.get(at).is_some_and(|t| t.starts_with(longer.as_str()));
            longer.pop();
            !taken
        })
    }

    /// The classes of hosts for which a route is asked; the virtual hosts that answer for the others.
    pub(super) fn hosts(
        &self,
        route: &Route,
        hosts: &mut Vec<Host>,
        taken: &mut Vec<HostId>,
        open: &mut Option<&'static str>,
    ) {
        let table = self.table();
        let aliases = self.aliases.iter().filter(|(of, _)| *of == route.host).map(|(_, alias)| *alias);
        let exclusive = table.host_policy == HostPolicy::Exclusive;
        let own = table.routes_of(route.host) == route.host;
        for id in
            Some(route.host).filter(|_| own || !exclusive).into_iter().chain(aliases.filter(|_| exclusive))
        {
            let Some(pattern) = table.host(id).map(|h| &h.pattern) else { continue };
            let Some(names) = names(pattern, &self.label) else {
                *open = Some("expressions for hosts");
                continue;
            };
            for host in names {
                let best = match exclusive {
                    true => self.router.matching_hosts(&host.name).into_iter().min().unwrap_or(id),
                    false => id,
                };
                if table.routes_of(best) == route.host || !exclusive {
                    hosts.push(host);
                } else if host.point
                    || !matches!(table.host(best).map(|h| &h.pattern), Some(HostPattern::Regex(_)))
                {
                    taken.push(best);
                } else {
                    *open = Some("expressions for hosts");
                }
            }
        }
    }
}
