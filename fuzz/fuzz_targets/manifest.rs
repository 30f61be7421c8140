//! Any text reads without a panic, with places inside the text, and alike through both readers.
#![no_main]

#[path = "../../crates/portolan-core/tests/manifest/check.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| check::reads_alike(text));
