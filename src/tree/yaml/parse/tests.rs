//! YAML is read with places, or refused.

use proptest::prelude::{Strategy, any, prop_assert, prop_oneof, proptest};

use super::{Node, parse};
use crate::tree::deliverable;
use crate::tree::place::Place;
use crate::tree::yaml::Content;

fn refused(yaml: &str) -> String {
    parse(yaml.as_bytes()).map_or_else(
        |problem| format!("{} {}", problem.place, problem.message),
        |node| format!("{node:?}"),
    )
}

/// Every scalar and container as `place..end text`, in the order of the file.
fn places(node: &Node, into: &mut Vec<String>) {
    let Place { end_line, end_column, .. } = node.place;
    let text = match &node.content {
        Content::Scalar { text, .. } => text.as_str(),
        Content::Sequence(_) => "[]",
        Content::Mapping(_) => "{}",
    };
    into.push(format!("{}..{end_line}:{end_column} {text}", node.place));
    match &node.content {
        Content::Scalar { .. } => {}
        Content::Sequence(items) => items.iter().for_each(|item| places(item, into)),
        Content::Mapping(entries) => {
            for entry in entries {
                into.push(format!("{} {}", entry.key.place, entry.key.value));
                places(&entry.value, into);
            }
        }
    }
}

fn all_places(yaml: &str) -> Vec<String> {
    let mut found = Vec::new();
    places(&parse(yaml.as_bytes()).unwrap().unwrap(), &mut found);
    found
}

#[test]
fn places_end_where_the_text_ends() {
    let yaml = "a: b   # c\nü: |\n  ö\n\n# d\n- e".replace("- e", "f: [x, {y: 'z' }]  # g\n");
    assert_eq!(
        all_places(&yaml),
        [
            "1:1..6:18 {}",
            "1:1 a",
            "1:4..1:5 b",
            "2:1 ü",
            "3:3..3:4 ö\n",
            "6:1 f",
            "6:4..6:18 []",
            "6:5..6:6 x",
            "6:8..6:17 {}",
            "6:9 y",
            "6:12..6:15 z",
        ]
    );
}

#[test]
fn quotes_end_before_a_comment() {
    assert_eq!(
        all_places(
            "a: 'b' # c\nd: \"e\"   # f\ng: h  # i\nj: 'k\n\n  l'  # m\n- n"
                .trim_end_matches("- n")
        ),
        [
            "1:1..6:5 {}",
            "1:1 a",
            "1:4..1:7 b",
            "2:1 d",
            "2:4..2:7 e",
            "3:1 g",
            "3:4..3:5 h",
            "4:1 j",
            "4:4..6:5 k\nl",
        ]
    );
}

#[test]
fn an_empty_value_stands_at_its_key() {
    assert_eq!(
        all_places("a:\nb:   |\n\nc:\n- \n"),
        [
            "1:1..5:2 {}",
            "1:1 a",
            "1:1..1:2 ",
            "2:1 b",
            "2:1..2:2 ",
            "4:1 c",
            "5:1..5:2 []",
            "5:1..5:2 ",
        ]
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_move_no_place() {
    assert_eq!(
        all_places("\u{feff}a: b\r\nc: d\r\n"),
        ["1:2..2:5 {}", "1:2 a", "1:5..1:6 b", "2:1 c", "2:4..2:5 d"]
    );
}

#[test]
fn nothing_is_no_document() {
    for yaml in ["", "---\n", "# nothing\n", "---\nnull\n"] {
        assert_eq!(parse(yaml.as_bytes()), Ok(None), "{yaml:?}");
    }
}

#[test]
fn what_makes_yaml_dangerous_is_refused_at_its_place() {
    assert_eq!(
        refused("a: &x b\nc: *x\n"),
        "1:4 an anchor (`&name`): programs read it differently"
    );
    assert_eq!(
        refused("a: !!str b\n"),
        "1:4 the tag `tag:yaml.org,2002:!str`: programs read it differently"
    );
    assert_eq!(refused("a: b\n---\nc: d\n"), "2:1 a second document begins here");
    assert_eq!(refused("a: b\nc: d\na: e\n"), "3:1 duplicate key `a`");
    assert_eq!(
        refused("a: b\n<<: {c: d}\n"),
        "2:1 a merge key (`<<`): programs read it differently"
    );
    assert_eq!(refused("[a, b]: c\n"), "1:2 a key that is not text");
    assert_eq!(refused(&"- ".repeat(40)), "1:67 nested too deeply");
    assert_eq!(refused("a: \"b\n"), "1:4 the quote `\"` that begins here is never closed");
    assert_eq!(refused("a: b: c\n"), "1:5 a second colon: YAML takes the text before it for a key");
}

#[test]
fn much_of_anything_is_read_or_refused_at_once() {
    for yaml in
        ["[".repeat(200_000), "{a: ".repeat(60_000), "- ".repeat(130_000), "a\n".repeat(130_000)]
    {
        let _ = parse(yaml.as_bytes());
    }
    let keys: String = (0..30_000).map(|n| format!("k{n}:\n")).collect();
    assert!(parse(keys.as_bytes()).is_ok());
}

fn inside(place: Place, text: &str) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    let holds = |line: u32, column: u32| {
        let text = usize::try_from(line).ok().and_then(|line| lines.get(line.checked_sub(1)?));
        text.is_some_and(|text| {
            (1..=text.chars().count() + 1).contains(&usize::try_from(column).unwrap_or(0))
        })
    };
    let ordered = (place.line, place.column) <= (place.end_line, place.end_column);
    ordered && holds(place.line, place.column) && holds(place.end_line, place.end_column)
}

fn yamlish() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[a-z]{1,3}: ",
        "\n {0,6}",
        "- ",
        "[\\[\\]{},&*!|>'\"%@`#:?-]",
        "[0-9.]{1,4}",
        "(team|type|releases|version|hash): ",
        "\\PC",
        "---\n",
        "\\.\\.\\.\n",
        "(<<|\\t|\\r\\n|\u{feff}|\u{a0})",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic_or_point_outside_the_file(
        bytes in prop_oneof![yamlish(), proptest::collection::vec(any::<u8>(), 0..60)],
    ) {
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(Some(root)) = parse(&bytes) {
            let mut nodes = vec![&root];
            while let Some(node) = nodes.pop() {
                prop_assert!(inside(node.place, &text), "{:?}", node);
                match &node.content {
                    Content::Scalar { .. } => {}
                    Content::Sequence(items) => nodes.extend(items),
                    Content::Mapping(entries) => {
                        for entry in entries {
                            prop_assert!(inside(entry.key.place, &text), "{:?}", entry.key);
                            nodes.push(&entry.value);
                        }
                    }
                }
            }
        }
        for problem in deliverable::read(&bytes).1 {
            prop_assert!(inside(problem.place, &text), "{:?}", problem);
        }
    }
}
