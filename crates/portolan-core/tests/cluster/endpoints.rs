//! From a Service to its endpoints, and what stands behind a backend.

use super::cluster;
use portolan_core::cluster::{BackendState, Cluster, Knowledge, PortMixUp, ServiceEndpoints};

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: web}
  - {name: admin, port: 81, targetPort: 9000}
---
";

fn slice(name: &str, endpoints: &str, ports: &str) -> String {
    format!(
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: {name}\n  labels: \
         {{kubernetes.io/service-name: web}}\naddressType: IPv4\nendpoints: [{endpoints}]\nports: [{ports}]\n---\n"
    )
}

fn pod(name: &str, labels: &str, port: &str, status: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nspec:\n  containers:\n  - \
         {{name: c, image: i, ports: [{port}]}}\nstatus: {{{status}}}\n---\n"
    )
}

fn deployment(name: &str, labels: &str, rest: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, labels: {{app: web}}}}\nspec:\n  {rest}\n  \
         selector: {{matchLabels: {{{labels}}}}}\n  template:\n    metadata: {{labels: {{{labels}}}}}\n    spec: \
         {{containers: [{{name: c, image: i, ports: [{{name: web, containerPort: 3000}}]}}]}}\n---\n"
    )
}

/// The endpoints of port `number` of Service `web`.
fn endpoints(cluster: &Cluster, number: u16) -> ServiceEndpoints {
    let service = cluster.service("default", "web").expect("the Service");
    let port = service.ports.iter().find(|p| p.port.value == number).expect("the port");
    cluster.endpoints_of(service, port)
}

/// `address:port` of each target, with `!` where not ready.
fn targets(found: &ServiceEndpoints) -> Vec<String> {
    let address = |t: &portolan_core::cluster::Target| {
        let whose = t.address.as_ref().or(t.pod.as_ref()).map_or("?", String::as_str);
        let port = t.port.map_or("any".to_owned(), |p| p.to_string());
        format!("{whose}:{port}{}", if t.ready { "" } else { "!" })
    };
    found.targets.iter().map(address).collect()
}

#[test]
fn slices_are_merged_without_repetition() {
    let ports = "{name: http, port: 3000}, {name: admin, port: 9000}";
    let text = SERVICE.to_owned()
        + &slice(
            "web-a",
            "{addresses: [10.0.0.1], conditions: {ready: false}}, {addresses: [10.0.0.2]}",
            ports,
        )
        + &slice("web-b", "{addresses: [10.0.0.1]}, {addresses: [10.0.0.3, 10.0.0.4], nodeName: n1}", ports)
        + &pod("other", "app: web", "", "podIP: 10.0.0.9");
    let found = endpoints(&cluster(&text), 80);
    assert_eq!(found.knowledge, Knowledge::Known);
    assert_eq!(targets(&found), ["10.0.0.1:3000", "10.0.0.2:3000", "10.0.0.3:3000"]);
    assert_eq!(found.targets[2].node.as_deref(), Some("n1"));
    assert_eq!(targets(&endpoints(&cluster(&text), 81)), ["10.0.0.1:9000", "10.0.0.2:9000", "10.0.0.3:9000"]);
}

#[test]
fn a_slice_whose_port_has_another_name_is_no_help() {
    let text = SERVICE.to_owned() + &slice("web-a", "{addresses: [10.0.0.1]}", "{name: web, port: 3000}");
    let found = endpoints(&cluster(&text), 80);
    assert_eq!((found.knowledge, found.targets.len(), found.available()), (Knowledge::Known, 0, false));
    assert_eq!(found.without_port[0].object, "EndpointSlice default/web-a");
    assert_eq!(found.without_port[0].names, ["web"]);
}

#[test]
fn a_slice_without_a_port_number_is_open_for_all() {
    let text = SERVICE.to_owned() + &slice("web-a", "{addresses: [10.0.0.1]}", "{name: http}");
    assert_eq!(targets(&endpoints(&cluster(&text), 80)), ["10.0.0.1:any"]);
}

#[test]
fn conditions_of_slices() {
    let text = SERVICE.to_owned()
        + &slice(
            "web-a",
            "{addresses: [10.0.0.1], conditions: {ready: false, serving: true, terminating: true}}",
            "{name: http, port: 1}",
        );
    let found = endpoints(&cluster(&text), 80);
    let target = &found.targets[0];
    assert_eq!((target.ready, target.serving, target.terminating), (false, Some(true), true));
    assert!(found.available(), "kube-proxy falls back to those that serve while they terminate");
    let text = text.replace("serving: true", "serving: false");
    assert!(!endpoints(&cluster(&text), 80).available());
}

