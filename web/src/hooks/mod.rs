//! What components borrow from the browser.

pub mod link;
mod settled;
mod size;
mod stored;

pub use link::use_link;
pub use settled::use_settled;
pub use size::use_width_and_height;
pub use stored::{initial_state, is_first_visit, say_language, use_stored, wanted_language};
