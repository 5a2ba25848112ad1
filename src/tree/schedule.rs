//! `doc/source/<series>/schedule.yaml`: the weeks of a cycle and what ends in them.

use jiff::civil::Date;

use super::place::{Place, Placed, Problem};
use super::yaml::{self, Decoder, Field};

/// The calendar of one cycle, as written.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// Monday of the first week.
    pub start_week: Option<Placed<Date>>,
    /// Monday of the release week; the weeks win where they differ (wallaby).
    pub release_week: Option<Placed<Date>>,
    /// In the order of the file; a week can stand twice (ocata).
    pub weeks: Vec<Week>,
}

/// One week.
#[derive(Clone, Debug)]
pub struct Week {
    /// The whole entry.
    pub place: Place,
    /// `R-5`, `R-0`, `R+1`; the weeks before a cycle have none.
    pub name: Option<Placed<String>>,
    /// First day.
    pub start: Placed<Date>,
    /// Last day.
    pub end: Placed<Date>,
    /// `x-project` events, such as `h-final-lib`.
    pub events: Vec<Placed<String>>,
}

/// Reads `schedule.yaml`: what it says, and everything that is wrong with it.
///
/// A week without a first and a last day is left out.
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
    let fields = decoder.fields(root, &["start-week", "release-week", "cycle"])?;
    let start_week = fields.get("start-week").and_then(|field| decoder.date(field));
    let release_week = fields.get("release-week").and_then(|field| decoder.date(field));
    let cycle = decoder.require(&fields, "cycle").map(|field| decoder.items(field));
    let weeks = cycle.into_iter().flatten().filter_map(|item| week(decoder, item)).collect();
    Some(Schedule { start_week, release_week, weeks })
}

fn week(decoder: &mut Decoder, item: Field<'_>) -> Option<Week> {
    let fields =
        decoder.fields(item, &["name", "start", "end", "x-project", "project-specific"])?;
    let name = fields.get("name").and_then(|field| decoder.text(field));
    let start = decoder.require(&fields, "start").and_then(|field| decoder.date(field));
    let end = decoder.require(&fields, "end").and_then(|field| decoder.date(field));
    let events = fields.get("x-project").map(|field| decoder.items(field));
    let events = events.into_iter().flatten().filter_map(|event| decoder.text(event)).collect();
    Some(Week { place: fields.place(), name, start: start?, end: end?, events })
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
    fn a_week_without_an_end_is_reported_and_left_out() {
        let (schedule, problems) = read(b"cycle:\n  - start: 2026-03-30\n");
        assert!(schedule.weeks.is_empty());
        assert_eq!(problems[0].message, "an entry of `cycle` has no `end`");
    }
}
