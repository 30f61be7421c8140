//! Where an implementation was seen to differ from the API, the API's own answer is given.

use super::{router, words};
use portolan_core::routing::{Answer, Request, Target};
use serde_json::Value;

const SUITE: &str = include_str!("../cases/gateway-api-traefik.json");

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().map(str::to_owned).unwrap_or_default()
}

/// The answer that a case's `standard` describes; what it leaves out is taken from the answer got.
fn described(standard: &Value, got: &Answer) -> Answer {
    match standard["kind"].as_str() {
        Some("forward") => Answer::Forward {
            targets: vec![Target {
                service: text(standard, "service"),
                port: standard["port"].as_u64().and_then(|p| u16::try_from(p).ok()),
                weight: None,
            }],
            path: match (&standard["upstream_path"], got) {
                (Value::String(path), _) => path.clone(),
                (_, Answer::Forward { path, .. }) => path.clone(),
                _ => String::new(),
            },
            host: String::new(),
        },
        Some("redirect") => Answer::Redirect {
            status: standard["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or_default(),
            location: text(standard, "location"),
        },
        _ => Answer::Respond {
            status: standard["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or_default(),
            why: String::new(),
        },
    }
}

#[test]
fn the_standard_answer_is_given_where_there_is_one() {
    let suite: Value = serde_json::from_str(SUITE).expect("JSON");
    let (mut checked, mut open, mut sure) = (0, 0, Vec::new());
    for case in suite["cases"].as_array().expect("cases") {
        let router = router(&text(case, "manifests"), &[]);
        for exchange in case["requests"].as_array().expect("requests") {
            let request: Request = serde_json::from_value(exchange["request"].clone()).expect("a request");
            let outcome = router.answer(&request);
            let standard = &exchange["standard"];
            if standard.is_object() {
                checked += 1;
                let expected = described(standard, &outcome.answer);
                assert_eq!(words(&outcome.answer), words(&expected), "{} {}", case["id"], request.line());
            } else {
                open += 1;
                if outcome.certainty.reason().is_none() {
                    sure.push(format!("{} {}", case["id"], request.line()));
                }
            }
        }
    }
    assert!(checked > 30 && open > 200, "{checked} {open}");
    println!("open, but certain: {} of {open}\n{}", sure.len(), sure.join("\n"));
}
