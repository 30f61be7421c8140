//! The versions of ingress-nginx beyond their cases: who chooses one, what is said of annotations
//! that are not of its time, how sure answers are, and the configuration that each writes.
#![cfg(not(target_arch = "wasm32"))]

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Compiled, Controller, Settings};
use portolan_core::manifest;
use portolan_core::problem::{Problem, Severity};
use portolan_core::routing::{Answer, Certainty, Request, Router};
use std::fmt::Write;

const ARTICLE: &str = "\
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: test
  annotations:
    ingress.kubernetes.io/rewrite-target: /
spec:
  rules:
  - host: foo.bar.com
    http:
      paths:
      - path: /foo
        backend: {serviceName: s1, servicePort: 80}
      - path: /bar
        backend: {serviceName: s2, servicePort: 80}
";

fn ingress_nginx() -> &'static Controller {
    controller::find("ingress-nginx").expect("it is there")
}

fn settings(pairs: &[&str]) -> Settings {
    let mut settings = Settings::new();
    for pair in pairs {
        settings.set(ingress_nginx(), pair).unwrap_or_else(|e| panic!("{e}"));
    }
    settings
}

fn cluster(yaml: &str) -> Cluster {
    Cluster::build(&manifest::read([("m.yaml", yaml)]))
}

fn compile(yaml: &str, pairs: &[&str]) -> Compiled {
    ingress_nginx().compile(&cluster(yaml), &settings(pairs))
}

fn version(version: &str) -> String {
    format!("version={version}")
}

/// A Deployment of the controller with this image.
fn deployment(image: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: c}}\nspec:\n  selector: {{matchLabels: {{a: c}}}}\n  \
         template:\n    metadata: {{labels: {{a: c}}}}\n    spec:\n      containers:\n      - name: c\n        image: {image}\n"
    )
}

/// An Ingress of class `nginx` with these annotations, written as they are.
fn annotated(annotations: &[&str]) -> String {
    let lines: String = annotations.iter().fold(String::new(), |all, a| all + "    " + a + "\n");
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\n    a: b\n{lines}spec:\n  \
         ingressClassName: nginx\n  rules:\n  - host: h.com\n    http:\n      paths:\n      \
         - {{path: /foo, pathType: Prefix, backend: {{service: {{name: s, port: {{number: 80}}}}}}}}\n"
    )
}

/// How sure the answer to `http://h.com/foo` is.
fn certainty(yaml: &str, version: &str) -> Certainty {
    let router = Router::new(compile(yaml, &[&format!("version={version}")]).table);
    router.answer(&Request::get("h.com", "/foo")).certainty
}

