//! `rewrite-target` before 0.22: the rest of the path is appended to the target.
//!
//! Source: `template/template.go` (buildLocation, buildProxyPass) of the versions that [`Appending`]
//! tells apart. What it printed were two `rewrite … break` directives; the first whose expression is
//! found anywhere in the path makes the new one, and where neither is, the request goes on as it came.

use super::version::Appending;

/// What stands behind `location ~*`.
pub(super) fn location(form: Appending, path: &str) -> String {
    let start = start(form, path);
    // It captures the rest for the sake of add-base-url; what matches is the same without.
    let rest = match () {
        () if path == "/" || !form.anchored => "",
        () if path.ends_with('/') => "(?<baseuri>.*)",
        () => r"\/?(?<baseuri>.*)",
    };
    if form.quoted && path != "/" { format!("\"{start}{rest}\"") } else { format!("{start}{rest}") }
}

/// What a path must begin with, or have somewhere, to match that location.
pub(super) fn start(form: Appending, path: &str) -> String {
    let anchored = if path == "/" { form.root_anchored } else { form.anchored };
    if anchored { format!("^{path}") } else { path.to_owned() }
}

/// The expressions of the two rewrites: of a path with something behind it, and of the bare path.
fn sources(form: Appending, path: &str, target: &str) -> (String, Option<String>) {
    let slash = if path.ends_with('/') { "" } else { "/" };
    let bare = match () {
        () if form.whole_path => Some(format!("{path}$")),
        () if target == "/" => Some(path.to_owned()),
        () => None,
    };
    (format!("{path}{slash}(.*)"), bare)
}

/// The directives, as they were printed.
pub(super) fn directives(form: Appending, path: &str, target: &str) -> Vec<String> {
    let case = if form.any_case { "(?i)" } else { "" };
    let quote = if form.quoted { "\"" } else { "" };
    let (rest, bare) = sources(form, path, target);
    let base = if target == "/" { "" } else { target };
    let mut lines = vec![format!("rewrite {quote}{case}{rest}{quote} {base}/$1 break;")];
    lines.extend(bare.map(|bare| format!("rewrite {quote}{case}{bare}{quote} {base}/ break;")));
    lines
}

/// Both rewrites as one expression, which tries the first one everywhere before the second one.
pub(super) struct Both {
    pub source: String,
    /// The groups of the path itself.
    pub groups: usize,
}

pub(super) fn both(form: Appending, path: &str, target: &str) -> Both {
    let (rest, bare) = sources(form, path, target);
    let mut source = format!(r"^(?:[\s\S]*?(?:{rest})");
    if let Some(bare) = bare {
        // One name cannot be given twice.
        source.push_str(&format!(r"|[\s\S]*?(?:{})", unnamed(&bare)));
    }
    source.push(')');
    Both { source, groups: groups(path) }
}

/// Where groups open in an expression, and how many bytes their opening has.
fn openings(expression: &str) -> Vec<(usize, usize)> {
    let bytes = expression.as_bytes();
    let (mut found, mut at, mut in_class) = (Vec::new(), 0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => {
                let rest = expression.get(at..).unwrap_or_default();
                let named = [("(?<", '>'), ("(?P<", '>'), ("(?'", '\'')];
                let named = named.into_iter().find_map(|(start, end)| Some((rest.strip_prefix(start)?, end)));
                // What else begins so are look-behinds.
                let is_name = |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                if let Some((name, end)) = named.filter(|(name, _)| is_name(name)) {
                    let length = rest.len() - name.len() + name.find(end).map_or(0, |at| at + 1);
                    found.push((at, length));
                } else if !rest.starts_with("(?") {
                    found.push((at, 1));
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// How many groups an expression has.
fn groups(expression: &str) -> usize {
    openings(expression).len()
}

/// An expression whose groups have lost their names.
fn unnamed(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut done = 0;
    for (at, length) in openings(expression) {
        out.push_str(expression.get(done..at).unwrap_or_default());
        out.push('(');
        done = at + length;
    }
    out.push_str(expression.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::super::version::Version;
    use super::*;

    fn form(version: &str) -> Appending {
        Version::parse(version).and_then(Version::appending).expect(version)
    }

    #[test]
    fn the_locations_of_each_time() {
        for (version, path, expected) in [
            ("0.8.3", "/foo", "/foo"),
            ("0.8.3", "/", "/"),
            ("0.9.0-beta.2", "/foo", r"^/foo\/?(?<baseuri>.*)"),
            ("0.9.0", "/foo/", "^/foo/(?<baseuri>.*)"),
            ("0.19.0", "/", "/"),
            ("0.20.0", "/foo", r#""^/foo\/?(?<baseuri>.*)""#),
            ("0.21.0", "/", "^/"),
        ] {
            assert_eq!(location(form(version), path), expected, "{version} {path}");
        }
    }

    #[test]
    fn the_rewrites_of_each_time() {
        for (version, path, target, expected) in [
            ("0.8.3", "/foo", "/", vec!["rewrite /foo/(.*) /$1 break;", "rewrite /foo / break;"]),
            ("0.17.1", "/foo", "/bar", vec!["rewrite /foo/(.*) /bar/$1 break;"]),
            ("0.18.0", "/foo", "/", vec!["rewrite (?i)/foo/(.*) /$1 break;", "rewrite (?i)/foo / break;"]),
            // As issue 3148 shows it.
            (
                "0.19.0",
                "/dog",
                "/cat",
                vec!["rewrite (?i)/dog/(.*) /cat/$1 break;", "rewrite (?i)/dog$ /cat/ break;"],
            ),
            (
                "0.21.0",
                "/",
                "/app",
                vec![r#"rewrite "(?i)/(.*)" /app/$1 break;"#, r#"rewrite "(?i)/$" /app/ break;"#],
            ),
        ] {
            assert_eq!(directives(form(version), path, target), expected, "{version}");
        }
    }

    #[test]
    fn groups_are_counted_and_lose_their_names() {
        for (expression, count, without) in [
            ("/foo", 0, "/foo"),
            (r"/a(b)\((?:c)[(](?=d)", 1, r"/a(b)\((?:c)[(](?=d)"),
            ("/(?<x>a)(?P<y>b)(?'z'c)(?<=d)(?<!e)", 3, "/(a)(b)(c)(?<=d)(?<!e)"),
        ] {
            assert_eq!(
                (groups(expression), unnamed(expression)),
                (count, without.to_owned()),
                "{expression}"
            );
        }
    }
}
