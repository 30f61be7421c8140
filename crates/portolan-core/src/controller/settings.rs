//! A controller's own settings, by its own names.

use super::Controller;
use std::collections::BTreeMap;

/// A setting that a controller has.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The controller's own name for it.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Its value where nothing is set; empty for none.
    pub default: &'static str,
    /// What values it takes.
    pub kind: SettingKind,
}

/// What values a setting takes. The empty text stands for the default, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingKind {
    /// `true` or `false`, and whatever else Go's `strconv.ParseBool` reads.
    Flag,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number.
    Number,
    /// What passes a check of its own.
    Checked(Check),
    /// Any text.
    Text,
}

/// A check of its own for the values of a setting.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What passes, in words: `a version`.
    pub takes: &'static str,
    /// Whether a value passes.
    pub passes: fn(&str) -> bool,
}

// Addresses of functions are no identity; the words are.
impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.takes == other.takes
    }
}

impl Eq for Check {}

impl Setting {
    /// A setting whose kind its default shows: a flag, a number, else a text.
    pub const fn new(name: &'static str, about: &'static str, default: &'static str) -> Self {
        let kind = match default.as_bytes() {
            b"true" | b"false" => SettingKind::Flag,
            [] => SettingKind::Text,
            digits if all_digits(digits) => SettingKind::Number,
            _ => SettingKind::Text,
        };
        Self { name, about, default, kind }
    }

    /// The same setting, but it takes one of these values only.
    pub const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { kind: SettingKind::Choice(values), ..self }
    }

    /// The same setting, but it takes what passes this check only.
    pub const fn checked(self, check: Check) -> Self {
        Self { kind: SettingKind::Checked(check), ..self }
    }

    /// The values that it takes, in words.
    pub fn values(&self) -> String {
        match self.kind {
            SettingKind::Flag => "true or false".to_owned(),
            SettingKind::Choice([one]) => (*one).to_owned(),
            SettingKind::Choice(values) => values.join(", "),
            SettingKind::Number => "a whole number".to_owned(),
            SettingKind::Checked(check) => check.takes.to_owned(),
            SettingKind::Text => "text".to_owned(),
        }
    }

    /// Whether it takes this value.
    fn takes(&self, value: &str) -> bool {
        match self.kind {
            _ if value.is_empty() => true,
            SettingKind::Flag => as_flag(value).is_some(),
            SettingKind::Choice(values) => values.contains(&value),
            SettingKind::Number => value.parse::<i64>().is_ok(),
            SettingKind::Checked(check) => (check.passes)(value),
            SettingKind::Text => true,
        }
    }
}

/// What a flag's value says, read as Go's `strconv.ParseBool` does.
pub fn as_flag(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

const fn all_digits(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            return false;
        }
        at += 1;
    }
    true
}

/// Settings that somebody chose; everything else has the controller's default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    values: BTreeMap<String, String>,
}

/// Why a setting was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingError {
    /// It is not written `name=value`.
    NotAPair(String),
    /// The controller has no setting of this name.
    Unknown {
        /// The name.
        name: String,
        /// The controller.
        controller: &'static str,
    },
    /// The setting does not take this value.
    Value {
        /// The name.
        name: &'static str,
        /// The value.
        value: String,
        /// What it takes, in words.
        takes: String,
    },
}

impl std::fmt::Display for SettingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SettingError::NotAPair(text) => write!(f, "{text:?} is not a setting: write name=value"),
            SettingError::Unknown { name, controller } => {
                write!(f, "controller {controller} has no setting {name:?}")?;
                let known: Vec<_> = super::find(controller)
                    .map(|c| c.settings().iter().map(|s| s.name).collect())
                    .unwrap_or_default();
                if known.is_empty() { Ok(()) } else { write!(f, "; it has: {}", known.join(", ")) }
            }
            SettingError::Value { name, value, takes } => {
                write!(f, "setting {name} does not take {value:?}; it takes {takes}")
            }
        }
    }
}

impl std::error::Error for SettingError {}

impl Settings {
    /// All defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `name=value` for a controller. A setting that changes no answer is taken and forgotten.
    ///
    /// # Errors
    /// When the text is no pair, or the controller has no such setting, or the setting does not take
    /// the value.
    pub fn set(&mut self, controller: &Controller, pair: &str) -> Result<(), SettingError> {
        let (name, value) = pair.split_once('=').ok_or_else(|| SettingError::NotAPair(pair.to_owned()))?;
        let Some(setting) = controller.settings().iter().find(|s| s.name == name) else {
            if controller.ignores(name) {
                return Ok(());
            }
            return Err(SettingError::Unknown { name: name.to_owned(), controller: controller.name });
        };
        if !setting.takes(value) {
            let (name, value) = (setting.name, value.to_owned());
            return Err(SettingError::Value { name, value, takes: setting.values() });
        }
        self.values.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// The chosen value of a setting, if one was chosen and is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller;

    #[test]
    fn a_default_shows_its_kind_and_is_a_good_value() {
        assert_eq!(Setting::new("a", "", "true").kind, SettingKind::Flag);
        assert_eq!(Setting::new("a", "", "308").kind, SettingKind::Number);
        assert_eq!(Setting::new("a", "", "").kind, SettingKind::Text);
        assert_eq!(Setting::new("a", "", "1.2").kind, SettingKind::Text);
        for setting in controller::all().iter().flat_map(|c| c.settings()) {
            assert!(setting.takes(setting.default), "{}", setting.name);
        }
    }

    #[test]
    fn values_that_a_setting_does_not_take_are_refused_with_what_it_takes() {
        let nginx = controller::find("ingress-nginx").expect("it is built in");
        let set = |pair: &str| Settings::new().set(nginx, pair).map_err(|e| e.to_string());
        for good in ["ssl-redirect=false", "ssl-redirect=T", "ssl-redirect=", "http-redirect-code=301"] {
            assert_eq!(set(good), Ok(()), "{good}");
        }
        assert_eq!(
            set("ssl-redirect=yes"),
            Err("setting ssl-redirect does not take \"yes\"; it takes true or false".to_owned())
        );
        assert_eq!(
            set("annotations-risk-level=critical"),
            Err("setting annotations-risk-level does not take \"critical\"; it takes Low, Medium, High, Critical".to_owned())
        );
    }

    #[test]
    fn settings_that_change_no_answer_are_taken_and_forgotten() {
        for (name, pairs) in [
            ("ingress-nginx", &["proxy-body-size=8m", "hsts=false", "log-format-upstream=$uri"][..]),
            ("traefik", &["log.level=DEBUG", "entryPoints.web.transport.lifeCycle.graceTimeOut=1"]),
        ] {
            let controller = controller::find(name).expect("it is built in");
            let mut settings = Settings::new();
            for pair in pairs {
                assert_eq!(settings.set(controller, pair), Ok(()), "{pair}");
            }
            assert_eq!(settings, Settings::new());
            assert!(
                settings.set(controller, "log-format-=x").is_err()
                    && settings.set(controller, "lgo=x").is_err()
            );
            let both: Vec<_> = controller.settings().iter().filter(|s| controller.ignores(s.name)).collect();
            assert!(both.is_empty(), "{both:?}");
        }
    }
}
