//! What a look at an expression tells: its groups, its alternatives, its dots.

/// What was seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// How many groups capture.
    pub groups: usize,
    /// There is a `|` outside of all groups.
    pub splits: bool,
    /// A dot between letters or digits stands for any sign.
    pub bare_dot: bool,
    /// It looks ahead or behind, or refers back to a group.
    pub looks_around: bool,
}

/// Looks at an expression.
pub(super) fn scan(source: &str) -> Scan {
    let bytes = source.as_bytes();
    let word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut seen = Scan::default();
    let (mut depth, mut class, mut at) = (0_u32, false, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if !class && bytes.get(at + 1) == Some(&b'Q') => {
                // Quoted to its end.
                let rest = source.get(at..).unwrap_or_default();
                at += rest.find("\\E").map_or(rest.len(), |end| end + 1);
            }
            b'\\' => {
                seen.looks_around |= !class && bytes.get(at + 1).is_some_and(|b| (b'1'..=b'9').contains(b));
                at += 1;
            }
            b']' if class => class = false,
            _ if class => {}
            b'[' => {
                class = true;
                // A bracket at the start is one of the class.
                at += usize::from(bytes.get(at + 1) == Some(&b'^'));
                at += usize::from(bytes.get(at + 1) == Some(&b']'));
            }
            b'(' => {
                depth += 1;
                match (bytes.get(at + 1), bytes.get(at + 2), bytes.get(at + 3)) {
                    (Some(b'?'), Some(b'=' | b'!'), _) | (Some(b'?'), Some(b'<'), Some(b'=' | b'!')) => {
                        seen.looks_around = true;
                    }
                    (Some(b'?'), Some(b'<' | b'P' | b'\''), _) => seen.groups += 1,
                    (Some(b'?'), ..) => {}
                    _ => seen.groups += 1,
                }
            }
            b')' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => seen.splits = true,
            b'.' if word(at.checked_sub(1)) && word(Some(at + 1)) => seen.bare_dot = true,
            _ => {}
        }
        at += 1;
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen() {
        assert_eq!(scan(r"/a(/|$)(.*)").groups, 2);
        assert_eq!(scan(r"/(?:a)(?<name>b)(?P<n>c)\((d)[(]").groups, 3);
        assert!(scan("/a|/b").splits && !scan("/(a|b)[|]").splits && !scan(r"/a\|b").splits);
        assert!(scan("/v1.0").bare_dot && !scan(r"/v1\.0").bare_dot && !scan("/v.*").bare_dot);
        assert!(!scan("/v[1.0]").bare_dot && !scan(r"/\Qa.b\E$").bare_dot && scan(r"/\Qa.b\Ea.b").bare_dot);
        assert!(scan("/(?!a)").looks_around && scan("/(?<=a)b").looks_around && scan(r"/(a)\1").looks_around);
        assert!(!scan("/(?<n>a)[]a]").looks_around);
    }
}
