//! The lesson that somebody walks through: what this step says, and the ways on from here.

use super::{Dispatch, Icon, icon};
use crate::language::{Language, t};
use crate::lessons;
use crate::state::{Action, Learning};
use crate::t;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The panel. No component of its own: it changes with the page's state alone.
pub fn lesson_panel(learning: &Learning, language: Language, dispatch: &Dispatch) -> Html {
    let (Some(entry), Some(step)) = (learning.entry(), learning.step()) else { return Html::default() };
    let language = language.tag();
    let act = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let (number, all) = learning.number();
    let (at, steps) = (learning.step + 1, learning.lesson.steps.len());
    html! {
        <section class="lesson" aria-labelledby="lesson-title">
            <header>
                <h2 id="lesson-title">{ entry.title.of(language) }</h2>
                <p class="soft">{ t!("Lesson {number} of {all}") }</p>
                <button type="button" class="quiet" aria-label={t("Leave the lesson")} title={t("Leave the lesson")}
                    onclick={act(Action::LeaveLesson)}>
                    { icon(Icon::Cross) }
                </button>
            </header>
            <div class="lesson-step" aria-live="polite">
                <h3>{ step.title.of(language) }</h3>
                <p>{ rich(step.text.of(language)) }</p>
            </div>
            <footer>
                if let Some(trial) = &step.trial {
                    <button type="button" class="button try" aria-pressed={learning.tried.to_string()}
                        onclick={act(Action::Try)}>
                        { if learning.tried { t("Take it back") } else { trial.label.of(language).to_owned().into() } }
                    </button>
                }
                <p class="lesson-count">{ t!("Step {at} of {steps}") }</p>
                <button type="button" class="button" disabled={at == 1}
                    onclick={act(Action::Step(learning.step.saturating_sub(1)))}>{ t("Back") }</button>
                { onward(learning, dispatch) }
            </footer>
        </section>
    }
}

/// To the next step, or from the last one to the next lesson.
fn onward(learning: &Learning, dispatch: &Dispatch) -> Html {
    if learning.step + 1 < learning.lesson.steps.len() {
        let (dispatch, step) = (dispatch.clone(), learning.step + 1);
        let next = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Step(step)));
        return html! { <button type="button" class="button primary" onclick={next}>{ t("Next") }</button> };
    }
    let (dispatch, learning) = (dispatch.clone(), learning.clone());
    match learning.next() {
        Some(next) => {
            let go = Callback::from(move |_: MouseEvent| {
                open(learning.index.clone(), next, dispatch.clone());
            });
            html! { <button type="button" class="button primary" onclick={go}>{ t("Next lesson") }</button> }
        }
        None => {
            let leave = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::LeaveLesson));
            html! { <button type="button" class="button primary" onclick={leave}>{ t("Finish") }</button> }
        }
    }
}

/// Fetches a lesson or an example and puts it on the page.
pub fn open(index: std::rc::Rc<Vec<portolan_lessons::Entry>>, at: usize, dispatch: Dispatch) {
    spawn_local(async move {
        dispatch.dispatch(match lessons::fetch(index, at).await {
            Some(learning) => Action::Learn(Box::new(learning)),
            None => Action::Say("The lesson could not be loaded.".to_owned()),
        });
    });
}

/// Text with `` `code` `` and `**stress**` in it.
fn rich(text: &str) -> Html {
    let parts = text.split('`').enumerate().map(|(n, part)| match n % 2 {
        1 => html! { <code>{ part }</code> },
        _ => {
            let spans = part.split("**").enumerate();
            html! { for (m, span) in spans { if m % 2 == 1 { <strong>{ span }</strong> } else { { span } } } }
        }
    });
    parts.collect()
}
