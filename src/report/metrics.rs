//! What to watch of the runs of `apply`, in the text form of Prometheus.
//!
//! A run that could not look leaves the numbers of the run before: only its own failure and its time are new.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::apply::{Outcome, StepOutcome};
use crate::plan::{BadEnd, Worst};

/// The families, each with its help; all are gauges.
const FAMILIES: [(&str, &str); 6] = [
    (LAST_RUN, "When apply last ended, in seconds since 1970."),
    (LAST_SUCCESS, "When apply last ended without a failure, in seconds since 1970."),
    (PENDING, "Steps that a later run does, by kind."),
    (HELD, "Steps that wait for their time, by kind."),
    (OLDEST, "How long the oldest release that is not complete has been pending."),
    (FAILURES, "Steps that failed in the last run, by kind and cause; kind run: the run itself."),
];

const LAST_RUN: &str = "tagkeeper_last_run_timestamp_seconds";
const LAST_SUCCESS: &str = "tagkeeper_last_success_timestamp_seconds";
const PENDING: &str = "tagkeeper_pending_steps";
const HELD: &str = "tagkeeper_held_steps";
const OLDEST: &str = "tagkeeper_oldest_pending_age_seconds";
const FAILURES: &str = "tagkeeper_failures";

/// The causes of failed steps.
const CAUSES: [BadEnd; 4] = [BadEnd::Conflict, BadEnd::Refused, BadEnd::Failed, BadEnd::Unknown];
/// The kind under which a run that could not begin, or not be noted, counts.
const RUN: &str = "run";

/// The numbers, by family and labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    /// Those of an earlier file. What is not ours in it is dropped.
    pub fn read(text: &str) -> Self {
        let sample = |line: &str| {
            let (key, value) = line.trim_end().rsplit_once(' ')?;
            let name = key.split('{').next().unwrap_or(key);
            let is_ours = FAMILIES.iter().any(|(family, _)| *family == name);
            Some((key.to_owned(), value.parse().ok()?)).filter(|_| is_ours)
        };
        Self(text.lines().filter_map(sample).collect())
    }

    /// A run ended with `outcome`; the oldest pending entry has been so since `oldest`. `kinds` are all kinds of steps.
    #[must_use]
    pub fn after(
        mut self,
        outcome: &Outcome,
        (kinds, oldest): (&[&str], Option<Timestamp>),
        now: Timestamp,
    ) -> Self {
        self.0.retain(|key, _| key.starts_with(LAST_SUCCESS));
        for kind in kinds {
            self.set(PENDING, &[("kind", kind)], 0.0);
            self.set(HELD, &[("kind", kind)], 0.0);
            CAUSES.iter().for_each(|cause| {
                self.set(FAILURES, &[("kind", kind), ("cause", cause.as_str())], 0.0);
            });
        }
        outcome
            .releases
            .iter()
            .flat_map(|release| &release.steps)
            .for_each(|step| self.count(step));
        let age = oldest.map_or(0, |since| (now.as_second() - since.as_second()).max(0));
        self.set(OLDEST, &[], seconds(age));
        self.set(LAST_RUN, &[], seconds(now.as_second()));
        if outcome.worst() == Worst::Fine {
            self.set(LAST_SUCCESS, &[], seconds(now.as_second()));
        }
        self
    }

    /// A run failed as a whole, for a cause in one word.
    #[must_use]
    pub fn after_failure(mut self, cause: &str, now: Timestamp) -> Self {
        self.0.retain(|key, _| !key.starts_with(FAILURES));
        self.set(FAILURES, &[("kind", RUN), ("cause", cause)], 1.0);
        self.set(LAST_RUN, &[], seconds(now.as_second()));
        self
    }

    fn count(&mut self, step: &StepOutcome) {
        let kind = [("kind", step.action.kind.as_str())];
        if step.did.is_held() {
            self.add(HELD, &kind);
        } else if !step.did.is_settled() {
            self.add(PENDING, &kind);
        }
        if let Some(cause) = step.did.cause().filter(|cause| CAUSES.contains(cause)) {
            self.add(FAILURES, &[kind[0], ("cause", cause.as_str())]);
        }
    }

    fn set(&mut self, family: &str, labels: &[(&str, &str)], value: f64) {
        self.0.insert(key(family, labels), value);
    }

    fn add(&mut self, family: &str, labels: &[(&str, &str)]) {
        *self.0.entry(key(family, labels)).or_default() += 1.0;
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (family, help) in FAMILIES {
            let own = |key: &&String| key.split('{').next() == Some(family);
            let mut samples = self.0.keys().filter(own).peekable();
            if samples.peek().is_none() {
                continue;
            }
            let _ = writeln!(text, "# HELP {family} {help}\n# TYPE {family} gauge");
            for key in samples {
                let _ = writeln!(text, "{key} {}", self.0[key]);
            }
        }
        text
    }
}

