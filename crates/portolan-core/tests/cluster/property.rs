//! Building never panics, whatever the objects are made of.

use portolan_core::cluster::Cluster;
use portolan_core::manifest::{Entry, Manifest, Node, Object, Value};
use portolan_core::span::{FileId, Sources, Span};
use proptest::prelude::*;

/// Words that readers look for, so that the trees are no mere noise.
const WORDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "generateName",
    "namespace",
    "labels",
    "annotations",
    "spec",
    "status",
    "rules",
    "host",
    "http",
    "paths",
    "path",
    "pathType",
    "backend",
    "defaultBackend",
    "service",
    "serviceName",
    "servicePort",
    "port",
    "number",
    "resource",
    "tls",
    "hosts",
    "secretName",
    "ingressClassName",
    "controller",
    "parameters",
    "ports",
    "targetPort",
    "nodePort",
    "protocol",
    "selector",
    "matchLabels",
    "matchExpressions",
    "key",
    "operator",
    "values",
    "type",
    "clusterIP",
    "clusterIPs",
    "externalIPs",
    "externalName",
    "subsets",
    "addresses",
    "ip",
    "endpoints",
    "conditions",
    "ready",
    "addressType",
    "template",
    "jobTemplate",
    "containers",
    "initContainers",
    "image",
    "containerPort",
    "replicas",
    "data",
    "stringData",
    "v1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "extensions/v1beta1",
    "apps/v1",
    "batch/v1",
    "discovery.k8s.io/v1",
    "gateway.networking.k8s.io/v1",
    "Ingress",
    "IngressClass",
    "Service",
    "Endpoints",
    "EndpointSlice",
    "Pod",
    "Deployment",
    "CronJob",
    "Secret",
    "ConfigMap",
    "Node",
    "Gateway",
    "HTTPRoute",
    "web",
    "a.com",
    "*.a.com",
    "A.com:80/x",
    "/",
    "/a//b",
    "Prefix",
    "None",
    "10.0.0.1",
    "ä",
    "",
];

const KINDS: &[(&str, &str)] = &[
    ("networking.k8s.io/v1", "Ingress"),
    ("extensions/v1beta1", "Ingress"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("v1", "Service"),
    ("v1", "Endpoints"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("v1", "Pod"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("v1", "Secret"),
    ("v1", "ConfigMap"),
    ("v1", "Node"),
    ("v1", "Namespace"),
    ("gateway.networking.k8s.io/v1", "Gateway"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("v1", "Ingress"),
];

/// The text that spans point into, of which any byte range may be asked.
const TEXT: &str = "a: &x {b: \"ü\"}\r\n- 'c'\n\t*x # 0777 on\n";

fn span() -> impl Strategy<Value = Span> {
    let end = TEXT.len() as u32 + 3;
    (0..2u32, 0..end, 0..end).prop_map(|(file, a, b)| Span::new(FileId(file), a.min(b), a.max(b)))
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => ".{0,20}"]
}

fn entry(key: String, key_span: Span, value: Node) -> Entry {
    Entry { key, key_span, value }
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => prop_oneof![any::<i64>(), -1..70_000i64].prop_map(Value::Int),
        1 => any::<f64>().prop_map(Value::Float),
        6 => word().prop_map(Value::String),
    ];
    let leaf = (leaf, span()).prop_map(|(value, span)| Node { span, value });
    leaf.prop_recursive(7, 60, 5, |inner| {
        let map = prop::collection::vec((word(), span(), inner.clone()), 0..6)
            .prop_map(|entries| Value::Map(entries.into_iter().map(|(k, s, v)| entry(k, s, v)).collect()));
        let seq = prop::collection::vec(inner, 0..4).prop_map(Value::Seq);
        (prop_oneof![4 => map, 2 => seq], span()).prop_map(|(value, span)| Node { span, value })
    })
}

fn object() -> impl Strategy<Value = Node> {
    let fields = prop::collection::vec((word(), tree()), 0..5);
    (prop::sample::select(KINDS), any::<bool>(), tree(), fields, span()).prop_map(
        |((version, kind), named, meta, fields, span)| {
            let text = |s: &str| Node { span, value: Value::String(s.to_owned()) };
            let map = |entries| Node { span, value: Value::Map(entries) };
            let metadata = if named { map(vec![entry("name".to_owned(), span, text("web"))]) } else { meta };
            let head = [("apiVersion", text(version)), ("kind", text(kind)), ("metadata", metadata)];
            let head = head.into_iter().map(|(k, v)| (k.to_owned(), v));
            map(head.chain(fields).map(|(k, v)| entry(k, span, v)).collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_can_be_built(roots in prop::collection::vec(prop_oneof![1 => tree(), 5 => object()], 1..6)) {
        let mut sources = Sources::new();
        let file = sources.add("m.yaml", TEXT);
        let objects = roots.into_iter().enumerate().map(|(index, root)| Object { file, index, root }).collect();
        let manifest = Manifest { sources, objects, problems: Vec::new() };
        let cluster = Cluster::build(&manifest);
        // Everything that can be asked of it.
        for service in &cluster.services {
            for port in &service.ports {
                cluster.endpoints_of(service, port).available();
            }
            let _ = (cluster.near_miss(service), cluster.similar_service("default", "wep"));
        }
        for ingress in &cluster.ingresses {
            let paths = ingress.rules.iter().flat_map(|r| r.paths.iter().flatten()).map(|p| &p.backend);
            for backend in ingress.default_backend.iter().chain(paths) {
                cluster.backend(&ingress.meta.namespace, backend);
            }
        }
        for problem in &cluster.problems {
            prop_assert!(!problem.message.is_empty() && problem.code.0.starts_with("PT02"));
        }
    }
}
