//! The requests, each with its live answer.

use super::{Dispatch, Icon, icon};
use crate::analysis::{Answer, Answered};
use crate::language::{t, tr, use_language};
use crate::same::Same;
use crate::state::{Action, Ask};
use crate::t;
use crate::words::{self, Kind};
use portolan_core::routing::{Certainty, RequestError};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub asks: Rc<Vec<Ask>>,
    pub chosen: u32,
    pub answers: Same<Vec<Answered>>,
    pub dispatch: Dispatch,
}

#[component]
pub fn Requests(props: &Props) -> Html {
    use_language();
    html! {
        <section class="pane requests-pane" id="requests" aria-labelledby="requests-title">
            <div class="pane-head">
                <h2 id="requests-title">{ t("Requests") }</h2>
                { tools(props) }
            </div>
            <ul class="asks">
                { for props.asks.iter().map(|ask| html! {
                    <Row key={ask.key} ask={ask.clone()} chosen={ask.key == props.chosen}
                        answered={props.answers.iter().find(|a| a.key == ask.key).cloned()}
                        dispatch={props.dispatch.clone()} />
                }) }
            </ul>
            <NewAsk dispatch={props.dispatch.clone()} />
            <p class="hidden" aria-live="polite">{ spoken(props) }</p>
        </section>
    }
}

/// What can be done with the chosen request.
fn tools(props: &Props) -> Html {
    let Some(at) = props.asks.iter().position(|a| a.key == props.chosen) else { return Html::default() };
    let button = |sign: Icon, name: &'static str, possible: bool, action: Action| {
        let dispatch = props.dispatch.clone();
        let act = Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()));
        html! {
            <button type="button" class="quiet" aria-label={t(name)} title={t(name)} disabled={!possible} onclick={act}>
                { icon(sign) }
            </button>
        }
    };
    html! {
        <div class="ask-tools" role="group" aria-label={t("The chosen request")}>
            { button(Icon::Up, "Move up", at > 0, Action::MoveAsk(props.chosen, true)) }
            { button(Icon::Down, "Move down", at + 1 < props.asks.len(), Action::MoveAsk(props.chosen, false)) }
            { button(Icon::Cross, "Remove", true, Action::RemoveAsk(props.chosen)) }
        </div>
    }
}

/// The chosen answer, for those who cannot see it change.
fn spoken(props: &Props) -> AttrValue {
    match props.answers.iter().find(|a| a.key == props.chosen).map(|a| &a.result) {
        Some(Ok(answer)) => {
            let (line, short) = (answer.request.line(), words::short(&answer.outcome.answer));
            let sure = answer.outcome.certainty.word();
            match words::kind(&answer.outcome.answer) {
                Kind::Forward => t!("{line} goes to {short}, {sure}"),
                Kind::Redirect => t!("{line} is redirected: {short}, {sure}"),
                Kind::Respond => t!("{line} is answered {short}, {sure}"),
            }
        }
        Some(Err(error)) => tr(&error.to_string()),
        None => AttrValue::default(),
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    ask: Ask,
    chosen: bool,
    answered: Option<Answered>,
    dispatch: Dispatch,
}

#[component]
fn Row(props: &RowProps) -> Html {
    use_language();
    let key = props.ask.key;
    let choose = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |()| dispatch.dispatch(Action::Choose(key)))
    };
    let edit = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
                dispatch.dispatch(Action::EditAsk(key, field.value()));
            }
        })
    };
    let lines = props.ask.text.lines().count().clamp(1, 8);
    let result = props.answered.as_ref().map(|a| &a.result);
    html! {
        <li class={classes!("ask", props.chosen.then_some("chosen"))}>
            <div class="ask-line">
                <textarea class="ask-text" rows={lines.to_string()} value={props.ask.text.to_string()}
                    aria-label={t("Request")} aria-describedby={format!("answer-{key}")} spellcheck="false"
                    autocomplete="off" autocapitalize="off" wrap={if lines > 1 { "soft" } else { "off" }}
                    onclick={choose.reform(|_: MouseEvent| ())} oninput={edit} onkeydown={enter(choose.clone())} />
                <button type="button" class="ask-answer" id={format!("answer-{key}")}
                    aria-pressed={props.chosen.to_string()} onclick={choose.reform(|_: MouseEvent| ())}>
                    { result.map(answer) }
                </button>
            </div>
        </li>
    }
}

fn answer(result: &Result<Answer, RequestError>) -> Html {
    match result {
        Ok(answer) => {
            let answer_kind = words::kind(&answer.outcome.answer);
            let (class, sign) = match answer_kind {
                Kind::Forward => ("forward", Icon::Forward),
                Kind::Redirect => ("redirect", Icon::Redirect),
                Kind::Respond => ("respond", Icon::Respond),
            };
            html! {
                <span class={classes!("answer", class)}>
                    <span class="answer-what">{ icon(sign) }<span>{ words::short(&answer.outcome.answer) }</span></span>
                    { certainty_mark(&answer.outcome.certainty) }
                </span>
            }
        }
        Err(_) => html! {
            <span class="answer wrong">
                <span class="answer-what">{ icon(Icon::Wrong) }<span>{ t("not a request") }</span></span>
            </span>
        },
    }
}

/// How sure an answer is, as a sign and a word.
pub(super) fn certainty_mark(certainty: &Certainty) -> Html {
    let sign = match certainty {
        Certainty::Certain => Icon::Check,
        Certainty::Likely(_) => Icon::Half,
        Certainty::Unknowable(_) => Icon::Unknown,
    };
    let word = certainty.word();
    html! { <span class={classes!("certainty", word)}>{ icon(sign) }{ t(word) }</span> }
}

/// Enter chooses, and does not break a line that is a URL; Shift-Enter does, and pasting keeps what
/// it brings. Focus alone chooses nothing: the Tab key passes here on its way to the reasons.
fn enter(choose: Callback<()>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let many = event.target_dyn_into::<HtmlTextAreaElement>().is_some_and(|f| f.value().contains('\n'));
        if event.key() == "Enter" && !event.shift_key() && !many {
            event.prevent_default();
            choose.emit(());
        }
    })
}

#[derive(Properties, PartialEq)]
struct NewAskProps {
    dispatch: Dispatch,
}

#[component]
fn NewAsk(props: &NewAskProps) -> Html {
    use_language();
    let field = use_node_ref();
    let add = {
        let (field, dispatch) = (field.clone(), props.dispatch.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = field.cast::<HtmlInputElement>() {
                let text = input.value();
                if !text.trim().is_empty() {
                    dispatch.dispatch(Action::AddAsk(text));
                    input.set_value("");
                }
            }
        })
    };
    html! {
        <form class="new-ask" onsubmit={add}>
            <input ref={field} type="text" aria-label={t("New request")} spellcheck="false" autocomplete="off"
                autocapitalize="off" placeholder={t("Ask for another URL, or paste a curl command")} />
            <button type="submit" class="button">{ icon(Icon::Plus) }{ t("Ask") }</button>
        </form>
    }
}
