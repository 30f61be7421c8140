//! ingress-nginx, the Kubernetes project's own controller, at v1.15.1 (its last release) with nginx
//! 1.27.1. Not F5's "NGINX Ingress Controller".
//!
//! The controller turns Ingresses into nginx' `server` and `location` blocks, and nginx answers. Both
//! halves are restated here from their sources; each file names what it follows: kubernetes/
//! ingress-nginx `internal/ingress/controller`, `internal/ingress/annotations`,
//! `rootfs/etc/nginx/template/nginx.tmpl`, `rootfs/etc/nginx/lua`, and nginx `src/http`.
//!
//! Observed on a real nginx: how it reads a request, which server and location it chooses, what it
//! rewrites, redirects and passes on. Read in the controller's source: everything before that.
//!
//! Not known from manifests, and said so: what external authentication answers, whether credentials
//! are right, what snippets do, rate limits, which of two weighted Services is hit.
//!
//! A configuration that nginx refuses (one location twice, an expression that is none) stops every
//! reload of the controller: then nothing can be said of any request, and the table says just that.
//!
//! Older versions, from 0.8 on, answer by the setting `version` or by the image that the manifests
//! run: [`version`] knows what each did otherwise, [`lifetimes`] since when each annotation is read.

mod access;
mod annotations;
mod appended;
mod choice;
mod class;
mod config;
mod context;
mod extra;
pub(crate) mod facts;
mod idle;
mod lifetimes;
mod locations;
mod model;
mod names;
mod outdated;
mod precedence;
mod reader;
mod rewrite;
mod risk;
mod steps;
mod table;
mod text;
mod upstreams;
mod value;
mod version;

use super::{Compiled, Controller, Grounds, LeftOut, Settings, ViewLine};
use crate::cluster::{Cluster, Ingress};
use crate::problem::{Code, Problem, Severity};
use crate::routing::{Cause, Dropped, Origin};
use crate::span::Span;
use config::Config;
use context::Context;
use model::{Model, Source};
use std::sync::Arc;
use table::Rejection;
use upstreams::Upstreams;

/// nginx refuses the whole configuration.
const REJECTED: Code = Code("PT0402");

pub(super) const CONTROLLER: Controller = Controller {
    name: "ingress-nginx",
    title: "ingress-nginx",
    about: "The Kubernetes project's ingress-nginx, v1.15.1: what its nginx does with a request.",
    settings: || config::SETTINGS,
    idle_settings: || idle::IDLE,
    compile,
    left_out,
    view: Some(view),
};

fn compile(cluster: &Cluster, settings: &Settings) -> Compiled {
    let config = Config::read(cluster, settings);
    let cx = Context::new(cluster, &config);
    let mut problems: Vec<Problem> = config.choice.problem().into_iter().collect();
    let model = model(&cx, &mut problems);
    let table = table::write(&cx, &model).unwrap_or_else(|rejection| {
        problems.push(problem(&rejection));
        table::rejected(&cx, &model, &rejection)
    });
    Compiled { table, problems, version: config.choice.chosen() }
}

fn left_out(cluster: &Cluster, settings: &Settings) -> Vec<LeftOut> {
    let config = Config::read(cluster, settings);
    let cx = Context::new(cluster, &config);
    let reason = |i: &Ingress| {
        let reason = class::why_ignored(&cx, i)?;
        let is = |why: Option<String>| why.as_ref() == Some(&reason);
        let cause = match () {
            () if is(class::why_not_ours(&cx, i)) => Grounds::Class,
            () if is(class::why_not_watched(&cx, i)) => Grounds::Scope,
            () => Grounds::Fault,
        };
        Some(LeftOut::ingress(i, reason, cause))
    };
    cluster.ingresses.iter().filter_map(reason).collect()
}

/// The servers and locations, as nginx gets them.
fn view(cluster: &Cluster, settings: &Settings) -> Vec<ViewLine> {
    let config = Config::read(cluster, settings);
    let cx = Context::new(cluster, &config);
    text::lines(&cx, &model(&cx, &mut Vec::new()))
}

fn model(cx: &Context, problems: &mut Vec<Problem>) -> Model {
    let mut dropped = Vec::new();
    let mut sources = Vec::new();
    for ingress in &cx.cluster.ingresses {
        let object: Arc<str> = ingress.meta.title().into();
        if let Some(reason) = class::why_ignored(cx, ingress) {
            drop_all(ingress, &object, &reason, &mut dropped);
            continue;
        }
        outdated::check(cx.config, ingress, problems);
        match annotations::parse(cx, ingress, problems) {
            Ok(annotations) => sources.push(Source { ingress, object, annotations: Arc::new(annotations) }),
            Err(refused) => drop_all(ingress, &object, &refused.reason, &mut dropped),
        }
    }
    sort(&mut sources);
    let upstreams = Upstreams::create(cx, &sources);
    let mut model = model::build(cx, &sources, upstreams);
    model.dropped.append(&mut dropped);
    model
}

/// store.go (sortIngressSlice): the older first, and of the same second the greater name first.
/// Versions that had no such order get the same one; [`mod@model`] says where that was a guess.
fn sort(sources: &mut [Source]) {
    sources.sort_by_cached_key(|s| {
        let meta = &s.ingress.meta;
        (
            meta.created.unwrap_or(i64::MIN),
            std::cmp::Reverse(format!("{}/{}", meta.namespace, meta.name.value)),
        )
    });
}

/// Lists all rules of an Ingress that is not looked at.
fn drop_all(ingress: &Ingress, object: &Arc<str>, reason: &str, dropped: &mut Vec<Dropped>) {
    let mut drop = |rule: String, host: Option<String>, field: String, span: Span| {
        let origin = Origin { object: object.clone(), field, span: Some(span), note: None };
        dropped.push(Dropped { rule, host, origin, reason: reason.to_owned(), cause: Cause::Object });
    };
    for (r, rule) in ingress.rules.iter().enumerate() {
        let host = rule.host.as_ref().map(|h| h.value.clone());
        for (p, path) in rule.paths.iter().flatten().enumerate() {
            let text = path.path.as_ref().map_or("", |p| p.value.as_str());
            let rule = format!("{} {text}", path.path_type.value.as_str());
            drop(rule, host.clone(), format!("spec.rules[{r}].http.paths[{p}]"), path.span);
        }
    }
    if let Some(backend) = &ingress.default_backend {
        drop("default backend".to_owned(), None, "spec.defaultBackend".to_owned(), backend.span);
    }
}

fn problem(rejection: &Rejection) -> Problem {
    let message = format!("nginx refuses the whole configuration: {}", rejection.why);
    let span = rejection.origin.as_ref().and_then(|o| o.span).unwrap_or_default();
    let help = match &rejection.other {
        Some(_) => {
            "keep one of the two: until then, the controller applies no change to any Ingress, and endpoints go stale"
        }
        None => {
            "until this is mended, the controller applies no change to any Ingress, and endpoints go stale"
        }
    };
    let mut problem = Problem::new(REJECTED, Severity::Error, span, message).help(help);
    if let Some(origin) = &rejection.origin {
        problem = problem.at(&*origin.object, origin.field.clone());
    }
    if let Some(other) = &rejection.other
        && let Some(span) = other.span
    {
        problem = problem.related(span, format!("the other one is here, in {}", other.object));
    }
    problem
}
