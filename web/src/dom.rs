//! What Yew has no word for.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Anything that can take the keyboard focus; HTML and SVG elements have no type in common.
    type Focusable;
    #[wasm_bindgen(method)]
    fn focus(this: &Focusable);
}

/// Moves the keyboard focus to the element with this id.
pub fn focus(id: &str) {
    let element = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element {
        element.unchecked_into::<Focusable>().focus();
    }
}

/// Scrolls the element with this id into view.
pub fn scroll_to(id: &str) {
    let element = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element {
        element.scroll_into_view();
    }
}
