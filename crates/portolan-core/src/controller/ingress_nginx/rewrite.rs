//! `rewrite-target`, as the controller prints it and nginx runs it.
//!
//! Source: `template/template.go` (buildProxyPass); nginx `src/http/ngx_http_script.c`
//! (ngx_http_script_compile), `modules/ngx_http_rewrite_module.c`.

use super::appended;
use super::locations::Printed;
use super::version::Appending;
use crate::routing::{Captured, Fill, Part, Pattern, Template};
use std::collections::HashSet;

/// What a rewrite does with a request.
#[derive(Debug, Clone)]
pub(super) struct Rewriting {
    pub captured: Captured,
    /// The target is a URL: the client is sent there.
    pub redirects: bool,
    /// Nothing but groups: the path may come out empty.
    pub may_be_empty: bool,
    /// A variable whose value is not simulated.
    pub unknown: Option<String>,
    /// The target sets a query: only without annotation validation.
    pub sets_query: bool,
    /// The expression may miss a path that the location matches.
    pub may_miss: Option<Pattern>,
}

/// The rewrite of a location, if one is printed.
///
/// # Errors
/// Why nginx would refuse it.
pub(super) fn of(printed: &Printed, groups: &Groups) -> Option<Result<Rewriting, String>> {
    let target = printed.target()?;
    Some(match printed.version.appending() {
        Some(form) => append(printed, target, form, groups),
        None => compile(printed, target, groups),
    })
}

/// The named groups of all expressions of the configuration. Each is a variable everywhere; it is
/// empty where its expression was not the one that matched.
#[derive(Debug, Default)]
pub(super) struct Groups(HashSet<String>);

impl Groups {
    /// Adds the groups of an expression.
    pub(super) fn add(&mut self, expression: &str) {
        for start in ["(?<", "(?P<", "(?'"] {
            for (at, _) in expression.match_indices(start) {
                let name = expression.get(at + start.len()..).unwrap_or_default();
                let end = name.find(['>', '\'']).unwrap_or(0);
                let name = name.get(..end).unwrap_or_default();
                // What else begins so are look-behinds.
                if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                    self.0.insert(name.to_owned());
                }
            }
        }
    }
}

fn compile(printed: &Printed, target: &str, groups: &Groups) -> Result<Rewriting, String> {
    let pattern = Pattern::pcre(&printed.path, true).map_err(|e| e.to_string())?;
    let (fills, unknown) = fills(printed, target, groups, |name| pattern.group(name))?;
    Ok(Rewriting {
        may_be_empty: fills.iter().all(|f| matches!(f, Fill::Group(_))),
        captured: Captured::new(pattern, fills),
        redirects: is_url(target),
        unknown,
        sets_query: target.contains('?'),
        may_miss: None,
    })
}

fn is_url(target: &str) -> bool {
    let lower = target.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://") || target.starts_with("$scheme")
}

/// The rewrite of a version that appends the rest of the path.
fn append(printed: &Printed, target: &str, form: Appending, groups: &Groups) -> Result<Rewriting, String> {
    let both = appended::both(form, &printed.path, target);
    let pattern = Pattern::pcre(&both.source, form.any_case).map_err(|e| e.to_string())?;
    let base = if target == "/" { "" } else { target };
    let (of_target, unknown) = fills(printed, base, groups, |name| pattern.group(name))?;
    let mut fills = Vec::with_capacity(of_target.len() + 2);
    for fill in of_target {
        // A group of the path is another one in each of the two expressions; the one that took no
        // part is empty.
        if let Fill::Group(n) = fill
            && n <= both.groups
        {
            fills.push(Fill::Group(n + both.groups + 1));
        }
        fills.push(fill);
    }
    // `$1` is the rest of the path, unless the path has groups of its own.
    fills.extend([Fill::Part(Part::Text("/".to_owned())), Fill::Group(1)]);
    Ok(Rewriting {
        may_be_empty: false,
        captured: Captured::new(pattern.clone(), fills),
        redirects: is_url(base),
        unknown,
        sets_query: target.contains('?'),
        may_miss: Some(pattern),
    })
}

/// A text with nginx variables.
///
/// # Errors
/// Why nginx would refuse it.
pub(super) fn template(
    printed: &Printed,
    text: &str,
    groups: &Groups,
) -> Result<(Template, Option<String>), String> {
    let (fills, unknown) = fills(printed, text, groups, |_| None)?;
    let parts = fills.into_iter().filter_map(|fill| match fill {
        Fill::Part(part) => Some(part),
        // Groups of a rewrite; there is none.
        Fill::Group(_) => None,
    });
    Ok((Template(parts.collect()), unknown))
}

type Fills = (Vec<Fill>, Option<String>);

