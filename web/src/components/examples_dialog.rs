//! The examples to choose from.

use super::{Dispatch, Icon, icon};
use crate::examples::{self, Example};
use crate::language::{t, tr, use_language};
use crate::state::Action;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The dialog, so that others can open it.
    pub node: NodeRef,
    pub dispatch: Dispatch,
}

#[component]
pub fn ExamplesDialog(props: &Props) -> Html {
    use_language();
    let examples = use_memo((), |()| examples::all());
    let close = {
        let node = props.node.clone();
        Callback::from(move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    html! {
        <dialog ref={&props.node} class="examples" aria-labelledby="examples-title">
            <div class="dialog-head">
                <h2 id="examples-title">{ t("Examples") }</h2>
                <button type="button" class="quiet" aria-label={t("Close")} onclick={close.reform(|_: MouseEvent| ())}>
                    { icon(Icon::Cross) }
                </button>
            </div>
            <p class="soft">{ t("Each brings its manifests and its requests. Yours can be brought back.") }</p>
            <ul>
                { for examples.iter().map(|e| card(e, props, &close)) }
            </ul>
        </dialog>
    }
}

fn card(example: &Example, props: &Props, close: &Callback<()>) -> Html {
    let open = {
        let (dispatch, close, example) = (props.dispatch.clone(), close.clone(), example.clone());
        Callback::from(move |_: MouseEvent| {
            let notice = format!("Opened the example “{}”.", example.title);
            dispatch.dispatch(Action::Open(Box::new(example.work.clone()), notice));
            close.emit(());
        })
    };
    html! {
        <li key={example.name}>
            <button type="button" class="card" onclick={open}>
                <strong>{ tr(&example.title) }</strong>
                <span>{ tr(&example.text) }</span>
            </button>
        </li>
    }
}
