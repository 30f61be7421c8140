//! The top of the page: its name, its question, and what the whole page depends on.

use super::Dispatch;
use super::examples_dialog::ExamplesDialog;
use crate::state::{Action, Theme, Work};
use portolan_core::controller;
use web_sys::{HtmlDialogElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub work: Work,
    pub theme: Theme,
    pub dispatch: Dispatch,
}

#[component]
pub fn Masthead(props: &Props) -> Html {
    let dialog = use_node_ref();
    let open_examples = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // It fails only when the dialog is open already.
                dialog.show_modal().ok();
            }
        })
    };
    html! {
        <header class="masthead">
            <div class="name">
                { mark() }
                <h1 class="wordmark">{ "Portolan" }</h1>
                <p class="question">{ "This request: where does it land, and why there?" }</p>
            </div>
            <div class="controls">
                <Answering work={props.work.clone()} dispatch={props.dispatch.clone()} />
                <button type="button" class="button" aria-haspopup="dialog" onclick={open_examples}>
                    { "Examples" }
                </button>
                <ThemeSwitch theme={props.theme} dispatch={props.dispatch.clone()} />
            </div>
            <ExamplesDialog node={dialog} dispatch={props.dispatch.clone()} />
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

#[derive(Properties, PartialEq)]
struct AnsweringProps {
    work: Work,
    dispatch: Dispatch,
}

/// Which controller answers, and its settings.
#[component]
fn Answering(props: &AnsweringProps) -> Html {
    let chosen = controller::find(&props.work.controller).ok();
    let pick = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                dispatch.dispatch(Action::Controller(select.value()));
            }
        })
    };
    let settings = chosen.map_or(&[][..], |c| c.settings);
    let set = props.work.settings.len();
    html! {
        <>
            <label class="field">
                <span>{ "Answers as" }</span>
                <select aria-label="Answers as" onchange={pick} title={chosen.map_or("", |c| c.about)}>
                    { for controller::all().iter().map(|c| html! {
                        <option value={c.name} selected={c.name == &*props.work.controller}>{ c.title }</option>
                    }) }
                </select>
            </label>
            if !settings.is_empty() {
                <details class="settings">
                    <summary class="button">
                        { if set == 0 { "Settings".to_owned() } else { format!("Settings ({set})") } }
                    </summary>
                    <div class="sheet">
                        <p class="soft">{ chosen.map_or("", |c| c.about) }</p>
                        { for settings.iter().map(|s| setting(s, props)) }
                    </div>
                </details>
            }
        </>
    }
}

fn setting(setting: &'static controller::Setting, props: &AnsweringProps) -> Html {
    let value = props.work.settings.get(setting.name).cloned().unwrap_or_default();
    let change = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                dispatch.dispatch(Action::Setting(setting.name.to_owned(), input.value()));
            }
        })
    };
    html! {
        <label class="setting" key={setting.name}>
            <code>{ setting.name }</code>
            <input type="text" {value} placeholder={setting.default} oninput={change} spellcheck="false"
                autocomplete="off" autocapitalize="off" />
            <span class="soft">{ setting.about }</span>
        </label>
    }
}

#[derive(Properties, PartialEq)]
struct ThemeProps {
    theme: Theme,
    dispatch: Dispatch,
}

#[component]
fn ThemeSwitch(props: &ThemeProps) -> Html {
    let pick = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                dispatch.dispatch(Action::Theme(match select.value().as_str() {
                    "light" => Theme::Light,
                    "dark" => Theme::Dark,
                    _ => Theme::Auto,
                }));
            }
        })
    };
    let option = |theme: Theme, value: &'static str, text: &'static str| {
        html! { <option {value} selected={props.theme == theme}>{ text }</option> }
    };
    html! {
        <label class="field theme">
            <span>{ "Theme" }</span>
            <select aria-label="Theme" onchange={pick}>
                { option(Theme::Auto, "auto", "System") }
                { option(Theme::Light, "light", "Day") }
                { option(Theme::Dark, "dark", "Night") }
            </select>
        </label>
    }
}
