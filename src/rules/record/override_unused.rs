//! `override-unused`: every override is needed and complete.

use std::collections::BTreeSet;

use crate::calendar::HOLDING;
use crate::rules::urgent::{Listing, listing};
use crate::rules::version::series_open;
use crate::rules::{Case, Level, Overridable, OverrideTrailer, Rule, Scope, Sink, find};

pub(crate) static RULE: Rule = Rule {
    id: "override-unused",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "a `Release-Override:` has no effect",
    docs: "## What it checks

Each `Release-Override: <rule> <reason>` is a trailer in the last paragraph of the commit message, with the further lines of a
long reason indented. It names a rule, gives a reason, and overrides a finding about a file that its commit changes. With
`Release: <deliverable> <version>` in the same paragraph, it is about a release that is merged and waits: a file of that
deliverable has to list that version, and the rule has to be one that holds tags, or `series-open`.

## Why

An override without effect is misspelt or no longer needed. Without a reason, reviewers have nothing to review.

## What to do

Fix the name of the rule or the release, add a reason, or remove the line. Some rules cannot be overridden: fix what they report.
",
    scope: Scope::Overrides(check),
    ..Rule::USUAL
};

/// Whether an override of the rule can ever have an effect.
fn may_be_overridden(rule: &str) -> bool {
    find(rule).is_some_and(|rule| {
        rule.overridable != Overridable::No || matches!(rule.level, Level::Warning)
    })
}

/// Whether an override of the rule changes what is done for a release that is merged.
pub(in crate::rules) fn counts_after_merge(rule: &str) -> bool {
    HOLDING.contains(&rule) || rule == series_open::RULE.id
}

fn check(trailers: &[OverrideTrailer], case: &Case<'_>, sink: &mut Sink<'_>) {
    check_releases(trailers, case, sink);
    for trailer in trailers.iter().filter(|trailer| !trailer.is_used) {
        let rule = &trailer.says.rule;
        let (message, help) = if !trailer.is_read {
            let message = format!(
                "the override of `{rule}` is ignored: git reads trailers only from the last paragraph"
            );
            (message, "move the line to the last paragraph, next to `Change-Id:`")
        } else if find(rule).is_none() {
            (format!("there is no rule `{rule}`"), "run `tagkeeper rules` to list the rules")
        } else if trailer.says.reason.is_empty() {
            (
                format!("the override of `{rule}` is ignored: it gives no reason"),
                "add the reason, or a link, after the rule name",
            )
        } else if !may_be_overridden(rule) {
            (
                format!("errors of `{rule}` cannot be overridden"),
                "fix the error; `tagkeeper rules` marks the rules that can be overridden with `*`",
            )
        } else if !trailer.releases.is_empty() && counts_after_merge(rule) {
            // It is about what was merged before, and has its effect once it is merged.
            continue;
        } else if !trailer.releases.is_empty() {
            let message =
                format!("`{rule}` holds no tag: after the merge it has nothing to override");
            (message, "remove it, or name the rule that holds the tag")
        } else {
            let message = format!("the override of `{rule}` has no effect");
            match counts_after_merge(rule) {
                true => (
                    message,
                    "remove it; for a release that is merged and waits, add `Release: DELIVERABLE VERSION` next to it",
                ),
                false => (message, "remove it"),
            }
        };
        sink.report(trailer.place, message).commit(&trailer.says.commit).help(help);
    }
}

/// Reports each `Release:` line that names no release, once for all the overrides of its commit.
fn check_releases(trailers: &[OverrideTrailer], case: &Case<'_>, sink: &mut Sink<'_>) {
    let mut seen = BTreeSet::new();
    for trailer in trailers.iter().filter(|trailer| trailer.is_read) {
        for release in &trailer.releases {
            let commit = &trailer.says.commit;
            if !seen.insert((commit, release.place)) {
                continue;
            }
            let (message, help) = match release.split_once(' ') {
                Some((name, version)) if !version.contains(' ') => {
                    if !matches!(listing(name, version, &case.request.head), Listing::Nowhere) {
                        continue;
                    }
                    (
                        format!(
                            "no file of `{name}` lists `{version}`, so the override has no effect on it"
                        ),
                        "fix the deliverable or the version, as the deliverable file spells them",
                    )
                }
                _ => (
                    format!("`Release: {}` does not name a deliverable and a version", **release),
                    "write `Release: <deliverable> <version>`",
                ),
            };
            sink.report(release.place, message).commit(commit).help(help);
        }
    }
}
