//! What stands in front of a Service of type LoadBalancer, cloud by cloud.
//!
//! Sources: kubernetes/cloud-provider-openstack `pkg/openstack/loadbalancer.go` and
//! `docs/openstack-cloud-controller-manager/expose-applications-using-loadbalancer-type-service.md`;
//! openstack/octavia and ovn-octavia-provider, their user guides; kubernetes/cloud-provider-aws
//! `pkg/providers/v1/aws_loadbalancer.go`; aws-load-balancer-controller
//! `docs/guide/service/{nlb,annotations}.md`; cloud.google.com, "Passthrough Network Load Balancer
//! overview"; kubernetes-sigs/cloud-provider-azure `site/content/en/topics/loadbalancer.md`;
//! apache/cloudstack-kubernetes-provider `cloudstack_loadbalancer.go`; metallb `website/content/concepts`.

use crate::cluster::{Cluster, Protocol, Service};

/// Who makes load balancers for Services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Cloud {
    /// Not known: a balancer that sends to node ports, as most do.
    Generic,
    /// OpenStack Neutron or Octavia with HAProxy (the provider `amphora`).
    OpenStack,
    /// OpenStack Octavia with the provider `ovn`.
    OpenStackOvn,
    /// AWS Classic Load Balancer.
    AwsClb,
    /// AWS Network Load Balancer with instance targets.
    AwsNlb,
    /// AWS Network Load Balancer with IP targets.
    AwsNlbIp,
    /// Google Cloud passthrough Network Load Balancer.
    Gcp,
    /// Azure Load Balancer.
    Azure,
    /// Apache CloudStack.
    CloudStack,
    /// MetalLB that answers ARP for the address.
    MetalLbL2,
    /// MetalLB that announces the address by BGP.
    MetalLbBgp,
    /// An HAProxy or nginx of one's own.
    BareMetal,
}

impl Cloud {
    /// Every cloud, in the order of a list to choose from.
    pub const ALL: [Cloud; 12] = [
        Cloud::Generic,
        Cloud::OpenStack,
        Cloud::OpenStackOvn,
        Cloud::AwsClb,
        Cloud::AwsNlb,
        Cloud::AwsNlbIp,
        Cloud::Gcp,
        Cloud::Azure,
        Cloud::CloudStack,
        Cloud::MetalLbL2,
        Cloud::MetalLbBgp,
        Cloud::BareMetal,
    ];

