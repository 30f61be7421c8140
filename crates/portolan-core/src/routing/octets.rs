//! Bytes in text, without loss.
//!
//! A proxy that decodes `%FF` matches against bytes that are no UTF-8. Paths are text here, so each
//! such byte stands as a character of its own, from the end of Unicode's last private plane:
//! `0xFF` as U+10FFFF. A character of that range in a request is treated as the bytes that it is.

use std::borrow::Cow;

const FIRST: u32 = 0x10_FF00;

/// The text that stands for these bytes.
pub(super) fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) if !holds_octets(&text) => text,
        Ok(text) => escape(text.as_bytes()),
        Err(error) => escape(error.as_bytes()),
    }
}

/// The bytes that a text stands for.
pub(super) fn bytes(text: &str) -> Cow<'_, [u8]> {
    if !holds_octets(text) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match octet(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

fn octet(c: char) -> Option<u8> {
    u32::from(c).checked_sub(FIRST).and_then(|byte| u8::try_from(byte).ok())
}

fn holds_octets(text: &str) -> bool {
    // All of them begin with this byte; hardly anything else does.
    text.as_bytes().contains(&0xF4) && text.chars().any(|c| octet(c).is_some())
}

fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    let stand_in = |b: &u8| char::from_u32(FIRST + u32::from(*b));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match octet(c) {
                Some(_) => text.extend(c.encode_utf8(&mut [0; 4]).as_bytes().iter().filter_map(stand_in)),
                None => text.push(c),
            }
        }
        text.extend(chunk.invalid().iter().filter_map(stand_in));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{bytes, text};

    #[test]
    fn nothing_is_lost() {
        for sample in
            [&b"/plain"[..], "/caf\u{e9}".as_bytes(), b"/\xff\x80x", "\u{10ff41}".as_bytes(), b"\xf4"]
        {
            assert_eq!(*bytes(&text(sample.to_vec())), *sample);
        }
        assert_eq!(text("/caf\u{e9}".into()), "/caf\u{e9}");
        assert_ne!(text(b"\xff".to_vec()), text(vec![0xF4, 0x8F, 0xBF, 0xBF]));
    }
}
