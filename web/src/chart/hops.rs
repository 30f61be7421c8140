//! The course hop by hop: the way back and forth along it, what happens at each hop, and where the client
//! stands.

use crate::analysis::Analysis;
use crate::components::{Dispatch, Icon, icon};
use crate::dom;
use crate::language::{t, tr};
use crate::state::Action;
use crate::t;
use crate::words::{sentence_of, title};
use portolan_core::journey::{ClientAddress, Cloud, Flow, Hop, Journey, Place};
use yew::prelude::*;

/// How long a hop is looked at while the course is played, in milliseconds.
pub const PACE: u32 = 2_200;

/// What is shown and what can be done.
pub struct Shown<'a> {
    pub analysis: &'a Analysis,
    pub journey: Option<&'a Journey>,
    /// The hop that is looked at; none for the course as a whole.
    pub hop: Option<usize>,
    pub playing: bool,
    pub place: Place,
    pub cloud: Option<Cloud>,
    pub dispatch: &'a Dispatch,
    /// To another hop, and whether the course is played from there.
    pub go: Callback<(Option<usize>, bool)>,
}

/// The strip under the chart.
pub fn hops(props: &Shown<'_>) -> Html {
    let count = props.journey.map_or(0, |j| j.hops.len());
    let hop = props.hop.and_then(|at| props.journey?.hops.get(at)).zip(props.hop);
    let to = |to: Option<Option<usize>>, play: bool| {
        let go = props.go.clone();
        move |()| {
            if let Some(to) = to {
                go.emit((to, play));
            }
        }
    };
    let last = count.saturating_sub(1);
    let next = match props.hop {
        None if count > 0 => Some(Some(0)),
        Some(at) if at < last => Some(Some(at + 1)),
        _ => None,
    };
    let before = props.hop.map(|at| at.checked_sub(1));
    let (forward, back) = (Callback::from(to(next, false)), Callback::from(to(before, false)));
    let play = match (props.playing, next) {
        (true, _) => to(Some(props.hop), false),
        (false, Some(next)) => to(Some(next), true),
        // From the end it begins anew.
        (false, None) => to((count > 0).then_some(Some(0)), true),
    };
    let play = Callback::from(play);
    let keys = {
        let (forward, back, whole) = (forward.clone(), back.clone(), props.go.clone());
        Callback::from(move |event: KeyboardEvent| {
            // In a list of choices the arrows choose.
            if dom::attribute(&event, "data-choice").is_some() {
                return;
            }
            match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => forward.emit(()),
                "ArrowLeft" | "ArrowUp" => back.emit(()),
                "Escape" => whole.emit((None, false)),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let click = |callback: Callback<()>| callback.reform(|_: MouseEvent| ());
    html! {
        <div class="hops" role="group" aria-label={t("The course, hop by hop")} onkeydown={keys}>
            <div class="hops-bar">
                <button type="button" class="quiet" disabled={before.is_none()} aria-label={t("Previous hop")}
                    title={t("Previous hop")} onclick={click(back)}>{ icon(Icon::Before) }</button>
                <button type="button" class="quiet" disabled={next.is_none()} aria-label={t("Next hop")}
                    title={t("Next hop")} onclick={click(forward)}>{ icon(Icon::Next) }</button>
                <button type="button" class="button small" disabled={count == 0} onclick={click(play)}>
                    { if props.playing { t("Pause") } else { t("Play") } }
                </button>
                <p class="hops-count">{ match props.hop {
                    Some(at) => { let number = at + 1; t!("hop {number} of {count}") }
                    None if count == 0 => t("no course"),
                    None if count == 1 => t("1 hop"),
                    None => t!("{count} hops"),
                } }</p>
                { choices(props) }
            </div>
            <div role="status">{ match (&hop, props.journey) {
                (Some((hop, _)), _) => one(props, hop),
                (None, Some(journey)) => html! { <p class="hop-text">{ sentence_of(&journey.end.why) }</p> },
                (None, None) => Html::default(),
            } }</div>
        </div>
    }
}

/// One hop: who acts, what becomes of the addresses, how it is chosen, what can go wrong, the line behind it.
fn one(props: &Shown<'_>, hop: &Hop) -> Html {
    let stopped = hop.leaves.is_none() && props.journey.is_some_and(|j| super::lights::stops(j.end.kind));
    let choice = hop.choice.as_ref().map(|choice| {
        let all = choice.of.len() + choice.omitted;
        let how = choice.how;
        match choice.picked.and_then(|at| choice.of.get(at)).map(|picked| &picked.title) {
            Some(picked) if all == 1 => t!("{picked} is the only one to choose"),
            Some(picked) => t!("{picked}, chosen out of {all} by {how}"),
            None => t!("None of {all} can be chosen"),
        }
    });
    let client = match &hop.client {
        ClientAddress::Kept => None,
        ClientAddress::Hidden => Some(t("The client's address is hidden from here on")),
        ClientAddress::Told(how) => Some(t!("The client's address is told by {how}")),
    };
    let origin = hop.origin.as_ref().and_then(|origin| {
        let span = origin.span?;
        let dispatch = props.dispatch.clone();
        let reveal = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Reveal(span, true)));
        let words = format!("{} {}", origin.object, origin.field);
        Some(html! {
            <button type="button" class="hop-line" onclick={reveal}>
                <code>{ words.trim() }</code>{ " " }<span class="soft">{ props.analysis.place(span) }</span>
            </button>
        })
    });
    html! {
        <div class={classes!("hop", stopped.then_some("stopped"))}>
            <p class="hop-text">
                <strong>{ tr(&hop.title) }</strong>{ ": " }{ sentence_of(&hop.text) }
            </p>
            <p class="hop-flow">
                { flow(hop.arrives.as_ref()) }
                if hop.arrives.is_some() && hop.leaves.is_some() { { icon(Icon::Forward) } }
                if hop.leaves != hop.arrives || hop.arrives.is_none() { { flow(hop.leaves.as_ref()) } } else { { t("unchanged") } }
                <span class="soft">{ hop.protocol }</span>
            </p>
            <ul class="hop-notes">
                { for choice.map(|text| html! { <li>{ text }</li> }) }
                { for client.map(|text| html! { <li>{ text }</li> }) }
                { for hop.risks.iter().map(|risk| html! {
                    <li class="hop-risk">{ icon(Icon::Warning) }{ sentence_of(risk) }</li>
                }) }
                { for origin.map(|line| html! { <li>{ line }</li> }) }
            </ul>
        </div>
    }
}

/// A packet's addresses: `10.0.0.1 → 10.0.0.2:80`.
fn flow(flow: Option<&Flow>) -> Html {
    let Some(flow) = flow else { return Html::default() };
    html! { <code>{ format!("{} → {}", flow.from, flow.to) }</code> }
}

/// Where the client stands, and who makes load balancers.
fn choices(props: &Shown<'_>) -> Html {
    let change = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: Event| {
            let (name, value) = dom::control(&event);
            match name.as_str() {
                "from" => {
                    if let Some(place) = Place::ALL.into_iter().find(|p| p.name() == value) {
                        dispatch.dispatch(Action::From(place));
                    }
                }
                _ => dispatch.dispatch(Action::Cloud(Cloud::named(&value))),
            }
        })
    };
    let place = |place: Place| match place {
        Place::Internet => t("the internet"),
        Place::Nodes => t("the nodes' network"),
        Place::Pod => t("a pod"),
    };
    html! {
        <span class="hops-choices" onchange={change}>
            <label class="field">
                <span>{ t("From") }</span>
                <select name="from" data-choice="" aria-label={t("Where the client stands")}>
                    { for Place::ALL.into_iter().map(|p| html! {
                        <option value={p.name()} selected={p == props.place}>{ place(p) }</option>
                    }) }
                </select>
            </label>
            <label class="field">
                <span>{ t("Cloud") }</span>
                <select name="cloud" data-choice="" aria-label={t("Who makes load balancers")}>
                    <option value="" selected={props.cloud.is_none()}>{ t("as the manifests say") }</option>
                    { for Cloud::ALL.into_iter().map(|c| html! {
                        <option value={c.name()} selected={Some(c) == props.cloud}>{ title(c.title()) }</option>
                    }) }
                </select>
            </label>
        </span>
    }
}
