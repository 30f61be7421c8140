//! What the controller takes for a good value of an annotation: the character sets of
//! `internal/ingress/annotations/parser/validators.go`.

/// Go's `strconv.ParseBool`.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Lines without the space around them, as the controller reads every value.
pub(super) fn normalize(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn all(text: &str, more: &[u8]) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/:".contains(&b) || more.contains(&b))
}

/// `rewrite-target`, `app-root`, `x-forwarded-prefix`.
pub(super) fn is_path(text: &str) -> bool {
    all(text, b"$")
}

/// `permanent-redirect`, `temporal-redirect`.
pub(super) fn is_redirect_url(text: &str) -> bool {
    all(text, b",?&=")
}

/// One `server-alias`, `canary-by-header-pattern`, `upstream-vhost`.
pub(super) fn is_pattern(text: &str) -> bool {
    all(text, b"^$[](){}*+?|&=\\")
}

/// A URL that may hold nginx variables: `auth-url`, `auth-signin`.
pub(super) fn is_url_with_variables(text: &str) -> bool {
    all(text, b"$,?&=%+@!*'();#{}")
}

/// A name of a header, a cookie or a Service.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// `404,503`.
pub(super) fn status_codes(text: &str) -> Option<Vec<u16>> {
    text.split(',').map(|code| code.trim().parse().ok().filter(|c| (400..600).contains(c))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_those_of_go() {
        assert_eq!(parse_bool("T"), Some(true));
        assert_eq!(parse_bool("FALSE"), Some(false));
        for no in ["yes", "on", "tRUE", "", " true"] {
            assert_eq!(parse_bool(no), None, "{no:?}");
        }
    }

    #[test]
    fn character_sets() {
        assert!(is_path("/a/$1") && is_path("https://h.com:8080/$2"));
        for no in ["/$1?x=1", "/a b", "/${x}", "/a%20", "/a+b", "/a@b", "/a,b"] {
            assert!(!is_path(no), "{no}");
        }
        assert!(is_redirect_url("https://h.com/a?b=c&d,e") && !is_redirect_url("https://h.com$request_uri"));
        assert!(is_pattern(r"~^d\d+\.com$") && is_pattern("^Do[A-Z][a-z]+y$") && !is_pattern("a;b"));
        assert_eq!(status_codes("404, 503"), Some(vec![404, 503]));
        assert_eq!(status_codes("200"), None);
    }
}
