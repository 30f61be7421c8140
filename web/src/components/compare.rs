//! The same requests under several controllers, side by side.

use super::masthead::controllers;
use super::requests::certainty_mark;
use super::{Dispatch, Icon, icon};
use crate::analysis::{Compared, World, compared};
use crate::dom;
use crate::language::{t, tr, use_language};
use crate::same::Same;
use crate::state::{Action, Answerer, Work, link};
use crate::t;
use crate::words::{self, Kind, count};
use portolan_core::compare::{Aspect, Comparison};
use portolan_core::routing::{Answer, Outcome};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub world: Same<World>,
    pub work: Work,
    pub dispatch: Dispatch,
}

#[component]
pub fn Compare(props: &Props) -> Html {
    use_language();
    let only = use_state(|| false);
    let work = &props.work;
    let rows = use_memo(
        (props.world.clone(), work.answerers.clone(), work.asks.clone()),
        |(world, answerers, asks)| compared(world, answerers, asks),
    );
    let tick = {
        let only = only.clone();
        Callback::from(move |_: Event| only.set(!*only))
    };
    let add = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::AddColumn))
    };
    let different = rows.iter().filter(|row| row.differs()).count();
    let shown: Vec<&Compared> = rows.iter().filter(|row| !*only || row.differs()).collect();
    html! {
        <>
            <div class="overview-bar">
                <p role="status">{ summary(work.answerers.len(), rows.len(), different) }</p>
                <label class="check">
                    <input type="checkbox" checked={*only} onchange={tick} /><span>{ t("Differences only") }</span>
                </label>
                <button type="button" class="button small" disabled={work.answerers.len() >= link::MOST} onclick={add}>
                    { icon(Icon::Plus) }{ t("Controller") }
                </button>
            </div>
            <div class="compare-scroll" tabindex="0" role="group" aria-label={t("Answers side by side")}>
                // The roles are said because on a phone the parts of the table are laid out as cards.
                <table class="compare" role="table" aria-label={t("Answers by controller")}
                    style={format!("--columns: {}", work.answerers.len())}>
                    { head(props) }
                    <tbody role="rowgroup" onclick={choose(props)}>
                        { for shown.iter().map(|row| one_row(row, work)) }
                    </tbody>
                </table>
                if shown.is_empty() {
                    <p class="empty">{ t(if rows.is_empty() { "Ask for a URL to compare its answers." } else { "No answer differs." }) }</p>
                }
            </div>
        </>
    }
}

fn summary(columns: usize, requests: usize, different: usize) -> AttrValue {
    let requests = count(requests, "request", "requests");
    match (columns, different) {
        (1, _) => t("Add a controller to compare with."),
        (_, 0) => t!("{requests}, the same answers"),
        (_, 1) => t!("{requests}, 1 differs"),
        (_, n) => t!("{requests}, {n} differ"),
    }
}

/// The controllers, each to be chosen. Two listeners do for all of them.
fn head(props: &Props) -> Html {
    let change = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            let (at, name) = dom::control(&event);
            if let Ok(at) = at.parse() {
                dispatch.dispatch(Action::Column(at, name));
            }
        })
    };
    let click = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(at) = dom::attribute(&event, "data-remove").and_then(|at| at.parse().ok()) {
                dispatch.dispatch(Action::RemoveColumn(at));
            } else if let Some(at) = dom::attribute(&event, "data-answer").and_then(|at| at.parse().ok()) {
                dispatch.dispatch(Action::Answer(at, None));
            }
        })
    };
    let answerers = &props.work.answerers;
    html! {
        <thead role="rowgroup" onchange={change} onclick={click}>
            <tr role="row">
                <th role="columnheader" scope="col" class="compare-ask">{ t("Request") }</th>
                { for answerers.iter().enumerate().map(|(at, a)| column(at, a, props.work.answering, answerers.len())) }
            </tr>
        </thead>
    }
}

