//! The configuration that the controller writes for its proxy, each line with the rule that made it.
//! Only the lines in view are in the page, however many there are.

use super::{Dispatch, Icon, icon};
use crate::analysis::{Analysis, Answered};
use crate::dom;
use crate::hooks::link::copied;
use crate::hooks::use_width_and_height;
use crate::language::{t, use_language};
use crate::same::Same;
use crate::state::{Action, Answerer};
use crate::t;
use crate::words::count;
use portolan_core::controller::{self, ViewLine};
use portolan_core::routing::{Origin, Route};
use portolan_core::span::Span;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Height of a line in pixels; `--row` in the styles.
const ROW: usize = 20;
/// Lines above and below the visible ones, and how far one scrolls before others are rendered.
const SPARE: usize = 20;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub analysis: Same<Analysis>,
    pub answerer: Answerer,
    /// The chosen request, whose lines are lit.
    pub answered: Option<Answered>,
    pub dispatch: Dispatch,
    pub onpoint: Callback<Option<Span>>,
}

#[component]
pub fn Configuration(props: &Props) -> Html {
    use_language();
    let scroller = use_node_ref();
    let (_, height) = use_width_and_height(&scroller);
    let top = use_state_eq(|| 0usize);
    let active = use_state_eq(|| 0usize);
    let lines = use_memo((props.analysis.clone(), props.answerer.clone()), |(analysis, answerer)| {
        analysis.world.configuration(answerer).map(Same::new)
    });
    let lit = use_memo(
        (props.analysis.clone(), (*lines).clone(), props.answered.clone()),
        |(a, lines, answered)| lit(a, lines.as_deref().map_or(&[], |l| l.as_slice()), answered.as_ref()),
    );
    {
        let (scroller, active, first) = (scroller.clone(), active.setter(), lit.iter().position(|l| *l));
        use_effect_with(((*lines).clone(), first), move |(_, first)| {
            if let Some(first) = *first {
                active.set(first);
                scroll(&scroller, first.saturating_sub(2) * ROW);
            }
        });
    }
    let Some(lines) = (*lines).clone() else { return none(&props.answerer) };
    let last = lines.len().saturating_sub(1);
    let current = (*active).min(last);
    let from = top.saturating_sub(SPARE);
    let to = (*top + height as usize / ROW + 2 * SPARE).min(lines.len());
    let scrolled = {
        let (scroller, top) = (scroller.clone(), top.setter());
        Callback::from(move |_: Event| {
            let y = scroller.cast::<HtmlElement>().map_or(0, |e| e.scroll_top());
            let row = usize::try_from(y).unwrap_or(0) / ROW;
            top.set(row / SPARE * SPARE);
        })
    };
    let span = {
        let lines = lines.clone();
        move |at: usize| lines.get(at).and_then(|l| l.origin.as_ref()).and_then(|o| o.span)
    };
    let point = {
        let (span, onpoint) = (span.clone(), props.onpoint.clone());
        Callback::from(move |event: MouseEvent| onpoint.emit(line_of(&event).and_then(&span)))
    };
    let leave = props.onpoint.reform(|_: MouseEvent| None);
    let click = {
        let (span, active, dispatch) = (span.clone(), active.setter(), props.dispatch.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(at) = line_of(&event) else { return };
            active.set(at);
            if let Some(span) = span(at) {
                dispatch.dispatch(Action::Reveal(span, false));
            }
        })
    };
    let key = {
        let (active, dispatch, scroller) = (active.setter(), props.dispatch.clone(), scroller.clone());
        let (onpoint, page) = (props.onpoint.clone(), (height as usize / ROW).max(2) - 1);
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowDown" => current + 1,
                "ArrowUp" => current.saturating_sub(1),
                "PageDown" => current + page,
                "PageUp" => current.saturating_sub(page),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    if let Some(span) = span(current) {
                        dispatch.dispatch(Action::Reveal(span, true));
                    }
                    current
                }
                _ => return,
            };
            event.prevent_default();
            let to = to.min(last);
            active.set(to);
            onpoint.emit(span(to));
            reach(&scroller, to);
        })
    };
    let whole = format!("height: {}px", lines.len() * ROW);
    let shift = format!("transform: translateY({}px)", from * ROW);
    let name = t(file_name(&props.answerer));
    html! {
        <>
            <div class="overview-bar">
                <p><strong>{ name.clone() }</strong>{ summary(lines.len(), lit.iter().filter(|l| **l).count()) }</p>
                { copy_button(&lines) }
            </div>
            <div ref={scroller} class="conf" role="listbox" tabindex="0" aria-label={name}
                aria-activedescendant={format!("conf-{current}")} aria-describedby="conf-keys" onscroll={scrolled}
                onclick={click} onkeydown={key} onmouseover={point} onmouseleave={leave}>
                <div style={whole} role="presentation">
                    <div class="conf-lines" style={shift} role="presentation">
                        { for (from..to).filter_map(|at| Some(line(at, lines.get(at)?, lit.get(at) == Some(&true), at == current))) }
                    </div>
                </div>
            </div>
            <p id="conf-keys" class="hidden">
                { t("Arrow keys move between the lines, Enter shows the rule behind one in the manifests.") }
            </p>
        </>
    }
}

