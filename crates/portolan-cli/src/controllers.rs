//! `portolan controllers`.

use crate::args::{Controllers, Output};
use crate::failure::{Exit, Failure};
use crate::language::{t, to_json};
use crate::render::indented;
use crate::route::write;
use portolan_core::controller::{self, Controller, SettingKind};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct ControllerRecord {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    settings: Vec<SettingRecord>,
}

#[derive(Serialize)]
struct SettingRecord {
    name: &'static str,
    about: &'static str,
    default: &'static str,
    values: String,
}

/// Lists the controllers.
pub fn run(args: &Controllers) -> Result<Exit, Failure> {
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    match args.output {
        Output::Human => human(&mut out)?,
        Output::Json => {
            let records: Vec<_> = controller::all().iter().map(record).collect();
            to_json(&mut out, &records, true)?;
            write(&mut out, format_args!("\n"))?;
        }
        Output::Jsonl => {
            for controller in controller::all() {
                to_json(&mut out, &record(controller), false)?;
                write(&mut out, format_args!("\n"))?;
            }
        }
    }
    out.flush().map_err(Failure::Output)?;
    Ok(Exit::Answered)
}

fn human(out: &mut impl Write) -> Result<(), Failure> {
    let strong = anstyle::Style::new().bold();
    for (i, controller) in controller::all().iter().enumerate() {
        let Controller { name, title, about, .. } = controller;
        let gap = if i > 0 { "\n" } else { "" };
        write(
            out,
            format_args!("{gap}{strong}{name}{strong:#}  {}\n{}\n", t(title), indented("  ", &t(about))),
        )?;
        for setting in controller.settings() {
            let values = match setting.kind {
                SettingKind::Choice(_) | SettingKind::Checked(_) => format!(" ({})", t(&setting.values())),
                _ => String::new(),
            };
            let default = match setting.default {
                "" => String::new(),
                value => format!(" ({})", t!("default: {value}")),
            };
            let heading = format!("  --set {}={}  ", setting.name, placeholder(setting.kind));
            write(out, format_args!("{}{values}{default}\n", indented(&heading, &t(setting.about))))?;
        }
    }
    Ok(())
}

/// What stands for a value.
fn placeholder(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Flag => "true|false",
        SettingKind::Number => "N",
        _ => "…",
    }
}

fn record(controller: &Controller) -> ControllerRecord {
    ControllerRecord {
        name: controller.name,
        title: controller.title,
        about: controller.about,
        settings: controller
            .settings()
            .iter()
            .map(|s| SettingRecord { name: s.name, about: s.about, default: s.default, values: s.values() })
            .collect(),
    }
}
