//! Everything that Portolan says is said in Korean, too.

#[path = "common/cases.rs"]
mod common;
#[path = "language/source.rs"]
mod source;

use common::suites;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller, Settings};
use portolan_core::journey::{self, Cloud, Journey, Place, Setting, What};
use portolan_core::language::{Catalogue, KOREAN};
use portolan_core::lint::{self, Config, Context};
use portolan_core::manifest::{self, Manifest};
use portolan_core::problem::Problem;
use portolan_core::routing::{Answer, Origin, Request, Router, Verdict};
use portolan_core::topology;
use source::{as_key, is_prose};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Texts of the sources that nobody is told, one a line; `FILE:` stands for all of a file, a `*` at the
/// end for all that begin so.
const UNSAID: &str = include_str!("language/unsaid.txt");

/// The keys of the entries, as the sources' literals are keyed.
fn keys() -> BTreeSet<String> {
    Catalogue::parse(KOREAN).entries().iter().map(|e| key(e.english)).collect()
}

/// A catalogue's text with `{}` for each hole.
fn key(english: &str) -> String {
    as_key(&english.replace("{{", "{\u{0}{").replace("}}", "}\u{0}}")).replace('\u{0}', "")
}

/// The texts that a literal may be a part of: `; the rest was left out` is added to another.
fn wholes(literal: &str) -> Vec<String> {
    let text = literal.trim();
    let mut wholes = vec![literal.to_owned()];
    for before in ["", "{}", "{} "] {
        wholes.extend(["", "{}", " {}"].iter().map(|after| format!("{before}{text}{after}")));
    }
    wholes
}

fn unsaid(file: &str, text: &str) -> bool {
    UNSAID.lines().any(|line| match line.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => line == text || line.strip_suffix(':').is_some_and(|f| file == f),
    })
}

#[test]
fn every_text_of_the_sources_has_an_entry() {
    let Some(files) = source::files() else { return };
    let keys = keys();
    let mut missing: BTreeMap<String, String> = BTreeMap::new();
    for (file, text) in &files {
        for literal in source::literals(file, text) {
            let said = is_prose(&literal.text) || wrapped(file, text, &literal);
            let known = || wholes(&literal.text).iter().any(|whole| keys.contains(whole));
            if said && !known() && !unsaid(file, &literal.text) {
                missing.entry(literal.text).or_insert(literal.place);
            }
        }
    }
    let mut by_place: Vec<(&String, &String)> = missing.iter().map(|(text, place)| (place, text)).collect();
    by_place.sort();
    let list: String = by_place.iter().map(|(place, text)| format!("# {place}\n{text}\n  \n")).collect();
    assert!(
        missing.is_empty(),
        "{} texts have no Korean. Add them to crates/portolan-core/languages/ko.txt, the translation below\n\
         each, or to tests/language/unsaid.txt where nobody is told them:\n\n{list}",
        missing.len()
    );
}

/// Whether the page says this: a literal given to `t`, `tr` or `t!`.
fn wrapped(file: &str, source: &str, literal: &source::Literal) -> bool {
    if !file.starts_with("web/") || literal.text.is_empty() {
        return false;
    }
    let line = literal.place.rsplit(':').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
    let line = source.lines().nth(line - 1).unwrap_or_default();
    ["t(\"", "t!(\""].iter().any(|call| {
        line.match_indices(call).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let quoted = line[at + call.len()..].split('"').next().unwrap_or_default();
            before.is_none_or(|c| !c.is_alphanumeric() && c != '.' && c != '!')
                && as_key(quoted) == literal.text
        })
    })
}

#[test]
fn every_entry_is_said_somewhere() {
    let Some(files) = source::files() else { return };
    let said: BTreeSet<String> = files
        .iter()
        .flat_map(|(file, text)| source::literals(file, text))
        .flat_map(|literal| wholes(&literal.text))
        .collect();
    let alive = |key: &str| {
        // What joins two translations is no text of its own.
        said.contains(key)
            || !key.replace("{}", "").replace("and", "").replace("or", "").contains(char::is_alphabetic)
    };
    // The tool looks after the texts of its help by itself: they stand in documentation comments.
    let help =
        KOREAN.split("# HELP").nth(1).and_then(|rest| rest.split("# END OF HELP").next()).unwrap_or_default();
    let dead: Vec<String> =
        keys().into_iter().filter(|key| !alive(key) && !help.lines().any(|line| line == key)).collect();
    assert!(
        dead.is_empty(),
        "no source says these any more; take them out of ko.txt:\n\n{}",
        dead.join("\n")
    );
}

