//! Annotations of another controller than the one that answers: they do nothing.

use super::field;
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;

pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0602"), name: "foreign-annotation", level: Level::Info, check };

/// What annotations' names begin with, whose they are, and which of the controllers here read them.
const PREFIXES: &[(&str, &str, &[&str])] = &[
    ("nginx.ingress.kubernetes.io", "ingress-nginx", &["ingress-nginx", "traefik-ingress-nginx"]),
    ("traefik.ingress.kubernetes.io", "Traefik", &["traefik", "traefik-ingress-nginx"]),
    ("haproxy.org", "HAProxy's ingress controller", &[]),
    ("haproxy-ingress.github.io", "haproxy-ingress", &[]),
    ("konghq.com", "Kong", &[]),
    ("projectcontour.io", "Contour", &[]),
    ("nginx.org", "F5's NGINX Ingress Controller", &[]),
    ("nginx.com", "F5's NGINX Ingress Controller", &[]),
    ("alb.ingress.kubernetes.io", "the AWS Load Balancer Controller", &[]),
    ("appgw.ingress.kubernetes.io", "Azure's Application Gateway controller", &[]),
    ("networking.gke.io", "Google's GKE", &[]),
];

fn check(cx: &Context, report: &mut Report) {
    // The API itself reads no annotations, and is nobody's choice of a controller.
    if cx.is(&["kubernetes", "gateway-api"]) {
        return;
    }
    // Its annotations may begin with anything; another prefix of its own has a problem of its own.
    let own = cx.ingress_nginx().map(|facts| facts.prefix.as_str());
    for ingress in cx.served() {
        for (prefix, whose, readers) in PREFIXES {
            let mut of_it = ingress.meta.annotations.iter().filter(|a| {
                let rest = a.key.value.strip_prefix(prefix);
                rest.is_some_and(|rest| rest.starts_with('/'))
            });
            let Some(first) = of_it.next() else { continue };
            if cx.is(readers) || own.is_some_and(|own| own.starts_with(prefix)) {
                continue;
            }
            let title = cx.controller.title;
            let message = match of_it.count() {
                0 => format!("{} is an annotation of {whose}: {title} does not read it", first.key.value),
                more => format!(
                    "{} and {more} more are annotations of {whose}: {title} does not read them",
                    first.key.value
                ),
            };
            report.add(report.problem(first.key.span, message).at(ingress.meta.title(), field(first)));
        }
    }
}
