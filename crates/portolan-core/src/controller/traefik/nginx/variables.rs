//! Variables of nginx in annotations (traefik/traefik `pkg/middlewares/ingressnginx/interpolation.go`).
//! What is not known stays as it is written.

use crate::routing::{Part, Pattern, Template};

/// What a location's own variables stand for.
pub(super) struct Fixed<'v> {
    pub(super) namespace: &'v str,
    pub(super) ingress: &'v str,
    pub(super) path: &'v str,
    pub(super) service: &'v str,
    pub(super) port: &'v str,
}

/// The template that a text with variables stands for, and whether it holds one that only the running
/// Traefik knows.
pub(super) fn template(text: &str, fixed: Option<&Fixed<'_>>) -> (Template, bool) {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut unknown = false;
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, after) = rest.split_at(dollar);
        plain.push_str(before);
        let Some((name, length)) = variable(after) else {
            plain.push('$');
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        match value(name, fixed) {
            Value::Text(text) => plain.push_str(text),
            Value::Parts(made) => {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.extend(made);
            }
            Value::Unknown => {
                unknown |= name == "hostname";
                plain.push_str(after.get(..length).unwrap_or_default());
            }
        }
        rest = after.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    if !plain.is_empty() || parts.is_empty() {
        parts.push(Part::Text(plain));
    }
    (Template(parts), unknown)
}

/// The name of the variable at the start of a text (`$name`, `${name}`), and the length of all of it.
fn variable(text: &str) -> Option<(&str, usize)> {
    let (inner, open) = match text.strip_prefix("${") {
        Some(inner) => (inner, 2),
        None => (text.strip_prefix('$')?, 1),
    };
    let name_byte = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let length = inner.bytes().take_while(|&b| name_byte(b)).count();
    let name = inner.get(..length).filter(|n| n.bytes().next().is_some_and(|b| !b.is_ascii_digit()))?;
    // A brace at the end belongs to it, opened or not.
    let closed = inner.as_bytes().get(length) == Some(&b'}');
    Some((name, open + length + usize::from(closed)))
}

enum Value<'v> {
    Text(&'v str),
    Parts(Vec<Part>),
    Unknown,
}

fn value<'v>(name: &str, fixed: Option<&Fixed<'v>>) -> Value<'v> {
    if let Some(header) = name.strip_prefix("http_") {
        return Value::Parts(vec![Part::JoinedHeader(header.replace('_', "-"))]);
    }
    if let Some(parameter) = name.strip_prefix("arg_") {
        return Value::Parts(vec![Part::Parameter(parameter.to_owned())]);
    }
    if let Some(cookie) = name.strip_prefix("cookie_") {
        return Value::Parts(vec![Part::Cookie(cookie.to_owned())]);
    }
    let parts = match name {
        "scheme" => vec![Part::Scheme],
        "host" => vec![Part::LowerHost],
        "best_http_host" => vec![Part::Authority],
        "server_name" => vec![Part::SplitHost],
        "server_port" => vec![Part::OwnPort],
        "request_uri" => vec![Part::Target { keep_slash: true }],
        "escaped_request_uri" => vec![Part::EscapedTarget],
        "uri" | "document_uri" => vec![Part::MatchedPath],
        "args" | "query_string" => vec![Part::QueryText],
        "is_args" => match Pattern::re2(r"(?s)^\?.*$") {
            Ok(pattern) => {
                let text = Template(vec![Part::Query]);
                vec![Part::Replace { text, pattern, with: "?".to_owned() }]
            }
            Err(_) => Vec::new(),
        },
        "remote_addr" => vec![Part::Client],
        "request_method" => vec![Part::Method],
        "content_type" => vec![Part::Header("content-type".to_owned())],
        "content_length" => vec![Part::Header("content-length".to_owned())],
        _ => {
            return match (name, fixed) {
                ("namespace", Some(fixed)) => Value::Text(fixed.namespace),
                ("ingress_name", Some(fixed)) => Value::Text(fixed.ingress),
                ("location_path", Some(fixed)) => Value::Text(fixed.path),
                ("service_name", Some(fixed)) => Value::Text(fixed.service),
                ("service_port", Some(fixed)) => Value::Text(fixed.port),
                _ => Value::Unknown,
            };
        }
    };
    Value::Parts(parts)
}

/// The `Host` that backends receive: Go sends an empty one in place of one that is not allowed.
pub(super) fn host(text: &str, fixed: &Fixed<'_>) -> (Template, bool) {
    let (made, unknown) = template(text, Some(fixed));
    let never_a_host = made.0.iter().any(|part| match part {
        Part::Target { .. } | Part::MatchedPath | Part::Replace { .. } => true,
        Part::Text(text) => {
            text.contains(['/', ' ', '?', '"', '\\', '@', '#', '<', '>', '^', '`', '{', '|', '}'])
        }
        _ => false,
    });
    (if never_a_host { Template::from("") } else { made }, unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shown as people see templates; observed on Traefik 3.7.15.
    #[test]
    fn variables_as_observed() {
        let fixed = Fixed { namespace: "default", ingress: "v", path: "/x", service: "web", port: "80" };
        for (text, shown) in [
            ("$service_name.$namespace.svc", "web.default.svc"),
            ("$host.x", "{host}.x"),
            ("${host}", "{host}"),
            ("$nope", "$nope"),
            ("$1", "$1"),
            ("a$", "a$"),
            ("$best_http_host", "{host:port}"),
            ("$http_x_a", "{header x-a}"),
            ("$request_uri", ""),
            ("$service_port-$location_path-$ingress_name", ""),
        ] {
            assert_eq!(host(text, &fixed).0.to_string(), shown, "{text}");
        }
        assert!(host("$hostname", &fixed).1);
    }
}
