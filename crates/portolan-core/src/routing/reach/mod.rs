//! Which routes can win at all, and which never do because others take everything that they match.
//!
//! A table's requests fall into few classes that its matchers cannot tell apart. Of each class that a
//! route matches, one request is built and [resolved](Router::resolve): where the route wins, that
//! request is the proof. Where it loses, the winner is noted as one that goes before it, and the next
//! request has to avoid that one as well. When none is left that avoids all of them, they take
//! everything between them, and the route never wins.
//!
//! That needs, of each class, the request that the fewest other routes match: a path that goes on
//! behind the prefix as no text of the table does, a label that no host of the table has. It is complete
//! for exact paths and prefixes, for hosts with wildcards, and for conditions on method, scheme, port,
//! headers, query and cookies. Paths that expressions match are looked for in the product of their
//! automata (`search`); expressions outside of the part that `expression` takes apart, and searches
//! that grow too big, leave a route [open](Reach::Open). Paths begin with a slash here: the target `*`
//! is not looked at.

mod build;
mod cells;
mod machine;
mod search;
mod solve;

use super::{Condition, HostId, HostPattern, HostPolicy, PathMatcher, Reading, RouteTable};
use super::{Request, Resolution, Route, RouteId, Router};
use cells::{Host, Path};
use machine::Machine;
use search::Found;
use solve::Solver;
use std::cell::Cell;

/// How many routes may stand in the way of one, before it is left open.
const MOST_BEFORE: usize = 24;
/// How many classes of hosts are looked at for one route.
const MOST_HOSTS: usize = 64;
/// How much work all searches of one table may cost together.
const MOST_WORK: u32 = 4_000_000;

/// Whether a route can win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It answers this request, alone or beside others of its rank.
    Wins(Box<Request>),
    /// It never wins: between them, these routes take all that it matches. In the order of their ids.
    Shadowed(Vec<RouteId>),
    /// It never wins: requests for its hosts are answered by these virtual hosts.
    HostTaken(Vec<HostId>),
    /// It never wins: it asks for something that no request is.
    Nothing(Nothing),
    /// It was not found out, and why.
    Open(&'static str),
}

/// What no request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// The proxy never reads such a path.
    Path,
    /// The proxy never reads such a host.
    Host,
    /// Its conditions contradict each other.
    Conditions,
}

/// Finds out which routes of a table can win.
#[derive(Debug)]
pub struct Reaches<'r> {
    router: &'r Router,
    /// The texts of exact paths and prefixes, sorted.
    texts: Vec<&'r str>,
    /// A label that no host of the table has.
    label: String,
    /// Which virtual hosts are other names of which.
    aliases: Vec<(HostId, HostId)>,
    /// The work left for searches.
    work: Cell<u32>,
}

/// What is known of one class of requests.
enum Class {
    Won(Box<Request>),
    Taken,
    Nothing(Nothing),
    Open(&'static str),
}

impl<'r> Reaches<'r> {
    /// Reads a table once, for all of its routes.
    pub fn new(router: &'r Router) -> Self {
        let table = router.table();
        let text = |route: &'r Route| match &route.path {
            PathMatcher::Exact(p) | PathMatcher::StringPrefix(p) | PathMatcher::ElementPrefix(p) => {
                Some(p.as_str())
            }
            PathMatcher::Any | PathMatcher::Regex(_) => None,
        };
        let mut texts: Vec<&str> = table.routes.iter().filter_map(text).collect();
        texts.sort_unstable();
        texts.dedup();
        let aliases = (0u32..).zip(&table.hosts).filter_map(|(id, host)| Some((host.alias_of?, HostId(id))));
        Reaches {
            router,
            texts,
            label: cells::label(table),
            aliases: aliases.collect(),
            work: Cell::new(MOST_WORK),
        }
    }

