//! Types and names of fields.

use super::{cluster, fixed, problems};

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {a: b}
spec:
  rules:
  - host: a.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
";

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - port: 80\n";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: i
        args: [a]
        env:
        - {name: A, value: b}
";

/// Text, what of it is replaced by what, the first problem, whether its fix mends all.
#[rustfmt::skip]
pub const ROWS: &[(&str, &str, &str, &str, bool)] = &[
    // Types.
    (INGRESS, "number: 80", "number: \"80\"", "PT0203 error Ingress default/web spec.rules[0].http.paths[0].backend.service.port.number: `number` must be a number, but this is a string", true),
    (INGRESS, "number: 80", "number: http", "PT0203 error Ingress default/web spec.rules[0].http.paths[0].backend.service.port.number: `number` must be a number, but this is a string", false),
    (INGRESS, "number: 80", "number: 80.5", "PT0203 error Ingress default/web spec.rules[0].http.paths[0].backend.service.port.number: `number` must be a whole number that fits in 32 bits", false),
    (INGRESS, "number: 80", "number: 99999999999", "PT0203 error Ingress default/web spec.rules[0].http.paths[0].backend.service.port.number: `number` must be a whole number that fits in 32 bits", false),
    (DEPLOYMENT, "      containers:", "      terminationGracePeriodSeconds: 1.5\n      containers:", "PT0203 error Deployment default/web spec.template.spec.terminationGracePeriodSeconds: `terminationGracePeriodSeconds` must be a whole number that fits in 64 bits", false),
    (INGRESS, "{a: b}", "{a: true}", "PT0203 error Ingress default/web metadata.annotations[a]: `a` must be a string, but this is a boolean", true),
    (INGRESS, "{a: b}", "{a: on}", "PT0203 error Ingress default/web metadata.annotations[a]: `a` must be a string, but this is a boolean", true),
    (INGRESS, "{a: b}", "{a: 10}", "PT0203 error Ingress default/web metadata.annotations[a]: `a` must be a string, but this is a number", true),
    (INGRESS, "{a: b}", "{a: 1.50}", "PT0203 error Ingress default/web metadata.annotations[a]: `a` must be a string, but this is a number", true),
    (INGRESS, "{a: b}", "{a: {b: c}}", "PT0203 error Ingress default/web metadata.annotations[a]: `a` must be a string, but this is an object", false),
    (INGRESS, "{a: b}", "[a]", "PT0203 error Ingress default/web metadata.annotations: `annotations` must be an object, but this is an array", false),
    (INGRESS, "name: web\n  annot", "name: yes\n  annot", "PT0203 error Ingress default/yes metadata.name: `name` must be a string, but this is a boolean", true),
    (INGRESS, "  - host: a.com\n    http:", "    host: a.com\n    http:", "PT0203 error Ingress default/web spec.rules: `rules` must be an array, but this is an object", false),
    (INGRESS, "backend:\n", "backend: web\n        ignored:\n", "PT0203 error Ingress default/web spec.rules[0].http.paths[0].backend: `backend` must be an object, but this is a string", false),
    (SERVICE, "spec:\n", "spec:\n  externalIPs: 192.0.2.1\n", "PT0203 error Service default/web spec.externalIPs: `externalIPs` must be an array, but this is a string", true),
    (SERVICE, "spec:\n", "spec:\n  publishNotReadyAddresses: \"true\"\n", "PT0203 error Service default/web spec.publishNotReadyAddresses: `publishNotReadyAddresses` must be a boolean, but this is a string", true),
    (SERVICE, "spec:\n", "spec:\n  selector: {app: 0777}\n", "PT0203 error Service default/web spec.selector[app]: `app` must be a string, but this is a number", true),
    (DEPLOYMENT, "[a]", "[80]", "PT0203 error Deployment default/web spec.template.spec.containers[0].args[0]: `args[0]` must be a string, but this is a number", true),
    (DEPLOYMENT, "value: b", "value: 80", "PT0203 error Deployment default/web spec.template.spec.containers[0].env[0].value: `value` must be a string, but this is a number", true),
    // Names.
    (INGRESS, "host:", "hots:", "PT0202 warning Ingress default/web spec.rules[0].hots: `rules[0]` has no field `hots`", true),
    (INGRESS, "pathType:", "pathtype:", "PT0202 warning Ingress default/web spec.rules[0].http.paths[0].pathtype: `paths[0]` has no field `pathtype`", true),
    (INGRESS, "service:\n            name: web\n            port:\n              number: 80", "serviceName: web\n          servicePort: 80", "PT0202 warning Ingress default/web spec.rules[0].http.paths[0].backend.serviceName: `backend` has no field `serviceName`", true),
    (INGRESS, "backend:\n          service:\n            name: web\n            port:\n              number: 80", "backend: {serviceName: web, servicePort: http}", "PT0202 warning Ingress default/web spec.rules[0].http.paths[0].backend.serviceName: `backend` has no field `serviceName`", true),
    (INGRESS, "spec:\n", "spec:\n  backend: {service: {name: web, port: {number: 80}}}\n", "PT0202 warning Ingress default/web spec.backend: `spec` has no field `backend`", true),
    (INGRESS, "spec:\n", "annotations: {a: b}\nspec:\n", "PT0202 warning Ingress default/web annotations: an Ingress has no field `annotations`", false),
    (SERVICE, "- port: 80", "- port: 80\n    targetport: 8080", "PT0202 warning Service default/web spec.ports[0].targetport: `ports[0]` has no field `targetport`", true),
    (SERVICE, "spec:\n", "spec:\n  colour: blue\n", "PT0202 warning Service default/web spec.colour: `spec` has no field `colour`", false),
];

