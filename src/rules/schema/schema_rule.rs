//! `schema`: a deliverable file has only known keys and valid values.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::place::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    id: "schema",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the file has an unknown key or an invalid value, or lacks a required key",
    docs: "## What it checks

Every key is known at every level, `team` and `type` are present, and every value has the right type. One run reports all
the problems in a file, each on its own line.

## Why

A misspelt key has no effect, but looks as if it had. A version that YAML reads as a number (`1.10`) loses its zero.

## What to do

Use one of the keys or values that the message lists. Quote a version that YAML would read as a number: `'1.10'`.
",
    scope: Scope::Files(check),
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    super::report_problems(file, ProblemKind::Shape, sink);
}
