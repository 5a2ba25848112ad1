//! What the content of a release asks its number to be: its release notes, and the `Sem-Ver:` lines of its commits.

use super::OneRelease;
use super::one_release::Previous;
use super::version::dependency_minor_bump;
use crate::facts::history::{CommitRange, Commits, Logged, Notes, NotesIn, SemVer};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::tree::deliverable::ProjectAt;
use crate::version::Bump;

/// The sections of release notes that more than a patch has, and what a message calls them.
const SECTIONS: [(&str, &str); 3] =
    [("features", "features"), ("upgrade", "upgrade notes"), ("deprecations", "deprecations")];

/// Something in a release that asks for more than a patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Minor or major.
    pub bump: Bump,
    /// Where it says so: a phrase.
    pub said: String,
}

/// What one repository of a release brings.
pub(super) struct Content<'a> {
    /// The release before it in history.
    pub(super) before: Previous<'a>,
    /// What asks for more than a patch.
    pub(super) wishes: Vec<Wish>,
}

/// Asks for what [`content`] needs.
pub(super) fn ask_content(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
    asks: &mut Asks,
) {
    on.ask_since(project, asks);
    if let Answer::Known(before) = on.since(project, facts) {
        let range = range(&before, project);
        asks.put(Commits(range.clone()));
        asks.put(NotesIn(range));
    }
}

/// What `project` brings since the release before it; absent if this file lists none in its history.
pub(super) fn content<'a>(
    on: &OneRelease<'a>,
    project: &ProjectAt<'a>,
    facts: &Facts,
) -> Answer<Content<'a>> {
    on.since(project, facts)
        .and_then(|before| {
            let range = range(&before, project);
            let commits = facts.get(&Commits(range.clone()));
            let notes = facts.get(&NotesIn(range));
            commits.and_then(|commits| {
                notes.map(|notes| {
                    let mut wishes = of_notes(notes);
                    let of =
                        |commit: &Logged| wish_of(&commit.sem_ver, commit.short(), &commit.subject);
                    wishes.extend(commits.iter().filter_map(of));
                    (Content { before, wishes }, notes.bad.first())
                })
            })
        })
        .and_then(|(content, bad)| match bad {
            // Only where nothing else asks for more does it matter what it says.
            Some(bad) if content.wishes.is_empty() => Answer::Unknown(Unknown::because(
                format_args!("the release note `{}` cannot be read: {}", bad.file, bad.why),
            )),
            _ => Answer::Known(content),
        })
}

/// Asks for what [`feature_in`] needs.
pub(super) fn ask_feature(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    on.tagged_projects().for_each(|project| ask_content(on, &project, facts, asks));
    dependency_minor_bump::asks(on, facts, asks);
}

/// What makes a release that calls itself a patch a feature release: notes, `Sem-Ver:` lines, or what it needs. `Err` is why
/// that is not known.
pub(super) fn feature_in(on: &OneRelease<'_>, facts: &Facts) -> Result<Option<String>, Unknown> {
    let mut unknown = None;
    for project in on.tagged_projects() {
        match content(on, &project, facts) {
            Answer::Known(content) => {
                if let Some(wish) = content.wishes.into_iter().next() {
                    return Ok(Some(wish.said));
                }
            }
            Answer::Absent => {}
            Answer::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    match (dependency_minor_bump::needs_more(on, facts), unknown) {
        (Ok(Some(needed)), _) => Ok(Some(format!("it needs {needed}"))),
        (Ok(None), None) => Ok(None),
        (Ok(None), Some(why)) | (Err(why), _) => Err(why),
    }
}

/// From the commit of an earlier release to that of this one.
pub(super) fn range(before: &Previous<'_>, project: &ProjectAt<'_>) -> CommitRange {
    CommitRange {
        repo: project.name.clone(),
        older: Some(before.project.commit),
        newer: project.commit,
    }
}

/// What the `Sem-Ver:` lines of a commit ask for.
pub fn wish_of(sem_ver: &[SemVer], short: &str, subject: &str) -> Option<Wish> {
    let strongest = sem_ver.last().copied()?;
    let said = format!("`Sem-Ver: {}` of {short} ({subject})", strongest.as_str());
    bump_of(strongest).map(|bump| Wish { bump, said })
}

/// What release notes ask for.
pub fn of_notes(notes: &Notes) -> Vec<Wish> {
    let of_section = |(name, called): (&'static str, &'static str)| {
        notes.with_section(name).map(move |note| {
            let file = note.file.rsplit('/').next().unwrap_or(&note.file);
            Wish { bump: Bump::Minor, said: format!("{called} in `{file}`") }
        })
    };
    SECTIONS.into_iter().flat_map(of_section).collect()
}

/// The step that pbr takes; none for a fix.
fn bump_of(said: SemVer) -> Option<Bump> {
    match said {
        SemVer::Bugfix => None,
        SemVer::Deprecation | SemVer::Feature => Some(Bump::Minor),
        SemVer::ApiBreak => Some(Bump::Major),
    }
}
