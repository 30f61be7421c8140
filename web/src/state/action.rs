//! What the user can do.

use super::names::unique;
use super::{Ask, ChartView, File, Notice, Reveal, State, Theme, Work, unix_lines};
use portolan_core::problem::Fix;
use portolan_core::span::Span;
use std::rc::Rc;
use std::sync::Arc;
use yew::Reducible;

/// One thing done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The text of the file in front was edited.
    Edit(String),
    /// An empty file is added and brought to the front.
    NewFile,
    /// Files are added, the first of them brought to the front.
    AddFiles(Vec<(String, String)>),
    /// A file is renamed.
    RenameFile(u32, String),
    /// A file is closed.
    CloseFile(u32),
    /// A file is brought to the front.
    ShowFile(u32),
    /// A place is shown in the editor; `true` takes the keyboard focus there.
    Reveal(Span, bool),
    /// A fix is applied.
    Apply(Fix),
    /// A request is added at the end and chosen.
    AddAsk(String),
    /// A request's text is edited, and so the request chosen.
    EditAsk(u32, String),
    /// A request is taken out.
    RemoveAsk(u32),
    /// A request changes places with the one above (`true`) or below.
    MoveAsk(u32, bool),
    /// A request is chosen.
    Choose(u32),
    /// Another controller answers.
    Controller(String),
    /// A setting of the controller.
    Setting(String, String),
    /// Other colours.
    Theme(Theme),
    /// Another way to show the chart.
    View(ChartView),
    /// All work is replaced, with a word about it.
    Open(Box<Work>, String),
    /// Something could not be done.
    Say(String),
    /// The notice was read.
    Dismiss,
    /// The notice's way back is taken.
    GoBack,
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = (*self).clone();
        let typed = matches!(action, Action::Edit(_));
        state.take(action);
        if !typed && !Rc::ptr_eq(&state.work.files, &self.work.files) {
            state.outside += 1;
        }
        if state == *self { self } else { state.into() }
    }
}

impl State {
    fn take(&mut self, action: Action) {
        let work = &mut self.work;
        match action {
            Action::Edit(text) => work.set_text(work.front, text),
            Action::NewFile => {
                let name = unique(&work.files, super::names::FIRST, None);
                work.add_files(vec![(name, String::new())]);
            }
            Action::AddFiles(files) => {
                work.replace_lone_empty_file(&files);
                work.add_files(files);
            }
            Action::RenameFile(key, name) => {
                let name = unique(&work.files, &name, Some(key));
                if let Some(file) = Rc::make_mut(&mut work.files).iter_mut().find(|f| f.key == key) {
                    file.name = name.into();
                }
            }
            Action::CloseFile(key) => self.close(key),
            Action::ShowFile(key) => work.front = key,
            Action::Reveal(span, focus) => {
                if let Some(key) = work.file_of(span).map(|f| f.key) {
                    work.front = key;
                    let serial = self.reveal.map_or(0, |r| r.serial) + 1;
                    let (start, end) = (span.start as usize, span.end as usize);
                    self.reveal = Some(Reveal { serial, file: key, start, end, focus });
                }
            }
            Action::Apply(fix) => work.apply(&fix),
            Action::AddAsk(text) => {
                let key = work.next_key();
                Rc::make_mut(&mut work.asks).push(Ask { key, text: text.into() });
                work.chosen = key;
            }
            Action::EditAsk(key, text) => {
                if let Some(ask) = Rc::make_mut(&mut work.asks).iter_mut().find(|a| a.key == key) {
                    ask.text = text.into();
                    work.chosen = key;
                }
            }
            Action::RemoveAsk(key) => work.remove_ask(key),
            Action::MoveAsk(key, up) => {
                if let Some(at) = work.asks.iter().position(|a| a.key == key) {
                    let other = if up { at.checked_sub(1) } else { Some(at + 1) };
                    if let Some(other) = other.filter(|&o| o < work.asks.len()) {
                        Rc::make_mut(&mut work.asks).swap(at, other);
                    }
                }
            }
            Action::Choose(key) => work.chosen = key,
            Action::Controller(name) => {
                work.controller = name.into();
                work.settings = Rc::default();
            }
            Action::Setting(name, value) => {
                let settings = Rc::make_mut(&mut work.settings);
                if value.is_empty() {
                    settings.remove(&name);
                } else {
                    settings.insert(name, value);
                }
            }
            Action::Theme(theme) => self.theme = theme,
            Action::View(view) => self.view = view,
            Action::Open(new, text) => self.replace(*new, text),
            Action::Say(text) => self.notice = Some(Notice { text, before: None }),
            Action::Dismiss => self.notice = None,
            Action::GoBack => {
                if let Some(before) = self.notice.take().and_then(|n| n.before) {
                    self.work = Rc::unwrap_or_clone(before);
                }
            }
        }
    }

