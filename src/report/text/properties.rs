//! Whatever a rule points at, it is drawn.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::report::tests::{finding, report};
use crate::rules::{Edit, Finding, Fix, Level};
use crate::tree::place::Place;

fn text() -> impl Strategy<Value = String> {
    let hostile =
        prop::sample::select(vec!['\u{1b}', '\u{202e}', '\0', '\u{9b}', '\u{feff}', '\u{7f}']);
    let wide = prop::sample::select(vec!['ü', '世', '🎉', '\u{301}', '…']);
    let piece = prop_oneof![
        8 => "[ a-z:0-9/-]{0,12}",
        4 => prop::sample::select(vec!["\n", "\r\n", "\r", "\t", ""]).prop_map(str::to_owned),
        1 => hostile.prop_map(String::from),
        1 => wide.prop_map(String::from),
        1 => "[ x]{300}",
        1 => any::<String>(),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn place() -> impl Strategy<Value = Place> {
    let number = || prop_oneof![8 => 0..20u32, 2 => 0..400u32, 1 => any::<u32>()];
    let places = (number(), number(), number(), number()).prop_map(
        |(line, column, end_line, end_column)| Place { line, column, end_line, end_column },
    );
    prop_oneof![9 => places, 1 => Just(Place::TOP)]
}

fn fix() -> impl Strategy<Value = Fix> {
    let edit = (place(), text()).prop_map(|(place, text)| Edit { place, text });
    (text(), vec(edit, 0..4)).prop_map(|(description, edits)| Fix { description, edits })
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(vec![Level::Error, Level::Warning, Level::Note, Level::CouldNotCheck])
}

proptest! {
    #[test]
    fn every_finding_is_drawn_and_nothing_hostile_gets_through(
        source in text(),
        message in text(),
        help in prop::option::of(text()),
        place in place(),
        level in level(),
        fix in prop::option::of(fix()),
    ) {
        let finding = Finding { help, fix, ..finding("a-rule", level, place, &message) };
        let report = report(&source, vec![finding]);
        let mut plain = Vec::new();
        write(&report, &mut plain, Style::Plain).unwrap();
        let plain = String::from_utf8(plain).unwrap();
        let head = format!("{}[a-rule]: ", level.in_words());
        prop_assert!(plain.starts_with(&head), "{plain}");
        prop_assert!(plain.contains(&paragraph::location(&report.findings[0])), "{plain}");
        prop_assert!(!plain.contains(crate::text::is_hostile), "{plain:?}");
        write(&report, &mut Vec::new(), Style::Colour).unwrap();
    }
}