/// A count of seconds as a sample holds it.
#[allow(clippy::cast_precision_loss, reason = "exact for seconds of the next 200 million years")]
fn seconds(count: i64) -> f64 {
    count as f64
}

fn key(family: &str, labels: &[(&str, &str)]) -> String {
    if labels.is_empty() {
        return family.to_owned();
    }
    let escaped =
        |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{family}{{{}}}", labels.join(","))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::apply::ReleaseOutcome;
    use crate::plan::{Action, PlannedRelease, StepResult};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn outcome(results: &[(&str, StepResult)]) -> Outcome {
        let action = |kind: &str| Action {
            kind: kind.to_owned(),
            name: "1.0.0".to_owned(),
            item: None,
            commit: None,
            message: None,
            patch: None,
            noun: None,
            full_ref: None,
            needs: Vec::new(),
        };
        let step = |(kind, did): &(&str, StepResult)| StepOutcome {
            repo: "garden/rose".parse().unwrap(),
            action: action(kind),
            did: did.clone(),
        };
        let planned = PlannedRelease {
            file: "deliverables/lily/rose.yaml".to_owned(),
            deliverable: "rose".to_owned(),
            series: "lily".to_owned(),
            version: Some("1.0.0".to_owned()),
            commit: None,
            overrides: Vec::new(),
            steps: Vec::new(),
        };
        let release = ReleaseOutcome { planned, steps: results.iter().map(step).collect() };
        Outcome { releases: vec![release], ..Outcome::default() }
    }

    const KINDS: [&str; 2] = ["tag", "announce"];

    fn held() -> StepResult {
        StepResult::Held { until: None, reason: "a window".to_owned() }
    }

    #[test]
    fn steps_count_by_kind_and_nothing_is_there_twice() {
        let refused = StepResult::Refused("no \"right\"".to_owned());
        let failed = outcome(&[("tag", refused), ("tag", held()), ("announce", held())]);
        let text = Metrics::default().after(&failed, (&KINDS, Some(at(100))), at(160)).text();
        for line in [
            "tagkeeper_pending_steps{kind=\"tag\"} 1",
            "tagkeeper_held_steps{kind=\"announce\"} 1",
            "tagkeeper_failures{kind=\"tag\",cause=\"refused\"} 1",
            "tagkeeper_failures{kind=\"announce\",cause=\"failed\"} 0",
            "tagkeeper_oldest_pending_age_seconds 60",
            "# TYPE tagkeeper_held_steps gauge",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}: {text}");
        }
        assert!(!text.contains("last_success"), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len());
    }

    #[test]
    fn a_failure_keeps_the_last_success_and_what_was_pending() {
        let good = Metrics::default().after(&outcome(&[("tag", held())]), (&KINDS, None), at(7));
        let text = good.text();
        assert_eq!(Metrics::read(&text), good, "it reads what it writes");
        let failed = Metrics::read(&format!("{text}foreign 1\n")).after_failure("outside", at(9));
        let text = failed.text();
        for line in [
            "tagkeeper_last_success_timestamp_seconds 7",
            "tagkeeper_last_run_timestamp_seconds 9",
            "tagkeeper_held_steps{kind=\"tag\"} 1",
            "tagkeeper_failures{kind=\"run\",cause=\"outside\"} 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}: {text}");
        }
        assert!(!text.contains("foreign"), "{text}");
    }

    #[test]
    fn a_label_that_ends_its_quotes_is_escaped() {
        assert_eq!(key("a", &[("b", "x\"\n\\")]), "a{b=\"x\\\"\\n\\\\\"}");
    }
}
