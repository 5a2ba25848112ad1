//! `schema`: a deliverable file has only known keys and valid values.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Model;
use crate::tree::file::FilePath;
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
    check_model(file, sink);
}

/// `independent` only repeats the directory. Old files say it, so it is reported in a file that is touched and not while reading.
fn check_model(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    let Some(after) = &file.change.after else { return };
    let is_independent = after.path.as_ref().is_ok_and(FilePath::is_independent);
    let deliverable = &after.deliverable;
    if let Some(model) = deliverable.model.as_ref().filter(|_| is_independent)
        && model.value == Model::Independent
        && deliverable.words.model.is_none()
    {
        sink.report(model.place, "`independent` is not a value of `release-model`")
            .help("remove the line: the directory makes the deliverable independent");
    }
}
