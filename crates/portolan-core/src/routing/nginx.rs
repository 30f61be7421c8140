//! How nginx reads a request.
//!
//! Source: nginx 1.27.1 `src/http/ngx_http_parse.c` (ngx_http_parse_request_line,
//! ngx_http_parse_complex_uri), `src/http/ngx_http_request.c` (ngx_http_process_request_uri,
//! ngx_http_validate_host), `src/http/modules/ngx_http_realip_module.c`. With `merge_slashes on`.

use super::reading::{Form, Passed, Read, Refusal};
use super::{AddressRange, Request, octets};
use std::borrow::Cow;
use std::net::IpAddr;

/// The settings that change how nginx reads a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NginxReading {
    /// Believe `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-Port`.
    pub forwarded: bool,
    /// Whose `X-Forwarded-For` is believed; empty for nobody's.
    pub real_ip_from: Vec<AddressRange>,
}

/// A request target, taken apart.
struct Target<'r> {
    /// The host of an absolute-form target.
    host: Option<&'r str>,
    /// Path, query and fragment, as sent; empty for none.
    rest: &'r str,
}

impl NginxReading {
    pub(super) fn read<'r>(&self, request: &'r Request) -> Result<Read<'r>, Refusal> {
        if request.method == "TRACE" || request.method == "CONNECT" {
            return Err(Refusal { status: 405, why: format!("nginx does not take {}", request.method) });
        }
        let target = Target::parse(&request.target)?;
        // Even where the target is a whole URL. Before HTTP/1.1 there was no such header.
        if request.host.is_empty() {
            let why = "there is no Host header, and HTTP/1.1 asks for one".to_owned();
            return Err(Refusal { status: 400, why });
        }
        // The header is looked at even where the target brings a host of its own.
        let named = validate_host(&request.host)?;
        let host = target.host.map_or(Ok(named), validate_host)?;
        let (path, query) = normalise(target.rest)?;
        let forwarded = |name: &str| self.forwarded.then(|| request.header(name)).flatten();
        Ok(Read {
            escaped: None,
            raw: None,
            url: None,
            authority: &request.host,
            user: "",
            scheme: match forwarded("x-forwarded-proto") {
                Some(scheme) if !scheme.is_empty() => scheme,
                _ => request.scheme.as_str(),
            },
            port: forwarded("x-forwarded-port").filter(|p| !p.is_empty()),
            client: self.client(request),
            host,
            dotted: false,
            path,
            query,
            form: Form::default(),
        })
    }

    /// The request as nginx passes it on where nothing rewrites it: byte for byte.
    pub(super) fn passed<'r>(&self, request: &'r Request) -> Passed<'r> {
        let target = Target::parse(&request.target).map_or(request.target.as_str(), |t| t.rest);
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.into())),
            None => (target, None),
        };
        let forwarded = self.forwarded.then(|| request.header("x-forwarded-host")).flatten();
        let first = forwarded.and_then(|hosts| hosts.split(',').next()).map(str::trim);
        Passed {
            authority: first.filter(|h| !h.is_empty()).unwrap_or(&request.host),
            path: if path.is_empty() { "/".into() } else { path.into() },
            query,
            splits_at_semicolons: false,
        }
    }

    /// The address that the chain of `X-Forwarded-For` leads to: from the right, the first that is
    /// not trusted; the leftmost where all are.
    fn client(&self, request: &Request) -> Option<IpAddr> {
        let trusted = |address: IpAddr| self.real_ip_from.iter().any(|c| c.contains(address));
        let believed = !self.real_ip_from.is_empty() && request.client_ip.is_none_or(trusted);
        let mut client = request.client_ip;
        if let Some(chain) = request.header("x-forwarded-for").filter(|_| believed) {
            for text in chain.rsplit(',') {
                let Ok(address) = text.trim().parse() else { break };
                client = Some(address);
                if !trusted(address) {
                    break;
                }
            }
        }
        client
    }
}

