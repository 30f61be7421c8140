//! Portolan's playground: a Yew page over `portolan_core`.

mod analysis;
mod app;
mod chart;
mod components;
mod dom;
mod editor;
mod hooks;
mod json;
mod language;
mod lessons;
mod markdown;
mod offsets;
mod parts;
mod same;
mod state;
mod words;

use language::Language;
use parts::Parts;
use web_sys::{CustomEvent, CustomEventInit};

fn main() {
    yew::set_custom_panic_hook(Box::new(|info| apologise(&info.to_string())));
    parts::start();
    let page = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("page"));
    if let Some(page) = page {
        // The shell was for the time until now.
        page.set_inner_html("");
        let wanted = hooks::wanted_language();
        wasm_bindgen_futures::spawn_local(async move {
            // Who has been here before, or comes by a link, may be shown anything at once.
            let at_once = !hooks::is_first_visit() || wanted != Language::default();
            let torn = at_once && parts::whole().await == Parts::Torn;
            let learned = !torn && language::learn(wanted).await;
            let language = if learned { wanted } else { Language::default() };
            hooks::say_language(language);
            let props = app::Props { language, learned };
            yew::Renderer::<app::App>::with_root_and_props(page, props).render();
        });
    }
}

/// Hands a panic to `web/js/boot.js`, which needs nothing of ours to show it: after a panic nothing
/// of ours can be relied on.
fn apologise(message: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&message.into());
    if let (Some(window), Ok(event)) =
        (web_sys::window(), CustomEvent::new_with_event_init_dict("portolan-panic", &init))
    {
        window.dispatch_event(&event).ok();
    }
}
