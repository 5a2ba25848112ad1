//! What the calendar says may be released, held against what the rules say to such a request on every day of a real cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use tagkeeper::calendar::{Asked, Cycle, Member, Offer, Permission, TaggedSoFar, start_of};
use tagkeeper::config::{Config, Described, Policy};
use tagkeeper::facts::Facts;
use tagkeeper::rules::{Case, Clock, Closed, Level, judge};
use tagkeeper::tree::deliverable::{Kind, Model, Status};
use tagkeeper::tree::record::{Record, SERIES_STATUS};
use tagkeeper::tree::request::Request;

use crate::support::record::record_of;

const SERIES: &str = "
- {name: indri, release-id: 2027.1, status: future, initial-release: 2027-03-24}
- {name: hibiscus, release-id: 2026.2, status: development, initial-release: 2026-09-30}
";

/// The rules whose limits the calendar shows.
const SHOWN: &[&str] = &[
    "library-freeze",
    "client-freeze",
    "requirements-freeze",
    "rc1-deadline",
    "rc-too-early",
    "beta-too-late",
    "final-too-early",
    "final-rc",
    "release-week",
    "trailing-deadline",
    "branch-too-early",
];

const KINDS: &[Kind] = &[
    Kind::Library,
    Kind::ClientLibrary,
    Kind::Service,
    Kind::HorizonPlugin,
    Kind::TempestPlugin,
    Kind::Other,
    Kind::Trailing,
];

fn calendar() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::from([(SERIES_STATUS.to_owned(), SERIES.as_bytes().to_vec())]);
    for series in ["hibiscus", "indri"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calendar");
        let bytes = fs::read(folder.join(format!("{series}.yaml"))).unwrap();
        files.insert(format!("doc/source/{series}/schedule.yaml"), bytes);
    }
    files
}

fn record(files: &BTreeMap<String, Vec<u8>>) -> Record {
    record_of(files.clone())
}

/// One who asks for one thing.
struct Asking {
    who: Described,
    asked: Asked,
    path: String,
    before: String,
    after: String,
}

fn asking(kind: Kind, model: Model, asked: Asked) -> Asking {
    let plugin = if kind == Kind::TempestPlugin { "-tempest-plugin" } else { "" };
    let name = format!("{kind}-{model}-{}{plugin}", asked.as_str().replace(' ', "-"));
    let head = format!("team: florists\ntype: {kind}\nrelease-model: {model}\n");
    let release = |version: &str| {
        format!(
            "  - {{version: {version}, projects: [{{repo: garden/rose, hash: {}}}]}}\n",
            "a".repeat(40)
        )
    };
    let (old, new) = match asked {
        Asked::Features if kind == Kind::Trailing => (None, Some("1.0.0")),
        Asked::Features => (Some("1.0.0"), Some("1.1.0")),
        Asked::Patches => (Some("1.0.0"), Some("1.0.1")),
        Asked::Betas => (None, Some("2.0.0.0b1")),
        Asked::FirstCandidate => (None, Some("2.0.0.0rc1")),
        Asked::Candidates => (Some("2.0.0.0rc1"), Some("2.0.0.0rc2")),
        Asked::Final => (Some("2.0.0.0rc1"), Some("2.0.0")),
        Asked::Branch | Asked::Membership => (Some("1.0.0"), None),
    };
    let old = old.map(release).unwrap_or_default();
    let new = new.map(release).unwrap_or_default();
    let branch = match asked {
        Asked::Branch => "branches:\n  - {name: stable/2026.2, location: 1.0.0}\n",
        _ => "",
    };
    Asking {
        path: format!("deliverables/hibiscus/{name}.yaml"),
        before: if old.is_empty() { head.clone() } else { format!("{head}releases:\n{old}") },
        after: format!("{head}releases:\n{old}{new}{branch}"),
        who: Described {
            name,
            team: Some("florists".to_owned()),
            kind,
            model: Some(model),
            series: "hibiscus".to_owned(),
        },
        asked,
    }
}

/// Everybody, with everything that the calendar offers them.
fn everybody(cycle: &Cycle, policy: &Policy) -> Vec<(Asking, Offer)> {
    let mut found = Vec::new();
    for kind in KINDS {
        for model in [Model::CycleWithIntermediary, Model::CycleWithRc] {
            let who = asking(*kind, model, Asked::Features).who;
            let member = Member { who, tagged: TaggedSoFar::NotYet };
            for offer in
                Offer::all(Some(cycle), Some(Status::Development), &member, policy, Date::MIN)
            {
                found.push((asking(*kind, model, offer.asked), offer));
            }
        }
    }
    found
}

fn proposed_at(
    all: &[(Asking, Offer)],
    policy: &Policy,
    at: Timestamp,
) -> BTreeSet<(String, String, Permission)> {
    let (mut before, mut after) = (calendar(), calendar());
    for (asking, _) in all {
        before.insert(asking.path.clone(), asking.before.clone().into_bytes());
        after.insert(asking.path.clone(), asking.after.clone().into_bytes());
    }
    let paths = all.iter().map(|(asking, _)| asking.path.clone()).collect();
    let request = Request::between(record(&before), record(&after), paths, Vec::new());
    let case = Case {
        request: &request,
        config: &Config::default(),
        policy,
        closed: Closed::Skipped,
        clock: Clock { now: at, proposed: Some(at) },
        unsure: None,
        threads: 1,
    };
    let findings = judge(&case, &Facts::default());
    let told = findings.into_iter().filter(|finding| SHOWN.contains(&finding.rule));
    told.filter_map(|finding| {
        let answer = match finding.level {
            // The calendar shows when the tag is made, whatever the review says.
            _ if finding.held.is_some() => Permission::Closed,
            Level::Error => Permission::Closed,
            Level::Warning => Permission::Asks,
            Level::Note | Level::CouldNotCheck => return None,
        };
        Some((finding.file, finding.rule.to_owned(), answer))
    })
    .collect()
}

