//! What this browser remembers for the user. A browser that remembers nothing, or nonsense, is fine.

use crate::language::{Language, t};
use crate::lessons;
use crate::parts::Parts;
use crate::state::{Action, State, Theme, restore, store};
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

const WORK: &str = "portolan.work";
/// Read by `web/js/theme.js` as well.
const THEME: &str = "portolan.theme";
/// Likewise.
const LANGUAGE: &str = "portolan.language";

/// Work up to this many bytes is saved at every change; larger work when the user pauses.
const AT_ONCE: usize = 100_000;

/// What was there the last time, or the first example.
pub fn initial_state(language: Language) -> State {
    // A JSON string, as `web/js/theme.js` reads it.
    let theme = read(THEME).map_or(Theme::Auto, |json| Theme::of(json.trim_matches('"')));
    let stored = read(WORK).and_then(|json| restore(&json, theme));
    let state = stored.unwrap_or_else(|| State { theme, ..State::from(lessons::welcome()) });
    let state = State { language, ..state };
    match super::link::opened_link() {
        // What it brings has to be unpacked first.
        Some(link) if link.work.is_none() => {
            Rc::unwrap_or_clone(Rc::new(state).reduce(Action::Link(Box::new(link), None)))
        }
        _ => state,
    }
}

/// Whether nothing is kept here, and no link was followed.
pub fn is_first_visit() -> bool {
    read(WORK).is_none() && super::link::opened_link().is_none()
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// The language that `web/js/theme.js` found to be chosen, or wanted by the browser.
pub fn wanted_language() -> Language {
    let root = document().and_then(|d| d.document_element());
    Language::of(&root.and_then(|r| r.get_attribute("lang")).unwrap_or_default())
}

/// Tells the document its language: styles and screen readers go by it.
pub fn say_language(language: Language) {
    if let Some(root) = document().and_then(|d| d.document_element()) {
        root.set_attribute("lang", language.tag()).ok();
    }
}

fn store_of_browser() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn read(key: &str) -> Option<String> {
    store_of_browser()?.get_item(key).ok()?
}

fn write(key: &str, text: &str) {
    if let Some(store) = store_of_browser() {
        store.set_item(key, text).ok();
    }
}

/// Keeps the state, and the theme and the language on the document.
#[hook]
pub fn use_stored(state: &State, parts: Parts) {
    use_effect_with((state.work.clone(), state.view, parts), {
        let state = state.clone();
        move |_| {
            let size: usize = state.work.files.iter().map(|f| f.text.len()).sum();
            let save = move || {
                if let Some(json) = store(&state) {
                    // A full or forbidden store costs the user the next reload, not this page.
                    write(WORK, &json);
                }
            };
            let timer = if parts != Parts::Whole {
                // Nothing can have been changed yet.
                None
            } else if size <= AT_ONCE {
                save();
                None
            } else {
                Some(Timeout::new(400, save))
            };
            move || drop(timer)
        }
    });
    use_effect_with(state.language, |language| {
        // Chosen only where it is another than what was found at the start.
        if wanted_language() != *language {
            write(LANGUAGE, &format!("\"{}\"", language.tag()));
            say_language(*language);
        }
        if let Some(document) = document() {
            document.set_title(&t("Portolan: where does this request land?"));
        }
    });
    use_effect_with(state.theme, |theme| {
        write(THEME, &format!("\"{}\"", theme.word()));
        let root = document().and_then(|d| d.document_element());
        if let Some(root) = root {
            match theme {
                Theme::Auto => root.remove_attribute("data-theme"),
                Theme::Light => root.set_attribute("data-theme", "light"),
                Theme::Dark => root.set_attribute("data-theme", "dark"),
            }
            .ok();
        }
    });
}