fn column(at: usize, answerer: &Answerer, answering: usize, columns: usize) -> Html {
    let title = answerer.controller().title;
    let settings: Vec<String> =
        answerer.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let is_answering = at == answering;
    html! {
        <th role="columnheader" scope="col" key={at} class={classes!(is_answering.then_some("answering"))}>
            <div class="compare-head">
                <select name={at.to_string()} aria-label={t!("Controller {}", at + 1)}>
                    { controllers(&answerer.controller) }
                </select>
                <button type="button" class="quiet" data-remove={at.to_string()} disabled={columns == 1}
                    aria-label={t!("Remove {title}")} title={t("Remove")}>{ icon(Icon::Cross) }</button>
            </div>
            if !settings.is_empty() { <p class="compare-settings">{ settings.join(", ") }</p> }
            if is_answering {
                <p class="compare-note">{ icon(Icon::Check) }{ t("answers on this page") }</p>
            } else {
                <button type="button" class="compare-note link" data-answer={at.to_string()}
                    aria-label={t!("let it answer: {title}")}>{ t("let it answer") }</button>
            }
        </th>
    }
}

/// A click on a cell: that controller answers on the page, to that request.
fn choose(props: &Props) -> Callback<MouseEvent> {
    let dispatch = props.dispatch.clone();
    Callback::from(move |event: MouseEvent| {
        let cell = dom::attribute(&event, "data-cell");
        let cell = cell.as_deref().and_then(|c| c.split_once(':'));
        if let Some((Ok(at), Ok(ask))) = cell.map(|(at, ask)| (at.parse(), ask.parse())) {
            dispatch.dispatch(Action::Answer(at, Some(ask)));
        }
    })
}

fn one_row(row: &Compared, work: &Work) -> Html {
    let chosen = row.key == work.chosen;
    match &row.result {
        Err(text) => html! {
            <tr role="row" key={row.key}>
                <th role="rowheader" scope="row" class="compare-ask"><code>{ text }</code></th>
                <td role="cell" colspan={work.answerers.len().to_string()} class="answer wrong">{ t("not a request") }</td>
            </tr>
        },
        Ok((line, cells)) => html! {
            <tr role="row" key={row.key} class={classes!(chosen.then_some("chosen"))}>
                <th role="rowheader" scope="row" class="compare-ask"><code>{ line.strip_prefix("GET ").unwrap_or(line) }</code></th>
                { for cells.iter().enumerate().map(|(at, (outcome, comparison))| {
                    let title = work.answerers.get(at).map_or("", |a| a.controller().title);
                    cell(at, row.key, title, chosen && at == work.answering, outcome, comparison)
                }) }
            </tr>
        },
    }
}

fn cell(
    at: usize,
    key: u32,
    title: &'static str,
    chosen: bool,
    outcome: &Outcome,
    comparison: &Comparison,
) -> Html {
    let (class, sign) = match words::kind(&outcome.answer) {
        Kind::Forward => ("forward", Icon::Forward),
        Kind::Redirect => ("redirect", Icon::Redirect),
        Kind::Respond => ("respond", Icon::Respond),
    };
    let differs = !comparison.same();
    html! {
        <td role="cell" key={at} class={classes!(differs.then_some("differs"))}>
            <button type="button" data-cell={format!("{at}:{key}")} aria-pressed={chosen.to_string()}>
                <span class="compare-of">{ tr(title) }</span>
                <span class={classes!("answer", class)}>
                    <span class="answer-what">{ icon(sign) }<span>{ words::short(&outcome.answer) }</span></span>
                    { received(&outcome.answer, comparison) }
                    { certainty_mark(&outcome.certainty) }
                    if differs {
                        <span class="compare-differs">{ "≠ " }{ tr(&comparison.words()) }</span>
                    }
                </span>
            </button>
        </td>
    }
}

/// What the backend receives, where that is what differs.
fn received(answer: &Answer, comparison: &Comparison) -> Html {
    let Answer::Forward { path, host, .. } = answer else { return Html::default() };
    let differs = |aspect: Aspect| comparison.differs.contains(&aspect);
    html! {
        <>
            if differs(Aspect::UpstreamPath) { <span class="soft">{ t!("receives {path}") }</span> }
            if differs(Aspect::UpstreamHost) { <span class="soft">{ t!("for host {host}") }</span> }
        </>
    }
}
