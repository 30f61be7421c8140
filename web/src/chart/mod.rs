//! The chart: from the client over the water to the pods ashore.

mod backdrop;
mod draw;
mod export;
mod fold;
mod hops;
mod layout;
mod lights;
mod lines;
mod names;
mod pane;
mod place;
mod px;
mod tree;

pub use export::{exports, to_whole_screen};
pub use pane::ChartPane;
