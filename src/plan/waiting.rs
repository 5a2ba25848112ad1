//! The steps of a release that wait, in the plan.

use super::build::Introduction;
use super::sheet::Sheet;
use super::{Action, Held, Overriding, State, Step, held};
use crate::calendar::{Merged, Waiting};
use crate::facts::repository::MergedAt;
use crate::facts::{Answer, Facts};
use crate::tree::deliverable::Release;

/// When the commits of a release were merged, where the policy wants to know.
pub(super) fn merged(
    sheet: &Sheet<'_>,
    release: &Release,
    facts: &Facts,
) -> Result<Vec<Merged>, String> {
    if sheet.waiting().soak_time().is_none() {
        return Ok(Vec::new());
    }
    let mut merged = Vec::new();
    for project in sheet.tagged(release) {
        match facts.get(&MergedAt::of(project)) {
            Answer::Known(at) => merged.push(Merged { repo: project.repo.value.clone(), at: *at }),
            Answer::Absent => {}
            Answer::Unknown(why) => {
                return Err(format!("when the commit of `{}` was merged: {why}", *project.repo));
            }
        }
    }
    Ok(merged)
}

/// The steps, with those held that would be made now and may not.
pub(super) fn waiting_steps(
    sheet: &Sheet<'_>,
    steps: Vec<Step>,
    by: Option<&Introduction>,
    waiting: Waiting<'_>,
) -> Vec<Step> {
    let overrides: &[Overriding] = by.map(|by| by.overrides.as_slice()).unwrap_or_default();
    match held(&waiting, overrides, sheet.subject.now) {
        Some(Held { until, reason }) => unless_created(steps, &State::Held { until, reason }),
        None => steps,
    }
}

/// The state of an announcement whose tag is in `state`.
fn with_its_tag(state: &State) -> State {
    match state {
        State::Held { until, .. } => {
            State::Held { until: *until, reason: "its tag waits".to_owned() }
        }
        other => other.clone(),
    }
}

/// The steps, those that would push a ref now in another state, and the announcements with them. An announcement of a tag
/// that stands is not kept back.
pub(super) fn unless_created(mut steps: Vec<Step>, state: &State) -> Vec<Step> {
    let mut untagged = Vec::new();
    for step in &mut steps {
        let pushes = step.action.full_ref().is_some();
        let is_of_untagged =
            matches!(step.action, Action::Announce { .. }) && untagged.contains(&step.repo);
        if step.state == State::Create && (pushes || is_of_untagged) {
            step.state = if pushes { state.clone() } else { with_its_tag(state) };
            if matches!(step.action, Action::Tag { .. }) {
                untagged.push(step.repo.clone());
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::{unless_created, with_its_tag};
    use crate::plan::{Action, State, Step};

    #[test]
    fn the_mail_of_a_tag_that_stands_goes_out_though_its_branch_waits() {
        let step = |action: Action, state: State| Step { repo: "a/b".to_owned(), action, state };
        let tag = Action::Tag { name: "1.0.0".into(), commit: "c".into(), message: "m".into() };
        let branch = Action::Branch { name: "stable/a".into(), commit: "c".into() };
        let mail = Action::Announce { name: "1.0.0".into() };
        let held = State::Held { until: None, reason: "fire".to_owned() };
        let steps = vec![
            step(tag.clone(), State::Done("there".to_owned())),
            step(branch.clone(), State::Create),
            step(mail.clone(), State::Create),
        ];
        let states =
            |steps: Vec<Step>| unless_created(steps, &held).into_iter().map(|step| step.state);
        assert!(states(steps).eq([State::Done("there".to_owned()), held.clone(), State::Create]));
        let steps =
            vec![step(tag, State::Create), step(branch, State::Create), step(mail, State::Create)];
        assert!(states(steps).eq([held.clone(), held.clone(), with_its_tag(&held)]));
    }
}
