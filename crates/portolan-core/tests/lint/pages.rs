//! Every code has a page, and every page's examples are right: the bad one raises exactly its code,
//! the good one nothing at all.

use super::{Config, judge};
use portolan_core::lint::{self, Level};
use std::path::{Path, PathBuf};

/// Codes of other rooms that have no page yet. This list only ever gets shorter.
const WITHOUT_PAGE: &[&str] = &[
    "PT0101", "PT0102", "PT0103", "PT0104", "PT0105", "PT0106", "PT0107", "PT0108", "PT0109", "PT0110",
    "PT0111", "PT0112", "PT0113", "PT0114", "PT0115", "PT0116", "PT0117", "PT0118", "PT0119", "PT0201",
    "PT0202", "PT0203", "PT0204", "PT0205", "PT0206", "PT0207", "PT0208", "PT0209", "PT0210", "PT0211",
    "PT0212", "PT0213", "PT0214", "PT0215", "PT0220", "PT0221", "PT0222", "PT0223", "PT0224", "PT0230",
    "PT0240", "PT0250", "PT0260", "PT0261", "PT0262", "PT0263", "PT0264", "PT0265", "PT0299", "PT0401",
    "PT0402", "PT0403", "PT0404", "PT0901", "PT0902", "PT0903",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems")
}

/// A page.
struct Page {
    code: String,
    name: String,
    controller: String,
    settings: Vec<String>,
    bad: String,
    good: String,
}

/// Reads a page; else what it lacks.
fn read(text: &str) -> Result<Page, String> {
    let heading = text.lines().next().and_then(|l| l.strip_prefix("# ")).ok_or("no heading")?;
    let (title, _) = heading.split_once(": ").ok_or("a heading is `# CODE name: what`")?;
    let (code, name) = title.split_once(' ').ok_or("a heading is `# CODE name: what`")?;
    let (_, after) = text.split_once("Judged as: `").ok_or("it does not say `Judged as: `")?;
    let (judged, _) = after.split_once('`').ok_or("it does not say `Judged as: `")?;
    let mut words = judged.split_whitespace().map(str::to_owned);
    let controller = words.next().ok_or("it names no controller")?;
    if !text.contains("\n## Why it bites\n") {
        return Err("it does not say why it bites".to_owned());
    }
    let example = |heading: &str| {
        let (_, after) = text.split_once(&format!("\n## {heading}\n"))?;
        let (_, after) = after.split_once("```yaml\n")?;
        after.split_once("```").map(|(yaml, _)| yaml.to_owned())
    };
    Ok(Page {
        code: code.to_owned(),
        name: name.to_owned(),
        controller,
        settings: words.collect(),
        bad: example("Bad").ok_or("it has no bad example")?,
        good: example("Good").ok_or("it has no good example")?,
    })
}

/// What is said of an example: code and message.
fn said(page: &Page, text: &str) -> Vec<(String, String)> {
    let mut config = Config::default();
    let off = lint::all().any(|rule| rule.code.0 == page.code && rule.level == Level::Off);
    if off {
        config.set(&page.code, Level::Warning).expect("it is a code");
    }
    let files = [("m.yaml".to_owned(), text.to_owned())];
    let (_, verdict) = judge(&files, &page.controller, &page.settings, &config);
    verdict.problems.into_iter().map(|p| (p.code.0.to_owned(), p.message)).collect()
}

#[test]
fn every_code_has_a_page_whose_examples_are_right() {
    let mut wrong = Vec::new();
    for (code, name) in lint::codes() {
        let page = match std::fs::read_to_string(folder().join(format!("{code}.md"))) {
            Ok(text) => text,
            Err(_) if WITHOUT_PAGE.contains(&code) => continue,
            Err(error) => {
                wrong.push(format!("{code} {name}: {error}"));
                continue;
            }
        };
        if WITHOUT_PAGE.contains(&code) {
            wrong.push(format!("{code} has a page now: take it out of the list"));
        }
        let page = match read(&page) {
            Ok(page) => page,
            Err(why) => {
                wrong.push(format!("{code}: {why}"));
                continue;
            }
        };
        if (page.code.as_str(), page.name.as_str()) != (code, name) {
            wrong.push(format!("{code} {name}: its page is about {} {}", page.code, page.name));
        }
        let bad = said(&page, &page.bad);
        if bad.is_empty() || bad.iter().any(|(c, _)| c != code) {
            wrong.push(format!("{code}: of its bad example is said {bad:#?}"));
        }
        let good = said(&page, &page.good);
        if !good.is_empty() {
            wrong.push(format!("{code}: of its good example is said {good:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_is_about_a_code() {
    let codes: Vec<_> = lint::codes().iter().map(|(code, _)| format!("{code}.md")).collect();
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
        assert!(codes.contains(&name), "{name}");
    }
    assert!(WITHOUT_PAGE.iter().all(|code| codes.contains(&format!("{code}.md"))));
}

#[test]
fn codes_and_names_are_unique() {
    let codes = lint::codes();
    assert!(codes.windows(2).all(|pair| pair[0].0 < pair[1].0), "{codes:?}");
    let mut names: Vec<_> = codes.iter().map(|(_, name)| name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    assert!(names.iter().all(|n| n.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')), "{names:?}");
}
