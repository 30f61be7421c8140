//! What is drawn: the article's four drawings, what a cluster without an Ingress looks like, and what
//! must hold for any manifests.
#![cfg(not(target_arch = "wasm32"))]

use portolan_core::cluster::Cluster;
use portolan_core::controller;
use portolan_core::journey::{Cloud, Place, Setting, What, travel};
use portolan_core::manifest;
use portolan_core::routing::{Request, Router};
use portolan_core::topology::{self, Chart, Layer, State, id};
use proptest::prelude::*;

fn cluster(manifests: &str) -> Cluster {
    Cluster::build(&manifest::read([("m.yaml", manifests)]))
}

fn drawn(manifests: &str, controller: &str) -> (Chart, Router) {
    drawn_on(manifests, controller, None)
}

/// The titles of what each hop of a request passes, and whether it is stopped.
fn course(manifests: &str, controller: &str, setting: &Setting, request: &str) -> (Vec<String>, bool) {
    let (chart, router) = drawn_on(manifests, controller, setting.cloud);
    let asked = Request::parse(request).expect("a request").request;
    let outcome = router.answer(&asked);
    let what = What::Http { request: &asked, table: router.table(), outcome: &outcome };
    let journey = travel(&cluster(manifests), setting, what);
    let legs = chart.legs(&journey, router.table(), Some(&outcome));
    assert_eq!(legs.len(), journey.hops.len());
    let nodes = legs.iter().flat_map(|l| &l.nodes).map(|&n| chart.nodes[n].title.clone()).collect();
    (nodes, legs.last().is_some_and(|l| l.stopped))
}

fn drawn_on(manifests: &str, controller: &str, cloud: Option<Cloud>) -> (Chart, Router) {
    let cluster = cluster(manifests);
    let controller = controller::find(controller).expect("a controller");
    let table = controller.compile(&cluster, &Default::default()).table;
    let chart = topology::chart(&cluster, &table, controller.title, cloud);
    (chart, Router::new(table))
}

fn ids(chart: &Chart, layer: Layer) -> Vec<&str> {
    chart.nodes.iter().filter(|n| n.layer == layer).map(|n| n.id.as_str()).collect()
}

fn leads(chart: &Chart, from: &str, to: &str) -> bool {
    let (from, to) = (chart.find(from), chart.find(to));
    from.is_some() && to.is_some() && chart.edges.iter().any(|e| Some(e.from) == from && Some(e.to) == to)
}

const NODE_PORT: &str = include_str!("topology/nodeport.yaml");
const LOAD_BALANCER: &str = include_str!("topology/loadbalancer.yaml");
const MANY: &str = include_str!("topology/many-load-balancers.yaml");
const INGRESS: &str = include_str!("topology/ingress.yaml");

#[test]
fn a_node_port_alone_is_drawn_without_an_ingress_controller() {
    for controller in controller::all() {
        let (chart, _) = drawn(NODE_PORT, controller.name);
        for layer in [Layer::LoadBalancer, Layer::Entry, Layer::Controller, Layer::Host, Layer::Path] {
            let drawn = chart.nodes.iter().filter(|n| n.layer == layer && !n.built_in).count();
            assert_eq!(drawn, 0, "{}: {layer:?}", controller.name);
        }
        assert!(leads(&chart, "client", "nodes") && leads(&chart, "nodes", "service:default/influxdb"));
        assert!(leads(&chart, "service:default/influxdb", "pods:default/influxdb"));
        assert_eq!(ids(&chart, Layer::Node), ["nodes", "node:node-1", "node:node-2"]);
        assert_eq!(ids(&chart, Layer::Pod).len(), 3);
        assert_eq!(chart.summary_words(), "1 Service by NodePort, no load balancer");
    }
}

#[test]
fn every_service_of_type_load_balancer_has_its_own() {
    let (chart, _) = drawn(MANY, "kubernetes");
    assert_eq!(ids(&chart, Layer::LoadBalancer).len(), 4);
    assert_eq!(chart.summary_words(), "4 Services, 4 load balancers");
    for name in ["web", "shop", "api", "docs"] {
        assert!(leads(&chart, "nodes", &format!("service:default/{name}")), "{name}");
        assert!(leads(&chart, &format!("balancer:default/{name}"), "nodes"), "{name}");
    }
}

