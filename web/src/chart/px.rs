//! Lengths as SVG wants them.

use std::fmt;

/// A length, written with one digit behind the point or as many as are asked for. The standard
/// library writes numbers with a fraction in any length, exactly, and weighs more than the drawing.
#[derive(Debug, Clone, Copy)]
pub struct Px(pub f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_i64.pow(f.precision().unwrap_or(1).min(6) as u32);
        let scaled = (self.0 * scale as f64 + 0.5).floor() as i64;
        let (whole, rest) = (scaled / scale, (scaled % scale).abs());
        // A whole part of zero has lost the sign.
        f.write_str(if scaled < 0 && whole == 0 { "-" } else { "" })?;
        write!(f, "{whole}")?;
        match f.precision() {
            Some(0) => Ok(()),
            digits => write!(f, ".{rest:0width$}", width = digits.unwrap_or(1).min(6)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Px;

    #[test]
    fn lengths_are_rounded() {
        let all = [0.0, 1.25, -0.04, -0.06, -0.5, -12.34, 99.96, 1e9].map(|x| Px(x).to_string());
        assert_eq!(all, ["0.0", "1.3", "0.0", "-0.1", "-0.5", "-12.3", "100.0", "1000000000.0"]);
        assert_eq!(format!("{:.0} {:.0} {:.2}", Px(0.5), Px(-3.7), Px(2.005)), "1 -4 2.01");
    }
}
