//! The chart as SVG.

use super::backdrop::Backdrop;
use super::fold::{Folded, Shown};
use super::layout::{Direction, Place};
use super::place::{DETAIL_LINE, Drawing, Label, TITLE_LINE, has_sign, layer_word};
use super::px::Px;
use crate::language::{t, use_language};
use crate::same::Same;
use crate::t;
use portolan_core::topology::{Chart, Layer, State};
use std::fmt::Write as _;
use yew::prelude::*;

/// Room around the chart, in pixels: left and right, above and below.
pub const MARGIN: (f64, f64) = (14.0, 40.0);

#[derive(Properties, PartialEq)]
pub struct Props {
    pub chart: Same<Chart>,
    pub folded: Same<Folded>,
    pub drawing: Same<Drawing>,
    /// For each shown thing: whether it is on the course.
    pub lit: Same<Vec<bool>>,
    /// For each edge likewise.
    pub lit_edges: Same<Vec<bool>>,
    /// What is pointed at, and where the editor's cursor is.
    pub pointed: Vec<usize>,
    pub here: Vec<usize>,
    /// Which node the Tab key reaches.
    pub roving: usize,
    pub direction: Direction,
    /// The picture is at least this large.
    pub room: (f64, f64),
    pub scale: f64,
    pub label: AttrValue,
    pub onpoint: Callback<Option<usize>>,
    /// A node was clicked, or (`true`) chosen with the keyboard.
    pub onpick: Callback<(usize, bool)>,
    pub onkey: Callback<(usize, KeyboardEvent)>,
}

#[component]
pub fn Drawn(props: &Props) -> Html {
    use_language();
    let size = props.drawing.layout.size;
    let width = (size.0 + 2.0 * MARGIN.0).max(props.room.0 / props.scale);
    let height = (size.1 + 2.0 * MARGIN.1).max(props.room.1 / props.scale);
    let offset = ((width - size.0) / 2.0, ((height - size.1) / 2.0).max(MARGIN.1));
    let coast = coast(&props.drawing, props.direction, offset);
    html! {
        <svg class="chart" role="group" aria-label={props.label.clone()} aria-describedby="chart-keys"
            viewBox={format!("0 0 {:.0} {:.0}", Px(width), Px(height))}
            width={format!("{:.0}", Px(width * props.scale))} height={format!("{:.0}", Px(height * props.scale))}>
            <defs>
                <marker id="arrow" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="3.6" markerHeight="3.6" orient="auto">
                    <path class="arrow" d="M0.5 0.8 7 4 0.5 7.2Z" />
                </marker>
            </defs>
            <Backdrop {width} {height} {coast} direction={props.direction} />
            <g transform={format!("translate({} {})", Px(offset.0), Px(offset.1))}>
                { headings(props, offset) }
                <Lines drawing={props.drawing.clone()} direction={props.direction} />
                { course(props) }
                { for (0..props.drawing.labels.len()).map(|at| node(at, props)) }
            </g>
        </svg>
    }
}

/// The coast lies between the entry and the controller.
fn coast(drawing: &Drawing, direction: Direction, offset: (f64, f64)) -> f64 {
    let layers = &drawing.layout.layers;
    let edge = |layer: Layer| layers.iter().find(|(l, ..)| *l == layer as usize);
    let (before, after) = (edge(Layer::Entry), edge(Layer::Controller));
    let at = match (before, after) {
        (Some(&(_, _, end)), Some(&(_, start, _))) => f64::midpoint(end, start),
        _ => 0.0,
    };
    at + if direction == Direction::Rightward { offset.0 } else { offset.1 }
}

/// What each layer is, at its head.
fn headings(props: &Props, offset: (f64, f64)) -> Html {
    let word = |layer: usize| Layer::ALL.get(layer).map_or("", |l| layer_word(*l));
    html! {
        <g class="headings" aria-hidden="true">
            { for props.drawing.layout.layers.iter().map(|&(layer, start, end)| match props.direction {
                Direction::Rightward => html! {
                    <text x={Px(f64::midpoint(start, end)).to_string()} y={Px(22.0 - offset.1).to_string()}
                        text-anchor="middle">{ t(word(layer)) }</text>
                },
                Direction::Downward => html! {
                    <text x={Px(10.0 - offset.0).to_string()} y={Px(start - 8.0).to_string()}>{ t(word(layer)) }</text>
                },
            }) }
        </g>
    }
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    drawing: Same<Drawing>,
    direction: Direction,
}

