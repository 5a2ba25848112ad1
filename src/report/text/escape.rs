//! Makes text of others harmless on a terminal.

use std::borrow::Cow;

/// Whether `c` must not reach a terminal as it is: it would steer the terminal, turn the direction of
/// the text around, or stand there unseen. The tab and the line end are not among them.
pub(super) fn is_hostile(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' => true,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => c.is_control(),
    }
}

/// Writes hostile characters as `\u{…}` and tabs as four blanks; keeps line ends.
pub(in crate::report) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\t' || is_hostile(c)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    text.replace("\r\n", "\n").chars().for_each(|c| push(&mut safe, c));
    Cow::Owned(safe)
}

/// The same in one line: line ends become blanks.
pub(in crate::report) fn escaped_line(text: &str) -> String {
    escaped(text.trim()).replace('\n', " ")
}

/// Appends `c` as [`escaped`] would.
pub(super) fn push(safe: &mut String, c: char) {
    match c {
        '\t' => safe.push_str("    "),
        c if is_hostile(c) => safe.extend(c.escape_unicode()),
        c => safe.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_steering_becomes_visible() {
        assert_eq!(
            escaped("a\u{1b}[31mb\u{9b}c\u{7f}\0\r"),
            r"a\u{1b}[31mb\u{9b}c\u{7f}\u{0}\u{d}"
        );
    }

    #[test]
    fn bidi_and_unseen_characters_become_visible() {
        assert_eq!(
            escaped("1.0\u{202e}0.1\u{200b}\u{feff}\u{2066}"),
            r"1.0\u{202e}0.1\u{200b}\u{feff}\u{2066}"
        );
    }

    #[test]
    fn ordinary_text_stays() {
        assert_eq!(escaped("Grüße, 世界 🎉\nzwei"), "Grüße, 世界 🎉\nzwei");
        assert_eq!(escaped("a\r\nb\tc"), "a\nb    c");
        assert_eq!(escaped_line(" a\r\nb\n"), "a b");
    }
}
