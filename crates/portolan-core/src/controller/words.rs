//! What each controller calls the things that every one of them has.

use super::Controller;

/// A controller's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// One of its routes: `location`, `router`.
    pub route: &'static str,
    /// Several of them.
    pub routes: &'static str,
    /// What it has for each host name, in the plural: `servers`.
    pub hosts: &'static str,
    /// Who answers where no backend does: `nginx`.
    pub proxy: &'static str,
    /// The objects that it is configured by: `Ingress`.
    pub objects: &'static str,
}

impl Controller {
    /// What it calls things.
    pub fn words(&self) -> Words {
        let general = Words {
            route: "rule",
            routes: "rules",
            hosts: "hosts",
            proxy: "The controller",
            objects: "Ingress",
        };
        match self.name {
            "ingress-nginx" => {
                Words { route: "location", routes: "locations", hosts: "servers", proxy: "nginx", ..general }
            }
            "traefik" | "traefik-ingress-nginx" => {
                Words { route: "router", routes: "routers", proxy: "Traefik", ..general }
            }
            "gateway-api" => Words {
                route: "match",
                routes: "matches",
                hosts: "hostnames",
                proxy: "The Gateway",
                objects: "HTTPRoute or GRPCRoute",
            },
            _ => general,
        }
    }
}