#[test]
fn the_page_shows_nothing_that_is_not_wrapped() {
    let Some(files) = source::files() else { return };
    let mut bare = Vec::new();
    for (file, text) in files.iter().filter(|(file, _)| file.starts_with("web/src")) {
        for literal in source::literals(file, text).into_iter().filter(|literal| literal.shown) {
            let letters = literal.text.chars().filter(|c| c.is_alphabetic()).count();
            if letters > 1 && literal.text != "Portolan" {
                bare.push(format!("{}: {}", literal.place, literal.text));
            }
        }
        // Who says something is rendered again when the language changes.
        for component in text.split("#[component]").skip(1).filter(|_| !file.ends_with("app.rs")) {
            let body = component.split("\n}\n").next().unwrap_or_default();
            let speaks =
                ["{ t(", "{ tr(", "{ t!(", "={t(", "={tr(", "={t!("].iter().any(|call| body.contains(call));
            if speaks && !body.contains("use_language()") {
                let name = body.trim_start().lines().next().unwrap_or_default();
                bare.push(format!("{file}: {name}: says something and does not call use_language()"));
            }
        }
    }
    assert!(bare.is_empty(), "wrap these in t(\"…\"):\n\n{}", bare.join("\n"));
}

#[test]
fn the_catalogue_is_well_formed() {
    let mut english = "";
    let mut seen = BTreeSet::new();
    for (n, line) in KOREAN.lines().enumerate() {
        let place = format!("ko.txt:{}: {line}", n + 1);
        if let Some(korean) = line.strip_prefix("  ") {
            assert!(!english.is_empty(), "{place}\na translation of nothing");
            assert!(!korean.trim().is_empty(), "{place}\nno translation");
            assert!(seen.insert(key(english)), "{place}\nthere is such an entry already: {english}");
            let holes = key(english).matches("{}").count();
            let used: BTreeSet<usize> = (0..20)
                .filter(|n| korean.contains(&format!("{{{n}}}")) || korean.contains(&format!("{{{n}~}}")))
                .collect();
            assert_eq!(used, (0..holes).collect(), "{place}\nnot the holes of: {english}");
            english = "";
        } else {
            assert!(
                english.is_empty() || line.starts_with('#'),
                "{place}\nbefore it, a text without translation: {english}"
            );
            english = if line.starts_with('#') { english } else { line };
        }
    }
}

/// Words that a Korean sentence of ours never has, but an English one nearly always.
const ENGLISH: [&str; 25] = [
    "the", "is", "are", "was", "not", "of", "has", "have", "that", "which", "with", "than", "this", "these",
    "does", "there", "it", "its", "must", "may", "from", "by", "where", "more", "be",
];

/// What of a translation is English still: words outside of quotes and code that only a sentence has.
fn leftover(korean: &str) -> Option<&str> {
    let outside = korean.split('`').step_by(2).flat_map(|part| part.split('"').step_by(2));
    let mut words = outside.flat_map(|part| part.split(|c: char| c.is_whitespace() || "(),;:.".contains(c)));
    words.find(|word| ENGLISH.contains(word))
}

/// Collects what is said, and of it what is not said in Korean.
struct Ear {
    korean: Catalogue<'static>,
    heard: BTreeSet<String>,
    english: BTreeMap<String, String>,
}

impl Ear {
    fn hear(&mut self, text: &str) {
        if text.is_empty() || !self.heard.insert(text.to_owned()) {
            return;
        }
        let said = self.korean.find(text);
        let wrong = match &said {
            None => !text.chars().any(|c| c.is_whitespace()) || leftover(text).is_some(),
            Some(said) => leftover(said).is_some(),
        };
        // A single word may be a name.
        let is_name = said.is_none() && !text.contains(' ');
        if wrong && !is_name {
            self.english.insert(text.to_owned(), said.unwrap_or_default());
        }
    }

    fn problem(&mut self, problem: &Problem) {
        self.hear(&problem.message);
        self.hear(problem.help.as_deref().unwrap_or_default());
        problem.fixes.iter().for_each(|fix| self.hear(&fix.title));
        problem.related.iter().for_each(|related| self.hear(&related.message));
    }

    fn origin(&mut self, origin: &Origin) {
        self.hear(origin.note.as_deref().unwrap_or_default());
    }

    fn journey(&mut self, journey: &Journey) {
        self.hear(&journey.end.why);
        self.hear(journey.certainty.reason().unwrap_or_default());
        for hop in &journey.hops {
            for text in [&hop.title, &hop.text].into_iter().chain(&hop.risks) {
                self.hear(text);
            }
            if let Some(choice) = &hop.choice {
                self.hear(choice.how);
                for one in &choice.of {
                    self.hear(&one.title);
                    self.hear(one.unavailable.as_deref().unwrap_or_default());
                }
            }
        }
    }

