//! Every lesson says what comes of its requests, before and after what it has one try; and this is what
//! comes of them.
#![cfg(not(target_arch = "wasm32"))]

use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Settings};
use portolan_core::journey::{Cloud, EndKind, Journey, Place, Setting, What, travel};
use portolan_core::manifest;
use portolan_core::routing::{Answer, Request, Router, Target};
use portolan_lessons::{Entry, Expect, Lesson, Trial};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn index() -> Vec<Entry> {
    Entry::index(&text("index.yaml")).expect("an index")
}

fn lesson(name: &str) -> Lesson {
    Lesson::read(&text(&format!("{name}/lesson.yaml"))).unwrap_or_else(|wrong| panic!("{name}: {wrong}"))
}

type Files = Vec<(String, String)>;

fn manifests(name: &str, lesson: &Lesson) -> Files {
    lesson.files.iter().map(|file| (file.clone(), text(&format!("{name}/manifests/{file}")))).collect()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|e| e.expect("readable").file_name().to_string_lossy().into_owned()).collect()
}

/// An answer in the words of `lesson.yaml`.
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

/// The end of a journey in the words of `lesson.yaml`.
fn end(journey: &Journey) -> String {
    let last = journey.hops.last().expect("the client's at least");
    let service = journey.hops.iter().rev().find_map(|hop| hop.service.as_ref().zip(hop.port));
    match (journey.end.kind, service) {
        (EndKind::Reached, Some((service, port))) => format!("{service}:{port}"),
        (EndKind::Reached, None) => last.id.split_once(':').map_or(&*last.id, |(_, name)| name).to_owned(),
        (kind, _) => kind.word().to_owned(),
    }
}

/// A world in which requests are asked.
struct World<'l> {
    files: Files,
    controller: &'l str,
    from: Option<&'l str>,
    cloud: Option<&'l str>,
}

impl World<'_> {
    /// What is not as it must be.
    fn check(&self, request: &str, expect: &Expect) -> Vec<String> {
        let cluster = Cluster::build(&manifest::read(self.files.clone()));
        let controller = controller::find(self.controller).expect("the controller is known");
        let router = Router::new(controller.compile(&cluster, &Settings::new()).table);
        let parsed = Request::parse(request).unwrap_or_else(|error| panic!("{request}: {error}"));
        let outcome = router.answer(&parsed.request);
        let mut wrong = Vec::new();
        let mut same = |what: &str, got: &str, expected: &Option<String>| {
            if let Some(expected) = expected
                && got != expected
            {
                wrong.push(format!("{request}: {what} {got:?}, not {expected:?}"));
            }
        };
        same("gives", &words(&outcome.answer), &expect.answer);
        same("is", outcome.certainty.word(), &expect.certainty);
        let place = |name| Place::ALL.into_iter().find(|p| p.name() == name).expect("a place");
        let setting = Setting {
            place: self.from.map(place).unwrap_or_default(),
            cloud: self.cloud.map(|name| Cloud::named(name).expect("a cloud")),
            ..Setting::default()
        };
        let what = What::Http { request: &parsed.request, table: router.table(), outcome: &outcome };
        let journey = travel(&cluster, &setting, what);
        same("ends at", &end(&journey), &expect.ends);
        let hops: Vec<&str> = journey.hops.iter().map(|hop| hop.actor.word()).collect();
        if !expect.hops.is_empty() && hops != expect.hops {
            wrong.push(format!("{request}: goes by {hops:?}, not {:?}", expect.hops));
        }
        if !wrong.is_empty() {
            wrong.push(format!("  {hops:?} {}: {}", journey.end.kind.word(), journey.end.why));
        }
        wrong
    }
}

#[test]
fn the_index_lists_every_folder() {
    let listed: BTreeSet<String> = index().into_iter().map(|entry| entry.name).collect();
    let mut folders = names(&root());
    folders.remove("index.yaml");
    assert_eq!(listed, folders);
}

