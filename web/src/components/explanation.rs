//! The page about a kind of problem, in a dialog. It is fetched when somebody asks for it, and put there
//! without Yew, which has nothing to keep up to date in it.

use super::{Icon, icon};
use crate::language::{load, t};
use crate::markdown;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlDialogElement, HtmlElement};
use yew::prelude::*;

/// The dialog, for a while without a page.
pub fn explanation(node: &NodeRef) -> Html {
    let dialog = node.clone();
    let close = Callback::from(move |_: MouseEvent| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            dialog.close();
        }
    });
    let dialog = node.clone();
    let follow = Callback::from(move |event: MouseEvent| {
        let link = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(code) = link.and_then(|link| link.get_attribute("data-page")) {
            explain(&dialog, code);
        }
    });
    html! {
        <dialog ref={node} class="examples explanation" aria-labelledby="explanation-title">
            <div class="dialog-head">
                <h2 id="explanation-title" tabindex="-1" lang="en" />
                <button type="button" class="quiet" aria-label={t("Close")} onclick={close}>{ icon(Icon::Cross) }</button>
            </div>
            <p class="soft" role="status" />
            <div class="page" lang="en" onclick={follow} />
        </dialog>
    }
}

/// Shows the page about a code in that dialog.
pub fn explain(node: &NodeRef, code: String) {
    let Some(dialog) = node.cast::<HtmlDialogElement>() else { return };
    let find = |selector| dialog.query_selector(selector).ok().flatten();
    let (Some(heading), Some(news), Some(page)) = (find("h2"), find("[role=status]"), find(".page")) else {
        return;
    };
    heading.set_text_content(Some(&code));
    news.set_text_content(Some(&t("Fetching the page…")));
    page.set_text_content(None);
    if !dialog.open() {
        // It fails only when the dialog is open already.
        dialog.show_modal().ok();
    }
    dialog.set_scroll_top(0);
    if let Some(heading) = heading.dyn_ref::<HtmlElement>() {
        heading.focus().ok();
    }
    spawn_local(async move {
        let text = load(&format!("problems/{code}.md")).await;
        // Somebody may have gone on to another page meanwhile.
        if heading.text_content().as_ref() != Some(&code) {
            return;
        }
        match text {
            Some(text) => {
                news.set_text_content(None);
                heading.set_text_content(Some(markdown::title(&text)));
                markdown::write(&page, &text);
            }
            None => news.set_text_content(Some(&t("The page about this problem could not be loaded."))),
        }
    });
}