    /// Everything that is said of these manifests and requests under a controller.
    fn world(
        &mut self,
        controller: &Controller,
        settings: &Settings,
        manifests: &Manifest,
        asked: &[Request],
    ) {
        let cluster = Cluster::build(manifests);
        let compiled = controller.compile(&cluster, settings);
        manifests
            .problems
            .iter()
            .chain(&cluster.problems)
            .chain(&compiled.problems)
            .for_each(|p| self.problem(p));
        for dropped in &compiled.table.dropped {
            self.hear(&dropped.rule);
            self.hear(&dropped.reason);
            self.origin(&dropped.origin);
        }
        let chart = topology::chart(&cluster, &compiled.table, controller.title, None);
        for node in &chart.nodes {
            self.hear(&node.title);
            self.hear(&node.detail);
        }
        for route in &compiled.table.routes {
            self.origin(&route.origin);
            route.conditions.iter().for_each(|condition| self.hear(&condition.to_string()));
        }
        let cx = Context::new(&manifests.sources, &cluster, controller, settings, &compiled);
        lint::check(&cx, &Config::default(), Vec::new()).problems.iter().for_each(|p| self.problem(p));
        let router = Router::new(compiled.table.clone());
        for (turn, request) in asked.iter().enumerate() {
            let outcome = router.answer(request);
            for place in Place::ALL {
                // All clouds in turn: every one of them for every request would say much the same.
                let cloud = Cloud::ALL.get((turn + self.heard.len()) % (2 * Cloud::ALL.len())).copied();
                let setting = Setting { place, cloud, turn: 0, ..Setting::default() };
                let what = What::Http { request, table: router.table(), outcome: &outcome };
                self.journey(&journey::travel(&cluster, &setting, what));
            }
            self.hear(outcome.certainty.reason().unwrap_or_default());
            if let Answer::Respond { why, .. } = &outcome.answer {
                self.hear(why);
            }
            let trace = router.explain(request);
            for verdict in &trace.routes {
                if let Verdict::Lost(why) = &verdict.verdict {
                    self.hear(&router.words(&trace, verdict.route, why));
                }
            }
        }
    }
}

#[test]
fn everything_that_the_cases_make_us_say_is_said_in_korean() {
    let mut ear = Ear { korean: Catalogue::parse(KOREAN), heard: BTreeSet::new(), english: BTreeMap::new() };
    for controller in controller::all() {
        ear.hear(controller.title);
        ear.hear(controller.about);
        for setting in controller.settings() {
            ear.hear(setting.about);
            ear.hear(&setting.values());
        }
    }
    for (_, suite) in suites() {
        let controller = controller::find(&suite.controller).expect("a controller");
        for case in suite.cases {
            let mut settings = Settings::new();
            for pair in case.set() {
                settings.set(controller, &pair).expect("a setting");
            }
            let asked: Vec<Request> = case.requests.into_iter().map(|r| r.request).collect();
            ear.world(controller, &settings, &manifest::read([("case.yaml", case.manifests)]), &asked);
        }
    }
    let asked: Vec<Request> =
        ASKED.iter().filter_map(|text| Request::parse(text).ok()).map(|parsed| parsed.request).collect();
    for manifests in examples() {
        for controller in controller::all() {
            ear.world(controller, &Settings::new(), &manifest::read(manifests.clone()), &asked);
        }
    }
    for line in include_str!("curl/commands.txt").lines() {
        match Request::parse(line) {
            Ok(parsed) => parsed.notes.iter().for_each(|note| ear.hear(note)),
            Err(error) => {
                ear.hear(&error.to_string());
                ear.hear(&error.help().unwrap_or_default());
            }
        }
    }
    assert!(ear.heard.len() > 1000, "only {} texts were heard", ear.heard.len());
    let list: String = ear.english.iter().map(|(text, said)| format!("{text}\n    => {said}\n")).collect();
    assert!(ear.english.is_empty(), "{} texts are not wholly Korean:\n\n{list}", ear.english.len());
}

/// What is asked of every example.
const ASKED: [&str; 5] = [
    "http://foo.bar.com/foo",
    "http://10.13.242.236:8086/",
    "http://192.0.2.10:30000/ping",
    "http://influxdb.default.svc.cluster.local:8086/",
    "https://shop.example.com/cart",
];

/// The manifests of each example. Nothing where this crate stands alone.
fn examples() -> Vec<Vec<(String, String)>> {
    let sorted = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let file = |path: &Path| {
        let is_manifest = path.extension().is_some_and(|e| e == "yaml");
        is_manifest.then(|| Some((path.display().to_string(), std::fs::read_to_string(path).ok()?)))?
    };
    let folders = sorted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"));
    let folders = folders.iter().filter(|path| path.is_dir());
    folders.map(|folder| sorted(folder).iter().filter_map(|path| file(path)).collect()).collect()
}
