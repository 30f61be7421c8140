//! Laws that hold for every journey, on clusters of every kind.

use super::check::lawful;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::journey::{self, Actor, Aim, Cloud, EndKind, Journey, Place, Setting, Software, What};
use portolan_core::manifest;
use portolan_core::routing::{Request, Router};
use proptest::prelude::*;
use std::fmt::Write;

/// A cluster's manifests: few names, addresses and ports, so that things meet.
fn manifests() -> impl Strategy<Value = String> {
    let objects = prop_oneof![
        2 => service(vec!["api", "db"]),
        2 => slice(vec!["api", "db", "web"]),
        2 => pod(),
        1 => node(),
        1 => workload(),
        1 => ingress(),
        1 => Just("apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: p}\n".to_owned()),
    ];
    // One Service that is there, in most of them with an endpoint and a node.
    let base =
        (service(vec!["web"]), prop::option::weighted(0.7, slice(vec!["web"])), prop::option::of(node()));
    (base, prop::collection::vec(objects, 0..10)).prop_map(|((service, slice, node), mut all)| {
        all.push(service);
        all.extend(slice);
        all.extend(node);
        all.join("---\n")
    })
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["web", "web", "web", "api", "db"])
}

fn node_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["n1", "n2", "n3"])
}

fn address() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "10.0.0.1",
        "10.0.0.2",
        "10.96.0.1",
        "10.96.0.2",
        "10.244.0.1",
        "10.244.0.2",
        "198.51.100.1",
        "198.51.100.2",
        "fd00::1",
        "2001:db8::1",
    ])
}

fn port() -> impl Strategy<Value = u16> {
    prop::sample::select(vec![80u16, 80, 80, 443, 8080, 30080, 30080, 30081, 53])
}