/// Every line. A component of its own: they stay when only the course changes.
#[component]
fn Lines(props: &LinesProps) -> Html {
    use_language();
    let all: String = props.drawing.layout.edges.iter().map(|e| curve(e, props.direction)).collect();
    html! { <path class="edges" d={all} /> }
}

/// The lit course over the lines.
fn course(props: &Props) -> Html {
    let edges = &props.drawing.layout.edges;
    let lit = edges.iter().zip(props.lit_edges.iter()).filter(|(_, lit)| **lit);
    let lines: Vec<String> = lit.map(|(points, _)| curve(points, props.direction)).collect();
    let whole = voyage(props);
    html! {
        <g class="course" aria-hidden="true">
            { for lines.iter().map(|d| html! { <path class="course-casing" d={d.clone()} /> }) }
            { for lines.iter().map(|d| html! { <path class="course-line" d={d.clone()} marker-end="url(#arrow)" /> }) }
            if !whole.is_empty() {
                <circle class="packet" r="5" style={format!("offset-path: path('{whole}')")} />
            }
        </g>
    }
}

/// One unbroken way along the course, for the packet that moves on it.
fn voyage(props: &Props) -> String {
    let mut path = String::new();
    let mut at = props.folded.shown.iter().position(|s| s.layer(&props.chart) == Layer::Client);
    while let Some(node) = at {
        let edges = props.folded.edges.iter().zip(&props.drawing.layout.edges).zip(props.lit_edges.iter());
        let next = edges.filter(|(_, lit)| **lit).find(|((edge, _), _)| edge.0 == node);
        at = next.map(|((edge, points), _)| {
            let line = curve(points, props.direction);
            let joined = if path.is_empty() { line } else { line.replacen('M', "L", 1) };
            path.push_str(&joined);
            edge.1
        });
    }
    path
}

/// A smooth line through points: it leaves and enters along the layers.
fn curve(points: &[(f64, f64)], direction: Direction) -> String {
    let mut path = String::new();
    let mut from: Option<(f64, f64)> = None;
    for &(x, y) in points {
        match from {
            None => write!(path, "M{} {}", Px(x), Px(y)),
            Some((x0, y0)) => match direction {
                Direction::Rightward => {
                    let (middle, x, y0, y) = (Px(f64::midpoint(x0, x)), Px(x), Px(y0), Px(y));
                    write!(path, "C{middle} {y0} {middle} {y} {x} {y}")
                }
                Direction::Downward => {
                    let (middle, x0, x, y) = (Px(f64::midpoint(y0, y)), Px(x0), Px(x), Px(y));
                    write!(path, "C{x0} {middle} {x} {middle} {x} {y}")
                }
            },
        }
        // Writing to a String does not fail.
        .ok();
        from = Some((x, y));
    }
    path
}

fn node(at: usize, props: &Props) -> Html {
    let (Some(label), Some(place)) = (props.drawing.labels.get(at), props.drawing.layout.places.get(at))
    else {
        return Html::default();
    };
    html! {
        <NodeBox key={label.id.clone()} {at} label={label.clone()} place={*place}
            lit={props.lit.get(at).copied().unwrap_or(false)}
            more={matches!(props.folded.shown.get(at), Some(Shown::More { .. }))}
            pointed={props.pointed.contains(&at)} here={props.here.contains(&at)} tab={props.roving == at}
            onpoint={props.onpoint.clone()} onpick={props.onpick.clone()} onkey={props.onkey.clone()} />
    }
}

#[derive(Properties, PartialEq)]
struct BoxProps {
    at: usize,
    label: Label,
    place: Place,
    lit: bool,
    more: bool,
    pointed: bool,
    here: bool,
    tab: bool,
    onpoint: Callback<Option<usize>>,
    onpick: Callback<(usize, bool)>,
    onkey: Callback<(usize, KeyboardEvent)>,
}