#[test]
fn every_lesson_is_whole() {
    for entry in index() {
        let name = &entry.name;
        let lesson = lesson(name);
        assert_eq!(entry.lesson, !lesson.steps.is_empty(), "{name}: a lesson has steps");
        assert!(!lesson.requests.is_empty(), "{name} asks nothing");
        let listed: BTreeSet<String> = lesson.files.iter().cloned().collect();
        assert_eq!(listed, names(&root().join(name).join("manifests")), "{name}: its files");
        for other in &lesson.compare {
            assert!(controller::find(other).is_ok(), "{name}: {other}");
        }
        let files = manifests(name, &lesson);
        let steps = lesson.steps.iter().flat_map(|step| [&step.title, &step.text]);
        let trials = lesson.steps.iter().filter_map(|step| Some(&step.trial.as_ref()?.label));
        for words in [&entry.title, &entry.text].into_iter().chain(steps).chain(trials) {
            assert!(!words.en.is_empty() && words.en.is_ascii(), "{name}: {words:?}");
            assert!(
                words.ko.chars().any(|c| ('가'..='힣').contains(&c)) || words.en == words.ko,
                "{name}: {words:?}"
            );
        }
        for step in &lesson.steps {
            let listed = lesson.requests.iter().any(|asked| asked.request == step.request);
            assert!(listed, "{name}: {} is not in its list of requests", step.request);
            let promises = |e: &Expect| e.answer.is_some() && e.certainty.is_some() || e.ends.is_some();
            assert!(promises(&step.expect), "{name}: {:?} promises nothing", step.title.en);
            assert!(step.trial.as_ref().is_none_or(|t| promises(&t.expect)), "{name}: {:?}", step.title.en);
            if let Some(look) = &step.look {
                let file = files.iter().find(|(file, _)| *file == look.file);
                assert!(file.is_some_and(|(_, text)| text.contains(&look.text)), "{name}: {look:?}");
            }
        }
    }
}

#[test]
fn every_request_comes_to_what_its_lesson_says() {
    let mut wrong = Vec::new();
    for Entry { name, .. } in index() {
        let lesson = lesson(&name);
        let (from, cloud) = (lesson.from.as_deref(), lesson.cloud.as_deref());
        let world = World { files: manifests(&name, &lesson), controller: &lesson.controller, from, cloud };
        let mut check = |world: &World<'_>, request: &str, expect: &Expect| {
            wrong.extend(world.check(request, expect).into_iter().map(|w| format!("{name}: {w}")));
        };
        for asked in &lesson.requests {
            check(&world, &asked.request, &asked.expect);
        }
        for step in &lesson.steps {
            let from = step.from.as_deref().or(from);
            check(&World { files: world.files.clone(), from, ..world }, &step.request, &step.expect);
            if let Some(trial) = &step.trial {
                let files =
                    trial.apply(&world.files).unwrap_or_else(|| panic!("{name}: {:?}", trial.label.en));
                assert!(files != world.files || trial.controller.is_some(), "{name}: nothing to try");
                let controller = trial.controller.as_deref().unwrap_or(&lesson.controller);
                let request = trial.request.as_ref().unwrap_or(&step.request);
                let cloud = trial.cloud.as_deref().or(cloud);
                check(&World { files, controller, from, cloud }, request, &trial.expect);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_cannot_be_changed_any_more_is_left() {
    let trial = |find: &str, all| Trial {
        label: Default::default(),
        edits: vec![portolan_lessons::Edit { file: "a".into(), find: find.into(), put: "x".into(), all }],
        request: None,
        controller: None,
        cloud: None,
        expect: Expect::default(),
    };
    let files = vec![("a".to_owned(), "one two one".to_owned())];
    let text = |files: Option<Files>| files.map(|f| f[0].1.clone());
    assert_eq!(text(trial("two", false).apply(&files)).as_deref(), Some("one x one"));
    assert_eq!(text(trial("one", true).apply(&files)).as_deref(), Some("x two x"));
    assert_eq!(trial("one", false).apply(&files), None, "which one?");
    assert_eq!(trial("three", true).apply(&files), None);
}

/// Keys that nothing reads are misspelt.
#[test]
fn no_lesson_says_what_nobody_reads() {
    const KNOWN: &[&str] = &[
        "controller",
        "compare",
        "cloud",
        "from",
        "files",
        "requests",
        "steps",
        "title",
        "text",
        "request",
        "view",
        "look",
        "answer",
        "certainty",
        "ends",
        "hops",
        "hops",
        "try",
        "label",
        "edits",
        "file",
        "find",
        "put",
        "all",
        "en",
        "ko",
    ];
    fn walk(node: &manifest::Node, name: &str) {
        for entry in node.entries() {
            assert!(KNOWN.contains(&entry.key.as_str()), "{name}: {}", entry.key);
            walk(&entry.value, name);
        }
        node.items().iter().for_each(|item| walk(item, name));
    }
    for Entry { name, .. } in index() {
        let manifest = manifest::read([("", text(&format!("{name}/lesson.yaml")))]);
        manifest.objects.iter().for_each(|object| walk(&object.root, &name));
    }
}
