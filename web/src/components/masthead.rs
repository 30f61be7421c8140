//! The top of the page: its name, its question, and what the whole page depends on.

use super::Dispatch;
use super::lessons_dialog::LessonsDialog;
use super::settings::settings_sheet;
use super::share::ShareSheet;
use crate::dom;
use crate::language::{Language, UNSPOKEN, learn, t, tr, use_language};
use crate::parts::Parts;
use crate::same::Same;
use crate::state::{Action, Answerer, State, Theme};
use portolan_core::controller;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub state: Same<State>,
    pub parts: Parts,
    pub dispatch: Dispatch,
}

#[component]
pub fn Masthead(props: &Props) -> Html {
    use_language();
    html! {
        <header class="masthead">
            <div class="name">
                { mark() }
                <h1 class="wordmark">{ "Portolan" }</h1>
                <p class="question">{ t("This request: where does it land, and why there?") }</p>
            </div>
            <div class="controls">
                { answering(&props.state.work.answerer(), &props.dispatch) }
                if props.parts == Parts::Whole {
                    { settings_sheet(&props.state.work.answerer(), &props.dispatch) }
                    <ShareSheet state={props.state.clone()} />
                    <LessonsDialog dispatch={props.dispatch.clone()} />
                } else {
                    // What opens later stands where it will be.
                    { for ["Settings", "Link", "Lessons"].map(|name| html! {
                        <button type="button" class="button" disabled=true>{ t(name) }</button>
                    }) }
                }
                { theme_switch(props.state.theme, &props.dispatch) }
                { language_switch(props.state.language, &props.dispatch) }
            </div>
        </header>
    }
}

/// The compass star.
fn mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <circle cx="16" cy="16" r="11" class="mark-ring" />
            <path d="M16 1 18.8 13.2 31 16 18.8 18.8 16 31 13.2 18.8 1 16 13.2 13.2Z" class="mark-star" />
            <path d="M16 1 18.8 13.2 16 16 13.2 13.2Z" class="mark-north" />
        </svg>
    }
}

/// Which controller answers.
fn answering(answerer: &Answerer, dispatch: &Dispatch) -> Html {
    let pick = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| dispatch.dispatch(Action::Controller(dom::control(&event).1)))
    };
    html! {
        <label class="field">
            <span>{ t("Answers as") }</span>
            <select aria-label={t("Answers as")} onchange={pick} title={tr(answerer.controller().about)}>
                { controllers(&answerer.controller) }
            </select>
        </label>
    }
}

/// The controllers to choose from.
pub(super) fn controllers(chosen: &str) -> Html {
    html! {
        for c in controller::all() {
            <option value={c.name} selected={c.name == chosen}>{ tr(c.title) }</option>
        }
    }
}

fn theme_switch(chosen: Theme, dispatch: &Dispatch) -> Html {
    let pick = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            dispatch.dispatch(Action::Theme(match dom::control(&event).1.as_str() {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => Theme::Auto,
            }));
        })
    };
    let option = |theme: Theme, value: &'static str, text: &'static str| {
        html! { <option {value} selected={chosen == theme}>{ t(text) }</option> }
    };
    html! {
        <label class="field theme">
            <span>{ t("Theme") }</span>
            <select aria-label={t("Theme")} onchange={pick}>
                { option(Theme::Auto, "auto", "System") }
                { option(Theme::Light, "light", "Day") }
                { option(Theme::Dark, "dark", "Night") }
            </select>
        </label>
    }
}

/// Each language in its own words, for those who do not read the one that is shown.
fn language_switch(spoken: Language, dispatch: &Dispatch) -> Html {
    let pick = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let (dispatch, wanted) = (dispatch.clone(), Language::of(&dom::control(&event).1));
            spawn_local(async move {
                dispatch.dispatch(match learn(wanted).await {
                    true => Action::Language(wanted),
                    false => Action::Say(UNSPOKEN.to_owned()),
                });
            });
        })
    };
    let option = |language: Language, name: &'static str| {
        let tag = language.tag();
        html! { <option value={tag} lang={tag} selected={spoken == language}>{ name }</option> }
    };
    html! {
        <label class="field language">
            <span>{ t("Language") }</span>
            <select aria-label={t("Language")} onchange={pick}>
                { option(Language::English, "English") }
                { option(Language::Korean, "한국어") }
            </select>
        </label>
    }
}
