//! Names of servers, as nginx reads them.
//!
//! Source: `template/template.go` (buildServerName), `pkg/util/ingress/ingress.go` (BuildRedirects);
//! nginx `src/http/ngx_http_core_module.c` (ngx_http_core_server_name), `src/core/ngx_hash.c`
//! (ngx_hash_add_key).

use super::model::{DEFAULT_SERVER, Server};
use super::version::Version;
use crate::routing::{HostPattern, Pattern};

/// A name and the server that it stands for.
#[derive(Debug)]
pub(super) struct Name<'s> {
    pub pattern: HostPattern,
    pub kind: NameKind<'s>,
}

/// Why a server has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameKind<'s> {
    /// It is the server's host.
    Host(&'s str),
    /// It is an alias of this host.
    Alias(&'s str),
    /// It is the other form, with or without `www.`, of this host: a server that only redirects.
    Www(&'s str),
}

/// A name that nginx refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadName {
    /// The server's host.
    pub host: String,
    /// Why.
    pub why: String,
}

/// All names in nginx' order of preference: exact ones, then `*.` by length, then `.*` by length,
/// then regular expressions in the order of the file. A name that an earlier server of the file has
/// is left out.
pub(super) fn in_order<'s>(version: Version, servers: &[&'s Server]) -> Result<Vec<Name<'s>>, BadName> {
    let mut names: Vec<Name> = Vec::new();
    let has = |host: &str| servers.binary_search_by(|s| s.host.as_str().cmp(host)).is_ok();
    for server in servers.iter().filter(|s| s.from_to_www) {
        let host = server.host.as_str();
        let other = host.strip_prefix("www.").map_or_else(|| format!("www.{host}"), str::to_owned);
        if !has(&other) {
            add(&mut names, host, &other, NameKind::Www(host))?;
        }
    }
    for server in servers {
        let host = server.host.as_str();
        match host.strip_prefix('*') {
            _ if host == DEFAULT_SERVER => {}
            Some(suffix) if version.wildcards_are_native() => names.push(Name {
                pattern: HostPattern::ManyLabels(suffix.to_owned()),
                kind: NameKind::Host(host),
            }),
            Some(suffix) => names.push(Name {
                pattern: HostPattern::WordLabel(suffix.to_owned()),
                kind: NameKind::Host(host),
            }),
            None => {
                names.push(Name { pattern: HostPattern::Exact(host.to_owned()), kind: NameKind::Host(host) })
            }
        }
        for alias in &server.aliases {
            add(&mut names, host, alias, NameKind::Alias(host))?;
        }
    }
    // The sort is stable: what is alike stays in the file's order.
    names.sort_by_key(|n| match &n.pattern {
        HostPattern::Exact(_) => (0, 0),
        HostPattern::ManyLabels(suffix) => (1, usize::MAX - suffix.len()),
        HostPattern::Start(start) => (2, usize::MAX - start.len()),
        _ => (3, 0),
    });
    let mut seen = std::collections::HashSet::new();
    names.retain(|n| seen.insert(n.pattern.clone()));
    Ok(names)
}

/// Adds a name as nginx reads it. Names in the configuration may be of any case.
fn add<'s>(names: &mut Vec<Name<'s>>, host: &str, text: &str, kind: NameKind<'s>) -> Result<(), BadName> {
    let bad = |why: String| BadName { host: host.to_owned(), why };
    if let Some(source) = text.strip_prefix('~') {
        let pattern = Pattern::pcre(source, true).map_err(|e| bad(e.to_string()))?;
        names.push(Name { pattern: HostPattern::Regex(pattern), kind });
        return Ok(());
    }
    let text = text.to_ascii_lowercase();
    let invalid = || bad(format!("{text:?} is an invalid server name or wildcard"));
    let stars = text.bytes().filter(|&b| b == b'*').count();
    if stars > 1 || text.contains("..") {
        return Err(invalid());
    }
    let pattern = if let Some(rest) = text.strip_prefix('.').filter(|rest| !rest.is_empty()) {
        // Short for the name itself and all below it.
        names.push(Name { pattern: HostPattern::Exact(rest.to_owned()), kind });
        HostPattern::ManyLabels(text)
    } else if let Some(rest) = text.strip_prefix('*').filter(|rest| rest.starts_with('.') && rest.len() > 1) {
        HostPattern::ManyLabels(rest.to_owned())
    } else if let Some(start) = text.strip_suffix('*').filter(|start| start.ends_with('.') && start.len() > 1)
    {
        HostPattern::Start(start.to_owned())
    } else if stars > 0 {
        return Err(invalid());
    } else {
        HostPattern::Exact(text)
    };
    names.push(Name { pattern, kind });
    Ok(())
}