fn service(names: Vec<&'static str>) -> impl Strategy<Value = String> {
    let types = prop::sample::select(vec!["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
    let extras = prop::collection::vec(
        prop::sample::select(vec![
            "externalTrafficPolicy: Local",
            "externalTrafficPolicy: Local",
            "internalTrafficPolicy: Local",
            "internalTrafficPolicy: Local",
            "sessionAffinity: ClientIP",
            "allocateLoadBalancerNodePorts: false",
            "loadBalancerSourceRanges: [10.0.0.0/8]",
            "loadBalancerClass: service.k8s.aws/nlb",
            "healthCheckNodePort: 30081",
            "publishNotReadyAddresses: true",
            "externalName: db.example.com",
            "trafficDistribution: PreferClose",
        ]),
        0..3,
    );
    let parts = (
        prop::sample::select(names),
        types,
        extras,
        prop::option::of(prop::sample::select(vec!["10.96.0.1", "10.96.0.2", "10.96.0.3", "None"])),
        prop::collection::vec((port(), prop::option::of(30080u16..30083), prop::bool::weighted(0.2)), 1..3),
        prop::option::of(address()),
        prop::option::of(prop::sample::select(vec![
            "ip: 198.51.100.1",
            "ip: 10.0.0.9",
            "hostname: lb.example.com",
            "ip: 198.51.100.2, ipMode: Proxy",
        ])),
        prop::option::of(prop::sample::select(vec![
            "service.beta.kubernetes.io/aws-load-balancer-type: nlb-ip",
            "service.beta.kubernetes.io/azure-load-balancer-internal: 'true'",
            "traefik.ingress.kubernetes.io/service.nativelb: 'true'",
            "cloud.google.com/neg: '{\"ingress\": true}'",
            "loadbalancer.openstack.org/proxy-protocol: 'true'",
        ])),
    );
    parts.prop_map(|(name, kind, extras, ip, ports, external, status, annotation)| {
        let mut text = format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n");
        if let Some(annotation) = annotation {
            let _ = writeln!(text, "  annotations: {{{annotation}}}");
        }
        let _ = write!(text, "spec:\n  type: {kind}\n  selector: {{app: {name}}}\n");
        let mut seen = Vec::new();
        let allowed = |extra: &str| {
            let outer = kind == "NodePort" || kind == "LoadBalancer";
            match extra.split(':').next().unwrap_or_default() {
                "externalTrafficPolicy" => outer,
                "sessionAffinity" | "internalTrafficPolicy" => kind != "ExternalName",
                "externalName" => kind == "ExternalName",
                "healthCheckNodePort" => {
                    kind == "LoadBalancer" && extras.contains(&"externalTrafficPolicy: Local")
                }
                key if key.contains("oadBalancer") => kind == "LoadBalancer",
                _ => true,
            }
        };
        for extra in extras.iter().filter(|extra| {
            let fresh = !seen.contains(*extra);
            seen.push(**extra);
            fresh && allowed(extra)
        }) {
            let _ = writeln!(text, "  {extra}");
        }
        if kind == "ExternalName" && !seen.contains(&"externalName: db.example.com") {
            let _ = writeln!(text, "  externalName: other.example.com");
        }
        let ip = ip.filter(|ip| kind != "ExternalName" && (kind == "ClusterIP" || *ip != "None"));
        if let Some(ip) = ip {
            let _ = writeln!(text, "  clusterIP: \"{ip}\"");
        }
        if let Some(external) = external {
            let _ = writeln!(text, "  externalIPs: [\"{external}\"]");
        }
        let _ = writeln!(text, "  ports:");
        let mut taken = Vec::new();
        for (i, (port, node_port, udp)) in ports.iter().enumerate() {
            if taken.contains(port) {
                continue;
            }
            taken.push(*port);
            let node_port = node_port.map(|n| n + 3 * u16::try_from(i).unwrap_or(0));
            let _ = write!(text, "    - {{name: p{i}, port: {port}, targetPort: 8080");
            if let Some(node_port) = node_port.filter(|_| kind == "NodePort" || kind == "LoadBalancer") {
                let _ = write!(text, ", nodePort: {node_port}");
            }
            let _ = writeln!(text, "{}}}", if *udp { ", protocol: UDP" } else { "" });
        }
        if let Some(status) = status {
            let _ = writeln!(text, "status: {{loadBalancer: {{ingress: [{{{status}}}]}}}}");
        }
        text
    })
}

fn slice(names: Vec<&'static str>) -> impl Strategy<Value = String> {
    let endpoint = (
        prop::sample::select(vec!["10.244.0.1", "10.244.0.2", "10.244.0.3"]),
        prop::option::weighted(0.9, node_name()),
        any::<bool>(),
        any::<bool>(),
    );
    (prop::sample::select(names), prop::collection::vec(endpoint, 0..4), 0usize..100).prop_map(|(name, endpoints, number)| {
        let mut text = format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: {name}-{number}, labels: {{kubernetes.io/service-name: {name}}}}}\naddressType: IPv4\nports: [{{name: p0, port: 8080}}, {{name: p1, port: 8081, protocol: UDP}}]\nendpoints:\n"
        );
        for (address, node, ready, ending) in endpoints {
            let node = node.map(|n| format!("nodeName: {n}, ")).unwrap_or_default();
            let _ = writeln!(
                text,
                "  - {{addresses: [\"{address}\"], {node}conditions: {{ready: {ready}, serving: {ending}, terminating: {ending}}}}}"
            );
        }
        text
    })
}

fn pod() -> impl Strategy<Value = String> {
    let parts = (
        name(),
        prop::option::of(node_name()),
        prop::option::of(address()),
        any::<bool>(),
        any::<bool>(),
        0usize..100,
    );
    parts.prop_map(|(name, node, ip, host, ready, number)| {
        let node = node.map(|n| format!("nodeName: {n}, ")).unwrap_or_default();
        let status = ip.map(|ip| format!("status: {{podIP: \"{ip}\", conditions: [{{type: Ready, status: \"{}\"}}]}}\n", if ready { "True" } else { "False" }));
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}-{number}, labels: {{app: {name}}}}}\nspec: {{{node}hostNetwork: {host}, containers: [{{name: c, image: c, ports: [{{containerPort: 8080, hostPort: 8080}}, {{containerPort: 53, protocol: UDP}}]}}]}}\n{}",
            status.unwrap_or_default()
        )
    })
}

