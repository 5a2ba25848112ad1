//! `format-only`: the request changes no meaning.

use crate::rules::{Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::place::Place;
use crate::tree::yaml::{self, Content, Node};

pub(crate) static RULE: Rule = Rule {
    id: "format-only",
    level: Level::Note,
    overridable: Overridable::No,
    summary: "the request changes the form of the file and not its meaning",
    docs: "## What it checks

The file differs only in comments, white space, quotes or the order of its keys.

## Why

A reviewer need not look for a release in it.

## What to do

Nothing.
",
    scope: Scope::Files(check),
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    let (Some(before), Some(after)) = (&file.change.before, &file.change.after) else { return };
    if !before.is_readable() || !after.is_readable() || before.text == after.text {
        return;
    }
    let read = |text: &str| yaml::parse(text.as_bytes()).ok().flatten();
    let is_same = match (read(&before.text), read(&after.text)) {
        (Some(before), Some(after)) => means_the_same(&before, &after),
        (None, None) => true,
        _ => false,
    };
    if is_same {
        sink.report(Place::TOP, "only the form of the file changes, and nothing that it says");
    }
}

/// Whether two documents say the same. The order of keys says nothing.
fn means_the_same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar { text: one, .. }, Content::Scalar { text: other, .. }) => {
            one == other && a.meaning() == b.meaning()
        }
        (Content::Sequence(one), Content::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| means_the_same(a, b))
        }
        (Content::Mapping(one), Content::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().all(|entry| {
                    let mut others = other.iter();
                    let same = others.find(|other| other.key.value == entry.key.value);
                    same.is_some_and(|other| means_the_same(&entry.value, &other.value))
                })
        }
        _ => false,
    }
}
