//! The page's few signs, drawn in the current colour. They never stand alone for a meaning: a word
//! is beside each.

use yew::prelude::*;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// An answer: goes on to a backend.
    Forward,
    /// An answer: the client is sent elsewhere.
    Redirect,
    /// An answer: the controller says no.
    Respond,
    /// Not a request.
    Wrong,
    /// A rule that won, a fact that is certain.
    Check,
    /// A rule that lost.
    Lost,
    /// A rule that tied; an answer that is likely.
    Half,
    /// An answer that cannot be known.
    Unknown,
    /// Take out.
    Cross,
    /// Add.
    Plus,
    /// Move up.
    Up,
    /// Move down.
    Down,
    /// Open files.
    Open,
    /// A warning.
    Warning,
    /// A hint.
    Info,
    /// The whole screen.
    Screen,
    /// On to the next.
    Next,
    /// Back to the one before.
    Before,
}

/// The sign as SVG, as large as the text.
pub fn icon(icon: Icon) -> Html {
    let path = match icon {
        Icon::Forward => "M2.5 8h10M8.5 4l4 4-4 4",
        Icon::Redirect => "M3 12V8.5a3 3 0 0 1 3-3h7M9.5 2l3.5 3.5L9.5 9",
        Icon::Respond => "M13 4v3.5a3 3 0 0 1-3 3H3M6.5 7 3 10.5 6.5 14",
        Icon::Wrong => "M8 2.5v6.5M8 12.4v.2",
        Icon::Check => "m3 8.5 3.4 3.5L13 4.5",
        Icon::Lost => "M4 8h8",
        Icon::Half => "M3 9.5c1.7-3 3.3-3 5-1.5s3.3 1.5 5-1.5",
        Icon::Unknown => "M5.6 5.6a2.5 2.5 0 1 1 3.5 2.8c-.8.4-1.1.9-1.1 1.6M8 12.8v.2",
        Icon::Cross => "m4 4 8 8m0-8-8 8",
        Icon::Plus => "M8 3v10M3 8h10",
        Icon::Up => "M8 13V3.5M4 7.5l4-4 4 4",
        Icon::Down => "M8 3v9.5M4 8.5l4 4 4-4",
        Icon::Open => "M2.5 13V3.5h4l1.5 2h5.5V13z",
        Icon::Warning => "M8 2.5 14.2 13.5H1.8zM8 6.5v3.2M8 11.6v.2",
        Icon::Screen => "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
        Icon::Next => "M5 2.5v11L12.5 8z",
        Icon::Before => "M11 2.5v11L3.5 8z",
        Icon::Info => "M8 7.5v4M8 4.6v.2",
    };
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