/// A component of its own, so that only what changed is drawn again.
#[component]
fn NodeBox(props: &BoxProps) -> Html {
    use_language();
    let at = props.at;
    let Place { x, y, width, height } = props.place;
    let point = |to: Option<usize>| {
        let onpoint = props.onpoint.clone();
        Callback::from(move |()| onpoint.emit(to))
    };
    let (enter, leave) = (point(Some(at)), point(None));
    let click = {
        let onpick = props.onpick.clone();
        Callback::from(move |_: MouseEvent| onpick.emit((at, false)))
    };
    let key = {
        let (onpick, onkey) = (props.onpick.clone(), props.onkey.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                onpick.emit((at, true));
            }
            _ => onkey.emit((at, event)),
        })
    };
    let state = match props.label.state {
        State::Known => None,
        State::Assumed => Some("assumed"),
        State::Failing => Some("failing"),
    };
    let whole = match props.lit {
        true => t!("{} (on the course)", props.label.whole),
        false => AttrValue::from(props.label.whole.clone()),
    };
    let text_x = if has_sign(props.label.layer) && !props.more { "29" } else { "10" };
    let detail_y = 33.0 + TITLE_LINE * props.label.title.len().saturating_sub(1) as f64;
    html! {
        <g id={format!("chart-node-{at}")} role="button"
            tabindex={if props.tab { "0" } else { "-1" }}
            transform={format!("translate({} {})", Px(x), Px(y))}
            class={classes!("node", state, props.lit.then_some("lit"), props.more.then_some("more"),
                props.pointed.then_some("pointed"), props.here.then_some("here"))}
            onclick={click} onkeydown={key}
            onmouseenter={enter.reform(|_: MouseEvent| ())} onmouseleave={leave.reform(|_: MouseEvent| ())}
            onfocus={enter.reform(|_: FocusEvent| ())} onblur={leave.reform(|_: FocusEvent| ())}>
            <title>{ whole }</title>
            <rect class="node-box" width={Px(width).to_string()} height={Px(height).to_string()} rx="5" />
            if !props.more { { sign(&props.label, height / 2.0) } }
            { lines("node-title", &props.label.title, text_x, 18.0, TITLE_LINE) }
            { lines("node-detail", &props.label.detail, text_x, detail_y, DETAIL_LINE) }
        </g>
    }
}

/// Lines of text. The node's title says them all in one; screen readers need no more.
fn lines(class: &'static str, lines: &[String], x: &'static str, y: f64, step: f64) -> Html {
    html! {
        for (n, line) in lines.iter().enumerate() {
            <text {class} aria-hidden="true" {x} y={Px(y + step * n as f64).to_string()}>{ line }</text>
        }
    }
}

/// A sign as on sea charts: a ship, a buoy, a lighthouse, an anchorage, soundings; a wreck for what
/// cannot answer.
fn sign(label: &Label, middle: f64) -> Html {
    let is_answer = label.title.first().is_some_and(|t| t.parse::<u16>().is_ok());
    let path = match (label.layer, label.state) {
        // The controller's own answer: no harbour, but a stop.
        (Layer::Service, State::Known | State::Assumed) if is_answer => {
            "M-3-7h6l4 4v6l-4 4h-6l-4-4v-6zM-3 0h6"
        }
        (Layer::Service | Layer::Pod, State::Failing) => "M-7 4.5h14M-5 4.5 5-6.5M-1.5 4.5V-1.5M2.5 4.5V-.5",
        (Layer::Client, _) => "M-7.5 2.5h15l-2.6 4.5h-9.8zM0 2.5v-9.5l6 6.5H0",
        (Layer::Entry, _) => "M-3 1.5 0-7 3 1.5zM-6 4.5c2-1.8 4-1.8 6 0s4 1.8 6 0M0 1.5v1.5",
        (Layer::Controller, _) => {
            "M-3.5 7-2-3.5h4L3.5 7zM-2.5-3.5v-3.5h5v3.5M4.5-5.5 8-7M4.5-4.8 8-3.5M-4.5-5.5-8-7M-4.5-4.8-8-3.5"
        }
        (Layer::Service, _) => "M0-4v11M-3-1.5h6M-6.5 2c.5 3.5 3 5 6.5 5s6-1.5 6.5-5M0-4a1.7 1.7 0 1 1 .01 0",
        (Layer::Pod, _) => "M0-7 6-3.5v7L0 7-6 3.5v-7zM-6-3.5 0 0l6-3.5M0 0v7",
        (Layer::Host | Layer::Path, _) => return Html::default(),
    };
    html! { <path class="sign" transform={format!("translate(15 {})", Px(middle))} d={path} /> }
}
