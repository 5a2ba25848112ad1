//! `branch-prefix`: the names that branches may have.

use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::version::ref_name_problem;

/// What stands before the slash of a branch name.
const PREFIXES: [&str; 4] = ["stable", "unmaintained", "feature", "bugfix"];

pub(crate) static RULE: Rule = Rule {
    id: "branch-prefix",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the branch has a prefix that release files do not use, or a name that git refuses",
    docs: "## What it checks

A branch that the request adds begins with `stable/`, `unmaintained/`, `feature/` or `bugfix/`, and git takes its name.

## Why

Access rights, jobs and people go by these prefixes.

## What to do

Use the prefix that says what the branch is for.
",
    scope: Scope::Branches { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneBranch<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let name = &on.branch.name;
    if !on.is_new() {
        return;
    }
    if let Some(why) = ref_name_problem(name) {
        sink.report(name.place, format!("{:?} cannot be a branch: {why}", name.value))
            .help("branches are `<prefix>/<name>`, such as `stable/2026.1`");
        return;
    }
    let prefix = name.split('/').next().unwrap_or_default();
    if !PREFIXES.contains(&prefix) {
        sink.report(
            name.place,
            format!(
                "`{}` starts with none of `stable/`, `unmaintained/`, `feature/`, `bugfix/`",
                **name
            ),
        )
        .help("use the prefix that says what the branch is for");
    }
}
