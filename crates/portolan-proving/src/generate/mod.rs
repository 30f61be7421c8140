//! Manifests and requests by chance, near the edges of the rules: from small alphabets, so that much
//! collides.

mod annotations;
mod emulation;
mod gateway;
mod ingress_nginx;
mod requests;
pub mod services;
mod traefik;
mod words;

use crate::case::Case;
use crate::rng::Rng;
use std::collections::BTreeMap;

/// A controller's settings for a part of its cases: a program is started for each.
pub type Flavour = &'static [(&'static str, &'static str)];

/// What is put to one controller.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The controller's name.
    pub controller: &'static str,
    /// Each takes a share of the cases; the first the most.
    pub flavours: &'static [Flavour],
    /// Requests for each case.
    pub requests: usize,
    /// Not asked about, and why.
    pub left_out: &'static str,
    objects: fn(&mut Rng, &Flavour, u16) -> Vec<serde_json::Value>,
    requests_of: fn(&mut Rng, &[serde_json::Value], u16) -> portolan_core::routing::Request,
}

/// Everything that can be proved.
pub const SUBJECTS: &[Subject] = &[
    Subject {
        controller: "traefik",
        flavours: traefik::FLAVOURS,
        requests: 40,
        left_out: "TLS, cluster IPs, NodePorts, ExternalName, middlewares",
        objects: traefik::objects,
        requests_of: requests::request,
    },
    Subject {
        controller: "traefik-ingress-nginx",
        flavours: emulation::FLAVOURS,
        requests: 40,
        left_out: "TLS, cluster IPs, ExternalName, snippets, auth-url, limits, affinity",
        objects: emulation::objects,
        requests_of: requests::request,
    },
    Subject {
        controller: "gateway-api",
        flavours: gateway::FLAVOURS,
        requests: 60,
        left_out: "TLS, several ports, GRPCRoute, mirrors",
        objects: gateway::objects,
        requests_of: gateway::request,
    },
    Subject {
        controller: "ingress-nginx",
        flavours: ingress_nginx::FLAVOURS,
        requests: 40,
        left_out: "TLS, and what is Lua in the controller: authentication, CORS, canaries, error pages",
        objects: ingress_nginx::objects,
        requests_of: requests::request,
    },
];

/// A case of a subject and a flavour: the same for the same seed and number. `port` is the one that
/// the program listens on.
pub fn case(subject: &Subject, flavour: usize, seed: u64, number: usize, port: u16) -> Case {
    let chosen = subject.flavours.get(flavour).copied().unwrap_or_default();
    let settings = settings(chosen);
    let mut rng = Rng::new(seed, &format!("{} {flavour} {number}", subject.controller));
    loop {
        let objects = (subject.objects)(&mut rng, &chosen, port);
        let case = Case {
            controller: subject.controller,
            settings: settings.clone(),
            objects,
            requests: Vec::new(),
        };
        // What the API server would refuse never reaches a controller.
        if case.model().is_err() {
            continue;
        }
        let requests = (0..subject.requests).map(|_| (subject.requests_of)(&mut rng, &case.objects, port));
        return Case { requests: requests.collect(), ..case };
    }
}

/// A flavour as settings.
pub fn settings(flavour: Flavour) -> BTreeMap<String, String> {
    flavour.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{SUBJECTS, case};

    #[test]
    fn every_case_is_one_that_a_cluster_could_hold_and_the_same_each_time() {
        for subject in SUBJECTS {
            for flavour in 0..subject.flavours.len() {
                for number in 0..20 {
                    let one = case(subject, flavour, 7, number, 8080);
                    let model = one.model().expect("a model");
                    assert_eq!(one.requests.len(), subject.requests);
                    for request in &one.requests {
                        assert_eq!(model.router.answer(request), model.router.explain(request).outcome);
                    }
                    let again = case(subject, flavour, 7, number, 8080);
                    assert_eq!((one.manifests(), one.requests), (again.manifests(), again.requests));
                }
            }
        }
    }
}
