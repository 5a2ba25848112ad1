//! `branch-prefix`: the names that branches may have.

use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::version::ref_name_problem;

pub(crate) static RULE: Rule = Rule {
    id: "branch-prefix",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the branch has a prefix that release files do not use, or a name that git refuses",
    docs: "## What it checks

A branch that the request adds begins with `stable/`, `unmaintained/`, `feature/` or `bugfix/`, or with what `branches:` of the
configuration sets instead, and git takes its name.

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
    let names = &on.config.branches;
    if names.read_kind(name).is_none() {
        let help = match names.listed() {
            none if none.is_empty() => {
                "remove the branch: `branches:` of the configuration allows none".to_owned()
            }
            listed => format!("begin the name with the prefix for its purpose: {listed}"),
        };
        sink.report(name.place, format!("`{}` begins with no prefix for branches", **name))
            .help(help);
    }
}