fn line(at: usize, line: &ViewLine, lit: bool, active: bool) -> Html {
    let tied = line.origin.as_ref().is_some_and(|o| o.span.is_some());
    html! {
        <div id={format!("conf-{at}")} key={at} role="option" data-line={at.to_string()} aria-selected={lit.to_string()}
            class={classes!("conf-line", lit.then_some("lit"), active.then_some("active"), tied.then_some("tied"))}>
            <span class="conf-number" aria-hidden="true">{ at + 1 }</span>
            { text(&line.text) }
            if lit { <span class="hidden">{ " " }{ t("(answers)") }</span> }
        </div>
    }
}

/// A line with its first word set apart: the directive, or the key.
fn text(line: &str) -> Html {
    let body = line.trim_start();
    let indent = line.len() - body.len();
    let word = body.find(' ').map_or(line.len(), |end| indent + end);
    match body.as_bytes().first() {
        Some(b'#') => html! { <span class="conf-text comment">{ line }</span> },
        _ => html! {
            <span class="conf-text">
                <span class="conf-word">{ line.get(..word) }</span>{ line.get(word..) }
            </span>
        },
    }
}

/// Which lines come from what answered: from the very same rule for the same reason, or, where there
/// is none such, from the same place in the manifests. Where one place made several blocks, only the
/// block with the answering rule's own text is meant.
fn lit(analysis: &Analysis, lines: &[ViewLine], answered: Option<&Answered>) -> Vec<bool> {
    let Some(Ok(answer)) = answered.map(|a| &a.result) else { return Vec::new() };
    let table = analysis.router.table();
    let routes: Vec<&Route> = answer.outcome.routes.iter().filter_map(|&id| table.route(id)).collect();
    let made_by = |line: &ViewLine, same: fn(&Origin, &Origin) -> bool| {
        let origin = line.origin.as_ref().filter(|o| o.span.is_some());
        origin.is_some_and(|o| routes.iter().any(|r| same(&r.origin, o)))
    };
    let found = |same| -> Vec<bool> { lines.iter().map(|l| made_by(l, same)).collect() };
    let mut lit = found(|a, b| a == b);
    if !lit.contains(&true) {
        lit = found(|a, b| a.span == b.span);
    }
    let mut exact = vec![false; lines.len()];
    let mut start = 0;
    while start < lines.len() {
        let end = block_end(lines, &lit, start);
        let own = lines.get(start..end).unwrap_or_default();
        if lit.get(start) == Some(&true)
            && own.iter().any(|l| routes.iter().any(|r| l.text.contains(&r.rule)))
        {
            exact.iter_mut().take(end).skip(start).for_each(|l| *l = true);
        }
        start = end;
    }
    if exact.contains(&true) { exact } else { lit }
}

/// Where the block that begins at a line ends: before the next line that is not deeper and closes
/// nothing, or that somebody else made.
fn block_end(lines: &[ViewLine], lit: &[bool], start: usize) -> usize {
    let depth = |at: usize| lines.get(at).map_or(0, |l| l.text.len() - l.text.trim_start().len());
    let closes = |at: usize| lines.get(at).is_some_and(|l| l.text.trim_start().starts_with('}'));
    let inside = |at: &usize| lit.get(*at) == lit.get(start) && (depth(*at) > depth(start) || closes(*at));
    let more = (start + 1..lines.len()).take_while(inside).count();
    start + 1 + more
}

fn line_of(event: &MouseEvent) -> Option<usize> {
    dom::attribute(event, "data-line")?.parse().ok()
}

fn scroll(scroller: &NodeRef, to: usize) {
    if let Some(element) = scroller.cast::<HtmlElement>() {
        element.set_scroll_top(i32::try_from(to).unwrap_or(i32::MAX));
    }
}

/// Scrolls a line into view, and no further than needed.
fn reach(scroller: &NodeRef, at: usize) {
    let Some(element) = scroller.cast::<HtmlElement>() else { return };
    let top = usize::try_from(element.scroll_top()).unwrap_or(0);
    let height = usize::try_from(element.client_height()).unwrap_or(0);
    if at * ROW < top {
        scroll(scroller, at * ROW);
    } else if (at + 2) * ROW > top + height {
        scroll(scroller, ((at + 2) * ROW).saturating_sub(height));
    }
}

fn summary(lines: usize, lit: usize) -> AttrValue {
    match lit {
        0 => t!(", {}", count(lines, "line", "lines")),
        1 => t!(", {}; 1 answers the chosen request", count(lines, "line", "lines")),
        lit => t!(", {lines} lines; {lit} answer the chosen request"),
    }
}

fn copy_button(lines: &Same<Vec<ViewLine>>) -> Html {
    let lines = lines.clone();
    let copy = Callback::from(move |_: MouseEvent| {
        let text: String = lines.iter().flat_map(|l| [l.text.as_str(), "\n"]).collect();
        spawn_local(async move {
            copied(&text).await;
        });
    });
    html! { <button type="button" class="button small" onclick={copy}>{ t("Copy") }</button> }
}

/// What the configuration is called where it is at home.
fn file_name(answerer: &Answerer) -> &'static str {
    match &*answerer.controller {
        "ingress-nginx" => "nginx.conf",
        name if name.starts_with("traefik") => "Traefik's dynamic configuration",
        _ => "Configuration",
    }
}

fn none(answerer: &Answerer) -> Html {
    let writing = controller::all().iter().filter(|c| c.writes_configuration()).map(|c| c.title);
    let those = writing.collect::<Vec<_>>().join(", ");
    html! {
        <div class="conf-none">
            <p class="empty">{ icon(Icon::Info) }{ t!("{} writes no configuration for a proxy.", answerer.controller().title) }</p>
            <p class="soft">{ t!("These do: {those}. Choose one at “Answers as”.") }</p>
        </div>
    }
}
