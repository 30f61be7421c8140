//! The digests that password files are made of: SHA-1, MD5 and the crypt scheme on top of the latter
//! (`$1$` and Apache's `$apr1$`). None of them is fit to keep a secret today; here they only repeat
//! what a proxy computes.

pub(super) fn sha1(message: &[u8]) -> [u8; 20] {
    sha1_smol::Sha1::from(message).digest().bytes()
}

fn md5(message: &[u8]) -> [u8; 16] {
    md5::compute(message).0
}

/// What `$1$SALT$…` or `$apr1$SALT$…` would be for a password; `None` where the text is neither.
pub(super) fn md5_crypt(password: &[u8], hash: &str) -> Option<String> {
    let mut parts = hash.strip_prefix('$')?.split('$');
    let magic = format!("${}$", parts.next()?);
    let salt = parts.next()?;
    let salt = salt.as_bytes().get(..salt.len().min(8))?;
    let mut last = md5(&[password, salt, password].concat());
    let mut text = [password, magic.as_bytes(), salt].concat();
    text.extend(last.iter().cycle().take(password.len()));
    let mut rest = password.len();
    while rest > 0 {
        text.push(if rest & 1 == 1 { 0 } else { password.first().copied().unwrap_or_default() });
        rest >>= 1;
    }
    last = md5(&text);
    for round in 0..1000 {
        let odd = round % 2 == 1;
        let mut text = if odd { password.to_vec() } else { last.to_vec() };
        if round % 3 != 0 {
            text.extend_from_slice(salt);
        }
        if round % 7 != 0 {
            text.extend_from_slice(password);
        }
        text.extend_from_slice(if odd { &last } else { password });
        last = md5(&text);
    }
    let mut out = format!("{magic}{}$", String::from_utf8_lossy(salt));
    let mut push = |value: u32, digits: usize| {
        let alphabet = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        out.extend((0..digits).map(|i| char::from(alphabet[(value >> (6 * i) & 63) as usize])));
    };
    for i in 0..5 {
        let third = if i == 4 { 5 } else { i + 12 };
        push(u32::from_be_bytes([0, last[i], last[i + 6], last[third]]), 4);
    }
    push(u32::from(last[11]), 2);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `openssl passwd -apr1` and `-1` have it.
    #[test]
    fn crypt_is_that_of_openssl() {
        for (password, hash) in [
            ("password", "$apr1$abcdefgh$FBwExRW4dCc8aL.OvjpIE1"),
            ("password", "$1$abcdefgh$G//4keteveJp0qb8z2DxG/"),
            ("bar", "$apr1$xyz$Zqndysr0Isi8VGGo2sazo."),
            ("averyveryverylongpasswordindeed", "$apr1$12345678$sD6qcpkgtIqmlfDHhxkD9/"),
        ] {
            assert_eq!(md5_crypt(password.as_bytes(), hash).as_deref(), Some(hash));
            assert_ne!(md5_crypt(b"another", hash).as_deref(), Some(hash));
        }
        assert_eq!(md5_crypt(b"a", "no dollar"), None);
        assert_eq!(md5_crypt(b"a", "$1$"), Some(md5_crypt(b"a", "$1$$").unwrap_or_default()));
    }
}
