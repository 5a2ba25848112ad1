//! Mistakes in YAML, in our own words.

use crate::tree::yaml::parse;

fn fault(yaml: &str) -> String {
    match parse(yaml.as_bytes()) {
        Ok(node) => format!("{node:?}"),
        Err(problem) => {
            format!("{} {} / {}", problem.place, problem.message, problem.help.unwrap_or_default())
        }
    }
}

const FILE: &str = "---\nteam: widgets\ntype: library\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: a/b\n        hash: abc\n";

#[test]
fn a_key_without_its_colon_is_shown_on_its_own_line() {
    assert_eq!(
        fault(&FILE.replace("type: ", "type ")),
        "3:1 there is no colon after `type` / write `type: library`"
    );
    assert_eq!(
        fault(&FILE.replace("team: ", "team ")),
        "2:1 there is no colon after `team` / write `team: widgets`"
    );
    assert_eq!(
        fault(&FILE.replace("releases:", "releases")),
        "4:1 there is no colon after `releases` / write `releases: …`"
    );
    assert_eq!(
        fault(&FILE.replace("hash: abc", "hash abc\n        comment: d")),
        "8:9 there is no colon after `hash` / write `hash: abc`"
    );
    assert_eq!(
        fault(&FILE.replace("version: ", "version ")),
        "5:5 there is no colon after `version` / write `version: 1.0.0`"
    );
    assert_eq!(
        fault(&FILE.replace("type: ", "type:")),
        "3:1 there is no blank after the colon of `type` / write `type: library`"
    );
}

#[test]
fn a_line_that_is_indented_wrongly_says_how_far_it_should_be() {
    assert_eq!(
        fault(&FILE.replace("    projects", "   projects")),
        "6:1 this line is indented by 3 columns, which does not fit the lines above it / indent it by 4 columns"
    );
    assert_eq!(
        fault(&FILE.replace("        hash", "       hash")),
        "8:1 this line is indented by 7 columns, which does not fit the lines above it / indent it by 8 columns"
    );
    assert_eq!(
        fault(&FILE.replace("    projects", "  projects")),
        "6:1 this line is indented by 2 columns, which does not fit the lines above it / indent it by 0 or 4 columns"
    );
    assert_eq!(
        fault(&FILE.replace("team:", " team:")),
        "2:1 this line is indented by 1 column, and `type: library` below is not / remove the blank before it"
    );
    assert_eq!(
        fault(&FILE.replace("- version", "-version")),
        "5:3 there is no blank after the dash / write `- version: 1.0.0`"
    );
    assert_eq!(
        fault(&FILE.replace("type:", "  type:")),
        "3:1 this line is indented by 2 columns, which does not fit the lines above it / indent it like the first line: remove the blanks before it"
    );
}

#[test]
fn what_is_never_closed_is_shown_where_it_begins() {
    assert_eq!(
        fault("team: \"a\ntype: b\n"),
        "1:7 the quote `\"` that begins here is never closed / add `\"` at the end of the text"
    );
    assert_eq!(
        fault("team: 'a\ntype: b\n"),
        "1:7 the quote `'` that begins here is never closed / add `'` at the end of the text"
    );
    assert_eq!(
        fault("a: [b, c\nd: e\n"),
        "1:4 the bracket `[` that begins here is not closed / add `]` after its last entry, and a comma between entries"
    );
    assert_eq!(
        fault("a: {b: c\nd: e\n"),
        "1:4 the bracket `{` that begins here is not closed / add `}` after its last entry, and a comma between entries"
    );
}

#[test]
fn texts_that_need_quotes_say_so() {
    assert_eq!(
        fault("a: see: there\n"),
        "1:7 a second colon: YAML takes the text before it for a key / quote the text: 'see: there'"
    );
    assert_eq!(
        fault("a: *\n"),
        "1:4 a text cannot begin with `*` or `&` unless it is quoted / quote the text"
    );
    assert_eq!(
        fault("a: @b\n"),
        "1:4 a text cannot begin with `@` unless it is quoted / quote the text"
    );
    assert_eq!(
        fault("a: 'it's'\n"),
        "1:8 there is text after the closing quote / put the whole text in quotes, and double a quote inside it: `'it''s'`"
    );
}

#[test]
fn one_mark_of_a_conflict_that_was_left_behind_is_named() {
    let left = FILE.replace("type: library", "=======\ntype: library");
    assert!(fault(&left).starts_with("3:1 the file has the marks of a merge conflict"));
}

#[test]
fn the_marks_of_a_conflict_are_named() {
    let conflict = FILE.replace(
        "type: library",
        "<<<<<<< HEAD\ntype: library\n=======\ntype: other\n>>>>>>> 1a2b (Change it)",
    );
    assert_eq!(
        fault(&conflict),
        "3:1 the file has the marks of a merge conflict / choose between the two versions, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`"
    );
}
