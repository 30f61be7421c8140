//! Routers beside those of locations.

use super::location::Location;
use super::{Compiler, middlewares, steps};
use crate::controller::traefik::routers::{Router, Rule};
use crate::controller::traefik::rule::{self, PathRule};
use crate::controller::traefik::view::{Middleware, Service, Shown};
use crate::routing::{Certainty, Condition, PathMatcher, Step};

impl Compiler<'_> {
    /// A router beside a location, which has one middleware and no service.
    fn push_helper(
        &mut self,
        router: Router,
        ending: &'static str,
        middleware: &'static str,
        lines: Vec<String>,
    ) {
        let middlewares = vec![Middleware { ending: middleware, plain_only: false, lines }];
        let shown = Shown { ending, middlewares, ..router.shown };
        self.push(Router { shown, ..router }, Service::unavailable());
    }

    /// The routers beside a location: `from-to-www-redirect`, and `app-root` where nobody has `/`.
    pub(super) fn add_helpers(
        &mut self,
        location: &Location<'_>,
        name: &str,
        make: &dyn Fn(String, Rule, Vec<Step>, Certainty, Option<String>) -> Router,
    ) {
        if let Some(root) = location.app_root
            && !self.model.root_hosts.contains(location.host)
            && !self.app_root_routers.contains(location.host)
            && let Ok(rule) = rule::rule(&location.hosts(), &PathRule::Exact("/"))
        {
            self.app_root_routers.insert(location.host.to_owned());
            let steps =
                vec![Step { note: Some("app-root".to_owned()), ..Step::always(steps::app_root(root)) }];
            let note = Some("app-root: no path of this host takes /".to_owned());
            let router = make(format!("{name}-app-root-redirect"), rule, steps, Certainty::Certain, note);
            self.push_helper(router, "-app-root-redirect", "-app-root", middlewares::app_root(root));
        }
        let host = location.host;
        if !location.config.from_to_www_redirect || host.starts_with("*.") {
            return;
        }
        let other = host.strip_prefix("www.").map_or_else(|| format!("www.{host}"), str::to_owned);
        if self.model.hosts.contains(&other) {
            return;
        }
        let Ok(rule) = rule::rule(&[&other], &PathRule::Any) else { return };
        if self.www_routers.insert(format!("{other} {}", location.config.ssl_passthrough)) {
            let Some(action) = steps::to_other_name(host) else { return };
            // The target `*` is no part of a URL: it goes on to a service that nobody stands behind.
            let path = Condition::Path(PathMatcher::StringPrefix("/".to_owned()));
            let step =
                Step { note: Some("from-to-www-redirect".to_owned()), ..Step::when(vec![path], action) };
            let nobody = steps::respond(503, "the target is no path that could be redirected".to_owned());
            let steps = vec![step, Step::always(nobody)];
            let note = Some(format!("from-to-www-redirect of {host}"));
            let ending = "-from-to-www-redirect";
            let router = make(format!("{name}{ending}"), rule, steps, Certainty::Certain, note);
            self.push_helper(router, ending, ending, middlewares::to_other_name(host));
        }
    }
}
