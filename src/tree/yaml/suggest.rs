//! Suggestions for misspelt words.

/// The word in `known` that `word` is a misspelling of: at most a third of its letters are wrong.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = word.chars().count().div_ceil(3).min(3);
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters to add, remove or change to turn `b` into `a` (Levenshtein), ignoring case, and `_` for `-`.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        text.chars().take(64).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    let (a, b) = (letters(a), letters(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for j in 0..b.len() {
            let change = diagonal + usize::from(*letter != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_another_word_does_not() {
        let known = ["team", "type", "tarball-base", "release-model"];
        assert_eq!(nearest("tarball_base", known), Some("tarball-base"));
        assert_eq!(nearest("tema", known), Some("team"));
        assert_eq!(nearest("relaese-modle", known), None);
        assert_eq!(nearest("release-modle", known), Some("release-model"));
        assert_eq!(nearest("bugs", known), None);
        assert_eq!(nearest("", known), None);
    }
}
