//! The chart as SVG.

use super::backdrop::Backdrop;
use super::fold::Folded;
use super::layout::{Direction, Place};
use super::lights::{Lights, lit};
use super::lines::{course_line, curve};
use super::names;
use super::place::{DETAIL_LINE, Drawing, Label, TITLE_LINE};
use super::px::Px;
use crate::dom;
use crate::language::use_language;
use crate::same::Same;
use crate::t;
use portolan_core::topology::{Layer, State};
use std::rc::Rc;
use yew::prelude::*;

/// Room around the chart, in pixels: left and right, above and below.
pub const MARGIN: (f64, f64) = (14.0, 40.0);

/// Boxes that are drawn by one component: what changes in one of them draws so many again.
const CHUNK: usize = 32;

/// More lines than this are drawn paler.
const CROWD: usize = 120;

const LAYERS: usize = Layer::ALL.len();

#[derive(Properties, PartialEq)]
pub struct Props {
    pub folded: Same<Folded>,
    pub drawing: Same<Drawing>,
    pub lights: Same<Lights>,
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
    /// How the cluster is entered, counted.
    pub summary: AttrValue,
    pub onpoint: Callback<Option<usize>>,
    /// A node was clicked, or (`true`) chosen with the keyboard.
    pub onpick: Callback<(usize, bool)>,
    pub onkey: Callback<(usize, KeyboardEvent)>,
}

/// The id of a box's element.
pub fn element_id(label: &Label) -> String {
    // An id has no blanks.
    format!("on-chart:{}", label.id.replace(char::is_whitespace, "_"))
}

#[component]
pub fn Drawn(props: &Props) -> Html {
    use_language();
    let size = props.drawing.layout.size;
    let width = (size.0 + 2.0 * MARGIN.0).max(props.room.0 / props.scale);
    let height = (size.1 + 2.0 * MARGIN.1).max(props.room.1 / props.scale);
    let offset = ((width - size.0) / 2.0, ((height - size.1) / 2.0).max(MARGIN.1));
    let coast = coast(&props.drawing, props.direction, offset);
    let (point, leave) = (point(props), props.onpoint.reform(|_: FocusEvent| None));
    html! {
        <>
            { names::over(props, offset, width, coast) }
            <svg class={classes!("chart", props.lights.following.then_some("following"))} role="group"
                aria-label={props.label.clone()} aria-describedby="chart-keys"
                viewBox={format!("0 0 {:.0} {:.0}", Px(width), Px(height))}
                width={format!("{:.0}", Px(width * props.scale))} height={format!("{:.0}", Px(height * props.scale))}
                onclick={click(props)} onkeydown={keydown(props)} onmouseover={point.reform(|e: MouseEvent| e.into())}
                onfocusin={point.reform(|e: FocusEvent| e.into())} onfocusout={leave}>
                <defs>
                    <marker id="arrow" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="3.6" markerHeight="3.6" orient="auto">
                        <path class="arrow" d="M0.5 0.8 7 4 0.5 7.2Z" />
                    </marker>
                </defs>
                <Backdrop {width} {height} {coast} direction={props.direction} />
                if !props.summary.is_empty() {
                    <text class="chart-sum" x={Px(width - 14.0).to_string()} y={Px(height - 12.0).to_string()}
                        text-anchor="end">{ &props.summary }</text>
                }
                { names::within(props, offset) }
                <g transform={format!("translate({} {})", Px(offset.0), Px(offset.1))}>
                    <Still drawing={props.drawing.clone()} direction={props.direction} />
                    { course(props) }
                    { chunks(props) }
                </g>
            </svg>
        </>
    }
}

/// The shown thing that an event comes from.
fn at_event(drawing: &Drawing, event: &Event) -> Option<usize> {
    let id = dom::attribute(event, "data-id")?;
    drawing.labels.iter().position(|l| l.id == id)
}

fn click(props: &Props) -> Callback<MouseEvent> {
    let (drawing, onpick) = (props.drawing.clone(), props.onpick.clone());
    Callback::from(move |event: MouseEvent| {
        if let Some(at) = at_event(&drawing, &event) {
            onpick.emit((at, false));
        }
    })
}

fn keydown(props: &Props) -> Callback<KeyboardEvent> {
    let (drawing, onpick, onkey) = (props.drawing.clone(), props.onpick.clone(), props.onkey.clone());
    Callback::from(move |event: KeyboardEvent| {
        let Some(at) = at_event(&drawing, &event) else { return };
        match event.key().as_str() {
            "Enter" | " " => {
                event.prevent_default();
                onpick.emit((at, true));
            }
            _ => onkey.emit((at, event)),
        }
    })
}

fn point(props: &Props) -> Callback<Event> {
    let (drawing, onpoint) = (props.drawing.clone(), props.onpoint.clone());
    Callback::from(move |event: Event| onpoint.emit(at_event(&drawing, &event)))
}

