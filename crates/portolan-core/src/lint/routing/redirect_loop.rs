//! Clients that are redirected come back to where they were.
//!
//! A client is sent along: from a request that the rule answers with a redirect to where the `Location`
//! leads, as long as this controller answers there. Behind a load balancer that ends TLS, the client
//! that follows a redirect to HTTPS comes back over plain HTTP: ingress-nginx goes by the connection
//! unless `use-forwarded-headers` is on (`lua_ingress.lua`, redirect_to_https).

use super::nginx;
use super::routes::{Declared, Routes};
use crate::cluster::{Annotation, PortRef, Service, ServiceType};
use crate::lint::{Context, Level, Report, Rule};
use crate::problem::Code;
use crate::routing::{Action, Answer, Certainty, HostPattern, Reach, Request, Scheme};

/// A redirect that comes back to itself.
pub(in crate::lint) static RULE: Rule =
    Rule { code: Code("PT0514"), name: "redirect-loop", level: Level::Error, check };

/// A redirect to HTTPS behind a balancer that has ended TLS already.
pub(in crate::lint) static BEHIND_BALANCER: Rule = Rule {
    code: Code("PT0515"),
    name: "redirect-behind-balancer",
    level: Level::Warning,
    check: behind_balancer,
};

/// How many redirects browsers follow at the least.
const MOST_HOPS: usize = 10;

/// Annotations by which a Service's load balancer gets a certificate, and so ends TLS: of AWS, Hetzner,
/// DigitalOcean, Octavia and Oracle.
const CERTIFICATES: [&str; 5] = [
    "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    "load-balancer.hetzner.cloud/http-certificates",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
    "loadbalancer.openstack.org/default-tls-container-ref",
    "service.beta.kubernetes.io/oci-load-balancer-tls-secret",
];

fn check(cx: &Context, report: &mut Report) {
    let routes = cx.routes();
    for rule in redirecting(routes) {
        let Reach::Wins(own) = &rule.reach else { continue };
        let schemes = [Scheme::Http, Scheme::Https];
        let Some(at) =
            schemes.iter().find_map(|&scheme| comes_back(routes, Request { scheme, ..(**own).clone() }))
        else {
            continue;
        };
        let (words, host) = (rule.words(), &rule.host);
        let message = format!("{words} of host {host} redirects without end: {at} leads back to itself");
        report.add(rule.locate(report.problem(rule.at, message)));
        if report.is_full() {
            return;
        }
    }
}

/// The rules that redirect some requests.
fn redirecting(routes: &Routes) -> impl Iterator<Item = &Declared> {
    routes.rules.iter().filter(|rule| {
        let mut all = rule.routes.iter().filter_map(|id| routes.router.table().route(*id));
        all.any(|route| route.steps.iter().any(|s| matches!(s.action, Action::Redirect(_))))
    })
}

/// Where a client that follows redirects has been before.
fn comes_back(routes: &Routes, mut request: Request) -> Option<String> {
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..MOST_HOPS {
        let here = format!("{}://{}{}", request.scheme, request.host, request.target);
        if seen.contains(&here) {
            return Some(here);
        }
        seen.push(here);
        let outcome = routes.router.answer(&request);
        let Answer::Redirect { location, status } = &outcome.answer else { return None };
        // Of other statuses, clients follow none.
        if outcome.certainty != Certainty::Certain || !matches!(status, 301..=303 | 307 | 308) {
            return None;
        }
        let next = followed(request.clone(), location)?;
        if next.host != request.host && !is_named(routes, &next) {
            return None;
        }
        request = next;
    }
    None
}

/// Whether the table has a virtual host for the host of a request. That rules for all hosts match it
/// does not say that it leads here.
fn is_named(routes: &Routes, request: &Request) -> bool {
    let table = routes.router.table();
    table.reading.read(request).is_ok_and(|read| {
        table.hosts.iter().any(|h| h.pattern != HostPattern::Any && h.pattern.matches(&read.host))
    })
}

/// The request that a client sends next.
fn followed(request: Request, location: &str) -> Option<Request> {
    let location = location.split('#').next().unwrap_or_default();
    if location.starts_with('/') && !location.starts_with("//") {
        return Some(Request { target: location.to_owned(), ..request });
    }
    let (scheme, rest) = match location.split_once("://")? {
        ("http", rest) => (Scheme::Http, rest),
        ("https", rest) => (Scheme::Https, rest),
        _ => return None,
    };
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let default = if scheme == Scheme::Https { "443" } else { "80" };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port == default => (host, None),
        Some((_, port)) => (authority, port.parse().ok()),
        None => (authority, None),
    };
    Some(Request { scheme, host: host.to_owned(), port, target, sni: None, ..request })
}

fn behind_balancer(cx: &Context, report: &mut Report) {
    let Some(certificate) = certificate(cx).filter(|_| nginx::is_read(cx)) else { return };
    let routes = cx.routes();
    let mut said = None;
    for rule in redirecting(routes) {
        let Reach::Wins(own) = &rule.reach else { continue };
        if rule.ingress == said {
            continue;
        }
        // What the balancer makes of a client's HTTPS request.
        let mut inner = Request { scheme: Scheme::Http, ..(**own).clone() };
        inner.headers.push(("X-Forwarded-Proto".to_owned(), "https".to_owned()));
        let outcome = routes.router.answer(&inner);
        let Answer::Redirect { location, .. } = &outcome.answer else { continue };
        let Some(next) = followed(inner.clone(), location) else { continue };
        let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
        if next.scheme == Scheme::Https
            && next.host.eq_ignore_ascii_case(&inner.host)
            && same(&next.target, &inner.target)
        {
            said = rule.ingress;
            let (words, host, name) = (rule.words(), &rule.host, &certificate.key.value);
            let message = format!(
                "{words} of host {host} redirects to HTTPS without end where {name} lets the load balancer end TLS"
            );
            let problem = report
                .problem(rule.at, message)
                .help("set use-forwarded-headers in the controller's ConfigMap, or ssl-redirect: \"false\" on the Ingress")
                .related(certificate.key.span, "here the load balancer gets its certificate");
            report.add(rule.locate(problem));
        }
    }
}

/// What gives a certificate to a load balancer that no rule stands behind: the controller's own.
fn certificate<'c>(cx: &Context<'c>) -> Option<&'c Annotation> {
    let table = cx.table();
    let is_balanced = |s: &&Service| s.service_type == ServiceType::LoadBalancer && sends_plain(s);
    cx.cluster.services.iter().filter(is_balanced).find_map(|service| {
        let name = service.meta.full_name();
        let is_backend = || table.backends.iter().any(|b| b.service == name);
        CERTIFICATES.iter().find_map(|key| service.meta.annotation(key)).filter(|_| !is_backend())
    })
}

/// Whether what comes to port 443 goes on to where plain HTTP is spoken.
fn sends_plain(service: &Service) -> bool {
    let encrypts = service
        .meta
        .annotation("service.beta.kubernetes.io/aws-load-balancer-backend-protocol")
        .is_some_and(|a| matches!(a.value.value.as_str(), "ssl" | "https"));
    let target =
        |number: u16| service.ports.iter().find(|p| p.port.value == number).map(|p| &p.target_port.value);
    let Some(secure) = target(443) else { return false };
    let is_plain = match secure {
        PortRef::Name(name) => name == "http",
        PortRef::Number(number) => *number == 80,
    };
    !encrypts && (is_plain || target(80) == Some(secure))
}
