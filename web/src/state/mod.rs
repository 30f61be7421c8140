//! What the page knows, and how each thing the user does changes it. No browser in here.

mod action;
mod learning;
pub mod link;
mod names;
mod stored;

pub use action::Action;
pub use learning::Learning;
pub use link::Link;
pub use stored::{restore, store};

use crate::language::Language;
use portolan_core::controller::{self, Controller, SettingError, Settings};
use portolan_core::span::Span;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// A file of manifests, shown as a tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Stays the same while the file is renamed and moved.
    pub key: u32,
    /// Its name.
    pub name: Arc<str>,
    /// Its text, lines ended by LF alone: the editor knows no other.
    pub text: Arc<str>,
}

/// A request line in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Stays the same while the line is edited and moved.
    pub key: u32,
    /// What the user typed.
    pub text: Rc<str>,
}

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system prefers.
    #[default]
    Auto,
    /// The paper chart.
    Light,
    /// The night watch.
    Dark,
}

impl Theme {
    /// Its word in the store and on the document.
    pub fn word(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of that word.
    pub fn of(word: &str) -> Self {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }
}

/// How the chart is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChartView {
    /// Drawn.
    #[default]
    Drawn,
    /// As a nested list.
    List,
    /// What the controller writes for its proxy, instead.
    Configuration,
    /// What several controllers answer, instead.
    Compare,
}

/// A controller that answers, with settings of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerer {
    /// Name of the controller.
    pub controller: Rc<str>,
    /// Its settings, by its own names, as they were typed.
    pub settings: Rc<BTreeMap<String, String>>,
}

impl Answerer {
    /// A controller with its own defaults.
    pub fn new(controller: &str) -> Self {
        Self { controller: controller.into(), settings: Rc::default() }
    }

    /// The controller; the default one where there is none of this name.
    pub fn controller(&self) -> &'static Controller {
        controller::find(&self.controller).unwrap_or(&controller::all()[0])
    }

    /// Its settings, and what is wrong with those that it does not take.
    pub fn settings(&self) -> (Settings, Vec<(&str, SettingError)>) {
        let (mut taken, mut refused) = (Settings::new(), Vec::new());
        for (name, value) in &*self.settings {
            if let Err(error) = taken.set(self.controller(), &format!("{name}={value}")) {
                refused.push((name.as_str(), error));
            }
        }
        (taken, refused)
    }
}

impl Default for Answerer {
    fn default() -> Self {
        Self::new(controller::all()[0].name)
    }
}

/// A wish to see a place in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reveal {
    /// Grows with each wish, so that the same place can be wished for twice.
    pub serial: u32,
    /// The file.
    pub file: u32,
    /// Bytes in it.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Whether the keyboard focus goes there as well.
    pub focus: bool,
}

/// Something the page has to say, with a way back where there is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// In English, a line for each sentence.
    pub text: String,
    /// What was there before.
    pub before: Option<Rc<Work>>,
}

/// What the user is working on: what is saved, and what an example replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The files, in tab order; never empty.
    pub files: Rc<Vec<File>>,
    /// The file in front.
    pub front: u32,
    /// The requests, in order.
    pub asks: Rc<Vec<Ask>>,
    /// The request whose course is drawn.
    pub chosen: u32,
    /// The controllers that are compared; never empty.
    pub answerers: Rc<Vec<Answerer>>,
    /// Which of them answers on the rest of the page.
    pub answering: usize,
    /// The last key given to a file or a request.
    pub last_key: u32,
}

/// Everything.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What the user is working on.
    pub work: Work,
    /// Which colours.
    pub theme: Theme,
    /// Which language is spoken. Its texts are there already.
    pub language: Language,
    /// How the chart is shown.
    pub view: ChartView,
    /// The last place that was asked to be seen.
    pub reveal: Option<Reveal>,
    /// What to say.
    pub notice: Option<Notice>,
    /// The lesson that is walked through.
    pub learning: Option<Learning>,
    /// Grows when files changed otherwise than by typing into the editor, which then has to be told.
    pub outside: u32,
}

impl Work {
    /// Work on these files and requests, under the default controller.
    pub fn new(
        files: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
        requests: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        let mut last_key = 0;
        let mut next = || {
            last_key += 1;
            last_key
        };
        let mut files: Vec<File> = files
            .into_iter()
            .map(|(name, text)| File {
                key: next(),
                name: name.as_ref().into(),
                text: unix_lines(text.as_ref()).into(),
            })
            .collect();
        if files.is_empty() {
            files.push(File { key: next(), name: names::FIRST.into(), text: "".into() });
        }
        let asks: Vec<Ask> =
            requests.into_iter().map(|text| Ask { key: next(), text: text.as_ref().into() }).collect();
        Self {
            front: files.first().map_or(0, |f| f.key),
            chosen: asks.first().map_or(0, |a| a.key),
            files: Rc::new(files),
            asks: Rc::new(asks),
            answerers: Rc::new(vec![Answerer::default()]),
            answering: 0,
            last_key,
        }
    }

    /// Who answers.
    pub fn answerer(&self) -> Answerer {
        self.answerers.get(self.answering).or(self.answerers.first()).cloned().unwrap_or_default()
    }

    /// The file that a span lies in, where it still is what was analysed.
    pub fn file_of(&self, span: Span) -> Option<&File> {
        self.files.get(span.file.0 as usize)
    }
}

impl From<Work> for State {
    fn from(work: Work) -> Self {
        Self {
            work,
            theme: Theme::default(),
            language: Language::default(),
            view: ChartView::default(),
            reveal: None,
            notice: None,
            learning: None,
            outside: 0,
        }
    }
}

/// Text with LF for every line break, as the editor would make it.
pub fn unix_lines(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}
