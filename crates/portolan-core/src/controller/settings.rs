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
    /// Why a value is none, for settings that not every text is a value of.
    pub check: Option<fn(&str) -> Result<(), String>>,
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
    /// The setting has no such value.
    Invalid {
        /// The name.
        name: String,
        /// The value.
        value: String,
        /// Why, in words.
        why: String,
    },
}

impl std::fmt::Display for SettingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SettingError::NotAPair(text) => write!(f, "{text:?} is not a setting: write name=value"),
            SettingError::Invalid { name, value, why } => write!(f, "{name} cannot be {value:?}: {why}"),
            SettingError::Unknown { name, controller } => {
                write!(f, "controller {controller} has no setting {name:?}")?;
                let known: Vec<_> = super::find(controller)
                    .map(|c| c.settings.iter().map(|s| s.name).collect())
                    .unwrap_or_default();
                if known.is_empty() { Ok(()) } else { write!(f, "; it has: {}", known.join(", ")) }
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

    /// Takes `name=value` for a controller.
    ///
    /// # Errors
    /// When the text is no pair, or the controller has no such setting, or the setting no such value.
    pub fn set(&mut self, controller: &Controller, pair: &str) -> Result<(), SettingError> {
        let (name, value) = pair.split_once('=').ok_or_else(|| SettingError::NotAPair(pair.to_owned()))?;
        let Some(setting) = controller.settings.iter().find(|s| s.name == name) else {
            return Err(SettingError::Unknown { name: name.to_owned(), controller: controller.name });
        };
        if let Some(check) = setting.check.filter(|_| !value.is_empty()) {
            check(value).map_err(|why| SettingError::Invalid {
                name: name.to_owned(),
                value: value.to_owned(),
                why,
            })?;
        }
        self.values.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// The chosen value of a setting, if one was chosen and is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}
