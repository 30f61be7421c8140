//! File names: unlike each other, and fit to be shown.

use super::File;

/// The name of the first empty file.
pub const FIRST: &str = "manifests.yaml";

/// Longer names are cut: a tab is no place for more.
const LONGEST: usize = 80;

/// `wanted`, made fit and unlike the names of `files` other than the one with `key`.
pub fn unique(files: &[File], wanted: &str, key: Option<u32>) -> String {
    let wanted: String = wanted.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let wanted = match wanted.trim() {
        "" => FIRST,
        name => name,
    };
    let taken = |name: &str| files.iter().any(|f| Some(f.key) != key && &*f.name == name);
    if !taken(wanted) {
        return wanted.to_owned();
    }
    let (stem, extension) = match wanted.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (wanted, String::new()),
    };
    (2u32..)
        .map(|n| format!("{stem}-{n}{extension}"))
        .find(|name| !taken(name))
        .unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(key: u32, name: &str) -> File {
        File { key, name: name.into(), text: "".into() }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let files = [file(1, "a.yaml"), file(2, "a-2.yaml")];
        assert_eq!(unique(&files, "a.yaml", None), "a-3.yaml");
        assert_eq!(unique(&files, "a.yaml", Some(1)), "a.yaml");
        assert_eq!(unique(&files, ".yaml", None), ".yaml");
    }

    #[test]
    fn an_unfit_name_is_made_fit() {
        assert_eq!(unique(&[], " \n ", None), FIRST);
        assert_eq!(unique(&[], &"x".repeat(500), None).len(), LONGEST);
    }
}
