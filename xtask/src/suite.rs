//! `cargo xtask test`: runs the steps, all of them even when one fails, and counts.

use std::time::{Duration, Instant};

use crate::command::announce;
use crate::steps::{ALL, LINT, Outcome, SITE, Step};
use crate::{Result, page};

/// Runs all tests, or the steps that `--only` names, less those that `--skip` names.
pub fn test(arguments: &[String]) -> Result {
    match choose(arguments)? {
        Some(steps) => run(&steps),
        None => {
            for step in &ALL {
                println!("{:<8} {}", step.name, step.what);
            }
            Ok(())
        }
    }
}

/// Runs the checks that need no running code.
pub fn lint() -> Result {
    run(&ALL.iter().filter(|step| LINT.contains(&step.name)).collect::<Vec<_>>())
}

/// The steps asked for, or None when they should be listed instead.
fn choose(arguments: &[String]) -> Result<Option<Vec<&'static Step>>> {
    let mut only: Vec<&str> = Vec::new();
    let mut skip: Vec<&str> = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let list = match argument.as_str() {
            "--list" => return Ok(None),
            "--only" => &mut only,
            "--skip" => &mut skip,
            other => return Err(format!("`cargo xtask test` takes no `{other}`")),
        };
        let names = rest.next().ok_or_else(|| format!("{argument} needs the name of a step"))?;
        list.extend(names.split(','));
    }
    if let Some(unknown) = only.iter().chain(&skip).find(|name| ALL.iter().all(|step| step.name != **name)) {
        return Err(format!("there is no step `{unknown}`; `cargo xtask test --list` lists them"));
    }
    let wanted = |step: &&Step| (only.is_empty() || only.contains(&step.name)) && !skip.contains(&step.name);
    Ok(Some(ALL.iter().filter(wanted).collect()))
}

fn run(steps: &[&Step]) -> Result {
    let mut lines = Vec::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut site: Option<Result> = None;
    for (index, step) in steps.iter().enumerate() {
        announce(&format!("\n[{}/{}] {}: {}", index + 1, steps.len(), step.name, step.what));
        let started = Instant::now();
        // A step that looks at the site has it built first, once, unless the site's own step did.
        let ready = match step.needs_site {
            true => site.get_or_insert_with(page::build).clone(),
            false => Ok(()),
        };
        let outcome = ready.and_then(|()| (step.run)());
        if step.name == SITE {
            site = Some(outcome.as_ref().map(|_| ()).map_err(|_| "the page was not built".to_owned()));
        }
        let took = seconds(started.elapsed());
        lines.push(match outcome {
            Ok(Outcome::Passed) => {
                passed += 1;
                format!("  passed   {:<8} {took:>7}", step.name)
            }
            Ok(Outcome::Skipped(reason)) => {
                skipped += 1;
                format!("  skipped  {:<8} {took:>7}  {reason}", step.name)
            }
            Err(message) => {
                failed += 1;
                eprintln!("error: {message}");
                format!("  FAILED   {:<8} {took:>7}  {message}", step.name)
            }
        });
    }
    println!("\n{}\n", lines.join("\n"));
    let skips = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
    println!("{passed} passed, {failed} failed{skips}");
    match failed {
        0 => Ok(()),
        _ => Err("not all steps passed".to_owned()),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::choose;

    fn names(text: &str) -> crate::Result<Vec<&'static str>> {
        let arguments: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Ok(choose(&arguments)?.unwrap_or_default().iter().map(|step| step.name).collect())
    }

    #[test]
    fn steps_are_chosen_by_name_and_keep_their_order() {
        assert_eq!(names("--only browser,fmt"), Ok(vec!["fmt", "browser"]));
        let most = names("--skip fuzz").expect("fuzz is a step");
        assert!(most.contains(&"wasm") && !most.contains(&"fuzz"));
    }

    #[test]
    fn what_is_no_step_is_named() {
        let message = names("--only browsers").expect_err("no such step");
        assert!(message.contains("`browsers`"), "{message}");
        assert!(names("--only").is_err());
    }
}