fn node() -> impl Strategy<Value = String> {
    (node_name(), prop::option::of(address()), prop::option::of(address()), any::<bool>()).prop_map(
        |(name, internal, external, ready)| {
            let mut addresses = Vec::new();
            addresses.extend(internal.map(|a| format!("{{type: InternalIP, address: \"{a}\"}}")));
            addresses.extend(external.map(|a| format!("{{type: ExternalIP, address: \"{a}\"}}")));
            format!(
                "apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\nspec: {{providerID: \"gce://x\"}}\nstatus: {{addresses: [{}], conditions: [{{type: Ready, status: \"{}\"}}]}}\n",
                addresses.join(", "),
                if ready { "True" } else { "False" }
            )
        },
    )
}

fn workload() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec!["Deployment", "DaemonSet", "StatefulSet"]);
    let images = prop::sample::select(vec![
        "nginx",
        "registry.k8s.io/ingress-nginx/controller:v1.15.1",
        "traefik:v3.7",
    ]);
    (kinds, name(), images, any::<bool>()).prop_map(|(kind, name, image, host)| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{hostNetwork: {host}, containers: [{{name: c, image: \"{image}\", ports: [{{containerPort: 80}}, {{containerPort: 8080}}]}}]}}}}}}\n"
        )
    })
}

fn ingress() -> impl Strategy<Value = String> {
    (name(), port(), any::<bool>()).prop_map(|(name, port, upstream)| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i-{name}, annotations: {{nginx.ingress.kubernetes.io/service-upstream: \"{upstream}\", kubernetes.io/ingress.class: nginx}}}}\nspec: {{rules: [{{host: {name}.example.com, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: {port}}}}}}}}}]}}}}]}}\n"
        )
    })
}

fn setting() -> impl Strategy<Value = Setting> {
    let clouds = prop::option::of(prop::sample::select(Cloud::ALL.to_vec()));
    let parts = (
        prop::sample::select(Place::ALL.to_vec()),
        prop::option::of(node_name()),
        clouds,
        prop::option::of(address()),
        0u32..5,
    );
    parts.prop_map(|(place, node, cloud, client, turn)| Setting {
        place,
        node: node.map(str::to_owned),
        namespace: None,
        client: client.and_then(|c| c.parse().ok()),
        cloud,
        turn,
    })
}

fn destination() -> impl Strategy<Value = String> {
    let host = |a: &str| if a.contains(':') { format!("[{a}]") } else { a.to_owned() };
    prop_oneof![
        4 => (address(), port(), prop::bool::weighted(0.2)).prop_map(move |(a, p, udp)| {
            format!("{}://{}:{p}", if udp { "udp" } else { "tcp" }, host(a))
        }),
        4 => (prop_oneof![3 => Just("web"), 1 => name()], port()).prop_map(|(n, p)| format!("service://default/{n}:{p}")),
        2 => (name(), port()).prop_map(|(n, p)| format!("tcp://{n}.default.svc.cluster.local:{p}")),
        2 => name().prop_map(|n| format!("http://{n}.example.com/")),
        1 => (address(), name())
            .prop_map(move |(a, n)| format!("curl -H 'Host: {n}.example.com' http://{}/", host(a))),
        1 => (address(), port()).prop_map(move |(a, p)| format!("http://{}:{p}/", host(a))),
        1 => Just("tcp://lb.example.com:80".to_owned()),
        1 => name().prop_map(|n| format!("http://{n}/")),
    ]
}

/// The way to a destination, which is one.
fn travel(cluster: &Cluster, router: &Router, setting: &Setting, to: &str) -> Journey {
    if let Ok(aim) = Aim::parse(to) {
        return lawful(cluster, setting, What::Plain(&aim));
    }
    let request = Request::parse(to).expect("a request").request;
    let outcome = router.answer(&request);
    lawful(cluster, setting, What::Http { request: &request, table: router.table(), outcome: &outcome })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn every_journey_keeps_the_laws(
        text in manifests(),
        setting in setting(),
        to in destination(),
        which in 0usize..5,
    ) {
        let cluster = Cluster::build(&manifest::read([("m.yaml", text.as_str())]));
        let controller = controller::all().get(which).expect("five controllers");
        let router = Router::new(controller.compile(&cluster, &Settings::new()).table);
        travel(&cluster, &router, &setting, &to);
        for software in Software::ALL {
            let pool = journey::pool(&cluster, software);
            prop_assert!(!pool.is_empty());
            prop_assert_eq!(pool.matches('{').count(), pool.matches('}').count());
        }
    }

    /// From the internet, nothing that is known to have a private address is ever spoken to directly.
    #[test]
    fn the_internet_reaches_no_private_address(text in manifests(), to in destination(), which in 0usize..5) {
        let cluster = Cluster::build(&manifest::read([("m.yaml", text.as_str())]));
        let controller = controller::all().get(which).expect("five controllers");
        let router = Router::new(controller.compile(&cluster, &Settings::new()).table);
        let journey = travel(&cluster, &router, &Setting::default(), &to);
        // The first hop after the client and DNS takes what the client sent.
        let sent = journey.hops.iter().take_while(|h| matches!(h.actor, Actor::Client | Actor::Dns)).last();
        let sent = sent.and_then(|h| h.leaves.as_ref()).and_then(|f| f.to.address.as_known());
        if let Some(address) = sent.filter(|a| a.starts_with("10.") || a.starts_with("fd")) {
            // One that the manifests do not have is taken to be where its asker can reach the controller.
            // An object that a later one replaces is gone, whatever the text says.
            let had = format!("{:?}{:?}{:?}{:?}", cluster.services, cluster.nodes, cluster.pods, cluster.endpoints);
            let strange = !had.contains(address) && journey.certainty.word() != "certain";
            prop_assert!(journey.end.kind == EndKind::Unreachable || strange, "{address}\n{journey:#?}");
        }
    }

    /// Whatever stands in a destination, reading it says yes or no.
    #[test]
    fn destinations_are_read_or_refused(text in "\\PC{0,40}", rest in "[a-z0-9:/.\\[\\]-]{0,30}") {
        let _ = Aim::parse(&text);
        let _ = Aim::parse(&format!("tcp://{rest}"));
        let _ = Aim::parse(&format!("service://{rest}:80"));
    }
}

/// The laws are of no use where nothing happens: journeys of every end are among those tried.
#[test]
fn journeys_of_every_end_are_tried() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut ends = std::collections::BTreeMap::new();
    let mut actors = std::collections::BTreeMap::new();
    for _ in 0..3000 {
        let all = (manifests(), setting(), destination(), 0usize..5).new_tree(&mut runner).expect("a value");
        let (text, setting, to, which) = all.current();
        let cluster = Cluster::build(&manifest::read([("m.yaml", text.as_str())]));
        let controller = controller::all().get(which).expect("five controllers");
        let router = Router::new(controller.compile(&cluster, &Settings::new()).table);
        let journey = travel(&cluster, &router, &setting, &to);
        *ends.entry(journey.end.kind.word()).or_insert(0) += 1;
        for hop in &journey.hops {
            *actors.entry(hop.actor.word()).or_insert(0) += 1;
        }
    }
    assert_eq!(ends.len(), 6, "{ends:?}");
    assert_eq!(actors.len(), 8, "{actors:?}");
    assert!(ends.values().all(|n| *n >= 5), "{ends:?}");
    assert!(actors.values().all(|n| *n >= 10), "{actors:?}");
}

#[test]
fn destinations() {
    for (text, good) in [
        ("tcp://10.0.0.1:80", true),
        ("TCP://web.default.svc:80", true),
        ("udp://[fd00::1]:53/", true),
        ("sctp://10.0.0.1:38412", true),
        ("service://default/web:80", true),
        ("service://web:80", true),
        ("tcp://10.0.0.1", false),
        ("tcp://10.0.0.1:0", false),
        ("tcp://10.0.0.1:65536", false),
        ("tcp://10.0.0.1:+80", false),
        ("tcp://fd00::1:80", false),
        ("tcp://[10.0.0.1]:80", false),
        ("tcp://:80", false),
        ("tcp://a b:80", false),
        ("service://a/b/c:80", false),
        ("http://10.0.0.1:80", false),
        ("10.0.0.1:80", false),
    ] {
        assert_eq!(Aim::parse(text).is_ok(), good, "{text}");
    }
}
