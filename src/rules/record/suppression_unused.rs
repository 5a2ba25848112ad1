//! `suppression-unused`: every rule that the policy switches off would report something.

use crate::rules::suppression::Suppression;
use crate::rules::{Level, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "suppression-unused",
    level: Level::Warning,
    summary: "the policy switches off a rule that has nothing to report",
    docs: "## What it checks

Each rule that `release-policy.yaml` switches off would report something about the deliverables that the entry is for. It is
known for rules that judge files as they are, when all these files are checked: with `check --all`, or when the request touches
all of them.

## Why

A suppression outlives its reason. Then it hides the next true mistake.

## What to do

Remove the entry from `release-policy.yaml`, or name fewer deliverables under `for`.
",
    scope: Scope::Suppressions(check),
    ..Rule::USUAL
};

fn check(unused: &[Suppression<'_>], sink: &mut Sink<'_>) {
    for one in unused {
        sink.report(
            one.place(),
            format!("`{}` is switched off here, but has nothing to report", one.rule),
        )
        .help("remove the entry");
    }
}
