//! `em-tag`: a tag that marks the start of extended maintenance is complete.

use crate::facts::Facts;
use crate::rules::end_tag;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::SpecialKind;

pub(crate) static RULE: Rule = Rule {
    id: "em-tag",
    level: Level::Error,
    overridable: Overridable::InPart,
    summary: "a `-em` tag comes too early, has no branch to end, or leaves out a repository",
    docs: "## What it checks

A new `<id>-em` at the end of a file: the series has been released, the file lists branches, and the tag is on all
repositories of the deliverable and on no others, each at the commit of its last release. In a series that is in development or to come, an override is possible.

## Why

The tag marks the last release that the series gets, in each repository.

## What to do

Add each repository of `repository-settings` to the entry, each at the commit of its last release.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if end_tag::is_end(on, SpecialKind::Em) {
        end_tag::check(on, sink);
        if !end_tag::is_too_early(on) {
            check_commits(on, sink);
        }
    }
}

fn check_commits(on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    for project in on.tagged_projects() {
        let Some((release, before)) = on.previous_of(&project.repo) else { continue };
        if before.hash.eq_ignore_ascii_case(&project.hash) {
            continue;
        }
        let last = release.version.text();
        let message = format!(
            "`{}` of `{}` is not at the commit of its last release, `{last}`",
            on.version(),
            *project.repo
        );
        sink.report(project.hash.place, message)
            .related(before.hash.place, format!("`{last}` is here"))
            .help(format!("use the commit `{}`", *before.hash))
            .fix(
                format!("use the commit of `{last}`"),
                project.hash.place,
                before.hash.to_ascii_lowercase(),
            )
            .repo(&project.repo)
            .release(on.version());
    }
}
