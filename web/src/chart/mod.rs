//! The chart: from the client over the water to the pods ashore.

mod backdrop;
mod draw;
mod fold;
pub mod layout;
mod pane;
mod place;
mod px;
mod tree;

pub use pane::ChartPane;