    fn table(&self) -> &'r RouteTable {
        self.router.table()
    }

    /// Whether this route can win.
    pub fn of(&self, id: RouteId) -> Reach {
        let Some(route) = self.table().route(id) else { return Reach::Open("there is no such route") };
        let paths = self.paths(&route.path);
        let (mut hosts, mut taken) = (Vec::new(), Vec::new());
        let mut open = None;
        self.hosts(route, &mut hosts, &mut taken, &mut open);
        if hosts.is_empty() && open.is_none() && !taken.is_empty() {
            taken.sort_unstable();
            taken.dedup();
            return Reach::HostTaken(taken);
        }
        let mut before: Vec<RouteId> = Vec::new();
        let mut nothing = None;
        let mut at = 0;
        while let Some(host) = hosts.get(at).cloned() {
            at += 1;
            for path in &paths {
                let Some(path) = path else {
                    open = Some("the table has too many paths");
                    continue;
                };
                let first = before.len();
                let mut case = Case { id, route, host: &host, before: &mut before, first };
                match self.class(&mut case, path) {
                    Class::Won(request) => return Reach::Wins(request),
                    Class::Taken => {}
                    Class::Nothing(what) => nothing = Some(what),
                    Class::Open(why) => open = Some(why),
                }
            }
            // Conditions on hosts split a class of hosts.
            if !host.point && !self.split(route, &before, &mut hosts) {
                open = Some("conditions on hosts are too many");
            }
        }
        before.sort_unstable();
        before.dedup();
        match (open, nothing) {
            (Some(why), _) => Reach::Open(why),
            (None, Some(what)) if before.is_empty() => Reach::Nothing(what),
            (None, None) if before.is_empty() => Reach::Nothing(Nothing::Host),
            (None, _) => Reach::Shadowed(before),
        }
    }

    /// Looks for a request of this class that the route wins.
    fn class(&self, case: &mut Case<'_, 'r>, path: &Path) -> Class {
        let mut searches = matches!(path, Path::Expression);
        let fixed = match path {
            Path::Point(text) | Path::Below(text) => text.as_str(),
            Path::Expression => "",
        };
        let point = matches!(path, Path::Point(_));
        for _ in 0..MOST_BEFORE {
            let request = if searches {
                match self.search(case) {
                    Ok(Some(request)) => request,
                    Ok(None) if case.own().next().is_some() => return Class::Taken,
                    Ok(None) => {
                        let mut solver = Solver::new(self.table(), &case.host.name, None);
                        return Class::Nothing(match solver.solve(case.route, &mut std::iter::empty()) {
                            Some(false) => Nothing::Conditions,
                            _ => Nothing::Path,
                        });
                    }
                    Err(why) => return Class::Open(why),
                }
            } else {
                let mut solver = Solver::new(self.table(), &case.host.name, point.then_some(fixed));
                match solver.solve(case.route, &mut case.own().filter_map(|id| self.table().route(id))) {
                    None => return Class::Open("conditions are too many"),
                    Some(false) if case.own().next().is_none() => {
                        return Class::Nothing(Nothing::Conditions);
                    }
                    Some(false) => return Class::Taken,
                    Some(true) => {}
                }
                match build::request(&self.table().reading, &solver.literals, &case.host.name, fixed) {
                    Ok(request) => request,
                    Err(build::Failed::Conditions) => return Class::Open("conditions cannot be made true"),
                    Err(build::Failed::Host) => return Class::Nothing(Nothing::Host),
                    Err(build::Failed::Path) if !self.tells(path) => {
                        return Class::Open("what the proxy reads of such a path is not known");
                    }
                    Err(build::Failed::Path) => return Class::Nothing(Nothing::Path),
                }
            };
            let winner = match self.router.resolve(&request) {
                Resolution::Matched { route, .. } => route,
                Resolution::Tied(tied) if tied.iter().any(|(route, _)| *route == case.id) => case.id,
                Resolution::Tied(tied) => tied.first().map_or(case.id, |(route, _)| *route),
                Resolution::Refused | Resolution::Unmatched => {
                    return Class::Open("conditions cannot be made true");
                }
            };
            if winner == case.id {
                return Class::Won(Box::new(request));
            }
            let Some(better) = self.table().route(winner) else {
                return Class::Open("there is no such route");
            };
            if better.rank >= case.route.rank || case.own().any(|id| id == winner) {
                return Class::Open("conditions cannot be made true");
            }
            if !case.host.point && self.is_vague(better.host) {
                return Class::Open("expressions for hosts");
            }
            if !point && matches!(better.path, PathMatcher::Regex(_)) && better.path != case.route.path {
                searches = true;
            }
            case.before.push(winner);
        }
        Class::Open("too many routes go before it")
    }

    /// Whether a path that is not read says that no path of its class is: not where an escape begins at
    /// its end, and not where it hangs on the scheme.
    fn tells(&self, path: &Path) -> bool {
        let begins_escape = match path {
            Path::Below(text) => text.bytes().rev().take(3).any(|b| b == b'%'),
            _ => false,
        };
        !begins_escape
            && !matches!(&self.table().reading, Reading::Go(go) if go.sanitize_path[0] != go.sanitize_path[1])
    }

    /// Whether the hosts of a virtual host are known by an expression alone.
    fn is_vague(&self, host: HostId) -> bool {
        self.table().host_policy == HostPolicy::FallThrough
            && matches!(self.table().host(host).map(|h| &h.pattern), Some(HostPattern::Regex(_)))
    }

    /// Looks for a path in the product of all the automata.
    fn search(&self, case: &Case<'_, 'r>) -> Result<Option<Request>, &'static str> {
        const OPEN: &str = "an expression cannot be taken apart";
        let own = Machine::new(&case.route.path).ok_or(OPEN)?;
        let others: Vec<&Route> = case.own().filter_map(|id| self.table().route(id)).collect();
        let machines: Option<Vec<Machine>> = others.iter().map(|r| Machine::new(&r.path)).collect();
        let machines = machines.ok_or(OPEN)?;
        let mut solved: Vec<(u64, Option<bool>)> = Vec::new();
        let mut failed = false;
        let chosen = |mask: u64| {
            let bits = others.iter().enumerate();
            bits.filter(move |(bit, _)| mask & (1 << bit) != 0).map(|(_, route)| *route)
        };
        let solver = || Solver::new(self.table(), &case.host.name, None);
        let mut may = |mask: u64| {
            if let Some((_, known)) = solved.iter().find(|(m, _)| *m == mask) {
                return *known;
            }
            let answer = solver().solve(case.route, &mut chosen(mask));
            solved.push((mask, answer));
            answer
        };
        let mut built = None;
        let mut take = |mask: u64, path: &str| {
            let mut solver = solver();
            if solver.solve(case.route, &mut chosen(mask)) == Some(true) {
                built = build::request(&self.table().reading, &solver.literals, &case.host.name, path).ok();
            }
            failed |= built.is_none();
            built.is_some()
        };
        let mut work = self.work.get();
        let found = search::paths(&own, &machines, &mut work, &mut may, &mut take);
        self.work.set(work);
        match (found, built) {
            (Found::Path, Some(request)) => Ok(Some(request)),
            (Found::Nothing, _) if !failed => Ok(None),
            (Found::TooMuch, _) => Err("there are too many expressions, or too long ones"),
            _ => Err("conditions cannot be made true"),
        }
    }

    /// Whether requests for this name come to the routes of this virtual host.
    fn answers(&self, host: HostId, name: &str) -> bool {
        let all = self.router.matching_hosts(name);
        match self.table().host_policy {
            HostPolicy::Exclusive => {
                all.iter().min().is_some_and(|best| self.table().routes_of(*best) == host)
            }
            HostPolicy::FallThrough => all.contains(&host),
        }
    }

    /// Adds the classes of hosts that conditions of these routes tell apart; `false` where that is not
    /// possible.
    fn split(&self, route: &Route, before: &[RouteId], hosts: &mut Vec<Host>) -> bool {
        let others = before.iter().filter_map(|id| self.table().route(*id));
        let mut whole = true;
        for other in others.chain([route]) {
            let steps = other.steps.iter().flat_map(|s| &s.when);
            for condition in other.conditions.iter().chain(steps) {
                whole &= self.split_by(condition, route, hosts);
            }
        }
        whole
    }

    fn split_by(&self, condition: &Condition, route: &Route, hosts: &mut Vec<Host>) -> bool {
        match condition {
            Condition::Not(c) => self.split_by(c, route, hosts),
            Condition::AnyOf(all) | Condition::AllOf(all) => {
                all.iter().all(|c| self.split_by(c, route, hosts))
            }
            Condition::Host(set) => set.patterns().iter().all(|pattern| {
                let Some(names) = cells::names(pattern, &self.label) else { return false };
                let own = self.table().host(route.host).map(|h| &h.pattern);
                // Their hosts lie across those of others.
                let across = |p: &HostPattern| matches!(p, HostPattern::Start(_));
                if across(pattern) || own.is_some_and(across) {
                    return false;
                }
                for host in names {
                    let known = hosts.iter().any(|h| h.name == host.name);
                    if !known && self.answers(route.host, &host.name) {
                        if hosts.len() >= MOST_HOSTS {
                            return false;
                        }
                        hosts.push(host);
                    }
                }
                true
            }),
            _ => true,
        }
    }
}

/// One class under way.
struct Case<'c, 'r> {
    id: RouteId,
    route: &'r Route,
    host: &'c Host,
    /// What goes before it, those of earlier classes first.
    before: &'c mut Vec<RouteId>,
    /// The first that is this class's own.
    first: usize,
}

impl Case<'_, '_> {
    fn own(&self) -> impl Iterator<Item = RouteId> + '_ {
        self.before.iter().skip(self.first).copied()
    }
}

/// Whether the reading takes scheme and host from headers.
fn believes_headers(reading: &Reading) -> bool {
    matches!(reading, Reading::Nginx(nginx) if nginx.forwarded)
}