fn refused(why: String) -> Refusal {
    Refusal { status: 400, why }
}

impl<'r> Target<'r> {
    fn parse(target: &'r str) -> Result<Self, Refusal> {
        if let Some(byte) = target.bytes().find(|&b| b <= b' ' || b == 0x7F) {
            return Err(refused(format!("the request target holds the byte 0x{byte:02X}")));
        }
        if target.starts_with('/') {
            return Ok(Target { host: None, rest: target });
        }
        let no = || refused(format!("the request target {target:?} is neither a path nor a URL"));
        let (scheme, after) = target.split_once("://").ok_or_else(no)?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (host, rest) = after.split_at(end);
        let (name, port) = match host.strip_prefix('[') {
            Some(inner) => inner.split_once(']').ok_or_else(no)?,
            None => host.split_at(host.find(':').unwrap_or(host.len())),
        };
        let more: &[u8] = if host.starts_with('[') { b"-._~:!$&'()*+,;=" } else { b"-." };
        let good_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
        let good_port =
            port.strip_prefix(':').map_or(port.is_empty(), |p| p.bytes().all(|b| b.is_ascii_digit()));
        if !is_scheme || name.is_empty() || !good_name || !good_port || rest.starts_with('#') {
            return Err(no());
        }
        Ok(Target { host: Some(host), rest })
    }
}

/// The host without port and without one trailing dot, in lower case.
fn validate_host(host: &str) -> Result<Cow<'_, str>, Refusal> {
    let bytes = host.as_bytes();
    let is_bad = |&b: &u8| b <= b' ' || b == 0x7F || b == b'/';
    if bytes.iter().any(is_bad) || host.contains("..") {
        return Err(refused(format!("{host:?} is no host")));
    }
    let literal = host.strip_prefix('[').and_then(|rest| rest.find(']'));
    let end = match literal {
        Some(at) => at + 2,
        None => host.find(':').unwrap_or(host.len()),
    };
    let name = host.get(..end).unwrap_or(host);
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() {
        return Err(refused("the request names no host".to_owned()));
    }
    Ok(super::reading::lower(name))
}

/// The path as nginx matches it, and the query without its fragment. Percent-encodings are decoded
/// once; slashes that follow each other count once; dot segments are resolved, decoded ones as well.
fn normalise(rest: &str) -> Result<(Cow<'_, str>, Option<&str>), Refusal> {
    let path_end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (raw, after) = rest.split_at(path_end);
    let query = after.strip_prefix('?').map(|q| q.split('#').next().unwrap_or_default());
    let is_plain = !raw.contains('%') && !raw.contains("//") && !raw.contains("/.");
    if is_plain {
        return Ok((if raw.is_empty() { "/".into() } else { raw.into() }, query));
    }
    let above = || refused(format!("the path {raw:?} leads above the root"));
    let mut out: Vec<u8> = Vec::with_capacity(raw.len());
    let bytes = raw.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16)).map(|d| d as u8);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let mut byte = byte;
        let mut literal = false;
        at += 1;
        if byte == b'%' {
            let (Some(high), Some(low)) = (digit(at), digit(at + 1)) else {
                return Err(refused(format!("the path {raw:?} holds a % without two hexadecimal digits")));
            };
            byte = high << 4 | low;
            at += 2;
            // These three lose their meaning; any other byte acts as if it had been sent so.
            literal = matches!(byte, b'%' | b'#' | b'?');
            if byte == 0 {
                return Err(refused(format!("the path {raw:?} holds a zero byte")));
            }
        }
        if byte == b'/' && !literal {
            end_segment(&mut out).ok_or_else(above)?;
            if out.last() != Some(&b'/') {
                out.push(b'/');
            }
        } else {
            out.push(byte);
        }
    }
    end_segment(&mut out).ok_or_else(above)?;
    Ok((octets::text(out).into(), query))
}

