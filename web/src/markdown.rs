//! The pages about problems, as elements. Of Markdown they use a few signs only, and those are read here;
//! whatever else a page holds is put there as the text that it is.

use wasm_bindgen::JsCast;
use web_sys::{Element, window};

/// What a page is made of, one after the other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sign<'t> {
    /// An element begins.
    Open(&'static str),
    /// A link begins, which leads there.
    Link(&'t str),
    Text(&'t str),
    /// What began last ends.
    Close,
}

/// What the page is about: its first heading.
pub fn title(text: &str) -> &str {
    text.strip_prefix("# ").and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// Puts a page without its title into an element. A link to another page is a button whose `data-page` is
/// that page's code.
pub fn write(into: &Element, text: &str) {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    let open = |parent: &Element, tag: &str, attributes: &[(&str, &str)]| {
        let Ok(element) = document.create_element(tag) else { return parent.clone() };
        for (name, value) in attributes {
            element.set_attribute(name, value).ok();
        }
        parent.append_child(&element).ok();
        element
    };
    let mut here = into.clone();
    read(text, &mut |sign| match sign {
        // What is wider than the page is reached with the keyboard, too.
        Sign::Open("pre") => here = open(&here, "pre", &[("tabindex", "0")]),
        Sign::Open(tag) => here = open(&here, tag, &[]),
        Sign::Link(target) => {
            here = match target.strip_suffix(".md") {
                Some(code) => {
                    open(&here, "button", &[("type", "button"), ("class", "link"), ("data-page", code)])
                }
                None if target.starts_with("https://") => {
                    open(&here, "a", &[("href", target), ("target", "_blank"), ("rel", "noreferrer")])
                }
                None => open(&here, "span", &[]),
            }
        }
        Sign::Text(text) => {
            here.append_with_str_1(text).ok();
        }
        Sign::Close => {
            if let Some(parent) = here.parent_element() {
                here = parent.unchecked_into();
            }
        }
    });
}

/// Says what a page is made of, from its first paragraph on.
fn read(text: &str, put: &mut dyn FnMut(Sign)) {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(['\n', '\r']);
        if rest.is_empty() {
            return;
        }
        if let Some(fenced) = rest.strip_prefix("```") {
            let (_, inside) = fenced.split_once('\n').unwrap_or_default();
            let end = if inside.starts_with("```") { Some(0) } else { inside.find("\n```").map(|at| at + 1) };
            let (code, after) = inside.split_at_checked(end.unwrap_or(inside.len())).unwrap_or_default();
            put(Sign::Open("pre"));
            put(Sign::Text(code));
            put(Sign::Close);
            rest = after.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        let (block, after) = rest.split_once("\n\n").unwrap_or((rest, ""));
        rest = after;
        if let Some(heading) = block.strip_prefix("## ") {
            element("h3", heading, put);
        } else if let Some(items) = block.strip_prefix("* ") {
            put(Sign::Open("ul"));
            for item in items.split("\n* ") {
                element("li", item, put);
            }
            put(Sign::Close);
        } else if !block.starts_with("# ") {
            element("p", block, put);
        }
    }
}

/// An element and what is in its text.
fn element(tag: &'static str, text: &str, put: &mut dyn FnMut(Sign)) {
    put(Sign::Open(tag));
    // Where the text starts that was not put yet, and from where signs are looked for.
    let (mut start, mut from) = (0, 0);
    let plain = |start: usize, end: usize, put: &mut dyn FnMut(Sign)| {
        if let Some(text) = text.get(start..end).filter(|text| !text.is_empty()) {
            put(Sign::Text(text));
        }
    };
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['`', '*', '['])).map(|n| from + n) {
        from = at + 1;
        if let Some((sign, inside, length)) = text.get(at..).and_then(marked) {
            plain(start, at, put);
            put(sign);
            put(Sign::Text(inside));
            put(Sign::Close);
            start = at + length;
            from = start;
        }
    }
    plain(start, text.len(), put);
    put(Sign::Close);
}

/// What a sign opens, the text in it, and the length of all; nothing where it is not closed.
fn marked(text: &str) -> Option<(Sign<'_>, &str, usize)> {
    for (sign, tag) in [("`", "code"), ("**", "strong"), ("*", "em")] {
        let inside = text.strip_prefix(sign).and_then(|rest| Some(rest.split_once(sign)?.0));
        if let Some(inside) = inside.filter(|inside| !inside.is_empty() && !inside.starts_with(' ')) {
            return Some((Sign::Open(tag), inside, inside.len() + 2 * sign.len()));
        }
    }
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, _) = rest.split_once(')')?;
    Some((Sign::Link(target), words, words.len() + target.len() + 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A page as it would be written in HTML, were its text harmless.
    fn html(text: &str) -> String {
        let (mut out, mut open) = (String::new(), Vec::new());
        read(text, &mut |sign| match sign {
            Sign::Open(tag) => {
                out += &format!("<{tag}>");
                open.push(tag);
            }
            Sign::Link(target) => {
                out += &format!("<a {target}>");
                open.push("a");
            }
            Sign::Text(text) => out += text,
            Sign::Close => out += &format!("</{}>", open.pop().expect("something is open")),
        });
        assert!(open.is_empty(), "{open:?}");
        out
    }

    #[test]
    fn the_signs_of_pages_are_read() {
        let text = "# PT0301 name: what\n\nSome `code`\nmore.\n\n## Why\n\n* one\n  and so on\n* **two**\n\n\
                    ```yaml\na: *b\n\n# b\n```\n\nEnd: a `*` b *d* [e](PT0302.md) 2 * 3 [f] `g";
        assert_eq!(title(text), "PT0301 name: what");
        assert_eq!(
            html(text),
            "<p>Some <code>code</code>\nmore.</p><h3>Why</h3>\
             <ul><li>one\n  and so on</li><li><strong>two</strong></li></ul><pre>a: *b\n\n# b\n</pre>\
             <p>End: a <code>*</code> b <em>d</em> <a PT0302.md>e</a> 2 * 3 [f] `g</p>"
        );
    }

    #[test]
    fn every_page_is_understood() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/problems");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.ends_with("README.md") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable");
            let (mut within, mut examples) = (Vec::new(), 0);
            read(&text, &mut |sign| match sign {
                Sign::Open(tag) => within.push(tag),
                Sign::Link(_) => within.push("a"),
                Sign::Close => examples += usize::from(within.pop() == Some("pre")),
                // A sign that was not understood would be seen.
                Sign::Text(text) => {
                    let odd = ["`", "**", "|", "\n- ", "\n1. ", "```"].iter().any(|odd| text.contains(odd));
                    let verbatim = matches!(within.last(), Some(&"pre" | &"code"));
                    assert!(verbatim || !odd, "{}: {text}", path.display());
                }
            });
            assert!(examples >= 2 && !title(&text).is_empty(), "{}", path.display());
            count += 1;
        }
        assert!(count > 50, "{count}");
    }

    proptest! {
        #[test]
        fn whatever_opens_is_closed_and_nothing_panics(text in "[a`*\\[\\]()#é \n]{0,60}") {
            html(&text);
        }
    }
}
