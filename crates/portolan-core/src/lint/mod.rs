//! What people get wrong: rules over manifest, cluster, controller and routing at once.
//!
//! One rule is one file with one `static` [`Rule`] in it, listed in [`all`]. It looks at a [`Context`] and
//! says what it finds to a [`Report`]. The reading's own problems (PT01 manifest, PT02 cluster, PT04
//! controllers) are not repeated by rules; [`check`] puts all of them together, as a project has set
//! their severities ([`Config`]) and as comments in the manifests silence them (`silence.rs`).
//!
//! Every rule has a page in `docs/problems`, whose examples are its test.
//!
//! Manifests are seldom the whole cluster. What is not in them is missing only where they could be
//! expected to have it; each rule says how it tells.

mod annotations;
mod catalogue;
mod config;
mod exposure;
mod fix;
mod references;
mod report;
mod routing;
mod silence;

pub use catalogue::codes;
pub use config::{Config, ConfigError, Level};
pub use fix::{Judge, Mended, mend};
pub use report::Report;
pub use silence::{BAD_SILENCE, UNUSED_SILENCE};

use crate::cluster::{Cluster, Ingress, Meta};
use crate::controller::ingress_nginx::facts::Facts;
use crate::controller::{Compiled, Controller, LeftOut, Settings};
use crate::problem::{Code, Problem};
use crate::routing::RouteTable;
use crate::span::Sources;
use hashbrown::HashSet;
use std::cell::OnceCell;

/// What rules look at.
#[derive(Debug)]
pub struct Context<'c> {
    /// The text behind every span.
    pub sources: &'c Sources,
    /// What the API server would hold.
    pub cluster: &'c Cluster,
    /// Whose answers count.
    pub controller: &'c Controller,
    /// Its settings.
    pub settings: &'c Settings,
    /// What it makes of the cluster.
    pub compiled: &'c Compiled,
    /// What it does not look at.
    pub left_out: Vec<LeftOut>,
    /// What several rules want to know of the table.
    routes: OnceCell<routing::Routes>,
    facts: OnceCell<Facts>,
}

impl<'c> Context<'c> {
    /// What rules look at: a cluster, and what a controller with these settings has made of it.
    pub fn new(
        sources: &'c Sources,
        cluster: &'c Cluster,
        controller: &'c Controller,
        settings: &'c Settings,
        compiled: &'c Compiled,
    ) -> Self {
        let left_out = controller.left_out(cluster, settings);
        let (routes, facts) = (OnceCell::new(), OnceCell::new());
        Self { sources, cluster, controller, settings, compiled, left_out, routes, facts }
    }

    /// Why the controller does not look at an object, if it does not.
    pub fn why_left_out(&self, meta: &Meta) -> Option<&LeftOut> {
        self.left_out.iter().find(|l| l.object == meta.index && l.field.is_empty())
    }

    /// The Ingresses that the controller looks at.
    pub fn served(&self) -> impl Iterator<Item = &'c Ingress> {
        let left_out: HashSet<usize> =
            self.left_out.iter().filter(|l| l.field.is_empty()).map(|l| l.object).collect();
        self.cluster.ingresses.iter().filter(move |i| i.admitted && !left_out.contains(&i.meta.index))
    }

    /// How ingress-nginx is set, where it is the controller.
    fn ingress_nginx(&self) -> Option<&Facts> {
        let facts = || Facts::of(self.cluster, self.settings);
        self.is(&["ingress-nginx"]).then(|| self.facts.get_or_init(facts))
    }

    /// Whether the controller is one of these.
    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.controller.name)
    }

    /// The table that answers requests.
    pub fn table(&self) -> &'c RouteTable {
        &self.compiled.table
    }
}

/// One thing that people get wrong.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// Its name in configurations and comments, `missing-service`.
    pub name: &'static str,
    /// How bad it is where nobody says otherwise; single problems may be less bad.
    pub level: Level,
    /// Looks for it.
    pub check: fn(&Context, &mut Report),
}

/// Every rule, by code.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [references::RULES, routing::RULES, annotations::RULES, exposure::RULES].into_iter().flatten().copied()
}

/// What the rules find, in the order of the text. Nothing is silenced.
pub fn run(cx: &Context, config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in all() {
        if config.runs(rule) {
            (rule.check)(cx, &mut Report::new(rule, &mut problems));
        }
    }
    sort(&mut problems);
    problems
}

/// Everything that is wrong.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// The problems, in the order of the text.
    pub problems: Vec<Problem>,
    /// How many more a comment silences.
    pub silenced: usize,
}

/// Runs the rules, and judges what they find together with the problems of the reading (`read`: the
/// manifest's, the cluster's and the controller's own): severities as configured, without what is
/// switched off or silenced.
pub fn check(cx: &Context, config: &Config, read: Vec<Problem>) -> Verdict {
    let mut problems = read;
    problems.append(&mut run(cx, config));
    config.apply(cx.sources, &mut problems);
    let silenced = silence::apply(cx.sources, config, &mut problems);
    sort(&mut problems);
    Verdict { problems, silenced }
}

fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|p| (p.span, std::cmp::Reverse(p.severity)));
}
