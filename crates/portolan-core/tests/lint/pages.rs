//! Every code has a page, and every page's examples are right: the bad one raises exactly its code,
//! the good one nothing at all.

use super::{Config, judge_within};
use portolan_core::lint::{self, Level};
use portolan_core::manifest::Limits;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems")
}

/// A page.
struct Page {
    code: String,
    name: String,
    /// What the heading says it is.
    what: String,
    /// Codes that its bad example cannot do without.
    also: Vec<String>,
    bad: Example,
    good: Example,
}

/// An example, and how it is judged.
struct Example {
    /// The controller and its settings; or `configuration`, where the example is one.
    judged: Vec<String>,
    /// A limit of the reading that is lower than usual, so that an example can be short.
    limit: Option<(String, usize)>,
    text: String,
}

/// The words in backticks behind `before`.
fn words(text: &str, before: &str) -> Option<Vec<String>> {
    let (_, after) = text.split_once(before)?;
    let (words, _) = after.strip_prefix('`')?.split_once('`')?;
    Some(words.split_whitespace().map(str::to_owned).collect())
}

/// Reads a page; else what it lacks. What stands before its sections goes for both examples, unless
/// their own sections say otherwise.
fn read(text: &str) -> Result<Page, String> {
    let heading = text.lines().next().and_then(|l| l.strip_prefix("# ")).ok_or("no heading")?;
    let (title, what) = heading.split_once(": ").ok_or("a heading is `# CODE name: what`")?;
    let (code, name) = title.split_once(' ').ok_or("a heading is `# CODE name: what`")?;
    let (intro, _) = text.split_once("\n## ").ok_or("it has no sections")?;
    let judged = words(intro, "Judged as: ").ok_or("it does not say `Judged as: `")?;
    if !text.contains("\n## Why it bites\n") {
        return Err("it does not say why it bites".to_owned());
    }
    let example = |heading: &str| {
        let (_, after) = text.split_once(&format!("\n## {heading}\n"))?;
        let section = after.split_once("\n## ").map_or(after, |(section, _)| section);
        let (said, block) = section.split_once("```")?;
        let (language, block) = block.split_once('\n')?;
        let (block, _) = block.split_once("\n```")?;
        if !matches!(language, "yaml" | "json") {
            return None;
        }
        let limit = words(intro, "read with ").or_else(|| words(said, "read with "));
        let limit = limit.and_then(|words| {
            let (name, value) = words.first()?.split_once('=')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        let judged = words(said, "Judged as: ").unwrap_or_else(|| judged.clone());
        Some(Example { judged, limit, text: written_out(&format!("{block}\n")) })
    };
    Ok(Page {
        code: code.to_owned(),
        name: name.to_owned(),
        what: what.to_owned(),
        also: words(text, "Also raises: ").unwrap_or_default(),
        bad: example("Bad").ok_or("it has no bad example")?,
        good: example("Good").ok_or("it has no good example")?,
    })
}

/// The text with `⟨"text" × 3⟩` written out; `\n` in the quotes is a new line.
fn written_out(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("⟨\"") {
        let (repeated, after) = after.split_once("\" × ").expect("⟨\"text\" × number⟩");
        let (times, after) = after.split_once('⟩').expect("⟨\"text\" × number⟩");
        out.push_str(before);
        out.push_str(&repeated.replace("\\n", "\n").repeat(times.parse().expect("a number")));
        rest = after;
    }
    out + rest
}

/// What is said of an example: code and message.
fn said(code: &str, example: &Example) -> Vec<(String, String)> {
    let (controller, settings) = example.judged.split_first().expect("somebody who judges");
    let problems = if controller == "configuration" {
        Config::read("portolan.yaml", &example.text).err().map(|error| error.problems).unwrap_or_default()
    } else {
        let mut config = Config::default();
        if lint::all().any(|rule| rule.code.0 == code && rule.level == Level::Off) {
            config.set(code, Level::Warning).expect("it is a code");
        }
        let files = [("m.yaml".to_owned(), example.text.clone())];
        let mut limits = Limits::default();
        match &example.limit {
            None => {}
            Some((name, most)) if name == "max_bytes" => limits.max_bytes = *most,
            Some((name, most)) if name == "max_nodes" => limits.max_nodes = *most,
            Some((name, most)) if name == "max_problems" => limits.max_problems = *most,
            Some((name, _)) => panic!("{code}: there is no limit {name}"),
        }
        judge_within(&files, controller, settings, &config, &limits).1.problems
    };
    problems.into_iter().map(|p| (p.code.0.to_owned(), p.message)).collect()
}

/// Every page by its code.
fn pages() -> Vec<Result<Page, String>> {
    let page = |(code, name): (&str, &str)| {
        let text = std::fs::read_to_string(folder().join(format!("{code}.md")));
        let page = read(&text.map_err(|error| format!("{code} {name}: {error}"))?);
        let page = page.map_err(|why| format!("{code}: {why}"))?;
        match (page.code.as_str(), page.name.as_str()) == (code, name) {
            true => Ok(page),
            false => Err(format!("{code} {name}: its page is about {} {}", page.code, page.name)),
        }
    };
    lint::codes().into_iter().map(page).collect()
}

#[test]
fn every_code_has_a_page_whose_examples_are_right() {
    let mut wrong = Vec::new();
    for page in pages() {
        let page = match page {
            Ok(page) => page,
            Err(why) => {
                wrong.push(why);
                continue;
            }
        };
        let Page { code, also, .. } = &page;
        let bad = said(code, &page.bad);
        let found = |code: &String| bad.iter().any(|(c, _)| c == code);
        if !found(code) || !also.iter().all(found) || bad.iter().any(|(c, _)| c != code && !also.contains(c))
        {
            wrong.push(format!("{code}: of its bad example is said {bad:#?}"));
        }
        let good = said(code, &page.good);
        if !good.is_empty() {
            wrong.push(format!("{code}: of its good example is said {good:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which room a code's first digits name.
const ROOMS: &[(&str, &str)] = &[
    ("PT01", "Reading: YAML and JSON"),
    ("PT02", "Objects: what the API server says"),
    ("PT03", "References between objects"),
    ("PT04", "ingress-nginx"),
    ("PT05", "Routing"),
    ("PT06", "Annotations"),
    ("PT07", "Exposure"),
    ("PT09", "Comments and configuration"),
];

#[test]
fn the_index_lists_every_page() {
    let mut index = "# Every problem that Portolan reports\n\nEach has a page: what it is, why it bites, a bad and a good \
         example. The examples are tests.\n\nLevels are set in `portolan.yaml`, by name or code; a comment \
         `# portolan: ignore NAME` silences one place.\n"
        .to_owned();
    let pages: Vec<_> = pages().into_iter().flatten().collect();
    for (room, title) in ROOMS {
        let rows = pages.iter().filter(|page| page.code.starts_with(room));
        let rows: String = rows
            .map(|Page { code, name, what, .. }| format!("| [{code}]({code}.md) | `{name}` | {what} |\n"))
            .collect();
        if !rows.is_empty() {
            index += &format!("\n## {title}\n\n| code | name | what |\n|---|---|---|\n{rows}");
        }
    }
    assert!(pages.iter().all(|page| index.contains(&format!("[{}]", page.code))), "a room lacks a name");
    let path = folder().join("README.md");
    if std::env::var_os("PORTOLAN_WRITE_INDEX").is_some() {
        std::fs::write(&path, &index).expect("it can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, index, "PORTOLAN_WRITE_INDEX=1 writes docs/problems/README.md anew");
}

#[test]
fn every_page_is_about_a_code() {
    let codes: Vec<_> = lint::codes().iter().map(|(code, _)| format!("{code}.md")).collect();
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
        assert!(codes.contains(&name) || name == "README.md", "{name}");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let codes = lint::codes();
    for entry in std::fs::read_dir(folder()).expect("the folder is there") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            let known = codes.iter().any(|(code, _)| target == format!("{code}.md"));
            assert!(known || target.starts_with("https://"), "{}: {target}", path.display());
        }
    }
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