    /// Its name on the command line and in links.
    pub const fn name(self) -> &'static str {
        self.words().0
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        self.words().1
    }

    /// The cloud of a name.
    pub fn named(name: &str) -> Option<Cloud> {
        Cloud::ALL.into_iter().find(|c| c.name() == name)
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Cloud::Generic => ("generic", "load balancer"),
            Cloud::OpenStack => ("openstack", "OpenStack load balancer"),
            Cloud::OpenStackOvn => ("openstack-ovn", "OpenStack load balancer (OVN)"),
            Cloud::AwsClb => ("aws-clb", "AWS Classic Load Balancer"),
            Cloud::AwsNlb => ("aws-nlb", "AWS Network Load Balancer"),
            Cloud::AwsNlbIp => ("aws-nlb-ip", "AWS Network Load Balancer, IP targets"),
            Cloud::Gcp => ("gcp", "Google Cloud passthrough load balancer"),
            Cloud::Azure => ("azure", "Azure Load Balancer"),
            Cloud::CloudStack => ("cloudstack", "CloudStack load balancer"),
            Cloud::MetalLbL2 => ("metallb-l2", "MetalLB, layer 2"),
            Cloud::MetalLbBgp => ("metallb-bgp", "MetalLB, BGP"),
            Cloud::BareMetal => ("bare-metal", "a HAProxy or nginx of one's own"),
        }
    }

    const fn is_metallb(self) -> bool {
        matches!(self, Cloud::MetalLbL2 | Cloud::MetalLbBgp)
    }

    /// The cloud that the manifests point at for this Service: its class, its annotations, the host
    /// name in its status, the `providerID` of nodes, MetalLB's objects.
    pub fn of(cluster: &Cluster, service: &Service) -> Option<Cloud> {
        let class = service.load_balancer_class.iter().map(|class| class.value.as_str());
        let annotations = service.meta.annotations.iter().map(|a| a.key.value.as_str());
        let marks = class.chain(annotations);
        let marked =
            marks.filter_map(|mark| MARKS.iter().find(|(m, _)| mark.starts_with(m))).map(|(_, cloud)| *cloud);
        let cloud = marked.min_by_key(|cloud| u8::from(*cloud == Cloud::AwsClb)).or_else(|| {
            let hosts = service.load_balancer_ingress.iter().filter_map(|i| i.hostname.as_deref());
            let aws = hosts.map(|h| h.to_ascii_lowercase()).find(|h| h.ends_with(".amazonaws.com"))?;
            // name.elb.region.amazonaws.com is a Network, name.region.elb.amazonaws.com a Classic one.
            Some(if aws.ends_with(".elb.amazonaws.com") { Cloud::AwsClb } else { Cloud::AwsNlb })
        });
        let cloud = cloud.or_else(|| {
            let ids = cluster.nodes.iter().filter(|n| n.admitted).filter_map(|n| n.provider_id.as_deref());
            let of_id = |id: &str| PROVIDERS.iter().find(|(p, _)| id.starts_with(p)).map(|(_, c)| *c);
            ids.filter_map(of_id).next()
        });
        let cloud = cloud.or_else(|| has(cluster, "IPAddressPool").then_some(Cloud::MetalLbL2))?;
        Some(
            match cloud {
                Cloud::MetalLbL2 if has(cluster, "BGPAdvertisement") && !has(cluster, "L2Advertisement") => {
                    Cloud::MetalLbBgp
                }
                Cloud::AwsClb => match annotation(service, "aws-load-balancer-type") {
                    "nlb" | "external" => Cloud::AwsNlb,
                    "nlb-ip" => Cloud::AwsNlbIp,
                    _ => cloud,
                },
                cloud => cloud,
            }
            .refined(service),
        )
    }

    /// The same cloud, as this Service's annotations want it.
    pub(super) fn refined(self, service: &Service) -> Cloud {
        match self {
            Cloud::AwsNlb if annotation(service, "aws-load-balancer-nlb-target-type") == "ip" => {
                Cloud::AwsNlbIp
            }
            cloud => cloud,
        }
    }

    /// Whether a balancer of this cloud that this Service gets has no address on the internet.
    pub(super) fn internal(self, service: &Service) -> bool {
        let on = |name| annotation(service, name).eq_ignore_ascii_case("true");
        match self {
            Cloud::OpenStack | Cloud::OpenStackOvn => on("openstack-internal-load-balancer"),
            Cloud::AwsClb => on("aws-load-balancer-internal"),
            // The AWS Load Balancer Controller makes internal ones unless it is told otherwise; the
            // older one in Kubernetes itself, known by the type `nlb`, does not.
            Cloud::AwsNlb | Cloud::AwsNlbIp => match annotation(service, "aws-load-balancer-scheme") {
                "internet-facing" => false,
                "internal" => true,
                _ => {
                    on("aws-load-balancer-internal")
                        || service
                            .load_balancer_class
                            .as_ref()
                            .is_some_and(|c| c.value == "service.k8s.aws/nlb")
                        || annotation(service, "aws-load-balancer-type") == "external"
                }
            },
            Cloud::Gcp => ["networking.gke.io/load-balancer-type", "cloud.google.com/load-balancer-type"]
                .iter()
                .filter_map(|key| service.meta.annotation(key))
                .any(|a| a.value.value.eq_ignore_ascii_case("internal")),
            Cloud::Azure => on("azure-load-balancer-internal"),
            _ => false,
        }
    }

    /// Whether the address in the Service's status stands on the balancer itself, and one more may be
    /// put before it for clients on the internet.
    pub(super) const fn has_floating_ip(self) -> bool {
        matches!(self, Cloud::OpenStack | Cloud::OpenStackOvn)
    }

    /// How it hands packets on.
    pub(super) fn way(self, service: &Service, protocol: Protocol) -> Way {
        let affine = service.client_ip_affinity.is_some();
        let by_source = |otherwise: &'static str| if affine { "SOURCE_IP" } else { otherwise };
        let proxy = Way { proxies: true, ..Way::default() };
        match self {
            Cloud::Generic => Way { how: "as the balancer is set", ..proxy },
            // `lb-method` of the cloud's configuration, unless set otherwise there.
            Cloud::OpenStack => Way { how: by_source("ROUND_ROBIN"), own: "amphora", ..proxy },
            // A packet filter: it rewrites the destination only.
            Cloud::OpenStackOvn => Way { how: "SOURCE_IP_PORT", ..Way::default() },
            Cloud::AwsClb => Way { how: "round robin", own: "load balancer", ..proxy },
            Cloud::AwsNlb => Way { how: "flow hash", ..Way::default() },
            // Client addresses are kept for UDP, and for TCP where an attribute says so.
            Cloud::AwsNlbIp => Way {
                how: "flow hash",
                to_pods: true,
                proxies: protocol == Protocol::Tcp
                    && !annotation(service, "aws-load-balancer-target-group-attributes")
                        .contains("preserve_client_ip.enabled=true"),
                own: "load balancer",
                ..Way::default()
            },
            Cloud::Gcp => {
                Way { how: if affine { "client IP hash" } else { "5-tuple hash" }, ..Way::default() }
                    .passing()
            }
            Cloud::Azure => {
                let way =
                    Way { how: if affine { "client IP hash" } else { "5-tuple hash" }, ..Way::default() };
                match annotation(service, "azure-disable-load-balancer-floating-ip") {
                    "true" => way,
                    _ => way.passing(),
                }
            }
            Cloud::CloudStack => {
                Way { how: if affine { "source" } else { "roundrobin" }, own: "virtual router", ..proxy }
            }
            Cloud::MetalLbL2 => Way { how: "L2 leader", ..Way::default() }.passing(),
            Cloud::MetalLbBgp => Way { how: "ECMP", ..Way::default() }.passing(),
            Cloud::BareMetal => Way { how: "roundrobin", own: "balancer", ..proxy },
        }
    }

    /// The annotation that makes this balancer tell the client's address by the PROXY protocol.
    pub(super) fn proxy_protocol(self, service: &Service) -> bool {
        match self {
            Cloud::OpenStack => annotation(service, "proxy-protocol") == "true",
            Cloud::AwsClb | Cloud::AwsNlb | Cloud::AwsNlbIp => {
                annotation(service, "aws-load-balancer-proxy-protocol") == "*"
            }
            Cloud::CloudStack => annotation(service, "cloudstack-load-balancer-proxy-protocol") == "true",
            _ => false,
        }
    }

    /// Whether packets that no client in `loadBalancerSourceRanges` sent are stopped before they reach a
    /// node.
    pub(super) const fn filters(self) -> bool {
        !self.is_metallb()
    }

    /// Whether nodes without a pod of the Service get no packets where the policy is `Local`; else they
    /// get them and drop them.
    pub(super) const fn checks_health(self) -> bool {
        !matches!(self, Cloud::OpenStack | Cloud::OpenStackOvn | Cloud::CloudStack | Cloud::Generic)
    }
}

