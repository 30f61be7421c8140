//! Small helps with words.

mod lower;

pub(crate) use lower::lowercase;

/// The candidate that `word` was probably meant to be: equal but for case, or a typing error away.
///
/// ```
/// use portolan_core::text::did_you_mean;
/// assert_eq!(did_you_mean("servceName", ["serviceName", "servicePort"]), Some("serviceName"));
/// assert_eq!(did_you_mean("colour", ["serviceName", "servicePort"]), None);
/// ```
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Names of fields and kinds are short; longer words are no typing errors of theirs.
    if word.is_empty() || word.len() > 100 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_ascii_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= word.len().max(candidate.len()).div_ceil(4))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn case_and_typing_errors_are_seen() {
        let fields = ["path", "pathType", "backend", "host"];
        assert_eq!(did_you_mean("pathtype", fields), Some("pathType"));
        assert_eq!(did_you_mean("apth", fields), Some("path"));
        assert_eq!(did_you_mean("hots", fields), Some("host"));
        assert_eq!(did_you_mean("backends", fields), Some("backend"));
    }

    #[test]
    fn other_words_are_left_alone() {
        assert_eq!(did_you_mean("tls", ["path", "host"]), None);
        assert_eq!(did_you_mean("", ["path"]), None);
        assert_eq!(did_you_mean(&"x".repeat(1000), ["path"]), None);
    }
}
