//! Service: the names and ports that backends point at.

use super::{Meta, PortRef};
use crate::span::{Span, Spanned};
use std::collections::BTreeMap;

/// A Service with the API server's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its metadata.
    pub meta: Meta,
    /// `spec.type`, `ClusterIP` where left out.
    pub service_type: ServiceType,
    /// `spec.ports`.
    pub ports: Vec<ServicePort>,
    /// `spec.selector`; empty where left out or empty, which the endpoint controller treats alike:
    /// it makes no endpoints.
    pub selector: BTreeMap<String, String>,
    /// Where the selector stands, if it is written.
    pub selector_span: Option<Span>,
    /// `spec.clusterIP` and `spec.clusterIPs`, without repetition; `None` (the word) for a headless
    /// Service; empty where the cluster would choose.
    pub cluster_ips: Vec<String>,
    /// `spec.externalName`, without a trailing dot.
    pub external_name: Option<Spanned<String>>,
    /// `spec.externalIPs`.
    pub external_ips: Vec<Spanned<String>>,
    /// `spec.sessionAffinity: ClientIP`, with its timeout in seconds; `None` for `None`.
    pub client_ip_affinity: Option<u32>,
    /// `spec.externalTrafficPolicy`, with its default; `None` where the Service cannot be reached
    /// from outside the cluster.
    pub external_traffic_policy: Option<TrafficPolicy>,
    /// `spec.internalTrafficPolicy`, with its default.
    pub internal_traffic_policy: TrafficPolicy,
    /// `spec.healthCheckNodePort`.
    pub health_check_node_port: Option<u16>,
    /// `spec.loadBalancerClass`.
    pub load_balancer_class: Option<Spanned<String>>,
    /// `spec.loadBalancerIP`.
    pub load_balancer_ip: Option<Spanned<String>>,
    /// `spec.loadBalancerSourceRanges`, or the annotation
    /// `service.beta.kubernetes.io/load-balancer-source-ranges`: CIDRs; empty for everybody.
    pub load_balancer_source_ranges: Vec<Spanned<String>>,
    /// `spec.allocateLoadBalancerNodePorts`, `true` where left out.
    pub allocate_load_balancer_node_ports: bool,
    /// `spec.publishNotReadyAddresses`.
    pub publish_not_ready_addresses: bool,
    /// `spec.trafficDistribution`.
    pub traffic_distribution: Option<String>,
    /// `status.loadBalancer.ingress`.
    pub load_balancer_ingress: Vec<LoadBalancerIngress>,
    /// Where fields of `spec` stand that decide how the Service is reached, for those that are written.
    pub written: Vec<(&'static str, Span)>,
    /// Whether the API server would accept it.
    pub admitted: bool,
}

impl Service {
    /// Fields of `spec` whose place is kept in [`Service::written`].
    pub(super) const KEPT: [&'static str; 9] = [
        "type",
        "clusterIP",
        "sessionAffinity",
        "externalTrafficPolicy",
        "internalTrafficPolicy",
        "loadBalancerSourceRanges",
        "allocateLoadBalancerNodePorts",
        "externalIPs",
        "ports",
    ];

    /// Where a field of `spec` stands; the whole object where it is left out.
    pub fn place(&self, field: &str) -> Span {
        self.written.iter().find(|(name, _)| *name == field).map_or(self.meta.span, |(_, span)| *span)
    }

    /// Whether `spec.clusterIP` is `None`: DNS answers with the pods, kube-proxy does nothing.
    pub fn is_headless(&self) -> bool {
        self.cluster_ips.first().is_some_and(|ip| ip == "None")
    }

    /// The port that an Ingress backend's `port` means: by name, or by the Service's own port
    /// number (neither target port nor node port).
    pub fn port(&self, port: &PortRef) -> Option<&ServicePort> {
        self.ports.iter().find(|p| match port {
            PortRef::Number(n) => p.port.value == *n,
            PortRef::Name(name) => p.name() == name,
        })
    }
}

/// One entry of `spec.ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// `name`; may be left out where there is one port only.
    pub name: Option<Spanned<String>>,
    /// `port`.
    pub port: Spanned<u16>,
    /// `targetPort`, the same as `port` where left out. Its span is that of the port then.
    pub target_port: Spanned<PortRef>,
    /// `nodePort`, where the manifest fixes it.
    pub node_port: Option<Spanned<u16>>,
    /// `protocol`, `TCP` where left out.
    pub protocol: Protocol,
    /// `appProtocol`.
    pub app_protocol: Option<Spanned<String>>,
    /// The entry.
    pub span: Span,
}

impl ServicePort {
    /// The port's name, empty where it has none: what an EndpointSlice's port must be called.
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", |n| n.value.as_str())
    }
}

/// How a Service is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum ServiceType {
    /// An address inside the cluster.
    #[default]
    ClusterIP,
    /// Further, a port on every node.
    NodePort,
    /// Further, an address outside the cluster.
    LoadBalancer,
    /// Nothing but a CNAME.
    ExternalName,
}

impl ServiceType {
    /// The word in manifests.
    pub const fn as_str(self) -> &'static str {
        match self {
            ServiceType::ClusterIP => "ClusterIP",
            ServiceType::NodePort => "NodePort",
            ServiceType::LoadBalancer => "LoadBalancer",
            ServiceType::ExternalName => "ExternalName",
        }
    }
}

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
pub enum Protocol {
    /// TCP, the default.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// The word in manifests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
            Protocol::Sctp => "SCTP",
        }
    }

    /// The protocol that a manifest's word means.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "TCP" => Some(Protocol::Tcp),
            "UDP" => Some(Protocol::Udp),
            "SCTP" => Some(Protocol::Sctp),
            _ => None,
        }
    }
}

/// Which endpoints kube-proxy may choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum TrafficPolicy {
    /// All of the cluster's.
    #[default]
    Cluster,
    /// Those of the node that the packet is on.
    Local,
}

/// One entry of `status.loadBalancer.ingress`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancerIngress {
    /// `ip`.
    pub ip: Option<String>,
    /// `hostname`.
    pub hostname: Option<String>,
    /// `ipMode: Proxy`: the node must not treat the address as its own.
    pub proxy: bool,
    /// The entry.
    pub span: Span,
}
