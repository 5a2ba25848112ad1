//! `branch-prefix`: the kinds of branches there are.

use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};

/// What stands before the slash of a branch name.
const PREFIXES: [&str; 4] = ["stable", "unmaintained", "feature", "bugfix"];

pub(crate) static RULE: Rule = Rule {
    id: "branch-prefix",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the branch is of no kind that release files make",
    docs: "## What it checks

A branch begins with `stable/`, `unmaintained/`, `feature/` or `bugfix/`.

## Why

Rights, jobs and users go by these names.

## What to do

Take the prefix that says what the branch is for.
",
    scope: Scope::Branches { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneBranch<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let name = &on.branch.name;
    let prefix = name.split('/').next().unwrap_or_default();
    if on.is_new() && !PREFIXES.contains(&prefix) {
        sink.report(
            name.place,
            format!(
                "`{}` begins with none of `stable/`, `unmaintained/`, `feature/`, `bugfix/`",
                **name
            ),
        )
        .help("take the prefix that says what the branch is for");
    }
}
