//! Suggestions for misspelt words.

/// The word in `known` that `word` is a misspelling of: at most a third of its letters are wrong.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = length.div_ceil(3).min(3);
    known
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The word in `known` that `word` certainly is a misspelling of: one or two letters are wrong, and no other word is as near.
pub(super) fn certain<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let mut near: Vec<(usize, &str)> = known
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= 2)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= 2 && *distance * 2 < word.chars().count())
        .collect();
    near.sort_unstable();
    match near.as_slice() {
        [(_, meant)] => Some(meant),
        [(first, meant), (second, _), ..] if first < second => Some(meant),
        _ => None,
    }
}

/// How many letters to add, remove, change or swap with their neighbour to turn `b` into `a`, ignoring case, and `_` for `-`.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        text.chars().take(64).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    let (a, b) = (letters(a), letters(b));
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let change = rows[i][j] + usize::from(a[i] != b[j]);
            let is_swap = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            let swap = if is_swap { rows[i - 1][j - 1] + 1 } else { change };
            row.push(change.min(rows[i][j + 1] + 1).min(row[j] + 1).min(swap));
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::{certain, nearest};

    #[test]
    fn a_correction_is_certain_where_nothing_else_is_as_near() {
        let known = || ["team", "type", "hash", "note", "notes"].into_iter();
        assert_eq!(certain("hsah", known()), Some("hash"), "two letters are swapped");
        assert_eq!(certain("hah", known()), Some("hash"));
        assert_eq!(certain("has", ["hash", "have"].into_iter()), Some("hash"));
        assert_eq!(certain("hs", known()), None);
        assert_eq!(certain("Team", known()), Some("team"));
        assert_eq!(certain("hashh", known()), Some("hash"));
        assert_eq!(certain("notess", known()), Some("notes"));
        assert_eq!(certain("notec", ["notea", "noteb"].into_iter()), None);
        assert_eq!(certain("release-modle", ["release-model"].into_iter()), Some("release-model"));
    }

    #[test]
    fn a_slip_finds_its_word_and_another_word_does_not() {
        let known = ["team", "type", "tarball-base", "release-model"];
        assert_eq!(nearest("tarball_base", known), Some("tarball-base"));
        assert_eq!(nearest("tema", known), Some("team"));
        assert_eq!(nearest("relaese-modle", known), Some("release-model"));
        assert_eq!(nearest("release-modle", known), Some("release-model"));
        assert_eq!(nearest("bugs", known), None);
        assert_eq!(nearest("", known), None);
    }
}
