//! The chart: from the client over the water to the pods ashore.

mod backdrop;
mod draw;
mod fold;
mod layout;
mod lights;
mod lines;
mod pane;
mod place;
mod px;
mod tree;

pub use pane::ChartPane;
