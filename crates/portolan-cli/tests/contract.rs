//! The contract with programs: `--requests`, `--output jsonl`, exit codes.

mod tool;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use tool::{command, run};

const ARTICLE: &str = "tests/fixtures/article";

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

/// Answers to lines of requests.
fn answers(file: &str, input: &str, more: &[&str]) -> (i32, Vec<Value>) {
    let args = ["route", "-q", "-f", file, "--requests", "-", "--output", "jsonl"];
    let (code, stdout, _) = run(&[&args, more].concat(), input.as_bytes());
    (code, lines(&stdout))
}

/// The official tables, each case through the binary.
#[test]
fn the_official_tables_through_the_contract() {
    let suite = concat!(env!("CARGO_MANIFEST_DIR"), "/../portolan-core/tests/cases/spec-tables.json");
    let suite: Value =
        serde_json::from_str(&std::fs::read_to_string(suite).expect("the suite is there")).expect("JSON");
    let folder = std::env::temp_dir().join(format!("portolan-contract-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for manifests");
    let mut compared = 0;
    for case in suite["cases"].as_array().expect("cases") {
        let file = folder.join("m.yaml");
        std::fs::write(&file, case["manifests"].as_str().expect("text")).expect("written");
        let exchanges = case["requests"].as_array().expect("requests");
        let input: String = exchanges.iter().map(|e| format!("{}\n", e["request"])).collect();
        let (code, got) = answers(file.to_str().expect("UTF-8"), &input, &["--controller", "kubernetes"]);
        assert_eq!((code, got.len()), (0, exchanges.len()), "{}", case["id"]);
        for (exchange, got) in exchanges.iter().zip(&got) {
            for (field, expected) in exchange["expect"].as_object().expect("an object") {
                assert_eq!(&got[field], expected, "{} {}: {got}", case["id"], exchange["request"]);
                compared += 1;
            }
            assert!(got["certainty"]["level"].is_string());
            if got["kind"] == "forward" {
                assert_eq!(got["rule"]["span"]["file"], file.to_str().expect("UTF-8"));
                assert!(got["upstream_path"].is_string() && got["upstream_host"].is_string());
            }
        }
    }
    assert!(compared > 100, "{compared}");
    std::fs::remove_dir_all(&folder).expect("cleaned up");
}

#[test]
fn a_rule_names_its_object_field_and_place() {
    let (code, got) = answers(ARTICLE, "{\"host\":\"foo.bar.com\",\"target\":\"/foo?x\"}\n", &[]);
    assert_eq!(code, 0);
    let got = &got[0];
    assert_eq!(got["kind"], "forward");
    assert_eq!((&got["service"], &got["port"]), (&json!("default/s1"), &json!(80)));
    assert_eq!((&got["upstream_path"], &got["upstream_host"]), (&json!("/foo?x"), &json!("foo.bar.com")));
    let rule = &got["rule"];
    assert_eq!(rule["object"], "Ingress default/test");
    assert_eq!(rule["field"], "spec.rules[0].http.paths[0]");
    let span = &rule["span"];
    assert_eq!(span["file"], "tests/fixtures/article/ingress.yaml");
    assert_eq!((&span["line"], &span["column"]), (&json!(12), &json!(9)));
    let text = std::fs::read_to_string(format!("{}/{ARTICLE}/ingress.yaml", env!("CARGO_MANIFEST_DIR")))
        .expect("the fixture");
    let offset = |name: &str| usize::try_from(span[name].as_u64().expect("a number")).expect("small");
    assert!(text[offset("start")..offset("end")].starts_with("path: /foo"));
    assert_eq!(got["certainty"]["level"], "likely");
    assert!(got["certainty"]["reason"].as_str().is_some_and(|r| r.contains("ImplementationSpecific")));
    assert!(got.get("trace").is_none());
}

#[test]
fn order_is_kept_and_a_bad_line_costs_only_itself() {
    let long = format!("{{\"target\":\"/{}\"}}", "x".repeat(2 << 20));
    let input = format!(
        "\u{feff}{{\"host\":\"foo.bar.com\",\"target\":\"/bar\"}}\r\n\n  \nbroken\n{{\"host\":3}}\n{long}\n[]\n{{}}"
    );
    let (code, got) = answers(ARTICLE, &input, &[]);
    assert_eq!(code, 1);
    let kinds: Vec<_> = got.iter().map(|g| (g["kind"].as_str(), g["line"].as_u64())).collect();
    assert_eq!(
        kinds,
        [
            (Some("forward"), None),
            (Some("error"), Some(4)),
            (Some("error"), Some(5)),
            (Some("error"), Some(6)),
            (Some("error"), Some(7)),
            (Some("respond"), None),
        ]
    );
    assert_eq!(got[5]["status"], 404);
    assert_eq!(got[5]["rule"], Value::Null);
    assert!(got[5]["why"].is_string());
    assert_eq!(got[2]["message"], "invalid type: integer `3`, expected a string (column 9)");
}

#[test]
fn bytes_that_are_no_text_are_a_bad_line() {
    let args = ["route", "-q", "-f", ARTICLE, "--requests", "-", "--output", "jsonl"];
    let (code, stdout, _) = run(&args, b"{\"host\":\"\xff\"}\n{}\n");
    assert_eq!(code, 1);
    assert_eq!(lines(&stdout)[0]["kind"], "error");
    assert_eq!(lines(&stdout)[1]["kind"], "respond");
}

#[test]
fn several_targets_are_a_sorted_any_of() {
    let (_, got) = answers("tests/fixtures/tie.yaml", "{\"host\":\"tie.example.com\"}", &[]);
    let got = &got[0];
    assert_eq!(got["any_of"], json!(["default/a", "default/b"]));
    assert_eq!(got["ports"], json!({"default/a": [80], "default/b": [8080]}));
    assert!(got.get("service").is_none() && got.get("port").is_none());
    assert_eq!(got["certainty"]["level"], "unknowable");
    let objects: Vec<_> = got["rules"].as_array().expect("both").iter().map(|r| &r["object"]).collect();
    assert_eq!(objects, ["Ingress default/one", "Ingress default/two"]);
}

#[test]
fn a_trace_says_why_each_rule_lost() {
    let (_, got) = answers(ARTICLE, "{\"host\":\"foo.bar.com\",\"target\":\"/food\"}", &["--explain"]);
    let trace = &got[0]["trace"];
    assert_eq!(trace["path"], "/food");
    assert_eq!(trace["hosts"][0], json!({"pattern": "foo.bar.com", "matches": true, "answers": true}));
    let rules = trace["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 2);
    assert!(rules.iter().all(|r| r["verdict"] == "lost" && r["why"].is_string() && r["span"].is_object()));
}

/// A program that sends one request at a time gets each answer before it sends the next.
#[test]
fn answers_do_not_wait_for_the_end_of_the_input() {
    let args = ["route", "-q", "-f", ARTICLE, "--requests", "-", "--output", "jsonl"];
    let mut child = command(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    for target in ["/foo", "/bar"] {
        writeln!(stdin, "{{\"host\":\"foo.bar.com\",\"target\":\"{target}\"}}").expect("taken");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("answered");
        assert_eq!(lines(&line)[0]["upstream_path"], target);
    }
    drop(stdin);
    assert_eq!(child.wait().expect("ends").code(), Some(0));
}

#[test]
fn json_is_one_list_with_the_requests_in_it() {
    let args =
        ["route", "-q", "-f", ARTICLE, "-o", "json", "http://foo.bar.com/foo", "POST", "foo.bar.com/x"];
    let (code, stdout, _) = run(&args, b"");
    let got: Value = serde_json::from_str(&stdout).expect("one JSON value");
    assert_eq!((code, got.as_array().map(Vec::len)), (0, Some(2)));
    assert_eq!(got[1]["request"]["method"], "POST");
    assert_eq!(got[1]["notes"], json!(["the URL has no scheme: taken as http"]));
    let (code, stdout, _) = run(&["route", "-q", "-f", ARTICLE, "-o", "json", "http://a b"], b"");
    let got: Value = serde_json::from_str(&stdout).expect("one JSON value");
    assert_eq!((code, &got[0]["kind"], &got[0]["start"]), (1, &json!("error"), &json!(8)));
    let (_, stdout, _) = run(&["route", "-q", "-f", ARTICLE, "-o", "json", "--requests", "-"], b"");
    assert_eq!(stdout, "[]\n");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let args = ["route", "-q", "-f", ARTICLE, "--requests", "-", "--output", "jsonl"];
    let mut command = command(&args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("piped");
    // The tool may be gone before all of it is written.
    let _ = stdin.write_all("{}\n".repeat(10_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn controllers_are_listed_for_programs() {
    let (code, stdout, _) = run(&["controllers", "--output", "json"], b"");
    let list: Value = serde_json::from_str(&stdout).expect("one JSON value");
    assert_eq!(code, 0);
    let kubernetes = list.as_array().expect("a list").iter().find(|c| c["name"] == "kubernetes");
    assert!(kubernetes.is_some_and(|c| c["settings"][0]["name"].is_string()));
    let (_, stdout, _) = run(&["controllers", "--output", "jsonl"], b"");
    assert_eq!(lines(&stdout), *list.as_array().expect("a list"));
}

/// Traefik takes prefixes as text, and strictly as elements: the answers to `/foobar` differ.
const STRICT: [&str; 11] = [
    "compare",
    "-q",
    "-f",
    ARTICLE,
    "-c",
    "traefik",
    "-c",
    "strict=traefik",
    "--set",
    "strict:strictPrefixMatching=true",
    "--output=jsonl",
];

#[test]
fn compared_answers_stand_beside_each_other_with_what_differs() {
    let (code, stdout, _) =
        run(&[&STRICT[..], &["http://foo.bar.com/foo", "http://foo.bar.com/foobar"]].concat(), b"");
    let got = lines(&stdout);
    assert_eq!((code, got.len()), (4, 2));
    assert_eq!((&got[0]["kind"], &got[0]["same"]), (&json!("comparison"), &json!(true)));
    assert_eq!(got[1]["request"]["target"], "/foobar");
    let answers = got[1]["answers"].as_array().expect("a list");
    assert_eq!(answers[0]["differs"], json!([]));
    assert_eq!(answers[1]["differs"], json!(["kind"]));
    assert_eq!(answers[1]["settings"], json!({"strictPrefixMatching": "true"}));
    assert_eq!((&answers[1]["label"], &answers[1]["controller"]), (&json!("strict"), &json!("traefik")));
    assert_eq!(answers[0]["answer"]["service"], "default/s1");
    assert_eq!(answers[1]["answer"]["status"], 404);
    assert_eq!(answers[0]["comparison_certain"], false);
}

#[test]
fn a_comparison_ends_with_what_it_found() {
    let code = |more: &[&str], input: &str| run(&[&STRICT[..], more].concat(), input.as_bytes());
    let (same, stdout, _) = code(&["--differences", "http://foo.bar.com/foo"], "");
    assert_eq!((same, stdout.as_str()), (0, ""));
    let (differs, stdout, _) = code(
        &["--differences", "--requests", "-"],
        "{\"host\":\"foo.bar.com\",\"target\":\"/foo\"}\n{\"host\":\"foo.bar.com\",\"target\":\"/foobar\"}\n",
    );
    assert_eq!((differs, lines(&stdout).len()), (4, 1));
    let (bad, stdout, _) = code(&["--requests", "-"], "nope\n{}\n");
    let kinds: Vec<Value> = lines(&stdout).iter().map(|l| l["kind"].clone()).collect();
    assert_eq!((bad, kinds), (1, vec![json!("error"), json!("comparison")]));
}

#[test]
fn a_configuration_names_the_rule_of_each_line() {
    let (code, stdout, _) = run(&["view", "-q", "-f", ARTICLE, "-c", "traefik", "-o", "jsonl"], b"");
    let got = lines(&stdout);
    assert_eq!(code, 0);
    let rule = got.iter().find(|l| l["text"].as_str().is_some_and(|t| t.contains("PathPrefix(\"/bar\")")));
    let rule = rule.expect("the rule's line");
    assert_eq!(rule["origin"]["field"], "spec.rules[0].http.paths[1]");
    assert_eq!(rule["origin"]["span"]["line"], 16);
    assert_eq!(got[0]["origin"], Value::Null);
    let numbers: Vec<_> = got.iter().filter_map(|l| l["line"].as_u64()).collect();
    assert_eq!(numbers, (1..=got.len() as u64).collect::<Vec<_>>());
}
