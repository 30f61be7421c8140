//! Versions that Kubernetes removed are read as today's, and can be converted.

use super::{cluster, fixed, problems};
use portolan_core::cluster::{BackendTarget, Ingress, PathType, PortRef};

const OLD: &str = "\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: web}
spec:
  backend:
    serviceName: fallback
    servicePort: http
  rules:
  - host: a.com
    http:
      paths:
      - path: /a
        backend:
          serviceName: a
          servicePort: 80
      - backend: {serviceName: b, servicePort: 8080}
        pathType: Exact
        path: /b
";

fn backends(ingress: &Ingress) -> Vec<(String, PortRef)> {
    let paths = ingress.rules.iter().flat_map(|r| r.paths.iter().flatten()).map(|p| &p.backend);
    let all = ingress.default_backend.iter().chain(paths);
    all.map(|b| match &b.target {
        BackendTarget::Service { name, port } => (name.value.clone(), port.value.clone()),
        other => panic!("{other:?}"),
    })
    .collect()
}

#[test]
fn an_old_ingress_is_read_in_todays_words() {
    for version in ["extensions/v1beta1", "networking.k8s.io/v1beta1"] {
        let cluster = cluster(&OLD.replace("extensions/v1beta1", version));
        let said = format!(
            "PT0205 warning Ingress default/web apiVersion: {version} of Ingress was removed in Kubernetes 1.22; read as networking.k8s.io/v1"
        );
        assert_eq!(problems(&cluster), [said]);
        let ingress = &cluster.ingresses[0];
        assert!(ingress.admitted);
        let name = PortRef::Name("http".to_owned());
        let expected = [("fallback", name), ("a", PortRef::Number(80)), ("b", PortRef::Number(8080))];
        assert_eq!(backends(ingress), expected.map(|(s, p)| (s.to_owned(), p)));
        let types: Vec<_> = ingress.rules[0]
            .paths
            .iter()
            .flatten()
            .map(|p| (p.path_type.value, p.path_type_defaulted))
            .collect();
        assert_eq!(types, [(PathType::ImplementationSpecific, true), (PathType::Exact, false)]);
    }
}

#[test]
fn the_fix_writes_the_same_ingress_as_v1() {
    let before = cluster(OLD);
    let text = fixed(OLD, &before);
    assert_eq!(
        text,
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend:
    service:
      name: fallback
      port:
        name: http
  rules:
  - host: a.com
    http:
      paths:
      - pathType: ImplementationSpecific
        path: /a
        backend:
          service:
            name: a
            port:
              number: 80
      - backend: {service: {name: b, port: {number: 8080}}}
        pathType: Exact
        path: /b
"
    );
    let after = cluster(&text);
    assert_eq!(problems(&after), [""; 0]);
    assert_eq!(backends(&after.ingresses[0]), backends(&before.ingresses[0]));
}

#[test]
fn what_shares_its_text_is_not_converted_by_itself() {
    let text = OLD
        .replace("backend:\n    serviceName", "backend: &b\n    serviceName")
        .replace("backend:\n          serviceName: a\n          servicePort: 80", "backend: *b");
    let cluster = cluster(&text);
    assert!(cluster.ingresses[0].admitted);
    assert!(cluster.problems[0].fixes.is_empty(), "{:#?}", cluster.problems);
}

#[test]
fn old_backends_are_validated_under_their_old_names() {
    let error = |from: &str, to: &str| {
        let found = problems(&cluster(&OLD.replace(from, to)));
        found.into_iter().filter(|p| p.contains(" error ")).collect::<Vec<_>>().join("; ")
    };
    let said = error("servicePort: 80\n", "servicePort: '80'\n");
    assert!(
        said.contains("spec.rules[0].http.paths[0].backend.servicePort: port name `80` must have a letter"),
        "{said}"
    );
    let said = error("serviceName: a\n", "resource: null\n");
    assert!(said.contains("paths[0].backend.serviceName: a backend needs the Service's name"), "{said}");
    let said = error("servicePort: http", "servicePort: 0");
    assert!(said.contains("spec.backend: a backend needs the Service's port"), "{said}");
}

#[test]
fn other_old_versions() {
    let deployment = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {metadata: \
                      {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}\n";
    let found = cluster(deployment);
    assert!(found.workloads[0].admitted, "the selector was optional: {:?}", found.problems);
    assert!(found.problems[0].fixes.is_empty(), "and is needed today");
    assert!(problems(&found)[0].contains("removed in Kubernetes 1.16; read as apps/v1"));
    let slice = "apiVersion: discovery.k8s.io/v1beta1\nkind: EndpointSlice\nmetadata: {name: web}\naddressType: IPv4\nendpoints: \
                 [{addresses: [10.0.0.1], topology: {kubernetes.io/hostname: n1}}]\n";
    let found = cluster(slice);
    assert_eq!(found.endpoints[0].subsets[0].endpoints[0].node.as_deref(), Some("n1"));
    assert!(found.problems[0].fixes.is_empty());
    let class = "apiVersion: networking.k8s.io/v1beta1\nkind: IngressClass\nmetadata: {name: web}\nspec: {controller: a.com/b}\n";
    assert_eq!(problems(&cluster(&fixed(class, &cluster(class)))), [""; 0]);
}

#[test]
fn a_kind_in_a_version_that_does_not_have_it() {
    let text = "apiVersion: v1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{}]}\n";
    let found = cluster(text);
    assert_eq!(problems(&found), ["PT0206 error Ingress web apiVersion: `v1` has no kind Ingress"]);
    assert_eq!((found.ingresses.len(), found.others.len()), (0, 1));
    assert_eq!(problems(&cluster(&fixed(text, &found))), [""; 0]);
    // Somebody else's kind of that name.
    assert_eq!(
        problems(&cluster("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\n")),
        [""; 0]
    );
    assert_eq!(
        problems(&cluster("apiVersion: config.openshift.io/v1\nkind: Ingress\nmetadata: {name: web}\n")),
        [""; 0]
    );
}