/// The coast lies before the cluster: its nodes, or else what stands in front of a controller.
fn coast(drawing: &Drawing, direction: Direction, offset: (f64, f64)) -> f64 {
    let layers = &drawing.layout.layers;
    let ashore = layers.iter().position(|(l, ..)| *l >= Layer::Node as usize && *l != Layer::Entry as usize);
    let at = match ashore {
        Some(0) => -offset.0.max(offset.1) + 4.0,
        Some(first) => {
            let start = layers.get(first).map_or(0.0, |l| l.1);
            let end = layers.get(first - 1).map_or(0.0, |l| l.2);
            f64::midpoint(end, start)
        }
        None => 0.0,
    };
    at + if direction == Direction::Rightward { offset.0 } else { offset.1 }
}

#[derive(Properties, PartialEq)]
struct StillProps {
    drawing: Same<Drawing>,
    direction: Direction,
}

/// Every line, and the namespaces. A component of its own: they stay when only the course changes.
#[component]
fn Still(props: &StillProps) -> Html {
    use_language();
    let all: String = props.drawing.layout.edges.iter().map(|e| curve(e, props.direction)).collect();
    html! {
        <>
            <g class="bands">
                { for props.drawing.bands.iter().map(|(name, place)| html! {
                    <g key={name.clone()}>
                        <rect x={Px(place.x).to_string()} y={Px(place.y).to_string()} width={Px(place.width).to_string()}
                            height={Px(place.height).to_string()} rx="9" />
                        <text x={Px(place.x + 9.0).to_string()} y={Px(place.y + 13.0).to_string()}>{ name }</text>
                    </g>
                }) }
            </g>
            <path class={if props.drawing.layout.edges.len() > CROWD { "edges crowd" } else { "edges" }} d={all} />
        </>
    }
}

/// The lit course over the lines.
fn course(props: &Props) -> Html {
    let lines: Vec<(String, u8)> = props
        .lights
        .lines
        .iter()
        .map(|&(from, to, bits)| {
            (course_line(&props.folded, &props.drawing, from, to, props.direction), bits)
        })
        .filter(|(line, _)| !line.is_empty())
        .collect();
    // The packet goes where it is now, or all the way.
    let way = |(line, bits): &(String, u8)| match props.lights.following {
        true => (bits & lit::NOW != 0).then(|| line.clone()),
        false => Some(line.clone()),
    };
    let voyage = lines.iter().filter_map(way).reduce(|all, line| all + &line.replacen('M', "L", 1));
    html! {
        <g class="course" aria-hidden="true">
            { for lines.iter().filter(|l| l.1 & lit::PASSED != 0).map(|(d, _)| html! { <path class="course-casing" d={d.clone()} /> }) }
            { for lines.iter().map(|(d, bits)| html! {
                <path class={if bits & lit::PASSED != 0 { "course-line" } else { "course-line ahead" }} d={d.clone()}
                    marker-end="url(#arrow)" />
            }) }
            if let Some(voyage) = voyage {
                // Another way is another element: its animation begins anew.
                <circle key={voyage.clone()} class="packet" r="5.5" style={format!("offset-path: path('{voyage}')")} />
            }
        </g>
    }
}

/// A box as it is drawn.
#[derive(PartialEq, Clone)]
struct Boxed {
    label: Rc<Label>,
    place: Place,
    lit: u8,
    pointed: bool,
    here: bool,
    tab: bool,
}

/// Every box, in chunks of one layer: so that what is put in on one side of the chart does not move the
/// chunks of the other.
fn chunks(props: &Props) -> Html {
    let mut chunks: Vec<(usize, Vec<Boxed>)> = Vec::new();
    for (at, label) in props.drawing.labels.iter().enumerate() {
        let boxed = Boxed {
            label: label.clone(),
            place: props.drawing.layout.places.get(at).copied().unwrap_or_default(),
            lit: props.lights.of(at),
            pointed: props.pointed.contains(&at),
            here: props.here.contains(&at),
            tab: props.roving == at,
        };
        let layer = label.layer as usize;
        match chunks.last_mut() {
            Some((of, last)) if last.len() < CHUNK && *of % LAYERS == layer => last.push(boxed),
            // Chunks are numbered within their layer.
            Some((of, _)) if *of % LAYERS == layer => {
                let next = *of + LAYERS;
                chunks.push((next, vec![boxed]));
            }
            _ => {
                let seen = chunks.iter().rev().find(|(of, _)| *of % LAYERS == layer);
                let number = seen.map_or(layer, |(of, _)| of + LAYERS);
                chunks.push((number, vec![boxed]));
            }
        }
    }
    html! {
        for (number, boxes) in chunks {
            <Chunk key={number} {boxes} />
        }
    }
}

#[derive(Properties, PartialEq)]
struct ChunkProps {
    boxes: Vec<Boxed>,
}

