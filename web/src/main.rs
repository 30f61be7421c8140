//! Portolan's playground: a Yew page over `portolan_core`.

mod editor;

use wasm_bindgen::prelude::Closure;
use web_sys::HtmlElement;
use yew::prelude::*;

#[component]
fn App() -> Html {
    let place = use_node_ref();
    let length = use_state(|| 0);
    {
        let (place, length) = (place.clone(), length.clone());
        use_effect_with((), move |()| {
            let on_change = Closure::new(move |text: String| length.set(text.len()));
            let on_cursor = Closure::new(|_offset: u32| ());
            let on_fix = Closure::new(|_fix: String| ());
            let handle = place
                .cast::<HtmlElement>()
                .map(|parent| editor::mount(&parent, "", "Manifests", &on_change, &on_cursor, &on_fix));
            move || {
                if let Some(handle) = handle {
                    editor::destroy(handle);
                }
                drop((on_change, on_cursor, on_fix));
            }
        });
    }
    html! {
        <main>
            <h1>{ "Portolan" }</h1>
            <div ref={place} style="height: 60vh"></div>
            <p>{ format!("{} bytes", *length) }</p>
        </main>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
