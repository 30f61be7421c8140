//! The chart itself, drawn or as a list: what is drawn, at what scale, and what clicks and keys do.

use super::draw::{Drawn, MARGIN};
use super::fold::{self, Folded, Shown};
use super::layout::Direction;
use super::place::{Drawing, place};
use super::tree::Tree;
use crate::analysis::{Analysis, Answered};
use crate::components::Dispatch;
use crate::dom;
use crate::hooks::use_width_and_height;
use crate::language::{t, use_language};
use crate::same::Same;
use crate::state::Action;
use crate::t;
use crate::words;
use portolan_core::span::Span;
use portolan_core::topology::{Chart, Course};
use std::collections::HashMap;
use yew::prelude::*;

/// Where the room is narrower than this, the layers run downward.
const NARROW: f64 = 640.0;

/// The scale that boxes are made for when names are long.
const COMFORTABLE_FIT: f64 = 0.93;

/// The least scale at which the text can still be read without zooming in.
const SMALLEST_FIT: f64 = 0.84;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub analysis: Same<Analysis>,
    /// The chosen request, whose course is lit.
    pub answered: Option<Answered>,
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
    let unfolded = use_state(HashMap::<String, usize>::new);
    let roving = use_state(|| None::<String>);

    let chart = use_memo(props.analysis.clone(), |a| Same::new(a.chart.clone()));
    let course = use_memo((props.analysis.clone(), props.answered.clone()), |(a, answered)| {
        Same::new(course(a, answered.as_ref()))
    });
    let folded =
        use_memo(((*chart).clone(), (*course).clone(), (*unfolded).clone()), |(chart, course, unfolded)| {
            Same::new(fold::fold(chart, &course.nodes, unfolded))
        });
    let direction = if size.0 > 0.0 && size.0 < NARROW { Direction::Downward } else { Direction::Rightward };
    // A little too wide is shrunk a little: better than names cut short.
    let room = (size.0 / COMFORTABLE_FIT - 2.0 * MARGIN.0, size.1 - 2.0 * MARGIN.1);
    let language = use_language();
    let drawing = use_memo(
        ((*chart).clone(), (*folded).clone(), direction, room, language),
        |(chart, folded, direction, room, _)| Same::new(place(chart, folded, *direction, *room)),
    );
    let lit = use_memo(((*folded).clone(), (*course).clone()), |(folded, course)| lit(folded, course));
    let (chart, folded, drawing) = ((*chart).clone(), (*folded).clone(), (*drawing).clone());

    let needed = drawing.layout.size.0 + 2.0 * MARGIN.0;
    let fit = if needed > size.0 && size.0 > 0.0 { (size.0 / needed).max(SMALLEST_FIT) } else { 1.0 };
    let scale = fit * **zoom;

    let pick = pick(props, &folded, &unfolded);
    let point = {
        let (chart, folded, onpoint) = (chart.clone(), folded.clone(), props.onpoint.clone());
        Callback::from(move |at: Option<usize>| onpoint.emit(at.and_then(|at| span_at(&chart, &folded, at))))
    };
    let current = roving.as_ref().and_then(|id| drawing.labels.iter().position(|l| l.id == *id)).unwrap_or(0);
    let keys = keys(&drawing, &folded, direction, &roving, zoom);
    let label = caption(props);
    html! {
        <>
            <div class={classes!("chart-body", props.as_list.then_some("as-list"))}>
                <div ref={scroller} class="chart-scroll">
                    if !props.as_list {
                        <Drawn {chart} {folded} drawing={drawing.clone()} lit={lit.0.clone()}
                            lit_edges={lit.1.clone()} pointed={at_span(props, &drawing, props.pointed)}
                            here={at_span(props, &drawing, props.here)} roving={current} {direction}
                            room={size} {scale} {label} onpoint={point} onpick={pick} onkey={keys} />
                    } else {
                        <Tree {chart} {folded} {drawing} lit={lit.0.clone()} {label} onpoint={point} onpick={pick} />
                    }
                </div>
            </div>
            <p id="chart-keys" class="hidden">
                { t("Arrow keys move between the nodes, Enter shows the text behind one. The list view holds the same.") }
            </p>
        </>
    }
}

fn course(analysis: &Analysis, answered: Option<&Answered>) -> Course {
    match answered.map(|a| &a.result) {
        Some(Ok(answer)) => analysis.chart.course(analysis.router.table(), &answer.outcome),
        _ => Course::default(),
    }
}

