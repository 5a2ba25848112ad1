//! What became of a plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::{Pending, PendingReason, Sighting, Trouble};
use crate::plan::{
    Action, BadEnd, ImpossibleEntry, Plan, PlannedRelease, RepoName, StepResult, Worst,
};

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// In the order of the plan.
    pub releases: Vec<ReleaseOutcome>,
    /// What was pending and what no file asks for any more. It stays pending until somebody settles it: a tag of it may
    /// have been made.
    pub left: Vec<Pending>,
    /// What waited and was taken back before anything of it was begun.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<String>,
    /// Files and entries of the plan that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// The files among them, which stay pending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
    /// Entries of the plan that nobody can make as they are written, which stay pending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub impossible: Vec<ImpossibleEntry>,
}

/// What became of one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseOutcome {
    /// What was planned.
    pub planned: PlannedRelease,
    /// What became of each step.
    pub steps: Vec<StepOutcome>,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepOutcome {
    /// Name as in the files.
    pub repo: RepoName,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// What became of it.
    #[serde(flatten)]
    pub did: StepResult,
}

impl ReleaseOutcome {
    /// Whether nothing of it is left to be done.
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(|step| step.did.is_settled())
    }

    /// Whether it is not complete for nothing but that its announcements have no way to go.
    fn is_unsent(&self) -> bool {
        self.steps
            .iter()
            .all(|step| step.did.is_settled() || matches!(step.did, StepResult::Unsent(_)))
    }

    /// Whether it is not complete for nothing but that it waits.
    pub fn waits(&self) -> bool {
        !self.is_complete()
            && self.steps.iter().all(|step| step.did.is_settled() || step.did.is_held())
    }

    /// What it waits for, where it does nothing but that.
    pub fn waits_for(&self) -> Option<String> {
        let reason = |step: &StepOutcome| match &step.did {
            StepResult::Held { reason, .. } => Some(reason.clone()),
            _ => None,
        };
        self.steps.iter().find_map(reason).filter(|_| self.waits())
    }

    /// What a ref of it waits for, whatever else keeps it open.
    fn held_for(&self) -> Option<String> {
        let refs = self.steps.iter().filter(|step| step.action.full_ref().is_some());
        refs.into_iter().find_map(|step| match &step.did {
            StepResult::Held { reason, .. } => Some(reason.clone()),
            _ => None,
        })
    }

    /// Until when it waits, where it does and the time is known.
    pub fn held_until(&self) -> Option<Timestamp> {
        self.steps.iter().find_map(|step| match &step.did {
            StepResult::Held { until, .. } => *until,
            _ => None,
        })
    }

    /// Why it is not complete.
    fn reason(&self) -> PendingReason {
        let is_unknown = |step: &StepOutcome| matches!(step.did, StepResult::Unknown(_));
        match self.steps.iter().map(|step| step.did.worst()).max() {
            Some(Worst::Refused) => PendingReason::Refused,
            _ if self.waits() => PendingReason::Held,
            _ if self.steps.iter().any(is_unknown) => PendingReason::Unknown,
            _ if self.is_unsent() => PendingReason::Unsent,
            _ => PendingReason::Failed,
        }
    }

    /// What of it is still to be done: its version, or each branch.
    fn pending(&self, now: Timestamp) -> Vec<Pending> {
        let mut names: Vec<&str> = match &self.planned.version {
            Some(version) => vec![version],
            None => self.planned.branches().collect(),
        };
        names.dedup();
        let in_words = || self.trouble().map(ToString::to_string);
        let detail = self.waits_for().or_else(in_words).unwrap_or_default();
        let of_name = |name: &str| Pending {
            waited: self.held_for(),
            until: self.held_until(),
            planned: Some(now),
            first_seen: self.seen(now),
            troubles: self.troubles(),
            ..Pending::new((&self.planned.file, name), (self.reason(), detail.clone()), now)
        };
        names.into_iter().map(of_name).collect()
    }

    /// The commits whose refs wait, as seen at `now`. A release with a ref that is refused cannot be made as it is asked for:
    /// it does not soak.
    fn seen(&self, now: Timestamp) -> BTreeMap<String, Sighting> {
        let refs = || self.steps.iter().filter(|step| step.action.full_ref().is_some());
        if refs().any(|step| step.did.worst() == Worst::Refused) {
            return BTreeMap::new();
        }
        let held = refs().filter(|step| step.did.is_held());
        held.filter_map(|step| {
            let commit = step.action.commit.as_ref()?.to_string();
            Some((step.repo.to_string(), Sighting { commit, at: now }))
        })
        .collect()
    }

    /// The steps that went wrong; else the first that was not begun, or not sent.
    fn troubles(&self) -> BTreeSet<Trouble> {
        let bad = self.steps.iter().filter(|step| step.did.is_bad());
        let bad: BTreeSet<Trouble> = bad.filter_map(StepOutcome::as_trouble).collect();
        if bad.is_empty() {
            return self.trouble().and_then(StepOutcome::as_trouble).into_iter().collect();
        }
        bad
    }

    /// The first step that went wrong, else the first that waits.
    pub fn trouble(&self) -> Option<&StepOutcome> {
        let is_open =
            |did: &StepResult| matches!(did, StepResult::NotBegun(_) | StepResult::Unsent(_));
        self.steps
            .iter()
            .find(|step| step.did.is_bad() || is_open(&step.did))
            .or_else(|| self.steps.iter().find(|step| step.did.is_held()))
    }
}

