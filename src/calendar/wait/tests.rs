//! Windows, holds, soak times and release days combined.

use super::*;
use crate::tree::deliverable::{Kind, Model};
use crate::tree::series;

const BUILDER: &str = "
windows:
  - deliverables: [diskimage-builder]
    days: [mon, tue, wed, thu]
    hours: '08:00-11:00'
    timezone: America/Los_Angeles
    on-call:
      - {name: core-west, timezone: America/Los_Angeles, hours: '09:00-17:00'}
      - {name: core-sydney, timezone: Australia/Sydney, hours: '09:00-17:00'}
soak:
  - {deliverables: [diskimage-builder], hours: 12}
";

fn who(series: &str) -> Described {
    Described {
        name: "diskimage-builder".to_owned(),
        team: Some("TripleO".to_owned()),
        kind: Kind::Other,
        model: Some(Model::Independent),
        series: series.to_owned(),
    }
}

fn policy(text: &str) -> Policy {
    Policy::read(text.as_bytes()).0
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn series() -> SeriesList {
    series::read(b"- {name: orchid, status: development, initial-release: 2026-09-30}\n").0
}

fn rules(waits: &[Wait]) -> Vec<&'static str> {
    waits.iter().map(|wait| wait.rule).collect()
}

#[test]
fn saturday_night_waits_for_monday_morning_with_somebody_at_work() {
    let policy = policy(BUILDER);
    let waiting = Waiting::of(&policy, &series(), who("independent"));
    let saturday = at("2026-06-14T04:30:00Z");
    let waits = waiting.at(saturday);
    assert_eq!(rules(&waits), [RELEASE_WINDOW]);
    assert_eq!(
        waits[0].reason,
        "outside its window, mon, tue, wed, thu 08:00-11:00 America/Los_Angeles"
    );
    // 08:00 there is 01:00 in Sydney: core-west begins at 09:00.
    assert_eq!(waiting.earliest(saturday, |_| false), Some(at("2026-06-15T16:00:00Z")));
    let early = waiting.at(at("2026-06-15T15:30:00Z"));
    assert_eq!(
        early[0].reason,
        "its window is open, but none of core-west, core-sydney is at work"
    );
    assert!(waiting.at(at("2026-06-15T16:00:00Z")).is_empty());
    assert!(waiting.at(at("2026-06-15T18:00:00Z")).len() == 1, "11:00 there");
}

#[test]
fn a_fresh_commit_soaks_and_then_waits_for_the_window() {
    let policy = policy(BUILDER);
    let merged = Merged {
        repo: "openstack/diskimage-builder".to_owned(),
        at: at("2026-06-15T10:00:00Z"),
        basis: Basis::Merged,
    };
    let waiting = Waiting::of(&policy, &series(), who("independent")).with(vec![merged]);
    let monday = at("2026-06-15T16:30:00Z");
    assert_eq!(rules(&waiting.at(monday)), [SOAK]);
    assert_eq!(
        waiting.earliest(monday, |_| false),
        Some(at("2026-06-16T16:00:00Z")),
        "22:00 on Monday is outside"
    );
    assert_eq!(
        waiting.earliest(monday, |wait| wait.rule == RELEASE_WINDOW),
        Some(at("2026-06-15T22:00:00Z"))
    );
}

#[test]
fn a_commit_with_an_unknown_merge_soaks_from_when_it_was_seen_or_made() {
    let policy = policy(BUILDER);
    let reason = |made: &str| {
        let seen = at("2026-06-15T10:00:00Z");
        let merged = Merged::at_unknown_time("openstack/diskimage-builder", at(made), seen);
        let waiting = Waiting::of(&policy, &series(), who("independent")).with(vec![merged]);
        waiting.at(at("2026-06-15T16:30:00Z")).remove(0).reason
    };
    let seen = reason("2026-06-15T09:00:00Z");
    assert!(seen.ends_with("2026-06-15 10:00 UTC, when it was first seen"), "{seen}");
    let made = reason("2026-06-15T11:00:00Z");
    assert!(made.ends_with("2026-06-15 11:00 UTC, when it was made"), "{made}");
}

#[test]
fn every_window_that_covers_it_must_be_open() {
    let policy = policy(
        "windows:\n  - {days: [mon, fri], hours: '08:00-12:00', timezone: UTC}\n  - {days: [fri], hours: '10:00-14:00', timezone: UTC}\n  - {deliverables: [another], days: [sun], timezone: UTC}\n",
    );
    let waiting = Waiting::of(&policy, &series(), who("independent"));
    assert_eq!(waiting.next_window(at("2026-06-08T09:00:00Z")), Some(at("2026-06-12T10:00:00Z")));
    assert_eq!(waiting.next_window(at("2026-06-12T11:00:00Z")), Some(at("2026-06-12T11:00:00Z")));
}