#[test]
fn one_ingress_needs_one_load_balancer() {
    let (chart, _) = drawn(INGRESS, "ingress-nginx");
    assert_eq!(ids(&chart, Layer::LoadBalancer), ["balancer:ingress-nginx/ingress-nginx-controller"]);
    assert_eq!(chart.summary_words(), "1 load balancer, 4 Services behind one Ingress");
    assert!(leads(&chart, "nodes", "controller") && !leads(&chart, "nodes", "service:default/web"));
    let controller = chart.find(id::CONTROLLER).expect("drawn");
    assert_eq!(chart.members(controller).count(), 2);
    // nginx' own locations are there for courses, and drawn for nothing else.
    let built_in: Vec<&str> = chart
        .nodes
        .iter()
        .filter(|n| n.layer == Layer::Path && n.built_in)
        .map(|n| n.title.as_str())
        .collect();
    assert_eq!(built_in, ["location /nginx_status", "location /healthz", "location \"/\""]);
    let (course, stopped) =
        course(INGRESS, "ingress-nginx", &Setting::default(), "http://foo.bar.com/shop/x");
    let expected = [
        "client",
        "ingress-nginx/ingress-nginx-controller",
        "node-1",
        "ingress-nginx",
        "foo.bar.com",
        "location \"/shop/\"",
        "default/shop",
        "shop#1",
    ];
    assert_eq!((course, stopped), (expected.map(str::to_owned).to_vec(), false));
}

#[test]
fn the_courses_of_the_article() {
    let internet = Setting::default();
    let nodes = Setting { place: Place::Nodes, ..Setting::default() };
    for (manifests, setting, request, expected) in [
        (NODE_PORT, &nodes, "http://10.13.241.10:30000/", "client > node-2 > default/influxdb > influxdb#1"),
        (
            LOAD_BALANCER,
            &nodes,
            "http://10.13.242.236:8086/",
            "client > default/influxdb > node-1 > default/influxdb > influxdb#1",
        ),
        (LOAD_BALANCER, &internet, "http://10.13.242.236:8086/", "client"),
    ] {
        let (course, _) = course(manifests, "kubernetes", setting, request);
        assert_eq!(course.join(" > "), expected, "{request}");
    }
    let (chart, _) = drawn(LOAD_BALANCER, "kubernetes");
    assert_eq!(ids(&chart, Layer::FloatingIp), ["floating-ip:default/influxdb"]);
    assert!(leads(&chart, "floating-ip:default/influxdb", "balancer:default/influxdb"));
    let (chart, _) = drawn_on(LOAD_BALANCER, "kubernetes", Some(Cloud::AwsNlbIp));
    assert!(leads(&chart, "balancer:default/influxdb", "service:default/influxdb"));
    assert!(ids(&chart, Layer::FloatingIp).is_empty() && ids(&chart, Layer::Node).is_empty());
}

#[test]
fn a_packet_is_dropped_at_the_node_that_has_no_pod() {
    let local =
        LOAD_BALANCER.replace("type: LoadBalancer", "type: LoadBalancer\n  externalTrafficPolicy: Local");
    let local = format!(
        "{}---\nkind: Pod\napiVersion: v1\nmetadata: {{name: influxdb-0, labels: {{name: influxdb}}}}\nspec: {{nodeName: node-2, containers: [{{name: a, image: b}}]}}\nstatus: {{podIP: 10.244.1.5, conditions: [{{type: Ready, status: \"True\"}}]}}\n",
        local.replace("kind: Deployment", "kind: Replaced")
    );
    let nodes = Setting { place: Place::Nodes, ..Setting::default() };
    let (dropped, stopped) = course(&local, "kubernetes", &nodes, "http://10.13.241.89:30051/");
    assert_eq!((dropped.join(" > ").as_str(), stopped), ("client > node-1", true));
    let (course, stopped) = course(&local, "kubernetes", &nodes, "http://10.13.241.10:30051/");
    assert_eq!(
        (course.join(" > ").as_str(), stopped),
        ("client > node-2 > default/influxdb > influxdb-0", false)
    );
}

#[test]
fn a_service_that_nobody_outside_reaches_is_drawn_all_the_same() {
    let (chart, _) = drawn(
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {a: b}, ports: [{port: 5432}]}\n",
        "kubernetes",
    );
    let service = chart.find("service:default/db").expect("drawn");
    assert!(chart.edges.iter().all(|e| e.to != service));
    assert_eq!(chart.nodes[service].state, State::Assumed);
    assert_eq!(chart.summary_words(), "");
}

#[test]
fn mermaid_and_dot() {
    for (name, manifests, controller) in [
        ("nodeport", NODE_PORT, "kubernetes"),
        ("loadbalancer", LOAD_BALANCER, "kubernetes"),
        ("ingress", INGRESS, "ingress-nginx"),
    ] {
        let (chart, _) = drawn(manifests, controller);
        insta::assert_snapshot!(format!("{name}_mermaid"), topology::mermaid(&chart));
        insta::assert_snapshot!(format!("{name}_dot"), topology::dot(&chart));
    }
}

