//! `yaml-syntax`: the file is not the YAML we accept.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::place::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    id: "yaml-syntax",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the file is not YAML that can be read in one way only",
    docs: "## What it checks

A deliverable file is one YAML document in UTF-8, at most 256 KiB, without duplicate keys, tabs in the
indentation, anchors, aliases, tags, control characters or text that runs backwards.

## Why

Whatever two programs read differently is a release that one of them makes wrongly. Eleven years of files need
none of these features.

## What to do

Mend the line that is shown. The other rules are silent about a file until it can be read; other files of the
request are judged all the same.
",
    scope: Scope::Files(check),
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    super::tell_problems(file, ProblemKind::Syntax, sink);
}