#[test]
fn windows_that_never_meet_say_so() {
    let policy = policy(
        "windows:\n  - {days: [mon], hours: '08:00-10:00', timezone: UTC}\n  - {days: [mon], hours: '10:00-12:00', timezone: UTC}\n",
    );
    let waits = Waiting::of(&policy, &series(), who("independent")).at(at("2026-06-08T09:00:00Z"));
    assert_eq!((waits[0].until, waits.len()), (Until::Changed, 1));
    assert_eq!(waits[0].reason, "its windows are never open at the same time");
}

#[test]
fn a_release_day_holds_other_series_only() {
    let (policy, series) = (Policy::default(), series());
    let day = at("2026-09-30T12:00:00Z");
    let other = Waiting::of(&policy, &series, who("lily"));
    assert_eq!(rules(&other.at(day)), [RELEASE_DAY]);
    assert_eq!(other.earliest(day, |_| false), Some(at("2026-10-01T00:00:00Z")));
    assert!(Waiting::of(&policy, &series, who("orchid")).at(day).is_empty());
}

#[test]
fn red_never_yields_orange_yields_to_an_override_and_a_mistake_holds() {
    let policy = policy(
        "holds:\n  - {status: red, reason: fire, scope: {series: orchid}}\n  - {status: orange, reason: smoke, until: 2026-07-01T00:00Z}\n  - {status: rde, reason: x, scope: {series: iris}}\n",
    );
    let (series, now) = (series(), at("2026-06-08T09:00:00Z"));
    let of = |name: &str| Waiting::of(&policy, &series, who(name)).at(now);
    let orchid = of("orchid");
    assert_eq!((orchid[0].yields, orchid[0].until), (Yields::Never, Until::Changed));
    let lily = of("lily");
    assert_eq!(
        (lily.len(), lily[0].yields, lily[0].reason.as_str()),
        (1, Yields::ToOverride, "orange hold: smoke")
    );
    let iris = of("iris");
    assert_eq!((iris.len(), iris[1].yields), (2, Yields::Never));
    assert!(
        iris[1].reason.starts_with("release-policy.yaml:4:5 cannot be read and may be a hold"),
        "{}",
        iris[1].reason
    );
    let waiting = Waiting::of(&policy, &series, who("lily"));
    assert_eq!(waiting.earliest(now, |_| false), Some(at("2026-07-01T00:00:00Z")));
    assert_eq!(Waiting::of(&policy, &series, who("orchid")).earliest(now, |_| false), None);
}

#[test]
fn a_window_that_opens_in_a_skipped_hour_opens_after_it() {
    let policy =
        policy("windows:\n  - {days: [sun], hours: '02:30-04:00', timezone: Europe/Berlin}\n");
    let waiting = Waiting::of(&policy, &series(), who("independent"));
    // On 29 March 2026 the clock goes from 02:00 to 03:00, which is 01:00 in UTC.
    assert_eq!(waiting.next_window(at("2026-03-28T12:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
    // On 25 October 2026 the hour from 02:00 comes twice; the first 02:30 is 00:30 in UTC.
    assert_eq!(waiting.next_window(at("2026-10-24T12:00:00Z")), Some(at("2026-10-25T00:30:00Z")));
    assert_eq!(
        waiting.next_window(at("2026-10-25T01:00:00Z")),
        Some(at("2026-10-25T01:30:00Z")),
        "02:00 again: closed until the second 02:30"
    );
}

#[test]
fn a_rule_that_is_off_holds_nothing_except_by_a_red_hold() {
    let policy = policy(
        "rules:
  release-day: {level: off, reason: we are others, for: [diskimage-builder]}
  release-window: {level: off, reason: not now}
  hold: {level: off, reason: never mind}
windows:
  - {days: [mon], timezone: UTC}
holds:
  - {status: orange, reason: smoke}
  - {status: red, reason: fire, scope: {series: lily}}
",
    );
    let (series, day) = (series(), at("2026-09-30T12:00:00Z"));
    assert_eq!(Waiting::of(&policy, &series, who("independent")).at(day), []);
    let another = Described { name: "another".to_owned(), ..who("independent") };
    assert_eq!(rules(&Waiting::of(&policy, &series, another).at(day)), [RELEASE_DAY]);
    let lily = Waiting::of(&policy, &series, who("lily")).at(day);
    assert_eq!((lily.len(), lily[0].yields), (1, Yields::Never));
}
