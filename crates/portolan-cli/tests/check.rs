//! `portolan check`: its formats, its configuration, what it mends, and how it ends.

mod tool;

use serde_json::Value;
use std::path::PathBuf;
use tool::run;

const SHOP: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirct: \"false\"  # as before
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shpo # the shop
                port: {number: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80, targetPort: 8080}]
";

/// A folder of its own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn check(args: &[&str], text: &str) -> (i32, String, String) {
    run(&[&["check", "-f", "-"], args].concat(), text.as_bytes())
}

fn json(args: &[&str], text: &str) -> Value {
    let (_, stdout, _) = check(&[&["--format", "json"], args].concat(), text);
    serde_json::from_str(&stdout).expect("JSON")
}

fn codes(value: &Value) -> Vec<&str> {
    let problems = value["problems"].as_array().expect("a list");
    problems.iter().filter_map(|p| p["code"].as_str()).collect()
}

#[test]
fn every_format_is_what_it_was() {
    for format in ["human", "json", "junit", "github", "markdown"] {
        let (code, stdout, stderr) = check(&["--format", format], SHOP);
        let text = format!("{stdout}--- standard error\n{stderr}--- exit code {code}\n");
        insta::assert_snapshot!(format!("as_{format}"), text);
    }
}

#[test]
fn sarif_is_valid() {
    let schema: Value =
        serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).expect("the schema is JSON");
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("sarif.json", schema).expect("the schema is one");
    let schema = compiler.compile("sarif.json", &mut schemas).expect("the schema compiles");
    let two = "kind: Ingress\n---\nkind: [broken\n";
    for text in [
        SHOP,
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
        two,
        &SHOP.replace("shpo", "sh\u{1F600}po"),
    ] {
        let (_, stdout, _) = check(&["--format", "sarif"], text);
        let value: Value = serde_json::from_str(&stdout).expect("JSON");
        if let Err(error) = schemas.validate(&value, schema) {
            panic!("{error:#}");
        }
        let run = &value["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        for result in run["results"].as_array().expect("results") {
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn the_controller_is_guessed_unless_it_is_named() {
    let value = json(&[], SHOP);
    assert_eq!(
        (value["controller"].as_str(), value["guessed_by"].as_str()),
        (Some("ingress-nginx"), Some("nginx"))
    );
    let value = json(&["--controller", "traefik"], SHOP);
    assert_eq!((value["controller"].as_str(), value["guessed_by"].as_str()), (Some("traefik"), None));
    let image = "apiVersion: v1\nkind: Pod\nmetadata: {name: c}\nspec: {containers: [{name: c, image: traefik:v3.7}]}\n";
    assert_eq!(json(&[], image)["controller"], "traefik");
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n\
                 spec: {gatewayClassName: x, listeners: [{name: a, port: 80, protocol: HTTP}]}\n";
    assert_eq!(json(&[], route)["controller"], "gateway-api");
    assert_eq!(json(&[], "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")["controller"], "kubernetes");
}

#[test]
fn exit_codes() {
    let fine = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    assert_eq!(check(&[], fine).0, 0);
    assert_eq!(check(&[], SHOP).0, 1);
    // One warning.
    let warned = SHOP.replace("shpo", "shop").replace("number: 8080", "number: 80");
    assert_eq!(check(&[], &warned).0, 0);
    assert_eq!(check(&["--deny", "warnings"], &warned).0, 1);
    // One hint.
    let hinted = fine.replace("{name: a}", "{name: a} # portolan: ignore PT0301");
    assert_eq!(check(&["--deny", "warnings"], &hinted).0, 0);
    assert_eq!(check(&["--deny", "all"], &hinted).0, 1);
    for (args, text) in [
        (&["--controller", "nope"][..], fine),
        (&["--set", "nope=1"], fine),
        (&["--config", "nope.yaml"], fine),
        (&["--fix"], fine),
        (&[], "# nothing\n"),
    ] {
        assert_eq!(check(args, text).0, 2, "{args:?}");
    }
    assert_eq!(run(&["check", "-f", "nope.yaml"], b"").0, 2);
}

#[test]
fn a_configuration_sets_levels_and_the_controller() {
    let folder = folder("configured");
    let config = folder.join("portolan.yaml");
    let manifest = folder.join("shop.yaml");
    std::fs::write(&manifest, SHOP).expect("written");
    let write = |text: &str| std::fs::write(&config, text).expect("written");
    let seen = || {
        let (code, stdout, stderr) = run(
            &[
                "check",
                "-f",
                folder.to_str().expect("UTF-8"),
                "--config",
                config.to_str().expect("UTF-8"),
                "--format",
                "json",
            ],
            b"",
        );
        match serde_json::from_str::<Value>(&stdout) {
            Ok(value) => {
                (code, codes(&value).join(" ") + " " + value["controller"].as_str().unwrap_or_default())
            }
            Err(_) => (code, stderr),
        }
    };
    write("rules: {}\n");
    assert_eq!(seen(), (1, "PT0601 PT0301 ingress-nginx".to_owned()));
    write("rules: {missing-service: warning, unknown-annotation: off}\n");
    assert_eq!(seen(), (0, "PT0301 ingress-nginx".to_owned()));
    write("controller: kubernetes\npaths:\n  'shop.yaml': {PT0301: off}\n");
    assert_eq!(seen(), (0, "PT0601 kubernetes".to_owned()));
    write("paths:\n  'other/*.yaml': {PT0301: off}\n");
    assert_eq!(seen(), (1, "PT0601 PT0301 ingress-nginx".to_owned()));
    write("rules: {missing-servce: off}\n");
    let (code, stderr) = seen();
    assert!(code == 2 && stderr.contains("did you mean missing-service"), "{stderr}");
}

#[test]
fn a_configuration_may_be_json_and_is_no_toml() {
    let folder = folder("configured-otherwise");
    let manifest = folder.join("shop.yaml");
    std::fs::write(&manifest, SHOP).expect("written");
    let spoken = |language: &str, name: &str, text: &str| {
        let config = folder.join(name);
        std::fs::write(&config, text).expect("written");
        let [folder, config] = [&folder, &config].map(|path| path.to_str().expect("UTF-8"));
        let args = ["--language", language, "check", "-f", folder, "--config", config, "--format", "json"];
        run(&args, b"")
    };
    let (code, stdout, _) =
        spoken("en", "portolan.json", r#"{"controller": "kubernetes", "rules": {"missing-service": "off"}}"#);
    let value: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, codes(&value).join(" ").as_str()), (0, "PT0601"), "{stdout}");
    assert_eq!(value["controller"], "kubernetes");
    let toml = "controller = \"kubernetes\"\n\n[rules]\n";
    let (code, _, stderr) = spoken("en", "portolan.toml", toml);
    assert!(code == 2 && stderr.contains("a configuration is YAML or JSON, and not TOML"), "{stderr}");
    assert!(!stderr.contains("Kubernetes object"), "{stderr}");
    let (_, _, stderr) = spoken("ko", "portolan.toml", toml);
    assert!(stderr.starts_with("오류: 구성 파일을 사용할 수 없습니다\n\n오류[PT0903]: 구성"), "{stderr}");
}

#[test]
fn fixes_change_what_they_must_and_nothing_else() {
    let folder = folder("mended");
    let path = folder.join("shop.yaml");
    std::fs::write(&path, SHOP).expect("written");
    let file = path.to_str().expect("UTF-8");
    let (code, stdout, _) = run(&["check", "-f", file, "--diff"], b"");
    assert_eq!(code, 1);
    assert!(
        stdout.contains("-                port: {number: 8080}\n+                name: shop # the shop\n"),
        "{stdout}"
    );
    assert_eq!(std::fs::read_to_string(&path).expect("there"), SHOP);
    // The port comes to light once the Service is found.
    let mended = SHOP
        .replace("ssl-redirct", "ssl-redirect")
        .replace("name: shpo", "name: shop")
        .replace("number: 8080", "number: 80");
    let (code, stdout, _) = run(&["check", "-f", file, "--fix"], b"");
    assert_eq!(code, 0);
    assert!(stdout.contains("3 mended"), "{stdout}");
    assert_eq!(std::fs::read_to_string(&path).expect("there"), mended);
    assert_eq!(run(&["check", "-f", file, "--diff"], b""), (0, String::new(), String::new()));
}

#[test]
fn problems_are_explained() {
    let (code, by_code, _) = run(&["explain", "pt0301"], b"");
    assert_eq!(code, 0);
    assert!(by_code.starts_with("# PT0301 missing-service: "));
    assert_eq!(run(&["explain", "missing-service"], b"").1, by_code);
    let (code, list, _) = run(&["explain"], b"");
    assert!(code == 0 && list.lines().count() > 60, "{list}");
    let (code, _, stderr) = run(&["explain", "mising-service"], b"");
    assert!(code == 2 && stderr.contains("missing-service"), "{stderr}");
}