impl StepOutcome {
    /// How it is called in a message.
    pub fn title(&self) -> String {
        self.action.title_in(&self.repo)
    }

    /// The step and how it ended, where that is no good end.
    fn as_trouble(&self) -> Option<Trouble> {
        let cause = self.did.cause()?.as_str().to_owned();
        Some(Trouble { step: self.title(), cause })
    }
}

impl std::fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title(), self.did)
    }
}

impl Outcome {
    /// What becomes of `plan` without any step: what it could not plan.
    pub fn without_steps(plan: &Plan) -> Self {
        Self {
            unread: plan.unread.clone(),
            unreadable: plan.unreadable.clone(),
            impossible: plan.impossible.clone(),
            ..Self::default()
        }
    }

    /// What is still to be done, for the ledger. Each entry is found again by its file and its version or branch.
    pub fn pending(&self, now: Timestamp) -> Vec<Pending> {
        let mut pending = self.left.clone();
        pending.extend(self.unreadable.iter().map(|file| {
            let why = (PendingReason::Refused, "the file cannot be read as YAML".to_owned());
            Pending::new((file, Pending::WHOLE_FILE), why, now)
        }));
        pending.extend(self.impossible.iter().map(|entry| impossible(entry, now)));
        let open = self.releases.iter().filter(|release| !release.is_complete());
        pending.extend(open.flat_map(|release| release.pending(now)));
        pending
    }

    /// What is left, in words, each with how it is settled.
    pub fn left_over(&self) -> impl Iterator<Item = String> {
        self.left.iter().map(|Pending { file, name, since, detail, .. }| {
            let deliverable = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".yaml");
            format!(
                "`{name}` of {file} has been pending since {since:.0} ({detail}), and no file lists it any longer: see whether a \
                 tag or branch of it was made, then `tagkeeper explain {deliverable} {name} --resolve done`"
            )
        })
    }

    /// How bad it is.
    pub fn worst(&self) -> Worst {
        let steps = self.releases.iter().flat_map(|release| &release.steps);
        let worst = steps.map(|step| step.did.worst()).max().unwrap_or(Worst::Fine);
        let is_left = |release: &ReleaseOutcome| {
            release.steps.iter().any(|step| matches!(step.did, StepResult::NotBegun(_)))
        };
        let is_open =
            !self.left.is_empty() || !self.unread.is_empty() || !self.impossible.is_empty();
        if worst < Worst::Refused && is_open {
            return Worst::Refused;
        }
        // A release that was not begun because its key cannot be used or its repository cannot be read.
        if worst == Worst::Fine && self.releases.iter().any(is_left) {
            Worst::Failed
        } else {
            worst
        }
    }
}

/// An entry that nobody can make, for the ledger. It was no step, so that what went wrong with one before is another failure.
fn impossible(entry: &ImpossibleEntry, now: Timestamp) -> Pending {
    let trouble = Trouble { step: entry.name.clone(), cause: BadEnd::Refused.as_str().to_owned() };
    let why = (PendingReason::Refused, entry.why.clone());
    Pending { troubles: [trouble].into(), ..Pending::new((&entry.file, &entry.name), why, now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(repo: &str, full_ref: Option<&str>, did: StepResult) -> StepOutcome {
        let action = serde_json::json!({
            "action": "tag", "name": "1.0.0", "commit": "a".repeat(40), "ref": full_ref,
        });
        let action = serde_json::from_value(action).unwrap();
        StepOutcome { repo: repo.parse().unwrap(), action, did }
    }

    /// The repositories whose commits were first seen to wait.
    fn seen(steps: Vec<StepOutcome>) -> Vec<String> {
        let planned = PlannedRelease {
            file: "deliverables/hibiscus/trowel.yaml".to_owned(),
            deliverable: "trowel".to_owned(),
            series: "hibiscus".to_owned(),
            version: Some("1.0.0".to_owned()),
            commit: None,
            overrides: Vec::new(),
            steps: Vec::new(),
        };
        let releases = vec![ReleaseOutcome { planned, steps }];
        let outcome = Outcome { releases, ..Outcome::default() };
        outcome.pending(Timestamp::UNIX_EPOCH).remove(0).first_seen.into_keys().collect()
    }

    #[test]
    fn a_commit_soaks_though_another_step_failed_but_not_where_a_ref_is_refused() {
        let tag = |repo: &str, did: StepResult| step(repo, Some("refs/tags/1.0.0"), did);
        let held = || StepResult::Held { until: None, reason: "soak".to_owned() };
        for mail in [StepResult::Refused("550".into()), StepResult::Failed("no route".into())] {
            let steps = vec![tag("garden/trowel", held()), step("garden/trowel", None, mail)];
            assert_eq!(seen(steps), ["garden/trowel"]);
        }
        let refused = tag("garden/rake", StepResult::Refused("it is elsewhere".into()));
        assert_eq!(seen(vec![tag("garden/trowel", held()), refused]), Vec::<String>::new());
    }
}
