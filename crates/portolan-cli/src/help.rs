//! The command line in the language that is spoken: its help, and what is wrong with how it is used.
//! Names of commands and options stay as they are.

use crate::args::Args;
use crate::language::{Language, is_spoken, t};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory, Error, Parser};
use std::ffi::OsString;

/// Reads the command line, or says what is wrong with it and ends the process.
pub fn read(line: Vec<OsString>) -> Args {
    Language::speak(named(&line));
    if !is_spoken() {
        return Args::parse_from(line);
    }
    // Help alone is asked of this one: its values are texts, not the types that are wanted.
    if let Err(error) = said(Args::command()).try_get_matches_from(&line)
        && matches!(
            error.kind(),
            ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        )
    {
        error.exit();
    }
    Args::try_parse_from(line).unwrap_or_else(|error| refuse(&error))
}

/// The language that the line names, before anything else of it is understood.
fn named(line: &[OsString]) -> Option<Language> {
    let words = || line.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let joined = words().find_map(|word| word.strip_prefix("--language="));
    let tag = joined.or_else(|| words().skip_while(|word| *word != "--language").nth(1))?;
    clap::ValueEnum::from_str(tag, true).ok()
}

/// A command whose help is in the language that is spoken.
fn said(command: Command) -> Command {
    let mut command = command;
    // Now the arguments and commands that clap adds are there, too.
    command.build();
    say(command)
}

fn say(command: Command) -> Command {
    let usage = t("Usage:");
    let template =
        format!("{{before-help}}{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    let about = command.get_about().map(|about| t!("{about}"));
    let after = command.get_after_help().map(|after| lines(&after.to_string()));
    let mut command = command.help_template(template).subcommand_help_heading(kept(&t("Commands")));
    if let Some(about) = about {
        command = command.about(about.clone()).long_about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command.mut_args(say_argument).mut_subcommands(say)
}

fn say_argument(argument: Arg) -> Arg {
    let heading = t(if argument.is_positional() { "Arguments" } else { "Options" });
    let mut help = argument.get_help().map(|help| t!("{help}")).unwrap_or_default();
    let defaults: Vec<_> = argument.get_default_values().iter().map(|v| v.to_string_lossy()).collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        help.push_str(&format!(" [{}]", t!("default: {}", defaults.join(" "))));
    }
    let values: Vec<PossibleValue> = argument.get_possible_values();
    let mut argument = argument.help_heading(kept(&heading)).hide_default_value(true);
    if !values.is_empty() && argument.get_action().takes_values() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        help.push_str(&format!(" [{}]", t!("values: {}", names.join(", "))));
        let values: Vec<PossibleValue> = names.iter().map(|name| PossibleValue::new(kept(name))).collect();
        argument = argument.value_parser(PossibleValuesParser::new(values)).hide_possible_values(true);
    }
    argument.help(help.clone()).long_help(help)
}

/// Clap keeps such texts as long as the process lives, which ends with its help.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// A text of several lines: examples as they are, and codes with what they mean.
fn lines(text: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("     "), said.last_mut()) {
            // The rest of the line above.
            (Some(rest), Some(last)) if last.starts_with(|c: char| c.is_ascii_digit()) => {
                last.push(' ');
                last.push_str(rest);
            }
            _ => {
                said.push(line.strip_prefix("  ").filter(|l| starts_with_code(l)).unwrap_or(line).to_owned())
            }
        }
    }
    let said = said.iter().map(|line| match line.split_once("  ") {
        Some((code, meaning)) if starts_with_code(line) => format!("  {code}  {}", t(meaning)),
        _ => t(line).into_owned(),
    });
    said.collect::<Vec<_>>().join("\n")
}

fn starts_with_code(line: &str) -> bool {
    line.split_once("  ")
        .is_some_and(|(code, _)| !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()))
}

/// Says what is wrong, and ends the process as clap does.
fn refuse(error: &Error) -> ! {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(all)) => all.join(", "),
        _ => String::new(),
    };
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let message = match error.kind() {
        ErrorKind::UnknownArgument => t!("there is no option {argument}"),
        ErrorKind::MissingRequiredArgument => t!("these are missing: {argument}"),
        ErrorKind::MissingSubcommand => t!("a command is missing"),
        ErrorKind::InvalidSubcommand => {
            t!("there is no command {}", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => t!("{argument} needs a value"),
        ErrorKind::InvalidValue => t!("{argument} does not take {value}"),
        ErrorKind::ArgumentConflict => {
            t!("{argument} and {} exclude each other", text(ContextKind::PriorArg))
        }
        // The version, and what this command line can hardly get wrong.
        _ => error.exit(),
    };
    let style = anstyle::AnsiColor::BrightRed.on_default().bold();
    anstream::eprintln!("{style}{}{style:#}: {message}", t("error"));
    let valid = text(ContextKind::ValidValue);
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.into_iter().map(text).find(|meant| !meant.is_empty());
    let help = match meant {
        Some(meant) => t!("did you mean {meant}?"),
        None if !valid.is_empty() => t!("values: {valid}"),
        None => t!("portolan --help says more"),
    };
    anstream::eprintln!("{}: {help}", t("help"));
    std::process::exit(error.exit_code())
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_core::language::{Catalogue, KOREAN};
    use std::collections::BTreeSet;

    /// Every text of the help, in English.
    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        found.extend(command.get_about().map(ToString::to_string));
        for argument in command.get_arguments() {
            found.extend(argument.get_help().map(ToString::to_string));
        }
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in lines(&after).lines() {
            match line.trim_start().split_once("  ") {
                Some((_, meaning)) if starts_with_code(line.trim_start()) => {
                    found.insert(meaning.to_owned());
                }
                // A heading; what is indented is an example.
                None if line.ends_with(':') && !line.starts_with(' ') => {
                    found.insert(line.to_owned());
                }
                _ => {}
            }
        }
        for inner in command.get_subcommands() {
            texts(inner, found);
        }
    }

    #[test]
    fn the_help_is_said_in_korean_and_nothing_else_is_kept_for_it() {
        let korean = Catalogue::parse(KOREAN);
        let mut command = Args::command();
        command.build();
        let mut found = BTreeSet::new();
        texts(&command, &mut found);
        let missing: Vec<&str> =
            found.iter().map(String::as_str).filter(|text| korean.find(text).is_none()).collect();
        let missing = missing.join("\n  \n");
        assert!(missing.is_empty(), "add these to crates/portolan-core/languages/ko.txt:\n\n{missing}");
        let kept = KOREAN.split("# HELP").nth(1).and_then(|rest| rest.split("# END OF HELP").next());
        let kept = kept.unwrap_or_default().lines().skip(1).filter(|line| !line.starts_with("  "));
        let dead: Vec<&str> = kept.filter(|line| !found.contains(*line)).collect();
        assert!(
            dead.is_empty(),
            "the help says these no more; take them out of ko.txt:\n\n{}",
            dead.join("\n")
        );
    }

    #[test]
    fn the_language_is_known_before_the_rest() {
        let named = |line: &str| named(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(named("portolan --language ko --help"), Some(Language::Ko));
        assert_eq!(named("portolan route --language=en x"), Some(Language::En));
        assert_eq!(named("portolan route -- --language ko"), None);
        assert_eq!(named("portolan --language"), None);
        assert_eq!(named("portolan --language xx"), None);
    }
}
