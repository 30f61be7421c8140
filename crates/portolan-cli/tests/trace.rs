//! `portolan trace`, and `portolan route --from`.

mod tool;

use insta::assert_snapshot;
use serde_json::Value;
use tool::run;

const ARTICLE: &str = "tests/fixtures/article";
const INFLUXDB: &str = "tests/fixtures/influxdb.yaml";

fn seen(args: &[&str]) -> String {
    let (code, stdout, stderr) = run(args, b"");
    let errors = if stderr.is_empty() { String::new() } else { format!("--- standard error\n{stderr}") };
    format!("$ portolan {}\n{stdout}{errors}--- exit code {code}\n", args.join(" "))
}

fn trace(more: &[&str]) -> Vec<Value> {
    let (code, stdout, stderr) = run(&[&["trace", "-qf", INFLUXDB, "-o", "jsonl"], more].concat(), b"");
    assert!(code <= 1, "{stderr}");
    stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

#[test]
fn the_article_s_load_balancer_hop_by_hop() {
    let cloud = ["trace", "-qf", INFLUXDB, "--cloud", "openstack"];
    assert_snapshot!(seen(&[&cloud[..], &["service://default/influxdb:8086"]].concat()));
    assert_snapshot!(seen(
        &[&cloud[..], &["--from", "nodes", "tcp://10.13.242.236:8086", "http://10.13.241.10:30051/"]]
            .concat()
    ));
    assert_snapshot!(seen(&["trace", "-qf", INFLUXDB, "--from", "pod", "tcp://influxdb:8086"]));
}

#[test]
fn a_route_shows_its_hops_when_asked_from_where() {
    let from = ["route", "-qf", ARTICLE, "-c", "ingress-nginx", "--from", "internet", "--cloud", "openstack"];
    assert_snapshot!(seen(&[&from[..], &["http://foo.bar.com/foo"]].concat()));
}

#[test]
fn programs_get_hops_ends_and_doubts() {
    let got = trace(&["--cloud", "openstack", "--from", "nodes", "tcp://10.13.242.236:8086"]);
    let got = got.first().expect("an answer");
    assert_eq!(got["kind"], "journey");
    assert_eq!(got["end"]["kind"], "reached");
    assert_eq!(got["end"]["certainty"]["level"], "certain");
    assert_eq!(got["end"]["endpoints"][0]["address"], "10.244.1.7");
    let hops = got["hops"].as_array().expect("hops");
    let acts: Vec<_> = hops.iter().map(|h| h["act"].as_str().expect("a word")).collect();
    assert_eq!(acts, ["sends", "proxies", "masquerades", "receives"]);
    for pair in hops.windows(2) {
        assert_eq!(pair[0]["leaves"], pair[1]["arrives"]);
    }
    let pool = &hops[1]["choice"];
    assert_eq!(pool["how"], "ROUND_ROBIN");
    assert_eq!(pool["of"][0]["text"], "10.13.241.89:30051");
    assert_eq!(pool["of"][1]["text"], "10.13.241.10:30051");
    assert_eq!(hops[2]["rule"]["field"], "spec.ports[0].nodePort");
    assert_eq!(hops[2]["rule"]["span"]["file"], INFLUXDB);
    assert_eq!(hops[3]["client"]["address"], "hidden");
    // Which connection of a row it is decides which member it gets.
    let next = trace(&["--cloud", "openstack", "--from", "nodes", "--turn", "1", "tcp://10.13.242.236:8086"]);
    assert_eq!(next[0]["hops"][1]["choice"]["picked"], 1);
}

#[test]
fn what_is_not_known_is_null() {
    let got = trace(&["--cloud", "openstack", "service://default/influxdb:8086"]);
    let to = &got[0]["hops"][0]["leaves"]["to"];
    assert_eq!(to["address"], Value::Null);
    assert_eq!(to["text"], "<floating IP of default/influxdb>:8086");
    assert_eq!(got[0]["end"]["certainty"]["level"], "likely");
    assert!(!got[0]["end"]["doubts"].as_array().expect("doubts").is_empty());
}

#[test]
fn the_contract_of_route_has_hops_beside_its_own_fields() {
    let args = ["route", "-qf", ARTICLE, "-o", "jsonl", "http://foo.bar.com/foo"];
    let parse = |text: String| -> Value { serde_json::from_str(&text).expect("JSON") };
    let without = parse(run(&args, b"").1);
    let with = parse(run(&[&args[..], &["--from", "pod"]].concat(), b"").1);
    assert!(without.get("hops").is_none());
    assert!(with["hops"].as_array().is_some_and(|h| h.len() > 2), "{with}");
    for (field, value) in without.as_object().expect("an object") {
        assert_eq!(&with[field], value, "{field} stays as it is");
    }
}

#[test]
fn a_destination_that_is_none_costs_only_itself() {
    let got = trace(&["udp://10.0.0.1", "tcp://10.97.121.42:8086"]);
    assert_eq!((&got[0]["kind"], &got[1]["kind"]), (&"error".into(), &"journey".into()));
    assert!(got[0]["message"].as_str().is_some_and(|m| m.contains("tcp://ADDRESS:PORT")));
    let (code, _, stderr) = run(&["trace", "-qf", INFLUXDB, "udp://10.0.0.1"], b"");
    assert_eq!(code, 1);
    assert!(stderr.contains("udp://10.0.0.1"), "{stderr}");
}

#[test]
fn exit_codes() {
    let code = |args: &[&str], input: &str| run(args, input.as_bytes()).0;
    assert_eq!(code(&["trace", "-qf", INFLUXDB, "tcp://192.0.2.1:1"], ""), 0, "followed, wherever that ends");
    assert_eq!(code(&["trace", "-qf", INFLUXDB], ""), 2, "no destination");
    assert_eq!(code(&["trace", "-qf", INFLUXDB, "--from", "moon", "tcp://10.0.0.1:1"], ""), 2);
    assert_eq!(code(&["trace", "-qf", INFLUXDB, "--cloud", "nine", "tcp://10.0.0.1:1"], ""), 2);
    assert_eq!(code(&["trace", "-qf", INFLUXDB, "--pool", "haproxy", "tcp://10.0.0.1:1"], ""), 2);
    assert_eq!(code(&["trace", "-qf", "nowhere.yaml", "tcp://10.0.0.1:1"], ""), 2);
    assert_eq!(code(&["trace", "-qf", "-", "tcp://10.0.0.1:1"], "# nothing\n"), 3, "no Kubernetes object");
}

#[test]
fn a_load_balancer_of_one_s_own() {
    assert_snapshot!(seen(&["trace", "-qf", INFLUXDB, "--pool", "haproxy"]));
    assert_snapshot!(seen(&["trace", "-qf", INFLUXDB, "--pool", "nginx"]));
    // What the manifests lack is left to be filled in.
    assert_snapshot!(seen(&["trace", "-qf", ARTICLE, "--pool", "haproxy"]));
}
