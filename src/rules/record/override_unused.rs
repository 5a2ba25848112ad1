//! `override-unused`: an override that silences nothing.

use crate::rules::{Level, Overridable, Rule, Scope, Sink, Trailer, find};

pub(crate) static RULE: Rule = Rule {
    id: "override-unused",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "a `Release-Override:` that silences nothing",
    docs: "## What it checks

Every `Release-Override: <rule> <reason>` stands among the trailers of the commit message (its last paragraph; further lines
of a reason are indented), names a rule, gives a reason, and silences a finding about a file that its commit touches.

## Why

An override that does nothing is misspelt or no longer needed. Without a reason there is nothing to review.

## What to do

Correct the name of the rule, give the reason, or remove the line. Some rules cannot be overridden: fix what they report.
",
    scope: Scope::Overrides(check),
    ..Rule::USUAL
};

/// Whether an override of the rule may ever silence something.
fn may_be_overridden(rule: &str) -> bool {
    find(rule).is_some_and(|rule| {
        rule.overridable == Overridable::Yes || matches!(rule.level, Level::Warning)
    })
}

fn check(trailers: &[Trailer], sink: &mut Sink<'_>) {
    for trailer in trailers.iter().filter(|trailer| !trailer.is_used) {
        let rule = &trailer.says.rule;
        let (message, help) = if !trailer.is_read {
            let message = format!(
                "the override of `{rule}` is not read: git takes trailers from the last paragraph alone"
            );
            (message, "move the line to the last paragraph, beside `Change-Id:`")
        } else if find(rule).is_none() {
            (format!("there is no rule `{rule}`"), "`tagkeeper rules` lists the rules")
        } else if trailer.says.reason.is_empty() {
            (
                format!("the override of `{rule}` gives no reason, so it is none"),
                "write the reason or a link behind the rule",
            )
        } else if !may_be_overridden(rule) {
            (
                format!("an error of `{rule}` cannot be overridden"),
                "fix the error; `tagkeeper rules` marks the rules that can be overridden with `*`",
            )
        } else {
            (format!("the override of `{rule}` silences nothing"), "remove it")
        };
        sink.report(trailer.place, message).commit(&trailer.says.commit).help(help);
    }
}
