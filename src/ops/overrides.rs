//! Whether those whom the policy names approved the overrides of a request.

use crate::config::{Described, Policy, Voters};
use crate::facts::review::ApprovalOf;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::plan::{Introduction, Introductions, OverrideApproval, Overriding};
use crate::tree::request::Request;
use crate::workspace::Workspace;

/// Finds out which overrides of `introductions` count: those with a vote of one of the groups that the policy names for the
/// rule and the deliverable, other than of who proposed them. At a site without Gerrit, and where the policy does not say who
/// may override, the merge is the approval.
pub(super) fn judge_overrides(
    workspace: &Workspace,
    request: &Request,
    sources: &Sources,
    introductions: &mut Introductions,
) {
    let review = match workspace.config.gerrit.is_empty() {
        true => Review::Elsewhere,
        false => Review::InGerrit,
    };
    let judgement = Judgement { policy: &workspace.policy, review, request };
    let asks = judgement.asks(introductions);
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, workspace.jobs);
    judgement.judge(&facts, introductions);
}

/// Where the votes on a change are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Review {
    InGerrit,
    Elsewhere,
}

/// By what overrides are judged.
struct Judgement<'a> {
    policy: &'a Policy,
    review: Review,
    request: &'a Request,
}

impl Judgement<'_> {
    /// Whose votes are asked for.
    fn asks(&self, introductions: &Introductions) -> Asks {
        let mut asks = Asks::default();
        for ((path, _), by) in introductions {
            for one in &by.overrides {
                if let Voters::Groups(groups) = self.voters(one, path) {
                    asks.put(question(one, by, groups));
                }
            }
        }
        asks
    }

    /// Writes into each override whether it counts.
    fn judge(&self, facts: &Facts, introductions: &mut Introductions) {
        for ((path, _), by) in introductions {
            let judged: Vec<OverrideApproval> =
                by.overrides.iter().map(|one| self.approval(one, by, path, facts)).collect();
            by.overrides.iter_mut().zip(judged).for_each(|(one, approval)| one.approval = approval);
        }
    }

    fn approval(
        &self,
        one: &Overriding,
        by: &Introduction,
        path: &str,
        facts: &Facts,
    ) -> OverrideApproval {
        if let Some(why) = self.policy.override_mistake() {
            return OverrideApproval::Unknown(why.to_owned());
        }
        let groups = match self.voters(one, path) {
            Voters::Anybody => return OverrideApproval::Given,
            Voters::Nobody => {
                return OverrideApproval::Missing(format!(
                    "`overrides` of the policy names nobody who may override `{}` here",
                    one.rule
                ));
            }
            Voters::Groups(groups) => groups,
        };
        match facts.get(&question(one, by, groups.clone())) {
            Answer::Known(_) => OverrideApproval::Given,
            Answer::Absent => OverrideApproval::Missing(format!(
                "nobody in {} voted for it; the proposer's own vote does not count",
                groups.join(", ")
            )),
            Answer::Unknown(why) => OverrideApproval::Unknown(why.to_string()),
        }
    }

    fn voters(&self, one: &Overriding, path: &str) -> Voters {
        if self.review == Review::Elsewhere {
            return Voters::Anybody;
        }
        let file = self.request.head.known_file(path);
        let who = file.as_ref().and_then(|file| {
            file.path.as_ref().ok().map(|path| Described::of(&file.deliverable, path))
        });
        self.policy.voters(&one.rule, who.as_ref())
    }
}

/// The votes on the commit that gives the override: that of the release, or a later one.
fn question(one: &Overriding, by: &Introduction, groups: Vec<String>) -> ApprovalOf {
    ApprovalOf { commit: one.commit.as_ref().unwrap_or(&by.commit).clone(), groups }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Unknown;
    use crate::gerrit::{Account, Vote};
    use crate::ops::in_memory::{PATH, introduced, record};

    const NAMED: &str = "overrides: {who: [release-managers]}\n";

    fn vote() -> Vote {
        let by = Account { id: 1, name: None, email: None, username: None };
        Vote { label: "Code-Review".to_owned(), value: 2, by, tag: None, is_late: false }
    }

    fn judged(policy: &str, review: Review, answer: Option<Answer<Vote>>) -> OverrideApproval {
        let (policy, problems) = Policy::read(policy.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        let paths = vec![PATH.to_owned()];
        let request = Request::between(record(&[]), record(&["1.0.0"]), paths, Vec::new());
        let judgement = Judgement { policy: &policy, review, request: &request };
        let mut introductions = introduced("1.0.0", &["late-in-week"]);
        let asks = judgement.asks(&introductions);
        assert_eq!(asks.is_empty(), answer.is_none(), "it asks where it must, and not otherwise");
        let mut facts = Facts::default();
        for by in introductions.values() {
            let groups = vec!["release-managers".to_owned()];
            let asked = question(&by.overrides[0], by, groups);
            answer.iter().for_each(|answer| facts.insert(asked.clone(), answer.clone()));
        }
        judgement.judge(&facts, &mut introductions);
        introductions.into_values().next().unwrap().overrides.remove(0).approval
    }

    #[test]
    fn what_the_policy_lets_nobody_override_does_not_count() {
        let policy = "overrides: [{rules: [soak], who: [trowel-core]}]\n";
        assert!(matches!(judged(policy, Review::InGerrit, None), OverrideApproval::Missing(_)));
        assert_eq!(judged(policy, Review::Elsewhere, None), OverrideApproval::Given);
    }

    #[test]
    fn without_gerrit_or_without_a_group_the_merge_is_the_approval() {
        assert_eq!(judged(NAMED, Review::Elsewhere, None), OverrideApproval::Given);
        assert_eq!(judged("", Review::InGerrit, None), OverrideApproval::Given);
    }

    #[test]
    fn a_group_that_is_named_must_have_voted() {
        let judged = |answer| judged(NAMED, Review::InGerrit, Some(answer));
        assert_eq!(judged(Answer::Known(vote())), OverrideApproval::Given);
        assert!(
            matches!(judged(Answer::Absent), OverrideApproval::Missing(why) if why.contains("release-managers"))
        );
    }

    #[test]
    fn votes_that_cannot_be_read_are_unknown_and_do_not_count() {
        let answer = Answer::Unknown(Unknown::because("Gerrit is away"));
        let judged = judged(NAMED, Review::InGerrit, Some(answer));
        assert_eq!(judged, OverrideApproval::Unknown("Gerrit is away".to_owned()));
    }
}
