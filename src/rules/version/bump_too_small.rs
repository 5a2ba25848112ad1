//! `bump-too-small`: the number promises less than the content.

use crate::facts::{Answer, Asks, Facts};
use crate::rules::content::{Wish, ask_content, content};
use crate::rules::listing::listed;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ProjectAt, Release, Status};
use crate::version::{Bump, Version};

pub(crate) static RULE: Rule = Rule {
    id: "bump-too-small",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "release notes or commits ask for a larger step than the version takes",
    docs: "## What it checks

The release notes that came since the previous release, and the `Sem-Ver:` lines of the commits since then. Notes about
features, upgrades or deprecations, `Sem-Ver: feature` and `Sem-Ver: deprecation` ask for a minor release at least;
`Sem-Ver: api-break` asks for a major one (a minor one before 1.0.0). The previous release is the newest one in this file that
is in the history of the commit. Only full releases are judged: a pre-release and its release have one number.

A note counts as new if the previous release does not have it, whatever its file is called now. A note that cannot be read is
named, and the others count.

## Why

Distributions and users take patch releases without reading the notes. A feature in one surprises them.

## What to do

Use the next minor or major version. On a stable branch where the next series has that number, revert the change, or correct the
note if it says too much.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// More reasons than these are counted, not listed.
const MOST_LISTED: usize = 5;

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    judged(on).for_each(|project| ask_content(on, &project, facts, asks));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let mut small = Vec::new();
    for project in judged(on) {
        match content(on, &project, facts) {
            Answer::Known(content) => {
                let before = content.before.release;
                let given = Bump::between(Some(&before.version), &on.release.version);
                let wishes = content.wishes.into_iter();
                let unmet = wishes.filter(|wish| !is_met(wish, given, &on.release.version));
                small.extend(unmet.map(|wish| (before, project.clone(), given, wish)));
            }
            // The first release, or a commit that other rules report.
            Answer::Absent => {}
            Answer::Unknown(why) => {
                let what = format!("what the changes in `{}` ask for", *project.repo);
                sink.could_not_check(on.release.version.place, &what, &why)
                    .repo(&project.repo)
                    .release(on.version());
            }
        }
    }
    report(on, &small, sink);
}

/// The repositories of a full release. A fourth part counts what was packaged again, as xstatic does.
fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let version = &on.release.version;
    let counts = version.is_full()
        && !version.is_dated()
        && version.next_feature().is_some()
        && version.numbers().is_some_and(|parts| parts.len() <= 3);
    on.tagged_projects().filter(move |_| counts)
}

/// Whether the step that was taken is as large as the wish; before 1.0.0 a minor release may break.
fn is_met(wish: &Wish, given: Bump, version: &Version) -> bool {
    let is_early = version.numbers().is_some_and(|parts| parts.first() == Some(&0));
    match given {
        Bump::Patch => false,
        Bump::Minor => wish.bump == Bump::Minor || is_early,
        _ => true,
    }
}

fn report(
    on: &OneRelease<'_>,
    small: &[(&Release, ProjectAt<'_>, Bump, Wish)],
    sink: &mut Sink<'_>,
) {
    let Some((before, project, given, _)) = small.first() else { return };
    let is_major = small.iter().any(|(_, _, _, wish)| wish.bump == Bump::Major)
        && on.release.version.numbers().is_some_and(|parts| parts.first() != Some(&0));
    let wanted = if is_major { "major" } else { "minor" };
    let given = if *given == Bump::Patch { "patch" } else { "minor" };
    let several = small.iter().any(|(_, other, _, _)| other.repo.value != project.repo.value);
    let said = |(_, project, _, wish): &(&Release, ProjectAt<'_>, Bump, Wish)| match several {
        true => format!("{} of `{}`", wish.said, *project.repo),
        false => wish.said.clone(),
    };
    let listed = listed(small, MOST_LISTED, said);
    let message = format!(
        "`{}` is a {given} release after `{}`, but its content asks for a {wanted} one: {}",
        on.version(),
        before.version.text(),
        listed
    );
    let next = match is_major {
        true => before.version.next_major(),
        false => before.version.next_feature(),
    };
    sink.report(on.release.version.place, message)
        .related(before.version.place, "the previous release in its history")
        .help(help(on, next.as_ref(), wanted))
        .repo(&project.repo)
        .release(on.version());
}

fn help(on: &OneRelease<'_>, next: Option<&Version>, wanted: &str) -> String {
    let is_open =
        on.path.is_independent() || on.series.is_some_and(|series| series.is(Status::Development));
    match next.filter(|next| is_open && on.release_named(next.text()).is_none()) {
        Some(next) => format!("use `{}`, or correct the notes if they say too much", next.text()),
        None if is_open => format!("use the next {wanted} version"),
        None => format!(
            "use the next {wanted} version if no other series has it, or revert the change on this branch"
        ),
    }
}
