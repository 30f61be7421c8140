//! The chart as a nested list, for those who would rather read it.

use super::fold::Folded;
use super::lights::Lights;
use super::place::{Drawing, layer_word};
use crate::analysis::Answered;
use crate::components::{Icon, icon};
use crate::dom;
use crate::language::{t, tr, use_language};
use crate::same::Same;
use crate::t;
use crate::words::sentence_of;
use portolan_core::topology::Chart;
use std::collections::HashSet;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub chart: Same<Chart>,
    pub folded: Same<Folded>,
    pub drawing: Same<Drawing>,
    pub lights: Same<Lights>,
    pub label: AttrValue,
    /// The chosen request and its journey, whose hops stand before the chart.
    pub answered: Option<Answered>,
    pub hop: Option<usize>,
    pub go: Callback<(Option<usize>, bool)>,
    pub onpoint: Callback<Option<usize>>,
    pub onpick: Callback<(usize, bool)>,
}

/// One visible line: where it is in the tree, and what it shows.
struct Line {
    /// The ids from the root down.
    path: String,
    parent: Option<usize>,
    at: usize,
    level: usize,
    open: Option<bool>,
    /// The words of a hop, where it is one: its number, who acts, and what happens.
    said: Option<(AttrValue, AttrValue, AttrValue)>,
}

#[component]
pub fn Tree(props: &Props) -> Html {
    use_language();
    let closed = use_state(HashSet::<String>::new);
    let current = use_state(|| None::<String>);
    let mut lines = Vec::new();
    course(props, &closed, &mut lines);
    let below = below(&props.folded);
    let mut seen = vec![false; below.len()];
    for root in roots(&props.folded) {
        visit(props, &below, &mut seen, &closed, &mut lines, String::new(), None, root, 1);
    }
    let tab = lines.iter().position(|l| Some(&l.path) == current.as_ref()).unwrap_or(0);
    let mut rest = lines.iter().enumerate().peekable();
    let mut level = Vec::new();
    while let Some(&(_, line)) = rest.peek() {
        level.extend(group(&mut rest, line.level, &lines, props, tab, &closed, &current));
    }
    html! { <ul role="tree" class="tree" aria-label={props.label.clone()}>{ for level }</ul> }
}

/// Lists the hops of the course. `at` counts them, from 1; 0 is the course itself.
fn course(props: &Props, closed: &HashSet<String>, lines: &mut Vec<Line>) {
    let Some(journey) = props.answered.as_ref().and_then(|a| a.journey.as_deref()) else { return };
    let path = "course".to_owned();
    let open = Some(!closed.contains(&path));
    let said = (t("Course"), props.label.clone(), sentence_of(&journey.end.why).into());
    lines.push(Line { path, parent: None, at: 0, level: 1, open, said: Some(said) });
    for (number, hop) in (1..).zip(journey.hops.iter().filter(|_| open == Some(true))) {
        let said = (t!("hop {number}"), tr(&hop.title), sentence_of(&hop.text).into());
        let path = format!("course/{number}");
        lines.push(Line { path, parent: Some(0), at: number, level: 2, open: None, said: Some(said) });
    }
}

fn roots(folded: &Folded) -> Vec<usize> {
    let reached: HashSet<usize> = folded.edges.iter().map(|e| e.1).collect();
    let outer = |at: &usize| folded.shown.get(*at).is_some_and(|s| s.within.is_none());
    (0..folded.shown.len()).filter(|at| !reached.contains(at)).filter(outer).collect()
}

/// For each shown thing what is in it and what it leads to.
fn below(folded: &Folded) -> Vec<Vec<usize>> {
    let mut below = vec![Vec::new(); folded.shown.len()];
    let inside = folded.shown.iter().enumerate().filter_map(|(at, s)| Some((s.within?, at)));
    for (of, at) in inside.chain(folded.edges.iter().copied()) {
        if let Some(below) = below.get_mut(of) {
            below.push(at);
        }
    }
    below
}

/// Lists a node and, where it is open, what is below it. Layers are few, so the depth is. What several
/// things lead to is listed under each of them, and what is below it under the first.
#[expect(clippy::too_many_arguments, reason = "private plumbing of one recursion")]
fn visit(
    props: &Props,
    below: &[Vec<usize>],
    seen: &mut [bool],
    closed: &HashSet<String>,
    lines: &mut Vec<Line>,
    above: String,
    parent: Option<usize>,
    at: usize,
    level: usize,
) {
    let Some(label) = props.drawing.labels.get(at) else { return };
    let path = format!("{above}/{}", label.id);
    let first = seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
    let children = below.get(at).filter(|_| first).map(Vec::as_slice).unwrap_or_default();
    let open = (!children.is_empty()).then(|| !closed.contains(&path));
    let mine = lines.len();
    lines.push(Line { path: path.clone(), parent, at, level, open, said: None });
    if open == Some(true) {
        for &child in children {
            visit(props, below, seen, closed, lines, path.clone(), Some(mine), child, level + 1);
        }
    }
}

type Rest<'l> = std::iter::Peekable<std::iter::Enumerate<std::slice::Iter<'l, Line>>>;

