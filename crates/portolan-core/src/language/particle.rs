//! Which form a Korean particle takes after a text. It depends on the last sound: a syllable that is
//! closed by a consonant takes one form (`값이`), an open one the other (`포트가`).
//!
//! A Hangul syllable says in its code point whether a consonant closes it (The Unicode Standard, 3.12:
//! the index of the trailing consonant is `(s - 0xAC00) mod 28`). Digits are read as Sino-Korean
//! numbers. Latin words are read as they are written in Hangul in Korean technical texts (노드, 백엔드,
//! 트래픽); which sounds close a syllable there follows 외래어 표기법, the rules for loan words: l, m, n
//! and ng always, k, p and t after a short vowel.

/// Whether the consonant form comes after this text. `open` is the particle's other form: before `로`
/// a final ㄹ counts as open.
pub fn closed(before: &str, open: &str) -> bool {
    match last_sound(before) {
        Sound::Open => false,
        Sound::Rieul => !open.starts_with('로'),
        Sound::Closed => true,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    Open,
    /// Closed by ㄹ.
    Rieul,
    Closed,
}

fn last_sound(text: &str) -> Sound {
    // Quotes and brackets are not read aloud.
    let text = text.trim_end_matches(['`', '\'', '"', '’', '”', ')', ']', '}', '>', ' ', '…', '.', ',', ':']);
    let Some(last) = text.chars().next_back() else { return Sound::Open };
    match last {
        '가'..='힣' => match (u32::from(last) - 0xAC00) % 28 {
            0 => Sound::Open,
            8 => Sound::Rieul,
            _ => Sound::Closed,
        },
        // 일, 칠, 팔; 영 or 십, 백, 천, 만; 삼, 육.
        '1' | '7' | '8' => Sound::Rieul,
        '0' | '3' | '6' => Sound::Closed,
        'A'..='Z' | 'a'..='z' => latin(text),
        _ => Sound::Open,
    }
}

/// The last sound of the Latin word that a text ends in.
fn latin(text: &str) -> Sound {
    let word = text.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if word.bytes().all(|b| b.is_ascii_uppercase()) {
        // Read letter by letter: 엘 and 아르, 엠 and 엔, all others end open.
        return match word.bytes().last() {
            Some(b'L') => Sound::Rieul,
            Some(b'M' | b'N') => Sound::Closed,
            _ => Sound::Open,
        };
    }
    let word = word.to_ascii_lowercase();
    let vowel = |b: Option<u8>| matches!(b, Some(b'a' | b'e' | b'i' | b'o' | b'u'));
    let mut sounds = word.bytes().rev();
    let mut last = sounds.next();
    // A silent e: file, name, zone.
    if last == Some(b'e') && matches!(word.bytes().rev().nth(1), Some(b'l' | b'm' | b'n')) {
        last = sounds.next();
    }
    let (before, further) = (sounds.next(), sounds.next());
    match last {
        Some(b'l') => Sound::Rieul,
        Some(b'm' | b'n') => Sound::Closed,
        Some(b'g') if before == Some(b'n') => Sound::Closed,
        // After one short vowel: 맵, 시크릿, 웹, 트래픽; but 게이트, 루트.
        Some(b'b' | b'c' | b'k' | b'p' | b't')
            if vowel(before) && (!vowel(further) || last == Some(b'k')) =>
        {
            Sound::Closed
        }
        Some(b'k') if before == Some(b'c') => Sound::Closed,
        _ => Sound::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_sound_decides() {
        let closed_ones = "값 포트입니다만 이름 10 3 16 100 name nginx-main Kong map Secret Traefik web \
            ConfigMap HTTPS-ADMIN back zone `이름` (값) admin";
        for text in closed_ones.split_whitespace().filter(|t| *t != "포트입니다만") {
            assert!(closed(text, "가"), "{text}");
            assert!(closed(text, "로"), "{text}");
        }
        for text in "포트 서비스 2 4 5 9 Service node host HTTP TLS API / * 포트` nginx default:9 s3:9"
            .split_whitespace()
        {
            assert!(!closed(text, "가"), "{text}");
            assert!(!closed(text, "로"), "{text}");
        }
    }

    #[test]
    fn before_ro_a_final_rieul_counts_as_open() {
        for text in "말 레이블 1 7 8 URL label file 80이라는길 “모델”".split_whitespace() {
            assert!(closed(text, "이"), "{text}");
            assert!(!closed(text, "로"), "{text}");
        }
    }

    #[test]
    fn nothing_is_too_strange() {
        for text in ["", "`", "e", "E", "🙂", "le", "e e", "\u{0}"] {
            closed(text, "가");
        }
    }
}
