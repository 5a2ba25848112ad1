//! Edits of the real record and of files of all shapes: each does what was asked and nothing else.
//!
//! Another reader of YAML says what a file means before and after, and the bytes say what was touched. The suite looks at a
//! sample of the record; `cargo test --test it -- --ignored every_version` at all of it.

use std::collections::BTreeMap;

use proptest::prelude::{Strategy, prop_oneof, proptest};
use serde_yaml::{Mapping, Value as Read};
use tagkeeper::edit::{Beside, Document, EditedValue, Path, Refused};

use crate::corpus::{Record, is_deliverable, writeln_to_stderr};

/// One edit, and what it means for the other reader.
struct Edit {
    name: &'static str,
    make: fn(&mut Document, &Read) -> Option<Result<(), Refused>>,
    expect: fn(&mut Read),
    touches: Touches,
}

/// Which bytes an edit may touch.
enum Touches {
    /// It adds bytes and takes none.
    Adds,
    /// It takes bytes out in one place.
    Removes,
    /// It replaces this text, with its quotes.
    Replaces(fn(&Read) -> String),
}

const EDITS: &[Edit] = &[
    Edit {
        name: "another version",
        make: |document, read| {
            let last = releases(read)?.len().checked_sub(1)?;
            read["releases"][last]["version"].as_str()?;
            Some(
                document
                    .set(&path("releases").item(last).key("version"), EditedValue::from("77.88")),
            )
        },
        expect: |read| last_release(read)["version"] = "77.88".into(),
        touches: Touches::Replaces(|read| text(&last_of(read)["version"])),
    },
    Edit {
        name: "another team",
        make: |document, read| {
            read["team"].as_str()?;
            Some(document.set(&path("team"), EditedValue::from("it's: new #1")))
        },
        expect: |read| read["team"] = "it's: new #1".into(),
        touches: Touches::Replaces(|read| text(&read["team"])),
    },
    Edit {
        name: "a release more",
        make: |document, read| {
            releases(read)?;
            Some(document.append(&path("releases"), release()))
        },
        expect: |read| read["releases"].as_sequence_mut().unwrap().push(release_read()),
        touches: Touches::Adds,
    },
    Edit {
        name: "a repository more",
        make: |document, read| {
            let last = releases(read)?.len().checked_sub(1)?;
            read["releases"][last]["projects"].as_sequence()?;
            Some(document.append(&path("releases").item(last).key("projects"), project()))
        },
        expect: |read| {
            last_release(read)["projects"].as_sequence_mut().unwrap().push(project_read());
        },
        touches: Touches::Adds,
    },
    Edit {
        name: "branches",
        make: |document, read| {
            let branch = EditedValue::map([("name", "stable/x"), ("location", "1.0.0")].map(own));
            Some(match read.get("branches") {
                Some(Read::Sequence(_)) => document.append(&path("branches"), branch),
                Some(_) => return None,
                None => document.insert(
                    &Path::root(),
                    "branches",
                    EditedValue::List(vec![branch]),
                    Beside::Last,
                ),
            })
        },
        expect: |read| {
            let branch = mapping([("name", "stable/x"), ("location", "1.0.0")]);
            match read.get_mut("branches") {
                Some(list) => list.as_sequence_mut().unwrap().push(branch),
                None => read["branches"] = Read::Sequence(vec![branch]),
            }
        },
        touches: Touches::Adds,
    },
    Edit {
        name: "a key of a release",
        make: |document, read| {
            let last = releases(read)?.len().checked_sub(1)?;
            let release = read["releases"][last].as_mapping()?;
            if release.contains_key("diff-start") || !release.contains_key("version") {
                return None;
            }
            let at = path("releases").item(last);
            Some(document.insert(
                &at,
                "diff-start",
                EditedValue::from("1.10"),
                Beside::After("version"),
            ))
        },
        expect: |read| last_release(read)["diff-start"] = "1.10".into(),
        touches: Touches::Adds,
    },
    Edit {
        name: "highlights in several lines",
        make: |document, read| {
            read.get("team")?;
            if read.get("cycle-highlights").is_some() {
                return None;
            }
            let list = EditedValue::List(vec![
                EditedValue::from("one\n\n  two\n"),
                EditedValue::from("three"),
            ]);
            Some(document.insert(&Path::root(), "cycle-highlights", list, Beside::Before("team")))
        },
        expect: |read| {
            let list = ["one\n\n  two\n", "three"].map(Read::from);
            read["cycle-highlights"] = Read::Sequence(list.to_vec());
        },
        touches: Touches::Adds,
    },
    Edit {
        name: "without its last release",
        make: |document, read| {
            let last = releases(read)?.len().checked_sub(1).filter(|last| *last > 0)?;
            Some(document.remove(&path("releases").item(last)))
        },
        expect: |read| {
            read["releases"].as_sequence_mut().unwrap().pop();
        },
        touches: Touches::Removes,
    },
    Edit {
        name: "without the first key of its last release",
        make: |document, read| {
            let last = releases(read)?.len().checked_sub(1)?;
            let (first, _) = read["releases"][last].as_mapping()?.iter().next()?;
            Some(document.remove(&path("releases").item(last).key(first.as_str()?)))
        },
        expect: |read| {
            let release = last_release(read).as_mapping_mut().unwrap();
            let first = release.keys().next().unwrap().clone();
            release.shift_remove(&first);
        },
        touches: Touches::Removes,
    },
    Edit {
        name: "without its releases",
        make: |document, read| {
            read.get("releases")?;
            Some(document.remove(&path("releases")))
        },
        expect: |read| {
            read.as_mapping_mut().unwrap().shift_remove("releases");
        },
        touches: Touches::Removes,
    },
];