#[test]
fn wrong_types_and_unknown_names() {
    for &(text, from, to, first, mends) in ROWS {
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        let found = cluster(&text);
        let said = problems(&found);
        assert_eq!(said.first().map(String::as_str), Some(first), "{text}");
        let mended = fixed(&text, &found);
        let left = problems(&cluster(&mended));
        assert_eq!(left.is_empty(), mends, "{mended}\n{left:#?}");
    }
}

#[test]
fn help_says_where_a_field_belongs() {
    let help = |text: &str, from: &str, to: &str| {
        let found = cluster(&text.replacen(from, to, 1));
        found.problems[0].help.clone().unwrap_or_default()
    };
    let cases = [
        (INGRESS, "spec:\n", "annotations: {a: b}\nspec:\n", "it belongs under `metadata`"),
        (INGRESS, "  - host: a.com\n", "  - host: a.com\n    paths: []\n", "it belongs under `http`"),
        (
            INGRESS,
            "    http:\n",
            "    http:\n      host: a.com\n",
            "it belongs to `rules[0]`, one level further left",
        ),
        (SERVICE, "spec:\n", "spec:\n  targetPort: 80\n", "it belongs under `ports`"),
        (SERVICE, "{name: web}", "{name: web, spec: {}}", "it belongs to the object, one level further left"),
        (SERVICE, "spec:\n", "spec:\n  typ: NodePort\n", "did you mean `type`?"),
        (INGRESS, "{a: b}", "{a: on}", "Kubernetes reads the bare word `on` as true; quoted, it is a string"),
    ];
    for (text, from, to, says) in cases {
        let help = help(text, from, to);
        assert!(help.starts_with(says), "{to}: {help}");
    }
}

#[test]
fn what_kubectl_get_prints_is_known() {
    let text = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {}
  creationTimestamp: \"2024-01-02T03:04:05Z\"
  finalizers: [a.com/b]
  generation: 2
  managedFields:
  - apiVersion: networking.k8s.io/v1
    fieldsType: FieldsV1
    fieldsV1: {f:spec: {}}
    manager: kubectl
  name: web
  namespace: shop
  ownerReferences: []
  resourceVersion: \"1\"
  selfLink: /apis
  uid: 0b1c
spec:
  rules: [{}]
status:
  loadBalancer:
    ingress: [{ip: 192.0.2.1}]
";
    let found = cluster(text);
    assert_eq!(problems(&found), [""; 0]);
    assert_eq!(found.ingresses[0].meta.created, Some(1_704_164_645));
}

#[test]
fn nulls_are_nothing() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: null, annotations: {a: null}}\nspec:\n  selector:\n  \
                type:\n  ports:\n  - {port: 80, targetPort: null, name: null, nodePort: null}\nstatus:\n";
    let found = cluster(text);
    assert_eq!(problems(&found), [""; 0]);
    assert_eq!(found.services[0].meta.annotation("a").map(|a| a.value.as_str()), Some(""));
}

#[test]
fn objects_that_nobody_can_name() {
    for (text, said) in [
        ("kind: Service\n", "this Service has no `apiVersion`"),
        ("apiVersion: v1\n", "this object has no `kind`"),
        ("apiVersion: v1\nkind: Service\n", "this Service has no `metadata.name`"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: ''}\n", "this Service has no `metadata.name`"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: {a: b}}\n", "this Service has no `metadata.name`"),
    ] {
        let found = cluster(text);
        assert_eq!(found.problems.len(), 1, "{text}");
        assert_eq!((found.problems[0].code.0, found.problems[0].message.as_str()), ("PT0201", said));
        assert!(found.services.is_empty() && found.others.is_empty());
    }
}
