//! A lesson that somebody walks through.

use super::{Answerer, Ask, ChartView, Notice, Reveal, State, Work, unix_lines};
use portolan_lessons::{Entry, Lesson, Step};
use std::rc::Rc;

/// The lesson, and how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// All lessons and examples.
    pub index: Rc<Vec<Entry>>,
    /// Which of them it is.
    pub at: usize,
    /// What it says.
    pub lesson: Rc<Lesson>,
    /// Its manifests, by name.
    pub files: Rc<Vec<(String, String)>>,
    /// The step that is shown, from 0.
    pub step: usize,
    /// Whether what this step has one try is tried.
    pub tried: bool,
}

impl Learning {
    /// Its line of the index.
    pub fn entry(&self) -> Option<&Entry> {
        self.index.get(self.at)
    }

    /// The step that is shown.
    pub fn step(&self) -> Option<&Step> {
        self.lesson.steps.get(self.step)
    }

    /// The lesson after this one; examples are no lessons.
    pub fn next(&self) -> Option<usize> {
        let next = self.at + 1;
        self.index.get(next).filter(|entry| entry.lesson).map(|_| next)
    }

    /// Number of this lesson, from 1, and how many there are.
    pub fn number(&self) -> (usize, usize) {
        let count = |entries: &[Entry]| entries.iter().filter(|entry| entry.lesson).count();
        (count(self.index.get(..=self.at).unwrap_or_default()), count(&self.index))
    }

    /// The manifests as this step has them.
    fn manifests(&self) -> Vec<(String, String)> {
        let trial = self.step().and_then(|step| step.trial.as_ref()).filter(|_| self.tried);
        trial.and_then(|trial| trial.apply(&self.files)).unwrap_or_else(|| self.files.to_vec())
    }
}

impl Work {
    /// A lesson's manifests and requests, under its controller.
    pub fn of_lesson(
        lesson: &Lesson,
        files: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    ) -> Work {
        let mut work = Work::new(files, lesson.requests.iter().map(|asked| &asked.request));
        work.answerers = Rc::new(answerers(lesson, &lesson.controller));
        work
    }

    /// Puts these texts in place of what is there. Files that stay keep their tabs.
    fn set_files(&mut self, files: &[(String, String)]) {
        let same = self.files.len() == files.len()
            && self.files.iter().zip(files).all(|(file, (name, _))| *file.name == **name);
        if !same {
            Rc::make_mut(&mut self.files).clear();
            self.add_files(files.to_vec());
            return;
        }
        let changed = self.files.iter().zip(files).any(|(file, (_, text))| *file.text != *unix_lines(text));
        if changed {
            for (file, (_, text)) in Rc::make_mut(&mut self.files).iter_mut().zip(files) {
                let text = unix_lines(text);
                if *file.text != *text {
                    file.text = text.into();
                }
            }
        }
    }

    /// Whether its files are these.
    fn has_files(&self, files: &[(String, String)]) -> bool {
        self.files.len() == files.len()
            && self
                .files
                .iter()
                .zip(files)
                .all(|(file, (name, text))| *file.name == **name && *file.text == *unix_lines(text))
    }

    /// Chooses the request of this text, which joins the list if it is not in it.
    fn ask(&mut self, text: &str) {
        let there = self.asks.iter().find(|ask| *ask.text == *text).map(|ask| ask.key);
        self.chosen = there.unwrap_or_else(|| {
            let key = self.next_key();
            Rc::make_mut(&mut self.asks).push(Ask { key, text: text.into() });
            key
        });
    }
}

/// The controller that answers first, then those that it is compared with.
fn answerers(lesson: &Lesson, controller: &str) -> Vec<Answerer> {
    let others = lesson.compare.iter().filter(|other| *other != controller);
    std::iter::once(controller).chain(others.map(String::as_str)).map(Answerer::new).collect()
}

impl State {
    /// Begins a lesson, or opens an example.
    pub(super) fn learn(&mut self, learning: Learning) {
        let files = learning.files.iter().map(|(name, text)| (name, text));
        let work = Work::of_lesson(&learning.lesson, files);
        self.replace(work, "Your own work makes way for the lesson.".to_owned());
        self.view = ChartView::default();
        self.learning = (!learning.lesson.steps.is_empty()).then_some(learning);
        self.arrive();
    }

    /// Goes to a step. What somebody changed in between is kept behind the notice.
    pub(super) fn go_to_step(&mut self, step: usize) {
        let Some(learning) = self.learning.as_mut() else { return };
        let before = learning.manifests();
        learning.step = step.min(learning.lesson.steps.len().saturating_sub(1));
        learning.tried = false;
        self.put_back(&before);
        self.arrive();
    }

    /// Tries what the step has one try, or takes it back.
    pub(super) fn try_out(&mut self) {
        let Some(learning) = self.learning.as_mut() else { return };
        let before = learning.manifests();
        learning.tried = !learning.tried;
        self.put_back(&before);
        self.arrive();
    }

    /// Says that changes of the user's own make way, with the way back.
    fn put_back(&mut self, before: &[(String, String)]) {
        self.notice = None;
        if !self.work.has_files(before) {
            let text = "The manifests are the lesson's again.".to_owned();
            self.notice = Some(Notice { text, before: Some(Rc::new(self.work.clone())) });
        }
    }

