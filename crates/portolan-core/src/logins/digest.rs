//! The digests that password files are made of: SHA-1 (FIPS 180-4), MD5 (RFC 1321) and the crypt
//! scheme on top of the latter (`$1$` and Apache's `$apr1$`). None of them is fit to keep a secret
//! today; here they only repeat what a proxy computes.

/// A message padded to blocks of 64 bytes, its length in bits at the end.
fn padded(message: &[u8], length: impl Fn(u64) -> [u8; 8]) -> Vec<u8> {
    let mut out = message.to_vec();
    out.push(0x80);
    while out.len() % 64 != 56 {
        out.push(0);
    }
    out.extend_from_slice(&length(message.len() as u64 * 8));
    out
}

pub(super) fn sha1(message: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message, u64::to_be_bytes).as_chunks::<64>().0 {
        let mut w = [0u32; 80];
        for (word, bytes) in w.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        for i in 16..80 {
            w[i] = (w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (i, word) in w.iter().enumerate() {
            let (f, k) = match i {
                0..20 => (b & c | !b & d, 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6u32),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (sum, add) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(add);
        }
    }
    let mut out = [0; 20];
    for (bytes, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    out
}

/// The table of RFC 1321: the sines of 1 to 64, their first 32 bits behind the point.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

fn md5(message: &[u8]) -> [u8; 16] {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(message, u64::to_le_bytes).as_chunks::<64>().0 {
        let mut words = [0u32; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64 {
            let (f, at) = match i / 16 {
                0 => (b & c | !b & d, i),
                1 => (d & b | !d & c, 5 * i + 1),
                2 => (b ^ c ^ d, 3 * i + 5),
                _ => (c ^ (b | !d), 7 * i),
            };
            let sum = a.wrapping_add(f).wrapping_add(SINES[i]).wrapping_add(words[at % 16]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(TURNS[i / 16][i % 4])));
        }
        for (sum, add) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(add);
        }
    }
    let mut out = [0; 16];
    for (bytes, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_le_bytes();
    }
    out
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

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_the_standards() {
        assert_eq!(hex(&sha1(b"")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(hex(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(&sha1(&[b'a'; 64])), "0098ba824b5c16427bd7a1122a5a442a25ec644d");
        assert_eq!(hex(&md5(b"")), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex(&md5(b"message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
    }

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
