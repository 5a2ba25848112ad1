//! `tagkeeper schedule` over real schedules, at a fixed time.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use calcard::icalendar::{ICalendarComponentType, ICalendarProperty, ICalendarValue};
use calcard::{Entry, Parser};
use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::machine::{TAGKEEPER, command_at_home};
use crate::support::work::Work;

const SERIES: &str = "---
- name: indri
  release-id: 2027.1
  status: future
  initial-release: 2027-03-24
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: 2026-09-30
- name: gazpacho
  release-id: 2026.1
  status: maintained
  initial-release: 2026-04-01
";

const POLICY: &str = "---
windows:
  - deliverables: [rose]
    days: [mon, tue, wed, thu]
    hours: '08:00-11:00'
    timezone: America/Los_Angeles
    on-call:
      - {name: core-west, timezone: America/Los_Angeles, hours: '09:00-17:00'}
soak:
  - {deliverables: [rose], hours: 12}
holds:
  - status: red
    from: 2026-09-01T09:00Z
    until: 2026-09-03T09:00Z
    scope: {series: hibiscus}
    reason: uploads fail
    link: https://lists.example.org/thread/123
";

const NOW: &str = "2026-08-24T12:00:00Z";

struct Site {
    dir: TempDir,
    work: Work,
}

impl Site {
    /// A releases repository with the schedules of two real cycles.
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let work = Work::new(dir.path().join("releases"));
        let site = Self { dir, work };
        site.write("data/series_status.yaml", SERIES);
        for series in ["hibiscus", "indri"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calendar");
            let schedule = fs::read_to_string(folder.join(format!("{series}.yaml"))).unwrap();
            site.write(&format!("doc/source/{series}/schedule.yaml"), &schedule);
        }
        site.deliverable("rose", "library", "cycle-with-intermediary", &["2.0.0"], "");
        site.deliverable("lily", "library", "cycle-with-intermediary", &[], "team: porters\n");
        site.deliverable("rose-client", "client-library", "cycle-with-intermediary", &[], "");
        site.deliverable("garden", "service", "cycle-with-rc", &["7.0.0.0b1"], "");
        site.deliverable(
            "pond",
            "service",
            "cycle-with-intermediary",
            &["1.0.0"],
            "team: porters\n",
        );
        site.deliverable("shed", "trailing", "cycle-with-rc", &[], "");
        site.deliverable(
            "paths",
            "other",
            "cycle-with-intermediary",
            &[],
            "stable-branch-type: tagless\n",
        );
        site.deliverable("fence", "other", "untagged", &[], "");
        site.write("deliverables/_independent/bench.yaml", "team: porters\ntype: other\n");
        site.commit();
        site
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.work.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn deliverable(&self, name: &str, kind: &str, model: &str, versions: &[&str], more: &str) {
        let team = if more.starts_with("team:") { "" } else { "team: florists\n" };
        let mut text = format!("{team}{more}type: {kind}\nrelease-model: {model}\n");
        if !versions.is_empty() {
            text.push_str("releases:\n");
        }
        for version in versions {
            let hash = "a".repeat(40);
            text += &format!(
                "  - {{version: {version}, projects: [{{repo: garden/{name}, hash: {hash}}}]}}\n"
            );
        }
        self.write(&format!("deliverables/hibiscus/{name}.yaml"), &text);
    }

    fn commit(&self) {
        self.work.run(&["add", "--all"]);
        self.work.run(&["commit", "--quiet", "--message", "Change"]);
    }

    fn decide(&self, policy: &str) {
        self.write("release-policy.yaml", policy);
        self.commit();
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = command_at_home(TAGKEEPER, self.dir.path())
            .arg("schedule")
            .args(arguments)
            .current_dir(&self.work.path)
            .env("TAGKEEPER_NOW", NOW)
            .output()
            .unwrap();
        let mut text = String::from_utf8(output.stdout).unwrap();
        text.push_str(&String::from_utf8(output.stderr).unwrap());
        (output.status.code().unwrap(), text)
    }

    fn told(&self, arguments: &[&str]) -> String {
        let (status, text) = self.run(arguments);
        assert_eq!(status, 0, "{text}");
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 80, "{widest} columns:\n{text}");
        text
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (status, text) = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(status, 0, "{text}");
        serde_json::from_str(&text).unwrap()
    }
}

#[test]
fn the_calendar_of_a_series_is_a_picture() {
    assert_snapshot!("series", Site::new().told(&[]));
}

#[test]
fn the_calendar_of_a_deliverable_shows_its_windows_and_holds() {
    let site = Site::new();
    site.decide(POLICY);
    assert_snapshot!("deliverable", site.told(&["rose"]));
}

