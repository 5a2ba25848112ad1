//! Each slip at its line, and the file after its fixes.

use super::*;

/// `line:column message` of each slip.
fn seen(text: &str) -> Vec<String> {
    slips(text).iter().map(|slip| format!("{} {}", slip.place, slip.message)).collect()
}

/// The text after every fix that fits, round by round.
fn corrected(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..20 {
        let lines = Lines::new(&text);
        let Some(fix) = slips(&text).into_iter().find_map(|slip| slip.fix) else { break };
        let splices: Vec<_> = fix
            .edits
            .into_iter()
            .map(|edit| (lines.bytes(edit.place).unwrap(), edit.text))
            .collect();
        text = spliced(&text, &splices);
    }
    text
}

const FINE: &str = "---\n# top\nteam: x\nrepository-settings:\n  a/b: {}\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: a/b\n        hash: abc\n        comment: |\n             deep  \n\n           text\n  - {version: 1.1.0,\n       projects: []}\ncycle-highlights:\n  - >-\n    one\n  - two\n    three\n";

#[test]
fn what_is_written_as_usual_is_left_alone() {
    assert_eq!(seen(FINE), [""; 0]);
    assert_eq!(seen(&FINE.replace('\n', "\r\n")), [""; 0]);
    assert_eq!(seen(&format!("\u{feff}{FINE}")), [""; 0]);
    assert_eq!(seen("a: [b\n"), [""; 0], "what cannot be read has no style");
}

#[test]
fn the_dashes_at_the_top_may_follow_comments() {
    assert_eq!(seen("# a\n\n---\nb: c\n"), [""; 0]);
    assert_eq!(seen("--- # a\nb: c\n"), [""; 0]);
    assert_eq!(seen("# a\nb: c\n"), ["1:1 the file does not begin with `---`"]);
    assert_eq!(corrected("# a\r\nb: c\r\n"), "---\r\n# a\r\nb: c\r\n");
    assert_eq!(corrected("\u{feff}b: c\n"), "\u{feff}---\nb: c\n");
}

#[test]
fn blanks_at_the_end_of_a_line_are_seen_where_they_mean_nothing() {
    let text = "---\na: b  \n#  c \n \nd: |  \n  e  \n   \n  f\ng: >\n  h  \n  i\n";
    assert_eq!(
        seen(text),
        [
            "2:5 there are blanks at the end of the line",
            "3:5 there are blanks at the end of the line",
            "4:1 there are blanks at the end of the line",
            "5:5 there are blanks at the end of the line",
        ]
    );
    let after = "---\na: b\n#  c\n\nd: |\n  e  \n   \n  f\ng: >\n  h  \n  i\n";
    assert_eq!(corrected(text), after);
    assert_eq!(corrected("---\r\na: b \r\n"), "---\r\na: b\r\n");
}

#[test]
fn the_last_line_ends() {
    assert_eq!(seen("---\na: b"), ["2:4 the last line does not end with a newline"]);
    assert_eq!(corrected("---\na: b"), "---\na: b\n");
    assert_eq!(corrected("---\r\na: b"), "---\r\na: b\r\n");
}

#[test]
fn each_level_is_indented_by_two() {
    assert_eq!(seen("---\na:\n    b: c\n    d: e\nf: g\n"), ["3:1 indented by 4 columns, not 2"]);
    assert_eq!(
        corrected("---\na:\n    b: c\n    # d\n    d: e\nf: g\n"),
        "---\na:\n  b: c\n  # d\n  d: e\nf: g\n"
    );
    assert_eq!(
        corrected("---\na:\n- b: c\n  d: e\n# f\n- g\n"),
        "---\na:\n  - b: c\n    d: e\n# f\n  - g\n".replace("# f", "  # f")
    );
    assert_eq!(seen("---\na:\n  -   b: c\n      d: e\n"), ["3:1 3 columns behind the dash, not 1"]);
    assert_eq!(corrected("---\na:\n  -   b: c\n      d: e\n"), "---\na:\n  - b: c\n    d: e\n");
    assert_eq!(seen("---\n a: b\n c: d\n"), ["2:1 indented by 1 columns, not 0"]);
    assert_eq!(corrected("---\n a: b\n c: d\n"), "---\na: b\nc: d\n");
}

#[test]
fn all_that_is_inside_moves_along_and_means_the_same() {
    let text = "---\nreleases:\n    -   version: 1.0.0\n        comment: |\n            one\n             two\n\n            three\n        projects:\n        -   {repo: a,\n             hash: b}\n        # why\n    # who\n    -   version: >-\n            2.0\n            .0\nteam: x\n";
    let after = "---\nreleases:\n  - version: 1.0.0\n    comment: |\n        one\n         two\n\n        three\n    projects:\n      -   {repo: a,\n           hash: b}\n      # why\n  # who\n  - version: >-\n        2.0\n        .0\nteam: x\n";
    assert_eq!(corrected(text), after);
    assert_eq!(seen(after), [""; 0]);
}

#[test]
fn long_lines_are_folded_where_they_can_be() {
    let long = "word ".repeat(45);
    let (plain, link) = (long.trim_end(), "x".repeat(210));
    let text = format!("---\na: {plain}\n# {plain}\nb: '{plain}'\nc: {link}\nd: |\n  {plain}\n");
    let lines: Vec<u32> = slips(&text).iter().map(|slip| slip.place.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 7]);
    let after = corrected(&text);
    assert_eq!(seen(&after).len(), 2, "{after}");
    assert!(after.lines().all(|line| line.chars().count() <= 200
        || line.contains(&link)
        || line.starts_with("  word word")));
    let exactly = format!("---\na: {}\n", "b".repeat(197));
    assert_eq!(seen(&exactly), [""; 0]);
}