/// The items of one level, each with its own items nested.
fn group(
    rest: &mut Rest<'_>,
    level: usize,
    lines: &[Line],
    props: &Props,
    tab: usize,
    closed: &UseStateHandle<HashSet<String>>,
    current: &UseStateHandle<Option<String>>,
) -> Vec<Html> {
    let mut items = Vec::new();
    while let Some(&(index, line)) = rest.peek() {
        if line.level < level {
            break;
        }
        rest.next();
        let below = group(rest, level + 1, lines, props, tab, closed, current);
        items.push(item(index, line, below, lines, props, tab, closed, current));
    }
    items
}

#[expect(clippy::too_many_arguments, reason = "private plumbing of one recursion")]
fn item(
    index: usize,
    line: &Line,
    below: Vec<Html>,
    lines: &[Line],
    props: &Props,
    tab: usize,
    closed: &UseStateHandle<HashSet<String>>,
    current: &UseStateHandle<Option<String>>,
) -> Html {
    let hop = line.said.as_ref().map(|_| line.at.checked_sub(1));
    let label = props.drawing.labels.get(line.at).filter(|_| hop.is_none());
    if hop.is_none() && label.is_none() {
        return Html::default();
    }
    let node = props.folded.shown.get(line.at).and_then(|s| props.chart.nodes.get(s.node()?));
    let lit = match hop {
        Some(hop) => hop.is_some() && hop == props.hop,
        None => props.lights.on_course(line.at),
    };
    let (title, detail) = match node {
        Some(node) => (tr(&node.title), tr(&node.detail)),
        None => (label.map(|l| AttrValue::from(l.whole.clone())).unwrap_or_default(), AttrValue::default()),
    };
    let (layer, title, detail) = match &line.said {
        Some(said) => said.clone(),
        None => (label.map(|l| t(layer_word(l.layer))).unwrap_or_default(), title, detail),
    };
    let at = line.at;
    let point = |to: Option<usize>| {
        let onpoint = props.onpoint.clone();
        Callback::from(move |_: FocusEvent| onpoint.emit(to))
    };
    let click = {
        let (chosen, current, path) = (chosen(props, line), current.setter(), line.path.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            current.set(Some(path.clone()));
            chosen.emit(false);
        })
    };
    html! {
        <li role="treeitem" id={format!("tree-{index}")} key={line.path.clone()}
            aria-expanded={line.open.map(|o| o.to_string())} aria-level={line.level.to_string()}
            aria-selected={lit.to_string()} tabindex={if index == tab { "0" } else { "-1" }}
            class={classes!(lit.then_some("lit"))}
            onclick={click} onfocus={point(Some(at).filter(|_| hop.is_none()))} onblur={point(None)}
            onkeydown={keys(index, line, lines, props, closed, current)}>
            <span class="tree-line">
                <span class="tree-layer">{ layer }</span>
                <span class="tree-title">{ title }</span>
                <span class="soft">{ detail }</span>
                if lit {
                    <span class="tree-lit">{ icon(Icon::Check) }{ if hop.is_some() { t("looked at") } else { t("on the course") } }</span>
                }
            </span>
            if !below.is_empty() { <ul role="group">{ for below }</ul> }
        </li>
    }
}

/// What choosing a line does: a hop is looked at, a node shows its text.
fn chosen(props: &Props, line: &Line) -> Callback<bool> {
    let at = line.at;
    match line.said {
        Some(_) => props.go.reform(move |_: bool| (at.checked_sub(1), false)),
        None => props.onpick.reform(move |keyboard: bool| (at, keyboard)),
    }
}

/// The keys of a tree, as everywhere.
fn keys(
    index: usize,
    line: &Line,
    lines: &[Line],
    props: &Props,
    closed: &UseStateHandle<HashSet<String>>,
    current: &UseStateHandle<Option<String>>,
) -> Callback<KeyboardEvent> {
    let paths: Vec<String> = lines.iter().map(|l| l.path.clone()).collect();
    let (path, parent, open) = (line.path.clone(), line.parent, line.open);
    let (closed, current, chosen) = (closed.clone(), current.setter(), chosen(props, line));
    Callback::from(move |event: KeyboardEvent| {
        let change = |close: bool| {
            let mut set = (*closed).clone();
            if close {
                set.insert(path.clone())
            } else {
                set.remove(&path)
            };
            closed.set(set);
            None
        };
        let to = match event.key().as_str() {
            "ArrowDown" => Some(index + 1),
            "ArrowUp" => index.checked_sub(1),
            "Home" => Some(0),
            "End" => paths.len().checked_sub(1),
            "ArrowRight" if open == Some(false) => change(false),
            "ArrowRight" if open == Some(true) => Some(index + 1),
            "ArrowLeft" if open == Some(true) => change(true),
            "ArrowLeft" => parent,
            "Enter" | " " => {
                chosen.emit(true);
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some((to, path)) = to.and_then(|t| Some((t, paths.get(t)?))) {
            current.set(Some(path.clone()));
            dom::focus(&format!("tree-{to}"));
        }
    })
}
