//! The steps of a release that wait, in the plan.

use jiff::Timestamp;

use super::requested::RequestedFile;
use super::subject::Introduction;
use super::{HeldUntil, State, Step, held};
use crate::calendar::{Basis, Merged, Waiting};
use crate::facts::merged::{Merge, MergedAt};
use crate::facts::{Answer, Facts, Unknown};
use crate::tree::CommitId;
use crate::tree::deliverable::{ProjectAt, Release};

impl RequestedFile<'_> {
    /// What the tags of a release wait for now, unless its overrides let it pass.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn held(&self, release: &Release, facts: &Facts) -> Result<Option<HeldUntil>, Unknown> {
        let merged = self.merged(release, facts)?;
        let by = self.introduction(release.version.text());
        Ok(self.held_by(&self.waiting_of(release).with(merged), by))
    }

    /// What keeps back what a commit brought.
    pub(super) fn held_by(
        &self,
        waiting: &Waiting<'_>,
        by: Option<&Introduction>,
    ) -> Option<HeldUntil> {
        let overrides = by.map(|by| by.overrides.as_slice()).unwrap_or_default();
        held(waiting, overrides, self.subject.now)
    }

    /// When the commits of a release were merged, where the policy wants to know.
    fn merged(&self, release: &Release, facts: &Facts) -> Result<Vec<Merged>, Unknown> {
        if self.waiting().soak_time().is_none() {
            return Ok(Vec::new());
        }
        let mut merged = Vec::new();
        for project in self.tagged(release) {
            // A tag at no commit is in conflict, and waits for nothing.
            let Ok(project) = project.at_commit() else { continue };
            match facts.get(&MergedAt::of(&project)) {
                Answer::Known(merge) => {
                    let repo = &project.repo.value;
                    merged.push(match *merge {
                        Merge::At(at) => Merged { repo: repo.clone(), at, basis: Basis::Merged },
                        Merge::NotBefore(made) => {
                            Merged::at_unknown_time(repo, made, self.first_seen(release, &project))
                        }
                    });
                }
                Answer::Absent => {}
                Answer::Unknown(why) => {
                    let words = format!("when the commit of `{}` was merged: {why}", *project.repo);
                    return Err(why.in_words(words));
                }
            }
        }
        Ok(merged)
    }

    /// When a run first saw that the commit of `project` waits: now, if none has.
    fn first_seen(&self, release: &Release, project: &ProjectAt<'_>) -> Timestamp {
        let by = self.introduction(release.version.text());
        let seen = by.and_then(|by| by.seen.get(&project.repo.value));
        let seen = seen.filter(|seen| CommitId::parse(&seen.commit) == Ok(project.commit));
        seen.map_or(self.subject.now, |seen| seen.at)
    }
}

/// The steps, with those held that would be made now and may not.
pub(super) fn held_back(steps: Vec<Step>, held: Option<HeldUntil>) -> Vec<Step> {
    match held {
        Some(HeldUntil { until, reason }) => kept_back(steps, &State::Held { until, reason }),
        None => steps,
    }
}

/// The steps; those that would push a ref now are in another state, and those that depend on them wait with them. What
/// depends on a ref that is there is not kept back.
pub(super) fn kept_back(mut steps: Vec<Step>, state: &State) -> Vec<Step> {
    let mut kept: Vec<Step> = Vec::new();
    for step in &mut steps {
        if step.state != State::Create {
            continue;
        }
        if step.pushes() {
            step.state = state.clone();
            kept.push(step.clone());
        } else if let Some(first) = kept.iter().find(|first| step.needs(first)) {
            step.state = with_what_it_needs(first, state);
        }
    }
    steps
}

/// The state of a step that needs `first`, which is in `state`.
fn with_what_it_needs(first: &Step, state: &State) -> State {
    match state {
        State::Held { until, .. } => {
            State::Held { until: *until, reason: format!("its {} waits", first.action.noun()) }
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::kept_back;
    use crate::plan::{Action, State, Step};

    fn step(kind: &str, full_ref: Option<&str>, state: State) -> Step {
        let action = Action {
            kind: kind.to_owned(),
            name: "1.0.0".to_owned(),
            item: None,
            commit: None,
            message: None,
            patch: None,
            noun: None,
            full_ref: full_ref.map(str::to_owned),
            needs: Some("tag".to_owned()).filter(|_| kind == "mail").into_iter().collect(),
        };
        Step { repo: "a/b".parse().unwrap(), action, state }
    }

    #[test]
    fn what_depends_on_a_ref_that_is_there_is_done_though_another_ref_waits() {
        let held = State::Held { until: None, reason: "fire".to_owned() };
        let with_tag = State::Held { until: None, reason: "its tag waits".to_owned() };
        let there = State::Done("there".to_owned());
        let states = |tag: State| {
            let steps = vec![
                step("tag", Some("refs/tags/1.0.0"), tag),
                step("branch", Some("refs/heads/stable/a"), State::Create),
                step("mail", None, State::Create),
            ];
            kept_back(steps, &held).into_iter().map(|step| step.state).collect::<Vec<_>>()
        };
        assert_eq!(states(there.clone()), [there, held.clone(), State::Create]);
        assert_eq!(states(State::Create), [held.clone(), held.clone(), with_tag]);
    }
}
