//! What is refused before parsing.
//!
//! Parsers disagree about these characters or count lines differently around them, or people see something other than what
//! programs read. No deliverable file needs them.

use super::MAX_BYTES;
use crate::tree::place::{Place, Problem, ProblemKind};

/// Some editors put it at the start of a text. Elsewhere U+FEFF is refused.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file without its byte order mark, and the length of the mark in characters (0 or 1).
pub(super) fn preflight(bytes: &[u8]) -> Result<(&str, usize), Problem> {
    if bytes.len() > MAX_BYTES {
        let message =
            format!("the file has {} bytes, more than the limit of {MAX_BYTES}", bytes.len());
        return Err(problem(Place::TOP, message, None));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let read = std::str::from_utf8(&bytes[..error.valid_up_to()])
            .expect("the bytes up to there are valid");
        let (line, column) = read.chars().fold((1, 1), advance);
        let help = Some("save the file as UTF-8".to_owned());
        problem(character(line, column), "the file is not UTF-8".to_owned(), help)
    })?;
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let skipped = u32::from(body.len() < text.len());
    refuse_characters(body, 1 + skipped)?;
    refuse_conflict(body)?;
    refuse_directive(body)?;
    Ok((body, usize::from(skipped > 0)))
}

fn refuse_characters(text: &str, first_column: u32) -> Result<(), Problem> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Ok(());
    }
    let (mut line, mut column) = (1, first_column);
    let (mut comment, mut before) = (false, '\n');
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        comment = c != '\n' && (comment || c == '#' && before.is_ascii_whitespace());
        if let Some((message, help)) = objection(c, characters.peek().copied(), comment) {
            return Err(problem(character(line, column), message, help.map(str::to_owned)));
        }
        (line, column) = advance((line, column), c);
        before = c;
    }
    Ok(())
}

/// Why a character is refused, and what to do about it.
fn objection(c: char, next: Option<char>, comment: bool) -> Option<(String, Option<&'static str>)> {
    let found = |what: &str, help| Some((named(what, c), help));
    match c {
        '\n' | ' '..='~' => None,
        '\t' if comment => None,
        '\t' => {
            found("a tab", Some("indent with blanks: programs disagree about how wide a tab is"))
        }
        '\r' if next == Some('\n') => None,
        '\r' => found("a carriage return without line feed", Some("end lines with a line feed")),
        '\u{85}' | '\u{2028}' | '\u{2029}' => {
            found("a Unicode line separator", Some("end lines with a line feed"))
        }
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            found(
                "a character that changes the direction of text",
                Some("remove it: it makes text look like something else"),
            )
        }
        BYTE_ORDER_MARK => found("a byte order mark inside the text", Some("remove it")),
        c if c.is_control() => found("a control character", Some("remove it")),
        _ => None,
    }
}

fn named(what: &str, c: char) -> String {
    format!("{what} (U+{:04X})", u32::from(c))
}

/// Refuses a text between double quotes at `place` in which an escape makes what may not stand in a file as it is: it would reach
/// pages and mails all the same.
pub(super) fn refuse_escapes(text: &str, place: Place) -> Result<(), Problem> {
    // The end of a line as some systems write it is fine in a file, but not in a text.
    let objection = |c| match c {
        '\r' => Some(named("a carriage return", c)),
        c => objection(c, None, true).map(|(what, _)| what),
    };
    match text.chars().find_map(objection) {
        None => Ok(()),
        Some(what) => {
            let help = "write the text without the escape".to_owned();
            Err(problem(place, format!("an escape for {what}"), Some(help)))
        }
    }
}

/// Finds the first mark of a merge conflict: git writes it at the start of a line.
fn refuse_conflict(text: &str) -> Result<(), Problem> {
    let is_mark = |line: &str| {
        line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") || line == "======="
    };
    match (1..).zip(text.lines()).find(|(_, line)| is_mark(line)) {
        None => Ok(()),
        Some((line, _)) => {
            let place = Place { line, column: 1, end_line: line, end_column: 8 };
            let help = "choose between the two versions, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
            Err(problem(
                place,
                "the file has the marks of a merge conflict".to_owned(),
                Some(help.to_owned()),
            ))
        }
    }
}

