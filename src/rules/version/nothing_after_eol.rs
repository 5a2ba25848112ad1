//! `nothing-after-eol`: a deliverable that has ended stays so.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Release;
use crate::version::{Special, SpecialKind};

pub(crate) static RULE: Rule = Rule {
    id: "nothing-after-eol",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a release follows the tag that ended the series",
    docs: "## What it checks

In a file of a series nothing follows an `-eol` tag, only `-eom`, `-eol` and `-last` follow an `-em` tag, and each of these tags
is listed once.

## Why

The branch is closed or deleted after its last tag. A later release would come from nowhere.

## What to do

Remove the release, or the tag that should not have been there.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    // Each branch of an independent deliverable has an end of its own.
    if on.path.is_independent() {
        return;
    }
    let own = on.special();
    let earlier = on.deliverable().releases[..on.index].iter();
    let ended = earlier.filter_map(|release| Some((release, release.version.special()?)));
    let Some((release, special)) = { ended }.find(|(_, before)| !may_follow(own, *before)) else {
        return;
    };
    report(on, release, special, sink);
}

/// Whether `own`, or a usual release, may follow the end of the same branch that `before` marks.
fn may_follow(own: Option<Special<'_>>, before: Special<'_>) -> bool {
    // A bugfix branch ends on its own: `bugfix-8.4-eol`.
    let is_of_series = |special: Special<'_>| !special.id().starts_with("bugfix");
    if !is_of_series(before) {
        return own != Some(before);
    }
    if own.is_some_and(|own| !is_of_series(own)) {
        return true;
    }
    let kind = own.map(|own| own.kind());
    match before.kind() {
        SpecialKind::Eol => false,
        SpecialKind::Em => {
            matches!(kind, Some(SpecialKind::Eom | SpecialKind::Eol | SpecialKind::Last))
        }
        SpecialKind::Eom | SpecialKind::Last => kind != Some(before.kind()),
    }
}

fn report(on: &OneRelease<'_>, before: &Release, special: Special<'_>, sink: &mut Sink<'_>) {
    let (own, end) = (on.version(), before.version.text());
    let (message, help) = match special.kind() {
        _ if on.special().is_some_and(|own| own.kind() == special.kind()) => (
            format!("`{own}` follows `{end}`, which ended the series already"),
            "remove one of the two entries",
        ),
        SpecialKind::Em => (
            format!("`{own}` follows `{end}`: a series in extended maintenance has no releases"),
            "remove the release; after `-em`, only `-eom`, `-eol` and `-last` are tagged",
        ),
        _ => (
            format!("`{own}` follows `{end}`, which ended the series"),
            "remove the release: nothing is tagged after the end of a series",
        ),
    };
    sink.report(on.release.version.place, message)
        .related(before.version.place, "the series ended here")
        .help(help)
        .release(own);
}
