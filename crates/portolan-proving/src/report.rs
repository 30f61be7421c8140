//! The table at the end, and the cases of what did not agree.

use crate::compare::Verdict;
use crate::shrink::Finding;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// What came of one controller.
#[derive(Debug)]
pub struct Report {
    /// The program and its version.
    pub program: String,
    /// Portolan's name of the controller.
    pub controller: &'static str,
    /// Clusters.
    pub cases: usize,
    /// Requests, by how the two answers compare.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Why Portolan was not certain, and how often.
    pub reasons: BTreeMap<String, usize>,
    /// Answers that were others when the same was asked again.
    pub wavered: usize,
    /// What was not asked about.
    pub left_out: String,
    /// How long it took, shrinking not counted.
    pub took: Duration,
    /// What did not agree, made small, and the ports of the program that it was put to.
    pub findings: Vec<(Finding, Vec<(u16, u16)>)>,
}

impl Report {
    /// One that counts nothing yet.
    pub fn new(program: String, controller: &'static str, left_out: String) -> Self {
        Report {
            program,
            controller,
            cases: 0,
            verdicts: BTreeMap::new(),
            reasons: BTreeMap::new(),
            wavered: 0,
            left_out,
            took: Duration::ZERO,
            findings: Vec::new(),
        }
    }

    /// How many requests compare so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// How many requests were asked.
    pub fn asked(&self) -> usize {
        self.verdicts.values().sum()
    }
}

/// The table, in Markdown.
pub fn table(reports: &[Report]) -> String {
    let mut rows = vec![
        [
            "program",
            "controller",
            "clusters",
            "asked",
            "agreed",
            "ties, weights",
            "unknowable",
            "likely: agreed",
            "likely: differed",
            "disagreed",
            "seconds",
            "left out",
        ]
        .map(str::to_owned),
    ];
    for r in reports {
        let count = |verdict| r.count(verdict).to_string();
        rows.push([
            r.program.clone(),
            r.controller.to_owned(),
            r.cases.to_string(),
            r.asked().to_string(),
            count(Verdict::Agreed),
            count(Verdict::Open),
            count(Verdict::Unknowable),
            count(Verdict::LikelyAgreed),
            count(Verdict::LikelyDiffered),
            count(Verdict::Disagreed),
            format!("{:.1}", r.took.as_secs_f64()),
            r.left_out.clone(),
        ]);
    }
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let is_number = |column: usize| (2..=10).contains(&column);
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| match is_number(column) {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            })
            .collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if at == 0 {
            let rule = |(column, width): (usize, &usize)| match is_number(column) {
                true => format!("{}:", "-".repeat(width + 1)),
                false => "-".repeat(width + 2),
            };
            let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
            lines.push(format!("|{}|", rules.join("|")));
        }
    }
    lines.join("\n")
}

/// A finding as a case. The ports that the program happened to have become those that are shown.
pub fn case(finding: &Finding, number: usize, note: &str, ports: &[(u16, u16)]) -> Value {
    let id = format!("{}-{number}", finding.case.controller);
    let value = finding.case.to_json(&id, note, &[finding.observed.to_json()]);
    let text = ports
        .iter()
        .fold(value.to_string(), |text, (port, shown)| text.replace(&port.to_string(), &shown.to_string()));
    serde_json::from_str(&text).unwrap_or(value)
}

/// Writes a suite of cases into a folder.
///
/// # Errors
/// When the file cannot be written.
pub fn write(folder: &Path, report: &Report, cases: &[Value]) -> Result<(), String> {
    let path = folder.join(format!("proving-{}.json", report.controller));
    let suite = json!({
        "suite": format!("proving-{}", report.controller),
        "controller": report.controller,
        "source": format!("observed on {}", report.program),
        "cases": cases,
    });
    let text = serde_json::to_string_pretty(&suite).unwrap_or_default() + "\n";
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{Report, table};
    use crate::compare::Verdict;

    #[test]
    fn the_table_counts_by_verdict() {
        let mut report = Report::new("Traefik 3".to_owned(), "traefik", "TLS".to_owned());
        report.cases = 2;
        report.verdicts = [(Verdict::Agreed, 7), (Verdict::Disagreed, 1), (Verdict::Open, 2)].into();
        report.took = std::time::Duration::from_millis(1500);
        assert_eq!(report.asked(), 10);
        let text = table(&[report]);
        let row: Vec<&str> = text.lines().nth(2).expect("a row").split('|').map(str::trim).collect();
        assert_eq!(
            row[1..13],
            ["Traefik 3", "traefik", "2", "10", "7", "2", "0", "0", "0", "1", "1.5", "TLS"]
        );
    }
}
