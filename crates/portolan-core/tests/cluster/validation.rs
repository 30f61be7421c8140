//! Each rule of the API server's validation: what is refused, where, and that its fix mends it.

use super::{cluster, fixed, problems};

/// An object whose part `{}` is to be filled in.
pub struct Frame(&'static str);

impl Frame {
    /// The object with this part.
    pub fn with(&self, part: &str) -> String {
        self.0.replace("{}", part)
    }
}

const PATH: Frame = Frame(
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - host: a.com\n    \
     http:\n      paths:\n      - {}\n",
);
const TYPED: Frame = Frame(
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - http:\n      \
     paths:\n      - {}\n        backend: {service: {name: web, port: {number: 80}}}\n",
);
const BACKEND: Frame = Frame(
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  defaultBackend:\n    {}\n",
);
const SPEC: Frame =
    Frame("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  {}\n");
const HOST: Frame = Frame(
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - host: {}\n",
);
const CLASS: Frame =
    Frame("apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: web}\nspec:\n  {}\n");
const SERVICE: Frame = Frame("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  {}\n");
const PORTS: Frame = Frame("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - {}\n");
const SLICE: Frame =
    Frame("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1}\n{}\n");
const ENDPOINTS: Frame = Frame("apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets:\n- {}\n");
const POD: Frame = Frame("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  {}\n");
const DEPLOYMENT: Frame =
    Frame("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  {}\n");
const META: Frame = Frame("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  {}\n");
const SECRET: Frame = Frame("apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n{}\n");

const WEB: &str = "{service: {name: web, port: {number: 80}}}";

/// Frame, part, and the one error: code, field, what its message says.
#[rustfmt::skip]
pub const REFUSED: &[(&Frame, &str, &str, &str, &str)] = &[
    // The Ingress as a whole.
    (&SPEC, "ingressClassName: nginx", "PT0214", "spec", "needs `rules` or a `defaultBackend`"),
    (&SPEC, "rules: [{http: {}}]", "PT0214", "spec.rules[0].http.paths", "at least one entry"),
    (&SPEC, "rules: [{}]\n  ingressClassName: Nginx", "PT0215", "spec.ingressClassName", "lower-case"),
    (&SPEC, "rules: [{}]\n  ingressClassName: ''", "PT0215", "spec.ingressClassName", "class `` must not be empty"),
    (&SPEC, "rules: [{}]\n  tls: [{secretName: A_b}]", "PT0207", "spec.tls[0].secretName", "`A_b`"),
    (&SPEC, "rules: [{}]\n  tls: [{hosts: [a.com, 'b.com:443']}]", "PT0211", "spec.tls[0].hosts[1]", "`b.com:443`"),
    // Hosts.
    (&HOST, "Foo.com", "PT0211", "spec.rules[0].host", "host `Foo.com` may hold only lower-case"),
    (&HOST, "\"Foo.com\"", "PT0211", "spec.rules[0].host", "`Foo.com`"),
    (&HOST, "a.com:8080", "PT0211", "spec.rules[0].host", "`a.com:8080`"),
    (&HOST, "http://a.com/x", "PT0211", "spec.rules[0].host", "`http://a.com/x`"),
    (&HOST, "a.com.", "PT0211", "spec.rules[0].host", "must start and end"),
    (&HOST, "a..com", "PT0211", "spec.rules[0].host", "must start and end"),
    (&HOST, "-a.com", "PT0211", "spec.rules[0].host", "must start and end"),
    (&HOST, "a_b.com", "PT0211", "spec.rules[0].host", "`a_b.com`"),
    (&HOST, "10.0.0.1", "PT0211", "spec.rules[0].host", "is an IP address"),
    (&HOST, "'*'", "PT0211", "spec.rules[0].host", "whole first label"),
    (&HOST, "'*com'", "PT0211", "spec.rules[0].host", "whole first label"),
    (&HOST, "'a.*.com'", "PT0211", "spec.rules[0].host", "whole first label"),
    (&HOST, "'*.*.com'", "PT0211", "spec.rules[0].host", "whole first label"),
    (&HOST, "'*.Foo.com'", "PT0211", "spec.rules[0].host", "whole first label"),
    // Path types and paths.
    (&TYPED, "path: /", "PT0210", "spec.rules[0].http.paths[0].pathType", "must be specified"),
    (&TYPED, "pathType: prefix\n        path: /", "PT0210", "spec.rules[0].http.paths[0].pathType", "`prefix` is no path type"),
    (&TYPED, "pathType: ''\n        path: /", "PT0210", "spec.rules[0].http.paths[0].pathType", "`` is no path type"),
    (&TYPED, "pathType: Prefix", "PT0212", "spec.rules[0].http.paths[0].path", "`path` must be specified"),
    (&TYPED, "pathType: Exact\n        path: ''", "PT0212", "spec.rules[0].http.paths[0].path", "must start with `/`"),
    (&TYPED, "pathType: Prefix\n        path: foo", "PT0212", "spec.rules[0].http.paths[0].path", "`foo` must start with `/`"),
    (&TYPED, "pathType: ImplementationSpecific\n        path: ^/a", "PT0212", "spec.rules[0].http.paths[0].path", "must start with `/`"),
    (&TYPED, "pathType: Prefix\n        path: /a//b", "PT0212", "spec.rules[0].http.paths[0].path", "must not contain `//`"),
    (&TYPED, "pathType: Exact\n        path: /a/./b", "PT0212", "spec.rules[0].http.paths[0].path", "must not contain `/./`"),
    (&TYPED, "pathType: Exact\n        path: /a/../b", "PT0212", "spec.rules[0].http.paths[0].path", "must not contain `/../`"),
    (&TYPED, "pathType: Exact\n        path: /a%2fb", "PT0212", "spec.rules[0].http.paths[0].path", "must not contain `%2f`"),
    (&TYPED, "pathType: Exact\n        path: /a%2Fb", "PT0212", "spec.rules[0].http.paths[0].path", "must not contain `%2F`"),
    (&TYPED, "pathType: Exact\n        path: /a/..", "PT0212", "spec.rules[0].http.paths[0].path", "must not end with `/..`"),
    (&TYPED, "pathType: Exact\n        path: /a/.", "PT0212", "spec.rules[0].http.paths[0].path", "must not end with `/.`"),
    // Backends.
    (&PATH, "{path: /, pathType: Prefix}", "PT0213", "spec.rules[0].http.paths[0].backend", "needs `service` or `resource`"),
    (&BACKEND, "resource: {kind: B, name: b}\n    service: {name: web, port: {number: 80}}", "PT0213", "spec.defaultBackend", "not both"),
    (&BACKEND, "service: {port: {number: 80}}", "PT0213", "spec.defaultBackend.service.name", "the Service's name"),
    (&BACKEND, "service: {name: web}", "PT0213", "spec.defaultBackend", "the Service's port"),
    (&BACKEND, "service: {name: web, port: {number: 0}}", "PT0213", "spec.defaultBackend", "the Service's port"),
    (&BACKEND, "service: {name: web, port: {number: 80, name: http}}", "PT0213", "spec.defaultBackend", "not by both"),
    (&BACKEND, "service: {name: web, port: {number: 65536}}", "PT0220", "spec.defaultBackend.service.port.number", "between 1 and 65535"),
    (&BACKEND, "service: {name: web, port: {number: -1}}", "PT0220", "spec.defaultBackend.service.port.number", "between 1 and 65535"),
    (&BACKEND, "service: {name: web, port: {name: '80'}}", "PT0220", "spec.defaultBackend.service.port.name", "must have a letter"),
    (&BACKEND, "service: {name: web, port: {name: HTTP}}", "PT0220", "spec.defaultBackend.service.port.name", "lower-case"),
    (&BACKEND, "service: {name: web, port: {name: a-very-long-name}}", "PT0220", "spec.defaultBackend.service.port.name", "15 characters"),
    (&BACKEND, "service: {name: web, port: {name: a--b}}", "PT0220", "spec.defaultBackend.service.port.name", "two hyphens"),
    (&BACKEND, "service: {name: web, port: {name: -ab}}", "PT0220", "spec.defaultBackend.service.port.name", "start or end"),
    (&BACKEND, "service: {name: other/web, port: {number: 80}}", "PT0207", "spec.defaultBackend.service.name", "`other/web`"),
    (&BACKEND, "resource: {name: b}", "PT0213", "spec.defaultBackend.resource.kind", "needs a `kind`"),
    (&BACKEND, "resource: {kind: B}", "PT0213", "spec.defaultBackend.resource.name", "needs a `name`"),
    (&BACKEND, "resource: {kind: B, name: a/b}", "PT0207", "spec.defaultBackend.resource.name", "must not hold"),
    (&BACKEND, "resource: {apiGroup: A, kind: B, name: b}", "PT0207", "spec.defaultBackend.resource.apiGroup", "`A`"),
    // IngressClass.
    (&CLASS, "{}", "PT0215", "spec.controller", "needs `spec.controller`"),
    (&CLASS, "controller: nginx", "PT0215", "spec.controller", "a domain and a path"),
    (&CLASS, "controller: Nginx.org/x", "PT0215", "spec.controller", "lower-case DNS name"),
    (&CLASS, "controller: 'a.com/x y'", "PT0215", "spec.controller", "not allowed"),
    (&CLASS, "controller: a.com/x\n  parameters: {kind: P, name: p, scope: Namespace}", "PT0215", "spec.parameters.namespace", "need a `namespace`"),
    (&CLASS, "controller: a.com/x\n  parameters: {kind: P, name: p, namespace: ns}", "PT0215", "spec.parameters.namespace", "have no `namespace`"),
    (&CLASS, "controller: a.com/x\n  parameters: {kind: P, name: p, scope: World}", "PT0209", "spec.parameters.scope", "`World`"),
    // Service ports.
    (&SERVICE, "selector: {app: web}", "PT0220", "spec.ports", "needs `ports`"),
    (&PORTS, "{name: http}", "PT0220", "spec.ports[0].port", "must be specified"),
    (&PORTS, "{port: 70000}", "PT0220", "spec.ports[0].port", "70000 is not between"),
    (&PORTS, "{port: 80}\n  - {port: 81, name: b}", "PT0220", "spec.ports[0].name", "where there are several"),
    (&PORTS, "{port: 80, name: a}\n  - {port: 81, name: a}", "PT0220", "spec.ports[1].name", "two ports are named `a`"),
    (&PORTS, "{port: 80, name: a}\n  - {port: 80, name: b}", "PT0220", "spec.ports[1]", "port 80 TCP is there twice"),
    (&PORTS, "{port: 80, name: Web}", "PT0220", "spec.ports[0].name", "`Web`"),
    (&PORTS, "{port: 80, targetPort: 70000}", "PT0220", "spec.ports[0].targetPort", "70000"),
    (&PORTS, "{port: 80, targetPort: '8080'}", "PT0220", "spec.ports[0].targetPort", "`8080` must have a letter"),
    (&PORTS, "{port: 80, protocol: tcp}", "PT0209", "spec.ports[0].protocol", "`tcp`"),
    (&PORTS, "{port: 80, protocol: HTTP}", "PT0209", "spec.ports[0].protocol", "`HTTP`"),
    (&PORTS, "{port: 80, appProtocol: 'a b'}", "PT0207", "spec.ports[0].appProtocol", "`a b`"),
    (&PORTS, "{port: 80, nodePort: 30080}", "PT0221", "spec.ports[0].nodePort", "type ClusterIP"),
    (&PORTS, "{port: 10250}\n  type: LoadBalancer", "PT0220", "spec.ports[0]", "kubelet"),
    (&PORTS, "{port: 80, name: a, nodePort: 30080}\n  - {port: 81, name: b, nodePort: 30080}\n  type: NodePort", "PT0220", "spec.ports[1].nodePort", "there twice"),
    // Service types and their fields.
    (&PORTS, "{port: 80}\n  type: Nodeport", "PT0209", "spec.type", "not `Nodeport`"),
    (&PORTS, "{port: 80}\n  type: NodePort\n  clusterIP: None", "PT0221", "spec.clusterIP", "cannot be headless"),
    (&SERVICE, "type: ExternalName", "PT0221", "spec.externalName", "needs `externalName`"),
    (&SERVICE, "type: ExternalName\n  externalName: http://a.com", "PT0211", "spec.externalName", "`http://a.com`"),
    (&SERVICE, "type: ExternalName\n  externalName: a.com\n  clusterIP: 10.0.0.1", "PT0221", "spec.clusterIP", "has no `clusterIP`"),
    (&PORTS, "{port: 80}\n  sessionAffinity: Cookie", "PT0209", "spec.sessionAffinity", "`Cookie`"),
    (&PORTS, "{port: 80}\n  sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}", "PT0209", "spec.sessionAffinityConfig.clientIP.timeoutSeconds", "between 1 and 86400"),
    (&PORTS, "{port: 80}\n  externalTrafficPolicy: Local", "PT0221", "spec.externalTrafficPolicy", "from outside"),
    (&PORTS, "{port: 80}\n  type: NodePort\n  externalTrafficPolicy: local", "PT0209", "spec.externalTrafficPolicy", "`local`"),
    (&PORTS, "{port: 80}\n  internalTrafficPolicy: Node", "PT0209", "spec.internalTrafficPolicy", "`Node`"),
    (&PORTS, "{port: 80}\n  loadBalancerClass: a.com/b", "PT0221", "spec.loadBalancerClass", "LoadBalancer"),
    (&PORTS, "{port: 80}\n  allocateLoadBalancerNodePorts: true", "PT0221", "spec.allocateLoadBalancerNodePorts", "LoadBalancer"),
    (&PORTS, "{port: 80}\n  loadBalancerSourceRanges: [10.0.0.0/8]", "PT0221", "spec.loadBalancerSourceRanges", "LoadBalancer"),
    (&PORTS, "{port: 80}\n  type: LoadBalancer\n  loadBalancerSourceRanges: [10.0.0.0]", "PT0222", "spec.loadBalancerSourceRanges[0]", "no CIDR"),
    (&PORTS, "{port: 80}\n  type: LoadBalancer\n  healthCheckNodePort: 30000", "PT0221", "spec.healthCheckNodePort", "Local"),
    (&PORTS, "{port: 80}\n  clusterIP: 10.0.0", "PT0222", "spec.clusterIP", "no IP address"),
    (&PORTS, "{port: 80}\n  clusterIPs: [10.0.0.1]", "PT0222", "spec.clusterIPs", "must be empty"),
    (&PORTS, "{port: 80}\n  clusterIP: 10.0.0.1\n  clusterIPs: [10.0.0.2]", "PT0222", "spec.clusterIPs", "must be the same"),
    (&PORTS, "{port: 80}\n  externalIPs: [127.0.0.1]", "PT0222", "spec.externalIPs[0]", "loopback"),
    (&PORTS, "{port: 80}\n  externalIPs: [a.com]", "PT0222", "spec.externalIPs[0]", "no IP address"),
    (&PORTS, "{port: 80}\n  selector: {app: a b}", "PT0207", "spec.selector[app]", "`a b`"),
    // Endpoints.
    (&SLICE, "endpoints: []", "PT0230", "addressType", "needs `addressType`"),
    (&SLICE, "addressType: ipv4", "PT0209", "addressType", "`ipv4`"),
    (&SLICE, "addressType: IPv4\nendpoints: [{}]", "PT0230", "endpoints[0].addresses", "needs an address"),
    (&SLICE, "addressType: IPv4\nendpoints: [{addresses: ['::1']}]", "PT0222", "endpoints[0].addresses[0]", "no IPv4 address"),
    (&SLICE, "addressType: IPv4\nendpoints: [{addresses: [10.0.0]}]", "PT0222", "endpoints[0].addresses[0]", "no IP address"),
    (&SLICE, "addressType: IPv4\nendpoints: [{addresses: [169.254.0.1]}]", "PT0222", "endpoints[0].addresses[0]", "link-local"),
    (&SLICE, "addressType: IPv4\nports: [{port: 1}, {port: 2}]", "PT0220", "ports[1].name", "same name"),
    (&ENDPOINTS, "{ports: [{port: 80}]}", "PT0230", "subsets[0]", "needs `addresses`"),
    (&ENDPOINTS, "{addresses: [{ip: 10.0.0.1}], ports: [{name: a}]}", "PT0220", "subsets[0].ports[0].port", "must be specified"),
    (&ENDPOINTS, "{addresses: [{hostname: a}]}", "PT0222", "subsets[0].addresses[0].ip", "needs an `ip`"),
    // Pods and workloads.
    (&POD, "containers: []", "PT0240", "spec.containers", "needs `containers`"),
    (&POD, "containers: [{name: a}]", "PT0240", "spec.containers[0].image", "needs an `image`"),
    (&POD, "containers: [{image: a}]", "PT0240", "spec.containers[0].name", "needs a `name`"),
    (&POD, "containers: [{name: a, image: a}, {name: a, image: a}]", "PT0240", "spec.containers[1].name", "two containers"),
    (&POD, "containers: [{name: a, image: a, ports: [{name: http}]}]", "PT0220", "spec.containers[0].ports[0].containerPort", "must be specified"),
    (&POD, "containers: [{name: a, image: a, ports: [{name: Http, containerPort: 1}]}]", "PT0220", "spec.containers[0].ports[0].name", "`Http`"),
    (&POD, "hostNetwork: true\n  containers: [{name: a, image: a, ports: [{hostPort: 2, containerPort: 1}]}]", "PT0220", "spec.containers[0].ports[0].hostPort", "must be the same"),
    (&DEPLOYMENT, "template: {spec: {containers: [{name: a, image: a}]}}", "PT0240", "spec.selector", "needs `spec.selector`"),
    (&DEPLOYMENT, "selector: {}\n  template: {spec: {containers: [{name: a, image: a}]}}", "PT0240", "spec.selector", "must not be empty"),
    (&DEPLOYMENT, "selector: {matchLabels: {app: a}}\n  template: {metadata: {labels: {app: b}}, spec: {containers: [{name: a, image: a}]}}", "PT0240", "spec.template.metadata.labels", "does not match"),
    (&DEPLOYMENT, "selector: {matchExpressions: [{key: app, operator: In, values: [a]}]}\n  template: {spec: {containers: [{name: a, image: a}]}}", "PT0240", "spec.template.metadata.labels", "does not match"),
    (&DEPLOYMENT, "replicas: -1\n  selector: {matchLabels: {app: a}}\n  template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}", "PT0240", "spec.replicas", "negative"),
    (&DEPLOYMENT, "selector: {matchLabels: {app: a}}\n  template: {metadata: {labels: {app: a}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}", "PT0240", "spec.template.spec.restartPolicy", "`Never`"),
    // Metadata and data.
    (&META, "name: My_Map", "PT0207", "metadata.name", "`My_Map`"),
    (&META, "name: Web", "PT0207", "metadata.name", "`Web`"),
    (&META, "name: web\n  namespace: a.b", "PT0207", "metadata.namespace", "`a.b`"),
    (&META, "name: web\n  labels: {app: -a}", "PT0207", "metadata.labels[app]", "`-a`"),
    (&META, "name: web\n  labels: {a/b/c: x}", "PT0207", "metadata.labels", "more than one `/`"),
    (&META, "name: web\n  annotations: {a b: x}", "PT0207", "metadata.annotations", "`a b`"),
    (&SECRET, "type: kubernetes.io/tls\ndata: {tls.crt: QQ==}", "PT0250", "data[tls.key]", "needs the key `tls.key`"),
    (&SECRET, "data: {a: 'not base64'}", "PT0250", "data[a]", "is not base64"),
    (&SECRET, "data: {a b: QQ==}", "PT0250", "data[a b]", "`a b`"),
];

#[test]
fn what_is_refused_and_why() {
    for &(frame, part, code, field, says) in REFUSED {
        let text = frame.with(part);
        let cluster = cluster(&text);
        let errors: Vec<_> = problems(&cluster).into_iter().filter(|p| p.contains(" error ")).collect();
        let [error] = errors.as_slice() else { panic!("{text}\n{errors:#?}") };
        assert!(error.starts_with(code) && error.contains(&format!(" {field}: ")), "{text}\n{error}");
        assert!(error.contains(says), "{text}\n{error}");
        assert!(!admitted(&cluster), "{text}\n{error}");
    }
}

#[test]
fn a_fix_mends_what_it_is_offered_for() {
    let mut fixes = 0;
    for &(frame, part, ..) in REFUSED {
        let text = frame.with(part);
        let before = cluster(&text);
        if before.problems.iter().all(|p| p.fixes.is_empty()) {
            continue;
        }
        let mended = fixed(&text, &before);
        fixes += 1;
        assert_eq!(problems(&cluster(&mended)), [""; 0], "{text}\n=>\n{mended}");
    }
    assert!(fixes >= 15, "{fixes}");
}

/// Frame and part: all of these are admitted, without a word.
#[rustfmt::skip]
const ACCEPTED: &[(&Frame, &str)] = &[
    (&SPEC, "rules: [{}]"),
    (&SPEC, "rules: [{host: a.com}]\n  tls: [{}]"),
    (&SPEC, "rules: [{}, {}]\n  tls: [{hosts: ['*.a.com', unknown.org], secretName: a.b}]"),
    (&HOST, "''"),
    (&HOST, "null"),
    (&HOST, "localhost"),
    (&HOST, "'*.a.com'"),
    (&HOST, "1a.2b"),
    (&HOST, "xn--bcher-kva.example"),
    (&TYPED, "pathType: Prefix\n        path: /"),
    (&TYPED, "pathType: Exact\n        path: /a.b/..c/%2e"),
    (&TYPED, "pathType: ImplementationSpecific"),
    (&TYPED, "pathType: ImplementationSpecific\n        path: ''"),
    (&TYPED, "pathType: ImplementationSpecific\n        path: /a//b/../%2f/."),
    (&TYPED, "pathType: ImplementationSpecific\n        path: /a(/|$)(.*)"),
    (&PATH, "{path: /, pathType: Prefix, backend: {resource: {apiGroup: k8s.example.com, kind: Bucket, name: b}}}"),
    (&PATH, "{path: /, pathType: Prefix, backend: {service: {name: no-such, port: {name: x}}}}"),
    (&CLASS, "controller: k8s.io/ingress-nginx\n  parameters: {kind: P, name: p, scope: Namespace, namespace: ns}"),
    (&CLASS, "controller: a.com/x\n  parameters: {apiGroup: a.com, kind: P, name: p}"),
    (&PORTS, "{port: 80, targetPort: http, appProtocol: kubernetes.io/h2c}"),
    (&PORTS, "{port: 80, protocol: TCP, name: a}\n  - {port: 80, protocol: UDP, name: b}"),
    (&PORTS, "{port: 80, targetPort: 0, name: '1'}"),
    (&PORTS, "{port: 80, nodePort: 30080}\n  type: NodePort\n  externalTrafficPolicy: Local"),
    (&PORTS, "{port: 80}\n  externalIPs: [192.0.2.1]\n  externalTrafficPolicy: Local"),
    (&PORTS, "{port: 80}\n  type: LoadBalancer\n  externalTrafficPolicy: Local\n  healthCheckNodePort: 31000\n  loadBalancerClass: a.com/b\n  loadBalancerSourceRanges: [10.0.0.0/8, '::/0']\n  allocateLoadBalancerNodePorts: false"),
    (&PORTS, "{port: 80}\n  clusterIP: 10.0.0.1\n  clusterIPs: [10.0.0.1, 'fd00::1']\n  ipFamilies: [IPv4, IPv6]\n  ipFamilyPolicy: PreferDualStack"),
    (&PORTS, "{port: 80}\n  sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}"),
    (&PORTS, "{port: 80}\n  type: ''\n  sessionAffinity: ''"),
    (&SERVICE, "clusterIP: None\n  selector: {app: web}"),
    (&SERVICE, "type: ExternalName\n  externalName: a.example.com."),
    (&SLICE, "addressType: FQDN\nendpoints: [{addresses: [a.com]}]"),
    (&SLICE, "addressType: IPv6\nendpoints: [{addresses: ['2001:db8::1'], conditions: {ready: null}}]\nports: [{}]"),
    (&ENDPOINTS, "{notReadyAddresses: [{ip: 10.0.0.1}]}"),
    (&POD, "containers: [{name: a, image: a, args: ['--port=80'], env: [{name: A, value: '1'}]}]"),
    (&DEPLOYMENT, "selector: {matchLabels: {app: a}, matchExpressions: [{key: b, operator: DoesNotExist}]}\n  template: {metadata: {labels: {app: a, c: d}}, spec: {containers: [{name: a, image: a}]}}"),
    (&META, "generateName: web-"),
    (&META, "name: a.b\n  labels: {a.com/b: '', c: A_1.x}\n  annotations: {A.com/B: null}"),
    (&SECRET, "type: kubernetes.io/tls\nstringData: {tls.crt: a, tls.key: b}"),
];

#[test]
fn what_is_accepted() {
    for &(frame, part) in ACCEPTED {
        let text = frame.with(part);
        let cluster = cluster(&text);
        assert_eq!(problems(&cluster), [""; 0], "{text}");
        assert!(admitted(&cluster), "{text}");
    }
}

/// Admitted, but with a warning: recent or otherwise configured API servers take it.
#[test]
fn what_is_doubtful() {
    let rows: [(&Frame, &str, &str, &str); 7] = [
        (&BACKEND, "service: {name: 1web, port: {number: 80}}", "PT0207", "spec.defaultBackend.service.name"),
        (&PORTS, "{port: 80, nodePort: 80}\n  type: NodePort", "PT0224", "spec.ports[0].nodePort"),
        (
            &PORTS,
            "{port: 80, nodePort: 30080}\n  type: ExternalName\n  externalName: a",
            "PT0221",
            "spec.ports[0].nodePort",
        ),
        (
            &PORTS,
            "{port: 80}\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}",
            "PT0221",
            "spec.sessionAffinityConfig",
        ),
        (&PORTS, "{port: 0777}", "PT0208", "spec.ports[0].port"),
        (&SLICE, "addressType: IPv4\nports: [{port: 70000}]", "PT0220", "ports[0].port"),
        (
            &Frame("apiVersion: v1\nkind: Service\nmetadata: {name: {}}\nspec: {ports: [{port: 1}]}\n"),
            "1web",
            "PT0207",
            "metadata.name",
        ),
    ];
    for (frame, part, code, field) in rows {
        let text = frame.with(part);
        let cluster = cluster(&text);
        let found = problems(&cluster);
        let [warning] = found.as_slice() else { panic!("{text}\n{found:#?}") };
        assert!(warning.starts_with(&format!("{code} warning ")), "{text}\n{warning}");
        assert!(warning.contains(&format!(" {field}: ")), "{text}\n{warning}");
        assert!(admitted(&cluster), "{text}");
    }
}

#[test]
fn one_bad_object_leaves_the_others_alone() {
    let text = format!(
        "{}---\n{}",
        HOST.with("A.com"),
        PATH.with(&format!("{{path: /, pathType: Exact, backend: {WEB}}}"))
    );
    let cluster = cluster(&text.replacen("name: web", "name: bad", 1));
    let admitted: Vec<_> = cluster.ingresses.iter().map(|i| (i.meta.name.as_str(), i.admitted)).collect();
    assert_eq!(admitted, [("bad", false), ("web", true)]);
}

/// Whether the only object is admitted.
fn admitted(c: &portolan_core::cluster::Cluster) -> bool {
    let all: Vec<bool> = (c.ingresses.iter().map(|o| o.admitted))
        .chain(c.ingress_classes.iter().map(|o| o.admitted))
        .chain(c.services.iter().map(|o| o.admitted))
        .chain(c.endpoints.iter().map(|o| o.admitted))
        .chain(c.pods.iter().map(|o| o.admitted))
        .chain(c.workloads.iter().map(|o| o.admitted))
        .chain(c.secrets.iter().map(|o| o.admitted))
        .chain(c.config_maps.iter().map(|o| o.admitted))
        .collect();
    assert_eq!(all.len(), 1);
    all[0]
}
