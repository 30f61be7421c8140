//! The encodings that clients apply before they send.

/// The case of hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::routing) enum Hex {
    /// As RFC 3986 asks and browsers do.
    Upper,
    /// As curl does.
    Lower,
}

impl Hex {
    fn push(self, out: &mut String, byte: u8) {
        let digits: &[u8; 16] = match self {
            Hex::Upper => b"0123456789ABCDEF",
            Hex::Lower => b"0123456789abcdef",
        };
        out.push('%');
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from(digits.get(usize::from(nibble)).copied().unwrap_or(b'0')));
        }
    }
}

/// Percent-encodes what is not ASCII, and nothing else.
pub(in crate::routing) fn non_ascii(text: &str, hex: Hex) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| hex.push(&mut out, b));
        }
    }
    out
}

/// A query part as `curl --data-urlencode -G` and `--url-query` encode it.
pub(super) fn form(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(b)),
            b' ' => out.push('+'),
            _ => Hex::Lower.push(&mut out, b),
        }
    }
    out
}

/// Decodes `%XX`; what is no such triple stays.
pub(super) fn percent_decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let digit = |at: usize| bytes.get(at).and_then(|&d| char::from(d).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (b, digit(i + 1), digit(i + 2)) {
            out.push((high * 16 + low) as u8);
            i += 3;
        } else {
            out.push(b);
            i += 1;
        }
    }
    out
}

/// `Authorization` for a user: `name:password`, with an empty password where there is none.
pub(super) fn basic_authorization(user: &[u8]) -> String {
    let mut user = user.to_vec();
    if !user.contains(&b':') {
        user.push(b':');
    }
    format!("Basic {}", base64(&user))
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0u32, |g, i| g << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let digit = (group >> (18 - 6 * i) & 63) as usize;
            out.push(if i <= chunk.len() { DIGITS.get(digit).map_or('=', |&d| char::from(d)) } else { '=' });
        }
    }
    out
}

/// A host name outside ASCII as clients send it: lower-case, each such label in Punycode. Labels
/// that Punycode has no form for stay.
pub(super) fn idna(host: &str) -> String {
    let label = |label: &str| {
        if label.is_ascii() {
            return label.to_owned();
        }
        let lower = label.to_lowercase();
        punycode(&lower).map_or(lower, |encoded| format!("xn--{encoded}"))
    };
    host.split(['.', '。']).map(label).collect::<Vec<_>>().join(".")
}

/// RFC 3492 §6.3; `None` where its numbers would overflow.
fn punycode(label: &str) -> Option<String> {
    let points: Vec<u32> = label.chars().map(u32::from).collect();
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    while (handled as usize) < points.len() {
        let next = points.iter().copied().filter(|&p| p >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for &point in &points {
            if point < n {
                delta = delta.checked_add(1)?;
            }
            if point == n {
                let mut q = delta;
                for k in (36u32..).step_by(36) {
                    let t = k.saturating_sub(bias).clamp(1, 26);
                    if q < t {
                        break;
                    }
                    out.push(punycode_digit(t + (q - t) % (36 - t)));
                    q = (q - t) / (36 - t);
                }
                out.push(punycode_digit(q));
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(out)
}

fn punycode_digit(value: u32) -> char {
    char::from_digit(value.wrapping_add(10) % 36, 36).unwrap_or('a')
}

/// RFC 3492 §6.1.
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(basic_authorization(b"user"), "Basic dXNlcjo=");
    }

    #[test]
    fn punycode_as_in_the_rfc_and_in_use() {
        for (host, ascii) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.Example", "xn--bcher-kva.Example"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("ünïcödé", "xn--ncd-dma1a7bzb"),
            ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
            ("plain.example", "plain.example"),
        ] {
            assert_eq!(idna(host), ascii);
        }
    }

    #[test]
    fn percent_triples_only() {
        assert_eq!(percent_decode("%41%zz%4"), b"A%zz%4");
        assert_eq!(non_ascii("/ä b", Hex::Upper), "/%C3%A4 b");
        assert_eq!(form("b c&ü~"), "b+c%26%c3%bc~");
    }
}
