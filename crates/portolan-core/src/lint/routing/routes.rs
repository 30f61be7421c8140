//! What several rules want to know of a table: the rules of the manifests, each with the routes that it
//! became.

use crate::lint::Context;
use crate::routing::{Origin, Reach, Reaches, RouteId, Router};
use crate::span::Span;
use std::collections::HashMap;

/// The rules of the manifests.
#[derive(Debug)]
pub(in crate::lint) struct Routes {
    /// The table, ready to be asked.
    pub router: Router,
    /// Every path of an Ingress, match of a route and default backend that became routes, in the order
    /// of the table.
    pub rules: Vec<Declared>,
}

/// One of them.
#[derive(Debug)]
pub(in crate::lint) struct Declared {
    /// Where it stands.
    pub span: Span,
    /// Its routes.
    pub routes: Vec<RouteId>,
    /// Whether any of them can win.
    pub reach: Reach,
}

impl Routes {
    fn of(cx: &Context) -> Routes {
        let router = Router::new(cx.table().clone());
        let mut rules: Vec<Declared> = Vec::new();
        let mut places: HashMap<(u32, u32, u32), usize> = HashMap::new();
        for (id, route) in router.table().iter() {
            let Some(span) = route.origin.span.filter(|_| is_rule(&route.origin)) else { continue };
            let place = *places.entry((span.file.0, span.start, span.end)).or_insert(rules.len());
            match rules.get_mut(place) {
                Some(rule) => rule.routes.push(id),
                None => rules.push(Declared { span, routes: vec![id], reach: Reach::Shadowed(Vec::new()) }),
            }
        }
        let reaches = Reaches::new(&router);
        for rule in &mut rules {
            rule.reach = together(&reaches, &rule.routes);
        }
        Routes { router, rules }
    }

    /// One of the routes that a rule became.
    pub fn first(&self, rule: &Declared) -> Option<&crate::routing::Route> {
        rule.routes.first().and_then(|id| self.router.table().route(*id))
    }
}

impl<'c> Context<'c> {
    /// The rules of the manifests, each with its routes.
    pub(in crate::lint) fn routes(&self) -> &Routes {
        self.routes.get_or_init(|| Routes::of(self))
    }
}

/// Whether somebody wrote down the rule that a route comes from; else the controller made it by itself.
fn is_rule(origin: &Origin) -> bool {
    origin.field.contains(".paths[")
        || origin.field.contains(".matches[")
        || origin.field == "spec.defaultBackend"
}

/// Whether any of these routes can win.
fn together(reaches: &Reaches, routes: &[RouteId]) -> Reach {
    let (mut before, mut other) = (Vec::new(), None);
    for id in routes {
        match reaches.of(*id) {
            wins @ Reach::Wins(_) => return wins,
            Reach::Shadowed(more) => before.extend(more),
            open @ Reach::Open(_) => other = Some(open),
            // That others take it says more.
            nothing => other = other.or(Some(nothing)),
        }
    }
    before.sort_unstable();
    before.dedup();
    match other {
        Some(open @ Reach::Open(_)) => open,
        Some(other) if before.is_empty() => other,
        _ => Reach::Shadowed(before),
    }
}
