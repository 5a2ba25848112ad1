//! Whether those whom the policy names approved the overrides of a request.

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
    let groups = workspace.policy.override_groups();
    let is_needed = !groups.is_empty() && !workspace.config.gerrit.is_empty();
    let question =
        |by: &Introduction| ApprovalOf { commit: by.commit.clone(), groups: groups.to_vec() };
    let mut asks = Asks::default();
    let overriding = introductions.values().filter(|by| is_needed && !by.overrides.is_empty());
    overriding.for_each(|by| asks.put(question(by)));
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, workspace.jobs);
    let mistake = workspace.policy.override_mistake();
    for introduction in introductions.values_mut() {
        let approval = match (mistake, facts.get(&question(introduction))) {
            (Some(why), _) => Approval::Unknown(why.to_owned()),
            (None, _) if !is_needed => Approval::Given,
            (None, Answer::Known(_)) => Approval::Given,
            (None, Answer::Absent) => {
                let groups = groups.join(", ");
                Approval::Missing(format!(
                    "nobody of {groups} voted for it; the vote of who proposed it does not count"
                ))
            }
            (None, Answer::Unknown(why)) => Approval::Unknown(why.to_string()),
        };
        introduction.overrides.iter_mut().for_each(|one| one.approval = approval.clone());
    }
}