#[test]
fn the_next_tag_waits_for_the_window_and_then_for_the_hold() {
    let site = Site::new();
    site.decide(POLICY);
    assert_snapshot!("next_window", site.told(&["rose", "--next"]));
    assert_snapshot!("next_hold", site.told(&["rose", "--next", "--now", "2026-09-01T12:00:00Z"]));
    assert_snapshot!(
        "next_release_day",
        site.told(&["bench", "--next", "--now", "2026-09-30T12:00:00Z"])
    );
    assert_snapshot!("next_free", site.told(&["garden", "--next"]));
    site.decide("holds:\n  - {status: red, reason: fire}\n  - {status: rad, reason: smoke}\n");
    assert_snapshot!("next_broken", site.told(&["garden", "--next"]));
}

#[test]
fn who_misses_a_deadline_is_named() {
    let site = Site::new();
    assert_snapshot!("missing", site.told(&["--missing"]));
    assert_snapshot!(
        "missing_team",
        site.told(&["--missing", "--team", "porters", "--now", "2026-09-26T00:00:00Z"])
    );
}

#[test]
fn a_duty_that_is_done_is_missed_no_more() {
    let site = Site::new();
    let owed = |site: &Site| {
        let json = site.json(&["garden"]);
        let missing = json["missing"].as_array().unwrap().clone();
        let open = missing.into_iter().filter(|one| !one["who"].as_array().unwrap().is_empty());
        open.map(|one| one["duty"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(owed(&site), ["first candidate", "stable branch", "final release"]);
    let branch = "branches:\n  - {name: stable/2026.2, location: 7.0.0.0rc1}\n";
    site.deliverable("garden", "service", "cycle-with-rc", &["7.0.0.0rc1"], branch);
    site.commit();
    assert_eq!(owed(&site), ["final release"]);
    site.deliverable("garden", "service", "cycle-with-rc", &["7.0.0.0rc1", "7.0.0"], branch);
    site.commit();
    assert_eq!(owed(&site), Vec::<String>::new());
}

#[test]
fn json_has_everything() {
    let site = Site::new();
    site.decide(POLICY);
    let json = site.json(&["rose"]);
    assert_eq!(json["version"], 1);
    assert_eq!(json["series"]["release_day"], "2026-09-30");
    assert_eq!(json["deliverable"]["newest"], "2.0.0");
    assert_eq!(json["next"]["at"], "2026-08-24T16:00:00Z");
    assert_eq!(json["next"]["soak_hours"], 12);
    assert_eq!(json["weeks"].as_array().unwrap().len(), 12);
    let offers = json["may"][0]["offers"].as_array().unwrap();
    assert_eq!(offers[0]["asked"], "features");
    assert_eq!(offers[0]["phases"][1]["limits"][0]["rule"], "library-freeze");
    let day = |date: &str| {
        let weeks = json["weeks"].as_array().unwrap();
        let days = weeks.iter().flat_map(|week| week["days"].as_array().unwrap());
        days.clone().find(|day| day["date"] == date).unwrap()["tags"].clone()
    };
    assert_eq!((day("2026-08-25"), day("2026-08-28")), ("window".into(), "shut".into()));
    assert_eq!((day("2026-09-02"), day("2026-09-03")), ("held".into(), "window".into()));
}

#[test]
fn a_name_that_does_not_exist_says_what_to_do() {
    let site = Site::new();
    site.write("deliverables/hibiscus/broken.yaml", "team: [\n");
    site.commit();
    for (arguments, wanted) in [
        (&["weed"][..], "`weed` has no file in `hibiscus`"),
        (&["rose", "--series", "gazpacho"], "name its series with `--series`: hibiscus"),
        (&["--series", "zebra"], "there is no series `zebra`"),
        (&["--team", "poets"], "no deliverable file has the team `poets`"),
        (&["broken"], "`deliverables/hibiscus/broken.yaml` cannot be read"),
        (&["--next"], "<DELIVERABLE>"),
        (&["--head", "nowhere"], "`nowhere` is not a revision"),
    ] {
        let (status, text) = site.run(arguments);
        assert_eq!(status, 2, "{text}");
        assert!(text.contains(wanted), "{text}");
    }
    assert!(site.told(&["--missing"]).contains("broken.yaml cannot be read and is left out"));
}

#[test]
fn a_series_and_a_deliverable_have_a_calendar_before_their_first_file() {
    let site = Site::new();
    assert!(site.told(&["--series", "indri"]).starts_with("indri (2027.1), future"));
    let rose = site.told(&["rose", "--series", "indri"]);
    assert!(
        rose.starts_with("rose: library, cycle-with-intermediary, team florists, no release yet\n"),
        "{rose}"
    );
}

#[test]
fn the_calendar_file_of_a_deliverable_has_its_windows_its_holds_and_what_waits() {
    let site = Site::new();
    site.decide(POLICY);
    let ledger = site.work.path.join(".git/tagkeeper/ledger");
    fs::create_dir_all(&ledger).unwrap();
    let pending = |file: &str| {
        format!(
            r#"{{"file":"deliverables/hibiscus/{file}.yaml","name":"2.1.0","reason":"held","detail":"outside its window","since":"2026-08-23T12:00:00Z"}}"#
        )
    };
    let state = format!(
        r#"{{"version":1,"applied_through":null,"pending":[{},{}]}}"#,
        pending("rose"),
        pending("garden")
    );
    fs::write(ledger.join("state.json"), state).unwrap();
    let (status, text) = site.run(&["rose", "--ics"]);
    assert_eq!(status, 0, "{text}");
    let summaries = |wanted: &str| {
        let events = text.split("BEGIN:VEVENT").filter(|event| event.contains(wanted));
        events.map(str::to_owned).collect::<Vec<_>>()
    };
    let windows = summaries("SUMMARY:rose: tags may be cut");
    assert_eq!(windows.len(), 16, "Monday to Thursday for four weeks: {text}");
    // Somebody is at work from nine on.
    assert!(windows[0].contains("DTSTART:20260824T160000Z\r\n"), "{}", windows[0]);
    assert!(windows[0].contains("DTEND:20260824T180000Z\r\n"), "{}", windows[0]);
    let [hold] = &summaries("red hold")[..] else { panic!("{text}") };
    assert!(hold.contains("DTSTART:20260901T090000Z\r\n") && hold.contains("uploads fail"));
    let [tag] = &summaries("is tagged")[..] else { panic!("{text}") };
    assert!(tag.contains("SUMMARY:rose 2.1.0 is tagged\r\n"), "{tag}");
    assert!(tag.contains("DTSTART:20260824T160000Z\r\n"), "{tag}");
    assert!(tag.contains("DESCRIPTION:outside its window\r\n"), "{tag}");
}

#[test]
fn unknown_deadlines_are_named() {
    let site = Site::new();
    let path = "doc/source/hibiscus/schedule.yaml";
    let schedule = fs::read_to_string(site.work.path.join(path)).unwrap();
    let start = schedule.find("  - {name: R-6,").unwrap();
    let end = start + schedule[start..].find('\n').unwrap() + 1;
    site.write(path, &format!("{}{}", &schedule[..start], &schedule[end..]));
    site.commit();
    for arguments in [&[][..], &["--missing"], &["rose"]] {
        let text = site.told(arguments);
        let said = flat(&text);
        let mistake =
            "`R-5` does not follow `R-7` of 2026-08-10: a week is missing or has the wrong name";
        assert!(said.contains(mistake), "{text}");
    }
    fs::remove_file(site.work.path.join(path)).unwrap();
    site.commit();
    for arguments in [&[][..], &["--missing"], &["rose"]] {
        let text = site.told(arguments);
        assert!(text.contains("schedule.yaml lists no weeks: no deadline is known"), "{text}");
    }
    assert_eq!(site.json(&[])["scheduled"], false);
}

/// The text in one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_closed_release_is_not_promised_a_tag() {
    let site = Site::new();
    let next = |now: &str| flat(&site.told(&["rose", "--next", "--now", now]));
    assert_eq!(next("2026-08-10"), "a release of rose that merges now is tagged at once");
    let frozen = "a release of rose that may merge now (patches) is tagged at once";
    assert_eq!(next("2026-08-24"), frozen);
    let week = "no release of rose may merge now (release-week since Mon 2026-09-28); one with `Release-Override: release-week <reason>` is tagged at once";
    assert_eq!(next("2026-09-29"), week);
}

#[test]
fn after_the_release_the_past_is_not_announced() {
    let site = Site::new();
    let told = site.told(&["rose", "--now", "2026-11-02"]);
    let said = flat(&told);
    assert!(said.contains("features have gone into indri since Thu 2026-10-01"), "{told}");
    assert!(said.contains("patches a stable release since Wed 2026-09-30"), "{told}");
    assert!(!said.contains("features go into"), "{told}");
}

#[test]
fn a_hold_on_some_marks_no_day_for_the_others() {
    let site = Site::new();
    let of = |who: &str| {
        format!("holds:\n  - {{status: red, reason: fire, scope: {{deliverables: [{who}]}}}}\n")
    };
    site.decide(&of("rose"));
    let all = site.told(&[]);
    assert!(!all.contains("! held") && all.contains("red hold: fire (rose)"), "{all}");
    assert!(site.told(&["rose"]).contains("! held"));
    site.decide(&of("'*'"));
    assert!(site.told(&[]).contains("! held"));
}

#[test]
fn a_series_of_unknown_status_is_not_called_open() {
    let site = Site::new();
    site.write("data/series_status.yaml", &SERIES.replace("development", "developement"));
    site.commit();
    let (status, said) = site.run(&[]);
    assert!(status == 2 && said.contains("unknown value `developement`"), "{said}");
    for arguments in [&["--series", "hibiscus"][..], &["rose", "--series", "hibiscus"]] {
        let told = site.told(arguments);
        let said = flat(&told);
        let doubt =
            "the status of hibiscus cannot be read: it is not known whether it takes releases";
        assert!(said.contains(doubt) && !said.contains("what may be released"), "{told}");
        assert!(said.contains("data/series_status.yaml:8:11: unknown value"), "{told}");
    }
    let next = flat(&site.told(&["rose", "--series", "hibiscus", "--next"]));
    assert!(
        next.starts_with("it is not known whether a release of rose may merge now; "),
        "{next}"
    );
    assert_eq!(site.json(&["--series", "hibiscus"])["may"][0]["offers"], serde_json::json!([]));
}

/// Id, first day and summary of every event, as another parser reads them.
fn events(text: &str) -> Vec<[String; 3]> {
    assert!(
        text.split_inclusive("\r\n").all(|line| line.ends_with("\r\n") && line.len() <= 77),
        "{text}"
    );
    let mut parser = Parser::new(text);
    let Entry::ICalendar(calendar) = parser.entry() else { panic!("no calendar:\n{text}") };
    assert!(matches!(parser.entry(), Entry::Eof), "there is more than one calendar");
    let components = calendar.components.iter();
    let found = components
        .filter(|component| component.component_type == ICalendarComponentType::VEvent)
        .map(|event| {
            let value = |name| match &event.property(&name).unwrap().values[0] {
                ICalendarValue::Text(text) => text.clone(),
                ICalendarValue::PartialDateTime(at) => {
                    assert_eq!(at.hour, None, "a whole day has no hour");
                    let (year, month) = (at.year.unwrap(), at.month.unwrap());
                    format!("{year}-{month:02}-{:02}", at.day.unwrap())
                }
                other => panic!("{other:?}"),
            };
            [
                value(ICalendarProperty::Uid),
                value(ICalendarProperty::Dtstart),
                value(ICalendarProperty::Summary),
            ]
        });
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), text.matches("BEGIN:VEVENT\r\n").count());
    found
}

