//! The chart as a nested list, for those who would rather read it.

use super::fold::{Folded, Shown};
use super::place::{Drawing, layer_word};
use crate::components::{Icon, icon};
use crate::dom;
use crate::language::{t, tr, use_language};
use crate::same::Same;
use portolan_core::topology::Chart;
use std::collections::HashSet;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub chart: Same<Chart>,
    pub folded: Same<Folded>,
    pub drawing: Same<Drawing>,
    pub lit: Same<Vec<bool>>,
    pub label: AttrValue,
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
}

#[component]
pub fn Tree(props: &Props) -> Html {
    use_language();
    let closed = use_state(HashSet::<String>::new);
    let current = use_state(|| None::<String>);
    let mut lines = Vec::new();
    for root in roots(&props.folded) {
        visit(props, &closed, &mut lines, String::new(), None, root, 1);
    }
    let tab = lines.iter().position(|l| Some(&l.path) == current.as_ref()).unwrap_or(0);
    let mut rest = lines.iter().enumerate().peekable();
    let mut level = Vec::new();
    while let Some(&(_, line)) = rest.peek() {
        level.extend(group(&mut rest, line.level, &lines, props, tab, &closed, &current));
    }
    html! { <ul role="tree" class="tree" aria-label={props.label.clone()}>{ for level }</ul> }
}

fn roots(folded: &Folded) -> Vec<usize> {
    let reached: HashSet<usize> = folded.edges.iter().map(|e| e.1).collect();
    (0..folded.shown.len()).filter(|at| !reached.contains(at)).collect()
}

/// Lists a node and, where it is open, what is below it. Layers are few, so the depth is.
fn visit(
    props: &Props,
    closed: &HashSet<String>,
    lines: &mut Vec<Line>,
    above: String,
    parent: Option<usize>,
    at: usize,
    level: usize,
) {
    let Some(label) = props.drawing.labels.get(at) else { return };
    let path = format!("{above}/{}", label.id);
    let below: Vec<usize> = props.folded.edges.iter().filter(|e| e.0 == at).map(|e| e.1).collect();
    let open = (!below.is_empty()).then(|| !closed.contains(&path));
    let mine = lines.len();
    lines.push(Line { path: path.clone(), parent, at, level, open });
    if open == Some(true) {
        for child in below {
            visit(props, closed, lines, path.clone(), Some(mine), child, level + 1);
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
    let Some(label) = props.drawing.labels.get(line.at) else { return Html::default() };
    let shown = props.folded.shown.get(line.at);
    let node = match shown {
        Some(Shown::Node(node)) => props.chart.nodes.get(*node),
        _ => None,
    };
    let lit = props.lit.get(line.at).copied().unwrap_or(false);
    let (title, detail) = match node {
        Some(node) => (tr(&node.title), tr(&node.detail)),
        None => (AttrValue::from(label.whole.clone()), AttrValue::default()),
    };
    let at = line.at;
    let point = |to: Option<usize>| {
        let onpoint = props.onpoint.clone();
        Callback::from(move |_: FocusEvent| onpoint.emit(to))
    };
    let click = {
        let (onpick, current, path) = (props.onpick.clone(), current.setter(), line.path.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            current.set(Some(path.clone()));
            onpick.emit((at, false));
        })
    };
    html! {
        <li role="treeitem" id={format!("tree-{index}")} key={line.path.clone()}
            aria-expanded={line.open.map(|o| o.to_string())} aria-level={line.level.to_string()}
            aria-selected={lit.to_string()} tabindex={if index == tab { "0" } else { "-1" }}
            class={classes!(lit.then_some("lit"))}
            onclick={click} onfocus={point(Some(at))} onblur={point(None)}
            onkeydown={keys(index, line, lines, props, closed, current)}>
            <span class="tree-line">
                <span class="tree-layer">{ t(layer_word(label.layer)) }</span>
                <span class="tree-title">{ title }</span>
                <span class="soft">{ detail }</span>
                if lit { <span class="tree-lit">{ icon(Icon::Check) }{ t("on the course") }</span> }
            </span>
            if !below.is_empty() { <ul role="group">{ for below }</ul> }
        </li>
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
    let (path, parent, open, at) = (line.path.clone(), line.parent, line.open, line.at);
    let (closed, current, onpick) = (closed.clone(), current.setter(), props.onpick.clone());
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
                onpick.emit((at, true));
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
