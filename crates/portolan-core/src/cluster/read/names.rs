//! Names that Kubernetes allows. Each check gives what is wrong, as the end of a sentence:
//! `host "Foo" …`. After `k8s.io/apimachinery/pkg/util/validation` and `…/api/validation`.

use std::net::IpAddr;

/// What is wrong with a name.
pub(super) type Fault = Option<&'static str>;

/// A DNS-1123 subdomain, at most 253 characters: most names, hosts.
pub(super) fn subdomain(name: &str) -> Fault {
    if name.len() > 253 {
        return Some("is longer than 253 characters");
    }
    if name.is_empty() {
        return Some("must not be empty");
    }
    if name.split('.').all(is_label) {
        return None;
    }
    Some(if name.bytes().all(|b| is_lower(b) || b == b'-' || b == b'.') {
        "must start and end with a letter or a digit, in each part between dots"
    } else {
        "may hold only lower-case letters, digits, `-` and `.`"
    })
}

/// `*.` and a subdomain.
pub(super) fn wildcard(name: &str) -> Fault {
    if name.len() > 253 {
        return Some("is longer than 253 characters");
    }
    match name.strip_prefix("*.") {
        Some(rest) if subdomain(rest).is_none() => None,
        _ => Some("is no wildcard: `*` may only be the whole first label, as in `*.example.com`"),
    }
}

/// A DNS-1123 label, at most 63 characters.
pub(super) fn label(name: &str) -> Fault {
    if name.len() > 63 {
        return Some("is longer than 63 characters");
    }
    (!is_label(name)).then_some(
        "may hold only lower-case letters, digits and `-`, and must start and end with a letter or a digit",
    )
}

/// A port's name where it stands for a number (IANA's service names): at most 15 characters.
pub(super) fn port_name(name: &str) -> Fault {
    if name.len() > 15 {
        return Some("is longer than 15 characters");
    }
    if !name.bytes().all(|b| is_lower(b) || b == b'-') {
        return Some("may hold only lower-case letters, digits and `-`");
    }
    if !name.bytes().any(|b| b.is_ascii_lowercase()) {
        return Some("must have a letter");
    }
    if name.contains("--") {
        return Some("must not have two hyphens in a row");
    }
    (name.starts_with('-') || name.ends_with('-')).then_some("must not start or end with a hyphen")
}

/// A key of labels and annotations: `prefix/name`, the prefix a subdomain and optional.
pub(super) fn qualified(key: &str) -> Fault {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        return Some("has more than one `/`");
    }
    if prefix.is_some_and(|p| subdomain(p).is_some()) {
        return Some("has a prefix that is no lower-case DNS name");
    }
    if name.is_empty() {
        return Some("has no name");
    }
    if name.len() > 63 {
        return Some("has a name that is longer than 63 characters");
    }
    (!is_word(name)).then_some(
        "may hold only letters, digits, `-`, `_` and `.` in its name, which must start and end with a letter or a digit",
    )
}

/// The value of a label.
pub(super) fn label_value(value: &str) -> Fault {
    if value.len() > 63 {
        return Some("is longer than 63 characters");
    }
    (!value.is_empty() && !is_word(value)).then_some(
        "may hold only letters, digits, `-`, `_` and `.`, and must start and end with a letter or a digit",
    )
}

/// A part of a URL path of the API: a kind or name in a reference.
pub(super) fn path_segment(name: &str) -> Fault {
    if name == "." || name == ".." {
        return Some("must not be `.` or `..`");
    }
    name.contains(['/', '%']).then_some("must not hold `/` or `%`")
}

/// An IP address, as Go's lenient parser takes it: leading zeros in IPv4 are allowed there.
pub(super) fn ip(text: &str) -> Option<IpAddr> {
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let mut bytes = [0u8; 4];
    let mut parts = text.split('.');
    for byte in &mut bytes {
        let part = parts.next()?;
        let short = !part.is_empty() && part.len() <= 20 && part.bytes().all(|b| b.is_ascii_digit());
        *byte =
            if short { part.parse::<u32>().ok().and_then(|n| u8::try_from(n).ok())? } else { return None };
    }
    parts.next().is_none().then(|| IpAddr::from(bytes))
}

/// A CIDR, `10.0.0.0/8`.
pub(super) fn cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match ip(address) {
        Some(IpAddr::V4(_)) => 32,
        Some(IpAddr::V6(_)) => 128,
        None => return false,
    };
    length.bytes().all(|b| b.is_ascii_digit()) && length.parse::<u8>().is_ok_and(|n| n <= most)
}

/// Why an address cannot be an endpoint or an external IP.
pub(super) fn special_ip(ip: IpAddr) -> Fault {
    let link_local_multicast = match ip {
        IpAddr::V4(v4) => v4.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(v6) => v6.segments().first().is_some_and(|s| s & 0xff0f == 0xff02),
    };
    let link_local = match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    if ip.is_unspecified() {
        Some("is the unspecified address")
    } else if ip.is_loopback() {
        Some("is a loopback address")
    } else if link_local || link_local_multicast {
        Some("is a link-local address")
    } else {
        None
    }
}

fn is_lower(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

fn is_label(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name.bytes().all(|b| is_lower(b) || b == b'-')
}

fn is_word(name: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    name.starts_with(ends)
        && name.ends_with(ends)
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
