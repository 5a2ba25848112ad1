//! Whether the teams of a change have approved it.

use crate::approval::{
    ApprovalClaim, ApprovalVote, Concerned, Decision, Leadership, Managers, PatchsetVotes, Person,
    Ruling, WantedApprovals, concerned, judge,
};
use crate::config;
use crate::facts::governance::Governed;
use crate::facts::review::MembersOf;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::gerrit::{self, ReviewInput};
use crate::report::approval::{ApprovalReport, write};
use crate::report::text::Style;
use crate::tree::request::{Change, Request};
use crate::tree::requested::requested;
use crate::workspace::{Failure, FetchedChange, Workspace};

/// As whom it votes.
const SPEAKER: &str = "approve";

/// Finds out who has approved `change`, for which `workspace` was opened, and who could.
///
/// # Errors
/// When a file names no team, or it cannot be found out who speaks for a team.
pub fn approve(workspace: &Workspace, change: &FetchedChange) -> Result<ApprovalReport, Failure> {
    let in_review = InReview { change: &change.change, patchset: &change.patchset };
    approvals(workspace, &workspace.request()?, in_review, &workspace.sources()?)
}

/// A change with the patch set that is looked at.
#[derive(Clone, Copy)]
pub(super) struct InReview<'a> {
    pub(super) change: &'a gerrit::Change,
    pub(super) patchset: &'a gerrit::Patchset,
}

/// The same for a request that was read.
pub(super) fn approvals(
    workspace: &Workspace,
    request: &Request,
    InReview { change, patchset }: InReview<'_>,
    sources: &Sources,
) -> Result<ApprovalReport, Failure> {
    must_name_teams(request)?;
    let claims = claims(request);
    let config::Approvers { label, release_managers } = &workspace.config.approval;
    let group = release_managers.clone().map(|group| MembersOf { group });
    let mut asks = Asks::default();
    if !claims.is_empty() {
        asks.put(Governed);
    }
    if let Some(group) = &group {
        asks.put(group.clone());
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, workspace.jobs);
    let votes = change.votes.iter().filter(|vote| counts(vote, label));
    let votes: Vec<ApprovalVote> = votes.map(Into::into).collect();
    let members = group.map(|group| members(&facts, &group));
    let Concerned { teams, gaps } = concerned(&claims, facts.get(&Governed).known().copied());
    let hidden = members.iter().filter_map(|it| it.clone().err());
    let notes: Vec<String> = hidden.chain(gaps.iter().map(ToString::to_string)).collect();
    // Whoever voted may be in a group that cannot be read, and approve for every team.
    let is_stand_in = |vote: &ApprovalVote| vote.label == *label && vote.value > 0;
    let is_hidden = members.as_ref().is_some_and(Result::is_err);
    let may_be_stood_in = is_hidden && votes.iter().any(is_stand_in);
    let members = members.map(Result::unwrap_or_default);
    let teams = teams.into_iter().map(|team| {
        let leadership = leadership(&facts, &team)?;
        Ok((team, leadership))
    });
    let teams = teams.collect::<Result<Vec<_>, Failure>>()?;
    let proposal = PatchsetVotes { uploader: (&patchset.uploader).into(), votes };
    let managers = members.as_deref().map_or(Managers::Voters, Managers::Are);
    let rulings = judge(&proposal, WantedApprovals { teams: &teams, managers, label });
    let may_be_approved = |ruling: &Ruling| match ruling.decision {
        Decision::Approved(_) => true,
        Decision::Objected(_) => false,
        Decision::Missing => may_be_stood_in || ruling.is_open(),
    };
    let is_settled = gaps.is_empty() && rulings.iter().all(Ruling::is_approved);
    let is_undecided = !is_settled && rulings.iter().all(may_be_approved);
    let is_managers = |vote: &ApprovalVote| members.iter().flatten().any(|one| one.is(&vote.by));
    let managers = proposal.votes.into_iter().filter(is_managers).collect();
    let (patchset, change) = (patchset.number, change.number);
    Ok(ApprovalReport { change, patchset, rulings, managers, notes, is_undecided })
}

/// The members of a group, or why nobody is known to be one.
fn members(facts: &Facts, of: &MembersOf) -> Result<Vec<Person>, String> {
    match facts.get(of) {
        Answer::Known(members) => Ok(members.iter().map(Into::into).collect()),
        Answer::Absent => Err(format!(
            "this login cannot see the group `{}`, so no vote counts as a release manager's",
            of.group
        )),
        Answer::Unknown(why) => Err(format!("who the release managers are is unknown: {why}")),
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
                .help("`tagkeeper check` says what is wrong with the file"))
        }
        None => Ok(()),
    }
}

/// Who speaks for a team. Without governance's list there is no answer: everybody might.
fn leadership(facts: &Facts, team: &str) -> Result<Option<Leadership>, Failure> {
    let governance = match facts.get(&Governed) {
        Answer::Known(governance) => governance,
        Answer::Absent => return Ok(None),
        Answer::Unknown(why) => {
            let message = format!("who speaks for the team `{team}` is unknown: {why}");
            let help = "set `governance` to the data that lists the teams";
            return Err(Failure::outside(message).help(help));
        }
    };
    Ok(match governance.leadership(team) {
        Answer::Known(leadership) => Some(leadership),
        Answer::Absent => None,
        Answer::Unknown(why) => Some(Leadership { gap: Some(why), ..Leadership::default() }),
    })
}

/// What the files that the change touches ask for: a file cannot change its owner without the team before it.
fn claims(request: &Request) -> Vec<ApprovalClaim<'_>> {
    request.changes.iter().map(|change| claim(request, change)).collect()
}

fn claim<'a>(request: &'a Request, change: &'a Change) -> ApprovalClaim<'a> {
    let files = [&change.before, &change.after].into_iter().flatten();
    let teams = files.filter_map(|file| file.deliverable.team.as_ref());
    let repositories = requested(request, change).into_iter().map(|one| one.repo.as_str());
    ApprovalClaim {
        teams: teams.map(|team| team.as_str()).collect(),
        repositories: repositories.collect(),
    }
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
    let mut review = ReviewInput::new(SPEAKER, &String::from_utf8_lossy(&told));
    review.votes.push((label.clone(), i32::from(approval.is_approved())));
    change.gerrit.post(&change.change, &review)?;
    Ok(())
}
