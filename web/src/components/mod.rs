//! The parts of the page.

mod compare;
mod configuration;
mod editor_pane;
mod explanation;
mod icon;
mod lesson;
mod lessons_dialog;
mod masthead;
mod notice;
mod overview;
mod problems;
mod requests;
mod rules;
mod settings;
mod share;
mod tabs;
mod why;

pub use editor_pane::EditorPane;
pub use icon::{Icon, icon};
pub use lesson::lesson_panel;
pub use masthead::Masthead;
pub use notice::NoticeBar;
pub use overview::{Shown, overview};
pub use requests::Requests;
pub use why::WhyPane;

use crate::state::State;
use yew::UseReducerDispatcher;

/// How components change the state.
pub type Dispatch = UseReducerDispatcher<State>;
