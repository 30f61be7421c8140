//! What Yew has no word for.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, KeyboardEvent};

#[wasm_bindgen]
extern "C" {
    /// Anything that can take the keyboard focus; HTML and SVG elements have no type in common.
    type Focusable;
    #[wasm_bindgen(method)]
    fn focus(this: &Focusable);

    /// A field of any kind; fields, selects and check boxes have no type in common.
    type Control;
    #[wasm_bindgen(method, getter)]
    fn name(this: &Control) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Control) -> Option<String>;
}

/// The name and the value of the field that an event comes from.
pub fn control(event: &Event) -> (String, String) {
    let control = event.target().map(|target| target.unchecked_into::<Control>());
    control.map(|c| (c.name().unwrap_or_default(), c.value().unwrap_or_default())).unwrap_or_default()
}

/// The value of an attribute of the element that an event comes from, or of one around it: so one
/// listener does for many elements.
pub fn attribute(event: &Event, name: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// Closes the sheet around the event's target when Escape is pressed.
pub fn close_on_escape(event: &KeyboardEvent) {
    let sheet = || event.target()?.dyn_into::<Element>().ok()?.closest("details").ok()?;
    if event.key() == "Escape"
        && let Some(details) = sheet()
    {
        details.remove_attribute("open").ok();
        if let Ok(Some(summary)) = details.query_selector("summary") {
            summary.unchecked_into::<Focusable>().focus();
        }
    }
}

/// Moves the keyboard focus to the element with this id.
pub fn focus(id: &str) {
    let element = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element {
        element.unchecked_into::<Focusable>().focus();
    }
}

/// What is left free before what is scrolled to, in CSS pixels: room for the names of layers above boxes.
const ABOVE: f64 = 28.0;

/// Scrolls the surroundings of elements, if they are not in sight, so that their middle is seen, or where they
/// begin if they have no room; the page itself stays. So much at the top of the surroundings is covered.
pub fn bring_into_sight(ids: &[String], covered: f64) {
    let Some(document) = web_sys::window().and_then(|w| w.document()) else { return };
    let elements = || ids.iter().filter_map(|id| document.get_element_by_id(id));
    let Some(Ok(Some(around))) = elements().next().map(|e| e.closest(".chart-scroll")) else { return };
    let all = around.get_bounding_client_rect();
    let (mut left, mut top, mut right, mut bottom) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    for rect in elements().map(|e| e.get_bounding_client_rect()) {
        (left, top) = (left.min(rect.left()), top.min(rect.top()));
        (right, bottom) = (right.max(rect.right()), bottom.max(rect.bottom()));
    }
    let by = |start: f64, end: f64, first: f64, last: f64| {
        if start >= first && end <= last {
            0.0
        } else if end - start > last - first {
            start - first - ABOVE
        } else {
            f64::midpoint(start, end) - f64::midpoint(first, last)
        }
    };
    let (down, aside) =
        (by(top, bottom, all.top() + covered, all.bottom()), by(left, right, all.left(), all.right()));
    around.set_scroll_top(around.scroll_top() + down as i32);
    around.set_scroll_left(around.scroll_left() + aside as i32);
}

/// Scrolls the element with this id into view.
pub fn scroll_to(id: &str) {
    let element = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element {
        element.scroll_into_view();
    }
}