    /// Replaces all work. Keys go on counting, so that the editor does not take a new file for an
    /// old one.
    fn replace(&mut self, mut new: Work, text: String) {
        let base = self.work.last_key;
        for file in Rc::make_mut(&mut new.files) {
            file.key += base;
        }
        for ask in Rc::make_mut(&mut new.asks) {
            ask.key += base;
        }
        new.front += base;
        new.chosen += base;
        new.last_key += base;
        let before = std::mem::replace(&mut self.work, new);
        self.notice = Some(Notice { text, before: Some(Rc::new(before)) });
        self.reveal = None;
    }

    fn close(&mut self, key: u32) {
        let before = self.work.clone();
        let Some(at) = before.files.iter().position(|f| f.key == key) else { return };
        let work = &mut self.work;
        let closed = Rc::make_mut(&mut work.files).remove(at);
        if work.files.is_empty() {
            work.add_files(vec![(super::names::FIRST.to_owned(), String::new())]);
        } else if work.front == key {
            let next = at.min(work.files.len() - 1);
            work.front = work.files.get(next).map_or(0, |f| f.key);
        }
        if !closed.text.trim().is_empty() {
            let text = format!("Closed {}.", closed.name);
            self.notice = Some(Notice { text, before: Some(Rc::new(before)) });
        }
    }
}

impl Work {
    fn next_key(&mut self) -> u32 {
        self.last_key += 1;
        self.last_key
    }

    fn set_text(&mut self, key: u32, text: String) {
        if let Some(file) = Rc::make_mut(&mut self.files).iter_mut().find(|f| f.key == key) {
            file.text = text.into();
        }
    }

    fn add_files(&mut self, files: Vec<(String, String)>) {
        let mut first = None;
        for (name, text) in files {
            let key = self.next_key();
            let name: Arc<str> = unique(&self.files, &name, None).into();
            let text: Arc<str> = unix_lines(&text).into();
            Rc::make_mut(&mut self.files).push(File { key, name, text });
            first.get_or_insert(key);
        }
        if let Some(key) = first {
            self.front = key;
        }
    }

    /// A lone empty file makes way for the files that somebody drops on it.
    fn replace_lone_empty_file(&mut self, coming: &[(String, String)]) {
        if !coming.is_empty() && self.files.len() == 1 && self.files.iter().all(|f| f.text.trim().is_empty())
        {
            Rc::make_mut(&mut self.files).clear();
        }
    }

    fn remove_ask(&mut self, key: u32) {
        let Some(at) = self.asks.iter().position(|a| a.key == key) else { return };
        let asks = Rc::make_mut(&mut self.asks);
        asks.remove(at);
        if self.chosen == key {
            let next = at.min(asks.len().saturating_sub(1));
            self.chosen = asks.get(next).map_or(0, |a| a.key);
        }
    }

