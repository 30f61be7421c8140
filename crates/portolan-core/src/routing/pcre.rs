//! From PCRE's syntax in byte mode to that of the engine at hand, where the two differ.

/// Rewrites a pattern. What both understand alike stays as it is.
pub(super) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut class = Class::Outside;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            // A character is several bytes, and a quantifier after it takes the last.
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!(r"\x{byte:02X}"));
            }
            class = class.after_member();
            continue;
        }
        if c == '\\' {
            let Some(escaped) = chars.next() else {
                out.push('\\');
                break;
            };
            if escaped == 'Q' {
                quote(&mut chars, &mut out);
            } else {
                push_escape(escaped, class, &mut out);
            }
            class = class.after_member();
            continue;
        }
        match (class, c) {
            (Class::Outside, '[') => {
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                class = Class::First;
            }
            (Class::Outside, '{') if chars.peek() == Some(&',') => out.push_str(r"\{"),
            (Class::Outside, _) => out.push(c),
            // Right after the bracket it is an ordinary character.
            (Class::First, ']') => {
                out.push_str(r"\]");
                class = Class::Inside;
            }
            (Class::Inside, ']') => {
                out.push(']');
                class = Class::Outside;
            }
            (_, '[') if chars.peek() == Some(&':') => {
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
                class = Class::Inside;
            }
            // Set operations of the other engine.
            (_, '[' | '&' | '~') => {
                out.push('\\');
                out.push(c);
                class = Class::Inside;
            }
            (_, '-') if chars.peek() == Some(&'-') => {
                chars.next();
                out.push_str(r"-\-");
                class = Class::Inside;
            }
            _ => {
                out.push(c);
                class = Class::Inside;
            }
        }
    }
    out
}

/// Where in a character class the walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Outside,
    First,
    Inside,
}

impl Class {
    fn after_member(self) -> Class {
        if self == Class::Outside { self } else { Class::Inside }
    }
}

/// Everything up to `\E` is meant literally.
fn quote(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    while let Some(c) = chars.next() {
        if c == '\\' && chars.next_if_eq(&'E').is_some() {
            return;
        }
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!(r"\x{byte:02X}"));
            }
        }
    }
}

fn push_escape(c: char, class: Class, out: &mut String) {
    let inside = class != Class::Outside;
    match c {
        // Horizontal and vertical white space.
        'h' if inside => out.push_str(r" \t"),
        'h' => out.push_str(r"[ \t]"),
        'H' if !inside => out.push_str(r"[^ \t]"),
        'v' if inside => out.push_str(r"\n\x0B\f\r"),
        'v' => out.push_str(r"[\n\x0B\f\r]"),
        'V' if !inside => out.push_str(r"[^\n\x0B\f\r]"),
        'N' if !inside => out.push_str(r"[^\n]"),
        'R' if !inside => out.push_str(r"(?>\r\n|[\n\x0B\f\r])"),
        'e' => out.push_str(r"\x1B"),
        'a' => out.push_str(r"\x07"),
        'E' => {}
        c if c.is_ascii_alphanumeric() => {
            out.push('\\');
            out.push(c);
        }
        // An escaped sign is that sign, whatever the other engine thinks of the escape.
        c => {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!(r"\x{byte:02X}"));
            }
        }
    }
}

/// The pattern with each `$` letting a last line feed follow, as PCRE's does.
pub(super) fn with_lenient_end(translated: &str) -> String {
    let mut out = String::with_capacity(translated.len() + 8);
    let (mut escaped, mut in_class) = (false, false);
    for c in translated.chars() {
        if escaped {
            escaped = false;
        } else {
            match c {
                '\\' => escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '$' if !in_class => {
                    out.push_str(r"(?=\n?\z)");
                    continue;
                }
                _ => {}
            }
        }
        out.push(c);
    }
    out
}

/// The literal with which every match of a pattern begins, in ASCII lower case. `None` for a pattern
/// that is not anchored at the start. For patterns of any kind, and short-sighted for that.
pub(super) fn literal_start(pattern: &str) -> Option<String> {
    let rest = pattern.strip_prefix('^')?;
    if has_top_level_alternative(rest) {
        return None;
    }
    let mut literal = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        let sign = match c {
            '\\' => match chars.next() {
                Some(c) if c.is_ascii_punctuation() => c,
                _ => break,
            },
            '.' | '[' | '(' | '^' | '$' | ')' => break,
            c if !c.is_ascii() => break,
            c => c,
        };
        // A quantifier takes the sign before it away.
        if chars.as_str().starts_with(['*', '+', '?', '{']) {
            break;
        }
        literal.push(sign.to_ascii_lowercase());
    }
    Some(literal)
}

/// Whether a `|` stands outside all groups and classes, as far as a quick look tells: a doubtful
/// one counts.
fn has_top_level_alternative(pattern: &str) -> bool {
    let (mut depth, mut in_class, mut escaped) = (0_i32, false, false);
    for c in pattern.chars() {
        if std::mem::take(&mut escaped) {
            // `\Q…\E` may hide brackets from this look.
            if c == 'Q' {
                return true;
            }
            continue;
        }
        match c {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            '|' if depth <= 0 || in_class => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_the_engines_read_differently() {
        assert_eq!(translate("/café*"), r"/caf\xC3\xA9*");
        assert_eq!(translate("[]a[&~]"), r"[\]a\[\&\~]");
        assert_eq!(translate("[[:alpha:]_]+"), "[[:alpha:]_]+");
        assert_eq!(translate(r"\h\Qa.b\E\/x{,2}"), r"[ \t]a\x2Eb\x2Fx\{,2}");
        assert_eq!(translate("[+--]"), r"[+-\-]");
    }

    #[test]
    fn the_start_of_every_match() {
        assert_eq!(literal_start("^/Foo(?=/)(.*)").as_deref(), Some("/foo"));
        assert_eq!(literal_start(r"^/v1\.0").as_deref(), Some("/v1.0"));
        assert_eq!(literal_start("^/ab{2}").as_deref(), Some("/a"));
        assert_eq!(literal_start("^/a|/b"), None);
        assert_eq!(literal_start("/a"), None);
        assert_eq!(literal_start("^/(?i)x").as_deref(), Some("/"));
    }
}
