//! How large an element is, as it changes.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Width and height of the inside of an element, in whole pixels; 0 until it is in the page.
#[hook]
pub fn use_width_and_height(node: &NodeRef) -> (f64, f64) {
    let size = use_state(|| (0.0, 0.0));
    {
        let size = size.setter();
        use_effect_with(node.clone(), move |node| {
            let element = node.cast::<Element>();
            let watched = element.clone();
            let changed = Closure::<dyn FnMut()>::new(move || {
                if let Some(element) = &watched {
                    size.set((f64::from(element.client_width()), f64::from(element.client_height())));
                }
            });
            let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, &element) {
                observer.observe(element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(changed);
            }
        });
    }
    *size
}
