//! The page's address: a link is followed when it is opened, and the address follows the page.

use crate::components::Dispatch;
use crate::state::{Action, Link, State, link};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[wasm_bindgen(module = "/js/link.js")]
extern "C" {
    fn current_hash() -> String;
    fn set_hash(hash: &str);
    fn on_hash(callback: &Closure<dyn FnMut(String)>);
    async fn unpack(packed: &str) -> JsValue;
    async fn pack(text: &str) -> JsValue;
    async fn copy(text: &str) -> JsValue;
    /// The page's address with this hash.
    pub fn address(hash: &str) -> String;
}

/// Puts a text on the clipboard; whether that worked.
pub async fn copied(text: &str) -> bool {
    copy(text).await.is_truthy()
}

/// Work as the part of a link that brings it.
pub async fn packed(json: &str) -> String {
    pack(json).await.as_string().unwrap_or_default()
}

/// What the address says when the page starts.
pub fn opened_link() -> Option<Link> {
    Link::read(&current_hash())
}

/// Follows links and writes the address.
#[hook]
pub fn use_link(state: &State, dispatch: &Dispatch) {
    use_effect_with((), {
        let dispatch = dispatch.clone();
        move |()| {
            // What it says without its work was followed before the first rendering.
            if let Some(link) = opened_link() {
                unpack_work(link, dispatch.clone());
            }
            let opened = Closure::<dyn FnMut(String)>::new(move |hash: String| {
                if let Some(link) = Link::read(&hash) {
                    if link.work.is_none() {
                        dispatch.dispatch(Action::Link(Box::new(link.clone()), None));
                    }
                    unpack_work(link, dispatch.clone());
                }
            });
            on_hash(&opened);
            // The page's address outlives every rendering.
            opened.forget();
        }
    });
    let started = use_mut_ref(|| false);
    let work = &state.work;
    let shown = (work.answerers.clone(), work.answering, work.place, work.cloud, state.view);
    use_effect_with(shown, {
        let (work, view) = (work.clone(), state.view);
        move |_| {
            if started.replace(true) {
                set_hash(&link::of(&work, view));
            }
        }
    });
}

/// Follows what a link brings. The address says no longer that it does: reloading the page must not
/// undo what has been changed since.
fn unpack_work(link: Link, dispatch: Dispatch) {
    set_hash(&link.write());
    let Some(packed) = link.work.clone() else { return };
    spawn_local(async move {
        let json = unpack(&packed).await.as_string().unwrap_or_default();
        dispatch.dispatch(Action::Link(Box::new(link), Some(json)));
    });
}
