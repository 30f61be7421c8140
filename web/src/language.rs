//! What the page says, in the language that is spoken. The texts stand in English where they are said,
//! wrapped in [`t`], [`tr`] or [`t!`](crate::t); the catalogue of another language is fetched when it is asked for.

use portolan_core::language::Catalogue;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use yew::prelude::*;

/// A language that the page speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// That of the source.
    #[default]
    English,
    /// 한국어.
    Korean,
}

impl Language {
    /// Its tag: in the store, on the document, and the catalogue's name.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Korean => "ko",
        }
    }

    /// The language of that tag.
    pub fn of(tag: &str) -> Self {
        if tag.starts_with("ko") { Language::Korean } else { Language::English }
    }
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
    static KOREAN: RefCell<Option<Rc<Catalogue<'static>>>> = const { RefCell::new(None) };
}

#[wasm_bindgen(module = "/js/load.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load_text(name: &str) -> Result<JsValue, JsValue>;
}

/// A text file that stands beside the page.
pub async fn load(name: &str) -> Option<String> {
    load_text(name).await.ok()?.as_string()
}

/// Fetches what the language needs. `false` where it cannot be had.
pub async fn learn(language: Language) -> bool {
    if language == Language::English || KOREAN.with_borrow(Option::is_some) {
        return true;
    }
    let Some(text) = load("languages/ko.txt").await else {
        return false;
    };
    // Once for each page, and for as long as it lives.
    let catalogue = Catalogue::parse(Box::leak(text.into_boxed_str()));
    KOREAN.set(Some(Rc::new(catalogue)));
    true
}

/// From now on this language is spoken.
pub fn speak(language: Language) {
    SPOKEN.set(language);
}

/// The language that is spoken. A component that says anything asks for it, so that it is rendered again
/// when that changes.
#[hook]
pub fn use_language() -> Language {
    use_context::<Language>().unwrap_or_default()
}

/// A text of the page's own.
pub fn t(text: &'static str) -> AttrValue {
    translated(text).map_or(AttrValue::Static(text), AttrValue::from)
}

/// A text that was made elsewhere.
pub fn tr(text: &str) -> AttrValue {
    translated(text).map_or_else(|| AttrValue::from(text.to_owned()), AttrValue::from)
}

/// A text with something in it: `t!("Close {name}")`.
#[macro_export]
macro_rules! t {
    ($($said:tt)*) => { $crate::language::tr(&format!($($said)*)) };
}

fn translated(text: &str) -> Option<String> {
    if SPOKEN.get() == Language::English {
        return None;
    }
    KOREAN.with_borrow(|korean| korean.as_ref()?.find(text))
}

/// What to say where a catalogue could not be had: in the language that was asked for as well.
pub const UNSPOKEN: &str =
    "한국어 문구를 불러오지 못해 영어로 표시합니다. The Korean texts could not be loaded.";
