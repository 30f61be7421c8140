//! What each layer is called, at its head: on the page in sight however far the chart is scrolled, in an
//! exported picture in their places.

use super::draw::{MARGIN, Props};
use super::layout::Direction;
use super::place::{Drawing, layer_word};
use super::px::Px;
use crate::language::t;
use portolan_core::topology::Layer;
use yew::prelude::*;

/// How high the strip is in which the names of layers side by side stand.
const STRIP: f64 = 31.0;

/// How much of the chart's pane, at its top, the names take away from what is scrolled below them.
pub fn strip(drawing: &Drawing, direction: Direction, room: f64, scale: f64) -> f64 {
    let scrolls = (drawing.layout.size.1 + 2.0 * MARGIN.1) * scale > room;
    if scrolls && direction == Direction::Rightward { STRIP * scale } else { 0.0 }
}

/// The names over the picture, which is `width` wide and whose land begins at `coast`.
pub fn over(props: &Props, offset: (f64, f64), width: f64, coast: f64) -> Html {
    let scale = props.scale;
    let px = |length: f64| Px(length * scale);
    let mut style = format!("width:{:.0}px;font-size:{}px", px(width), px(13.5));
    let strip = Px(strip(&props.drawing, props.direction, props.room.1, scale));
    if strip.0 > 0.0 {
        // What is scrolled below it must not shine through.
        let ground = format!("linear-gradient(90deg,var(--sea) {0}px,var(--land) {0}px)", px(coast));
        style += &format!(";height:{strip}px;margin-bottom:-{strip}px;background:{ground}");
    }
    let side_by_side = props.direction == Direction::Rightward;
    html! {
        <div class={if side_by_side { "layer-names side-by-side" } else { "layer-names" }} {style} aria-hidden="true">
            for (word, x, y) in names(props, offset) {
                <p class={if (if side_by_side { x } else { y }) > coast { "ashore" } else { "" }}
                    style={format!("left:{}px;top:{}px", px(if side_by_side { x } else { 0.0 }), px(y))}>
                    <span>{ t(word) }</span>
                </p>
            }
        </div>
    }
}

/// The names within the picture: the page hides them, a picture that is kept has them.
pub fn within(props: &Props, offset: (f64, f64)) -> Html {
    let anchor = if props.direction == Direction::Rightward { "middle" } else { "start" };
    html! {
        <g class="headings" aria-hidden="true">
            for (word, x, y) in names(props, offset) {
                <text x={Px(x).to_string()} y={Px(y).to_string()} text-anchor={anchor}>{ t(word) }</text>
            }
        </g>
    }
}

/// Each layer's name, and where it stands in the picture: the middle or the left end of its line, and its base
/// line.
fn names(props: &Props, offset: (f64, f64)) -> Vec<(&'static str, f64, f64)> {
    let name = |&(layer, start, end): &(usize, f64, f64)| {
        let word = Layer::ALL.get(layer).map_or("", |l| layer_word(*l));
        if props.direction == Direction::Rightward {
            return (word, f64::midpoint(start, end) + offset.0, 22.0);
        }
        // The frames around namespaces begin above their layer.
        let framed = layer == Layer::Service as usize && !props.drawing.bands.is_empty();
        (word, 10.0, start + offset.1 - if framed { 20.0 } else { 8.0 })
    };
    props.drawing.layout.layers.iter().map(name).collect()
}