    /// Makes the page what the step wants it to be.
    fn arrive(&mut self) {
        let Some(learning) = &self.learning else { return };
        let Some(step) = learning.step() else { return };
        let trial = step.trial.as_ref().filter(|_| learning.tried);
        let work = &mut self.work;
        work.set_files(&learning.manifests());
        let controller = trial.and_then(|t| t.controller.as_ref()).unwrap_or(&learning.lesson.controller);
        let answering = answerers(&learning.lesson, controller);
        if *work.answerers != answering {
            work.answerers = Rc::new(answering);
        }
        work.answering = 0;
        work.ask(trial.and_then(|t| t.request.as_ref()).unwrap_or(&step.request));
        self.view = match step.view.as_deref() {
            Some("list") => ChartView::List,
            Some("configuration") => ChartView::Configuration,
            Some("compare") => ChartView::Compare,
            _ => ChartView::Drawn,
        };
        // What is tried is looked at where it begins.
        let tried = trial.and_then(|t| t.edits.first()).map(|edit| (&edit.file, edit.put.trim()));
        let look = step.look.as_ref().map(|look| (&look.file, look.text.trim()));
        let Some((name, text)) = tried.filter(|(_, text)| !text.is_empty()).or(look) else { return };
        let Some(file) = work.files.iter().find(|file| *file.name == **name) else { return };
        let Some(start) = file.text.find(text) else { return };
        let line = text.lines().next().unwrap_or(text);
        work.front = file.key;
        let serial = self.reveal.map_or(0, |r| r.serial) + 1;
        self.reveal = Some(Reveal { serial, file: file.key, start, end: start + line.len(), focus: false });
    }

    /// A lesson ends when its manifests are no longer there.
    pub(super) fn end_lesson_unless_there(&mut self) {
        if let Some(learning) = &self.learning {
            let there = learning
                .files
                .iter()
                .all(|(name, _)| self.work.files.iter().any(|file| *file.name == **name));
            if !there {
                self.learning = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;
    use yew::Reducible;

    const INDEX: &str =
        "lessons: [{ name: a, lesson: true, title: { en: A, ko: A }, text: { en: A, ko: A } }]";
    const LESSON: &str = "
controller: kubernetes
files: [a.yaml]
requests: [{ request: http://h/1 }]
steps:
- title: { en: One, ko: One }
  text: { en: One, ko: One }
  request: http://h/1
  try:
    label: { en: Try, ko: Try }
    controller: traefik
    edits: [{ file: a.yaml, find: one, put: two }]
- title: { en: Two, ko: Two }
  text: { en: Two, ko: Two }
  request: http://h/2
  view: list
  look: { file: a.yaml, text: one }
";

    fn learning() -> Learning {
        Learning {
            index: Rc::new(Entry::index(INDEX).expect("an index")),
            at: 0,
            lesson: Rc::new(Lesson::read(LESSON).expect("a lesson")),
            files: Rc::new(vec![("a.yaml".to_owned(), "# one\n".to_owned())]),
            step: 0,
            tried: false,
        }
    }

    fn own() -> Rc<State> {
        Rc::new(State::from(Work::new([("mine.yaml", "mine")], ["http://mine/"])))
    }

    fn begun() -> Rc<State> {
        own().reduce(Action::Learn(Box::new(learning())))
    }

    fn text(state: &State) -> &str {
        &state.work.files[0].text
    }

    fn asked(state: &State) -> &str {
        state.work.asks.iter().find(|a| a.key == state.work.chosen).map_or("", |a| &a.text)
    }

    #[test]
    fn a_lesson_can_be_left_again_and_reuses_no_key() {
        let (before, state) = (own(), begun());
        assert!(state.learning.is_some());
        assert!(state.work.files.iter().all(|f| f.key > before.work.last_key));
        let after = state.reduce(Action::GoBack);
        assert_eq!((&after.work, &after.learning), (&before.work, &None));
    }

    #[test]
    fn what_is_tried_is_taken_back_at_the_next_step() {
        let tried = begun().reduce(Action::Try);
        assert_eq!((text(&tried), &*tried.work.answerer().controller), ("# two\n", "traefik"));
        assert_eq!(tried.work.files[0].key, begun().work.files[0].key, "the tab stays");
        let back = tried.clone().reduce(Action::Try);
        assert_eq!((text(&back), &*back.work.answerer().controller), ("# one\n", "kubernetes"));
        let next = tried.reduce(Action::Step(1));
        assert_eq!((text(&next), asked(&next), next.view), ("# one\n", "http://h/2", ChartView::List));
        assert_eq!(next.reveal.map(|r| (r.start, r.end)), Some((2, 5)));
        assert_eq!(next.notice, None, "nothing of the user's own is lost");
    }

    #[test]
    fn own_changes_make_way_and_can_be_had_back() {
        let edited = begun().reduce(Action::Edit("# one and mine".to_owned()));
        let next = edited.clone().reduce(Action::Step(1));
        assert_eq!(text(&next), "# one\n");
        let back = next.reduce(Action::GoBack);
        assert_eq!(text(&back), "# one and mine");
        assert!(back.learning.is_some());
        // What to try does not fit the text any more: then the lesson's own is taken.
        assert_eq!(text(&edited.reduce(Action::Try)), "# two\n");
    }

    #[test]
    fn a_lesson_ends_with_its_manifests() {
        let key = begun().work.files[0].key;
        assert_eq!(begun().reduce(Action::CloseFile(key)).learning, None);
        assert_eq!(begun().reduce(Action::LeaveLesson).learning, None);
        assert_eq!(begun().reduce(Action::Step(99)).learning.as_ref().map(|l| l.step), Some(1));
    }
}
