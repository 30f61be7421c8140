//! What the user can do.

use super::names::unique;
use super::{
    Answerer, Ask, ChartView, File, Learning, Link, Notice, Reveal, State, Theme, Work, restore, unix_lines,
};
use crate::language::Language;
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
    /// One more controller is compared.
    AddColumn,
    /// One of the compared controllers is another one.
    Column(usize, String),
    /// A controller is compared no longer.
    RemoveColumn(usize),
    /// This one of the compared controllers answers on the rest of the page; perhaps to this request.
    Answer(usize, Option<u32>),
    /// A link is opened, with the work in it where it brings some.
    Link(Box<Link>, Option<String>),
    /// Other colours.
    Theme(Theme),
    /// Another language, whose texts are there.
    Language(Language),
    /// Another way to show the chart.
    View(ChartView),
    /// A lesson begins, or an example is opened.
    Learn(Box<Learning>),
    /// Another step of the lesson, from 0.
    Step(usize),
    /// What the step has one try is tried, or taken back.
    Try,
    /// The lesson ends; its manifests stay.
    LeaveLesson,
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
            Action::CloseFile(key) => {
                self.close(key);
                self.end_lesson_unless_there();
            }
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
                let at = work.answering;
                work.set_answerer(at, Answerer::new(&name));
            }
            Action::Setting(name, value) => {
                let mut answerer = work.answerer();
                let settings = Rc::make_mut(&mut answerer.settings);
                if value.is_empty() {
                    settings.remove(&name);
                } else {
                    settings.insert(name, value);
                }
                let at = work.answering;
                work.set_answerer(at, answerer);
            }
            Action::AddColumn => work.add_column(),
            Action::Column(at, name) => work.set_answerer(at, Answerer::new(&name)),
            Action::RemoveColumn(at) => {
                if work.answerers.len() > 1 && at < work.answerers.len() {
                    Rc::make_mut(&mut work.answerers).remove(at);
                    if work.answering > at || work.answering == work.answerers.len() {
                        work.answering -= 1;
                    }
                }
            }
            Action::Answer(at, ask) => {
                if at < work.answerers.len() {
                    work.answering = at;
                    work.chosen = ask.unwrap_or(work.chosen);
                }
            }
            Action::Link(link, packed) => self.follow(&link, packed.as_deref()),
            Action::Theme(theme) => self.theme = theme,
            Action::Language(language) => self.language = language,
            Action::View(view) => self.view = view,
            Action::Learn(learning) => self.learn(*learning),
            Action::Step(step) => self.go_to_step(step),
            Action::Try => self.try_out(),
            Action::LeaveLesson => self.learning = None,
            Action::Say(text) => self.notice = Some(Notice { text, before: None }),
            Action::Dismiss => self.notice = None,
            Action::GoBack => {
                if let Some(before) = self.notice.take().and_then(|n| n.before) {
                    self.work = Rc::unwrap_or_clone(before);
                    self.end_lesson_unless_there();
                }
            }
        }
    }

    /// Replaces all work. Keys go on counting, so that the editor does not take a new file for an
    /// old one.
    pub(super) fn replace(&mut self, mut new: Work, text: String) {
        self.learning = None;
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

    /// Takes over what a link says. What it says nothing of stays as it is.
    fn follow(&mut self, link: &Link, packed: Option<&str>) {
        let before = self.work.clone();
        let brought = packed.and_then(|json| restore(json, self.theme));
        let mut said = Vec::new();
        if packed.is_some() && brought.is_none() {
            said.push("The manifests in this link cannot be read.".to_owned());
        }
        if let Some(state) = brought {
            self.replace(state.work, String::new());
            said.push("Opened the manifests and requests that the link brought.".to_owned());
        }
        if let Some(answering) = link.answering.filter(|&at| at < link.answerers.len()) {
            self.work.answerers = Rc::new(link.answerers.clone());
            self.work.answering = answering;
        }
        if let Some(view) = link.view {
            self.view = view;
        }
        if self.work.answerers != before.answerers && packed.is_none() {
            said.push(format!("Answers as {}, as the link says.", self.work.answerer().controller().title));
        }
        if !link.ignored.is_empty() {
            said.push(format!("Not understood in the link, and left out: {}.", link.ignored.join("; ")));
        }
        let changed = self.work != before;
        if !said.is_empty() {
            let before = changed.then(|| Rc::new(before));
            self.notice = Some(Notice { text: said.join("\n"), before });
        }
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
    pub(super) fn next_key(&mut self) -> u32 {
        self.last_key += 1;
        self.last_key
    }

    fn set_text(&mut self, key: u32, text: String) {
        if let Some(file) = Rc::make_mut(&mut self.files).iter_mut().find(|f| f.key == key) {
            file.text = text.into();
        }
    }

    pub(super) fn add_files(&mut self, files: Vec<(String, String)>) {
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

    fn set_answerer(&mut self, at: usize, answerer: Answerer) {
        if let Some(place) = Rc::make_mut(&mut self.answerers).get_mut(at) {
            *place = answerer;
        }
    }

    /// One more controller: one that is not compared yet, where there is one.
    fn add_column(&mut self) {
        let all = portolan_core::controller::all();
        let new = all.iter().find(|c| self.answerers.iter().all(|a| &*a.controller != c.name));
        if self.answerers.len() < super::link::MOST {
            let new = new.map_or_else(Answerer::default, |c| Answerer::new(c.name));
            Rc::make_mut(&mut self.answerers).push(new);
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
    fn fixes_apply_from_the_end_and_stale_ones_do_nothing() {
        let edit =
            |start, end, text: &str| Edit { span: Span::new(FileId(0), start, end), text: text.into() };
        let fix = |edits| Action::Apply(Fix { title: String::new(), edits });
        let state = Rc::new(State::from(Work::new([("a", "host: *.a.b")], [""; 0])));
        let fixed = state.clone().reduce(fix(vec![edit(6, 6, "\""), edit(11, 11, "\"")]));
        assert_eq!(front(&fixed), Some("host: \"*.a.b\""));
        assert_eq!(state.clone().reduce(fix(vec![edit(90, 99, "x")])), state);
    }

    #[test]
    fn columns_come_and_go_and_one_of_them_answers() {
        let answers = |state: &State| state.work.answerer().controller.to_string();
        let first = portolan_core::controller::all()[0].name;
        let state = state().reduce(Action::AddColumn).reduce(Action::AddColumn);
        assert_eq!((state.work.answerers.len(), answers(&state)), (3, first.to_owned()));
        let state = state.reduce(Action::Column(2, "traefik".into())).reduce(Action::Answer(2, Some(5)));
        assert_eq!((answers(&state), state.work.chosen), ("traefik".to_owned(), 5));
        let state = state.reduce(Action::Setting("ingressClass".into(), "x".into()));
        assert_eq!(state.work.answerers[2].settings.len(), 1);
        let state = state.reduce(Action::RemoveColumn(0));
        assert_eq!((state.work.answering, answers(&state)), (1, "traefik".to_owned()));
        let state = state.reduce(Action::RemoveColumn(1)).reduce(Action::RemoveColumn(0));
        assert_eq!((state.work.answerers.len(), state.work.answering), (1, 0), "one always stays");
        let state = state.reduce(Action::Answer(7, None)).reduce(Action::RemoveColumn(7));
        assert_eq!(state.work.answering, 0);
    }

    #[test]
    fn a_link_changes_what_it_names_and_can_be_taken_back() {
        let before = state();
        let link = Link::read("#controller=traefik&view=compare&nope=1").expect("a link");
        let after = before.clone().reduce(Action::Link(Box::new(link), None));
        assert_eq!(&*after.work.answerer().controller, "traefik");
        assert_eq!((after.view, &after.work.files), (ChartView::Compare, &before.work.files));
        let notice = after.notice.as_ref().expect("it says so");
        assert!(notice.text.contains("Traefik 3.7") && notice.text.contains("nope"), "{}", notice.text);
        assert_eq!(after.reduce(Action::GoBack).work, before.work);
        let nonsense = Link::read("work=p.e30").expect("a link");
        let after = before.clone().reduce(Action::Link(Box::new(nonsense), Some("{}".into())));
        assert_eq!(after.work, before.work);
        assert!(after.notice.is_some());
    }
}
