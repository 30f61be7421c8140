//! The chart itself, drawn or as a list: what is drawn, at what scale, and what clicks and keys do.

use super::draw::{Drawn, MARGIN, element_id};
use super::fold::{self, Folded, What};
use super::hops::{PACE, Shown as Hops, hops};
use super::layout::Direction;
use super::lights::lights;
use super::names::strip;
use super::place::{Drawing, place};
use super::px::Px;
use super::tree::Tree;
use crate::analysis::{Analysis, Answered};
use crate::components::Dispatch;
use crate::dom;
use crate::hooks::use_width_and_height;
use crate::language::{t, tr, use_language};
use crate::parts::Parts;
use crate::same::Same;
use crate::state::Action;
use crate::t;
use crate::words;
use gloo_timers::callback::Timeout;
use portolan_core::journey::{Cloud, Place};
use portolan_core::span::Span;
use portolan_core::topology::{Chart, Layer, Leg};
use std::collections::{HashMap, HashSet};
use yew::prelude::*;

/// Where the room is narrower than this, the layers run downward.
const NARROW: f64 = 640.0;

/// The scale that boxes are made for when names are long.
const COMFORTABLE_FIT: f64 = 0.93;

/// The least scale at which the text can still be read without zooming in.
const SMALLEST_FIT: f64 = 0.8;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub analysis: Same<Analysis>,
    /// The chosen request, whose course is lit.
    pub answered: Option<Answered>,
    /// Where the client stands, and who makes load balancers.
    pub place: Place,
    pub cloud: Option<Cloud>,
    /// Whether it is shown as a list.
    pub as_list: bool,
    /// How much larger than needed to fit.
    pub zoom: UseStateHandle<f64>,
    /// What is pointed at, here or elsewhere.
    pub pointed: Option<Span>,
    /// Where the editor's cursor is.
    pub here: Option<Span>,
    pub dispatch: Dispatch,
    pub onpoint: Callback<Option<Span>>,
}

#[component]
pub fn ChartPane(props: &Props) -> Html {
    let scroller = use_node_ref();
    let size = use_width_and_height(&scroller);
    let zoom = &props.zoom;
    let opened = use_state(HashMap::<String, usize>::new);
    let roving = use_state(|| None::<String>);
    // The hop that is looked at, and whether the course is played.
    let at = use_state_eq(|| (None::<usize>, false));

    let chart = use_memo(props.analysis.clone(), |a| Same::new(a.chart.clone()));
    let legs = use_memo((props.analysis.clone(), props.answered.clone()), |(a, answered)| {
        Same::new(legs(a, answered.as_ref()))
    });
    let before = use_mut_ref(|| None::<(Same<Chart>, Same<Folded>)>);
    let folded = use_memo(((*chart).clone(), (*legs).clone(), (*opened).clone()), |(chart, legs, opened)| {
        // Another course mostly shows the same: then nothing is placed anew.
        let now = folded(chart, legs, opened);
        let mut before = before.borrow_mut();
        match &*before {
            Some((of, same)) if of == chart && **same == now => same.clone(),
            _ => {
                let now = Same::new(now);
                *before = Some((chart.clone(), now.clone()));
                now
            }
        }
    });
    let direction = if size.0 > 0.0 && size.0 < NARROW { Direction::Downward } else { Direction::Rightward };
    // A little too wide is shrunk a little: better than names cut short.
    let room = (size.0 / COMFORTABLE_FIT - 2.0 * MARGIN.0, size.1 - 2.0 * MARGIN.1);
    let language = use_language();
    let drawing = use_memo(
        ((*chart).clone(), (*folded).clone(), direction, room, language),
        |(chart, folded, direction, room, _)| Same::new(place(chart, folded, *direction, *room)),
    );
    let journey = props.answered.as_ref().and_then(|a| a.journey.as_deref());
    let last = journey.map_or(0, |j| j.hops.len().saturating_sub(1));
    let hop = at.0.map(|hop| hop.min(last));
    let lights = use_memo(((*folded).clone(), (*legs).clone(), hop), |(folded, legs, hop)| {
        Same::new(lights(folded, legs, *hop))
    });
    let asked = props.answered.as_ref().map(|a| a.key);
    // Another request begins at its beginning.
    use_effect_with(asked, {
        let at = at.setter();
        move |_| at.set((None, false))
    });
    use_effect_with((*at, last), {
        let set = at.setter();
        move |&((hop, playing), last)| {
            let timer = playing.then(|| {
                Timeout::new(PACE, move || match hop {
                    Some(hop) if hop < last => set.set((Some(hop + 1), hop + 1 < last)),
                    _ => set.set((hop, false)),
                })
            });
            move || drop(timer)
        }
    });
    // What the course takes, or where the packet is, is brought into sight when that becomes another.
    let in_sight: Vec<String> = match lights.now {
        Some(now) => drawing.labels.get(now).map(|l| element_id(l)).into_iter().collect(),
        None => {
            let boxes = drawing.labels.iter().enumerate().filter(|(at, _)| lights.on_course(*at));
            boxes.map(|(_, label)| element_id(label)).collect()
        }
    };
    let go = {
        let at = at.setter();
        Callback::from(move |to: (Option<usize>, bool)| at.set(to))
    };
    let (chart, folded, drawing) = ((*chart).clone(), (*folded).clone(), (*drawing).clone());

    let needed = drawing.layout.size.0 + 2.0 * MARGIN.0;
    let fit = if needed > size.0 && size.0 > 0.0 { (size.0 / needed).max(SMALLEST_FIT) } else { 1.0 };
    let scale = fit * **zoom;
    let strip = strip(&drawing, direction, size.1, scale);
    use_effect_with(in_sight, move |ids| dom::bring_into_sight(ids, strip));

    let pick = pick(props, &folded, &opened);
    let point = {
        let (chart, folded, onpoint) = (chart.clone(), folded.clone(), props.onpoint.clone());
        Callback::from(move |at: Option<usize>| onpoint.emit(at.and_then(|at| span_at(&chart, &folded, at))))
    };
    let current = roving.as_ref().and_then(|id| drawing.labels.iter().position(|l| l.id == *id)).unwrap_or(0);
    let keys = keys(&drawing, &folded, direction, &roving, zoom);
    let label = caption(props);
    let lights = (*lights).clone();
    html! {
        <>
            <div class={classes!("chart-body", props.as_list.then_some("as-list"))}>
                <div ref={scroller} class="chart-scroll" style={format!("scroll-padding-top:{}px", Px(strip))}>
                    if !props.as_list {
                        <Drawn folded={folded.clone()} drawing={drawing.clone()} {lights}
                            pointed={at_span(&chart, &folded, props.pointed)}
                            here={at_span(&chart, &folded, props.here)} roving={current} {direction}
                            room={size} {scale} {label} summary={tr(&chart.summary_words())}
                            onpoint={point} onpick={pick} onkey={keys} />
                    } else {
                        <Tree {chart} {folded} {drawing} {lights} {label} answered={props.answered.clone()} {hop} go={go.clone()}
                            onpoint={point} onpick={pick} />
                    }
                </div>
            </div>
            if props.analysis.parts == Parts::Whole { { hops(&Hops {
                analysis: &props.analysis,
                journey,
                hop,
                playing: at.1,
                place: props.place,
                cloud: props.cloud,
                dispatch: &props.dispatch,
                go,
            }) } } else {
                <div class="hops"><div class="hops-bar"></div><p>{ "\u{a0}" }</p></div>
            }
            <p id="chart-keys" class="hidden">
                { t("Arrow keys move between the nodes, Enter shows the text behind one. The list view holds the same.") }
            </p>
        </>
    }
}