/// Finds `%YAML` and `%TAG` before the document.
fn refuse_directive(text: &str) -> Result<(), Problem> {
    let mut lines =
        (1..).zip(text.lines()).skip_while(|(_, line)| line.is_empty() || line.starts_with('#'));
    match lines.next() {
        Some((line, text)) if text.starts_with('%') => Err(problem(
            character(line, 1),
            "a YAML directive".to_owned(),
            Some("remove the line".to_owned()),
        )),
        _ => Ok(()),
    }
}

fn advance((line, column): (u32, u32), c: char) -> (u32, u32) {
    if c == '\n' { (line + 1, 1) } else { (line, column + 1) }
}

fn character(line: u32, column: u32) -> Place {
    Place { line, column, end_line: line, end_column: column + 1 }
}

pub(super) fn problem(place: Place, message: String, help: Option<String>) -> Problem {
    Problem { kind: ProblemKind::Syntax, place, message, help, fix: None }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, preflight, refuse_escapes};
    use crate::tree::place::Place;

    fn refused(bytes: &[u8]) -> Option<String> {
        preflight(bytes).err().map(|problem| format!("{} {}", problem.place, problem.message))
    }

    #[test]
    fn ordinary_text_passes() {
        for text in [
            "a: b\n",
            "a: b\r\nc: d\r\n",
            "# für die Übung: 試験\n",
            "\u{feff}a: b\n",
            "a: no\u{a0}break\n",
            "a: 1 #\tb\n",
        ] {
            assert_eq!(refused(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_refused_is_shown_at_its_place() {
        let at = |bytes: &[u8]| refused(bytes).unwrap_or_default();
        assert_eq!(at(b"# caf\xe9\n---\n"), "1:6 the file is not UTF-8");
        assert_eq!(at(b"a:\n\tb: c\n"), "2:1 a tab (U+0009)");
        assert_eq!(at(b"a: b#\tc\n"), "1:6 a tab (U+0009)");
        assert_eq!(at(b"a: b\rc: d\n"), "1:5 a carriage return without line feed (U+000D)");
        assert_eq!(at("ä: \u{85}\n".as_bytes()), "1:4 a Unicode line separator (U+0085)");
        assert_eq!(
            at("a: \u{202e}b\n".as_bytes()),
            "1:4 a character that changes the direction of text (U+202E)"
        );
        assert_eq!(
            at("a: b\n\u{feff}c: d\n".as_bytes()),
            "2:1 a byte order mark inside the text (U+FEFF)"
        );
        assert_eq!(
            at("\u{feff}\u{feff}".as_bytes()),
            "1:2 a byte order mark inside the text (U+FEFF)"
        );
        assert_eq!(at(b"a: b\0\n"), "1:5 a control character (U+0000)");
        assert_eq!(at(b"# c\n\n%YAML 1.1\n---\n"), "3:1 a YAML directive");
    }

    #[test]
    fn an_escape_makes_no_end_of_a_line() {
        let said = |text: &str| refuse_escapes(text, Place::TOP).map_err(|problem| problem.message);
        let message = Err("an escape for a carriage return (U+000D)".to_owned());
        assert_eq!((said("a\r\nb"), said("a\rb")), (message.clone(), message));
        assert_eq!(said("a\nb"), Ok(()));
    }

    #[test]
    fn a_file_beyond_the_bound_is_not_read() {
        assert_eq!(refused(&vec![b'#'; MAX_BYTES]), None);
        assert_eq!(
            refused(&vec![b'#'; MAX_BYTES + 1]),
            Some("1:1 the file has 262145 bytes, more than the limit of 262144".to_owned())
        );
    }
}
