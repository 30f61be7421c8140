//! Lengths as SVG wants them.

use std::fmt;

/// A length, written with one digit behind the point, or as many as are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Px(pub f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.*}", f.precision().unwrap_or(1), self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Px;

    #[test]
    fn lengths_are_rounded() {
        assert_eq!([0.0, 1.26, -12.34, 99.96].map(|x| Px(x).to_string()), ["0.0", "1.3", "-12.3", "100.0"]);
        assert_eq!(format!("{:.0} {:.2}", Px(-3.7), Px(2.006)), "-4 2.01");
    }
}