    /// Applies the edits of a fix, from the last to the first, so that offsets stay true. Edits
    /// that do not fit the text as it is now are left out.
    fn apply(&mut self, fix: &Fix) {
        let mut edits: Vec<_> = fix.edits.iter().collect();
        edits.sort_by_key(|e| std::cmp::Reverse((e.span.file, e.span.start)));
        for edit in edits {
            let index = edit.span.file.0 as usize;
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            let Some(text) = self.files.get(index).map(|f| &f.text) else { continue };
            if text.get(start..end).is_none() {
                continue;
            }
            let mut text = text.to_string();
            text.replace_range(start..end, &edit.text);
            if let Some(file) = Rc::make_mut(&mut self.files).get_mut(index) {
                file.text = text.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_core::problem::Edit;
    use portolan_core::span::FileId;

    fn state() -> Rc<State> {
        let work = Work::new([("a.yaml", "a"), ("b.yaml", "b")], ["http://h/1", "http://h/2", "http://h/3"]);
        Rc::new(State::from(work))
    }

    fn front(state: &State) -> Option<&str> {
        state.work.files.iter().find(|f| f.key == state.work.front).map(|f| &*f.text)
    }

    fn chosen(state: &State) -> Option<&Ask> {
        state.work.asks.iter().find(|a| a.key == state.work.chosen)
    }

    fn names(state: &State) -> Vec<&str> {
        state.work.files.iter().map(|f| &*f.name).collect()
    }

    #[test]
    fn closing_the_last_file_leaves_an_empty_one() {
        let state = state();
        let state = state.reduce(Action::CloseFile(1)).reduce(Action::CloseFile(2));
        assert_eq!(names(&state), ["manifests.yaml"]);
        assert_eq!(front(&state), Some(""));
        let back = state.reduce(Action::GoBack);
        assert_eq!(names(&back), ["b.yaml"]);
    }

    #[test]
    fn dropped_files_get_names_of_their_own_and_lf() {
        let state = state().reduce(Action::AddFiles(vec![("a.yaml".into(), "x\r\ny\rz".into())]));
        assert_eq!(names(&state), ["a.yaml", "b.yaml", "a-2.yaml"]);
        assert_eq!(front(&state), Some("x\ny\nz"));
    }

    #[test]
    fn removing_the_chosen_request_chooses_its_neighbour() {
        let state = state();
        assert_eq!(state.work.chosen, 3);
        let state = state.reduce(Action::RemoveAsk(3));
        assert_eq!(state.work.chosen, 4);
        let state = state.reduce(Action::Choose(5)).reduce(Action::RemoveAsk(5));
        assert_eq!(state.work.chosen, 4);
        let state = state.reduce(Action::RemoveAsk(4));
        assert_eq!(chosen(&state), None);
    }

    #[test]
    fn an_opened_example_can_be_left_again_and_reuses_no_key() {
        let before = state();
        let example = Work::new([("c.yaml", "c")], ["http://h/4"]);
        let after = before.clone().reduce(Action::Open(Box::new(example), "Opened.".into()));
        assert!(after.work.files.iter().all(|f| f.key > before.work.last_key));
        assert!(chosen(&after).is_some());
        assert_eq!(after.reduce(Action::GoBack).work, before.work);
    }

    #[test]
    fn fixes_apply_from_the_end_and_stale_ones_do_nothing() {
        let edit =
            |start, end, text: &str| Edit { span: Span::new(FileId(0), start, end), text: text.into() };
        let fix = |edits| Action::Apply(Fix { title: String::new(), edits });
        let state = Rc::new(State::from(Work::new([("a", "host: *.a.b")], [""; 0])));
        let fixed = state.clone().reduce(fix(vec![edit(6, 6, "\""), edit(11, 11, "\"")]));
        assert_eq!(front(&fixed), Some("host: \"*.a.b\""));
        assert_eq!(state.clone().reduce(fix(vec![edit(90, 99, "x")])), state);
    }
}