fn legs(analysis: &Analysis, answered: Option<&Answered>) -> Vec<Leg> {
    let Some((answered, journey)) = answered.and_then(|a| Some((a, a.journey.as_deref()?))) else {
        return Vec::new();
    };
    let outcome = answered.result.as_ref().ok().map(|answer| &answer.outcome);
    analysis.chart.legs(journey, analysis.router.table(), outcome)
}

/// The chart as it is shown: what the course takes always is.
fn folded(chart: &Chart, legs: &[Leg], opened: &HashMap<String, usize>) -> Folded {
    let keep: HashSet<usize> = legs.iter().flat_map(|l| &l.nodes).copied().collect();
    let mut extra = Vec::new();
    let nodes: Vec<usize> = legs.iter().flat_map(|l| &l.nodes).copied().collect();
    // What stands in a box is led to by way of the box.
    let outside = |n: usize| chart.nodes.get(n).and_then(|n| n.parent).unwrap_or(n);
    for pair in nodes.windows(2) {
        if let &[from, to] = pair {
            let (from, to) = (outside(from), outside(to));
            let layer = |n: usize| chart.nodes.get(n).map(|n| n.layer);
            if layer(from) < layer(to) {
                extra.push((from, to));
            }
        }
    }
    fold::fold(chart, &keep, &extra, opened)
}

/// The text behind a node; behind its neighbour where it has none of its own.
fn span_at(chart: &Chart, folded: &Folded, at: usize) -> Option<Span> {
    let index = folded.shown.get(at)?.node()?;
    let node = chart.nodes.get(index)?;
    let own = |node: usize| chart.nodes.get(node).and_then(|n| n.span);
    node.span.or_else(|| match node.layer {
        Layer::Host => chart.edges.iter().filter(|e| e.from == index).find_map(|e| own(e.to)),
        Layer::Pod => chart.edges.iter().filter(|e| e.to == index).find_map(|e| own(e.from)),
        _ => None,
    })
}

/// The shown nodes that this text stands behind.
fn at_span(chart: &Chart, folded: &Folded, span: Option<Span>) -> Vec<usize> {
    if span.is_none() {
        return Vec::new();
    }
    let stands_behind = |at: &usize| {
        let node = folded.shown.get(*at).and_then(|s| chart.nodes.get(s.node()?));
        node.is_some_and(|n| n.span == span)
    };
    (0..folded.shown.len()).filter(stands_behind).collect()
}

