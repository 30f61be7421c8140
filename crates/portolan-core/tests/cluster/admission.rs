//! What is decided about an object in view of the others.

use super::{cluster, problems};

fn ingress(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n"
    )
}

fn class(name: &str, metadata: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: {name}, annotations: \
         {{ingressclass.kubernetes.io/is-default-class: \"true\"}}{metadata}}}\nspec: {{controller: a.com/{name}}}\n---\n"
    )
}

fn service(name: &str, spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n")
}

#[test]
fn the_later_of_two_replaces_the_earlier() {
    let text = service("web", "ports: [{port: 80}]") + &service("web", "ports: [{port: 81}]");
    let found = cluster(&text);
    assert_eq!(found.services.len(), 1);
    assert_eq!(found.service("default", "web").map(|s| s.ports[0].port.value), Some(81));
    let problem = &found.problems[0];
    assert_eq!(
        problems(&found),
        ["PT0204 warning Service default/web -: a later Service of this name replaces this one"]
    );
    assert!(problem.span.start < problem.related[0].span.start);
}

#[test]
fn an_update_that_is_refused_leaves_the_object_as_it_was() {
    let text = service("web", "ports: [{port: 80}]") + &service("web", "ports: []");
    let found = cluster(&text);
    assert_eq!(found.service("default", "web").map(|s| s.ports[0].port.value), Some(80));
    let text = service("web", "ports: []") + &service("web", "ports: [{port: 81}]");
    assert_eq!(cluster(&text).service("default", "web").map(|s| s.ports[0].port.value), Some(81));
}

#[test]
fn versions_and_the_default_namespace_do_not_make_two_objects() {
    let old = "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: web, namespace: default}\nspec: {rules: [{}]}\n---\n";
    let found = cluster(&(old.to_owned() + &ingress("web", "rules: [{}]")));
    assert_eq!(found.ingresses.len(), 1);
    let other = service("web", "ports: [{port: 80}]").replace("name: web", "name: web, namespace: b");
    let found = cluster(&(service("web", "ports: [{port: 80}]") + &other + &ingress("web", "rules: [{}]")));
    assert_eq!((found.services.len(), found.ingresses.len(), found.problems.len()), (2, 1, 0));
}

#[test]
fn generated_names_are_all_different() {
    let text = service("web", "ports: [{port: 80}]").replace("name: web", "generateName: web-");
    assert_eq!(cluster(&(text.clone() + &text)).services.len(), 2);
}

#[test]
fn a_node_port_is_one_services_only() {
    let text = service("a", "type: NodePort, ports: [{port: 80, nodePort: 30080}]")
        + &service("b", "type: NodePort, ports: [{port: 80, name: x}, {port: 81, name: z, nodePort: 30080}]");
    let found = cluster(&text);
    assert_eq!(
        problems(&found),
        [
            "PT0223 error Service default/b spec.ports[1].nodePort: node port 30080 is already allocated to Service default/a"
        ]
    );
    assert!(found.service("default", "a").is_some() && found.service("default", "b").is_none());
    assert!(found.refused_service("default", "b").is_some());
}

#[test]
fn a_cluster_ip_is_one_services_only_unless_it_is_none() {
    let two = |ip: &str| {
        let spec = format!("clusterIP: {ip}, ports: [{{port: 80}}]");
        problems(&cluster(&(service("a", &spec) + &service("b", &spec))))
    };
    assert_eq!(two("None"), [""; 0]);
    assert_eq!(
        two("10.0.0.1"),
        [
            "PT0223 error Service default/b spec.clusterIP: cluster IP 10.0.0.1 is already allocated to Service default/a"
        ]
    );
}

#[test]
fn the_default_class_goes_to_those_that_name_none() {
    let annotated = ingress("c", "rules: [{}]")
        .replace("name: c", "name: c, annotations: {kubernetes.io/ingress.class: x}");
    let all = ingress("a", "rules: [{}]") + &ingress("b", "ingressClassName: x, rules: [{}]") + &annotated;
    let defaulted = |classes: &str| -> Vec<Option<String>> {
        let found = cluster(&(all.clone() + classes));
        found.ingresses.into_iter().map(|i| i.class_defaulted).collect()
    };
    assert_eq!(defaulted(""), [None, None, None]);
    assert_eq!(defaulted(&class("one", "")), [Some("one".to_owned()), None, None]);
    // Of several, the newest; of those, the first by name. One without a timestamp is created now.
    let (old, new) =
        (", creationTimestamp: \"2024-01-01T00:00:00Z\"", ", creationTimestamp: \"2025-01-01T00:00:00Z\"");
    assert_eq!(defaulted(&(class("aa", old) + &class("bb", new)))[0].as_deref(), Some("bb"));
    assert_eq!(defaulted(&(class("bb", new) + &class("aa", new)))[0].as_deref(), Some("aa"));
    assert_eq!(defaulted(&(class("bb", "") + &class("aa", new)))[0].as_deref(), Some("bb"));
    // A class that is refused, or whose annotation is no "true", is none.
    assert_eq!(defaulted(&class("one", "").replace("a.com/one", "one"))[0], None);
    assert_eq!(defaulted(&class("one", "").replace("\"true\"", "\"True\""))[0], None);
}

#[test]
fn a_class_named_twice() {
    let both = |annotation: &str| {
        let text = ingress("a", "ingressClassName: x, rules: [{}]");
        let found = cluster(&text.replace(
            "name: a}",
            &format!("name: a, annotations: {{kubernetes.io/ingress.class: {annotation}}}}}"),
        ));
        (found.problems[0].severity, found.ingresses[0].admitted)
    };
    assert_eq!(both("x"), (portolan_core::problem::Severity::Info, true));
    assert_eq!(both("z"), (portolan_core::problem::Severity::Error, false));
}

#[test]
fn secrets_keep_no_values() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {kubectl.kubernetes.io/last-applied-configuration: \
                 'hunter2', a: b}}\ndata: {password: aHVudGVyMg==}\nstringData: {user: hunter2, password: hunter2}\n";
    let found = cluster(text);
    assert_eq!(problems(&found), [""; 0]);
    assert_eq!(found.secrets[0].keys, ["password", "user"]);
    let all = format!("{found:?}");
    assert!(!all.contains("hunter2") && !all.contains("aHVudGVyMg"), "{all}");
}
