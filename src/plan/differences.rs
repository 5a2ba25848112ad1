//! What changed since a plan was made.

use super::{Plan, PlannedRelease, State, Step};

impl Plan {
    /// What of this plan `now`, rebuilt at a later time, says differently; what was done since does not count as a difference.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.head != now.head {
            found.push(format!(
                "the plan was made at {}, but the releases repository is at {}",
                self.head, now.head
            ));
        }
        let mut rest: Vec<&PlannedRelease> = now.releases.iter().collect();
        for planned in &self.releases {
            let same = |other: &&PlannedRelease| {
                other.file == planned.file && other.title() == planned.title()
            };
            match rest.iter().position(same).map(|at| rest.remove(at)) {
                None => found.push(format!("{} is no longer planned", planned.title())),
                Some(other) => found.extend(differing_steps(planned, other)),
            }
        }
        found
            .extend(rest.into_iter().map(|other| format!("{} was not in the plan", other.title())));
        found
    }
}

fn differing_steps(planned: &PlannedRelease, now: &PlannedRelease) -> Vec<String> {
    let mut found = Vec::new();
    for step in &planned.steps {
        let other = now
            .steps
            .iter()
            .find(|other| other.repo == step.repo && other.action.is_same(&step.action));
        let what = step.title();
        match other {
            None => found
                .push(format!("{}: {what} has changed, or is no longer planned", planned.title())),
            Some(other) if other.state == step.state => {}
            // A plan that was written down has the words of a reason, not its cause.
            Some(Step { state: State::Unknown(now), .. }) if matches!(&step.state, State::Unknown(was) if was.to_string() == now.to_string()) =>
                {}
            Some(Step { state: State::Done(_), .. })
                if matches!(step.state, State::Create | State::Held { .. }) => {}
            // Waiting longer, or at all, does nothing that was not looked at.
            Some(Step { state: State::Held { .. }, .. })
                if matches!(step.state, State::Create | State::Held { .. }) => {}
            Some(other) => found.push(format!(
                "{}: {what} was {} and is now {}",
                planned.title(),
                step.state,
                other.state
            )),
        }
    }
    let is_new = |other: &&Step| {
        !planned
            .steps
            .iter()
            .any(|step| step.repo == other.repo && step.action.is_same(&other.action))
    };
    found.extend(
        now.steps
            .iter()
            .filter(is_new)
            .map(|other| format!("{}: {} was not in the plan", now.title(), other.title())),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Action;

    fn plan(state: State) -> Plan {
        let action = Action {
            kind: "announce".to_owned(),
            name: "1.0.0".to_owned(),
            item: None,
            commit: None,
            message: None,
            patch: None,
            noun: None,
            full_ref: None,
            needs: Vec::new(),
        };
        let release = PlannedRelease {
            file: "deliverables/a/b.yaml".to_owned(),
            deliverable: "b".to_owned(),
            series: "a".to_owned(),
            version: Some("1.0.0".to_owned()),
            commit: None,
            overrides: Vec::new(),
            steps: vec![Step { repo: "a/b".to_owned(), action, state }],
        };
        Plan {
            version: 1,
            base: None,
            head: "c".to_owned(),
            releases: vec![release],
            unread: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    #[test]
    fn what_waited_and_was_done_since_is_no_difference() {
        let held = plan(State::Held { until: None, reason: "fire".to_owned() });
        let done = plan(State::Done("there".to_owned()));
        assert_eq!(held.differences(&done), Vec::<String>::new());
        assert_eq!(held.differences(&plan(State::Create)).len(), 1, "nobody agreed to that");
        assert_eq!(done.differences(&held).len(), 1);
    }
}
