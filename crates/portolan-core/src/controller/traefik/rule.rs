//! Rules as Traefik writes them, and what they match.
//!
//! The text matters: its length in bytes is a router's priority
//! (traefik/traefik `pkg/muxer/http/mux.go`, `GetRulePriority`).

use super::routers::Rule;
use crate::routing::{Condition, HostPattern, PathMatcher, Pattern};
use std::fmt::Write;

/// What a rule asks of the path.
pub(super) enum PathRule<'p> {
    /// `Path("…")`.
    Exact(&'p str),
    /// `PathPrefix("…")`: a plain string prefix.
    Prefix(&'p str),
    /// `(Path("…") || PathPrefix("…/"))`: whole elements.
    Elements(&'p str),
    /// `PathRegexp("…")`.
    Regexp(&'p str),
    /// Nothing.
    Any,
}

/// `Host("…")`, or several in brackets, and the path.
///
/// # Errors
/// When Traefik refuses the rule: the reason, beside the rule's text.
pub(super) fn rule(hosts: &[&str], path: &PathRule<'_>) -> Result<Rule, (String, String)> {
    let mut parts = Vec::new();
    match hosts {
        [] => {}
        [host] => parts.push(format!("Host({})", quote(host))),
        hosts => {
            let each: Vec<_> = hosts.iter().map(|h| format!("Host({})", quote(h))).collect();
            parts.push(format!("({})", each.join(" || ")));
        }
    }
    let (text, matcher) = path.text_and_matcher();
    if let Some(text) = text {
        parts.push(text);
    }
    let text = parts.join(" && ");
    let matcher = match matcher {
        Ok(_) if text.is_empty() => {
            Err("a rule with neither host nor path has no text, and Traefik refuses it".to_owned())
        }
        Ok(_) if hosts.iter().any(|h| h.is_empty()) => {
            Err("a rule for the empty host is refused by Traefik".to_owned())
        }
        Ok(_) if hosts.iter().any(|h| !h.is_ascii()) => Err("a host in a rule has to be ASCII".to_owned()),
        matcher => matcher,
    };
    match matcher {
        Ok(path) => Ok(Rule { text, hosts: patterns(hosts), path, conditions: Vec::new() }),
        Err(reason) => Err((text, reason)),
    }
}

/// What a path with braces matches in the syntax of Traefik 2, where it is a template of
/// gorilla/mux: `{name}` is an element or a part of one, `{name:expression}` what the expression matches.
///
/// # Errors
/// Why Traefik refuses the rule.
pub(super) fn template(path: &PathRule<'_>) -> Result<PathMatcher, String> {
    let (text, end) = match *path {
        PathRule::Exact(text) => (text, "$"),
        PathRule::Prefix(text) => (text, ""),
        PathRule::Elements(text) => (text.strip_suffix('/').unwrap_or(text), "(/|$)"),
        PathRule::Regexp(_) | PathRule::Any => return Ok(PathMatcher::Any),
    };
    let refused = || format!("the path {text} is no template that Traefik 2 could read");
    let mut expression = "^".to_owned();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let mut depth = 1;
        let close = after.bytes().position(|b| {
            depth += i32::from(b == b'{') - i32::from(b == b'}');
            depth == 0
        });
        let close = close.filter(|_| !before.contains('}')).ok_or_else(refused)?;
        let (inner, behind) = after.split_at(close);
        let (name, own) = inner.split_once(':').unwrap_or((inner, "[^/]+"));
        if name.is_empty() || own.is_empty() {
            return Err(refused());
        }
        expression.push_str(&format!("{}({own})", escaped(before)));
        rest = behind.get(1..).unwrap_or_default();
    }
    if rest.contains('}') {
        return Err(refused());
    }
    expression.push_str(&escaped(rest));
    expression.push_str(end);
    Pattern::re2(&expression).map(PathMatcher::Regex).map_err(|_| refused())
}

/// Go's `regexp.QuoteMeta`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl PathRule<'_> {
    fn text_and_matcher(&self) -> (Option<String>, Result<PathMatcher, String>) {
        let rooted = |path: &str, matcher: PathMatcher| match path.starts_with('/') {
            true => Ok(matcher),
            false => Err(format!("path {path:?} does not start with a slash")),
        };
        match *self {
            PathRule::Exact(p) => {
                (Some(format!("Path({})", quote(p))), rooted(p, PathMatcher::Exact(p.to_owned())))
            }
            PathRule::Prefix(p) => (
                Some(format!("PathPrefix({})", quote(p))),
                rooted(p, PathMatcher::StringPrefix(p.to_owned())),
            ),
            PathRule::Elements("/") => PathRule::Prefix("/").text_and_matcher(),
            PathRule::Elements(p) => {
                let p = p.strip_suffix('/').unwrap_or(p);
                let text = format!("(Path({}) || PathPrefix({}))", quote(p), quote(&format!("{p}/")));
                (Some(text), rooted(p, PathMatcher::ElementPrefix(p.to_owned())))
            }
            PathRule::Regexp(p) => {
                let text = format!("PathRegexp({})", quote(p));
                let matcher = Pattern::re2(p).map(PathMatcher::Regex);
                (Some(text), matcher.map_err(|e| format!("the expression {p} cannot be compiled: {e}")))
            }
            PathRule::Any => (None, Ok(PathMatcher::Any)),
        }
    }
}

/// The hosts that `Host(…)` matches, without repetition; every host where there is none.
pub(super) fn patterns(hosts: &[&str]) -> Vec<HostPattern> {
    let mut patterns: Vec<HostPattern> = Vec::with_capacity(hosts.len().max(1));
    for host in hosts {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        // The request's first label is replaced by a star before it is compared.
        let pattern = match host.strip_prefix('*') {
            Some("") => HostPattern::Any,
            Some(suffix) if suffix.starts_with('.') => HostPattern::FirstLabel(suffix.to_owned()),
            _ => HostPattern::Exact(host.to_owned()),
        };
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
    }
    if patterns.is_empty() {
        patterns.push(HostPattern::Any);
    }
    patterns
}

impl Rule {
    /// Its length: the priority where no other is set.
    pub(super) fn priority(&self) -> i64 {
        i64::try_from(self.text.len()).unwrap_or(i64::MAX)
    }

    /// This rule and one more condition: `(rule) && (text)`.
    pub(super) fn and(&self, text: &str, condition: Condition) -> Rule {
        let mut conditions = self.conditions.clone();
        conditions.push(condition);
        Rule {
            text: format!("({}) && ({text})", self.text),
            hosts: self.hosts.clone(),
            path: self.path.clone(),
            conditions,
        }
    }
}

/// Go's `%q`.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if c.is_ascii_control() => write_escape(&mut out, "\\x", c, 2),
            // Go prints what Unicode calls letters, marks, numbers, punctuation, symbols, and the
            // ASCII space; controls and other spaces are escaped.
            c if c.is_control() || (c.is_whitespace() && c != ' ') => write_escape(&mut out, "\\u", c, 4),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn write_escape(out: &mut String, prefix: &str, c: char, width: usize) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{prefix}{:0width$x}", c as u32);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(hosts: &[&str], path: PathRule<'_>) -> (String, i64) {
        let rule = rule(hosts, &path).expect("a good rule");
        let priority = rule.priority();
        (rule.text, priority)
    }

    /// The arithmetic of the rules' texts, as Traefik's API showed it.
    #[test]
    fn texts_and_priorities() {
        assert_eq!(
            text(&["h.com"], PathRule::Prefix("/foo")),
            ("Host(\"h.com\") && PathPrefix(\"/foo\")".into(), 35)
        );
        assert_eq!(text(&[], PathRule::Prefix("/nohost")), ("PathPrefix(\"/nohost\")".into(), 21));
        assert_eq!(text(&["h.com"], PathRule::Any), ("Host(\"h.com\")".into(), 13));
        assert_eq!(text(&["h.com"], PathRule::Prefix("/é")).1, 34);
        assert_eq!(text(&["h.com"], PathRule::Prefix("/a\tb")).1, 36);
        assert_eq!(text(&[], PathRule::Exact("/a\"b\\")).0, "Path(\"/a\\\"b\\\\\")");
        assert_eq!(
            text(&["a", "b"], PathRule::Elements("/foo/")),
            ("(Host(\"a\") || Host(\"b\")) && (Path(\"/foo\") || PathPrefix(\"/foo/\"))".into(), 65)
        );
        assert_eq!(text(&[], PathRule::Elements("/")).0, "PathPrefix(\"/\")");
    }

    #[test]
    fn what_traefik_refuses() {
        for (hosts, path) in [
            (&[][..], PathRule::Any),
            (&["h"][..], PathRule::Prefix("foo")),
            (&["h"][..], PathRule::Exact("")),
            (&["h"][..], PathRule::Regexp("/foo(")),
            (&["hé"][..], PathRule::Any),
            (&["h", ""][..], PathRule::Any),
        ] {
            assert!(rule(hosts, &path).is_err());
        }
    }

    #[test]
    fn trailing_slashes_are_trimmed_once() {
        let rule = rule(&[], &PathRule::Elements("/foo//")).expect("a good rule");
        assert!(rule.path.matches("/foo/") && rule.path.matches("/foo//x") && !rule.path.matches("/foo"));
    }
}