/// How a balancer hands packets on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    /// It ends the client's connection and opens one of its own: pods see its address.
    pub proxies: bool,
    /// The packet keeps the balancer's address as its destination: no node port is used.
    pub passes: bool,
    /// It sends to pods, past the nodes.
    pub to_pods: bool,
    /// How it chooses.
    pub how: &'static str,
    /// What its own address is the address of.
    pub own: &'static str,
}

impl Way {
    fn passing(self) -> Way {
        Way { passes: true, ..self }
    }
}

/// The value of an annotation by the part of its key behind the prefix that clouds share.
pub(super) fn annotation<'s>(service: &'s Service, name: &str) -> &'s str {
    let found = service.meta.annotations.iter().find(|a| {
        let key = a.key.value.as_str();
        ["service.beta.kubernetes.io/", "loadbalancer.openstack.org/"]
            .iter()
            .any(|prefix| key.strip_prefix(prefix) == Some(name))
    });
    found.map_or("", |a| a.value.value.as_str())
}

fn has(cluster: &Cluster, kind: &str) -> bool {
    cluster.others.iter().any(|o| o.meta.kind == kind && o.meta.api_version.starts_with("metallb.io/"))
}

/// Beginnings of classes and of annotations' keys.
const MARKS: &[(&str, Cloud)] = &[
    ("service.k8s.aws/nlb", Cloud::AwsNlb),
    ("eks.amazonaws.com/nlb", Cloud::AwsNlb),
    ("networking.gke.io/", Cloud::Gcp),
    ("cloud.google.com/load-balancer-type", Cloud::Gcp),
    ("metallb.io/", Cloud::MetalLbL2),
    ("metallb.universe.tf/", Cloud::MetalLbL2),
    ("loadbalancer.openstack.org/", Cloud::OpenStack),
    ("service.beta.kubernetes.io/openstack-", Cloud::OpenStack),
    ("service.beta.kubernetes.io/azure-", Cloud::Azure),
    ("service.beta.kubernetes.io/cloudstack-", Cloud::CloudStack),
    ("service.beta.kubernetes.io/aws-load-balancer-", Cloud::AwsClb),
];

/// Beginnings of nodes' `providerID`.
const PROVIDERS: &[(&str, Cloud)] = &[
    ("openstack://", Cloud::OpenStack),
    ("aws://", Cloud::AwsClb),
    ("gce://", Cloud::Gcp),
    ("azure://", Cloud::Azure),
    ("cloudstack://", Cloud::CloudStack),
    ("external-cloudstack://", Cloud::CloudStack),
];
