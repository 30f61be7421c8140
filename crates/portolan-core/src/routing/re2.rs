//! Go's regular expressions (RE2 syntax, `regexp/syntax` with the Perl flags), written as the crate
//! `regex` understands them.
//!
//! The two are close relatives. What differs: Go takes `{` for itself where it starts no repetition,
//! takes every escaped punctuation mark for itself, knows `\Q…\E`, `\C` and octal escapes, knows no
//! nested classes and no set operations, refuses `a**`, and knows the flags `i`, `m`, `s` and `U`
//! only. Classes and folding are ASCII's here: Unicode's tables would outweigh the whole page.

use std::iter::Peekable;
use std::str::Chars;

/// Go's bound on counted repetitions.
const MAX_REPEAT: u32 = 1000;

/// The names in `[[:alpha:]]`.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// The same expression in the words of `regex`.
pub(super) fn translate(source: &str) -> Result<String, String> {
    let mut translator = Translator {
        rest: source.chars().peekable(),
        out: String::with_capacity(source.len() + 8),
        repeated: false,
    };
    translator.run()?;
    Ok(translator.out)
}

struct Translator<'s> {
    rest: Peekable<Chars<'s>>,
    out: String,
    /// The last thing written was a repetition operator.
    repeated: bool,
}

impl Translator<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.rest.next() {
            let mut repetition = false;
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '*' | '+' | '?' => {
                    repetition = true;
                    self.repeat(&c.to_string())?;
                }
                '{' => match self.count()? {
                    Some(count) => {
                        repetition = true;
                        self.repeat(&count)?;
                    }
                    None => self.out.push_str("\\{"),
                },
                // One character is one character, not one byte; repeated, both are the same.
                '.' if !matches!(self.rest.peek(), Some('*' | '+')) => self.out.push_str("(?u:.)"),
                c => self.out.push(c),
            }
            self.repeated = repetition;
        }
        Ok(())
    }

    fn repeat(&mut self, operator: &str) -> Result<(), String> {
        if self.repeated {
            return Err(format!("invalid nested repetition operator before {operator:?}"));
        }
        self.out.push_str(operator);
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        Ok(())
    }

    /// What follows `{`, if it is a repetition; else it is left there.
    fn count(&mut self) -> Result<Option<String>, String> {
        let rest: String = self.rest.clone().take_while(|&c| c != '}').take(16).collect();
        let (least, most) = match rest.split_once(',') {
            Some((least, most)) => (least, Some(most)),
            None => (rest.as_str(), None),
        };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            (digits && (text.len() == 1 || !text.starts_with('0'))).then(|| text.parse().unwrap_or(u32::MAX))
        };
        let ends = self.rest.clone().nth(rest.chars().count()) == Some('}');
        let (Some(low), true) = (number(least), ends) else { return Ok(None) };
        let high = match most {
            None | Some("") => low,
            Some(most) => match number(most) {
                Some(high) => high,
                None => return Ok(None),
            },
        };
        if low > MAX_REPEAT || high > MAX_REPEAT || low > high {
            return Err(format!("invalid repeat count {{{rest}}}"));
        }
        for _ in 0..=rest.chars().count() {
            self.rest.next();
        }
        Ok(Some(format!("{{{rest}}}")))
    }

    /// What follows `(`: flags that Go does not know are refused here, the rest is left to `regex`.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.peek() != Some(&'?') {
            return Ok(());
        }
        let mut ahead = self.rest.clone();
        ahead.next();
        if matches!(ahead.peek(), Some('P' | '<')) {
            return Ok(());
        }
        match ahead.find(|c| !matches!(c, 'i' | 'm' | 's' | 'U' | '-')) {
            Some(':' | ')') => Ok(()),
            _ => Err("invalid or unsupported Perl syntax after \"(?\"".to_owned()),
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.rest.next() {
            None => Err("trailing backslash at the end of the expression".to_owned()),
            Some('Q') => {
                while let Some(c) = self.rest.next() {
                    if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                        break;
                    }
                    self.literal(c);
                }
                Ok(())
            }
            // Go's \s has no vertical tab.
            Some('s') => self.write("[\\t\\n\\f\\r ]"),
            Some('S') => self.write("[^\\t\\n\\f\\r ]"),
            Some('C') => self.write("(?s-u:.)"),
            // The group keeps `regex` from reading `\b{start}`.
            Some('b') => self.write("(?:\\b)"),
            Some(c @ ('B' | 'A' | 'z' | 'd' | 'D' | 'w' | 'W')) => {
                self.out.push('\\');
                self.out.push(c);
                Ok(())
            }
            Some(c) => {
                let c = self.escaped_character(c)?;
                self.literal(c);
                Ok(())
            }
        }
    }

    fn write(&mut self, text: &str) -> Result<(), String> {
        self.out.push_str(text);
        Ok(())
    }

    /// The character that `\` and `c` (and what follows) stand for.
    fn escaped_character(&mut self, c: char) -> Result<char, String> {
        let invalid = || format!("invalid escape sequence: `\\{c}`");
        Ok(match c {
            'a' => '\u{7}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '0'..='7' => {
                let mut value = c.to_digit(8).ok_or_else(invalid)?;
                let mut digits = 1;
                while let Some(digit) = self.rest.peek().and_then(|d| d.to_digit(8)).filter(|_| digits < 3) {
                    self.rest.next();
                    value = value * 8 + digit;
                    digits += 1;
                }
                // A single digit but 0 is a back-reference, which RE2 does not have.
                if c != '0' && digits == 1 {
                    return Err(invalid());
                }
                char::from_u32(value).ok_or_else(invalid)?
            }
            'x' => {
                let braced = self.rest.next_if_eq(&'{').is_some();
                let most = if braced { 8 } else { 2 };
                let mut digits = String::new();
                while let Some(d) = self.rest.next_if(|d| d.is_ascii_hexdigit() && digits.len() < most) {
                    digits.push(d);
                }
                let complete = if braced { self.rest.next_if_eq(&'}').is_some() } else { digits.len() == 2 };
                if !complete {
                    return Err(invalid());
                }
                u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or_else(invalid)?
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            _ => return Err(invalid()),
        })
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    /// What follows `[`.
    fn class(&mut self) -> Result<(), String> {
        let start = self.out.len();
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or("missing closing ]")?;
            if c == ']' && !first {
                break;
            }
            first = false;
            if c == '[' && self.rest.peek() == Some(&':') {
                let name: String = self.rest.clone().take_while(|&c| c != ']').collect();
                if name.len() > 1 && name.ends_with(':') {
                    if !POSIX.contains(&name.trim_matches(':').trim_start_matches('^')) {
                        return Err(format!("invalid character class range: `[{name}]`"));
                    }
                    for _ in 0..=name.chars().count() {
                        self.rest.next();
                    }
                    self.out.push_str(&format!("[{name}]"));
                    continue;
                }
            }
            let low = match c {
                '\\' => match self.rest.next().ok_or("missing closing ]")? {
                    c @ ('d' | 'D' | 'w' | 'W') => {
                        self.out.push('\\');
                        self.out.push(c);
                        continue;
                    }
                    's' => {
                        self.out.push_str("\\t\\n\\f\\r ");
                        continue;
                    }
                    'S' => {
                        self.out.push_str("\\S\\x0B");
                        continue;
                    }
                    c => self.escaped_character(c)?,
                },
                c => c,
            };
            self.literal(low);
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']') {
                self.rest.next();
                let high = match self.rest.next().ok_or("missing closing ]")? {
                    '\\' => {
                        let c = self.rest.next().ok_or("missing closing ]")?;
                        self.escaped_character(c)?
                    }
                    c => c,
                };
                self.out.push('-');
                self.literal(high);
            }
        }
        self.out.push(']');
        // Characters beyond ASCII can stand in a class only where it compares characters.
        if self.out.get(start..).is_some_and(|class| !class.is_ascii()) {
            self.out.insert_str(start, "(?u:");
            self.out.push(')');
        }
        Ok(())
    }
}
