//! The dates of real cycles, with the traps that their schedules hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use tagkeeper::calendar::{Asked, Cycle, Event, Limit, Profile, TaggedSoFar, utc_day, written};
use tagkeeper::tree::deliverable::{Kind, Model};
use tagkeeper::tree::record::{Record, SERIES_STATUS};

use crate::support::record::record_of;

/// Newest first, with the days of their releases.
const SERIES: &str = "
- {name: indri, release-id: 2027.1, status: future, initial-release: 2027-03-24}
- {name: hibiscus, release-id: 2026.2, status: development, initial-release: 2026-09-30}
- {name: xena, status: end of life, initial-release: 2021-10-06}
- {name: wallaby, status: end of life, initial-release: 2021-04-14}
- {name: victoria, status: end of life, initial-release: 2020-10-14}
- {name: pike, status: end of life, initial-release: 2017-08-30}
- {name: ocata, status: end of life, initial-release: 2017-02-22}
";

fn record() -> Record {
    let mut files = BTreeMap::from([(SERIES_STATUS.to_owned(), SERIES.as_bytes().to_vec())]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calendar");
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let series = path.file_stem().unwrap().to_str().unwrap();
        files.insert(format!("doc/source/{series}/schedule.yaml"), fs::read(&path).unwrap());
    }
    record_of(files)
}

fn cycle(series: &str) -> Cycle {
    Cycle::of(&record(), series).unwrap()
}

/// The event and its last day.
fn due(series: &str, event: Event) -> Option<(String, String)> {
    cycle(series).deadline(event).map(|due| (due.event, written(due.last)))
}

fn said(event: &str, day: &str) -> Option<(String, String)> {
    Some((event.to_owned(), day.to_owned()))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const CLIENT_FREEZE: (&str, Kind, Asked) = ("client-freeze", Kind::ClientLibrary, Asked::Features);
const LIBRARY_FREEZE: (&str, Kind, Asked) = ("library-freeze", Kind::Library, Asked::Features);

/// Whether a deliverable of that kind that asks for it then breaks the limit of the rule.
fn is_broken(series: &str, (rule, kind, asked): (&str, Kind, Asked), then: &str) -> bool {
    let model = Some(Model::CycleWithIntermediary);
    let profile = Profile { kind, model, tagged: TaggedSoFar::Released };
    let limit = Limit::of(rule, profile, asked).unwrap();
    limit.broken_by(&cycle(series), utc_day(at(then))).is_some()
}

#[test]
fn a_deadline_passes_when_the_last_day_of_its_week_ends() {
    let due = cycle("hibiscus").deadline(Event::FinalClientlib).unwrap();
    assert_eq!(
        (due.event.as_str(), written(due.last).as_str()),
        ("h-final-clientlib", "Fri 2026-08-28")
    );
    assert!(!is_broken("hibiscus", CLIENT_FREEZE, "2026-08-28T23:59:59Z"));
    assert!(is_broken("hibiscus", CLIENT_FREEZE, "2026-08-29T00:00:00Z"));
}

#[test]
fn the_weeks_of_wallaby_win_over_its_header() {
    let wallaby = cycle("wallaby");
    assert_eq!(due("wallaby", Event::Final), said("w-final", "Fri 2021-04-16"));
    assert_eq!(wallaby.release_week().map(written).as_deref(), Some("Mon 2021-04-12"));
    assert_eq!(
        wallaby.week_before_release(4).map(|(first, _)| written(first)).as_deref(),
        Some("Mon 2021-03-15")
    );
}

#[test]
fn the_week_that_ocata_lists_twice_counts_once_and_its_release_is_not_that_of_newton() {
    let ocata = cycle("ocata");
    assert_eq!(due("ocata", Event::Final), said("o-release", "Fri 2017-02-24"));
    assert_eq!(due("ocata", Event::MembershipFreeze), said("o-mf", "Fri 2016-12-09"));
    assert_eq!(ocata.release_week().map(written).as_deref(), Some("Mon 2017-02-20"));
}

#[test]
fn what_victoria_does_not_name_is_not_due() {
    assert_eq!(due("victoria", Event::MembershipFreeze), None);
    assert_eq!(due("victoria", Event::FinalLib), said("v-final-lib", "Fri 2020-09-04"));
    let joining = ("membership-freeze", Kind::Library, Asked::Membership);
    assert!(!is_broken("victoria", joining, "2020-10-01T00:00:00Z"));
    assert!(is_broken("victoria", LIBRARY_FREEZE, "2020-10-01T00:00:00Z"));
    assert!(!is_broken("victoria", LIBRARY_FREEZE, "2020-10-14T00:00:00Z"), "it is released");
}

#[test]
fn the_trailing_deadline_stands_in_the_schedule_of_the_next_series() {
    let trailing =
        |series: &str| cycle(series).trailing_deadline().map(|due| (due.event, written(due.last)));
    assert_eq!(trailing("hibiscus"), said("i-cycle-trail", "Fri 2026-12-04"));
    assert_eq!(trailing("victoria"), said("w-cycle-trail", "Fri 2021-01-15"));
    assert_eq!(trailing("ocata"), said("o-trailing", "Fri 2017-03-10"));
    assert_eq!(trailing("pike"), said("p-trailing-release", "Fri 2017-09-15"));
    assert_eq!(trailing("indri"), None, "the series after it has no schedule yet");
}

#[test]
fn the_week_of_the_release_is_found_under_both_its_names() {
    for (series, monday) in [("victoria", "Mon 2020-10-12"), ("hibiscus", "Mon 2026-09-28")] {
        assert_eq!(cycle(series).release_week().map(written).as_deref(), Some(monday), "{series}");
    }
}

#[test]
fn what_is_no_series_has_no_calendar() {
    assert!(Cycle::of(&record(), "independent").is_none());
}
