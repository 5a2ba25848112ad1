//! Rules that the policy switches off, and whether that silences anything.

use super::{Closed, Rule, Scope, find};
use crate::config::{Policy, PolicyLevel, RuleLevel};
use crate::rules::judge::Case;
use crate::tree::file::FilePath;
use crate::tree::place::Place;

/// One entry of the policy that switches a rule off.
pub struct Suppression<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    set: &'a RuleLevel,
    /// Whether it silenced a finding.
    pub is_used: bool,
}

impl<'a> Suppression<'a> {
    /// The suppressions of a policy.
    pub(super) fn of(policy: &'a Policy) -> Vec<Self> {
        let off = policy.levels().filter(|(_, set)| set.level == PolicyLevel::Off);
        off.map(|(rule, set)| Self { rule, set, is_used: false }).collect()
    }

    /// Where it is in the policy.
    pub fn place(&self) -> Place {
        self.set.place
    }

    /// Notes that it silenced a finding of `rule` about `deliverable`.
    pub(super) fn note(all: &mut [Self], rule: &str, deliverable: Option<&str>) {
        let meant = all.iter_mut().find(|one| one.rule == rule && one.set.covers(deliverable));
        meant.into_iter().for_each(|one| one.is_used = true);
    }

    /// Whether this run would have used it, if there were anything to silence: the rule judges files as they are, and every
    /// file that the entry is for is judged whole. What a rule says about a release depends on the day and the request.
    pub(super) fn can_be_judged(&self, case: &Case<'_>) -> bool {
        let Some(rule) = find(self.rule) else { return false };
        let is_of_files = match rule.scope {
            Scope::Files(_) => true,
            Scope::Deliverables { .. } => case.request.base.is_none(),
            _ => false,
        };
        is_of_files && self.all_are_at_hand(rule, case)
    }

    fn all_are_at_hand(&self, rule: &Rule, case: &Case<'_>) -> bool {
        let Ok(paths) = case.request.head.paths() else { return false };
        let is_judged = rule.closed == Closed::Judged || case.closed == Closed::Judged;
        let list = case.request.head.series();
        let mut meant = paths
            .iter()
            .filter_map(|path| Some((path, FilePath::parse(path).ok()?)))
            .filter(|(_, file)| self.set.covers(Some(file.name())))
            .filter(|(_, file)| is_judged || !list.is_closed(file.series()))
            .peekable();
        let is_changed = |path: &str| case.request.changes.iter().any(|change| change.path == path);
        meant.peek().is_some() && meant.all(|(path, _)| is_changed(path))
    }
}