#[test]
fn endpoints_objects_count_as_slices() {
    let text = SERVICE.to_owned()
        + "apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets:\n- addresses: [{ip: 10.0.0.1}]\n  \
           notReadyAddresses: [{ip: 10.0.0.2}]\n  ports: [{name: http, port: 3000}]\n";
    let found = endpoints(&cluster(&text), 80);
    assert_eq!(found.knowledge, Knowledge::Known);
    assert_eq!(targets(&found), ["10.0.0.1:3000", "10.0.0.2:3000!"]);
}

#[test]
fn pods_by_label_with_named_ports_of_their_own() {
    let text = SERVICE.to_owned()
        + &pod(
            "a",
            "app: web",
            "{name: web, containerPort: 3000}",
            "podIP: 10.0.0.1, conditions: [{type: Ready, status: 'True'}]",
        )
        + &pod(
            "b",
            "app: web, v: '2'",
            "{name: web, containerPort: 4000}",
            "podIP: 10.0.0.2, conditions: [{type: Ready, status: 'False'}]",
        )
        + &pod("c", "app: web", "{name: web, protocol: UDP, containerPort: 5000}", "podIP: 10.0.0.3")
        + &pod("d", "app: web", "{name: web, containerPort: 3000}", "podIP: 10.0.0.4, phase: Succeeded")
        + &pod("e", "app: api", "{name: web, containerPort: 3000}", "podIP: 10.0.0.5");
    let found = endpoints(&cluster(&text), 80);
    assert_eq!(found.knowledge, Knowledge::FromPods);
    assert_eq!(targets(&found), ["10.0.0.1:3000", "10.0.0.2:4000!"]);
    assert_eq!(found.without_port.iter().map(|w| w.object.as_str()).collect::<Vec<_>>(), ["Pod default/c"]);
    // A number need not be declared by any container.
    assert_eq!(
        targets(&endpoints(&cluster(&text), 81)),
        ["10.0.0.1:9000", "10.0.0.2:9000!", "10.0.0.3:9000!"]
    );
    let text = text.replacen("spec:\n", "spec:\n  publishNotReadyAddresses: true\n", 1);
    assert_eq!(targets(&endpoints(&cluster(&text), 80)), ["10.0.0.1:3000", "10.0.0.2:4000"]);
}

#[test]
fn a_sidecar_may_have_the_named_port() {
    let text = SERVICE.to_owned()
        + "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: web}}\nspec:\n  initContainers:\n  - {name: i, \
           image: i, ports: [{name: web, containerPort: 1}]}\n  - {name: s, image: i, restartPolicy: Always, ports: \
           [{name: web, containerPort: 2}]}\n  containers: [{name: c, image: i}]\n";
    assert_eq!(targets(&endpoints(&cluster(&text), 80)), ["a:2"]);
}

#[test]
fn workloads_stand_for_the_pods_they_will_make() {
    let found = |rest| endpoints(&cluster(&(SERVICE.to_owned() + &deployment("web", "app: web", rest))), 80);
    let two = found("replicas: 2");
    assert_eq!(two.knowledge, Knowledge::FromWorkload);
    assert_eq!(targets(&two), ["web#1:3000", "web#2:3000"]);
    assert_eq!(targets(&found("paused: false")), ["web#1:3000"]);
    let none = found("replicas: 0");
    assert_eq!((none.knowledge, none.available()), (Knowledge::FromWorkload, false));
    let many = found("replicas: 2000000000");
    assert_eq!(many.targets.len() + many.omitted, 2_000_000_000);
    assert_eq!(many.targets.len(), ServiceEndpoints::MAX_TARGETS);
}

#[test]
fn a_daemon_set_has_a_pod_for_each_node_and_a_stateful_set_has_names() {
    let of =
        |kind: &str| deployment("web", "app: web", "minReadySeconds: 1").replace("kind: Deployment", kind);
    let node = |name| format!("apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n---\n");
    let daemon = SERVICE.to_owned() + &of("kind: DaemonSet") + &node("n1") + &node("n2");
    assert_eq!(targets(&endpoints(&cluster(&daemon), 80)), ["web#1:3000", "web#2:3000"]);
    let stateful = SERVICE.to_owned() + &of("kind: StatefulSet");
    assert_eq!(targets(&endpoints(&cluster(&stateful), 80)), ["web-0:3000"]);
}

#[test]
fn what_the_manifests_do_not_say_is_assumed() {
    let found = endpoints(&cluster(SERVICE), 80);
    assert_eq!((found.knowledge, found.available()), (Knowledge::Assumed, true));
    // Those of another namespace say nothing about this one.
    let elsewhere =
        deployment("web", "app: web", "").replace("{name: web, labels", "{name: web, namespace: b, labels");
    assert_eq!(endpoints(&cluster(&(SERVICE.to_owned() + &elsewhere)), 80).knowledge, Knowledge::Assumed);
}

