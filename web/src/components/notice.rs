//! One line of news, with a way back where there is one.

use super::{Dispatch, Icon, icon};
use crate::language::{t, tr, use_language};
use crate::state::{Action, Notice};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub notice: Option<Notice>,
    pub dispatch: Dispatch,
}

#[component]
pub fn NoticeBar(props: &Props) -> Html {
    use_language();
    let act = |action: Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    // The region is always there: what is put into it later is what gets read aloud.
    html! {
        <div class="notice-region" role="status">
            if let Some(notice) = &props.notice {
                <div class="notice">
                    <p>{ notice.text.lines().map(|line| tr(line).to_string()).collect::<Vec<_>>().join(" ") }</p>
                    if notice.before.is_some() {
                        <button type="button" class="button" onclick={act(Action::GoBack)}>{ t("Undo") }</button>
                    }
                    <button type="button" class="quiet" aria-label={t("Dismiss")} onclick={act(Action::Dismiss)}>
                        { icon(Icon::Cross) }
                    </button>
                </div>
            }
        </div>
    }
}
