//! The lessons and examples to choose from.

use super::lesson::open;
use super::{Dispatch, Icon, icon};
use crate::language::{t, use_language};
use crate::lessons;
use crate::state::Action;
use portolan_lessons::Entry;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub dispatch: Dispatch,
}

/// The button, and the dialog that it opens. What there is to choose from is fetched when it opens first.
#[component]
pub fn LessonsDialog(props: &Props) -> Html {
    let language = use_language().tag();
    let node = use_node_ref();
    let index = use_state(|| None::<Rc<Vec<Entry>>>);
    let show = {
        let (node, index, dispatch) = (node.clone(), index.clone(), props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // It fails only when the dialog is open already.
                dialog.show_modal().ok();
            }
            let (node, index, dispatch) = (node.clone(), index.clone(), dispatch.clone());
            if index.is_none() {
                spawn_local(async move {
                    match lessons::index().await {
                        Some(all) => index.set(Some(all)),
                        None => {
                            close(&node);
                            dispatch.dispatch(Action::Say("The lessons could not be loaded.".to_owned()));
                        }
                    }
                });
            }
        })
    };
    let leave = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| close(&node))
    };
    let card = |(at, entry): (usize, &Entry)| {
        let (all, node, dispatch) =
            ((*index).clone().unwrap_or_default(), node.clone(), props.dispatch.clone());
        let choose = Callback::from(move |_: MouseEvent| {
            close(&node);
            open(all.clone(), at, dispatch.clone());
        });
        html! {
            <li key={entry.name.clone()}>
                <button type="button" class="card" onclick={choose}>
                    <strong>{ entry.title.of(language) }</strong>
                    <span>{ entry.text.of(language) }</span>
                </button>
            </li>
        }
    };
    let of_kind = |lesson: bool| {
        let all = index.iter().flat_map(|all| all.iter().enumerate());
        all.filter(|(_, entry)| entry.lesson == lesson).map(card).collect::<Html>()
    };
    html! {
        <>
            <button type="button" class="button" aria-haspopup="dialog" onclick={show}>{ t("Lessons") }</button>
            <dialog ref={&node} class="examples" aria-labelledby="lessons-title">
                <div class="dialog-head">
                    <h2 id="lessons-title">{ t("Lessons") }</h2>
                    <button type="button" class="quiet" aria-label={t("Close")} onclick={leave}>
                        { icon(Icon::Cross) }
                    </button>
                </div>
                <p class="soft">{ t("The ways into a cluster, step by step. Your own manifests can be brought back.") }</p>
                <ol>{ of_kind(true) }</ol>
                <h3>{ t("Examples") }</h3>
                <ul>{ of_kind(false) }</ul>
            </dialog>
        </>
    }
}

fn close(node: &NodeRef) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>() {
        dialog.close();
    }
}