/// Resolves a last segment of dots. `None` above the root.
fn end_segment(out: &mut Vec<u8>) -> Option<()> {
    if out.ends_with(b"/.") {
        out.pop();
    } else if out.ends_with(b"/..") {
        out.truncate(out.len() - 3);
        let parent = out.iter().rposition(|&b| b == b'/')?;
        out.truncate(parent + 1);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(target: &str) -> Result<String, u16> {
        NginxReading::default()
            .read(&Request::get("h.com", target))
            .map(|r| r.path.into_owned())
            .map_err(|r| r.status)
    }

    fn host(host: &str) -> Result<String, u16> {
        NginxReading::default()
            .read(&Request::get(host, "/"))
            .map(|r| r.host.into_owned())
            .map_err(|r| r.status)
    }

    #[test]
    fn paths_are_normalised() {
        for (target, expected) in [
            ("/foo//bar", "/foo/bar"),
            ("//foo", "/foo"),
            ("/foo%2Fbar", "/foo/bar"),
            ("/%66oo", "/foo"),
            ("/foo/%2e%2e/bar", "/bar"),
            ("/foo/..", "/"),
            ("/a/b/../c", "/a/c"),
            ("/a/./b/.", "/a/b/"),
            ("/a/b/..", "/a/"),
            ("/foo/...", "/foo/..."),
            ("/.hidden", "/.hidden"),
            ("/foo%23x%3Fy%25", "/foo#x?y%"),
            ("/foo#frag", "/foo"),
            ("/foo?a#b", "/foo"),
            ("/a%2F/b", "/a/b"),
            ("/a+b;c", "/a+b;c"),
            ("http://other?x", "/"),
            ("/%2e", "/"),
        ] {
            assert_eq!(path(target).as_deref(), Ok(expected), "{target}");
        }
    }

    #[test]
    fn bad_targets_are_refused() {
        for target in
            ["/..", "/foo/../..", "/foo%00", "/foo%zz", "/foo%2", "foo", "*", "http://#", "/a b", "http:///x"]
        {
            assert_eq!(path(target), Err(400), "{target}");
        }
    }

    #[test]
    fn hosts_are_validated() {
        for (sent, expected) in [
            ("H.com:8080", "h.com"),
            ("h.com.", "h.com"),
            ("h.com.:80", "h.com"),
            ("h.com:x", "h.com"),
            ("[2001:DB8::1]:443", "[2001:db8::1]"),
        ] {
            assert_eq!(host(sent).as_deref(), Ok(expected), "{sent}");
        }
        for bad in ["", ".", ":80", "a..b", "a/b", "a b", "h:8/0"] {
            assert_eq!(host(bad), Err(400), "{bad}");
        }
    }

    #[test]
    fn an_absolute_target_brings_its_host_but_not_the_host_header() {
        let request = Request::get("other.com", "http://H.com:81/h?x");
        let reading = NginxReading::default();
        let read = reading.read(&request).expect("readable");
        assert_eq!((&*read.host, &*read.path, read.query), ("h.com", "/h", Some("x")));
        assert_eq!(reading.passed(&request).authority, "other.com");
        assert_eq!(reading.passed(&request).target(), "/h?x");
    }

    #[test]
    fn forwarded_headers_count_when_believed() {
        let mut request = Request::get("h", "/");
        request.headers = vec![
            ("X-Forwarded-Proto".into(), "wss".into()),
            ("X-Forwarded-Host".into(), "a.com, b.com".into()),
            ("X-Forwarded-For".into(), "18.0.0.1, 10.0.0.1".into()),
        ];
        let trusting = NginxReading {
            forwarded: true,
            real_ip_from: vec![AddressRange::parse("10.0.0.0/8").expect("range")],
        };
        let read = trusting.read(&request).expect("readable");
        assert_eq!((read.scheme, read.client), ("wss", "18.0.0.1".parse().ok()));
        assert_eq!(trusting.passed(&request).authority, "a.com");
        let read = NginxReading::default().read(&request).expect("readable");
        assert_eq!((read.scheme, read.client), ("http", None));
    }
}
