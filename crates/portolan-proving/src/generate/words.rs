//! The alphabets: hosts and paths that collide.

use crate::rng::Rng;

/// Hosts of rules. None stands for a rule without.
pub const HOSTS: &[&str] =
    &["a.com", "a.com", "a.com", "x.a.com", "*.a.com", "*.a.com", "*.x.a.com", "b.com", ""];

/// Pieces of paths.
const PIECES: &[&str] = &["foo", "foo", "bar", "foobar", "Foo", "a.b", "foo-bar", "v1", "x", "_"];

/// Paths that any path type may have.
const PATHS: &[&str] =
    &["/", "/", "/foo", "/foo", "/foo/", "/foo/bar", "/foobar", "/foo/bar/", "/FOO", "/bar"];

/// Paths with characters that are read in more than one way.
const ODD_PATHS: &[&str] = &[
    "/foo%20bar",
    "/foo bar",
    "/%7Efoo",
    "/~foo",
    "/ä",
    "/%C3%A4",
    "/foo%3Bx",
    "/foo;x",
    "/foo+bar",
    "/a:b",
    "/a@b",
    "/foo%",
    "/%zz",
    "/foo,bar",
    "/a&b",
    "/a=b",
    "/foo\\bar",
    "/foo\"bar",
    "/foo%2Ebar",
    "/a*",
    "/*",
];

/// Paths that only an implementation reads.
const OWN_PATHS: &[&str] = &[
    "/v[0-9]+/x",
    "/foo$",
    "/(foo|bar)",
    "/.*",
    "/fo+",
    "/foo.bar",
    "//",
    "/foo//bar",
    "/foo/../bar",
    "/foo/./bar",
    "/foo%2Fbar",
    "/foo%2fbar",
    "/foo?",
    "/foo#",
    "/[",
    "/foo(/|$)(.*)",
    "/(?i)foo",
    "/^foo",
    "/{id}",
];

/// A plain path.
pub fn path(rng: &mut Rng) -> String {
    if rng.percent(70) {
        return rng.pick(PATHS).to_owned();
    }
    let mut path = String::new();
    for _ in 0..rng.between(1, 4) {
        path.push('/');
        path.push_str(rng.pick(PIECES));
    }
    if rng.percent(20) {
        path.push('/');
    }
    path
}

/// A plain path, or one that is odd.
pub fn any_path(rng: &mut Rng) -> String {
    if rng.percent(15) { rng.pick(ODD_PATHS).to_owned() } else { path(rng) }
}

/// A path of pathType ImplementationSpecific; an expression as likely as not.
pub fn own_path(rng: &mut Rng) -> String {
    if rng.percent(50) { rng.pick(OWN_PATHS).to_owned() } else { any_path(rng) }
}

/// Paths that are written as expressions, as `rewrite-target` asks for.
const EXPRESSIONS: &[&str] = &[
    "/foo(/|$)(.*)",
    "/foo(/|$)(.*)",
    "/(.*)",
    "/foo/(.*)",
    "/(foo)/(bar)",
    "/()(foo.*)",
    "/v[0-9]+/x",
    "/(foo|bar)",
    "/foo$",
    "/.*",
    "/foo/bar",
    "/",
    "/foo",
];

/// An expression, mostly; now and then one that cannot be compiled.
pub fn expression(rng: &mut Rng) -> String {
    if rng.percent(80) { rng.pick(EXPRESSIONS).to_owned() } else { own_path(rng) }
}

/// A path as somebody might ask for it who knows `path`.
pub fn near(rng: &mut Rng, path: &str) -> String {
    let mut path = path.to_owned();
    for _ in 0..rng.between(0, 2) {
        path = change(rng, &path);
    }
    path
}

fn change(rng: &mut Rng, path: &str) -> String {
    let cut = || path.char_indices().nth(path.chars().count().saturating_sub(1)).map_or(0, |(at, _)| at);
    match rng.below(20) {
        0 => format!("{path}/"),
        1 => format!("{path}/bar"),
        2 => format!("{path}bar"),
        3 => path[..cut()].to_owned(),
        4 => path.to_ascii_uppercase(),
        5 => path.replacen('/', "//", 1),
        6 => path.replace("foo", "%66oo"),
        7 => path.replacen("/bar", "%2Fbar", 1),
        8 => path.replacen("/bar", "%2fbar", 1),
        9 => format!("{path}/../foo"),
        10 => format!("/bar/..{path}"),
        11 => format!("{path}/."),
        12 => format!("{path}/.."),
        13 => format!("/./{}", path.trim_start_matches('/')),
        14 => format!(
            "{path}{}",
            rng.pick(&[
                "%20", "%7E", "~", "ä", "%C3%A4", "%c3%a4", "\"", "<", "|", "\\", "%5C", "^", ";x=1", "%3B",
                "+", "%00", "%0A", "%25", "%zz", "%", "'", "(", "*", "!", "$", "@", ":", ",", "%3F", "%23",
                "`", "{", "}", "[", "]", "%5B"
            ])
        ),
        15 => format!("{path}//"),
        16 => format!("{path}%2F"),
        17 => format!("{path}/%2e%2e/foo"),
        18 => path.replace('/', "/foo/"),
        _ => path.trim_end_matches('/').to_owned(),
    }
}

/// What stands behind a path.
pub fn query(rng: &mut Rng) -> &'static str {
    match rng.percent(25) {
        true => rng.pick(&[
            "?", "?x=1", "?x=/foo", "?a=1;b=2", "?x=%2F", "?x#y", "?x=a b", "?x=ä", "??", "#", "#x",
            "?x=1&x=2", "?%", "?/../",
        ]),
        false => "",
    }
}
