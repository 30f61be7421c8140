//! What gets no router, and why.

use super::Compiler;
use super::model::host_of;
use crate::cluster::Ingress;
use crate::controller::traefik;
use crate::routing::{Cause, Dropped, Origin};
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn drop(&mut self, rule: String, host: &str, origin: Origin, reason: String, cause: Cause) {
        let host = (!host.is_empty()).then(|| host.to_owned());
        self.dropped.push(Dropped { rule, host, origin, reason, cause });
    }

    /// Rules of Ingresses that are left out, and of canaries that change nothing.
    pub(super) fn list_left_out(&mut self) {
        let mut all: Vec<(&Ingress, usize, usize, String)> = Vec::new();
        for (ingress, reason) in &self.model.left_out {
            for (r, rule) in ingress.rules.iter().enumerate() {
                all.extend(
                    (0..rule.paths.iter().flatten().count()).map(|p| (*ingress, r, p, reason.clone())),
                );
            }
            if let Some(backend) = &ingress.default_backend {
                let object: Arc<str> = ingress.meta.title().into();
                let field = "spec.defaultBackend".to_owned();
                let origin = Origin { object, field, span: Some(backend.span), note: None };
                self.drop("default backend".to_owned(), "", origin, reason.clone(), Cause::Object);
            }
        }
        all.extend(self.model.idle.iter().map(|(i, r, p, reason)| (*i, *r, *p, format!("canary: {reason}"))));
        for (ingress, r, p, reason) in all {
            let Some(rule) = ingress.rules.get(r) else { continue };
            let Some(path) = rule.paths.as_ref().and_then(|paths| paths.get(p)) else { continue };
            let origin = Origin {
                object: ingress.meta.title().into(),
                field: format!("spec.rules[{r}].http.paths[{p}]"),
                span: Some(path.span),
                note: None,
            };
            self.drop(traefik::shown(path), host_of(rule), origin, reason, Cause::Object);
        }
    }
}