/// Which shown nodes and edges are on the course.
fn lit(folded: &Folded, course: &Course) -> (Same<Vec<bool>>, Same<Vec<bool>>) {
    let nodes =
        folded.shown.iter().map(|s| matches!(s, Shown::Node(n) if course.nodes.contains(n))).collect();
    let edges =
        folded.edges.iter().map(|(.., edge)| edge.is_some_and(|e| course.edges.contains(&e))).collect();
    (Same::new(nodes), Same::new(edges))
}

/// The text behind a node; behind its neighbour where it has none of its own.
fn span_at(chart: &Chart, folded: &Folded, at: usize) -> Option<Span> {
    let Some(Shown::Node(index)) = folded.shown.get(at) else { return None };
    let own = |node: usize| chart.nodes.get(node).and_then(|n| n.span);
    own(*index).or_else(|| {
        let layer = chart.nodes.get(*index)?.layer;
        match layer {
            portolan_core::topology::Layer::Host => {
                chart.edges.iter().filter(|e| e.from == *index).find_map(|e| own(e.to))
            }
            portolan_core::topology::Layer::Pod => {
                chart.edges.iter().filter(|e| e.to == *index).find_map(|e| own(e.from))
            }
            _ => None,
        }
    })
}

/// The shown nodes that this text stands behind.
fn at_span(props: &Props, drawing: &Drawing, span: Option<Span>) -> Vec<usize> {
    let Some(span) = span else { return Vec::new() };
    let nodes = &props.analysis.chart.nodes;
    let ids: Vec<&str> = nodes.iter().filter(|n| n.span == Some(span)).map(|n| n.id.as_str()).collect();
    (0..drawing.labels.len())
        .filter(|&at| drawing.labels.get(at).is_some_and(|l| ids.contains(&l.id.as_str())))
        .collect()
}

fn pick(
    props: &Props,
    folded: &Same<Folded>,
    unfolded: &UseStateHandle<HashMap<String, usize>>,
) -> Callback<(usize, bool)> {
    let (analysis, folded, unfolded, dispatch) =
        (props.analysis.clone(), folded.clone(), unfolded.clone(), props.dispatch.clone());
    Callback::from(move |(at, keyboard): (usize, bool)| {
        let chart = &analysis.chart;
        match folded.shown.get(at) {
            Some(more @ Shown::More { .. }) => {
                let mut now = (*unfolded).clone();
                *now.entry(more.id(chart)).or_default() += fold::STEP;
                unfolded.set(now);
            }
            _ => {
                if let Some(span) = span_at(chart, &folded, at) {
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
            ("ArrowDown", false) | ("ArrowRight", true) => across(&drawing, at, true, turned),
            ("ArrowUp", false) | ("ArrowLeft", true) => across(&drawing, at, false, turned),
            ("Home", _) => Some(0),
            ("+" | "=", _) => return zoom.set((*zoom * 1.2).min(3.0)),
            ("-", _) => return zoom.set((*zoom / 1.2).max(0.4)),
            _ => return,
        };
        event.prevent_default();
        if let Some((to, label)) = to.and_then(|t| Some((t, drawing.labels.get(t)?))) {
            roving.set(Some(label.id.clone()));
            dom::focus(&format!("chart-node-{to}"));
        }
    })
}

fn centre(drawing: &Drawing, at: usize) -> (f64, f64) {
    drawing.layout.places.get(at).map_or((0.0, 0.0), |p| (p.x + p.width / 2.0, p.y + p.height / 2.0))
}

fn along(drawing: &Drawing, folded: &Folded, at: usize, forward: bool) -> Option<usize> {
    let (x, y) = centre(drawing, at);
    let distance = |n: &usize| {
        let (nx, ny) = centre(drawing, *n);
        (nx - x).abs() + (ny - y).abs()
    };
    let next = folded.edges.iter().filter_map(|&(from, to, _)| match forward {
        true => (from == at).then_some(to),
        false => (to == at).then_some(from),
    });
    next.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

fn across(drawing: &Drawing, at: usize, forward: bool, turned: bool) -> Option<usize> {
    let layer = drawing.labels.get(at)?.layer;
    let position = |n: usize| if turned { centre(drawing, n).0 } else { centre(drawing, n).1 };
    let here = position(at);
    (0..drawing.labels.len())
        .filter(|&n| n != at && drawing.labels.get(n).is_some_and(|l| l.layer == layer))
        .filter(|&n| (position(n) > here) == forward)
        .min_by(|&a, &b| (position(a) - here).abs().total_cmp(&(position(b) - here).abs()))
}

/// What the chart says, in one line.
fn caption(props: &Props) -> AttrValue {
    match props.answered.as_ref().map(|a| &a.result) {
        Some(Ok(answer)) => {
            t!("Course of {} to {}", answer.request.line(), words::short(&answer.outcome.answer))
        }
        _ => t("The way into the cluster"),
    }
}
