//! Journeys, as tables: every Service type, policy, place of the client and cloud.

#![cfg(not(target_arch = "wasm32"))]

#[path = "journeys/check.rs"]
mod check;
#[path = "journeys/laws.rs"]
mod laws;

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::journey::{self, Aim, Choice, Cloud, Hop, Journey, Place, Setting, What};
use portolan_core::manifest;
use portolan_core::routing::{Request, Router};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    about: String,
    /// Lines of YAML.
    manifests: Vec<String>,
    controller: Option<String>,
    #[serde(default)]
    settings: Vec<String>,
    journeys: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    from: String,
    node: Option<String>,
    namespace: Option<String>,
    client: Option<String>,
    cloud: Option<String>,
    #[serde(default)]
    turn: u32,
    to: String,
    #[serde(default)]
    hops: Vec<String>,
    #[serde(default)]
    end: String,
    #[serde(default)]
    certainty: String,
    because: Option<String>,
    why: Option<String>,
    endpoints: Option<Vec<String>>,
    choices: Option<Vec<String>>,
    lines: Option<Vec<String>>,
    sees: Option<String>,
}

impl Case {
    fn setting(&self) -> Setting {
        Setting {
            place: Place::ALL.into_iter().find(|p| p.name() == self.from).expect("a place"),
            node: self.node.clone(),
            namespace: self.namespace.clone(),
            client: self.client.as_ref().map(|c| c.parse().expect("an address")),
            cloud: self.cloud.as_ref().map(|c| Cloud::named(c).expect("a cloud")),
            turn: self.turn,
        }
    }

    fn travel(&self, cluster: &Cluster, router: &Router) -> Journey {
        let setting = self.setting();
        if let Ok(aim) = Aim::parse(&self.to) {
            return journey::travel(cluster, &setting, What::Plain(&aim));
        }
        let request = Request::parse(&self.to).expect("a request").request;
        let outcome = router.answer(&request);
        let what = What::Http { request: &request, table: router.table(), outcome: &outcome };
        journey::travel(cluster, &setting, what)
    }
}

fn hop_line(hop: &Hop) -> String {
    match &hop.leaves {
        Some(flow) => format!("{} {} {} > {}", hop.id, hop.act.word(), flow.from, flow.to),
        None => format!("{} {}", hop.id, hop.act.word()),
    }
}

fn choice_line(hop: &Hop, choice: &Choice) -> String {
    let of = choice.of.iter().map(|a| match a.unavailable {
        None => format!("{} {}", a.title, a.socket),
        Some(_) => format!("({} {})", a.title, a.socket),
    });
    format!("{} {}: {}", hop.id, choice.how, of.collect::<Vec<_>>().join(", "))
}

fn seen(journey: &Journey) -> Value {
    let last = journey.hops.last().expect("a hop");
    json!({
        "hops": journey.hops.iter().map(hop_line).collect::<Vec<_>>(),
        "end": journey.end.kind.word(),
        "certainty": journey.certainty.word(),
        "because": journey.certainty.reason(),
        "why": journey.end.why,
        "endpoints": journey.end.endpoints.iter().map(|e| e.socket.to_string()).collect::<Vec<_>>(),
        "choices": journey
            .hops
            .iter()
            .filter_map(|h| Some(choice_line(h, h.choice.as_ref()?)))
            .collect::<Vec<_>>(),
        "lines": journey
            .hops
            .iter()
            .filter_map(|h| {
                let origin = h.origin.as_ref()?;
                Some(format!("{} {} {}", h.id, origin.object, origin.field))
            })
            .collect::<Vec<_>>(),
        "sees": last.client.word(),
    })
}

/// What is expected and differs.
fn wrong(case: &Case, got: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |field: &str, expected: Value| {
        let actual = got.get(field).cloned().unwrap_or_default();
        let same = match (field, expected.as_str(), actual.as_str()) {
            ("because" | "why", Some(part), Some(whole)) => whole.contains(part),
            _ => actual == expected,
        };
        if !same {
            wrong.push(format!("{field}: expected {expected}\n      got {actual}"));
        }
    };
    check("hops", json!(case.hops));
    check("end", json!(case.end));
    check("certainty", json!(case.certainty));
    for (field, part) in [("because", &case.because), ("why", &case.why), ("sees", &case.sees)] {
        if let Some(part) = part {
            check(field, json!(part));
        }
    }
    for (field, list) in [("endpoints", &case.endpoints), ("choices", &case.choices), ("lines", &case.lines)]
    {
        if let Some(list) = list {
            check(field, json!(list));
        }
    }
    wrong
}

fn files() -> Vec<(String, Vec<World>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the tables are there")
        .map(|e| e.expect("readable").path())
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("readable");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let worlds = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name, worlds)
    };
    paths.iter().map(read).collect()
}

fn build(world: &World) -> (Cluster, Router) {
    let manifest = manifest::read([("m.yaml", world.manifests.join("\n"))]);
    let cluster = Cluster::build(&manifest);
    let controller = controller::find(world.controller.as_deref().unwrap_or("kubernetes")).expect("known");
    let mut settings = Settings::new();
    for pair in &world.settings {
        settings.set(controller, pair).expect("a setting");
    }
    let router = Router::new(controller.compile(&cluster, &settings).table);
    (cluster, router)
}

#[test]
fn journeys_go_as_the_tables_say() {
    let show = std::env::var("JOURNEYS").is_ok();
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, worlds) in files() {
        for world in worlds {
            let (cluster, router) = build(&world);
            for case in &world.journeys {
                count += 1;
                let journey = case.travel(&cluster, &router);
                let got = seen(&journey);
                let wrong = wrong(case, &got);
                if show {
                    println!("@ {}", json!([name, world.about, case.from, case.to, got]));
                }
                if !wrong.is_empty() {
                    let asked = format!("{name}: {}: from {} to {}", world.about, case.from, case.to);
                    failures.push(format!("{asked}\n    {}", wrong.join("\n    ")));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} journeys differ:\n{}", failures.len(), failures.join("\n"));
    assert!(count > 0);
}
