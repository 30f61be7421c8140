//! The configuration of a load balancer of one's own before the nodes: HAProxy's (its configuration
//! manual, sections 4 and 5) or nginx' (`ngx_stream_core_module`, `ngx_stream_upstream_module`,
//! `ngx_stream_access_module`).

use super::nodes::{self, Node};
use super::walk::node_port;
use super::{Address, Port};
use crate::cluster::{Cluster, Protocol, Service, ServicePort, ServiceType, TrafficPolicy};
use crate::routing::AddressRange;
use hashbrown::HashMap;
use std::fmt::Write;

/// A load balancer that one can run oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Software {
    /// HAProxy.
    HaProxy,
    /// nginx with its stream module.
    Nginx,
}

impl Software {
    /// Every one.
    pub const ALL: [Software; 2] = [Software::HaProxy, Software::Nginx];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Software::HaProxy => "haproxy",
            Software::Nginx => "nginx",
        }
    }
}

const HAPROXY: &str = "\
global
    maxconn 4096

defaults
    mode tcp
    timeout connect 5s
    timeout client 1m
    timeout server 1m
";

/// The configuration that sends what comes for a Service's port to its node port on every node, for all
/// Services of the types LoadBalancer and NodePort.
///
/// What the manifests do not have, a node port that the cluster picks or the address of a node, is left
/// to be filled in: the line is a comment that says so.
pub fn pool(cluster: &Cluster, software: Software) -> String {
    let nodes = nodes::of(cluster);
    let mut out = String::from(match software {
        Software::HaProxy => HAPROXY,
        Software::Nginx => "stream {\n",
    });
    let mut taken: HashMap<(String, u16, Protocol), String> = HashMap::new();
    let outer = |s: &&Service| {
        s.admitted && matches!(s.service_type, ServiceType::LoadBalancer | ServiceType::NodePort)
    };
    let mut any = false;
    for service in cluster.services.iter().filter(outer) {
        for port in &service.ports {
            any = true;
            let wanted = service.load_balancer_ip.as_ref().map(|ip| ip.value.as_str());
            let status = service.load_balancer_ingress.iter().filter_map(|i| i.ip.as_deref());
            let address = status.into_iter().next().or(wanted).filter(|a| is_address(a));
            let key = (address.unwrap_or("*").to_owned(), port.port.value, port.protocol);
            let clash = taken.get(&key).cloned();
            taken.entry(key).or_insert_with(|| service.meta.full_name());
            let one = One { service, port, nodes: &nodes, address, clash };
            match software {
                Software::HaProxy => one.haproxy(&mut out),
                Software::Nginx => one.nginx(&mut out),
            }
        }
    }
    if !any {
        out.push_str("    # no Service of the type LoadBalancer or NodePort\n");
    }
    if software == Software::Nginx {
        out.push_str("}\n");
    }
    out
}

/// One port of one Service.
struct One<'a> {
    service: &'a Service,
    port: &'a ServicePort,
    nodes: &'a [Node<'a>],
    /// The address to listen on, where the Service has or wants one.
    address: Option<&'a str>,
    /// The Service that listens on the same address and port already.
    clash: Option<String>,
}

