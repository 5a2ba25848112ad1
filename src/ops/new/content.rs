//! What a release takes and leaves out, repository by repository.

use super::before::Before;
use super::decision::EntryDecision;
use super::heads::{Head, known};
use crate::facts::history::{Commits, LeftOut, Logged, Notes, NotesIn};
use crate::facts::{Answer, Asks, Facts};
use crate::report::draft::{LeftBehind, Taken};
use crate::tree::deliverable::Release;
use crate::workspace::Failure;

/// Asks for what [`taken`] and [`notes`] need.
pub(super) fn ask(before: &Before, decision: &EntryDecision, facts: &Facts, asks: &mut Asks) {
    before.ask(&decision.heads, asks);
    for head in &decision.heads {
        asks.put(left_out(head));
        if let Ok(Some(range)) = before.range(head, facts) {
            asks.put(Commits(range.clone()));
            asks.put(NotesIn(range));
        }
    }
}

/// The commits of each repository.
///
/// # Errors
/// If they could not be found out.
pub(super) fn taken(
    before: &Before,
    decision: &EntryDecision,
    facts: &Facts,
) -> Result<Vec<Taken>, Failure> {
    decision.heads.iter().map(|head| of_repository(before, head, facts)).collect()
}

/// The release notes that came since the release before.
///
/// # Errors
/// If they could not be read.
pub(super) fn notes<'f>(
    before: &Before,
    decision: &EntryDecision,
    facts: &'f Facts,
) -> Result<Vec<&'f Notes>, Failure> {
    let mut found = Vec::new();
    for head in &decision.heads {
        if let Some(range) = before.range(head, facts)? {
            let what = || format!("the release notes of `{}`", head.repo);
            found.push(known(facts.get(&NotesIn(range)), what, || gone(head))?);
        }
    }
    Ok(found)
}

fn of_repository(before: &Before, head: &Head, facts: &Facts) -> Result<Taken, Failure> {
    let followed = before.followed(head, facts)?;
    let commits = match before.range(head, facts)? {
        None => Vec::new(),
        Some(range) => {
            let what = || format!("which commits of `{}` came since the last release", head.repo);
            known(facts.get(&Commits(range)), what, || gone(head))?.clone()
        }
    };
    let since = followed.map(|(release, _)| release.version.text().to_owned());
    let is_followed = |own: &&Release| since.as_deref() == Some(own.version.text());
    let elsewhere = before.newest_with(&head.repo).filter(|own| !is_followed(own));
    let behind = match facts.get(&left_out(head)) {
        Answer::Known(commits) => LeftBehind::Commits(commits.clone()),
        // The commits of an entry may be on a branch that has gone.
        Answer::Absent => LeftBehind::NotOnBranch,
        Answer::Unknown(why) => LeftBehind::Unknown(why.to_string()),
    };
    Ok(Taken {
        repo: head.repo.to_string(),
        branch: head.branch.clone(),
        hash: head.commit.to_string(),
        elsewhere: elsewhere.map(|release| release.version.text().to_owned()),
        since,
        commits: commits.into_iter().collect::<Vec<Logged>>(),
        behind,
    })
}

fn left_out(head: &Head) -> LeftOut {
    LeftOut { repo: head.repo.clone(), branch: head.branch.clone(), commit: head.commit }
}

fn gone(head: &Head) -> Failure {
    Failure::outside(format!("`{}` has lost the commit `{}`", head.repo, head.commit))
}
