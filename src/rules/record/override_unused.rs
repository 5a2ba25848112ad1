//! `override-unused`: an override that silences nothing.

use crate::rules::{Level, Overridable, Rule, Scope, Sink, Trailer, find};

pub(crate) static RULE: Rule = Rule {
    id: "override-unused",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "a `Release-Override:` that silences nothing",
    docs: "## What it checks

Every `Release-Override: <rule> <reason>` of the commit message names a rule, gives a reason, and silences a finding about a
file that its commit touches.

## Why

An override that does nothing is a misspelt one, or one that outlived its cause. Without a reason there is nothing to review.

## What to do

Mend the name of the rule, give the reason, or take the line out. Errors of rules that no override covers stay errors.
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
        let (message, help) = if find(rule).is_none() {
            (format!("`{rule}` is no rule"), "`tagkeeper rules` lists them")
        } else if trailer.says.reason.is_empty() {
            (
                format!("the override of `{rule}` gives no reason, so it is none"),
                "write the reason or a link behind the rule",
            )
        } else if !may_be_overridden(rule) {
            (
                format!("an error of `{rule}` cannot be overridden"),
                "mend what it is about; `tagkeeper rules` marks the rules that an override may silence with `*`",
            )
        } else {
            (format!("the override of `{rule}` silences nothing"), "take it out")
        };
        sink.report(trailer.place, message).commit(&trailer.says.commit).help(help);
    }
}
