//! The page's code may come in two parts: what the first view needs, and the rest, which is fetched as soon as
//! that view stands. `web/parts.txt` says what is in the rest. Whatever of it is called earlier is waited for;
//! so this module is about being quick, and never about being right.

use wasm_bindgen::prelude::*;
use yew::prelude::*;

#[wasm_bindgen(module = "/js/rest.js")]
extern "C" {
    fn begin(exports: &JsValue);
    #[wasm_bindgen(js_name = isWhole)]
    fn is_whole() -> bool;
    #[wasm_bindgen(catch)]
    async fn complete() -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = keepTrying)]
    async fn keep_trying();
    #[wasm_bindgen(js_name = fetchRest, catch)]
    fn fetch_rest() -> Result<(), JsValue>;
}

/// What of the page is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// What the first view needs. The rest is on its way.
    First,
    /// Everything.
    Whole,
    /// As long as the rest cannot be had.
    Torn,
}

/// To be called before anything else.
pub fn start() {
    begin(&wasm_bindgen::exports());
}

/// Fetches the rest, and says what there is then.
pub async fn whole() -> Parts {
    // The second way may succeed where the first does not: it asks anew.
    if is_whole() || complete().await.is_ok() || fetch_rest().is_ok() { Parts::Whole } else { Parts::Torn }
}

/// What is here. The rest is fetched once the first view stands, and the component is rendered again.
#[hook]
pub fn use_parts() -> Parts {
    let here = use_state_eq(|| if is_whole() { Parts::Whole } else { Parts::First });
    let set = here.setter();
    use_effect_with((), move |()| {
        wasm_bindgen_futures::spawn_local(async move {
            set.set(whole().await);
            keep_trying().await;
            set.set(Parts::Whole);
        });
    });
    *here
}
