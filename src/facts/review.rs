//! Reviews of a commit in the releases repository, and when it was proposed.

use jiff::Timestamp;

use super::{Answer, Question, Sources, Unknown};
pub use crate::gerrit::{Account, Change, Patchset, Status, Vote};
use crate::gerrit::{Gerrit, GerritError, is_change_id};

/// The change that has a commit as a patch set, with its votes. Absent if no change has it, or the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReviewOf {
    /// The commit id, 40 hex digits.
    pub commit: String,
}

/// When a commit was proposed: the time of the first patch set of its change. Absent as for [`ReviewOf`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProposedAt {
    /// The commit id. A commit that was rebased is found by its Change-Id.
    pub commit: String,
    /// The `Change-Id:` of its message, if it has one.
    pub change_id: Option<String>,
    /// Where its repository is pushed to, if known: a change in another repository may have the same Change-Id.
    pub remote: Option<String>,
}

/// The members of a Gerrit group. Absent if no such group is visible, or the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MembersOf {
    /// Name of the group.
    pub group: String,
}

/// The vote that approves the request in a commit: a positive vote by a member of one of these groups who neither owns the
/// change nor uploaded it. Absent if there is no such vote, the commit is not the newest patch set of its change, or the site
/// has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApprovalOf {
    /// The commit id.
    pub commit: String,
    /// Names of groups.
    pub groups: Vec<String>,
}

/// All of these questions go to one host.
pub(super) const LANE: &str = "gerrit";

impl Question for ReviewOf {
    type Known = Change;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Change> {
        ask(sources, |gerrit| Ok(likeliest(gerrit.changes_of(&self.commit)?)))
    }
}

impl Question for ProposedAt {
    type Known = Timestamp;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Timestamp> {
        let found = ask(sources, |gerrit| {
            let found = likeliest(gerrit.changes_of(&self.commit)?);
            match &self.change_id {
                Some(id) if found.is_none() && is_change_id(id) => {
                    let mut named = gerrit.changes_named(id)?;
                    named.retain(|change| self.may_be_of(&change.project));
                    // The same id in two branches is two changes, and it is unknown which one this is.
                    Ok(if named.len() == 1 { named.pop() } else { None })
                }
                _ => Ok(found),
            }
        });
        found.map(|change| change.created)
    }
}

impl ProposedAt {
    fn may_be_of(&self, project: &str) -> bool {
        self.remote.as_ref().is_none_or(|remote| is_at(remote, project))
    }
}

/// Whether a project of Gerrit may be the repository at a URL.
pub(super) fn is_at(remote: &str, project: &str) -> bool {
    let path = remote.trim_end_matches('/').trim_end_matches(".git");
    path.strip_suffix(project).is_some_and(|rest| rest.ends_with(['/', ':']))
}

impl Question for MembersOf {
    type Known = Vec<Account>;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Account>> {
        sources.members(&self.group, || ask(sources, |gerrit| gerrit.members(&self.group)))
    }
}

impl Question for ApprovalOf {
    type Known = Vote;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vote> {
        let review = ReviewOf { commit: self.commit.clone() }.answer(sources);
        let members = |group: &String| MembersOf { group: group.clone() }.answer(sources);
        review.and_then(|change| {
            // The votes of a change apply to its newest patch set.
            if !change.is_at(&self.commit) {
                return Answer::Absent;
            }
            approval(&change, &self.groups, members)
        })
    }
}

/// The approving vote. Unknown if a voter may be in a group that is not visible.
fn approval(
    change: &Change,
    groups: &[String],
    members: impl Fn(&String) -> Answer<Vec<Account>>,
) -> Answer<Vote> {
    let mut hidden = None;
    let is_for = |vote: &&Vote| vote.value > 0 && !change.is_proposed_by(&vote.by);
    let votes: Vec<&Vote> = change.votes.iter().filter(is_for).collect();
    if votes.is_empty() {
        return Answer::Absent;
    }
    for group in groups {
        match members(group) {
            Answer::Known(members) => {
                let is_members =
                    |vote: &&&Vote| members.iter().any(|member| member.id == vote.by.id);
                if let Some(vote) = votes.iter().find(is_members) {
                    return Answer::Known((*vote).clone());
                }
            }
            Answer::Absent => {
                hidden = Some(Unknown::because(format_args!(
                    "the group `{group}` does not exist or is not visible; use a login that can see it in `gerrit-login-file`"
                )));
            }
            Answer::Unknown(why) => hidden = Some(why),
        }
    }
    hidden.map_or(Answer::Absent, Answer::Unknown)
}

