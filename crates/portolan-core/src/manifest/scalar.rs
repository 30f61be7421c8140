//! What a plain scalar means to Kubernetes.
//!
//! kubectl and the API server read YAML through `sigs.k8s.io/yaml`, whose reader is a fork of
//! go-yaml v2: YAML 1.1 words, Go's integer prefixes, leading zero means octal, `_` between digits.
//! The rules here follow `goyaml.v2/resolve.go`, function `resolve`, of kubernetes-sigs/yaml; the
//! result is then turned into JSON, which `into_value` follows.

use super::Value;

/// A plain scalar, resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// Past `i64`: the nearest double. Kubernetes accepts it as a value, but not as a key.
    BigInt(f64),
    Float(f64),
    /// None of the above: the text itself.
    Str,
}

impl Scalar {
    /// The value it becomes in JSON; `text` is the scalar's own text.
    pub(super) fn into_value(self, text: &str) -> Value {
        match self {
            Scalar::Null => Value::Null,
            Scalar::Bool(b) => Value::Bool(b),
            Scalar::Int(i) => Value::Int(i),
            Scalar::BigInt(f) => Value::Float(f),
            Scalar::Float(f) => number(f),
            Scalar::Str => Value::String(text.to_owned()),
        }
    }

    /// The text it becomes as a key (`convertToJSONableObject` of kubernetes-sigs/yaml), or nothing
    /// where Kubernetes refuses it.
    pub(super) fn into_key(self, text: &str) -> Option<String> {
        match self {
            Scalar::Null | Scalar::BigInt(_) => None,
            Scalar::Bool(b) => Some(b.to_string()),
            Scalar::Int(i) => Some(i.to_string()),
            Scalar::Float(f) => Some(float_key(f)),
            Scalar::Str => Some(text.to_owned()),
        }
    }
}

/// A JSON number. Go writes `80.0` and `8e1` as `80`, so they are integers to the API server.
pub(super) fn number(f: f64) -> Value {
    // Exactly the doubles that convert to i64 without loss.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if f.fract() == 0.0 && (-LIMIT..LIMIT).contains(&f) { Value::Int(f as i64) } else { Value::Float(f) }
}

/// Resolves a plain scalar.
pub(super) fn resolve(text: &str) -> Scalar {
    let Some(&first) = text.as_bytes().first() else {
        return Scalar::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match word(text) {
            Scalar::Str => float(text).map_or(Scalar::Str, Scalar::Float),
            found => found,
        },
        b'+' | b'-' => match word(text) {
            Scalar::Str => numeric(text),
            found => found,
        },
        b'0'..=b'9' => numeric(text),
        _ => Scalar::Str,
    }
}

/// The words of YAML 1.1, in exactly the casings that go-yaml knows.
fn word(text: &str) -> Scalar {
    if text.len() > 5 {
        return Scalar::Str;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => Scalar::Str,
    }
}

/// A scalar that starts with a digit or a sign. Timestamps stay text, and none of them looks like
/// a number.
fn numeric(text: &str) -> Scalar {
    let without;
    let plain = if text.contains('_') {
        without = text.replace('_', "");
        without.as_str()
    } else {
        text
    };
    let (sign, magnitude) = match plain.as_bytes().first() {
        Some(b'-') => (Some(b'-'), &plain[1..]),
        Some(b'+') => (Some(b'+'), &plain[1..]),
        _ => (None, plain),
    };
    let (radix, digits) = radix(magnitude);
    let integer = !digits.is_empty() && digits.bytes().all(|b| (b as char).is_digit(radix));
    if integer {
        let value = u64::from_str_radix(digits, radix).ok();
        match (sign, value) {
            (Some(b'-'), Some(v)) if v <= 1 << 63 => return Scalar::Int((v as i64).wrapping_neg()),
            (_, Some(v)) if sign != Some(b'-') && i64::try_from(v).is_ok() => return Scalar::Int(v as i64),
            (None, Some(v)) => return Scalar::BigInt(v as f64),
            _ => {}
        }
    }
    if let Some(f) = float(plain) {
        return Scalar::Float(f);
    }
    if integer && sign.is_none() {
        return Scalar::BigInt(big(digits, radix));
    }
    Scalar::Str
}

/// The base that Go's `ParseInt(s, 0, 64)` would use, and the digits behind the prefix.
fn radix(magnitude: &str) -> (u32, &str) {
    let bytes = magnitude.as_bytes();
    match bytes {
        [b'0', b'x' | b'X', _, ..] => (16, &magnitude[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &magnitude[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &magnitude[2..]),
        [b'0', _, ..] => (8, &magnitude[1..]),
        _ => (10, magnitude),
    }
}

fn big(digits: &str, radix: u32) -> f64 {
    digits.chars().filter_map(|c| c.to_digit(radix)).fold(0.0, |sum, d| sum * f64::from(radix) + f64::from(d))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, in the range of a double.
fn float(text: &str) -> Option<f64> {
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(rest);
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let n = digits(fraction);
        if whole == 0 && n == 0 {
            return None;
        }
        rest = &fraction[n..];
    } else if whole == 0 {
        return None;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let n = digits(exponent);
        if n == 0 {
            return None;
        }
        rest = &exponent[n..];
    }
    if !rest.is_empty() {
        return None;
    }
    Some(super::float::parse(text)).filter(|f| f.is_finite())
}

/// Go's `strconv.FormatFloat(f, 'g', -1, 32)`, with YAML's words for what is no number.
fn float_key(f: f64) -> String {
    let f = f as f32;
    if f.is_nan() {
        return ".nan".to_owned();
    }
    if f.is_infinite() {
        return if f > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let minus = if f.is_sign_negative() { "-" } else { "" };
    if f == 0.0 {
        return format!("{minus}0");
    }
    // The shortest digits that read back, as Go's -1 asks for.
    let (digits, exponent) = super::float::shortest(f.abs());
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        let (first, more) = digits.split_at(1);
        let point = if more.is_empty() { "" } else { "." };
        return format!("{minus}{first}{point}{more}e{sign}{:02}", exponent.abs());
    }
    match usize::try_from(exponent + 1) {
        Ok(whole) if whole >= digits.len() => format!("{minus}{digits}{}", "0".repeat(whole - digits.len())),
        Ok(whole) if whole > 0 => {
            let (whole, fraction) = digits.split_at(whole);
            format!("{minus}{whole}.{fraction}")
        }
        _ => format!("{minus}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1)),
    }
}
