//! JSON for the store and the editor. Reading is the library's, writing a few lines: a library for it
//! would be a twentieth of the page.

use portolan_core::manifest::{self, Node, Value};

/// The object that a text holds, and nothing else.
pub fn read(text: &str) -> Option<Node> {
    let mut manifest = manifest::read([("", text)]);
    let object = manifest.objects.pop()?;
    (manifest.objects.is_empty() && manifest.problems.is_empty()).then_some(object.root)
}

/// The text under `key`.
pub fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key)?.as_str()
}

/// The number under `key`, from 0.
pub fn number(node: &Node, key: &str) -> Option<usize> {
    match node.get(key)?.value {
        Value::Int(number) => number.try_into().ok(),
        _ => None,
    }
}

/// The list under `key`, each item taken by `take`; `None` where one cannot be.
pub fn list<'n, T>(node: &'n Node, key: &str, take: impl Fn(&'n Node) -> Option<T>) -> Option<Vec<T>> {
    match &node.get(key)?.value {
        Value::Seq(items) => items.iter().map(take).collect(),
        _ => None,
    }
}

/// Writes a text in quotes.
pub fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                out.push_str("\\u00");
                out.extend([4, 0].iter().filter_map(|shift| char::from_digit(c as u32 >> shift & 15, 16)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes an object or a list, each part by a call of its own: `,"key":` stands before the next
/// value, `,` in a list.
pub struct Writer {
    out: String,
}

impl Writer {
    /// Begins with `{` or `[`.
    pub fn new(open: char) -> Self {
        Writer { out: open.to_string() }
    }

    /// Goes on with a member of an object or, without a key, of a list. What opens is closed by
    /// [`Writer::close`].
    pub fn key(&mut self, key: &str) -> &mut Self {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
        if !key.is_empty() {
            push_text(&mut self.out, key);
            self.out.push(':');
        }
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        push_text(&mut self.out, text);
    }

    /// A number.
    pub fn number(&mut self, number: usize) {
        self.out.push_str(&number.to_string());
    }

    /// A bracket that opens.
    pub fn open(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// A bracket that closes.
    pub fn close(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// What was written.
    pub fn end(mut self, bracket: char) -> String {
        self.out.push(bracket);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let all: String = ('\0'..='\u{ff}').chain("\u{2028}€😀\\\"".chars()).collect();
        let mut writer = Writer::new('{');
        writer.key("text").text(&all);
        writer.key("list").open('[');
        writer.key("").number(0);
        writer.key("").number(70_000);
        writer.close(']');
        writer.key(&all).open('{');
        writer.close('}');
        let json = writer.end('}');
        let node = read(&json).expect("an object");
        assert_eq!(text(&node, "text"), Some(all.as_str()));
        let number = |n: &Node| match n.value {
            Value::Int(i) => Some(i),
            _ => None,
        };
        assert_eq!(list(&node, "list", number), Some(vec![0, 70_000]));
        assert!(node.get(&all).is_some());
        for bad in ["", "[]", "{} {}", "{", "{\"a\":1,\"a\":2}"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
