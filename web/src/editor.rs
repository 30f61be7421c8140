//! The bridge to `web/js/editor.js`, the CodeMirror bundle. Offsets are UTF-16 code units.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/js/editor.js")]
extern "C" {
    /// Puts an editor into `parent`; 0 when this browser cannot.
    pub fn mount(
        parent: &HtmlElement,
        text: &str,
        label: &str,
        on_change: &Closure<dyn FnMut(String)>,
        on_cursor: &Closure<dyn FnMut(u32)>,
        on_fix: &Closure<dyn FnMut(String)>,
    ) -> u32;
    /// Takes the editor out of the page.
    pub fn destroy(handle: u32);
}
