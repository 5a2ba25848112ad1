//! Whether those whom the policy names approved the overrides of a request.

use crate::config::Policy;
use crate::facts::review::ApprovalOf;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::plan::{Approval, Introduction, Introductions};
use crate::workspace::Workspace;

/// Finds out which overrides of `introductions` count: those with a vote of one of the groups of the policy, other than of
/// who proposed them. At a site without Gerrit, and where the policy names nobody, the merge is the approval.
pub(super) fn judge_overrides(
    workspace: &Workspace,
    sources: &Sources,
    introductions: &mut Introductions,
) {
    let review = match workspace.config.gerrit.is_empty() {
        true => Review::Elsewhere,
        false => Review::InGerrit,
    };
    let asks = asks(&workspace.policy, review, introductions);
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, workspace.jobs);
    judge(&workspace.policy, review, &facts, introductions);
}

/// Where the votes on a change are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Review {
    InGerrit,
    Elsewhere,
}

fn is_needed(policy: &Policy, review: Review) -> bool {
    review == Review::InGerrit && !policy.override_groups().is_empty()
}

fn question(policy: &Policy, by: &Introduction) -> ApprovalOf {
    ApprovalOf { commit: by.commit.clone(), groups: policy.override_groups().to_vec() }
}

/// Whose votes are asked for.
fn asks(policy: &Policy, review: Review, introductions: &Introductions) -> Asks {
    let mut asks = Asks::default();
    if is_needed(policy, review) {
        let overriding = introductions.values().filter(|by| !by.overrides.is_empty());
        overriding.for_each(|by| asks.put(question(policy, by)));
    }
    asks
}

/// Writes into each override whether it counts.
fn judge(policy: &Policy, review: Review, facts: &Facts, introductions: &mut Introductions) {
    for by in introductions.values_mut() {
        let approval = approval(policy, review, facts, by);
        by.overrides.iter_mut().for_each(|one| one.approval = approval.clone());
    }
}

fn approval(policy: &Policy, review: Review, facts: &Facts, by: &Introduction) -> Approval {
    if let Some(why) = policy.override_mistake() {
        return Approval::Unknown(why.to_owned());
    }
    if !is_needed(policy, review) {
        return Approval::Given;
    }
    match facts.get(&question(policy, by)) {
        Answer::Known(_) => Approval::Given,
        Answer::Absent => Approval::Missing(format!(
            "nobody of {} voted for it; the vote of who proposed it does not count",
            policy.override_groups().join(", ")
        )),
        Answer::Unknown(why) => Approval::Unknown(why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Unknown;
    use crate::gerrit::{Account, Vote};
    use crate::ops::in_memory::introduced;

    const NAMED: &str = "overrides: {who: [release-managers]}\n";

    fn vote() -> Vote {
        let by = Account { id: 1, name: None, email: None, username: None };
        Vote { label: "Code-Review".to_owned(), value: 2, by, tag: None, is_late: false }
    }

    fn judged(policy: &str, review: Review, answer: Option<Answer<Vote>>) -> Approval {
        let (policy, problems) = Policy::read(policy.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        let mut introductions = introduced("1.0.0", &["late-in-week"]);
        let asks = asks(&policy, review, &introductions);
        assert_eq!(asks.is_empty(), answer.is_none(), "it asks where it must, and not otherwise");
        let mut facts = Facts::default();
        for by in introductions.values() {
            answer.iter().for_each(|answer| facts.insert(question(&policy, by), answer.clone()));
        }
        judge(&policy, review, &facts, &mut introductions);
        introductions.into_values().next().unwrap().overrides.remove(0).approval
    }

    #[test]
    fn without_gerrit_or_without_a_group_the_merge_is_the_approval() {
        assert_eq!(judged(NAMED, Review::Elsewhere, None), Approval::Given);
        assert_eq!(judged("", Review::InGerrit, None), Approval::Given);
    }

    #[test]
    fn a_group_that_is_named_must_have_voted() {
        let judged = |answer| judged(NAMED, Review::InGerrit, Some(answer));
        assert_eq!(judged(Answer::Known(vote())), Approval::Given);
        assert!(
            matches!(judged(Answer::Absent), Approval::Missing(why) if why.contains("release-managers"))
        );
    }

    #[test]
    fn votes_that_cannot_be_read_are_unknown_and_do_not_count() {
        let answer = Answer::Unknown(Unknown::because("Gerrit is away"));
        let judged = judged(NAMED, Review::InGerrit, Some(answer));
        assert_eq!(judged, Approval::Unknown("Gerrit is away".to_owned()));
    }
}
