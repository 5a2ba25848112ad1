//! Whether the teams of a change have approved it.

use std::collections::BTreeSet;

use crate::approval::{Leadership, Managers, Person, Proposal, Vote, Wanted, judge};
use crate::config;
use crate::facts::people::Leaderships;
use crate::facts::review::MembersOf;
use crate::facts::{Answer, Asks, Facts, gather};
use crate::gerrit::{self, Review};
use crate::report::approval::{ApprovalReport, write};
use crate::report::text::Style;
use crate::tree::request::Request;
use crate::workspace::{Failure, FetchedChange, Workspace};

/// As whom it votes.
const SPEAKER: &str = "approve";

/// Finds out who has approved `change`, for which `workspace` was opened, and who could.
///
/// # Errors
/// When a file names no team, or it cannot be found out who speaks for a team.
pub fn approve(workspace: &Workspace, change: &FetchedChange) -> Result<ApprovalReport, Failure> {
    let request = workspace.request()?;
    must_name_teams(&request)?;
    let teams = teams(&request);
    let config::Approval { label, release_managers } = &workspace.config.approval;
    let group = release_managers.clone().map(|group| MembersOf { group });
    let mut asks = Asks::default();
    if !teams.is_empty() {
        asks.put(Leaderships);
    }
    if let Some(group) = &group {
        asks.put(group.clone());
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, &workspace.sources()?, workspace.jobs);
    let votes = change.change.votes.iter().filter(|vote| counts(vote, label));
    let votes: Vec<Vote> = votes.map(Into::into).collect();
    let members = group.map(|group| members(&facts, &group));
    let notes: Vec<String> = members.iter().filter_map(|it| it.clone().err()).collect();
    let members = members.map(Result::unwrap_or_default);
    // A group that is not seen may have whoever voted in the place of a team.
    let is_stand_in = |vote: &Vote| vote.label == *label && vote.value > 0;
    let is_undecided = !notes.is_empty() && votes.iter().any(is_stand_in);
    let teams = teams.into_iter().map(|team| {
        let leadership = leadership(&facts, &team)?;
        Ok((team, leadership))
    });
    let teams = teams.collect::<Result<Vec<_>, Failure>>()?;
    let proposal = Proposal { uploader: (&change.patchset.uploader).into(), votes };
    let managers = members.as_deref().map_or(Managers::Voters, Managers::Are);
    let rulings = judge(&proposal, Wanted { teams: &teams, managers, label });
    let is_managers = |vote: &Vote| members.iter().flatten().any(|one| one.is(&vote.by));
    let managers = proposal.votes.into_iter().filter(is_managers).collect();
    let (patchset, change) = (change.patchset.number, change.change.number);
    Ok(ApprovalReport { change, patchset, rulings, managers, notes, is_undecided })
}

/// The members of a group, or why nobody is known to be one.
fn members(facts: &Facts, of: &MembersOf) -> Result<Vec<Person>, String> {
    match facts.get(of) {
        Answer::Known(members) => Ok(members.iter().map(Into::into).collect()),
        Answer::Absent => Err(format!(
            "no group `{}` is to be seen with this login, so no vote counts as that of a release manager",
            of.group
        )),
        Answer::Unknown(why) => {
            Err(format!("who the release managers are could not be had: {why}"))
        }
    }
}

/// Whether a vote is somebody's own: what a program has voted on the label says what others had approved then. It must
/// not approve anything by itself where the program's account is one of a release manager.
fn counts(vote: &gerrit::Vote, label: &str) -> bool {
    vote.label != label || !vote.is_of_program()
}

/// A file that cannot be read, or that names no team, might be anybody's: that is not the same as nobody's.
fn must_name_teams(request: &Request) -> Result<(), Failure> {
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no answer"));
    }
    let mut files = request.changes.iter().filter_map(|change| change.after.as_ref());
    match files.find(|file| file.deliverable.team.is_none()) {
        Some(file) => {
            Err(Failure::refused(format!("{} names no team that could approve it", file.name))
                .help("`tagkeeper check` tells what is wrong with the file"))
        }
        None => Ok(()),
    }
}

/// Who speaks for a team. Without governance's list there is no answer: everybody might.
fn leadership(facts: &Facts, team: &str) -> Result<Option<Leadership>, Failure> {
    match facts.get(&Leaderships) {
        Answer::Known(teams) => Ok(teams.get(team).cloned()),
        Answer::Absent => Ok(None),
        Answer::Unknown(why) => Err(Failure::outside(format!(
            "who speaks for the team `{team}` could not be had: {why}"
        ))
        .help("set `governance` to the data that lists the teams")),
    }
}

/// The teams of the files that the change touches, before and after it: a file cannot change its owner without them.
fn teams(request: &Request) -> BTreeSet<String> {
    let files = request.changes.iter().flat_map(|change| [&change.before, &change.after]);
    let teams = files.flatten().filter_map(|file| file.deliverable.team.as_ref());
    teams.map(|team| team.value.clone()).collect()
}

/// Votes as `approval` says, where that changes anything.
///
/// # Errors
/// When Gerrit does not take the vote.
pub fn vote(
    workspace: &Workspace,
    change: &FetchedChange,
    approval: &ApprovalReport,
) -> Result<(), Failure> {
    if approval.rulings.is_empty() {
        return Ok(());
    }
    let label = &workspace.config.approval.label;
    let me = change.gerrit.myself()?.id;
    let mut votes = change.change.votes.iter();
    let has_voted = votes.any(|vote| vote.label == *label && vote.by.id == me);
    if has_voted == approval.is_approved() {
        return Ok(());
    }
    let mut told = Vec::new();
    write(approval, &mut told, Style::Plain).map_err(Failure::outside)?;
    let mut review = Review::new(SPEAKER, &String::from_utf8_lossy(&told));
    review.votes.push((label.clone(), i32::from(approval.is_approved())));
    change.gerrit.post(&change.change, &review)?;
    Ok(())
}
