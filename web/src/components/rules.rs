//! Every rule, host by host, and why it won or lost.

use super::{Dispatch, Icon, icon};
use crate::analysis::Analysis;
use crate::language::{t, tr, use_language};
use crate::same::Same;
use crate::state::Action;
use crate::t;
use crate::words::{self, count};
use portolan_core::routing::{HostId, HostVerdict, Route, RouteVerdict, Trace, Verdict};
use portolan_core::span::Span;
use yew::prelude::*;

/// Rules shown of a host before more are asked for.
const FEW: usize = 30;

#[derive(Properties, PartialEq, Clone)]
pub struct Props {
    pub analysis: Same<Analysis>,
    pub trace: Same<Trace>,
    pub dispatch: Dispatch,
    pub onpoint: Callback<Option<Span>>,
}

#[component]
pub fn Rules(props: &Props) -> Html {
    use_language();
    let table = props.analysis.router.table();
    let own = props.analysis.words();
    let title = words::title(own.routes);
    if table.routes.is_empty() {
        let text = match table.dropped.is_empty() {
            true => t!("There is no {} in the manifests, so there is no {}.", own.objects, own.route),
            false => t!("No {} makes a {} that is in force.", own.objects, own.route),
        };
        return html! { <><h3>{ title }</h3><p class="soft">{ text }</p></> };
    }
    let (near, far): (Vec<&HostVerdict>, Vec<&HostVerdict>) =
        props.trace.hosts.iter().partition(|h| h.matches);
    let far_rules = far.iter().map(|h| of_host(&props.trace, h.host, props).count()).sum::<usize>();
    html! {
        <>
            <h3>{ title }<span class="soft">{ " " }{ t("in the order in which they are tried") }</span></h3>
            { for near.iter().map(|h| html! { <Host verdict={**h} open={true} rules={props.clone()} /> }) }
            if near.is_empty() {
                <p class="soft">{ nobody(props) }</p>
            }
            if !far.is_empty() {
                <details class="others">
                    <summary>
                        { t!("{} for other hosts", count(far_rules, own.route, own.routes)) }
                    </summary>
                    { for far.iter().take(100).map(|h| html! { <Host verdict={**h} open={false} rules={props.clone()} /> }) }
                </details>
            }
        </>
    }
}

fn nobody(props: &Props) -> AttrValue {
    let own = props.analysis.words().route;
    match props.trace.host.as_str() {
        "" => t!("No {own} is for requests without a host."),
        host => t!("No {own} is for the host {host}."),
    }
}

fn of_host<'t>(
    trace: &'t Trace,
    host: HostId,
    props: &'t Props,
) -> impl Iterator<Item = (&'t RouteVerdict, &'t Route)> {
    let table = props.analysis.router.table();
    trace
        .routes
        .iter()
        .filter_map(move |verdict| Some((verdict, table.route(verdict.route)?)))
        .filter(move |(_, route)| route.host == host)
}

#[derive(Properties, PartialEq)]
struct HostProps {
    verdict: HostVerdict,
    /// Whether its rules are worth reading one by one.
    open: bool,
    rules: Props,
}

#[component]
fn Host(props: &HostProps) -> Html {
    use_language();
    let all = use_state(|| false);
    let rules = &props.rules;
    let table = rules.analysis.router.table();
    let pattern = table.host(props.verdict.host).map(|h| h.pattern.to_string()).unwrap_or_default();
    let said = match (props.verdict.matches, props.verdict.answers) {
        (_, true) => "does match",
        (true, false) => "matches, but a better host answers",
        (false, _) => "does not match",
    };
    let total = of_host(&rules.trace, props.verdict.host, rules).count();
    let shown = if *all { total } else { FEW };
    let show_all = {
        let all = all.setter();
        Callback::from(move |_: MouseEvent| all.set(true))
    };
    html! {
        <div class={classes!("host", props.verdict.answers.then_some("answers"))}>
            <p class="host-name"><code>{ if pattern == "*" { t("every host") } else { AttrValue::from(pattern) } }</code><span>{ t(said) }</span></p>
            <ol class="rules">
                { for of_host(&rules.trace, props.verdict.host, rules).take(shown).map(|(v, r)| rule(v, r, rules, props.open)) }
            </ol>
            if total > shown {
                <button type="button" class="button small" onclick={show_all}>
                    { t!("Show {} more", total - shown) }
                </button>
            }
        </div>
    }
}

fn rule(verdict: &RouteVerdict, route: &Route, props: &Props, with_reason: bool) -> Html {
    let (class, sign, word) = match verdict.verdict {
        Verdict::Won => ("won", Icon::Check, "won:"),
        Verdict::Tied => ("tied", Icon::Half, "tied:"),
        Verdict::Lost(_) => ("lost", Icon::Lost, "lost:"),
    };
    let own = props.analysis.words().route;
    let why = match &verdict.verdict {
        Verdict::Won => t!("This {own} answers."),
        Verdict::Tied => t!("This {own} or one that is its equal answers."),
        Verdict::Lost(why) => tr(&props.analysis.router.words(&props.trace, verdict.route, why)),
    };
    let place = route.origin.span;
    let jump = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(span) = place {
                dispatch.dispatch(Action::Reveal(span, true));
            }
        })
    };
    let point = |at: Option<Span>| {
        let onpoint = props.onpoint.clone();
        Callback::from(move |()| onpoint.emit(at))
    };
    let (enter, leave) = (point(place), point(None));
    html! {
        <li class={classes!("rule", class)} key={verdict.route.0}>
            <button type="button" class="rule-jump" onclick={jump}
                onmouseenter={enter.reform(|_: MouseEvent| ())} onmouseleave={leave.reform(|_: MouseEvent| ())}
                onfocus={enter.reform(|_: FocusEvent| ())} onblur={leave.reform(|_: FocusEvent| ())}>
                <span class="rule-sign">{ icon(sign) }<span class="hidden">{ t(word) }{ " " }</span></span>
                <code class="rule-text">{ tr(&route.rule) }</code>
                <span class="rule-place">{ place.map(|span| props.analysis.place(span)) }</span>
                if with_reason { <span class="rule-why">{ why }</span> }
                if let Some(note) = &route.origin.note { <span class="rule-why">{ tr(note) }</span> }
            </button>
        </li>
    }
}
