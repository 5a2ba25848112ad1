//! `doc/source/<series>/schedule.yaml`: the weeks of a cycle and their deadlines.

use jiff::civil::Date;

use super::place::{Place, Placed, Problem};
use super::yaml::{self, Decoder, Field};

/// The schedule of one cycle, as written.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// Monday of the first week.
    pub start_week: Option<Placed<Date>>,
    /// Monday of the release week. If the weeks differ, they win (wallaby).
    pub release_week: Option<Placed<Date>>,
    /// In the order of the file. A week can be listed twice (ocata).
    pub weeks: Vec<Week>,
}

/// One week.
#[derive(Clone, Debug)]
pub struct Week {
    /// The whole entry.
    pub place: Place,
    /// Such as `R-5`, `R-0` or `R+1`; weeks before the cycle have none.
    pub name: Option<Placed<String>>,
    /// First day.
    pub start: Placed<Date>,
    /// Last day.
    pub end: Placed<Date>,
    /// `x-project` events, such as `h-final-lib`.
    pub events: Vec<Placed<String>>,
    /// `project-specific` events, such as `h-nova-spec-freeze`.
    pub specific: Vec<Placed<String>>,
}

/// The keys of a schedule.
pub const KEYS: &[&str] = &["start-week", "release-week", "cycle"];
/// The keys of a week.
pub const WEEK_KEYS: &[&str] = &["name", "start", "end", "x-project", "project-specific"];

/// The path of the schedule of `series`.
pub fn path_of(series: &str) -> String {
    format!("doc/source/{series}/schedule.yaml")
}

/// Reads `schedule.yaml`, and collects its problems.
///
/// Leaves out weeks without a first and last day.
pub fn read(bytes: &[u8]) -> (Schedule, Vec<Problem>) {
    let root = match yaml::parse(bytes) {
        Ok(Some(root)) => root,
        Ok(None) => return (Schedule::default(), Vec::new()),
        Err(problem) => return (Schedule::default(), vec![problem]),
    };
    let mut decoder = Decoder::default();
    let schedule = schedule(&mut decoder, Field::root(&root)).unwrap_or_default();
    (schedule, decoder.finish())
}

fn schedule(decoder: &mut Decoder, root: Field<'_>) -> Option<Schedule> {
    let fields = decoder.fields(root, KEYS)?;
    let start_week = fields.get("start-week").and_then(|field| decoder.date(field));
    let release_week = fields.get("release-week").and_then(|field| decoder.date(field));
    let cycle = decoder.require(&fields, "cycle", "[…]").map(|field| decoder.items(field));
    let weeks: Vec<Week> =
        cycle.into_iter().flatten().filter_map(|item| week(decoder, item)).collect();
    check_order(decoder, &weeks);
    Some(Schedule { start_week, release_week, weeks })
}

fn week(decoder: &mut Decoder, item: Field<'_>) -> Option<Week> {
    let fields = decoder.fields(item, WEEK_KEYS)?;
    let name = fields.get("name").and_then(|field| decoder.text(field));
    let start =
        decoder.require(&fields, "start", "YYYY-MM-DD").and_then(|field| decoder.date(field));
    let end = decoder.require(&fields, "end", "YYYY-MM-DD").and_then(|field| decoder.date(field));
    let mut texts = |key| {
        let items = fields.get(key).map(|field| decoder.items(field));
        items.into_iter().flatten().filter_map(|event| decoder.text(event)).collect()
    };
    let (events, specific) = (texts("x-project"), texts("project-specific"));
    Some(Week { place: fields.place(), name, start: start?, end: end?, events, specific })
}

/// Reports weeks that are listed twice, and weeks missing between two named ones: their deadlines would be on the wrong day,
/// or never.
fn check_order(decoder: &mut Decoder, weeks: &[Week]) {
    for (at, week) in weeks.iter().enumerate() {
        let (first, last) = (week.start.value, week.end.value);
        if let Some(other) = weeks[..at].iter().find(|other| other.start.value == first) {
            let message = format!("the week of {first} is listed twice");
            let help = format!("merge it into line {}, where it is listed first", other.place.line);
            decoder.problem(week.start.place, message, Some(help));
        }
        if last < first || first.until(last).is_ok_and(|span| span.get_days() > 6) {
            let message = format!("a week cannot last from {first} to {last}");
            decoder.problem(week.end.place, message, None);
        }
    }
    let named: Vec<(&Week, i32)> =
        weeks.iter().filter_map(|week| Some((week, week.number()?))).collect();
    for pair in named.windows(2) {
        let [(before, number), (week, next)] = pair else { continue };
        if week.start.value == before.start.value {
            continue;
        }
        let expected = before.start.value.checked_add(jiff::Span::new().days(7));
        if *next != number + 1 || expected.is_ok_and(|day| day != week.start.value) {
            let name =
                |week: &Week| week.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
            let message = format!(
                "`{}` does not follow `{}` of {}: a week is missing or has the wrong name",
                name(week),
                name(before),
                before.start.value
            );
            decoder.problem(week.start.place, message, None);
        }
    }
}

impl Week {
    /// Weeks after the release: -5 for `R-5`, 0 for `R-0` and `R+0`.
    pub fn number(&self) -> Option<i32> {
        self.name.as_ref()?.strip_prefix('R')?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn weeks_keep_their_order_names_and_events() {
        let text = "---
start-week: '2026-04-06'
release-week: '2026-09-28'
cycle:
  - start: '2026-03-30'
    end: '2026-04-03'
    x-project:
      - d-final
  - start: '2026-08-24'
    end: '2026-08-28'
    name: R-5
    x-project: [e-final-lib, e-ff]
    project-specific:
      - e-widget-freeze
";
        let (schedule, problems) = read(text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(schedule.release_week.unwrap().to_string(), "2026-09-28");
        let [before, week] = &schedule.weeks[..] else { panic!("two weeks") };
        assert!(before.name.is_none() && before.start.value < week.start.value);
        assert_eq!(week.name.as_ref().unwrap().value, "R-5");
        assert_eq!(
            week.events.iter().map(|event| event.value.as_str()).collect::<Vec<_>>(),
            ["e-final-lib", "e-ff"]
        );
    }

    #[test]
    fn a_doubled_and_a_missing_week_are_reported_and_kept() {
        let text = b"cycle:
  - {name: R-3, start: 2026-09-07, end: 2026-09-11}
  - {name: R-2, start: 2026-09-14, end: 2026-09-18}
  - {name: R-2, start: 2026-09-14, end: 2026-09-18}
  - {name: R-0, start: 2026-09-28, end: 2026-10-02}
  - {name: R+1, start: 2026-10-05, end: 2026-10-19}
";
        let (schedule, problems) = read(text);
        assert_eq!(schedule.weeks.len(), 5);
        let found: Vec<String> =
            problems.iter().map(|p| format!("{} {}", p.place, p.message)).collect();
        assert_eq!(
            found,
            [
                "4:24 the week of 2026-09-14 is listed twice",
                "5:24 `R-0` does not follow `R-2` of 2026-09-14: a week is missing or has the wrong name",
                "6:41 a week cannot last from 2026-10-05 to 2026-10-19",
            ]
        );
    }

    #[test]
    fn a_week_without_an_end_is_reported_and_left_out() {
        let (schedule, problems) = read(b"cycle:\n  - start: 2026-03-30\n");
        assert!(schedule.weeks.is_empty());
        assert_eq!(problems[0].message, "an entry of `cycle` has no `end`");
    }
}
