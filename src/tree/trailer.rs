//! The trailers of a commit message, as git reads them.

use super::place::Place;

/// One trailer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer<'a> {
    /// The part before the colon; case does not matter.
    pub token: &'a str,
    /// The part after the colon, with continuation lines joined by a space.
    pub value: String,
    /// Its place, with lines counted from 1.
    pub place: Place,
}

/// Lines that git itself adds to trailers.
const OF_GIT: [&str; 2] = ["Signed-off-by: ", "(cherry picked from commit "];

/// The trailers of `message`: its last paragraph, if it contains nothing else or git wrote part of it.
pub fn trailers(message: &str) -> Vec<Trailer<'_>> {
    let lines: Vec<&str> = message.trim_end().lines().collect();
    let is_blank = |line: &&str| line.trim().is_empty();
    // The only paragraph of a message is its subject.
    let Some(blank) = lines.iter().rposition(is_blank) else { return Vec::new() };
    let start = blank + 1;
    if !lines[..blank].iter().any(|line| !is_blank(line)) || !is_block(&lines[start..]) {
        return Vec::new();
    }
    let mut found: Vec<Trailer<'_>> = Vec::new();
    let mut may_go_on = false;
    for (line, number) in lines.iter().zip(1u32..).skip(start) {
        if let Some((token, value)) = split(line) {
            let end_column = width(line);
            let place = Place { line: number, column: 1, end_line: number, end_column };
            found.push(Trailer { token, value: value.to_owned(), place });
            may_go_on = true;
        } else if let Some(last) = found.last_mut().filter(|_| may_go_on && is_continuation(line)) {
            last.value = [last.value.as_str(), line.trim()].join(" ").trim().to_owned();
            (last.place.end_line, last.place.end_column) = (number, width(line));
        } else {
            may_go_on = false;
        }
    }
    found
}

/// Whether a paragraph counts as trailers: all of its lines are, or git wrote one of them and at least a quarter are.
fn is_block(lines: &[&str]) -> bool {
    let (mut trailers, mut others) = (0usize, 0usize);
    let mut is_after_trailer = false;
    for line in lines {
        if is_continuation(line) && is_after_trailer {
            continue;
        }
        is_after_trailer = split(line).is_some() || is_of_git(line);
        if is_after_trailer { trailers += 1 } else { others += 1 }
    }
    let has_git_written = lines.iter().any(|line| is_of_git(line));
    trailers > 0 && (others == 0 || (has_git_written && trailers * 3 >= others))
}

fn is_of_git(line: &str) -> bool {
    OF_GIT.iter().any(|start| line.starts_with(start))
}

fn is_continuation(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// Token and value of a line `Token: value`.
fn split(line: &str) -> Option<(&str, &str)> {
    let (token, value) = line.split_once(':')?;
    let token = token.trim_end_matches([' ', '\t']);
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!token.is_empty() && token.bytes().all(is_token)).then(|| (token, value.trim()))
}

fn width(line: &str) -> u32 {
    u32::try_from(line.chars().count()).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `git interpret-trailers --parse` writes them.
    fn parsed(message: &str) -> Vec<String> {
        trailers(message).into_iter().map(|it| format!("{}: {}", it.token, it.value)).collect()
    }

    #[test]
    fn a_folded_trailer_keeps_all_its_lines() {
        let message =
            "Release b\n\nRelease-Override: soak first\n  second\n\tthird\nChange-Id: I1\n\n";
        assert_eq!(parsed(message), ["Release-Override: soak first second third", "Change-Id: I1"]);
        let place = trailers(message)[0].place;
        assert_eq!((place.line, place.end_line, place.end_column), (3, 5, 7));
        assert_eq!(parsed("a\n\nRelease-Override:\n  soak why\n"), ["Release-Override: soak why"]);
    }

    #[test]
    fn only_the_last_paragraph_holds_trailers() {
        assert_eq!(parsed("a\n\nB: 1\n\nC: 2\n"), ["C: 2"]);
        for none in ["B: 1\n", "a\nB: 1\n", "\n\nB: 1\n", "a\n\nB: 1\n\ntext\n", ""] {
            assert!(parsed(none).is_empty(), "{none:?}");
        }
    }

    #[test]
    fn text_among_trailers_makes_them_text_unless_git_wrote_there() {
        assert!(parsed("a\n\ntext\nB: 1\n").is_empty());
        assert_eq!(
            parsed("a\n\ntext\nB: 1\nSigned-off-by: A <a@b>\n"),
            ["B: 1", "Signed-off-by: A <a@b>"]
        );
        assert_eq!(parsed("a\n\nB: 1\n(cherry picked from commit abc)\nC: 2\n"), ["B: 1", "C: 2"]);
        let mostly = "a\n\none\ntwo\nthree\nfour\nSigned-off-by: A <a@b>\n";
        assert!(parsed(mostly).is_empty(), "less than a quarter");
    }

    #[test]
    fn a_line_that_goes_on_from_text_belongs_to_no_trailer() {
        let message = "a\n\nB: 1\n(cherry picked from commit abc)\n more\nC: 2\n";
        assert_eq!(parsed(message), ["B: 1", "C: 2"]);
    }
}