fn path(key: &str) -> Path {
    Path::root().key(key)
}

fn own((key, text): (&str, &str)) -> (String, EditedValue) {
    (key.to_owned(), EditedValue::from(text))
}

fn project() -> EditedValue {
    EditedValue::map([("repo", "a/b"), ("hash", "12345678901234567890")].map(own))
}

fn release() -> EditedValue {
    EditedValue::map([
        ("version", EditedValue::from("4.30")),
        ("projects", EditedValue::List(vec![project(), project()])),
    ])
}

fn mapping<const N: usize>(entries: [(&str, &str); N]) -> Read {
    Read::Mapping(entries.into_iter().map(|(key, text)| (key.into(), text.into())).collect())
}

fn project_read() -> Read {
    mapping([("repo", "a/b"), ("hash", "12345678901234567890")])
}

fn release_read() -> Read {
    let projects = Read::Sequence(vec![project_read(), project_read()]);
    let entries = [("version".into(), "4.30".into()), ("projects".into(), projects)];
    Read::Mapping(entries.into_iter().collect::<Mapping>())
}

fn releases(read: &Read) -> Option<&Vec<Read>> {
    read.get("releases")?.as_sequence()
}

fn last_release(read: &mut Read) -> &mut Read {
    read["releases"].as_sequence_mut().unwrap().last_mut().unwrap()
}

fn last_of(read: &Read) -> &Read {
    releases(read).unwrap().last().unwrap()
}

fn text(read: &Read) -> String {
    read.as_str().unwrap().to_owned()
}

/// Makes every edit of the file that can be made; what was refused is counted by its reason.
fn try_all(bytes: &[u8], refused: &mut BTreeMap<String, u32>) -> Result<u32, String> {
    let Ok(document) = Document::read(bytes) else { return Ok(0) };
    let Ok(before) = serde_yaml::from_slice::<Read>(bytes) else { return Ok(0) };
    let mut made = 0;
    for edit in EDITS {
        let mut edited = document.clone();
        match (edit.make)(&mut edited, &before) {
            None => {}
            Some(Err(why)) => {
                if edited.text() != document.text() {
                    return Err(format!("{}: refused ({why}), but changed", edit.name));
                }
                *refused.entry(format!("{}: {why}", edit.name)).or_default() += 1;
            }
            Some(Ok(())) => {
                looks_right(edit, &before, document.text(), edited.text())?;
                made += 1;
            }
        }
    }
    Ok(made)
}

fn looks_right(edit: &Edit, read: &Read, before: &str, after: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{}: {what}\n{after}", edit.name));
    let mut expected = read.clone();
    (edit.expect)(&mut expected);
    match serde_yaml::from_str::<Read>(after) {
        Ok(found) if found == expected => {}
        // A block text at the end of a file whose last line does not end gets a line end with whatever follows it.
        Ok(mut found) if !before.ends_with('\n') => {
            [&mut found, &mut expected].into_iter().for_each(without_line_ends);
            if found != expected {
                return wrong("it says something else now");
            }
        }
        Ok(_) => return wrong("it says something else now"),
        Err(error) => return wrong(&error.to_string()),
    }
    let same = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let start = same(&mut before.bytes(), &mut after.bytes());
    let end = same(&mut before.bytes().rev(), &mut after.bytes().rev());
    let is_narrow = match &edit.touches {
        // The brackets of an empty list make room for a list in lines.
        Touches::Adds => is_within(&before.replace(" []", ""), after),
        Touches::Removes => start + end >= after.len(),
        Touches::Replaces(old) => {
            let (touched, old) = (before.len().saturating_sub(start + end), old(read));
            // Escapes, and the header and indentation of a block.
            let more = old.matches('"').count() + 8 * old.matches('\n').count();
            touched <= old.len() + "''".len() + more
        }
    };
    if is_narrow { Ok(()) } else { wrong("other bytes were touched") }
}

