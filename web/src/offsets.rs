//! The one place where byte offsets (UTF-8, ours) become editor offsets (UTF-16, the browser's) and
//! back.

/// The UTF-16 offset of the character that `byte` is in. Offsets past the end name the end.
pub fn to_utf16(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = text.get(..byte).unwrap_or(text);
    if before.is_ascii() { byte } else { before.encode_utf16().count() }
}

/// The byte offset of the character that the UTF-16 code unit `unit` is in. Offsets past the end
/// name the end.
pub fn to_utf8(text: &str, unit: usize) -> usize {
    if text.is_ascii() {
        return unit.min(text.len());
    }
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units + character.len_utf16() > unit {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn inside_a_character_means_its_start() {
        let text = "a😀b";
        assert_eq!(to_utf16(text, 3), 1);
        assert_eq!(to_utf8(text, 2), 1);
        assert_eq!((to_utf16(text, 99), to_utf8(text, 99)), (4, 6));
    }

    proptest! {
        #[test]
        fn there_and_back(text in "\\PC{0,40}", at in 0usize..200) {
            let boundary = text.char_indices().map(|(i, _)| i).chain([text.len()]).rfind(|&i| i <= at);
            prop_assert_eq!(Some(to_utf8(&text, to_utf16(&text, at))), boundary);
        }

        #[test]
        fn as_many_units_as_the_browser_counts(text in any::<String>(), at in 0usize..200) {
            let byte = to_utf8(&text, at);
            prop_assert!(text.is_char_boundary(byte));
            let units: Vec<u16> = text.encode_utf16().collect();
            let before = String::from_utf16_lossy(units.get(..to_utf16(&text, byte)).unwrap_or(&units));
            prop_assert_eq!(before.as_str(), &text[..byte]);
        }
    }
}