impl One<'_> {
    fn haproxy(&self, out: &mut String) {
        let (title, id) = (self.title(), self.id());
        if self.port.protocol != Protocol::Tcp {
            let _ = write!(out, "\n# {title}: HAProxy balances TCP only\n");
            return;
        }
        let address = self.address.unwrap_or("*");
        let port = self.port.port.value;
        let _ = write!(out, "\n# {title}\nfrontend {id}\n");
        self.clashes(out);
        // HAProxy takes IPv6 addresses without brackets, up to the last colon.
        let mark = if self.clash.is_some() { "# " } else { "" };
        let _ = writeln!(out, "    {mark}bind {address}:{port}");
        let ranges = self.ranges();
        if !ranges.is_empty() {
            let _ = writeln!(out, "    tcp-request connection reject unless {{ src {} }}", ranges.join(" "));
        }
        let balance = if self.service.client_ip_affinity.is_some() { "source" } else { "roundrobin" };
        let _ = write!(out, "    default_backend {id}\n\nbackend {id}\n    balance {balance}\n");
        let health = self.health();
        if health.is_some() {
            out.push_str("    option httpchk GET /healthz\n");
        }
        let check = health.map_or_else(String::new, |port| format!(" port {port}"));
        for (i, (node, address)) in self.members().enumerate() {
            let name = node.name.map_or_else(|| format!("node{i}"), clean);
            let (mark, target) = self.target(&address, "");
            let _ = writeln!(out, "    {mark}server {name} {target} check{check}");
        }
        self.missing(out, "    ");
    }

    fn nginx(&self, out: &mut String) {
        let (title, id) = (self.title(), self.id());
        if self.port.protocol == Protocol::Sctp {
            let _ = writeln!(out, "    # {title}: nginx balances TCP and UDP only");
            return;
        }
        let _ = write!(out, "    # {title}\n    upstream {id} {{\n");
        if self.service.client_ip_affinity.is_some() {
            out.push_str("        hash $remote_addr consistent;\n");
        }
        let mut usable = false;
        for (_, address) in self.members() {
            let (mark, target) = self.target(&address, "[");
            usable |= mark.is_empty();
            let _ = writeln!(out, "        {mark}server {target};");
        }
        self.missing(out, "        ");
        if !usable {
            // An upstream without a server is refused by nginx as a whole.
            out.push_str("        server 127.0.0.1:9 down;\n");
        }
        out.push_str("    }\n");
        if let Some(other) = &self.clash {
            let _ = writeln!(out, "    # {other} listens on this port as well: give one of them an address");
        }
        let mark = if self.clash.is_some() { "# " } else { "" };
        let udp = if self.port.protocol == Protocol::Udp { " udp" } else { "" };
        let port = self.port.port.value;
        let address = match self.address {
            Some(address) if address.contains(':') => format!("[{address}]:"),
            Some(address) => format!("{address}:"),
            None => String::new(),
        };
        let _ = write!(out, "    {mark}server {{\n    {mark}    listen {address}{port}{udp};\n");
        let ranges = self.ranges();
        for range in &ranges {
            let _ = writeln!(out, "    {mark}    allow {range};");
        }
        if !ranges.is_empty() {
            let _ = writeln!(out, "    {mark}    deny all;");
        }
        let _ = write!(out, "    {mark}    proxy_pass {id};\n    {mark}}}\n");
    }

    fn title(&self) -> String {
        format!(
            "Service {}, {} port {}",
            self.service.meta.full_name(),
            self.port.protocol.as_str(),
            self.port.port.value
        )
    }

    /// A name in the configuration.
    fn id(&self) -> String {
        let meta = &self.service.meta;
        let protocol = if self.port.protocol == Protocol::Tcp { "" } else { "_udp" };
        format!("{}_{}_{}{protocol}", clean(&meta.namespace), clean(&meta.name.value), self.port.port.value)
    }

    fn clashes(&self, out: &mut String) {
        if let Some(other) = &self.clash {
            let _ = writeln!(out, "    # {other} listens on this port as well: give one of them an address");
        }
    }

    /// Who may come in. What is no range is left out: it is text, and this is a configuration.
    fn ranges(&self) -> Vec<String> {
        let ranges = self.service.load_balancer_source_ranges.iter();
        ranges.filter_map(|r| AddressRange::parse(r.value.trim())).map(|r| r.to_string()).collect()
    }

    /// The port at which a node says whether one of the Service's pods runs on it.
    fn health(&self) -> Option<u16> {
        let local = self.service.external_traffic_policy == Some(TrafficPolicy::Local);
        self.service.health_check_node_port.filter(|_| local)
    }

    fn members(&self) -> impl Iterator<Item = (&Node<'_>, Address)> {
        self.nodes.iter().filter(|n| !n.excluded).map(|n| (n, n.address()))
    }

    /// `ADDRESS:NODEPORT`, with a mark of a comment where part of it is not known.
    fn target(&self, address: &Address, bracket: &str) -> (&'static str, String) {
        let known = address.as_known().filter(|a| is_address(a));
        let port = node_port(self.port).number();
        let text = match known {
            Some(address) if address.contains(':') && !bracket.is_empty() => format!("[{address}]"),
            Some(address) => address.to_owned(),
            None => "NODE".to_owned(),
        };
        match (known, port) {
            (Some(_), Some(port)) => ("", format!("{text}:{port}")),
            (None, Some(port)) => ("# ", format!("{text}:{port}")),
            (_, None) => ("# ", format!("{text}:NODEPORT")),
        }
    }

    /// How to learn what is missing.
    fn missing(&self, out: &mut String, indent: &str) {
        let meta = &self.service.meta;
        if node_port(self.port) == Port::Allocated {
            let _ = writeln!(
                out,
                "{indent}# NODEPORT is what the cluster picks: kubectl -n {} get service {}",
                clean(&meta.namespace),
                clean(&meta.name.value)
            );
        }
        if self.members().any(|(_, a)| a.as_known().is_none_or(|a| !is_address(a))) {
            let _ = writeln!(out, "{indent}# NODE is a node's address: kubectl get nodes -o wide");
        }
    }
}

/// Whether a text may stand in a configuration as an address.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// A name without what has a meaning in a configuration.
fn clean(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') { c } else { '_' })
        .collect()
}
