//! What is wrong with a file is said on its line.

use super::{Decoder, Field};
use crate::tree::yaml::parse;

fn problems(yaml: &str, read: impl Fn(&mut Decoder, Field<'_>)) -> Vec<String> {
    let node = parse(yaml.as_bytes()).unwrap().unwrap();
    let mut decoder = Decoder::default();
    let fields = decoder.fields(Field::root(&node), &["value", "other"]).unwrap();
    if let Some(field) = decoder.require(&fields, "value", "text") {
        read(&mut decoder, field);
    }
    let found = decoder.finish().into_iter();
    found
        .map(|p| {
            format!(
                "{}-{} {} / {}",
                p.place,
                p.place.end_column,
                p.message,
                p.help.unwrap_or_default()
            )
        })
        .collect()
}

fn text(yaml: &str) -> Vec<String> {
    problems(yaml, |decoder, field| drop(decoder.text(field)))
}

#[test]
fn text_that_yaml_reads_as_something_else_must_be_quoted() {
    assert_eq!(text("value: '1.10'"), Vec::<String>::new());
    let quote =
        ["1:8-12 `value` must be text, but YAML reads `1.10` as a number / quote it: '1.10'"];
    assert_eq!(text("value: 1.10"), quote);
    let quote =
        ["1:8-12 `value` must be text, but YAML reads `true` as a boolean / quote it: 'true'"];
    assert_eq!(text("value: true"), quote);
    assert_eq!(text("value:\n"), ["1:1-6 `value` is empty: it must be text / "]);
    assert_eq!(text("value: [a]\n"), ["1:9-10 `value` must be text, not a list / "]);
}

#[test]
fn a_commit_id_of_digits_must_be_quoted_unless_it_names_no_commit() {
    let read = |id: char| {
        let yaml = format!("value: {}", id.to_string().repeat(40));
        problems(&yaml, |decoder, field| drop(decoder.commit_id(field)))
    };
    assert_eq!(read('1').len(), 1);
    assert_eq!(read('0'), Vec::<String>::new());
}

#[test]
fn every_problem_is_kept_in_the_order_of_the_file() {
    let found = problems("vlaue: a\nmore: b\n", |_, _| ());
    assert_eq!(
        found,
        [
            "1:1-6 unknown key `vlaue` / did you mean `value`?",
            "2:1-5 unknown key `more` / use one of: value, other",
        ]
    );
}

#[test]
fn a_dash_without_a_space_is_explained() {
    let found = problems("value: -retired\n", |decoder, field| drop(decoder.items(field)));
    let message = "1:8-16 `value` must be a list, not text `-retired`";
    assert_eq!(found, [format!("{message} / a list item needs a space after its dash")]);
}

#[test]
fn what_has_one_right_correction_carries_it() {
    let fixes = |yaml: &str| -> Vec<String> {
        let node = parse(yaml.as_bytes()).unwrap().unwrap();
        let mut decoder = Decoder::default();
        let fields = decoder.fields(Field::root(&node), &["value", "other"]).unwrap();
        let list = fields.get("other");
        if let Some(field) = fields.get("value") {
            match list {
                Some(_) => drop(decoder.boolean(field)),
                None => drop(decoder.text(field)),
            }
        }
        list.into_iter().for_each(|field| assert_eq!(decoder.items(field).count(), 0));
        let fixes = decoder.finish().into_iter().filter_map(|problem| problem.fix);
        fixes
            .flat_map(|fix| fix.edits)
            .map(|edit| format!("{} {}", edit.place, edit.text))
            .collect()
    };
    assert_eq!(fixes("value: 1.10\n"), ["1:8 '1.10'"]);
    assert_eq!(fixes("vlaue: x\n"), ["1:1 value"]);
    assert_eq!(fixes("vlaue: x\nvalue: y\n"), [""; 0], "which of the two was meant?");
    assert_eq!(fixes("vl: x\n"), [""; 0]);
    assert_eq!(fixes("value: yes\nother: -retired\n"), ["1:8 true", "2:8 [retired]"]);
    assert_eq!(fixes("value: maybe\nother: -a b\n"), [""; 0]);
    assert_eq!(fixes("value: []\n"), [""; 0]);
}

#[test]
fn dates_and_booleans_are_strict() {
    let date = |yaml: &str| {
        problems(yaml, |decoder, field| {
            decoder.date(field);
        })
    };
    assert!(date("value: 2026-09-30").is_empty() && date("value: '2026-09-30'").is_empty());
    assert_eq!(
        date("value: 2026-02-30"),
        ["1:8-18 `value` is not a date: `2026-02-30` / write it as YYYY-MM-DD"]
    );
    assert_eq!(
        date("value: soon"),
        ["1:8-12 `value` is not a date: `soon` / write it as YYYY-MM-DD"]
    );
    let boolean = |yaml: &str| {
        problems(yaml, |decoder, field| {
            decoder.boolean(field);
        })
    };
    assert!(boolean("value: true").is_empty());
    assert_eq!(
        boolean("value: yes"),
        ["1:8-11 `value` must be a boolean, not text `yes` / write true or false"]
    );
}