fn event<'a>(events: &'a [[String; 3]], id: &str) -> Option<[&'a str; 2]> {
    let id = format!("hibiscus-{id}@tagkeeper");
    let [_, day, summary] = events.iter().find(|[uid, ..]| *uid == id)?;
    Some([day, summary])
}

#[test]
fn another_parser_reads_the_deadlines_and_an_event_keeps_its_id() {
    let site = Site::new();
    let exported = |arguments: &[&str]| {
        let (status, text) = site.run(&[arguments, &["--ics"]].concat());
        assert_eq!(status, 0, "{text}");
        (events(&text), text)
    };
    let (all, text) = exported(&[]);
    assert_eq!(
        event(&all, "h-final-lib"),
        Some(["2026-08-21", "hibiscus: library feature freeze (h-final-lib)"])
    );
    assert_eq!(event(&all, "release-day"), Some(["2026-09-30", "hibiscus is released"]));
    assert_eq!(event(&all, "i-cycle-trail").unwrap()[0], "2026-12-04");
    let ids: BTreeSet<&String> = all.iter().map(|[id, ..]| id).collect();
    assert_eq!(ids.len(), all.len(), "ids are there once");
    assert_eq!(exported(&[]).1, text, "the same commit gives the same");
    let (of_rose, _) = exported(&["rose"]);
    assert!(event(&of_rose, "h-final-lib").is_some());
    assert_eq!(event(&of_rose, "h-final-clientlib"), None);

    let path = "doc/source/hibiscus/schedule.yaml";
    let schedule = fs::read_to_string(site.work.path.join(path)).unwrap();
    let moved = schedule.replace("h-final-lib, ", "").replace("[h-3, ", "[h-3, h-final-lib, ");
    site.write(path, &moved);
    site.commit();
    let (moved, _) = exported(&[]);
    assert_eq!(event(&moved, "h-final-lib").unwrap()[0], "2026-08-28");
    assert_eq!(moved.len(), all.len());
}