fn fills(
    printed: &Printed,
    text: &str,
    groups: &Groups,
    group: impl Fn(&str) -> Option<usize>,
) -> Result<Fills, String> {
    let mut fills = Vec::new();
    let mut unknown = None;
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, after) = rest.split_at(dollar);
        if !before.is_empty() {
            fills.push(Fill::Part(Part::Text(before.to_owned())));
        }
        let after = after.get(1..).unwrap_or_default();
        if let Some(digit) = after.chars().next().and_then(|c| c.to_digit(10)).filter(|d| *d > 0) {
            fills.push(Fill::Group(digit as usize));
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if name.is_empty() {
            return Err(format!("{text:?} has a $ without a variable's name"));
        }
        rest = after;
        if let Some(number) = group(name) {
            fills.push(Fill::Group(number));
            continue;
        }
        match variable(printed, name) {
            Variable::Part(part) => fills.push(Fill::Part(part)),
            Variable::NotSimulated => {
                unknown = Some(name.to_owned());
                fills.push(Fill::Part(Part::Text(format!("${name}"))));
            }
            // Another location's expression has such a group; here it is empty.
            Variable::Unknown if groups.0.contains(name) => {}
            Variable::Unknown => return Err(format!("unknown {name:?} variable")),
        }
    }
    if !rest.is_empty() {
        fills.push(Fill::Part(Part::Text(rest.to_owned())));
    }
    Ok((fills, unknown))
}

enum Variable {
    Part(Part),
    NotSimulated,
    Unknown,
}

/// nginx' own variables and those that the controller's configuration sets.
fn variable(printed: &Printed, name: &str) -> Variable {
    let text = |text: &str| Variable::Part(Part::Text(text.to_owned()));
    let origin = &printed.location.origin;
    match name {
        "host" => Variable::Part(Part::MatchedHost),
        "http_host" => Variable::Part(Part::HostHeader),
        "best_http_host" => Variable::Part(Part::Authority),
        "scheme" => Variable::Part(Part::Scheme),
        "pass_access_scheme" => Variable::Part(Part::BelievedScheme),
        "request_uri" => Variable::Part(Part::Target { keep_slash: true }),
        "escaped_request_uri" => Variable::Part(Part::EscapedTarget),
        "uri" | "document_uri" => Variable::Part(Part::MatchedPath),
        "server_port" | "pass_port" | "pass_server_port" => Variable::Part(Part::ListenerPort),
        "namespace" => text(&printed.location.namespace),
        "ingress_name" => text(origin.object.rsplit('/').next().unwrap_or_default()),
        "location_path" => text(&printed.location.path),
        "baseuri" if printed.version.appending().is_some() => Variable::NotSimulated,
        _ if KNOWN.contains(&name) => Variable::NotSimulated,
        _ if KNOWN_STARTS.iter().any(|start| name.starts_with(start) && name.len() > start.len()) => {
            Variable::NotSimulated
        }
        _ => Variable::Unknown,
    }
}

/// Variables with a name of their own for each header, cookie or argument.
const KNOWN_STARTS: &[&str] =
    &["arg_", "cookie_", "http_", "sent_http_", "sent_trailer_", "upstream_http_", "upstream_cookie_"];

/// Variables that exist (`src/http/ngx_http_variables.c` and the modules that the controller's nginx
/// has) but depend on more than what is known here.
const KNOWN: &[&str] = &[
    "args",
    "binary_remote_addr",
    "body_bytes_sent",
    "bytes_sent",
    "connection",
    "connection_requests",
    "content_length",
    "content_type",
    "document_root",
    "hostname",
    "https",
    "is_args",
    "limit_rate",
    "msec",
    "nginx_version",
    "pid",
    "pipe",
    "proxy_add_x_forwarded_for",
    "proxy_host",
    "proxy_port",
    "proxy_protocol_addr",
    "proxy_protocol_port",
    "proxy_upstream_name",
    "query_string",
    "realip_remote_addr",
    "realip_remote_port",
    "realpath_root",
    "remote_addr",
    "remote_port",
    "remote_user",
    "req_id",
    "request",
    "request_body",
    "request_body_file",
    "request_completion",
    "request_filename",
    "request_id",
    "request_length",
    "request_method",
    "request_time",
    "server_addr",
    "server_name",
    "server_protocol",
    "service_name",
    "service_port",
    "ssl_cipher",
    "ssl_client_i_dn",
    "ssl_client_s_dn",
    "ssl_client_verify",
    "ssl_protocol",
    "ssl_server_name",
    "ssl_session_id",
    "status",
    "subdomain",
    "tcpinfo_rtt",
    "the_real_ip",
    "time_iso8601",
    "time_local",
    "upstream_addr",
];
