//! Every example gives the answers that it promises. The page and the command line show the same
//! files.
#![cfg(not(target_arch = "wasm32"))]

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::manifest;
use portolan_core::routing::{Answer, Request, Router, Target};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Example {
    controller: String,
    files: Vec<String>,
    requests: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    request: String,
    answer: String,
    certainty: String,
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let entries = std::fs::read_dir(root).expect("examples/ is there");
    let mut folders: Vec<PathBuf> =
        entries.map(|e| e.expect("readable").path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

fn words(answer: &Answer) -> String {
    let target = |t: &Target| match t.port {
        Some(port) => format!("{}:{port}", t.service),
        None => t.service.clone(),
    };
    match answer {
        Answer::Forward { targets, .. } => targets.iter().map(target).collect::<Vec<_>>().join(" or "),
        Answer::Redirect { status, location } => format!("{status} {location}"),
        Answer::Respond { status, .. } => status.to_string(),
        other => panic!("an answer of a new kind: {other:?}"),
    }
}

#[test]
fn every_example_answers_as_it_promises() {
    let folders = folders();
    assert!(!folders.is_empty());
    let mut wrong = Vec::new();
    for folder in folders {
        let about =
            std::fs::read_to_string(folder.join("example.json")).expect("an example has an example.json");
        let example: Example = serde_json::from_str(&about).expect("example.json is one");
        let files = example.files.iter().map(|name| {
            let text = std::fs::read_to_string(folder.join(name)).expect("the files named are there");
            (name.clone(), text)
        });
        let manifest = manifest::read(files.collect::<Vec<_>>());
        let cluster = Cluster::build(&manifest);
        let controller = controller::find(&example.controller).expect("the controller is known");
        let router = Router::new(controller.compile(&cluster, &Settings::new()).table);
        assert!(!example.requests.is_empty(), "{} asks nothing", folder.display());
        for expected in example.requests {
            let parsed = Request::parse(&expected.request).expect("a request");
            let outcome = router.answer(&parsed.request);
            let got = (words(&outcome.answer), outcome.certainty.word().to_owned());
            if got != (expected.answer.clone(), expected.certainty.clone()) {
                let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                wrong.push(format!("{name}: {} gives {got:?}", expected.request));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
