//! What makes a note the same note when its file is renamed.

/// Length of the random part of a file's name.
const LENGTH: usize = 16;

/// The identity of the note in the file of that name: the random text that reno puts at the end of the name (years ago at its
/// beginning). In a name without one, the whole name: two notes that someone named by hand are two, whatever their names
/// begin with.
pub(super) fn uid(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    let ends = |part: Option<&'_ str>| part.is_some_and(is_random);
    let end = stem.len().checked_sub(LENGTH).and_then(|at| stem.get(at..));
    let start = stem.get(..LENGTH);
    match (end, start) {
        (Some(end), _) if ends(Some(end)) => end,
        (_, Some(start)) if ends(Some(start)) => start,
        _ => stem,
    }
}

/// Whether it is what a random number generator writes: hexadecimal digits.
fn is_random(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::uid;

    #[test]
    fn the_random_part_is_at_the_end_or_at_the_beginning() {
        assert_eq!(uid("releasenotes/notes/turn-it-1234567890abcdef.yaml"), "1234567890abcdef");
        assert_eq!(uid("1234567890abcdef-turn-it.yaml"), "1234567890abcdef");
        assert_eq!(uid("1234567890abcdef.yaml"), "1234567890abcdef");
    }

    #[test]
    fn a_name_made_by_hand_is_an_identity_as_a_whole() {
        assert_eq!(uid("add-support-for-one.yaml"), "add-support-for-one");
        assert_eq!(uid("add-support-for-two.yaml"), "add-support-for-two");
        assert_eq!(uid("short.yaml"), "short");
        assert_eq!(uid("größer-ä.yaml"), "größer-ä");
        assert_eq!(uid(""), "");
    }
}
