//! Whether those whom the policy names approved the overrides of a request.

use super::plan::Introductions;
use super::site::Site;
use crate::facts::review::{Account, Change, MembersOf, ReviewOf, Vote};
use crate::facts::{Answer, Asks, Facts, Sources, Unknown, gather};
use crate::plan::{Approval, Introduction};

/// Finds out which overrides of `introductions` count: those with a vote of one of the groups of the policy. At a site
/// without Gerrit, and where the policy names nobody, the merge is the approval.
pub(super) fn judge_overrides(site: &Site, sources: &Sources, introductions: &mut Introductions) {
    let groups = site.policy.override_groups();
    let is_needed = !groups.is_empty() && !site.config.gerrit.is_empty();
    let overriding = || introductions.values().filter(|by| !by.overrides.is_empty());
    let mut asks = Asks::default();
    for introduction in overriding().filter(|_| is_needed) {
        asks.put(review_of(introduction));
        groups.iter().for_each(|group| asks.put(members_of(group)));
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, site.jobs);
    for introduction in introductions.values_mut() {
        let approval = if let Some(why) = site.policy.override_mistake() {
            Approval::Unknown(why.to_owned())
        } else if is_needed {
            approval(&facts.get(&review_of(introduction)), groups, &facts)
        } else {
            Approval::Given
        };
        introduction.overrides.iter_mut().for_each(|one| one.approval = approval.clone());
    }
}

fn review_of(introduction: &Introduction) -> ReviewOf {
    ReviewOf { commit: introduction.commit.clone() }
}

fn members_of(group: &str) -> MembersOf {
    MembersOf { group: group.to_owned() }
}

/// Whether one of the groups voted for a commit.
fn approval(review: &Answer<&Change>, groups: &[String], facts: &Facts) -> Approval {
    let change = match review {
        Answer::Known(change) => *change,
        Answer::Absent => return Approval::Missing("no change has this commit".to_owned()),
        Answer::Unknown(why) => return Approval::Unknown(why.to_string()),
    };
    let mut hidden: Option<Unknown> = None;
    for group in groups {
        match facts.get(&members_of(group)) {
            Answer::Known(members) if change.votes.iter().any(|vote| is_for(vote, members)) => {
                return Approval::Given;
            }
            Answer::Known(_) => {}
            Answer::Absent => {
                hidden = Some(Unknown::because(format_args!(
                    "there is no group `{group}` that may be seen; name a login that sees it in `gerrit-login-file`"
                )));
            }
            Answer::Unknown(why) => hidden = Some(why),
        }
    }
    match hidden {
        Some(why) => Approval::Unknown(why.to_string()),
        None => Approval::Missing(format!(
            "nobody of {} voted for change {}",
            groups.join(", "),
            change.number
        )),
    }
}

fn is_for(vote: &Vote, members: &[Account]) -> bool {
    vote.value > 0 && members.iter().any(|member| member.id == vote.by.id)
}

#[cfg(test)]
mod tests {
    use super::{approval, members_of};
    use crate::facts::review::{Account, Change, Status, Vote};
    use crate::facts::{Answer, Facts, Unknown};
    use crate::plan::Approval;

    fn account(id: u64, name: &str) -> Account {
        Account { id, name: Some(name.to_owned()), email: None, username: None }
    }

    fn change(votes: &[(&str, i32, u64)]) -> Change {
        let vote = |(label, value, id): &(&str, i32, u64)| Vote {
            label: (*label).to_owned(),
            value: *value,
            by: account(*id, "Bob"),
        };
        Change {
            number: 42,
            project: "garden/releases".to_owned(),
            branch: "master".to_owned(),
            subject: "Release rose 2.1.0".to_owned(),
            status: Status::Merged,
            created: jiff::Timestamp::UNIX_EPOCH,
            owner: account(1, "Ann"),
            patchset: None,
            votes: votes.iter().map(vote).collect(),
            messages: Vec::new(),
        }
    }

    fn approved(votes: &[(&str, i32, u64)], members: Answer<Vec<Account>>) -> Approval {
        let mut facts = Facts::default();
        facts.insert(members_of("managers"), members);
        approval(&Answer::Known(&change(votes)), &["managers".to_owned()], &facts)
    }

    #[test]
    fn a_vote_of_a_member_approves() {
        let members = || Answer::Known(vec![account(2, "Bob")]);
        assert_eq!(approved(&[("Workflow", 1, 2)], members()), Approval::Given);
        for votes in [&[("Workflow", -1, 2)][..], &[("Code-Review", 2, 3)], &[]] {
            assert!(matches!(approved(votes, members()), Approval::Missing(_)), "{votes:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_not_known() {
        let bob = [("Workflow", 1, 2)];
        assert!(matches!(approved(&bob, Answer::Absent), Approval::Unknown(_)));
        let away = Unknown::because("the host is away");
        assert!(matches!(approved(&bob, Answer::Unknown(away.clone())), Approval::Unknown(_)));
        let facts = Facts::default();
        let review = |answer| approval(&answer, &["managers".to_owned()], &facts);
        assert_eq!(review(Answer::Unknown(away.clone())), Approval::Unknown(away.to_string()));
        assert!(matches!(review(Answer::Absent), Approval::Missing(_)));
    }
}