/// Applies the first fix of each problem, from the end of the text to its start.
fn mended(yaml: &str, problems: &[Problem]) -> String {
    let mut edits: Vec<_> = problems.iter().filter_map(|p| p.fixes.first()).flat_map(|f| &f.edits).collect();
    edits.sort_by_key(|e| std::cmp::Reverse(e.span.start));
    let mut text = yaml.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

#[test]
fn a_version_that_is_none_is_refused() {
    let refused = |value: &str| {
        Settings::new().set(ingress_nginx(), &format!("version={value}")).expect_err(value).to_string()
    };
    let words = ["9.9", "0.7.0", "latest", "1.12.0.1"].map(refused).join("\n");
    insta::assert_snapshot!(words, @r#"
    setting version does not take "9.9"; it takes a version from 0.8 to 0.51 or from 1.0 to 1.15, such as 0.8.3, 0.9.0-beta.15 or 1.12
    setting version does not take "0.7.0"; it takes a version from 0.8 to 0.51 or from 1.0 to 1.15, such as 0.8.3, 0.9.0-beta.15 or 1.12
    setting version does not take "latest"; it takes a version from 0.8 to 0.51 or from 1.0 to 1.15, such as 0.8.3, 0.9.0-beta.15 or 1.12
    setting version does not take "1.12.0.1"; it takes a version from 0.8 to 0.51 or from 1.0 to 1.15, such as 0.8.3, 0.9.0-beta.15 or 1.12
    "#);
    // Nothing chosen is no mistake, and between two known versions the older one answers.
    for good in ["", "0.8", "0.9", "v1.11.3", "0.37.2", "1.15.9"] {
        settings(&[&version(good)]);
    }
}

#[test]
fn the_image_chooses_and_is_named() {
    let said = |yaml: &str, pairs: &[&str]| {
        let compiled = compile(yaml, pairs);
        let notes: Vec<_> = compiled
            .problems
            .iter()
            .filter(|p| p.code.0 == "PT0403")
            .map(|p| (p.severity, p.message.clone()))
            .collect();
        (compiled.version, notes)
    };
    let article = |image: &str| ARTICLE.to_owned() + &deployment(image);
    assert_eq!(said(ARTICLE, &[]), (None, Vec::new()));
    let old = article("gcr.io/google_containers/nginx-ingress-controller:0.8.3");
    let (chosen, notes) = said(&old, &[]);
    assert_eq!(chosen.as_deref(), Some("0.8.3"));
    let message = "the answers are those of ingress-nginx 0.8.3: \
                   gcr.io/google_containers/nginx-ingress-controller:0.8.3 runs";
    assert_eq!(notes, [(Severity::Info, message.to_owned())]);
    // A setting goes first, and whoever wrote it need not be told.
    assert_eq!(said(&old, &["version=1.12"]), (Some("1.12".to_owned()), Vec::new()));
    let (chosen, notes) = said(&article("registry.k8s.io/ingress-nginx/controller@sha256:0123"), &[]);
    assert_eq!(chosen, None);
    let message = "the answers are those of ingress-nginx 1.15.1: registry.k8s.io/ingress-nginx/controller@sha256:0123 \
                   does not say which version it is, or one that is not known";
    assert_eq!(notes, [(Severity::Warning, message.to_owned())]);
}

#[test]
fn annotations_of_another_time() {
    let today = annotated(&[
        "ingress.kubernetes.io/rewrite-target: /",
        "'ingress.kubernetes.io/whitelist-source-range': 10.0.0.0/8",
        "\"ingress.kubernetes.io/add-base-url\": \"true\"",
        "nginx.ingress.kubernetes.io/add-base-url: 'true'",
        "nginx.ingress.kubernetes.io/secure-backends: \"true\"",
        "nginx.ingress.kubernetes.io/grpc-backend: 'false'",
        "nginx.ingress.kubernetes.io/session-cookie-hash: sha1",
        "nginx.ingress.kubernetes.io/rewrite-log: 'true'",
        "nginx.ingress.kubernetes.io/global-rate-limit: '5'",
        "ingress.kubernetes.io/somebody-else-s: x",
        "nginx.ingress.kubernetes.io/unheard-of: x",
    ]);
    let yesterday = annotated(&[
        "nginx.ingress.kubernetes.io/rewrite-target: /$1",
        "ingress.kubernetes.io/use-regex: 'true'",
        "ingress.kubernetes.io/rewrite-target: /$1",
        "nginx.ingress.kubernetes.io/ssl-redirect: 'false'",
        "nginx.ingress.kubernetes.io/canary: 'true'",
    ]);
    let mut words = String::new();
    for (yaml, pairs) in [
        (&today, &[][..]),
        (&yesterday, &["version=0.8.3"][..]),
        (&yesterday, &["version=0.19", "annotations-prefix=ingress.kubernetes.io"][..]),
    ] {
        writeln!(words, "{pairs:?}").expect("a String takes all");
        let problems = compile(yaml, pairs).problems;
        for p in &problems {
            let at = &yaml[p.span.start as usize..p.span.end as usize];
            let fixes: Vec<_> = p.fixes.iter().map(|f| &f.title).collect();
            writeln!(words, "  {at}\n    {:?} {}: {}", p.severity, p.code, p.message)
                .expect("a String takes all");
            if let Some(help) = &p.help {
                writeln!(words, "    help: {help}").expect("a String takes all");
            }
            for fix in fixes {
                writeln!(words, "    fix: {fix}").expect("a String takes all");
            }
        }
    }
    insta::assert_snapshot!(words);
    let annotations = |yaml: &str| {
        let lines = yaml.lines().skip_while(|l| *l != "    a: b").take_while(|l| *l != "spec:").skip(1);
        lines.map(str::trim).collect::<Vec<_>>().join("\n")
    };
    let mended = mended(&today, &compile(&today, &[]).problems);
    insta::assert_snapshot!(annotations(&mended), @r#"
    nginx.ingress.kubernetes.io/rewrite-target: /
    'nginx.ingress.kubernetes.io/whitelist-source-range': 10.0.0.0/8
    "ingress.kubernetes.io/add-base-url": "true"
    nginx.ingress.kubernetes.io/add-base-url: 'true'
    nginx.ingress.kubernetes.io/backend-protocol: "HTTPS"
    nginx.ingress.kubernetes.io/grpc-backend: 'false'
    nginx.ingress.kubernetes.io/session-cookie-hash: sha1
    nginx.ingress.kubernetes.io/enable-rewrite-log: 'true'
    nginx.ingress.kubernetes.io/global-rate-limit: '5'
    ingress.kubernetes.io/somebody-else-s: x
    nginx.ingress.kubernetes.io/unheard-of: x
    "#);
}

#[test]
fn what_is_not_known_is_said_to_be_likely() {
    let yaml = annotated(&[]);
    let reason = |version: &str| certainty(&yaml, version).reason().map(str::to_owned).unwrap_or_default();
    assert!(
        reason("0.51.0").contains("reads Ingresses of networking.k8s.io/v1beta1"),
        "{}",
        reason("0.51.0")
    );
    assert!(reason("0.8.3").contains("only Kubernetes 1.19 to 1.21 serves both"), "{}", reason("0.8.3"));
    // No Service is in the manifests; more is not to be said against today's.
    assert_eq!(reason("1.0.0"), reason("1.15.1"));

    let old = yaml.replace("networking.k8s.io/v1\n", "networking.k8s.io/v1beta1\n");
    let old = old.replace("service: {name: s, port: {number: 80}}", "serviceName: s, servicePort: 80")
        + "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";
    assert_eq!(certainty(&old, "0.40.2"), Certainty::Certain);
    assert_eq!(certainty(&old, "0.41.1"), Certainty::Certain);
    assert_eq!(certainty(&old, "0.41.0").word(), "likely");
    assert_eq!(certainty(&old, "0.24.1").word(), "likely");

    // Two Ingresses with one path: by age since 0.22, and of one age by name since 0.26.
    let extensions = old.replace("networking.k8s.io/v1beta1", "extensions/v1beta1");
    let second = extensions.replace("  name: a\n", "  name: b\n");
    let twice = format!("{extensions}---\n{second}");
    assert_eq!(certainty(&twice, "0.25.1").word(), "likely");
    assert_eq!(certainty(&twice, "0.26.0"), Certainty::Certain);
    let aged = twice.replace("  name: b\n", "  name: b\n  creationTimestamp: \"2018-01-01T00:00:00Z\"\n");
    assert_eq!(certainty(&aged, "0.22.0"), Certainty::Certain);
    assert_eq!(certainty(&aged, "0.21.0").word(), "likely");
}

#[test]
fn a_certificate_that_must_fit_makes_the_redirect_likely() {
    let tls = ARTICLE.replace("spec:\n", "spec:\n  tls: [{hosts: [foo.bar.com], secretName: crt}]\n");
    let redirect = |yaml: &str, version: &str| {
        let router = Router::new(compile(yaml, &[&format!("version={version}")]).table);
        let outcome = router.answer(&Request::get("foo.bar.com", "/foo"));
        (matches!(outcome.answer, Answer::Redirect { .. }), outcome.certainty.word())
    };
    assert_eq!(redirect(&tls, "0.18.0"), (true, "likely"));
    let known = format!(
        "{tls}---\napiVersion: v1\nkind: Service\nmetadata: {{name: s1}}\nspec: {{ports: [{{port: 80}}]}}\n"
    );
    assert_eq!(redirect(&known, "0.21.0"), (true, "certain"));
    // 0.8 took an Ingress without any annotation for one that does not want it.
    let bare = known.replace("  annotations:\n    ingress.kubernetes.io/rewrite-target: /\n", "");
    let hostless = bare.replace("  - host: foo.bar.com\n    http:", "  - http:");
    assert_eq!(redirect(&hostless, "0.8.3"), (true, "likely"));
    assert_eq!(redirect(&hostless, "0.9.0-beta.2"), (true, "certain"));
}

#[test]
fn the_backends_of_0_8_received_the_host_that_matched() {
    let host = |version: &str| {
        let router = Router::new(compile(ARTICLE, &[&format!("version={version}")]).table);
        match router.answer(&Request::get("Foo.bar.com:8080", "/foo")).answer {
            Answer::Forward { host, .. } => host,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(host("0.8.3"), "foo.bar.com");
    assert_eq!(host("0.9.0-beta.1"), "Foo.bar.com:8080");
}

#[test]
fn a_rewrite_with_a_query_is_not_simulated() {
    let yaml = annotated(&["nginx.ingress.kubernetes.io/rewrite-target: /x?a=1"]);
    assert_eq!(certainty(&yaml, "1.11.5").word(), "unknowable");
    assert_ne!(certainty(&yaml, "1.12.0").word(), "unknowable");
}

#[test]
fn each_version_writes_its_own_locations() {
    let mut words = String::new();
    let tls = ARTICLE.replace("spec:\n", "spec:\n  tls: [{hosts: [foo.bar.com], secretName: crt}]\n");
    let today = tls.replace("ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/");
    for (version, yaml) in [
        ("0.8.3", &tls),
        ("0.19.0", &today),
        ("0.21.0", &today),
        ("0.40.2", &today.replace("/rewrite-target: /", "/unheard-of: x")),
        ("0.41.0", &today.replace("/rewrite-target: /", "/unheard-of: x")),
        ("0.41.1", &today.replace("/rewrite-target: /", "/unheard-of: x")),
    ] {
        let view = ingress_nginx().view(&cluster(yaml), &settings(&[&format!("version={version}")]));
        writeln!(words, "# {version}").expect("a String takes all");
        let lines = view.expect("it writes one").into_iter().map(|l| l.text);
        // The default server is the same all along.
        for line in lines.skip_while(|l| !l.contains("foo.bar.com")) {
            writeln!(words, "{line}").expect("a String takes all");
        }
    }
    insta::assert_snapshot!(words);
}
