//! The pages about problems, `docs/problems`.

/// Code and text of each, by code.
pub const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page about a code.
pub fn of(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(of, _)| *of == code).map(|(_, text)| *text)
}

/// What a page's heading says its code is about.
pub fn about(code: &str) -> Option<&'static str> {
    of(code)?.lines().next()?.split_once(": ").map(|(_, about)| about)
}