/// Takes the line ends at the end of each text away.
fn without_line_ends(read: &mut Read) {
    match read {
        Read::String(text) => text.truncate(text.trim_end_matches('\n').len()),
        Read::Sequence(items) => items.iter_mut().for_each(without_line_ends),
        Read::Mapping(entries) => entries.values_mut().for_each(without_line_ends),
        _ => {}
    }
}

/// Whether `long` is `short` with something added.
fn is_within(short: &str, long: &str) -> bool {
    let mut bytes = long.bytes();
    short.bytes().all(|byte| bytes.any(|other| other == byte))
}

fn try_record(every: usize) {
    let Some(record) = Record::get() else { return };
    let (mut made, mut refused) = (0, BTreeMap::new());
    let files = record.history(is_deliverable);
    for blob in files.iter().step_by(every) {
        match try_all(&blob.bytes, &mut refused) {
            Ok(n) => made += n,
            Err(why) => panic!("{}: {why}", blob.path),
        }
    }
    let n_refused: u32 = refused.values().sum();
    let n_files = files.len().div_ceil(every);
    writeln_to_stderr(&format!("{n_files} files: {made} edits made, {n_refused} refused"));
    refused.iter().for_each(|(why, n)| writeln_to_stderr(&format!("{n:6} {why}")));
    assert!(made > 100 && n_refused * 100 < made, "hardly any file of the record is refused");
}

#[test]
fn files_of_the_record_are_edited_without_harm() {
    try_record(211);
}

#[test]
#[ignore = "takes minutes: by hand, before a change of the editor lands"]
fn every_version_of_every_file_is_edited_without_harm() {
    try_record(1);
}

/// Files of many shapes: block and flow, comments, line ends, blank lines, quotes.
fn file() -> impl Strategy<Value = String> {
    let release = prop_oneof![
        "  - version: ('1\\.10'|2\\.0\\.0|\"3\\.1\")( #v)?\n( {4}# who\n)?    projects:\n(      - repo: a/b\n        hash: (abc|'0123')\n( {8}# c\n|\n)?){1,2}",
        "  - \\{version: (1\\.0\\.0|'2\\.10'), projects: \\[\\{repo: a/b, hash: abc\\}(, \\{repo: c, hash: 'd'\\})?\\]\\}( # f)?\n",
        "  -\n    version: 1\\.2\\.3\n    projects: \\[\n      \\{repo: a, hash: b\\} ?# x\n    \\]\n",
        "  - projects:\n    - repo: a\n      hash: >-\n        b\n\n        c\n    version: '7'\n",
    ];
    let releases = prop_oneof![
        proptest::collection::vec(release, 1..4)
            .prop_map(|all| format!("releases:\n{}", all.concat())),
        "releases:( \\[\\])?( # none)?\n",
    ];
    let branches = "(branches:( \\[\\]|( #b)?\n- name: stable/a\n  location: 1\\.0\\.0)\n)?";
    (
        "(\u{feff})?(---\n)?(# top\n\n)?team: (x|'y z'|\"q\\\\\"\"|>\n  folded\n  text\n)( # w)?\n",
        releases,
        branches,
        "(\n|# end|\\.\\.\\.\n)?",
        0..3,
    )
        .prop_map(|(team, releases, branches, end, ends)| {
            let text = format!("{team}{releases}{branches}{end}");
            match ends {
                0 => text,
                1 => text.trim_end().to_owned(),
                _ => text.replace('\n', "\r\n"),
            }
        })
}

proptest! {
    #[test]
    fn files_of_every_shape_are_edited_without_harm(text in file()) {
        if let Err(why) = try_all(text.as_bytes(), &mut BTreeMap::new()) {
            panic!("{why}\n--- before\n{text}");
        }
    }
}
