//! `schema`: a key or value that a deliverable file may not hold.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::place::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    id: "schema",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the file holds a key or value it may not hold, or lacks one it must",
    docs: "## What it checks

Every key at every level is known, `team` and `type` are there, and every value has its type. All problems of a
file come in one run, each at its own line.

## Why

A misspelt key says nothing and looks as if it did. A version that YAML reads as a number (`1.10`) loses its zero.

## What to do

The message lists the words that are allowed. Quote a version that YAML would read as a number: `'1.10'`.
",
    scope: Scope::Files(check),
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    super::tell_problems(file, ProblemKind::Shape, sink);
}
