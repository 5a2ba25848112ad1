//! `branch-prefix`: branch names are valid and have a known prefix.

use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::version::ref_name_problem;

pub(crate) static RULE: Rule = Rule {
    id: "branch-prefix",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the branch name has an unknown prefix, or is not valid in git",
    docs: "## What it checks

The name of a new branch starts with `stable/`, `unmaintained/`, `feature/` or `bugfix/`, or with a prefix that `branches:` in
the configuration sets instead. Git accepts the name.

## Why

Access rights and jobs depend on these prefixes, and so do people.

## What to do

Use the prefix for the purpose of the branch.
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
            .help("use `<prefix>/<name>`, such as `stable/2026.1`");
        return;
    }
    let names = &on.config.branches;
    if names.read_kind(name).is_none() {
        let message = format!("`{}` does not start with a known prefix", **name);
        let mut of_series = on.series_branches().into_iter().flatten();
        let tail = |name: &str| name.rsplit('/').next().map(str::to_owned);
        if let Some(meant) = of_series.find(|meant| tail(meant) == tail(name)) {
            let found = sink.report(name.place, message).help(format!("did you mean `{meant}`?"));
            if !name.contains('/') {
                found.fix("write the whole name", name.place, meant);
            }
            return;
        }
        let help = match names.listed() {
            none if none.is_empty() => {
                "remove the branch: `branches:` in the configuration allows none".to_owned()
            }
            listed => format!("start the name with the prefix for its purpose: {listed}"),
        };
        sink.report(name.place, message).help(help);
    }
}
