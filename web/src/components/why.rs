//! Why the chosen request lands where it does.

use super::requests::certainty_mark;
use super::rules::Rules;
use super::{Dispatch, Icon, icon};
use crate::analysis::{Analysis, Answer, Answered};
use crate::language::{t, tr, use_language};
use crate::same::Same;
use crate::state::Action;
use crate::words::{self, Kind};
use portolan_core::routing::{Dropped, RequestError, Trace};
use portolan_core::span::Span;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub analysis: Same<Analysis>,
    /// The chosen request.
    pub answered: Option<Answered>,
    pub dispatch: Dispatch,
    /// A rule is pointed at.
    pub onpoint: Callback<Option<Span>>,
}

#[component]
pub fn WhyPane(props: &Props) -> Html {
    use_language();
    let body = match props.answered.as_ref().map(|a| &a.result) {
        None => html! { <p class="soft empty">{ t("Ask for a URL to see where it lands.") }</p> },
        Some(Err(error)) => wrong(error),
        Some(Ok(answer)) => html! {
            <Reasons analysis={props.analysis.clone()} answer={answer.clone()} dispatch={props.dispatch.clone()}
                onpoint={props.onpoint.clone()} />
        },
    };
    html! {
        <section class="pane why-pane" id="why" aria-labelledby="why-title">
            <div class="pane-head"><h2 id="why-title">{ t("Why") }</h2></div>
            // Long reasons scroll; the keyboard has to be able to scroll them, too.
            <div class="why-body" tabindex="0" role="group" aria-label={t("Reasons")}>{ body }</div>
        </section>
    }
}

fn wrong(error: &RequestError) -> Html {
    html! {
        <div class="verdict wrong">
            <p class="verdict-what">{ icon(Icon::Wrong) }{ t("Not a request") }</p>
            <p>{ tr(&error.to_string()) }</p>
            if let Some(help) = error.help() { <p class="soft">{ tr(&help) }</p> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ReasonsProps {
    analysis: Same<Analysis>,
    answer: Answer,
    dispatch: Dispatch,
    onpoint: Callback<Option<Span>>,
}

#[component]
fn Reasons(props: &ReasonsProps) -> Html {
    use_language();
    let trace = use_memo((props.analysis.clone(), props.answer.request.clone()), |(analysis, request)| {
        Same::new(analysis.router.explain(request))
    });
    let trace = (*trace).clone();
    html! {
        <>
            { verdict(props) }
            { reading(props, &trace) }
            <Rules analysis={props.analysis.clone()} {trace} dispatch={props.dispatch.clone()}
                onpoint={props.onpoint.clone()} />
            { dropped(props) }
        </>
    }
}

fn verdict(props: &ReasonsProps) -> Html {
    let outcome = &props.answer.outcome;
    let (class, sign) = match words::kind(&outcome.answer) {
        Kind::Forward => ("forward", Icon::Forward),
        Kind::Redirect => ("redirect", Icon::Redirect),
        Kind::Respond => ("respond", Icon::Respond),
    };
    html! {
        <div class={classes!("verdict", class)}>
            <p class="verdict-what">
                { icon(sign) }<span>{ words::short(&outcome.answer) }</span>{ certainty_mark(&outcome.certainty) }
            </p>
            <p>{ words::sentence(&props.answer.request, outcome, &props.analysis) }</p>
            if let Some(reason) = outcome.certainty.reason() {
                <p class="verdict-doubt">
                    <strong>{ t(words::certainty(&outcome.certainty)) }</strong>{ " " }{ words::sentence_of(reason) }
                </p>
            }
        </div>
    }
}

/// How the controller reads the request.
fn reading(props: &ReasonsProps, trace: &Trace) -> Html {
    if trace.refusal.is_some() {
        return Html::default();
    }
    let request = &props.answer.request;
    html! {
        <>
            <h3>{ t("Read as") }</h3>
            <dl class="reading">
                <div><dt>{ t("Method") }</dt><dd>{ &request.method }</dd></div>
                <div><dt>{ t("Host") }</dt><dd>{ if trace.host.is_empty() { t("none") } else { AttrValue::from(trace.host.clone()) } }</dd></div>
                <div><dt>{ t("Path") }</dt><dd>{ &trace.path }</dd></div>
            </dl>
            if !props.answer.notes.is_empty() {
                <ul class="notes">{ for props.answer.notes.iter().map(|n| html! { <li>{ tr(n) }</li> }) }</ul>
            }
        </>
    }
}

fn dropped(props: &ReasonsProps) -> Html {
    let dropped = &props.analysis.router.table().dropped;
    if dropped.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h3>{ t("Not in force") }</h3>
            <ul class="rules">{ for dropped.iter().take(50).map(|d| one_dropped(d, props)) }</ul>
        </>
    }
}

fn one_dropped(dropped: &Dropped, props: &ReasonsProps) -> Html {
    let jump = {
        let (dispatch, span) = (props.dispatch.clone(), dropped.origin.span);
        Callback::from(move |_: MouseEvent| {
            if let Some(span) = span {
                dispatch.dispatch(Action::Reveal(span, true));
            }
        })
    };
    html! {
        <li class="rule dropped">
            <button type="button" class="rule-jump" onclick={jump}>
                <span class="rule-sign">{ icon(Icon::Cross) }<span class="hidden">{ t("not in force:") }{ " " }</span></span>
                <code class="rule-text">{ tr(&dropped.rule) }</code>
                <span class="rule-place">{ dropped.origin.span.map(|span| props.analysis.place(span)) }</span>
                <span class="rule-why">{ tr(&dropped.reason) }</span>
            </button>
        </li>
    }
}
