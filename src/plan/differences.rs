//! What changed since a plan was made.

use super::{Action, Plan, PlannedRelease, State, Step};

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
            None => found.push(format!("{}: {}", planned.title(), changed(step, now))),
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
    let is_new = |other: &&Step| !planned.steps.iter().any(|step| is_about_same(step, other));
    found.extend(
        now.steps
            .iter()
            .filter(is_new)
            .map(|other| format!("{}: {} was not in the plan", now.title(), other.title())),
    );
    found
}

/// Whether both are one step, though it may name another commit or say something else.
fn is_about_same(one: &Step, other: &Step) -> bool {
    let what = |step: &Step| {
        let Step { repo, action: Action { kind, name, item, .. }, .. } = step.clone();
        (repo, kind, name, item)
    };
    what(one) == what(other)
}

/// What became of a step that is not planned any more as it was.
fn changed(step: &Step, now: &PlannedRelease) -> String {
    let what = step.title();
    let Some(other) = now.steps.iter().find(|other| is_about_same(step, other)) else {
        return format!("{what} is no longer planned");
    };
    let (was, is) = (&step.action, &other.action);
    if was.commit != is.commit {
        let of = |action: &Action| {
            action.commit.as_ref().map_or_else(|| "no commit".to_owned(), ToString::to_string)
        };
        return format!("{what} was at {} and is now at {}", of(was), of(is));
    }
    if let State::Unknown(why) = &step.state {
        return format!("{what} was unknown ({why}): make the plan where that can be found out");
    }
    let lines = |action: &Action| action.message.clone().unwrap_or_default();
    let (was, is) = (lines(was), lines(is));
    let gone = was.lines().find(|line| !is.lines().any(|other| other == *line));
    let new = is.lines().find(|line| !was.lines().any(|other| other == *line));
    let lines =
        [gone.map(|line| format!("no longer `{line}`")), new.map(|line| format!("now `{line}`"))];
    if gone.is_none() && new.is_none() {
        return format!(
            "{what} says the same lines, but in another order, more or fewer times, or with another last newline"
        );
    }
    format!("{what} says {}", lines.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::CommitId;

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
            steps: vec![Step { repo: "a/b".parse().unwrap(), action, state }],
        };
        Plan {
            version: 1,
            base: None,
            head: "c".to_owned(),
            releases: vec![release],
            unread: Vec::new(),
            unreadable: Vec::new(),
            impossible: Vec::new(),
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

    #[test]
    fn what_a_step_says_or_names_differently_is_shown() {
        let saying = |state: State, words: &str, commit: &str| {
            let mut plan = plan(state);
            let action = &mut plan.releases[0].steps[0].action;
            let commit = CommitId::parse(&commit.repeat(40)).unwrap();
            *action = action.clone().saying(words).at(commit);
            plan
        };
        let now = saying(State::Create, "one\nmeta:override: soak urgent\n", "a");
        let differing = |was: Plan| was.differences(&now).join("; ");
        let title = now.releases[0].steps[0].title();
        let unknown =
            State::Unknown("whether the override of `soak` counts: offline".to_owned().into());
        let said = differing(saying(unknown.clone(), "one\n", "a"));
        assert!(said.contains("counts: offline): make the plan"), "{said}");
        let said = differing(saying(unknown, "one\n", "b"));
        assert!(said.contains(" and is now at "), "another commit comes first: {said}");
        let said = differing(saying(State::Create, "meta:override: soak urgent\none\n", "a"));
        assert!(said.contains("says the same lines, but in another order"), "{said}");
        let said = differing(saying(State::Create, "one\ntwo\n", "a"));
        assert!(said.ends_with("says no longer `two`, now `meta:override: soak urgent`"), "{said}");
        let said = differing(saying(State::Create, "one\n", "b"));
        assert!(
            said.ends_with(&format!(
                "{title} was at {} and is now at {}",
                "b".repeat(40),
                "a".repeat(40)
            )),
            "{said}"
        );
    }
}