/// A component of its own, so that only what changed is drawn again.
#[component]
fn Chunk(props: &ChunkProps) -> Html {
    use_language();
    html! { <>{ for props.boxes.iter().map(one) }</> }
}

fn one(boxed: &Boxed) -> Html {
    let label = &*boxed.label;
    let Place { x, y, width, height } = boxed.place;
    let is = |bits: u8| boxed.lit & bits != 0;
    let state = match label.state {
        State::Known => "",
        State::Assumed => " assumed",
        State::Failing => " failing",
    };
    let mut class = format!("node{state}");
    for (on, word) in [
        (is(lit::PASSED), " lit"),
        (is(lit::AHEAD), " ahead"),
        (is(lit::OTHER), " other"),
        (is(lit::NOW), " now"),
        (is(lit::STOPPED), " stopped"),
        (label.more, " more"),
        (label.closed, " closed"),
        (boxed.pointed, " pointed"),
        (boxed.here, " here"),
    ] {
        if on {
            class.push_str(word);
        }
    }
    let whole = match (is(lit::STOPPED), is(lit::PASSED | lit::AHEAD)) {
        (true, _) => t!("{} (the packet is stopped here)", label.whole),
        (_, true) => t!("{} (on the course)", label.whole),
        _ => AttrValue::from(label.whole.clone()),
    };
    let text_x = if label.signed { "29" } else { "10" };
    let detail_y = 33.0 + TITLE_LINE * label.title.len().saturating_sub(1) as f64;
    html! {
        <g key={label.id.clone()} id={element_id(label)} role="button" data-id={label.id.clone()}
            tabindex={if boxed.tab { "0" } else { "-1" }}
            transform={format!("translate({} {})", Px(x), Px(y))} {class}>
            <title>{ whole }</title>
            // Sheets under a box that stands for many.
            if label.closed {
                <rect class="node-box" x="4" y="4" width={Px(width).to_string()} height={Px(height).to_string()} rx="5" />
            }
            <rect class="node-box" width={Px(width).to_string()} height={Px(height).to_string()} rx="5" />
            if label.signed { { sign(label) } }
            { lines("node-title", &label.title, text_x, 18.0, TITLE_LINE) }
            { lines("node-detail", &label.detail, text_x, detail_y, DETAIL_LINE) }
            if is(lit::STOPPED) {
                <path class="stop" transform={format!("translate({} 0)", Px(width))} d="M-5-5 5 5M5-5-5 5" />
            }
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

/// A sign as on sea charts: a ship, a buoy, a harbour's gate, piles, a lighthouse, an anchorage,
/// soundings; a wreck for what cannot answer.
fn sign(label: &Label) -> Html {
    let is_answer = label.title.first().is_some_and(|t| t.parse::<u16>().is_ok());
    let path = match (label.layer, label.state) {
        // The controller's own answer: no harbour, but a stop.
        (Layer::Service, State::Known | State::Assumed) if is_answer => {
            "M-3-7h6l4 4v6l-4 4h-6l-4-4v-6zM-3 0h6"
        }
        (Layer::Service | Layer::Pod, State::Failing) => "M-7 4.5h14M-5 4.5 5-6.5M-1.5 4.5V-1.5M2.5 4.5V-.5",
        (Layer::Client, _) => "M-7.5 2.5h15l-2.6 4.5h-9.8zM0 2.5v-9.5l6 6.5H0",
        (Layer::FloatingIp | Layer::Entry, _) => {
            "M-3 1.5 0-7 3 1.5zM-6 4.5c2-1.8 4-1.8 6 0s4 1.8 6 0M0 1.5v1.5"
        }
        (Layer::LoadBalancer, _) => "M-7 0h5M-2 0 6-6M-2 0h8M-2 0 6 6M3-6h3v3M3.5-2 6 0 3.5 2M3 6h3V3",
        (Layer::Node, _) => "M-6-6h12v5h-12zM-6 1h12v5h-12zM-3.5-3.5h.1M-3.5 3.5h.1M0-3.5h3.5M0 3.5h3.5",
        (Layer::Controller, _) => {
            "M-3.5 7-2-3.5h4L3.5 7zM-2.5-3.5v-3.5h5v3.5M4.5-5.5 8-7M4.5-4.8 8-3.5M-4.5-5.5-8-7M-4.5-4.8-8-3.5"
        }
        (Layer::Service, _) => "M0-4v11M-3-1.5h6M-6.5 2c.5 3.5 3 5 6.5 5s6-1.5 6.5-5M0-4a1.7 1.7 0 1 1 .01 0",
        (Layer::Pod, _) => "M0-7 6-3.5v7L0 7-6 3.5v-7zM-6-3.5 0 0l6-3.5M0 0v7",
        (Layer::Host | Layer::Path, _) => return Html::default(),
    };
    html! { <path class="sign" transform="translate(15 19)" d={path} /> }
}
