//! The step that the content of a release asks for.

use super::repository::{range, start};
use crate::facts::history::{LandedIn, NotesIn, Since};
use crate::facts::needs::{Needs, NeedsChanged, RequirementChange};
use crate::facts::{Answer, Facts, Unknown};
use crate::report::review::SuggestedBump;
use crate::rules::{OneRelease, Wish, wish_of, wishes_of_notes};
use crate::tree::deliverable::ProjectAt;
use crate::version::{Bump, Version};

/// What the content of a full release asks its version to be; absent for any other tag, and where nothing came before it.
pub(super) fn suggested(on: &OneRelease<'_>, facts: &Facts) -> Answer<SuggestedBump> {
    if !on.release.version.is_full() || on.special().is_some() {
        return Answer::Absent;
    }
    let mut wishes = Vec::new();
    let mut before: Option<Version> = None;
    for project in on.tagged_projects() {
        match of_repository(on, &project, facts) {
            Answer::Known((version, found)) => {
                before = before.max(Some(version));
                wishes.extend(found);
            }
            Answer::Absent => {}
            Answer::Unknown(why) => return Answer::Unknown(why),
        }
    }
    let Some(before) = before else { return Answer::Absent };
    if on.previous().is_none() && !on.path.is_independent() {
        let said = format!("it is the first release in {}", on.path.series());
        wishes.push(Wish { bump: Bump::Minor, said });
    }
    Answer::Known(suggestion(&before, &on.release.version, wishes))
}

fn suggestion(before: &Version, asked: &Version, wishes: Vec<Wish>) -> SuggestedBump {
    let is_early = before.numbers().is_some_and(|parts| parts.first() == Some(&0));
    let is_major = wishes.iter().any(|wish| wish.bump == Bump::Major) && !is_early;
    let (bump, version) = match (is_major, wishes.is_empty()) {
        (true, _) => ("major", before.next_major()),
        (false, false) => ("minor", before.next_feature()),
        (false, true) => ("patch", before.next_patch()),
    };
    SuggestedBump {
        bump,
        after: before.text().to_owned(),
        // Any step is one of a patch; a fourth number is a smaller one.
        is_met: bump == "patch" || version.as_ref().is_none_or(|version| asked >= version),
        version: version.map(|version| version.text().to_owned()),
        reasons: wishes.into_iter().map(|wish| wish.said).collect(),
    }
}

/// The version before, and what asks for more than a patch.
fn of_repository(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Answer<(Version, Vec<Wish>)> {
    let start = match facts.get(&start(on, project)) {
        Answer::Known(start) => start,
        Answer::Absent => return Answer::Absent,
        Answer::Unknown(why) => return Answer::Unknown(why),
    };
    let Since::Version(before) = &start.since else { return Answer::Absent };
    // A candidate at the beginning stands for the release that came from it.
    let before = Version::read(before.as_str(), on.release.version.form()).target();
    let range = range(project, start);
    let notes = facts.get(&NotesIn(range.clone())).map(wishes_of_notes);
    notes.and_then(|mut wishes| {
        facts.get(&LandedIn(range.clone())).and_then(|commits| {
            let of = |one: &crate::facts::history::Landed| {
                wish_of(&one.sem_ver, one.short(), &one.subject)
            };
            wishes.extend(commits.iter().filter_map(of));
            facts.get(&NeedsChanged(range)).and_then(|needs| {
                wishes.extend(of_needs(needs));
                // What cannot be read may ask for more than what can, unless that asks for the most.
                let is_most = wishes.iter().any(|wish| wish.bump == Bump::Major);
                match needs.undecided.first().filter(|_| !is_most) {
                    Some(why) => Answer::Unknown(Unknown::because(why)),
                    None => Answer::Known((before, wishes)),
                }
            })
        })
    })
}

/// What a package needs more than before, tests and documentation aside.
fn of_needs(needs: &Needs) -> Option<Wish> {
    let is_of_users = |file: &str| !["test", "doc"].iter().any(|word| file.contains(word));
    let more = needs.changes.iter().find(|one| {
        matches!(one.change, RequirementChange::Added | RequirementChange::Raised)
            && is_of_users(&one.file)
    })?;
    let after = more.after.as_deref().unwrap_or(&more.name);
    Some(Wish { bump: Bump::Minor, said: format!("it needs `{after}` ({})", more.file) })
}