fn pick(
    props: &Props,
    folded: &Same<Folded>,
    opened: &UseStateHandle<HashMap<String, usize>>,
) -> Callback<(usize, bool)> {
    let (analysis, folded, opened, dispatch) =
        (props.analysis.clone(), folded.clone(), opened.clone(), props.dispatch.clone());
    Callback::from(move |(at, keyboard): (usize, bool)| {
        let mut now = (*opened).clone();
        let what = folded.shown.get(at).map(|s| &s.what);
        let closed = |what: &What| match what {
            What::Node(node) => folded.closed.get(node),
            _ => None,
        };
        if let Some(group) = what.and_then(closed) {
            *now.entry(group.clone()).or_default() += fold::STEP;
            return opened.set(now);
        }
        match what {
            Some(What::More(group, _)) => {
                *now.entry(group.clone()).or_default() += fold::STEP;
                opened.set(now);
            }
            Some(What::Less(group)) => {
                now.remove(group);
                opened.set(now);
            }
            _ => {
                if let Some(span) = span_at(&analysis.chart, &folded, at) {
                    dispatch.dispatch(Action::Reveal(span, keyboard));
                }
            }
        }
    })
}

/// Arrow keys go to the nearest node in that direction, along an edge where there is one.
fn keys(
    drawing: &Same<Drawing>,
    folded: &Same<Folded>,
    direction: Direction,
    roving: &UseStateHandle<Option<String>>,
    zoom: &UseStateHandle<f64>,
) -> Callback<(usize, KeyboardEvent)> {
    let (drawing, folded, roving, zoom) = (drawing.clone(), folded.clone(), roving.setter(), zoom.clone());
    Callback::from(move |(at, event): (usize, KeyboardEvent)| {
        let key = event.key();
        let turned = direction == Direction::Downward;
        let to = match (key.as_str(), turned) {
            ("ArrowRight", false) | ("ArrowDown", true) => along(&drawing, &folded, at, true),
            ("ArrowLeft", false) | ("ArrowUp", true) => along(&drawing, &folded, at, false),
            ("ArrowDown", false) | ("ArrowRight", true) => across(&drawing, &folded, at, true, turned),
            ("ArrowUp", false) | ("ArrowLeft", true) => across(&drawing, &folded, at, false, turned),
            ("Home", _) => Some(0),
            ("+" | "=", _) => return zoom.set((*zoom * 1.2).min(3.0)),
            ("-", _) => return zoom.set((*zoom / 1.2).max(0.4)),
            _ => return,
        };
        event.prevent_default();
        if let Some(label) = to.and_then(|t| drawing.labels.get(t)) {
            roving.set(Some(label.id.clone()));
            dom::focus(&element_id(label));
        }
    })
}

fn centre(drawing: &Drawing, at: usize) -> (f64, f64) {
    drawing.layout.places.get(at).map_or((0.0, 0.0), |p| (p.x + p.width / 2.0, p.y + p.height / 2.0))
}

/// The box that something stands in, or itself.
fn outside(folded: &Folded, at: usize) -> usize {
    folded.shown.get(at).and_then(|s| s.within).unwrap_or(at)
}

fn along(drawing: &Drawing, folded: &Folded, at: usize, forward: bool) -> Option<usize> {
    let (x, y) = centre(drawing, at);
    let distance = |n: &usize| {
        let (nx, ny) = centre(drawing, *n);
        (nx - x).abs() + (ny - y).abs()
    };
    let at = outside(folded, at);
    let next = folded.edges.iter().filter_map(|&(from, to)| match forward {
        true => (from == at).then_some(to),
        false => (to == at).then_some(from),
    });
    next.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// What stands next to it in its layer; a box goes before what is in it.
fn across(drawing: &Drawing, folded: &Folded, at: usize, forward: bool, turned: bool) -> Option<usize> {
    let layer = drawing.labels.get(at)?.layer;
    let position = |n: usize| {
        let place = drawing.layout.places.get(n).copied().unwrap_or_default();
        if turned { (place.x, place.y) } else { (place.y, place.x) }
    };
    let here = position(at);
    let order = |a: (f64, f64), b: (f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
    let mut there = (0..drawing.labels.len())
        .filter(|&n| n != at && folded.shown.get(n).is_some_and(|s| s.layer == layer))
        .filter(|&n| order(position(n), here).is_gt() == forward)
        .collect::<Vec<_>>();
    there.sort_by(|&a, &b| order(position(a), position(b)));
    if forward { there.first().copied() } else { there.last().copied() }
}

/// What the chart says, in one line.
fn caption(props: &Props) -> AttrValue {
    let landing = props.answered.as_ref().and_then(words::landing);
    match (props.answered.as_ref().map(|a| &a.result), landing) {
        (Some(Ok(answer)), Some((_, landing, _))) => t!("Course of {} to {landing}", answer.request.line()),
        (_, Some((_, landing, _))) => t!("Course to {landing}"),
        _ => t("The way into the cluster"),
    }
}