/// A few objects of all kinds, with names of all kinds.
fn manifests() -> impl Strategy<Value = String> {
    let name = prop_oneof!["[a-c]", "\\PC{0,6}"].prop_map(|n| serde_json::to_string(&n).expect("a string"));
    let object = (name.clone(), name, 0usize..6, 0u32..30, any::<bool>()).prop_map(|(name, other, kind, n, flag)| {
        match kind {
            0 => format!(
                "kind: Service\napiVersion: v1\nmetadata: {{name: {name}}}\nspec: {{type: {}, selector: {{a: {other}}}, ports: [{{port: {}}}, {{name: x, port: 443}}]}}",
                if flag { "LoadBalancer" } else { "NodePort" }, n + 1
            ),
            1 => format!("kind: Service\napiVersion: v1\nmetadata: {{name: {name}, namespace: b}}\nspec: {{ports: [{{port: 80}}]}}"),
            2 => format!(
                "kind: Deployment\napiVersion: apps/v1\nmetadata: {{name: {name}}}\nspec: {{replicas: {n}, selector: {{matchLabels: {{a: {other}}}}}, template: {{metadata: {{labels: {{a: {other}}}}}, spec: {{containers: [{{name: a, image: {}}}]}}}}}}",
                if flag { "ingress-nginx/controller" } else { "b" }
            ),
            3 => format!("kind: Node\napiVersion: v1\nmetadata: {{name: {name}}}"),
            4 => format!(
                "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {{name: {name}}}\nspec: {{ingressClassName: nginx, rules: [{{host: {other}, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {other}, port: {{number: 80}}}}}}}}]}}}}]}}"
            ),
            _ => format!("kind: Pod\napiVersion: v1\nmetadata: {{name: {name}, labels: {{a: {other}}}}}\nspec: {{nodeName: {other}, containers: [{{name: a, image: b}}]}}"),
        }
    });
    prop::collection::vec(object, 0..12).prop_map(|objects| objects.join("\n---\n"))
}

proptest! {
    #[test]
    fn a_chart_holds_together(text in manifests(), nginx in any::<bool>()) {
        let (chart, router) = drawn(&text, if nginx { "ingress-nginx" } else { "kubernetes" });
        for (index, node) in chart.nodes.iter().enumerate() {
            prop_assert_eq!(chart.find(&node.id), Some(index), "ids are unique");
            if let Some(parent) = node.parent {
                prop_assert!(chart.members(parent).any(|m| m == index), "members stand behind their box");
                prop_assert!(chart.edges.iter().all(|e| e.from != index && e.to != index));
            }
        }
        for edge in &chart.edges {
            prop_assert!(chart.nodes[edge.from].layer < chart.nodes[edge.to].layer);
        }
        let reached = |layer: Layer| chart.nodes.iter().enumerate().filter(move |(_, n)| n.layer == layer && n.parent.is_none());
        for (index, node) in reached(Layer::Pod).chain(reached(Layer::LoadBalancer)) {
            prop_assert!(chart.edges.iter().any(|e| e.to == index), "nothing leads to {}", node.id);
        }
        let asked = Request::parse("http://a/").expect("a request").request;
        let outcome = router.answer(&asked);
        let what = What::Http { request: &asked, table: router.table(), outcome: &outcome };
        for place in Place::ALL {
            let journey = travel(&cluster(&text), &Setting { place, ..Setting::default() }, what);
            let legs = chart.legs(&journey, router.table(), Some(&outcome));
            prop_assert_eq!(legs.len(), journey.hops.len());
            prop_assert!(legs.iter().flat_map(|l| l.nodes.iter().chain(&l.others)).all(|&n| n < chart.nodes.len()));
        }
        // One statement a line, whatever names are made of.
        for (text, ends) in [(topology::mermaid(&chart), "\"]})"), (topology::dot(&chart), ";{}")] {
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
            for line in text.lines().filter(|l| l.contains('"') && !l.starts_with("title:")) {
                let open = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
                prop_assert!(open % 2 == 0, "{line}");
                let line = line.trim_end_matches(":::assumed").trim_end_matches(":::failing");
                prop_assert!(line.ends_with(|c| ends.contains(c)), "{line}");
            }
        }
        // An edit elsewhere moves nothing: ids of what was drawn stay.
        let more = format!("{text}\n---\nkind: ConfigMap\napiVersion: v1\nmetadata: {{name: zz, namespace: zz}}");
        let (later, _) = drawn(&more, if nginx { "ingress-nginx" } else { "kubernetes" });
        prop_assert!(chart.nodes.iter().all(|n| later.find(&n.id).is_some()));
    }
}
