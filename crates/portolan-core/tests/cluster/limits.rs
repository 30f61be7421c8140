//! Hostile input costs no more than its size.

use super::cluster;
use portolan_core::cluster::Cluster;
use portolan_core::manifest::read;
use std::fmt::Write;

#[test]
fn problems_are_counted_no_further_than_a_thousand() {
    let mut text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n".to_owned();
    for i in 0..20_000 {
        writeln!(text, "  field{i}: 1").expect("a String takes all");
    }
    let cluster = cluster(&text);
    assert_eq!(cluster.problems.len(), 1001);
    assert_eq!(cluster.problems[1000].code.0, "PT0299");
    assert!(!cluster.services[0].admitted, "what is not listed still counts");
}

/// Sizes at which anything quadratic would take minutes.
#[test]
fn many_objects_and_many_fields() {
    let n = 20_000;
    let mut text = String::new();
    for i in 0..n {
        write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{selector: {{app: a{i}}}, ports: [{{port: 80}}]}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, labels: {{app: a{i}, all: same}}}}\nspec: {{containers: [{{name: c, image: i}}]}}\n---\n"
        )
        .expect("a String takes all");
    }
    let cluster = cluster(&text);
    assert_eq!((cluster.services.len(), cluster.problems.len()), (n, 0));
    for service in &cluster.services {
        assert_eq!(cluster.endpoints_of(service, &service.ports[0]).targets.len(), 1);
    }
}

#[test]
fn long_texts_are_cut_in_messages() {
    let long = "X".repeat(1 << 20);
    let text = format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web}}\nspec:\n  ingressClassName: {long}\n  rules:\n  \
         - host: {long}\n  - host: \"{long}:80\"\n"
    );
    let cluster = cluster(&text);
    assert!(cluster.problems.len() >= 3);
    for problem in &cluster.problems {
        let texts = [Some(&problem.message), problem.help.as_ref()];
        assert!(texts.iter().flatten().all(|t| t.len() < 1000), "{} bytes", problem.message.len());
    }
}

#[test]
fn one_object_with_very_many_entries() {
    let n = 20_000;
    let mut labels = String::new();
    let mut ports = String::new();
    for i in 0..n {
        write!(labels, "l{i}: v, ").expect("a String takes all");
        write!(ports, "{{name: p{i}, port: {}}}, ", i + 1).expect("a String takes all");
    }
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec: {{selector: {{matchLabels: {{{labels}}}}}, template: \
         {{metadata: {{labels: {{{labels}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}}}\n---\napiVersion: v1\nkind: \
         Service\nmetadata: {{name: s}}\nspec: {{selector: {{{labels}}}, ports: [{ports}]}}\n"
    );
    let manifest = read([("m.yaml", text)]);
    let cluster = Cluster::build(&manifest);
    assert_eq!(cluster.problems, []);
    let service = cluster.service("default", "s").expect("the Service");
    assert_eq!(cluster.endpoints_of(service, &service.ports[n - 1]).targets.len(), 1);
}
