//! When windows are open.

use jiff::{Timestamp, ToSpan as _};

use crate::config::Window;

/// The times at which all of `windows` are open, from `after` on, for `days` days; none without a window.
pub fn openings(windows: &[&Window], after: Timestamp, days: i32) -> Vec<(Timestamp, Timestamp)> {
    let minutes = |count: i64| 1.minutes().checked_mul(count).unwrap_or_default();
    let last = after.checked_add(minutes(i64::from(days) * 24 * 60)).unwrap_or(Timestamp::MAX);
    let are_open = |at: Timestamp| windows.iter().all(|window| window.is_open(at));
    let mut beginnings: Vec<Timestamp> =
        windows.iter().flat_map(|window| window.beginnings(after, days)).collect();
    beginnings.extend((!windows.is_empty()).then_some(after));
    beginnings.sort_unstable();
    let mut found: Vec<(Timestamp, Timestamp)> = Vec::new();
    for from in beginnings.into_iter().filter(|at| *at < last && are_open(*at)) {
        if found.last().is_some_and(|(_, until)| from < *until) {
            continue;
        }
        // Policies know no shorter time than a minute.
        let next = |at: &Timestamp| at.checked_add(minutes(1)).ok();
        let mut times = std::iter::successors(Some(from), next);
        let until = times.find(|at| *at >= last || !are_open(*at)).unwrap_or(last);
        found.push((from, until));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::openings;
    use crate::config::Policy;

    fn open(policy: &str) -> Vec<String> {
        let (policy, problems) = Policy::read(policy.as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        let windows: Vec<_> = policy.windows.iter().collect();
        let times = openings(&windows, "2026-03-27T00:00:00Z".parse().unwrap(), 4);
        times.iter().map(|(from, until)| format!("{from} {until}")).collect()
    }

    #[test]
    fn windows_follow_the_clock_on_the_wall_and_all_must_be_open() {
        let prague = "windows:\n  - {days: [fri, sun, mon], hours: '09:00-11:00', timezone: Europe/Prague}\n";
        // The clock goes forward in the night to Sunday.
        assert_eq!(
            open(prague),
            [
                "2026-03-27T08:00:00Z 2026-03-27T10:00:00Z",
                "2026-03-29T07:00:00Z 2026-03-29T09:00:00Z",
                "2026-03-30T07:00:00Z 2026-03-30T09:00:00Z"
            ]
        );
        let both = format!("{prague}  - {{days: [mon], hours: '08:00-12:00', timezone: UTC}}\n");
        assert_eq!(open(&both), ["2026-03-30T08:00:00Z 2026-03-30T09:00:00Z"]);
        assert!(open("{}").is_empty());
    }

    #[test]
    fn a_window_without_hours_is_open_all_day() {
        let friday = "windows:\n  - {days: [fri], timezone: UTC}\n";
        assert_eq!(open(friday), ["2026-03-27T00:00:00Z 2026-03-28T00:00:00Z"]);
    }
}
