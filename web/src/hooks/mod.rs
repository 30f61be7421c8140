//! What components borrow from the browser.

mod settled;
mod size;
mod stored;

pub use settled::use_settled;
pub use size::use_width_and_height;
pub use stored::{initial_state, use_stored};
