//! Numbers with a fraction: the text of a double, read exactly, and the shortest text of a float.
//!
//! The standard library does both faster, by tables that would be a thirtieth of the page; manifests
//! hold hardly any such number.

/// The double nearest to `[-+]?[0-9]*.?[0-9]*([eE][-+]?[0-9]+)?`; ties go to the even one.
pub(super) fn parse(text: &str) -> f64 {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let negative = number.starts_with('-');
    let number = number.trim_start_matches(['-', '+']);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (downwards, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => (true, exponent),
        None => (false, exponent.trim_start_matches('+')),
    };
    // Past all doubles, with whatever digits before it.
    let exponent = exponent.parse().unwrap_or(i64::from(i32::MAX));
    let exponent = if downwards { -exponent } else { exponent };
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).skip_while(|&d| d == b'0').collect();
    let mut exponent = exponent - fraction.len() as i64;
    // No tie is decided by a digit further behind, only by whether there is one.
    if digits.len() > MOST_DIGITS {
        exponent += (digits.len() - MOST_DIGITS - 1) as i64;
        let more = digits.iter().skip(MOST_DIGITS).any(|&d| d != b'0');
        digits.truncate(MOST_DIGITS);
        digits.push(if more { b'1' } else { b'0' });
    }
    let size = digits.len() as i64 + exponent;
    let short = digits.iter().fold(0_u64, |sum, d| sum.wrapping_mul(10).wrapping_add(u64::from(d - b'0')));
    let value = match digits.is_empty() || size < -330 {
        true => 0.0,
        false if size > 310 => f64::INFINITY,
        // Both numbers are doubles, and so one rounding is all there is.
        false if digits.len() <= 15 && (-22..=0).contains(&exponent) => {
            short as f64 / (exponent..0).fold(1.0, |power, _| power * 10.0)
        }
        false => nearest(&digits, exponent as i32),
    };
    if negative { -value } else { value }
}

const MOST_DIGITS: usize = 800;

/// A large whole number, the low part first.
struct Big(Vec<u32>);

impl Big {
    fn times_plus(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for part in &mut self.0 {
            carry += u64::from(*part) * u64::from(factor);
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Divides, and gives the rest.
    fn divide(&mut self, by: u32) -> u32 {
        let mut rest = 0_u64;
        for part in self.0.iter_mut().rev() {
            rest = rest << 32 | u64::from(*part);
            *part = (rest / u64::from(by)) as u32;
            rest %= u64::from(by);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        rest as u32
    }

    fn bits(&self) -> i32 {
        self.0.last().map_or(0, |top| self.0.len() as i32 * 32 - top.leading_zeros() as i32)
    }

    fn bit(&self, at: i32) -> bool {
        at >= 0 && self.0.get(at as usize / 32).is_some_and(|part| part >> (at % 32) & 1 == 1)
    }
}

/// The double nearest to these digits times a power of ten.
fn nearest(digits: &[u8], exponent: i32) -> f64 {
    // Nine digits at a time.
    let powers = |exponent: u32| (0..exponent.div_ceil(9)).map(move |n| 10_u32.pow(9.min(exponent - n * 9)));
    let mut big = Big(Vec::new());
    for nine in digits.chunks(9) {
        let value = nine.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        big.times_plus(10_u32.pow(nine.len() as u32), value);
    }
    for power in powers(exponent.max(0).unsigned_abs()) {
        big.times_plus(power, 0);
    }
    // Room for a quotient of more bits than a double has.
    let room = if exponent < 0 { 4 + exponent.unsigned_abs() as usize / 9 } else { 0 };
    big.0.splice(0..0, std::iter::repeat_n(0, room));
    let mut inexact = false;
    for power in powers(exponent.min(0).unsigned_abs()) {
        inexact |= big.divide(power) != 0;
    }
    let bits = big.bits();
    // The value lies between two to the power of this and of the next.
    let power = bits - 1 - room as i32 * 32;
    let kept = if power < -1022 { 53 - (-1022 - power) } else { 53 };
    let cut = bits - kept;
    let mut mantissa = (cut..bits).rev().fold(0_u64, |sum, at| sum << 1 | u64::from(big.bit(at)));
    let above_half = inexact || (0..cut - 1).any(|at| big.bit(at));
    if kept >= 0 && big.bit(cut - 1) && (above_half || mantissa & 1 == 1) {
        mantissa += 1;
    }
    // A carry out of the mantissa makes the exponent one more, as it should.
    match power < -1022 {
        true => f64::from_bits(mantissa),
        false if power > 1023 => f64::INFINITY,
        false => f64::from_bits((((power + 1023) as u64) << 52) + mantissa - (1 << 52)),
    }
}

/// The fewest digits that read back as this float, and the power of ten of the first of them. For
/// finite ones above zero.
pub(super) fn shortest(value: f32) -> (String, i32) {
    let value64 = f64::from(value);
    // To one digit before the point; what this loses is far behind the digits of a float.
    let (mut first, mut power) = (value64, 0);
    while first >= 10.0 {
        first /= 10.0;
        power += 1;
    }
    while first < 1.0 {
        first *= 10.0;
        power -= 1;
    }
    let mut scale = 1.0;
    for count in 0..9 {
        let whole = (first * scale + 0.5) as u64;
        let back = parse(&format!("{whole}e{}", power - count)) as f32;
        if back == value || count == 8 {
            let digits = whole.to_string();
            // 9.97 to two digits has one more before the point.
            let power = power + digits.len() as i32 - 1 - count;
            let trimmed = digits.trim_end_matches('0');
            return (trimmed.to_owned(), power);
        }
        scale *= 10.0;
    }
    (String::new(), 0)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::{parse, shortest};
    use proptest::prelude::*;

    fn same(text: &str) {
        let expected: f64 = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(parse(text).to_bits(), expected.to_bits(), "{text}");
    }

    #[test]
    fn doubles_at_the_edges() {
        for text in [
            "0",
            "-0.0",
            "1",
            "0.1",
            ".5",
            "5.",
            "1e22",
            "1e23",
            "9007199254740993",
            "9007199254740993.0001",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "1e309",
            "1e999999999999999999999",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1e-400",
            "1e-999999999999999999999",
            "0e999999999999999999999",
            "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
        ] {
            same(text);
        }
        same(&format!("1.{}1e-310", "0".repeat(2000)));
        same(&format!("9007199254740993.{}1", "0".repeat(2000)));
        same(&format!("{}e-1990", "7".repeat(2000)));
    }

    proptest! {
        #[test]
        fn every_double_is_read(bits: u64, text in "[-+]?[0-9]{1,30}(\\.[0-9]{0,30})?(e[-+]?[0-9]{1,3})?") {
            let double = f64::from_bits(bits);
            if double.is_finite() {
                same(&format!("{double:e}"));
            }
            same(&text);
        }

        #[test]
        fn every_float_is_written(bits in 1_u32..0x7F80_0000) {
            let float = f32::from_bits(bits);
            let (digits, power) = shortest(float);
            let text = format!("{float:e}");
            let (expected, exponent) = text.split_once('e').unwrap_or_default();
            prop_assert_eq!((digits, power.to_string()), (expected.replace('.', ""), exponent.to_owned()));
        }
    }
}