fn shown_on(all: &[(Asking, Offer)], day: Date) -> BTreeSet<(String, String, Permission)> {
    let mut shown = BTreeSet::new();
    for (asking, offer) in all {
        let is_now = |first: Option<Date>, last: Option<Date>| {
            first.is_none_or(|first| first <= day) && last.is_none_or(|last| day <= last)
        };
        let phases: Vec<_> =
            offer.phases.iter().filter(|phase| is_now(phase.first, phase.last)).collect();
        assert!(phases.len() <= 1, "{}: two phases hold {day}", asking.path);
        for limit in phases.into_iter().flat_map(|phase| &phase.limits) {
            shown.insert((asking.path.clone(), limit.rule.to_owned(), limit.permission));
        }
    }
    shown
}

fn compare(policy: &str, step: jiff::Span) {
    let (policy, problems) = Policy::read(policy.as_bytes());
    assert_eq!(problems, []);
    let cycle = Cycle::of(&record(&calendar()), "hibiscus").unwrap();
    let all = everybody(&cycle, &policy);
    assert!(all.iter().any(|(asking, _)| asking.asked == Asked::Final));
    let mut seen = BTreeSet::new();
    let day = |text: &str| text.parse::<Date>().unwrap();
    let own = day("2026-08-10").series(step).take_while(|date| *date < day("2026-09-30"));
    for date in own {
        let at = start_of(date) + jiff::SignedDuration::from_hours(12);
        let (judged, shown) = (proposed_at(&all, &policy, at), shown_on(&all, date));
        let only_judged: Vec<_> = judged.difference(&shown).collect();
        let only_shown: Vec<_> = shown.difference(&judged).collect();
        assert_eq!((only_judged, only_shown), (Vec::new(), Vec::new()), "{date}");
        seen.extend(judged.into_iter().map(|(_, rule, _)| rule));
    }
    for date in [day("2026-12-04"), day("2026-12-05")] {
        let rules = |all: BTreeSet<(String, String, Permission)>| -> BTreeSet<_> {
            all.into_iter().filter(|(_, rule, _)| rule == "trailing-deadline").collect()
        };
        let judged = rules(proposed_at(&all, &policy, start_of(date)));
        assert_eq!(judged, rules(shown_on(&all, date)), "{date}");
        seen.extend(judged.into_iter().map(|(_, rule, _)| rule));
    }
    let expected: BTreeSet<String> = SHOWN.iter().map(|rule| (*rule).to_owned()).collect();
    let silent: Vec<_> = expected.difference(&seen).collect();
    assert!(silent.len() <= policy_silences(&policy), "never judged: {silent:?}");
}

/// How many of the rules the policy keeps quiet.
fn policy_silences(policy: &Policy) -> usize {
    use tagkeeper::config::PolicyLevel;
    let is_quiet = |rule: &&&str| {
        matches!(policy.level_of(rule, None), Some(PolicyLevel::Off | PolicyLevel::Note))
    };
    SHOWN.iter().filter(is_quiet).count()
}

#[test]
fn the_calendar_says_what_the_rules_say_on_every_day() {
    compare("", 1.day());
}

#[test]
fn what_is_out_owes_no_more_and_what_is_never_tagged_has_its_branch_only() {
    let policy = Policy::default();
    let cycle = Cycle::of(&record(&calendar()), "hibiscus").unwrap();
    let offers = |kind, tagged| {
        let who = asking(kind, Model::CycleWithIntermediary, Asked::Features).who;
        Offer::all(
            Some(&cycle),
            Some(Status::Maintained),
            &Member { who, tagged },
            &policy,
            Date::MIN,
        )
    };
    let late = |offers: &[Offer]| {
        let limits = offers.iter().flat_map(|offer| &offer.phases).flat_map(|phase| &phase.limits);
        limits.filter(|limit| limit.rule == "trailing-deadline").count()
    };
    assert_eq!(late(&offers(Kind::Trailing, TaggedSoFar::NotYet)), 1);
    assert_eq!(late(&offers(Kind::Trailing, TaggedSoFar::Released)), 0);
    let asked: Vec<_> =
        offers(Kind::Trailing, TaggedSoFar::Never).iter().map(|offer| offer.asked).collect();
    assert_eq!(asked, [Asked::Branch]);
    assert_eq!(offers(Kind::Library, TaggedSoFar::NotYet)[0].asked, Asked::Patches);
}

#[test]
fn levels_of_the_policy_count_in_both() {
    compare(
        "rules:
  library-freeze: warning
  client-freeze: error
  requirements-freeze: {level: off, reason: nobody asks}
  rc1-deadline: error
  beta-too-late: note
  branch-too-early: error
",
        5.days(),
    );
}
