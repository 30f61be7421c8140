//! The words of every message, with the place that it points at and the fix that it offers.

use super::{cluster, fields, validation};
use portolan_core::cluster::Cluster;
use portolan_core::manifest::read;
use std::fmt::Write;

fn shown(text: &str) -> String {
    let manifest = read([("m.yaml", text)]);
    let mut out = String::new();
    for problem in Cluster::build(&manifest).problems {
        let place: String = manifest.sources.text(problem.span).chars().take(60).collect();
        write!(out, "{} {:?}: {}", problem.code, problem.severity, problem.message)
            .expect("a String takes all");
        write!(out, "\n  at: {}", place.lines().next().unwrap_or_default()).expect("a String takes all");
        for related in &problem.related {
            let place = manifest.sources.text(related.span).lines().next().unwrap_or_default();
            write!(out, "\n  see: {place}: {}", related.message).expect("a String takes all");
        }
        if let Some(help) = &problem.help {
            write!(out, "\n  help: {help}").expect("a String takes all");
        }
        for fix in &problem.fixes {
            let edits: Vec<_> = fix.edits.iter().map(|e| e.text.as_str()).collect();
            write!(out, "\n  fix: {}: {edits:?}", fix.title).expect("a String takes all");
        }
        out.push('\n');
    }
    out
}

#[test]
fn words() {
    let refused = validation::REFUSED.iter().map(|(frame, part, ..)| frame.with(part));
    let fields = fields::ROWS.iter().map(|(text, from, to, ..)| text.replacen(from, to, 1));
    let all: Vec<_> =
        refused.chain(fields).filter(|text| !cluster(text).problems.is_empty()).map(|t| shown(&t)).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("cluster_messages", all.join("\n"));
    });
}
