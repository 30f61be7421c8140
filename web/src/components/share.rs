//! The link to what is on the page.

use crate::dom;
use crate::hooks::link::{address, copied, packed};
use crate::language::{t, use_language};
use crate::same::Same;
use crate::state::{State, link, store};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlDetailsElement, HtmlInputElement};
use yew::prelude::*;

/// Longer links are cut short or refused on their way: by chats, mail and browsers.
const LONGEST: usize = 60_000;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub state: Same<State>,
}

#[component]
pub fn ShareSheet(props: &Props) -> Html {
    use_language();
    let open = use_state(|| false);
    let with_work = use_state(|| false);
    let said = use_state(|| "");
    let work = use_state(|| None::<String>);
    let field = use_node_ref();
    {
        let (work, said) = (work.setter(), said.setter());
        use_effect_with((props.state.clone(), *open, *with_work), move |(state, open, with)| {
            said.set("");
            if !(*open && *with) {
                return work.set(None);
            }
            let json = store(state);
            spawn_local(async move {
                work.set(Some(match json {
                    Some(json) => packed(&json).await,
                    None => String::new(),
                }));
            });
        });
    }
    let mut hash = link::of(&props.state.work, props.state.view);
    let too_long = match &*work {
        Some(packed) if packed.is_empty() || hash.len() + packed.len() > LONGEST => true,
        Some(packed) => {
            hash.push_str("&work=");
            hash.push_str(packed);
            false
        }
        None => false,
    };
    let url = if *open { address(&hash) } else { String::new() };
    let toggle = {
        let open = open.setter();
        Callback::from(move |event: Event| {
            open.set(event.target_dyn_into::<HtmlDetailsElement>().is_some_and(|d| d.open()));
        })
    };
    let tick = {
        let with_work = with_work.clone();
        Callback::from(move |_: Event| with_work.set(!*with_work))
    };
    let click = {
        let (url, said, field) = (url.clone(), said.setter(), field.clone());
        Callback::from(move |_: MouseEvent| {
            let (url, said, field) = (url.clone(), said.clone(), field.clone());
            spawn_local(async move {
                if copied(&url).await {
                    return said.set("Copied.");
                }
                if let Some(field) = field.cast::<HtmlInputElement>() {
                    field.focus().ok();
                    field.select();
                }
                said.set(
                    "This browser does not let the page copy. The link is selected: copy it from the field.",
                );
            });
        })
    };
    html! {
        <details class="settings" name="sheet" ontoggle={toggle}
            onkeydown={Callback::from(|e: KeyboardEvent| dom::close_on_escape(&e))}>
            <summary class="button">{ t("Link") }</summary>
            <div class="sheet">
                <p>{ t("Opens this page with the same controllers, settings and view.") }</p>
                <div class="share-line">
                    <input ref={field} type="text" readonly=true aria-label={t("Link")} value={url} />
                    <button type="button" class="button" onclick={click}>{ t("Copy link") }</button>
                </div>
                <label class="check">
                    <input type="checkbox" checked={*with_work} onchange={tick} />
                    <span>{ t("with manifests and requests") }</span>
                </label>
                <p class="soft">
                    { t("They travel inside the link itself, behind its #: whoever has the link can read them, and no server is sent them.") }
                </p>
                <p role="status" class={classes!(too_long.then_some("setting-error"))}>
                    { t(if too_long {
                        "These manifests are too large for a link, which would be cut on its way. The link goes without them; send the files instead."
                    } else {
                        *said
                    }) }
                </p>
            </div>
        </details>
    }
}
