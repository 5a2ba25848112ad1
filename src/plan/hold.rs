//! What keeps the tags of a release waiting, once its request is merged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::{Until, Wait, Waiting, Yields};

/// An override that the commit of a release gives, a later one, or the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overriding {
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The later commit that gives it, where it is not that of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether it counts.
    #[serde(flatten)]
    pub approval: OverrideApproval,
}

/// Whether those whom the policy names approved an override.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "approval", content = "why", rename_all = "kebab-case")]
pub enum OverrideApproval {
    /// They did, or the policy names nobody.
    Given,
    /// It is known that they did not: why.
    Missing(String),
    /// It could not be found out: why.
    Unknown(String),
}

/// What a release waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldUntil {
    /// Until when; open where nobody knows.
    pub until: Option<Timestamp>,
    /// Why: a phrase.
    pub reason: String,
}

impl std::fmt::Display for Overriding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.rule, self.reason)
    }
}

/// What a release waits for at `now`, unless its overrides let it pass; `None` when its tags may be cut.
pub fn held(waiting: &Waiting<'_>, overrides: &[Overriding], now: Timestamp) -> Option<HeldUntil> {
    let of_rule = |wait: &Wait| {
        let is_its = |one: &&Overriding| wait.yields == Yields::ToOverride && one.rule == wait.rule;
        overrides.iter().filter(is_its).collect::<Vec<_>>()
    };
    let passes =
        |wait: &Wait| of_rule(wait).iter().any(|one| one.approval == OverrideApproval::Given);
    let waits: Vec<Wait> = waiting.at(now).into_iter().filter(|wait| !passes(wait)).collect();
    let mut reasons: Vec<String> = Vec::new();
    for wait in &waits {
        let refused = of_rule(wait).into_iter().find_map(|one| match &one.approval {
            OverrideApproval::Given => None,
            OverrideApproval::Missing(why) => Some(format!("; its override does not count: {why}")),
            OverrideApproval::Unknown(why) => {
                Some(format!("; whether its override counts is not known: {why}"))
            }
        });
        reasons.push(format!("{}{}", wait.reason, refused.unwrap_or_default()));
    }
    let last = waits.iter().map(|wait| wait.until).max()?;
    let until = match last {
        Until::At(_) => waiting.earliest(now, passes),
        Until::Changed => None,
    };
    Some(HeldUntil { until, reason: reasons.join("; ") })
}

#[cfg(test)]
mod tests {
    use super::{HeldUntil, OverrideApproval, Overriding, held};
    use crate::calendar::Waiting;
    use crate::config::{Described, Policy};
    use crate::tree::deliverable::Kind;
    use crate::tree::series::SeriesList;

    const RED: &str = "holds:\n  - {status: red, reason: fire}\n";
    const ORANGE: &str = "holds:\n  - {status: orange, reason: smoke, until: 2026-06-20T00:00Z}\n";
    const WINDOW: &str = "windows:\n  - {days: [mon], hours: '08:00-09:00', timezone: UTC}\n";

    fn at_saturday(policy: &str, overrides: &[(&str, OverrideApproval)]) -> Option<HeldUntil> {
        let (policy, problems) = Policy::read(policy.as_bytes());
        assert_eq!(problems, []);
        let who = Described {
            name: "rose".to_owned(),
            team: None,
            kind: Kind::Library,
            model: None,
            series: "orchid".to_owned(),
        };
        let overrides: Vec<Overriding> = overrides
            .iter()
            .map(|(rule, approval)| Overriding {
                rule: (*rule).to_owned(),
                reason: "CVE".to_owned(),
                commit: None,
                approval: approval.clone(),
            })
            .collect();
        let waiting = Waiting::of(&policy, &SeriesList::default(), who);
        held(&waiting, &overrides, "2026-06-13T12:00:00Z".parse().unwrap())
    }

    fn until(text: &str) -> Option<jiff::Timestamp> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_red_hold_stops_everything_and_an_orange_one_with_override_does_not() {
        let red = at_saturday(RED, &[("hold", OverrideApproval::Given)]).unwrap();
        assert_eq!((red.until, red.reason.as_str()), (None, "red hold: fire"));
        assert_eq!(at_saturday(ORANGE, &[]).unwrap().until, until("2026-06-20T00:00:00Z"));
        assert_eq!(at_saturday(ORANGE, &[("hold", OverrideApproval::Given)]), None);
        assert!(at_saturday(ORANGE, &[("release-window", OverrideApproval::Given)]).is_some());
    }

    #[test]
    fn an_urgent_override_passes_the_window_but_no_red_hold() {
        assert_eq!(at_saturday(WINDOW, &[("release-window", OverrideApproval::Given)]), None);
        let both = format!("{WINDOW}{RED}");
        let red = at_saturday(&both, &[("release-window", OverrideApproval::Given)]).unwrap();
        assert_eq!(red.reason, "red hold: fire");
    }

    #[test]
    fn the_end_of_a_hold_is_no_time_when_the_window_is_shut_then() {
        let both = format!("{WINDOW}{ORANGE}");
        let held = at_saturday(&both, &[]).unwrap();
        assert_eq!(held.until, until("2026-06-22T08:00:00Z"), "the hold ends on a Saturday");
    }

    #[test]
    fn an_override_that_nobody_approved_or_that_is_not_known_passes_nothing() {
        let missing =
            at_saturday(WINDOW, &[("release-window", OverrideApproval::Missing("no vote".into()))]);
        assert!(missing.unwrap().reason.ends_with("; its override does not count: no vote"));
        let unknown = at_saturday(
            WINDOW,
            &[("release-window", OverrideApproval::Unknown("host away".into()))],
        );
        assert!(
            unknown
                .unwrap()
                .reason
                .ends_with("; whether its override counts is not known: host away")
        );
    }
}
