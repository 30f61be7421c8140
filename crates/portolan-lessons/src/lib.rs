//! The lessons and examples of `examples/`: manifests, requests, what must come of them, and the words
//! that go with it, in English and Korean. The page, the command line and the tests read the same files.
//!
//! `examples/index.yaml` lists them; each is a folder with a `lesson.yaml` and its `manifests/`. All are
//! read with the library's own reader, so that the page needs no second one.

mod read;

pub use read::Wrong;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// In English.
    pub en: String,
    /// In Korean.
    pub ko: String,
}

impl Words {
    /// The text in the language of this code, in English where there is no such text.
    pub fn of(&self, language: &str) -> &str {
        if language == "ko" { &self.ko } else { &self.en }
    }
}

/// A line of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The folder's name.
    pub name: String,
    /// Whether it has steps to walk through; an example has manifests and requests alone.
    pub lesson: bool,
    /// Its title.
    pub title: Words,
    /// What it shows, in a sentence.
    pub text: Words,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The controller that answers.
    pub controller: String,
    /// Other controllers to compare it with.
    pub compare: Vec<String>,
    /// The cloud that the load balancers are of, where the manifests do not say it.
    pub cloud: Option<String>,
    /// Where the client stands, unless a step says otherwise: `internet`, `nodes` or `pod`.
    pub from: Option<String>,
    /// Names of the manifests in `manifests/`, in the order of the tabs.
    pub files: Vec<String>,
    /// The requests to list.
    pub requests: Vec<Asked>,
    /// The way through, step by step; none for an example.
    pub steps: Vec<Step>,
}

/// A request and what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The request, as somebody would type it.
    pub request: String,
    /// What must come of it.
    pub expect: Expect,
}

/// What must come of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expect {
    /// The controller's answer: `default/s1:80`, `404`, `301 http://…`.
    pub answer: Option<String>,
    /// How sure that answer is: `certain`, `likely` or `unknowable`.
    pub certainty: Option<String>,
    /// How the journey ends: the Service port that is reached, `default/influxdb:8086`, or `dropped`,
    /// `refused`, `unreachable`, `unknown`.
    pub ends: Option<String>,
    /// Who acts on the way, in order: `client`, `balancer`, `node`, `pod` …; empty where nothing is said.
    pub hops: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its heading.
    pub title: Words,
    /// Its text. `` `code` `` and `**stress**` are marked as in Markdown.
    pub text: Words,
    /// The request that is looked at.
    pub request: String,
    /// Where the client stands, if not where the lesson says.
    pub from: Option<String>,
    /// What the page's largest place shows: `chart`, `list`, `configuration` or `compare`.
    pub view: Option<String>,
    /// The place in the manifests that is looked at.
    pub look: Option<Look>,
    /// What must come of the request.
    pub expect: Expect,
    /// A change to try.
    pub trial: Option<Trial>,
}

/// A place in a manifest, by its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The file.
    pub file: String,
    /// The text; its first occurrence is meant.
    pub text: String,
}

/// A change to try, and what comes of the request then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What it does, as a button would say it.
    pub label: Words,
    /// The changes of the manifests.
    pub edits: Vec<Edit>,
    /// The request that is looked at then, if another.
    pub request: Option<String>,
    /// The controller that answers then, if another.
    pub controller: Option<String>,
    /// The cloud then, if another.
    pub cloud: Option<String>,
    /// What must come of it.
    pub expect: Expect,
}

/// A change of one manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: String,
    /// The text that is replaced.
    pub find: String,
    /// The text that takes its place.
    pub put: String,
    /// Whether every occurrence is replaced; else there must be exactly one.
    pub all: bool,
}

impl Edit {
    /// The text after the change; `None` where what it replaces is not there, or there twice.
    pub fn apply(&self, text: &str) -> Option<String> {
        match (text.matches(&self.find).count(), self.all) {
            (0, _) => None,
            (1, _) | (_, true) => Some(text.replace(&self.find, &self.put)),
            (_, false) => None,
        }
    }
}

impl Trial {
    /// Changes manifests, given as name and text; `None` where one of the changes cannot be made any
    /// more, because somebody has changed the text in between.
    pub fn apply(&self, files: &[(String, String)]) -> Option<Vec<(String, String)>> {
        let mut files = files.to_vec();
        for edit in &self.edits {
            let (_, text) = files.iter_mut().find(|(name, _)| *name == edit.file)?;
            *text = edit.apply(text)?;
        }
        Some(files)
    }
}

#[cfg(feature = "embedded")]
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// The text of a file of `examples/`, by its path in there.
#[cfg(feature = "embedded")]
pub fn file(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

/// Paths of all files of `examples/`.
#[cfg(feature = "embedded")]
pub fn paths() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}
