//! Requests that need no reading: most name a host in lower case and a path that every proxy matches
//! as it was sent. Seeing that takes one look at their bytes, and nothing is copied or built.

use super::{Reading, Request};

/// Host and path of a request as the table's proxy would read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain<'r> {
    pub host: &'r str,
    pub path: &'r str,
}

impl Reading {
    /// What [`Reading::read`] would take for host and path, where that is a part of the request as it
    /// was sent and a quick look shows it. `None` says nothing. `is_plain`: the host is known to be
    /// one that [`is_plain_host`] takes.
    #[inline]
    pub(super) fn plain<'r>(&self, request: &'r Request, is_plain: bool) -> Option<Plain<'r>> {
        let (host, target) = (request.host.as_str(), request.target.as_str());
        if target.as_bytes().first() != Some(&b'/') {
            return None;
        }
        match self {
            Reading::AsSent => {
                // From the colon to Z: nothing of it is in a plain host name.
                let is_plain = is_plain || !any(host.as_bytes(), |b| b.wrapping_sub(b':') <= b'Z' - b':');
                is_plain.then(|| Plain { host, path: until(target, |b| b == b'?' || b == b'#') })
            }
            Reading::Nginx(_) if matches!(request.method.as_str(), "TRACE" | "CONNECT") => None,
            Reading::Go(_) | Reading::Nginx(_) => {
                let path = until(target, |b| b == b'?');
                let query = target.as_bytes().get(path.len()..).unwrap_or_default();
                let is_plain = (is_plain || is_plain_host(host))
                    && is_plain_path(path)
                    && !any(query, |b| b <= b' ' || b == 0x7F);
                is_plain.then_some(Plain { host, path })
            }
        }
    }
}

/// The text before the first such byte, of ASCII.
fn until(text: &str, ends: impl Fn(u8) -> bool) -> &str {
    if !any(text.as_bytes(), &ends) {
        return text;
    }
    let end = text.bytes().position(ends).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Whether a host stands for itself: lower-case letters, digits, hyphens and single dots between them.
pub(super) fn is_plain_host(host: &str) -> bool {
    let bytes = host.as_bytes();
    let plain = |b: u8| b.is_ascii_lowercase() || (b.wrapping_sub(b'-') <= b'9' - b'-' && b != b'/');
    let dots = places(bytes, b'.');
    !any(bytes, |b| !plain(b))
        && !matches!(bytes.last(), None | Some(b'.'))
        && dots & dots >> 1 == 0
        && bytes.len() <= 64
}

/// Whether a path stands for itself: signs that are never escaped, no empty and no dot segments.
fn is_plain_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let plain = |b: u8| {
        (b | 0x20).is_ascii_lowercase() || b.wrapping_sub(b'-') <= b'9' - b'-' || b == b'_' || b == b'~'
    };
    let slashes = places(bytes, b'/');
    bytes.len() <= 64
        && !any(bytes, |b| !plain(b))
        && slashes & slashes >> 1 == 0
        && (!any(bytes, |b| b == b'.') || slashes & places(bytes, b'.') >> 1 == 0)
}

/// Whether some byte is such a one. Without a branch in sixteen bytes, so that they are asked at once.
#[inline]
pub(super) fn any(bytes: &[u8], is: impl Fn(u8) -> bool) -> bool {
    let some = |chunk: &[u8]| chunk.iter().fold(false, |found, &b| found | is(b));
    // The last sixteen overlap those before them: cheaper than a loop over what is left.
    match bytes.last_chunk::<16>() {
        Some(last) => bytes.as_chunks::<16>().0.iter().any(|chunk| some(chunk)) || some(last),
        None => match bytes.last_chunk::<8>() {
            Some(last) => bytes.first_chunk::<8>().is_some_and(|first| some(first)) || some(last),
            None => some(bytes),
        },
    }
}

/// Where a byte stands among the first 64: bit `n` for the byte `n`. Eight bytes at a time.
#[inline]
pub(super) fn places(bytes: &[u8], byte: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW_BITS: u64 = 0x7F * ONES;
    let mask = |word: u64| {
        let differs = word ^ (u64::from(byte) * ONES);
        // The high bit of each byte that does not differ.
        let same = !(((differs & LOW_BITS) + LOW_BITS) | differs) & !LOW_BITS;
        // Gathers the eight bits.
        (same >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    };
    let bytes = bytes.get(..64).unwrap_or(bytes);
    let (words, _) = bytes.as_chunks::<8>();
    let mut found = 0;
    for (at, word) in words.iter().enumerate() {
        found |= mask(u64::from_le_bytes(*word)) << (8 * at);
    }
    // The last eight overlap those before them.
    match bytes.last_chunk::<8>() {
        Some(last) => found | mask(u64::from_le_bytes(*last)) << (bytes.len() - 8),
        None => bytes.iter().rev().fold(0, |found, &b| found << 1 | u64::from(b == byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::{GoReading, NginxReading};

    /// Every byte at many places of hosts and targets: what is plain is read as it stands.
    #[test]
    fn what_is_plain_is_read_as_it_stands() {
        let readings =
            [Reading::AsSent, Reading::Go(GoReading::default()), Reading::Nginx(NginxReading::default())];
        let long = format!("/{}", "element/".repeat(9));
        let mut requests = Vec::new();
        for text in [
            "",
            "a",
            "h.com",
            "a.b-c.example.com",
            "service-12.shop.example.com",
            ".",
            "a..b",
            "h.com.",
            "[::1]:8",
        ] {
            requests.push(Request::get(text, "/"));
            for byte in 0..=127_u8 {
                for at in 0..=text.len() {
                    let (a, b) = text.split_at(at);
                    requests.push(Request::get(format!("{a}{}{b}", char::from(byte)), "/x"));
                }
            }
        }
        for text in [
            "/",
            "/a",
            "/a/b.c/d",
            "/service/orders12/42/details",
            "/a?b=c",
            "/a/b/c/d?query=1;2",
            "*",
            "http://x/",
            &long,
        ] {
            for byte in 0..=127_u8 {
                for at in 0..=text.len() {
                    let (a, b) = text.split_at(at);
                    requests.push(Request::get("h.com", format!("{a}{}{b}", char::from(byte))));
                }
            }
        }
        requests.push(Request::get("h.com", "/caf\u{e9}"));
        requests.push(Request::get("caf\u{e9}.com", "/"));
        for reading in readings {
            let mut plain = 0;
            for request in &requests {
                let is_plain = is_plain_host(&request.host);
                let Some(Plain { host, path }) = reading.plain(request, is_plain) else { continue };
                assert_eq!(reading.plain(request, false), Some(Plain { host, path }));
                plain += 1;
                let read = reading.read(request).unwrap_or_else(|r| panic!("{request:?}: {r:?}"));
                assert_eq!((&*read.host, &*read.path), (host, path), "{reading:?} {request:?}");
                assert_eq!(read.escaped, None);
            }
            assert!(plain * 5 > requests.len(), "{plain} of {} are plain: {reading:?}", requests.len());
            assert!(
                reading
                    .plain(&Request::get("service-0.shop.example.com", "/users/v1/42?a=b"), false)
                    .is_some()
            );
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands_and_only_then() {
        for length in 0..70 {
            for at in 0..length {
                let mut text = vec![b'.'; length];
                text[at] = b'/';
                assert_eq!(places(&text, b'/'), 1_u64.checked_shl(at as u32).unwrap_or(0));
                assert!(any(&text, |b| b == b'/') && !any(&text, |b| b == 0xAF));
            }
            assert_eq!(places(&vec![0xAF; length], b'/'), 0);
        }
    }
}
