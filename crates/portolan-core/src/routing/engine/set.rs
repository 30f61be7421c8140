//! Sets of bytes and of characters.

/// Some of the 256 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set([u32; 8]);

impl Set {
    pub fn all_but(byte: Option<u8>) -> Self {
        let mut set = Set::default();
        set.extend(byte);
        set.negate();
        set
    }

    pub fn has(&self, byte: u8) -> bool {
        let word = self.0.get(usize::from(byte >> 5)).copied().unwrap_or_default();
        word >> (byte & 31) & 1 == 1
    }

    pub fn add(&mut self, low: u8, high: u8) {
        self.extend(low..=high);
    }

    fn extend(&mut self, bytes: impl IntoIterator<Item = u8>) {
        for byte in bytes {
            if let Some(word) = self.0.get_mut(usize::from(byte >> 5)) {
                *word |= 1 << (byte & 31);
            }
        }
    }

    pub fn merge(&mut self, other: &Set) {
        self.extend((0..=255).filter(|&b| other.has(b)));
    }

    pub fn negate(&mut self) {
        for word in &mut self.0 {
            *word = !*word;
        }
    }

    /// Both cases of every letter that is in it.
    pub fn fold(&mut self) {
        for letter in b'a'..=b'z' {
            let upper = letter.to_ascii_uppercase();
            if self.has(letter) || self.has(upper) {
                self.extend([letter, upper]);
            }
        }
    }

    /// `\d` and its like, in ASCII; a capital is the contrary.
    pub fn perl(letter: char) -> Self {
        let mut set = Set::default();
        set.extend((0..=127).filter(|b: &u8| match letter.to_ascii_lowercase() {
            'd' => b.is_ascii_digit(),
            'w' => b.is_ascii_alphanumeric() || *b == b'_',
            _ => matches!(b, 9..=13 | 32),
        }));
        if letter.is_ascii_uppercase() {
            set.negate();
        }
        set
    }

    /// `alpha` of `[[:alpha:]]`; `^alpha` is the contrary.
    pub fn posix(name: &str) -> Option<Self> {
        let positive = name.strip_prefix('^').unwrap_or(name);
        let has: fn(&u8) -> bool = match positive {
            "alnum" => u8::is_ascii_alphanumeric,
            "alpha" => u8::is_ascii_alphabetic,
            "ascii" => u8::is_ascii,
            "blank" => |b| matches!(b, b' ' | b'\t'),
            "cntrl" => u8::is_ascii_control,
            "digit" => u8::is_ascii_digit,
            "graph" => u8::is_ascii_graphic,
            "lower" => u8::is_ascii_lowercase,
            "print" => |b| matches!(b, 32..=126),
            "punct" => u8::is_ascii_punctuation,
            "space" => |b| matches!(b, 9..=13 | 32),
            "upper" => u8::is_ascii_uppercase,
            "word" => |b| b.is_ascii_alphanumeric() || *b == b'_',
            "xdigit" => u8::is_ascii_hexdigit,
            _ => return None,
        };
        let mut set = Set::default();
        set.extend((0..=255).filter(has));
        if positive.len() < name.len() {
            set.negate();
        }
        Some(set)
    }
}

/// Some of all characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chars {
    ranges: Vec<(char, char)>,
    pub negated: bool,
}

impl Chars {
    pub fn all_but(byte: Option<u8>) -> Self {
        Chars { ranges: byte.map(|b| (char::from(b), char::from(b))).into_iter().collect(), negated: true }
    }

    pub fn add(&mut self, low: char, high: char) {
        self.ranges.push((low, high));
    }

    /// Takes a set of ASCII characters; one that holds more was a negated one.
    pub fn add_ascii(&mut self, set: &Set) {
        for byte in (0..128).filter(|&b| set.has(b)) {
            self.add(char::from(byte), char::from(byte));
        }
        if set.has(255) {
            self.add('\u{80}', char::MAX);
        }
    }

    pub fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|&(low, high)| low <= c && c <= high) != self.negated
    }
}