fn ask<T>(
    sources: &Sources,
    look: impl FnOnce(&Gerrit) -> Result<Option<T>, GerritError>,
) -> Answer<T> {
    sources.gerrit().and_then(|gerrit| match look(gerrit) {
        Ok(Some(found)) => Answer::Known(found),
        Ok(None) => Answer::Absent,
        Err(error) => Answer::Unknown(error.into()),
    })
}

/// The merged one of the changes with the same commit, or else the first.
fn likeliest(mut changes: Vec<Change>) -> Option<Change> {
    changes.sort_by_key(|change| (change.status != Status::Merged, change.number));
    changes.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: u64) -> Account {
        Account { id, name: None, email: None, username: None }
    }

    fn approved(votes: &[(i32, u64)], members: &[Answer<Vec<Account>>]) -> Answer<u64> {
        let vote = |(value, id): &(i32, u64)| Vote {
            label: "Workflow".into(),
            value: *value,
            by: account(*id),
            tag: None,
            is_late: false,
        };
        let votes: Vec<Vote> = votes.iter().map(vote).collect();
        let groups: Vec<String> = (0..members.len()).map(|at| at.to_string()).collect();
        let of = |group: &String| members[group.parse::<usize>().unwrap()].clone();
        approval(&change(votes), &groups, of).map(|vote| vote.by.id)
    }

    /// A change that 8 owns and 9 has uploaded.
    fn change(votes: Vec<Vote>) -> Change {
        let patchset = Patchset {
            number: 1,
            commit: String::new(),
            full_ref: String::new(),
            uploader: account(9),
            files: Vec::new(),
            written: None,
        };
        Change {
            number: 1,
            change_id: String::new(),
            project: String::new(),
            branch: String::new(),
            subject: String::new(),
            status: Status::New,
            created: Timestamp::UNIX_EPOCH,
            submitted: None,
            owner: account(8),
            patchset: Some(patchset),
            votes,
            messages: Vec::new(),
        }
    }

    #[test]
    fn nobody_approves_what_they_proposed() {
        let members = || [Answer::Known(vec![account(3), account(8), account(9)])];
        for proposer in [8, 9] {
            assert_eq!(approved(&[(2, proposer)], &members()), Answer::Absent);
            assert_eq!(approved(&[(2, proposer), (1, 3)], &members()), Answer::Known(3));
            // Whatever group it may be whose members cannot be seen.
            assert_eq!(approved(&[(2, proposer)], &[Answer::Absent]), Answer::Absent);
        }
    }

    #[test]
    fn a_positive_vote_of_a_member_approves() {
        let members = || [Answer::Known(vec![account(2), account(3)])];
        assert_eq!(approved(&[(-1, 2), (1, 4), (1, 3)], &members()), Answer::Known(3));
        for votes in [&[(-1, 2)][..], &[(2, 4)], &[]] {
            assert_eq!(approved(votes, &members()), Answer::Absent, "{votes:?}");
        }
    }

    #[test]
    fn a_group_that_cannot_be_seen_leaves_it_open() {
        let away = || Answer::Unknown(Unknown::because("the host is away"));
        for hidden in [Answer::Absent, away()] {
            let found = approved(&[(1, 2)], &[hidden.clone(), Answer::Known(Vec::new())]);
            assert!(matches!(found, Answer::Unknown(_)));
            let other = Answer::Known(vec![account(2)]);
            assert_eq!(approved(&[(1, 2)], &[hidden, other]), Answer::Known(2));
        }
    }
}