#[test]
fn a_selector_that_misses_is_no_match_with_a_hint() {
    let text = SERVICE.to_owned() + &deployment("frontend", "app: web2, tier: front", "");
    let cluster = cluster(&text);
    let found = endpoints(&cluster, 80);
    assert_eq!((found.knowledge, found.available()), (Knowledge::NoMatch, false));
    let service = cluster.service("default", "web").expect("the Service");
    let miss = cluster.near_miss(service).expect("a near miss");
    assert_eq!(miss.object, "Deployment default/frontend");
    assert_eq!(miss.differences, [("app", "web", Some("web2"))]);
    assert!(miss.matches_own_labels, "the Deployment itself is labelled app=web");
}

#[test]
fn endpoints_of_others_make_their_absence_telling() {
    let other =
        slice("api-1", "{addresses: [10.0.0.1]}", "").replace("service-name: web", "service-name: api");
    assert_eq!(endpoints(&cluster(&(SERVICE.to_owned() + &other)), 80).knowledge, Knowledge::NoMatch);
}

#[test]
fn a_service_without_a_selector_selects_nothing() {
    for selector in ["", "  selector: {}\n", "  selector:\n"] {
        let text = SERVICE.replace("  selector: {app: web}\n", selector) + &pod("a", "app: web", "", "");
        assert_eq!(endpoints(&cluster(&text), 81).knowledge, Knowledge::NoMatch, "{selector}");
    }
}

#[test]
fn external_names_are_known_to_dns_only() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: a.org., \
                ports: [{port: 80}]}\n";
    let cluster = cluster(text);
    assert_eq!(endpoints(&cluster, 80).knowledge, Knowledge::External);
    let name = cluster.services[0].external_name.as_ref().map(|n| n.value.as_str());
    assert_eq!(name, Some("a.org"));
}

#[test]
fn refused_objects_back_nothing() {
    let text = SERVICE.to_owned() + &deployment("web", "app: web", "replicas: -1");
    assert_eq!(endpoints(&cluster(&text), 80).knowledge, Knowledge::Assumed);
}

/// What the default backend of an Ingress leads to.
fn backend(objects: &str, port: &str) -> String {
    let text = format!(
        "{objects}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{defaultBackend: \
         {{service: {{name: web, port: {{{port}}}}}}}}}\n"
    );
    let cluster = cluster(&text);
    let backend = cluster.ingresses[0].default_backend.as_ref().expect("the backend");
    match cluster.backend("default", backend) {
        BackendState::NoService { refused } => format!("no service, refused {}", refused.is_some()),
        BackendState::NoPort { meant, .. } => match meant {
            Some((port, how)) => format!("no port, meant {} {how:?}", port.port.value),
            None => "no port".to_owned(),
        },
        BackendState::Resolved { port, endpoints, .. } => {
            format!("{} {:?}", port.port.value, endpoints.knowledge)
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_backend_names_the_services_own_port() {
    let service = SERVICE
        .replace("port: 81,", "port: 81, nodePort: 30081,")
        .replace("spec:\n", "spec:\n  type: NodePort\n");
    for (port, leads_to) in [
        ("number: 80", "80 Assumed"),
        ("name: http", "80 Assumed"),
        ("name: admin", "81 Assumed"),
        ("number: 9000", &format!("no port, meant 81 {:?}", PortMixUp::TargetPort)),
        ("name: web", &format!("no port, meant 80 {:?}", PortMixUp::TargetPort)),
        ("number: 30081", &format!("no port, meant 81 {:?}", PortMixUp::NodePort)),
        ("name: htpp", &format!("no port, meant 80 {:?}", PortMixUp::Spelling)),
        ("number: 1", "no port"),
    ] {
        assert_eq!(backend(&service, port), leads_to, "{port}");
    }
    let single = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    assert_eq!(backend(single, "number: 1"), format!("no port, meant 80 {:?}", PortMixUp::OnlyPort));
}

#[test]
fn a_refused_service_is_not_there_but_can_be_named() {
    assert_eq!(backend("", "number: 80"), "no service, refused false");
    assert_eq!(backend(&SERVICE.replace("port: 80,", "port: 0,"), "number: 80"), "no service, refused true");
}

#[test]
fn names_nearby() {
    let cluster = cluster(&SERVICE.replace("{name: web}", "{name: frontend, namespace: shop}"));
    let similar = cluster.similar_service("shop", "fronted").map(|s| s.meta.full_name());
    assert_eq!(similar.as_deref(), Some("shop/frontend"));
    assert_eq!(cluster.similar_service("default", "fronted"), None);
    assert_eq!(cluster.namespaces_with_service("frontend").collect::<Vec<_>>(), ["shop"]);
}
