//! Nothing that is typed may panic, and whatever is said points into the text: manifests with lines
//! missing, doubled or cut, under every controller.

use super::{Config, corpus, judge};
use portolan_core::controller;
use portolan_core::lint;
use portolan_core::span::{Sources, Span};

/// Every span is one of a file's, on character boundaries.
fn inside(sources: &Sources, span: Span) -> bool {
    let file = sources.get(span.file);
    file.is_some_and(|f| f.text.get(span.start as usize..span.end as usize).is_some())
}

/// The text with one line changed: taken out, doubled, cut in half, or moved in.
fn broken(text: &str, at: usize, how: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let at = at % lines.len().max(1);
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate() {
        let half = line.char_indices().nth(line.chars().count() / 2).map_or(0, |(half, _)| half);
        match (i == at, how % 4) {
            (true, 0) => continue,
            (true, 1) => out += &format!("{line}\n{line}"),
            (true, 2) => out += line.get(..half).unwrap_or_default(),
            (true, _) => out += &format!("  {line}"),
            _ => out += line,
        }
        out.push('\n');
    }
    out
}

#[test]
fn broken_manifests_are_judged_too() {
    let mut judged = 0;
    for (n, work) in corpus::all().into_iter().enumerate().step_by(23) {
        for how in 0..8 {
            let mut files = work.files.clone();
            for (_, text) in &mut files {
                *text = broken(text, n * 7 + how * 13, how);
            }
            let own = (work.controller.as_str(), work.settings.as_slice());
            let other =
                controller::all().get((n + how) % controller::all().len()).map_or("kubernetes", |c| c.name);
            for (controller, settings) in [own, (other, &[][..])] {
                let (sources, verdict) = judge(&files, controller, settings, &Config::default());
                judged += 1;
                for problem in &verdict.problems {
                    let edits = problem.fixes.iter().flat_map(|f| &f.edits).map(|e| e.span);
                    let related = problem.related.iter().map(|r| r.span);
                    let all = std::iter::once(problem.span).chain(related).chain(edits);
                    assert!(all.into_iter().all(|span| inside(&sources, span)), "{}: {problem:?}", work.name);
                }
                let mended = lint::mend(files.clone(), &mut |files| {
                    let (sources, verdict) = judge(files, controller, settings, &Config::default());
                    (sources, verdict.problems)
                });
                assert_eq!(mended.files.len(), files.len());
            }
        }
    }
    assert!(judged > 1000, "{judged}");
}
