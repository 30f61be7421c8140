//! Which functions belong to the rest: a list of paths, kept by hand.

use crate::module::Result;

/// Paths in Rust's words, and whether what they name comes later.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<(String, bool)>,
}

impl Rules {
    /// Reads a list: a path on each line, `#` before a comment, and `+` before a path that is in the
    /// first part although a shorter one above says otherwise. The last line that fits decides.
    ///
    /// # Errors
    /// Where a line holds no path.
    pub fn read(text: &str) -> Result<Self> {
        let mut rules = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let line = if line.starts_with('#') { "" } else { line };
            let (path, later) = match line.strip_prefix('+') {
                Some(path) => (path.trim(), false),
                None => (line, true),
            };
            match path {
                "" if later => {}
                "" => return Err(format!("line {}: a path is missing after +", number + 1)),
                _ => rules.push((path.to_owned(), later)),
            }
        }
        Ok(Rules { rules })
    }

    /// Whether a function of that name is in the rest. The name of a generic function tells for which
    /// types it was made: one that was made for a type of the rest belongs to the rest too.
    pub fn is_later(&self, name: &str) -> bool {
        self.rules.iter().rev().find(|(path, _)| Self::fits(path, name)).is_some_and(|(_, later)| *later)
    }

    /// Whether a path is in a name, from where a name begins to where one ends.
    pub fn fits(path: &str, name: &str) -> bool {
        name.match_indices(path).any(|(at, _)| {
            let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let before = name[..at].chars().next_back();
            ends(before) && before != Some(':') && ends(name[at + path.len()..].chars().next())
        })
    }
}

/// A mangled name in Rust's words, without the hashes that tell crates apart.
pub fn plain(mangled: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(mangled))
}

#[cfg(test)]
mod tests {
    use super::{Rules, plain};

    #[test]
    fn the_last_rule_that_fits_decides() {
        let rules = Rules::read("# rules\nkit::lint  # all of it\n+ kit::lint::fast\n").expect("rules");
        assert!(rules.is_later("kit::lint::check"));
        assert!(rules.is_later("<kit::lint::Rule as core::fmt::Debug>::fmt"));
        assert!(rules.is_later("<alloc::vec::Vec<kit::lint::Rule>>::push"));
        assert!(!rules.is_later("kit::lint::fast::check"));
        assert!(!rules.is_later("kit::linting::check"), "a path ends where a name ends");
        assert!(!rules.is_later("my::kit::lint::check"), "and begins where one begins");
        assert!(!rules.is_later("kit::check"));
    }

    #[test]
    fn a_rule_without_a_path_is_refused() {
        assert_eq!(Rules::read("kit\n+\n").expect_err("no path"), "line 2: a path is missing after +");
    }

    #[test]
    fn names_lose_their_hashes() {
        assert_eq!(plain("_RNvCskwGfYPst2Cb_3foo16example_function"), "foo::example_function");
    }
}
