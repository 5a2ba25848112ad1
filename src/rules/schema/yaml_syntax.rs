//! `yaml-syntax`: the file is plain, unambiguous YAML.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::place::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    id: "yaml-syntax",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the file is not valid YAML, or uses a feature that programs read differently",
    docs: "## What it checks

A deliverable file is one YAML document in UTF-8, at most 256 KiB. It has no duplicate keys, tabs in the indentation, anchors,
aliases, tags, control characters or text that changes direction, and no escapes for such characters.

## Why

If two programs read a file differently, one of them makes the wrong release. In eleven years no deliverable file has needed
any of these features.

## What to do

Fix the line shown. Until then no other rule checks this file; tagkeeper still checks the other files of the request.
",
    scope: Scope::Files(check),
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    super::report_problems(file, ProblemKind::Syntax, sink);
}
