//! Waiting until the user pauses, where the work is too much for every key.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// `value` itself while it is `light`; else the value that it had when it last stood still for
/// `pause` milliseconds.
#[hook]
pub fn use_settled<T: Clone + PartialEq + 'static>(value: T, light: bool, pause: u32) -> T {
    let settled = use_state(|| value.clone());
    {
        let settled = settled.clone();
        use_effect_with((value.clone(), light), move |(value, light)| {
            let value = value.clone();
            let timer = match *light {
                true => {
                    settled.set(value);
                    None
                }
                false => Some(Timeout::new(pause, move || settled.set(value))),
            };
            move || drop(timer)
        });
    }
    if light { value } else { (*settled).clone() }
}
